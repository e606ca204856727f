/*
 * Cuts a text into words and sentences, for checks that count and compare
 * them.  It knows no language: what stands between blanks and marks is a
 * word, and case is folded as Unicode says.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "lib/buf.h"
#include "lib/seal.h"
#include "lib/tokens.h"

struct reader {
	const char	*text;
	size_t		 len, at, line;
	int		 open;		/* a sentence is under way */
	int		 first;		/* the next word may begin one */
	size_t		 room, srooms;
};

static ucs4_t
look(const struct reader *r, size_t at, size_t *n)
{
	ucs4_t c = 0;

	*n = 0;
	if (at < r->len)
		*n = (size_t)u8_mbtouc(&c, (const uint8_t *)r->text + at,
		    r->len - at);
	return c;
}

static int
is_letter(ucs4_t c)
{
	return c > ' ' && (uc_is_alpha(c) || uc_is_digit(c) ||
	    uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M |
	    UC_CATEGORY_MASK_N));
}

/* An apostrophe (also the one of print) or a hyphen. */
static int
joins(ucs4_t c)
{
	return c == '\'' || c == '-' || c == 0x2019 || c == 0x2010;
}

static char *
fold(const char *s, size_t n)
{
	size_t len = 0;
	uint8_t *out = u8_casefold((const uint8_t *)s, n, NULL,
	    UNINORM_NFKC, NULL, &len);
	char *folded;

	if (out == NULL)
		mem_out();
	folded = mem_dup(out, len);
	seal_wipe(out, len);
	free(out);
	return folded;
}

static void *
grow(void *list, size_t n, size_t *room, size_t size)
{
	void *more;

	if (n < *room)
		return list;
	*room = *room == 0 ? 64 : *room * 2;
	more = mem_alloc(*room * size);
	if (n > 0)
		memcpy(more, list, n * size);
	free(list);
	return more;
}

static void
begin(struct tokens *t, struct reader *r)
{
	struct token_sentence *s;

	if (r->open)
		return;
	t->sentences = grow(t->sentences, t->nsentences, &r->srooms,
	    sizeof(*t->sentences));
	s = &t->sentences[t->nsentences++];
	s->at = r->text + r->at;
	s->line = r->line;
	s->from = t->n;
	r->open = 1;
	r->first = 1;
}

/* The sentence ends in front of r->at. */
static void
end(struct tokens *t, struct reader *r, int asks)
{
	struct token_sentence *s;

	r->first = 1;
	if (!r->open)
		return;
	s = &t->sentences[t->nsentences - 1];
	s->len = (size_t)(r->text + r->at - s->at);
	s->n = t->n - s->from;
	s->asks = asks;
	r->open = 0;
}

static void
add_word(struct tokens *t, struct reader *r)
{
	struct token *w;
	size_t n, m, start = r->at;
	ucs4_t c, next;
	int lower = 0, upper;

	begin(t, r);
	t->words = grow(t->words, t->n, &r->room, sizeof(*t->words));
	w = &t->words[t->n++];
	upper = uc_is_upper(look(r, r->at, &n));
	for (; r->at < r->len; r->at += n) {
		c = look(r, r->at, &n);
		next = look(r, r->at + n, &m);
		if (!is_letter(c) && !(joins(c) && r->at > start &&
		    is_letter(next)))
			break;
		lower |= uc_is_lower(c);
		w->characters++;
	}
	w->at = r->text + start;
	w->len = r->at - start;
	w->folded = fold(w->at, w->len);
	w->line = r->line;
	w->sentence = t->nsentences - 1;
	w->first = r->first;
	w->capital = upper && lower;
	r->first = 0;
}

/* Between words: where lines and sentences end. */
static void
pass(struct tokens *t, struct reader *r)
{
	size_t n, m;
	ucs4_t c = look(r, r->at, &n), next = look(r, r->at + n, &m);

	r->at += n;
	if (c == '\n') {
		r->line++;
		if (next == '\n')
			end(t, r, 0);
	} else if ((c == '.' || c == '!' || c == '?' || c == 0x2026) &&
	    (m == 0 || next <= ' ' || next == '"' || next == ')' ||
	    next == 0x201d))
		end(t, r, c == '?');
	else if (next == '\n' && (c == ',' || c == ':'))
		r->first = 1;		/* "Dear Rani," */
	else if (c == '"' || c == 0x201c || c == 0x201e || c == '-' ||
	    c == '*')
		r->first = 1;		/* a quote, a list */
}

void
tokens_read(struct tokens *t, const char *text)
{
	struct reader r = { .text = text, .len = strlen(text), .line = 1 };
	size_t n;

	memset(t, 0, sizeof(*t));
	while (r.at < r.len)
		if (is_letter(look(&r, r.at, &n)))
			add_word(t, &r);
		else
			pass(t, &r);
	end(t, &r, 0);
}

void
tokens_free(struct tokens *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		seal_wipe(t->words[i].folded, strlen(t->words[i].folded));
		free(t->words[i].folded);
	}
	free(t->words);
	free(t->sentences);
	memset(t, 0, sizeof(*t));
}
