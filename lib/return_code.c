/*
 * Return codes: made from a form, shown, typed back, turned into a key.
 *
 * Everything follows from the pepper and the random bytes of the form, so
 * that the same form sent twice, to whichever process, shows the same code.
 * The secret number lives in locked memory and on wiped stack only; what was
 * typed is read character by character and is never part of an error.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistr.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/return_code.h"
#include "lib/word_list.h"

#define BASE		WORD_LIST_LEN	/* words and their numbers */
#define LOCATOR_WORDS	2
#define NUMBER_WORDS	6
#define DIGITS		(RETURN_CODE_LOCATOR + RETURN_CODE_NUMBER)
#define GROUPS		6		/* of digits: 4 4 6 6 6 6 */
#define LIMBS		4		/* of 6 digits: the secret number */
#define LIMB		1000000u
#define LIMB_DIGITS	6
#define TYPED_MAX	2048		/* bytes */
#define PART_MAX	DIGITS		/* characters of a part that count */
#define PARTS_MAX	64

/* 7776^2 - 1 and 7776^6 - 1 in groups. */
static const unsigned int group_len[GROUPS] = { 4, 4, 6, 6, 6, 6 };
static const unsigned int group_max[GROUPS] = { 6046, 6175, 221073, 919720,
    733357, 899775 };

/* A word or a group of digits as it was typed. */
struct part {
	char		 text[PART_MAX + 1];	/* plain; cut when too long */
	unsigned int	 len;			/* of all of it */
	unsigned int	 digits;		/* how many of len */
	int		 other;			/* has an impossible letter */
};

/* In locked memory. */
struct typed {
	struct part	 parts[PARTS_MAX];
	unsigned int	 n;
	unsigned int	 words[RETURN_CODE_WORDS];
	unsigned int	 groups[GROUPS];
};

void
return_code_free(struct return_code *c)
{
	secret_free(c->number);
	memset(c, 0, sizeof(*c));
}

/*
 * n digits to the base 7776, every one as likely as any other: 13 bits of a
 * hash are a digit, or are thrown away and the next hash is asked.
 */
static void
draw(unsigned int *out, size_t n, const struct secret *key,
    const char *purpose, const unsigned char form[RETURN_CODE_FORM],
    uint32_t nth)
{
	unsigned char input[RETURN_CODE_FORM + 8], hash[SEAL_HASH];
	uint32_t tries = 0;
	unsigned int digit;
	size_t i;

	memcpy(input, form, RETURN_CODE_FORM);
	for (i = 0; i < 4; i++)
		input[RETURN_CODE_FORM + i] = (unsigned char)(nth >>
		    (24 - 8 * i));
	while (n > 0) {
		for (i = 0; i < 4; i++)
			input[RETURN_CODE_FORM + 4 + i] =
			    (unsigned char)(tries >> (24 - 8 * i));
		tries++;
		seal_hash_keyed(hash, key, purpose, input, sizeof(input));
		digit = (hash[0] & 0x1fu) << 8 | hash[1];
		if (digit < BASE) {
			*out++ = digit;
			n--;
		}
	}
	seal_wipe(input, sizeof(input));
	seal_wipe(hash, sizeof(hash));
	seal_wipe(&digit, sizeof(digit));
}

/* n decimal digits of v, without a NUL. */
static void
put_digits(unsigned char *out, unsigned int v, unsigned int n)
{
	while (n-- > 0) {
		out[n] = (unsigned char)('0' + v % 10);
		v /= 10;
	}
}

static void
set_locator(struct return_code *c, const unsigned int words[LOCATOR_WORDS])
{
	(void)snprintf(c->locator, sizeof(c->locator), "%08u",
	    words[0] * BASE + words[1]);
}

/* The secret number from its digits to the base 7776, highest first. */
static void
set_number(struct return_code *c, const unsigned int words[NUMBER_WORDS])
{
	unsigned int limbs[LIMBS] = { 0 };
	uint64_t v;
	size_t i, k;

	for (i = 0; i < NUMBER_WORDS; i++) {
		v = words[i];
		for (k = LIMBS; k-- > 0; v /= LIMB) {
			v += (uint64_t)limbs[k] * BASE;
			limbs[k] = (unsigned int)(v % LIMB);
		}
	}
	c->number = secret_new(RETURN_CODE_NUMBER);
	for (k = 0; k < LIMBS; k++)
		put_digits(c->number->bytes + k * LIMB_DIGITS, limbs[k],
		    LIMB_DIGITS);
	seal_wipe(limbs, sizeof(limbs));
	seal_wipe(&v, sizeof(v));
}

/* And back: long division, the lowest digit first. */
static void
get_words(const struct return_code *c, unsigned int words[RETURN_CODE_WORDS])
{
	unsigned int limbs[LIMBS] = { 0 }, locator = 0;
	uint64_t v;
	size_t i, k;

	for (i = 0; i < RETURN_CODE_LOCATOR; i++)
		locator = locator * 10 + (unsigned int)(c->locator[i] - '0');
	words[0] = locator / BASE;
	words[1] = locator % BASE;
	for (i = 0; i < RETURN_CODE_NUMBER; i++)
		limbs[i / LIMB_DIGITS] = limbs[i / LIMB_DIGITS] * 10 +
		    (unsigned int)(c->number->bytes[i] - '0');
	for (i = RETURN_CODE_WORDS; i-- > LOCATOR_WORDS;) {
		for (k = 0, v = 0; k < LIMBS; k++) {
			v = v * LIMB + limbs[k];
			limbs[k] = (unsigned int)(v / BASE);
			v %= BASE;
		}
		words[i] = (unsigned int)v;
	}
	seal_wipe(limbs, sizeof(limbs));
	seal_wipe(&v, sizeof(v));
}

void
return_code_make(struct return_code *c, const struct secret *pepper,
    const unsigned char form[RETURN_CODE_FORM], uint32_t nth)
{
	struct secret *key = seal_derive(pepper, 1, "web-code");
	unsigned int words[RETURN_CODE_WORDS];

	memset(c, 0, sizeof(*c));
	draw(words, LOCATOR_WORDS, key, "teduh/locator/v1", form, nth);
	draw(words + LOCATOR_WORDS, NUMBER_WORDS, key, "teduh/code/v1", form,
	    0);
	set_locator(c, words);
	set_number(c, words + LOCATOR_WORDS);
	seal_wipe(words, sizeof(words));
	secret_free(key);
}

static int
print_words(const struct return_code *c, const struct word_list *list,
    struct buf *out)
{
	unsigned int words[RETURN_CODE_WORDS], i;
	int r = 0;

	get_words(c, words);
	for (i = 0; i < RETURN_CODE_WORDS && r == 0; i++)
		r = buf_addf(out, "%s%s", i == 0 ? "" : i == LOCATOR_WORDS ?
		    " / " : " ", word_list_word(list, words[i]));
	seal_wipe(words, sizeof(words));
	return r;
}

int
return_code_print(const struct return_code *c, const struct word_list *list,
    struct buf *out)
{
	const char *n = (const char *)c->number->bytes;

	if (list != NULL)
		return print_words(c, list, out);
	return buf_addf(out, "%.4s %.4s / %.6s %.6s %.6s %.6s", c->locator,
	    c->locator + 4, n, n + 6, n + 12, n + 18);
}

/* Cut what was typed into its parts; at most PARTS_MAX are kept. */
static void
read_parts(struct typed *t, const char *typed)
{
	const uint8_t *p = (const uint8_t *)typed;
	size_t left = strlen(typed);
	struct part *part = NULL;
	int len, c;
	ucs4_t u;

	for (; left > 0; p += len, left -= (size_t)len) {
		len = u8_mbtouc(&u, p, left);
		c = word_list_plain(u);
		if (c == WORD_LIST_BREAK)
			part = NULL;
		if (c == WORD_LIST_BREAK || c == WORD_LIST_NOTHING)
			continue;
		if (part == NULL && t->n == PARTS_MAX)
			break;
		if (part == NULL)
			part = &t->parts[t->n++];
		if (c == WORD_LIST_OTHER)
			part->other = 1;
		else if (part->len < PART_MAX)
			part->text[part->len] = (char)c;
		part->len++;
		if (c >= '0' && c <= '9')
			part->digits++;
	}
	seal_wipe(&u, sizeof(u));
	seal_wipe(&c, sizeof(c));
}

static int
say(struct return_code_wrong *w, enum return_code_fault fault,
    unsigned int part)
{
	w->fault = fault;
	w->part = part;
	return -1;
}

static int
find_part(const struct word_list *list, const struct part *p)
{
	return p->other || p->len > WORD_LIST_MAX ? -1 :
	    word_list_find(list, p->text);
}

/* The list that has most of the words; NULL when none has any. */
static const struct word_list *
best_list(const struct typed *t, const struct word_list *const *lists)
{
	const struct word_list *best = NULL;
	unsigned int i, has, most = 0;

	for (; *lists != NULL; lists++) {
		for (i = 0, has = 0; i < t->n; i++)
			has += find_part(*lists, &t->parts[i]) != -1;
		if (has > most) {
			most = has;
			best = *lists;
		}
	}
	return best;
}

static int
read_words(struct typed *t, const struct word_list *const *lists,
    struct return_code_wrong *w)
{
	const struct word_list *best = best_list(t, lists);
	unsigned int i, k;
	int digit;

	for (i = 0; i < t->n; i++) {
		if (t->parts[i].digits > 0)
			return say(w, RETURN_CODE_MIXED, i + 1);
		digit = best == NULL ? -1 : find_part(best, &t->parts[i]);
		for (k = 0; digit == -1 && lists[k] != NULL; k++)
			if (find_part(lists[k], &t->parts[i]) != -1)
				return say(w, RETURN_CODE_FOREIGN, i + 1);
		if (digit == -1)
			return say(w, RETURN_CODE_UNKNOWN, i + 1);
		if (i < RETURN_CODE_WORDS)
			t->words[i] = (unsigned int)digit;
	}
	if (t->n != RETURN_CODE_WORDS)
		return say(w, RETURN_CODE_COUNT, t->n);
	return 0;
}

/* No group makes its number too high; a lower one settles the rest. */
static int
check_range(const struct typed *t, unsigned int first, unsigned int last,
    struct return_code_wrong *w)
{
	unsigned int i;

	for (i = first; i <= last; i++) {
		if (t->groups[i] > group_max[i])
			return say(w, RETURN_CODE_RANGE, i + 1);
		if (t->groups[i] < group_max[i])
			break;
	}
	return 0;
}

static int
read_digits(struct typed *t, struct return_code_wrong *w)
{
	unsigned int i, k, n = 0, group = 0, have = 0;

	for (i = 0; i < t->n; i++)
		n += t->parts[i].len;
	for (i = 0; t->n == GROUPS && n != DIGITS && i < GROUPS; i++)
		if (t->parts[i].len != group_len[i])
			return say(w, RETURN_CODE_GROUP, i + 1);
	if (n != DIGITS)
		return say(w, RETURN_CODE_DIGITS, n);
	for (i = 0; i < t->n; i++)
		for (k = 0; k < t->parts[i].len; k++) {
			t->groups[group] = t->groups[group] * 10 +
			    (unsigned int)(t->parts[i].text[k] - '0');
			if (++have == group_len[group]) {
				have = 0;
				group++;
			}
		}
	if (check_range(t, 0, 1, w) == -1)
		return -1;
	return check_range(t, 2, GROUPS - 1, w);
}

static void
take_digits(struct return_code *c, const struct typed *t)
{
	unsigned char *out;
	unsigned int i;

	put_digits((unsigned char *)c->locator, t->groups[0], 4);
	put_digits((unsigned char *)c->locator + 4, t->groups[1], 4);
	c->number = secret_new(RETURN_CODE_NUMBER);
	for (i = 0, out = c->number->bytes; i < LIMBS; i++)
		put_digits(out + i * LIMB_DIGITS, t->groups[2 + i],
		    LIMB_DIGITS);
}

static void
explain(const struct return_code_wrong *w, struct err *e)
{
	switch (w->fault) {
	case RETURN_CODE_EMPTY:
		err_set(e, ERR_INPUT, "nothing was typed: a return code has "
		    "8 words or 32 digits");
		break;
	case RETURN_CODE_LONG:
		err_set(e, ERR_INPUT, "this is far longer than a return code");
		break;
	case RETURN_CODE_COUNT:
		err_set(e, ERR_INPUT, "a return code has 8 words, here are %u",
		    w->part);
		break;
	case RETURN_CODE_UNKNOWN:
		err_set(e, ERR_INPUT, "word %u is in no list of words: look "
		    "at its letters again", w->part);
		break;
	case RETURN_CODE_FOREIGN:
		err_set(e, ERR_INPUT, "word %u is of another language than "
		    "the others", w->part);
		break;
	case RETURN_CODE_MIXED:
		err_set(e, ERR_INPUT, "part %u does not fit: a return code "
		    "has only words or only digits", w->part);
		break;
	case RETURN_CODE_DIGITS:
		err_set(e, ERR_INPUT, "a return code has 32 digits, here are "
		    "%u", w->part);
		break;
	case RETURN_CODE_GROUP:
		err_set(e, ERR_INPUT, "group %u of the digits needs %u of "
		    "them", w->part, group_len[w->part - 1]);
		break;
	case RETURN_CODE_RANGE:
		err_set(e, ERR_INPUT, "group %u of the digits is not possible "
		    "in a return code", w->part);
		break;
	}
}

static int
parse(struct typed *t, const char *typed,
    const struct word_list *const *lists, struct return_code_wrong *w)
{
	unsigned int i, have = 0;

	if (strnlen(typed, TYPED_MAX + 1) > TYPED_MAX)
		return say(w, RETURN_CODE_LONG, 0);
	read_parts(t, typed);
	if (t->n == 0)
		return say(w, RETURN_CODE_EMPTY, 0);
	for (i = 0; i < t->n; i++)
		have += t->parts[i].digits > 0;
	if (have <= t->n / 2)
		return read_words(t, lists, w);
	for (i = 0; i < t->n; i++)
		if (t->parts[i].digits != t->parts[i].len)
			return say(w, RETURN_CODE_MIXED, i + 1);
	return read_digits(t, w);
}

int
return_code_parse(struct return_code *c, const char *typed,
    const struct word_list *const *lists, struct return_code_wrong *wrong,
    struct err *e)
{
	struct return_code_wrong w = { RETURN_CODE_EMPTY, 0 };
	struct secret *memory = secret_new(sizeof(struct typed));
	struct typed *t = (void *)memory->bytes;
	int r;

	memset(c, 0, sizeof(*c));
	if ((r = parse(t, typed, lists, &w)) == -1)
		explain(&w, e);
	else if (t->parts[0].digits > 0)
		take_digits(c, t);
	else {
		set_locator(c, t->words);
		set_number(c, t->words + LOCATOR_WORDS);
	}
	if (wrong != NULL)
		*wrong = w;
	secret_free(memory);
	return r;
}

struct secret *
return_code_pair(const struct return_code *c,
    const unsigned char salt[RETURN_CODE_SALT], unsigned char pub[SEAL_KEY])
{
	struct secret *key = secret_copy(salt, RETURN_CODE_SALT);
	struct secret *seed = secret_new(SEAL_HASH), *pair;

	seal_hash_keyed(seed->bytes, key, "teduh/seeker/v1",
	    c->number->bytes, c->number->len);
	pair = seal_pair_from_seed(seed, pub);
	secret_free(seed);
	secret_free(key);
	return pair;
}

void
return_code_salt(unsigned char salt[RETURN_CODE_SALT],
    const struct secret *pepper, const char locator[RETURN_CODE_LOCATOR + 1])
{
	struct secret *key = seal_derive(pepper, 1, "web-salt");

	seal_hash_keyed(salt, key, "teduh/salt/v1", locator,
	    RETURN_CODE_LOCATOR);
	secret_free(key);
}
