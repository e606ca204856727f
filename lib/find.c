/*
 * Finds words in text.  The text is made plain (normal form, single blanks)
 * and then folded, once as it is and once bare of its marks; each folded byte
 * knows which byte of the plain text it came from, so that what was found can
 * be shown as it was written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/find.h"
#include "lib/seal.h"
#include "lib/text.h"

#define CHARACTER_MAX	6	/* bytes of one */
#define FOLDED_MAX	128	/* bytes that one character may become */

struct word {
	struct buf	 text;		/* folded */
	int		 bare;		/* it has no marks */
};

struct find {
	struct word	*words;
	size_t		 n;
};

struct folded {
	struct buf	 text;
	uint32_t	*from;		/* of each byte, or NULL */
	int		 bare;
};

/* Blanks of every kind, one space for a run; nothing that is not seen. */
static int
plain(const char *text, struct buf *out)
{
	uint8_t *normal;
	size_t n = 0, at;
	int len, blank = 0;
	ucs4_t c;

	normal = u8_normalize(UNINORM_NFKC, (const uint8_t *)text,
	    strlen(text), NULL, &n);
	if (normal == NULL)
		mem_out();
	buf_init(out, UINT32_MAX / 2);
	for (at = 0; at < n; at += (size_t)len) {
		len = u8_mbtouc(&c, normal + at, n - at);
		if (c == (ucs4_t)*FIND_FIELD)
			blank = 0;
		else if (c <= ' ' || uc_is_property_white_space(c)) {
			blank = 1;
			continue;
		} else if (c == 0x7f ||
		    uc_is_property_default_ignorable_code_point(c))
			continue;
		if (blank && out->len > 0 &&
		    out->bytes[out->len - 1] != *FIND_FIELD)
			(void)buf_addc(out, ' ');
		blank = 0;
		(void)buf_add(out, normal + at, (size_t)len);
	}
	seal_wipe(normal, n);
	free(normal);
	return out->len <= UINT32_MAX / 4 ? 0 : -1;
}

static void
add(struct folded *f, const uint8_t *bytes, size_t n, size_t from)
{
	size_t i, end = f->text.len;

	if (buf_add(&f->text, bytes, n) == -1 || f->from == NULL)
		return;
	for (i = 0; i < n; i++)
		f->from[end + i] = (uint32_t)from;
}

/* One character that is not ASCII. */
static void
fold_character(struct folded *f, const uint8_t *s, size_t n, size_t from)
{
	uint8_t room[FOLDED_MAX];
	size_t len = sizeof(room), at;
	uint8_t *out;
	ucs4_t c;
	int step;

	out = u8_casefold(s, n, NULL, f->bare ? UNINORM_NFKD : UNINORM_NFKC,
	    room, &len);
	if (out == NULL)
		mem_out();
	for (at = 0; at < len && out == room; at += (size_t)step) {
		step = u8_mbtouc(&c, out + at, len - at);
		if (!f->bare || !uc_is_general_category_withtable(c,
		    UC_CATEGORY_MASK_M))
			add(f, out + at, (size_t)step, from);
	}
	if (out != room)	/* nothing in Unicode is so long */
		free(out);
}

/* The offsets have room for the longest that folding can make of it. */
static void
fold(struct folded *f, const struct buf *text, int bare, int with_offsets)
{
	const uint8_t *s = (const uint8_t *)text->bytes;
	size_t at, step, longest = 4 * text->len + FOLDED_MAX;
	uint8_t lower;
	ucs4_t c;

	f->bare = bare;
	f->from = with_offsets ? mem_alloc(longest * sizeof(*f->from)) : NULL;
	buf_init(&f->text, longest);
	for (at = 0; at < text->len; at += step) {
		step = 1;
		if (s[at] < 0x80) {
			lower = s[at] >= 'A' && s[at] <= 'Z' ?
			    (uint8_t)(s[at] | 0x20) : s[at];
			add(f, &lower, 1, at);
			continue;
		}
		step = (size_t)u8_mbtouc(&c, s + at, text->len - at);
		fold_character(f, s + at, step, at);
	}
}

static void
folded_free(struct folded *f)
{
	buf_free(&f->text);
	free(f->from);
}

static int
word_new(struct word *w, const char *typed, struct err *e)
{
	struct folded whole, bare;
	struct buf text;
	size_t n = strlen(typed);

	memset(w, 0, sizeof(*w));
	if (n > FIND_WORD_MAX) {
		err_set(e, ERR_INPUT, "a word to look for has %d bytes at "
		    "most; look for a part of it", FIND_WORD_MAX);
		return -1;
	}
	if (!text_is_line(typed)) {
		err_set(e, ERR_INPUT, "a word to look for is one line of "
		    "UTF-8 without control characters: type it again");
		return -1;
	}
	(void)plain(typed, &text);
	fold(&whole, &text, 0, 0);
	fold(&bare, &text, 1, 0);
	w->bare = whole.text.len == bare.text.len && memcmp(whole.text.bytes,
	    bare.text.bytes, bare.text.len) == 0;
	n = whole.text.len;
	w->text = whole.text;
	buf_free(&bare.text);
	buf_free(&text);
	if (n > 0)
		return 0;
	err_set(e, ERR_INPUT, "there is nothing to look for in an empty "
	    "word; say one of the letter's words");
	return -1;
}

struct find *
find_new(const char *const *words, size_t n, struct err *e)
{
	struct find *f = mem_alloc(sizeof(*f));

	f->words = mem_alloc((n + 1) * sizeof(*f->words));
	for (; f->n < n; f->n++)
		if (word_new(&f->words[f->n], words[f->n], e) == -1) {
			f->n++;
			find_free(f);
			return NULL;
		}
	return f;
}

void
find_free(struct find *f)
{
	size_t i;

	if (f == NULL)
		return;
	for (i = 0; i < f->n; i++)
		buf_free(&f->words[i].text);
	free(f->words);
	free(f);
}

/* Where a word stands in folded text; NULL. */
static const char *
stands(const struct folded *f, const struct word *w)
{
	return memmem(f->text.bytes, f->text.len, w->text.bytes, w->text.len);
}

/* The field around what was found, as it was written. */
static void
cut(const struct buf *text, const struct folded *f, const struct word *w,
    struct find_place *place)
{
	size_t at = (size_t)(stands(f, w) - f->text.bytes);
	size_t first = f->from[at], end = f->from[at + w->text.len - 1];
	size_t begin = first;
	ucs4_t c;

	end += (size_t)u8_mbtouc(&c, (const uint8_t *)text->bytes + end,
	    text->len - end);
	while (begin > 0 && text->bytes[begin - 1] != *FIND_FIELD)
		begin--;
	place->at = first - begin;
	place->len = end - first;
	place->text = mem_dup(text->bytes + begin, strcspn(text->bytes +
	    begin, FIND_FIELD));
}

int
find_in(const struct find *find, const char *text, struct find_place *place)
{
	struct folded whole, bare;
	const struct word *w;
	struct buf line;
	size_t i;
	int found;

	memset(place, 0, sizeof(*place));
	found = plain(text, &line) == 0 && find->n > 0;
	fold(&whole, &line, 0, 1);
	fold(&bare, &line, 1, 1);
	for (i = 0; found && i < find->n; i++) {
		w = &find->words[i];
		found = stands(w->bare ? &bare : &whole, w) != NULL;
	}
	w = find->words;
	if (found)
		cut(&line, w->bare ? &bare : &whole, w, place);
	folded_free(&whole);
	folded_free(&bare);
	buf_free(&line);
	return found;
}

void
find_place_free(struct find_place *place)
{
	if (place->text != NULL)
		seal_wipe(place->text, strlen(place->text));
	free(place->text);
	memset(place, 0, sizeof(*place));
}
