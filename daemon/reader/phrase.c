/*
 * Phrases of rules, made plain as letters are, so that both are compared byte
 * by byte.  How long a search may take is counted, not hoped.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/phrase.h"
#include "lib/err.h"

struct choice {
	char	*word, *squeezed;
	size_t	 len, squeezed_len;
	int	 stem;
};

struct place {
	struct choice	*v;
	size_t		 n;
	int		 gap;		/* words that may stand in front */
	int		 optional;
};

struct phrase {
	struct place	 places[PHRASE_WORDS];
	size_t		 n;
};

static int
bad(struct err *e, const char *why)
{
	err_set(e, ERR_INPUT, "%s", why);
	return -1;
}

static int
add_choice(struct place *p, const char *s, size_t n, struct err *e)
{
	struct choice *c;
	struct plain plain;
	int result = 0;

	if ((p->v = realloc(p->v, (p->n + 1) * sizeof(*p->v))) == NULL)
		mem_out();
	c = &p->v[p->n];
	memset(c, 0, sizeof(*c));
	c->stem = n > 0 && s[n - 1] == '*';
	plain_make(&plain, s, n - (c->stem ? 1 : 0));
	if (plain.n == 1) {
		c->len = plain.text.len;
		c->word = mem_dup(plain.text.bytes, c->len);
		c->squeezed = mem_alloc(c->len + 1);
		c->squeezed_len = plain_squeeze(c->word, c->len,
		    c->squeezed);
		p->n++;
	} else
		result = bad(e, plain.n == 0 ? "a word of it has neither "
		    "letters nor digits" : "a word of it is two in plain "
		    "text: write a space for '-' and other signs");
	plain_free(&plain);
	return result;
}

static int
add_place(struct phrase *p, const char *s, size_t n, int gap, struct err *e)
{
	struct place *place = &p->places[p->n];
	size_t len;

	if (p->n == PHRASE_WORDS)
		return bad(e, "it has more than 12 words");
	if (s[0] == '|' || s[n - 1] == '|')
		return bad(e, "'|' stands between two words, without spaces");
	p->n++;
	place->gap = gap;
	if (n > 1 && s[n - 1] == '?') {
		place->optional = 1;
		n--;
	}
	for (; n > 0; s += len, n -= len) {
		const char *bar = memchr(s, '|', n);

		len = bar == NULL ? n : (size_t)(bar - s);
		if (len == 0)
			return bad(e, "'|' stands between two words, without "
			    "spaces");
		if (add_choice(place, s, len, e) == -1)
			return -1;
		if (bar != NULL)
			len++;
	}
	return 0;
}

struct phrase *
phrase_new(const char *s, struct err *e)
{
	struct phrase *p = mem_alloc(sizeof(*p));
	int gap = 0;
	size_t n;

	for (; *s != '\0'; s += n + strspn(s + n, " ")) {
		n = strcspn(s, " ");
		if (n == 2 && memcmp(s, "..", 2) == 0)
			gap = PHRASE_GAP;
		else if (n > 0) {
			if (add_place(p, s, n, gap, e) == -1)
				goto fail;
			gap = 0;
		}
	}
	/* It begins and ends with a word that is there. */
	if (p->n > 0 && gap == 0 && !p->places[0].optional &&
	    p->places[0].gap == 0)
		return p;
	(void)bad(e, "it begins and ends with a word that is there, not with "
	    "'..', and not with one that may be missing");
fail:
	phrase_free(p);
	return NULL;
}

void
phrase_free(struct phrase *p)
{
	size_t i, k;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		for (k = 0; k < p->places[i].n; k++) {
			free(p->places[i].v[k].word);
			free(p->places[i].v[k].squeezed);
		}
		free(p->places[i].v);
	}
	free(p);
}

size_t
phrase_firsts(const struct phrase *p)
{
	return p->places[0].n;
}

const char *
phrase_first(const struct phrase *p, size_t i, size_t *len, int *stem)
{
	const struct choice *c = &p->places[0].v[i];

	*len = c->len;
	*stem = c->stem;
	return c->word;
}

/* Letters, some of them hidden behind '*'. */
static int
equal_hidden(const char *word, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] != '*' && s[i] != word[i])
			return 0;
	return 1;
}

int
phrase_drawn(const char *s, size_t n)
{
	return n > PHRASE_DRAWN && s[n - 1] == s[n - 2];
}

static int
is_so(const struct choice *c, const struct plain_word *w, const char *s,
    size_t n)
{
	char squeezed[PLAIN_WORD_MAX + 1];
	const char *word = c->word;
	size_t len = c->len;

	if (w->run) {
		n = plain_squeeze(s, n, squeezed);
		s = squeezed;
		word = c->squeezed;
		len = c->squeezed_len;
	}
	if (n < len || (n > len && !c->stem))
		return 0;
	return w->hidden ? equal_hidden(word, s, len) :
	    memcmp(word, s, len) == 0;
}

/* As it stands, or without the letter that is drawn out at its end. */
static int
is_choice(const struct choice *c, const struct plain *p,
    const struct plain_word *w)
{
	const char *s = p->text.bytes + w->at;
	size_t n = w->len;

	return is_so(c, w, s, n) || (phrase_drawn(s, n) && !c->stem &&
	    is_so(c, w, s, n - 1));
}

static int
is_place(const struct place *place, const struct plain *p, size_t at,
    int64_t *steps)
{
	size_t i;

	for (i = 0; i < place->n && *steps > 0; i++) {
		--*steps;
		if (is_choice(&place->v[i], p, &p->words[at]))
			return 1;
	}
	return 0;
}

/* The rest from place k on, at word `at` or a few behind; 0: not there. */
static size_t
rest_at(const struct phrase *f, size_t k, const struct plain *p, size_t at,
    uint32_t sentence, int64_t *steps)
{
	const struct place *place = &f->places[k];
	size_t i, end;

	if (k == f->n)
		return at;
	for (i = at; i < p->n && i <= at + (size_t)place->gap &&
	    p->words[i].sentence == sentence; i++)
		if (is_place(place, p, i, steps) && (end = rest_at(f, k + 1,
		    p, i + 1, sentence, steps)) != 0)
			return end;
	return place->optional ? rest_at(f, k + 1, p, at, sentence, steps) :
	    0;
}

size_t
phrase_at(const struct phrase *f, const struct plain *p, size_t at,
    int64_t *steps)
{
	return is_place(&f->places[0], p, at, steps) ? rest_at(f, 1, p,
	    at + 1, p->words[at].sentence, steps) : 0;
}
