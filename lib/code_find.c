/*
 * Whole return codes within a text.  Each word is looked up once in each
 * list; only where eight in a row share one, or digits add up, is the run
 * read as a code.
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
#define PARTS		32	/* the most of a code: each digit alone */
#define DIGITS		(RETURN_CODE_LOCATOR + RETURN_CODE_NUMBER)

/* A word or a group of digits. */
struct part {
	size_t		begin, end;
	unsigned int	digits;		/* how many, when it has only these */
	uint32_t	in;		/* lists that have it, a bit for each */
};

/* The last parts, the newest at n - 1. */
struct row {
	struct part	parts[PARTS];
	size_t		n;
};

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

/* The next part from *at, which moves behind it; 0, or -1 at the end. */
static int
next_part(const struct code_find *f, size_t *at, struct part *p)
{
	const uint8_t *s = (const uint8_t *)f->text;
	size_t left = f->len - *at, len = 0, letters = 0;
	char word[WORD_LIST_MAX + 1] = "";
	int n, c, inside = 0;
	ucs4_t u;

	memset(p, 0, sizeof(*p));
	for (; left > 0; *at += (size_t)n, left -= (size_t)n) {
		n = u8_mbtouc(&u, s + *at, left);
		c = word_list_plain(u);
		if (c == WORD_LIST_BREAK && inside)
			break;
		if (c == WORD_LIST_BREAK || c == WORD_LIST_NOTHING)
			continue;
		if (!inside)
			p->begin = *at;
		inside = 1;
		p->end = *at + (size_t)n;
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
add(struct row *r, const struct part *p)
{
	if (r->n == PARTS) {
		memmove(r->parts, r->parts + 1, (PARTS - 1) *
		    sizeof(*r->parts));
		r->n--;
	}
	r->parts[r->n++] = *p;
}

/* Do the newest parts look like a whole code? The first of them, or -1. */
static int
look_back(const struct row *r)
{
	uint32_t in = UINT32_MAX;
	unsigned int digits = 0;
	size_t i, n = r->n;

	for (i = n; i-- > 0 && r->parts[i].digits > 0;) {
		digits += r->parts[i].digits;
		if (digits >= DIGITS)
			return digits == DIGITS ? (int)i : -1;
	}
	if (n < RETURN_CODE_WORDS)
		return -1;
	for (i = n - RETURN_CODE_WORDS; i < n; i++)
		in &= r->parts[i].in;
	return in != 0 ? (int)(n - RETURN_CODE_WORDS) : -1;
}

static int
read_code(const struct code_find *f, size_t begin, size_t end,
    struct return_code *code)
{
	struct err e = ERR_INIT;
	struct buf typed;
	int bad;

	buf_init(&typed, RETURN_CODE_MAX);
	bad = buf_add(&typed, f->text + begin, end - begin) == -1 ||
	    return_code_parse(code, typed.bytes, f->lists, NULL, &e) == -1;
	buf_free(&typed);
	return bad ? -1 : 0;
}

int
code_find_next(struct code_find *f, size_t *begin, size_t *end,
    struct return_code *code)
{
	size_t at = f->at;
	struct part p;
	struct row r;
	int first, found = 0;

	r.n = 0;
	f->len = strlen(f->text);
	while (!found && next_part(f, &at, &p) == 0) {
		add(&r, &p);
		if ((first = look_back(&r)) == -1)
			continue;
		*begin = r.parts[first].begin;
		*end = p.end;
		if (read_code(f, *begin, *end, code) == 0) {
			f->at = r.parts[first].end;
			found = 1;
		}
	}
	return found;
}
