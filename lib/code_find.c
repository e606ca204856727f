/*
 * Whole return codes within a text.  Each word is looked up once in each
 * list; only where two and six share one, or digits add up, are they read as
 * a code.
 */
#include <string.h>
#include <unistr.h>

#include "lib/buf.h"
#include "lib/code_find.h"
#include "lib/err.h"
#include "lib/return_code.h"
#include "lib/seal.h"
#include "lib/word_list.h"

#define LISTS_MAX	32
#define DIGITS		(RETURN_CODE_LOCATOR + RETURN_CODE_NUMBER)
#define LOCATOR_WORDS	2
#define NUMBER_WORDS	(RETURN_CODE_WORDS - LOCATOR_WORDS)

static uint32_t
lists_with(const struct word_list *const *lists, const char *word)
{
	uint32_t in = 0;
	size_t i;

	for (i = 0; i < LISTS_MAX && lists[i] != NULL; i++)
		if (word_list_find(lists[i], word) != -1)
			in |= UINT32_C(1) << i;
	return in;
}

/* The next part; 0, or -1 at the end. */
static int
next_part(struct code_find *f, struct code_find_part *p)
{
	const uint8_t *s = (const uint8_t *)f->text;
	size_t left = f->len - f->at, len = 0, letters = 0;
	char word[WORD_LIST_MAX + 1] = "";
	int n, c, inside = 0;
	ucs4_t u;

	memset(p, 0, sizeof(*p));
	for (; left > 0; f->at += (size_t)n, left -= (size_t)n) {
		n = u8_mbtouc(&u, s + f->at, left);
		c = word_list_plain(u);
		if (c == WORD_LIST_BREAK && inside)
			break;
		if (c == WORD_LIST_BREAK || c == WORD_LIST_NOTHING)
			continue;
		if (!inside)
			p->begin = f->at;
		inside = 1;
		p->end = f->at + (size_t)n;
		if (c >= '0' && c <= '9')
			p->digits++;
		else
			letters++;
		if (c != WORD_LIST_OTHER && len < WORD_LIST_MAX)
			word[len] = (char)c;
		len += c == WORD_LIST_OTHER ? WORD_LIST_MAX + 1 : 1;
	}
	if (letters > 0)
		p->digits = 0;
	if (letters > 0 && len <= WORD_LIST_MAX)
		p->in = lists_with(f->lists, word);
	seal_wipe(word, sizeof(word));
	return inside ? 0 : -1;
}

static void
add(struct code_find *f, const struct code_find_part *p)
{
	if (f->n == CODE_FIND_PARTS) {
		memmove(f->parts, f->parts + 1, (CODE_FIND_PARTS - 1) *
		    sizeof(*f->parts));
		f->n--;
	}
	f->parts[f->n++] = *p;
}

/* Where a code may stand: its two halves, in parts of the row. */
struct place {
	size_t		first, first_end;	/* the locator */
	size_t		second;			/* the number, to the end */
};

/* Which lists have all n parts before `end`. */
static uint32_t
lists_of(const struct code_find *f, size_t end, size_t n)
{
	uint32_t in = UINT32_MAX;
	size_t i;

	for (i = end - n; i < end; i++)
		in &= f->parts[i].in;
	return in;
}

/* Where the parts before `end` begin that have n digits; or -1. */
static int
digits_before(const struct code_find *f, size_t end, unsigned int n)
{
	unsigned int have = 0;
	size_t i = end;

	while (have < n && i > 0 && f->parts[i - 1].digits > 0)
		have += f->parts[--i].digits;
	return have == n ? (int)i : -1;
}

static int
has_digits(const struct code_find *f, size_t from, size_t to)
{
	for (; from < to; from++)
		if (f->parts[from].digits > 0)
			return 1;
	return 0;
}

/* In words, with `gap` parts between the halves: 1, 0. */
static int
look_words(const struct code_find *f, size_t gap, struct place *p)
{
	size_t n = f->n;

	if (n < RETURN_CODE_WORDS + gap || lists_of(f, n, NUMBER_WORDS) == 0)
		return 0;
	p->second = n - NUMBER_WORDS;
	p->first_end = p->second - gap;
	p->first = p->first_end - LOCATOR_WORDS;
	return (lists_of(f, n, NUMBER_WORDS) & lists_of(f, p->first_end,
	    LOCATOR_WORDS)) != 0;
}

/* The same in digits; without a gap they need not be cut at the halves. */
static int
look_digits(const struct code_find *f, size_t gap, struct place *p)
{
	int first, second;

	if (gap == 0) {
		first = digits_before(f, f->n, DIGITS);
		p->first = (size_t)first;
		p->first_end = p->second = f->n;
		return first != -1;
	}
	second = digits_before(f, f->n, RETURN_CODE_NUMBER);
	if (second == -1 || (size_t)second < gap ||
	    has_digits(f, (size_t)second - gap, (size_t)second))
		return 0;
	p->second = (size_t)second;
	p->first_end = p->second - gap;
	first = digits_before(f, p->first_end, RETURN_CODE_LOCATOR);
	p->first = (size_t)first;
	return first != -1;
}

/* What stands at that place, with nothing between the halves. */
static int
read_code(const struct code_find *f, const struct place *p,
    struct return_code *code)
{
	size_t begin = f->parts[p->first].begin;
	size_t end = f->parts[f->n - 1].end;
	struct err e = ERR_INIT;
	struct buf typed;
	size_t cut;
	int bad = 0;

	buf_init(&typed, RETURN_CODE_MAX);
	if (p->first_end < p->second) {
		cut = f->parts[p->first_end - 1].end;
		bad = buf_add(&typed, f->text + begin, cut - begin) == -1 ||
		    buf_addc(&typed, ' ') == -1;
		begin = f->parts[p->second].begin;
	}
	bad = bad || buf_add(&typed, f->text + begin, end - begin) == -1 ||
	    return_code_parse(code, typed.bytes, f->lists, NULL, &e) == -1;
	buf_free(&typed);
	return bad ? -1 : 0;
}

void
code_find_begin(struct code_find *f, const char *text,
    const struct word_list *const *lists)
{
	memset(f, 0, sizeof(*f));
	f->text = text;
	f->lists = lists;
	code_find_resume(f, 0);
}

void
code_find_resume(struct code_find *f, size_t at)
{
	f->at = at;
	f->len = at + strlen(f->text + at);
	f->n = f->gaps = 0;
}

int
code_find_next(struct code_find *f, size_t *begin, size_t *end,
    struct return_code *code)
{
	struct code_find_part part;
	struct place p;

	for (;;) {
		while (f->gaps > 0 && f->looks < CODE_FIND_LOOKS) {
			f->gaps--;
			if (!look_words(f, f->gaps, &p) &&
			    !look_digits(f, f->gaps, &p))
				continue;
			f->looks++;
			if (read_code(f, &p, code) == -1)
				continue;
			*begin = f->parts[p.first].begin;
			*end = f->parts[f->n - 1].end;
			return 1;
		}
		if (f->looks == CODE_FIND_LOOKS ||
		    next_part(f, &part) == -1)
			return 0;
		add(f, &part);
		f->gaps = CODE_FIND_GAP + 1;
	}
}
