/*
 * Lists of words, to write numbers that people can copy by hand and say
 * aloud.
 *
 * A list is kept twice: as it stands in its file, where the place of a word
 * is its meaning, and sorted by its plain form, to be found.  Characters are
 * looked at one by one and nothing is allocated for that: what is typed here
 * opens somebody's letters and leaves no copies behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "lib/word_list.h"

#define LETTERS		26
#define PAIRS		(LETTERS * LETTERS)

_Static_assert(WORD_LIST_MIN >= 2, "each word has its first two letters");

struct word {
	char		 plain[WORD_LIST_MAX + 1];
	unsigned int	 digit;
};

struct word_list {
	char		*name, *text;
	const char	*words[WORD_LIST_LEN];	/* in text */
	struct word	 sorted[WORD_LIST_LEN];
	unsigned int	 begin[PAIRS + 1];	/* in sorted, by pair_of() */
};

int
word_list_plain(uint32_t c)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	int value;

	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? (int)c - 'A' + 'a' :
		    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ?
		    (int)c : WORD_LIST_BREAK;
	c = uc_tolower(c);
	while (uc_canonical_decomposition(c, parts) > 0)
		c = parts[0];	/* the letter; its marks stand behind it */
	if (c >= 'a' && c <= 'z')
		return (int)c;
	if ((value = uc_decimal_value(c)) >= 0)
		return '0' + value;
	if (uc_is_general_category(c, UC_MARK) ||
	    uc_is_general_category(c, UC_FORMAT))
		return WORD_LIST_NOTHING;
	if (uc_is_general_category(c, UC_LETTER) ||
	    uc_is_general_category(c, UC_NUMBER))
		return WORD_LIST_OTHER;
	return WORD_LIST_BREAK;
}

/* One line of a file, which is UTF-8, to its plain form. */
static int
read_word(struct word *w, const char *line)
{
	const uint8_t *p = (const uint8_t *)line;
	size_t n = 0;
	int plain;
	ucs4_t c;

	while ((p = u8_next(&c, p)) != NULL) {
		plain = word_list_plain(c);
		if (plain < 'a' || n == WORD_LIST_MAX)
			return -1;
		w->plain[n++] = (char)plain;
	}
	w->plain[n] = '\0';
	return n < WORD_LIST_MIN ? -1 : 0;
}

static int
compare_words(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return strcmp(x->plain, y->plain);
}

/* The place of its first two letters among all pairs, or -1. */
static int
pair_of(const char *plain)
{
	if (plain[0] < 'a' || plain[0] > 'z' || plain[1] < 'a' ||
	    plain[1] > 'z')
		return -1;
	return (plain[0] - 'a') * LETTERS + plain[1] - 'a';
}

/* Every word of a letter is looked for, and few are there. */
static void
make_index(struct word_list *l)
{
	unsigned int i = 0;
	int pair;

	for (pair = 0; pair <= PAIRS; pair++) {
		while (i < WORD_LIST_LEN &&
		    pair_of(l->sorted[i].plain) < pair)
			i++;
		l->begin[pair] = i;
	}
}

/* Cut the text into its lines. */
static int
read_lines(struct word_list *l, struct err *e)
{
	unsigned int n = 0;
	char *p, *end;

	for (p = l->text; *p != '\0'; p = end + 1) {
		if ((end = strchr(p, '\n')) == NULL) {
			err_set(e, ERR_INPUT, "the word list '%s' does not "
			    "end with a line end", l->name);
			return -1;
		}
		if (n == WORD_LIST_LEN)
			break;
		*end = '\0';
		if (read_word(&l->sorted[n], p) == -1) {
			err_set(e, ERR_INPUT, "line %u of the word list '%s' "
			    "is not a word of %d to %d letters", n + 1,
			    l->name, WORD_LIST_MIN, WORD_LIST_MAX);
			return -1;
		}
		l->sorted[n].digit = n;
		l->words[n++] = p;
	}
	if (n < WORD_LIST_LEN || *p != '\0') {
		err_set(e, ERR_INPUT, "the word list '%s' has not %d words",
		    l->name, WORD_LIST_LEN);
		return -1;
	}
	return 0;
}

struct word_list *
word_list_new(const char *name, const void *bytes, size_t len, struct err *e)
{
	struct word_list *l = mem_alloc(sizeof(*l));
	const struct word *a, *b;
	unsigned int i;

	l->name = mem_strdup(name);
	if (len > WORD_LIST_BYTES || memchr(bytes, '\0', len) != NULL ||
	    !text_is_utf8(bytes, len)) {
		err_set(e, ERR_INPUT, "the word list '%s' is not a text of "
		    "%d words", name, WORD_LIST_LEN);
		goto fail;
	}
	l->text = mem_dup(bytes, len);
	if (read_lines(l, e) == -1)
		goto fail;
	qsort(l->sorted, WORD_LIST_LEN, sizeof(l->sorted[0]), compare_words);
	for (i = 1; i < WORD_LIST_LEN; i++) {
		a = &l->sorted[i - 1];
		b = &l->sorted[i];
		if (strcmp(a->plain, b->plain) != 0)
			continue;
		err_set(e, ERR_INPUT, "lines %u and %u of the word list '%s' "
		    "are the same word", a->digit + 1, b->digit + 1, name);
		goto fail;
	}
	make_index(l);
	return l;
fail:
	word_list_free(l);
	return NULL;
}

void
word_list_free(struct word_list *l)
{
	if (l == NULL)
		return;
	free(l->name);
	free(l->text);
	free(l);
}

const char *
word_list_name(const struct word_list *l)
{
	return l->name;
}

const char *
word_list_word(const struct word_list *l, unsigned int digit)
{
	return l->words[digit];
}

int
word_list_find(const struct word_list *l, const char *plain)
{
	int order, pair = pair_of(plain);
	unsigned int low, high, middle;

	if (pair == -1)
		return -1;
	low = l->begin[pair];
	high = l->begin[pair + 1];
	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(plain, l->sorted[middle].plain);
		if (order == 0)
			return (int)l->sorted[middle].digit;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}
