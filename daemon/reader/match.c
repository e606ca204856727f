/*
 * Matches rules against a letter.  A rule that runs out of its share of steps
 * or whose pattern reaches a limit is reported as failed: that it found
 * nothing is only said when it looked everywhere.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/firsts.h"
#include "daemon/reader/match.h"
#include "daemon/reader/pattern.h"
#include "daemon/reader/phrase.h"
#include "daemon/reader/plain.h"
#include "lib/buf.h"
#include "lib/err.h"

#define STEPS_MAX	4000000	/* comparisons of one rule in one letter */
#define NOT_WORDS	4	/* in front of what a 'not' takes back */
#define UNLESS_WORDS	12	/* before and behind, for an 'unless' */

struct phrases {
	struct phrase	**v;
	size_t		  n;
};

struct one {
	const struct rule *rule;
	struct phrases	   words, nots, unless;
	struct pattern	 **patterns;
	size_t		   npatterns;
};

struct match {
	struct one	*v;
	size_t		 n;
	struct firsts	*firsts;
};

static int
bad(const struct rule *rule, const struct rules_list *l, size_t i,
    struct err *e)
{
	err_prefix(e, "%s:%d: rule '%s'", rule->file, l->line[i], rule->id);
	return -1;
}

static int
make_phrases(struct phrases *out, const struct rule *rule,
    const struct rules_list *l, struct err *e)
{
	size_t i;

	out->v = mem_alloc((l->n + 1) * sizeof(*out->v));
	for (i = 0; i < l->n; i++, out->n++) {
		if ((out->v[i] = phrase_new(l->v[i], e)) != NULL)
			continue;
		err_prefix(e, "this is not a phrase");
		return bad(rule, l, i, e);
	}
	return 0;
}

static int
make_one(struct one *o, const struct rule *rule, struct err *e)
{
	const struct rules_list *l = &rule->patterns;

	o->rule = rule;
	if (make_phrases(&o->words, rule, &rule->words, e) == -1 ||
	    make_phrases(&o->nots, rule, &rule->nots, e) == -1 ||
	    make_phrases(&o->unless, rule, &rule->unless, e) == -1)
		return -1;
	o->patterns = mem_alloc((l->n + 1) * sizeof(*o->patterns));
	for (; o->npatterns < l->n; o->npatterns++)
		if ((o->patterns[o->npatterns] = pattern_new(
		    l->v[o->npatterns], e)) == NULL)
			return bad(rule, l, o->npatterns, e);
	return 0;
}

static void
make_index(struct match *m)
{
	uint32_t i, k;

	m->firsts = firsts_new();
	for (i = 0; i < m->n; i++)
		for (k = 0; k < m->v[i].words.n; k++)
			firsts_add(m->firsts, m->v[i].words.v[k], i, k);
}

struct match *
match_new(const struct rules *rules, struct err *e)
{
	struct match *m = mem_alloc(sizeof(*m));
	size_t i;

	m->v = mem_alloc((rules->n + 1) * sizeof(*m->v));
	for (i = 0; i < rules->n; i++) {
		if (!rules_reads(&rules->v[i]))
			continue;
		if (make_one(&m->v[m->n++], &rules->v[i], e) == -1) {
			match_free(m);
			return NULL;
		}
	}
	make_index(m);
	return m;
}

static void
free_phrases(struct phrases *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		phrase_free(p->v[i]);
	free(p->v);
}

void
match_free(struct match *m)
{
	size_t i, k;

	if (m == NULL)
		return;
	for (i = 0; i < m->n; i++) {
		free_phrases(&m->v[i].words);
		free_phrases(&m->v[i].nots);
		free_phrases(&m->v[i].unless);
		for (k = 0; k < m->v[i].npatterns; k++)
			pattern_free(m->v[i].patterns[k]);
		free(m->v[i].patterns);
	}
	firsts_free(m->firsts);
	free(m->v);
	free(m);
}

/* What was found, as words of the plain text. */
struct found {
	size_t	from, to;	/* words, to is behind the last */
};

static int
any_between(const struct phrases *l, const struct plain *p, size_t from,
    size_t to, size_t end, int64_t *steps)
{
	size_t i, k, behind;

	for (i = from; i < to; i++)
		for (k = 0; k < l->n; k++)
			if ((behind = phrase_at(l->v[k], p, i, steps)) != 0 &&
			    behind <= end)
				return 1;
	return 0;
}

/* Whether something near takes back what stands at these words. */
static int
is_taken_back(const struct one *o, const struct plain *p,
    const struct found *f, int64_t *steps)
{
	uint32_t sentence = p->words[f->from].sentence;
	size_t from = f->from, to = f->to;

	while (from > 0 && f->from - from < NOT_WORDS &&
	    p->words[from - 1].sentence == sentence)
		from--;
	if (any_between(&o->nots, p, from, f->to, f->to, steps))
		return 1;
	if (o->unless.n == 0)
		return 0;
	while (from > 0 && f->from - from < UNLESS_WORDS &&
	    p->words[from - 1].sentence == sentence)
		from--;
	while (to < p->n && to - f->to < UNLESS_WORDS &&
	    p->words[to].sentence == sentence)
		to++;
	return any_between(&o->unless, p, from, to, to, steps);
}

/* How far one rule is in the letter at hand. */
struct search {
	int64_t		steps;		/* that are left */
	int		is;		/* 1 found, -1 failed */
	struct found	found;
};

/* All rules, at one word. */
struct looking {
	const struct match	*match;
	const struct plain	*plain;
	struct search		*searches;
	size_t			 at;
};

static void
try_phrase(void *ctx, uint32_t one, uint32_t phrase)
{
	const struct looking *l = ctx;
	const struct one *o = &l->match->v[one];
	struct search *s = &l->searches[one];
	struct found f;

	if (s->is != 0)
		return;
	f.from = l->at;
	f.to = phrase_at(o->words.v[phrase], l->plain, l->at, &s->steps);
	if (f.to != 0 && !is_taken_back(o, l->plain, &f, &s->steps)) {
		s->found = f;
		s->is = 1;
	} else if (s->steps <= 0)
		s->is = -1;
}

static void
find_words(const struct match *m, const struct plain *p,
    struct search *searches)
{
	struct looking l = { m, p, searches, 0 };

	for (l.at = 0; l.at < p->n; l.at++)
		firsts_each(m->firsts, p, l.at, try_phrase, &l);
}

/* The words that a range of bytes touches. */
static void
words_of(const struct plain *p, size_t from, size_t to, struct found *f)
{
	size_t i;

	f->from = 0;
	for (i = 0; i < p->n && p->words[i].at <= from; i++)
		f->from = i;
	for (f->to = f->from + 1; f->to < p->n && p->words[f->to].at < to;
	    f->to++)
		;
}

static int
find_patterns(const struct one *o, const struct plain *p, struct found *f,
    int64_t *steps)
{
	size_t i, at, from, to;
	int n;

	if (p->n == 0)
		return 0;
	for (i = 0; i < o->npatterns; i++) {
		for (at = 0; at < p->text.len; at = to + (from == to)) {
			n = pattern_find(o->patterns[i], p->text.bytes + at,
			    p->text.len - at, &from, &to);
			if (n == -1 || --*steps <= 0)
				return -1;
			if (n == 0)
				break;
			from += at;
			to += at;
			words_of(p, from, to, f);
			if (!is_taken_back(o, p, f, steps))
				return 1;
		}
	}
	return 0;
}

static void
report(json_t *out, const char *id, const struct plain *p,
    const struct found *f)
{
	const struct plain_word *first = NULL, *last;
	size_t n = 0;

	if (f != NULL) {
		first = &p->words[f->from];
		last = &p->words[f->to - 1];
		n = last->at + last->len - first->at;
	}
	if (n > MATCH_FOUND_MAX)
		for (n = MATCH_FOUND_MAX; n > 0 && ((unsigned char)
		    p->text.bytes[first->at + n] & 0xc0) == 0x80; n--)
			;
	(void)json_array_append_new(out, json_pack("{s:s, s:o, s:b}", "rule",
	    id, "found", first == NULL ? json_null() :
	    json_stringn(p->text.bytes + first->at, n), "failed",
	    first == NULL));
}

/* A subject is a sentence of its own; lines that others wrote are left out. */
static void
collect(const char *subject, const char *text, struct buf *out)
{
	size_t n;

	if (subject != NULL && (buf_adds(out, subject) == -1 ||
	    buf_adds(out, "\n\n") == -1))
		return;
	for (; *text != '\0'; text += n) {
		n = strcspn(text, "\n");
		n += text[n] == '\n';
		if (*text != '>' && buf_add(out, text, n) == -1)
			return;
	}
}

json_t *
match_letter(const struct match *m, const char *subject, const char *text)
{
	struct search *searches = mem_alloc((m->n + 1) * sizeof(*searches));
	json_t *out = json_array();
	struct search *s;
	struct plain p;
	struct buf all;
	size_t i, max = strlen(text) + 3;

	buf_init(&all, max + (subject == NULL ? 0 : strlen(subject)));
	collect(subject, text, &all);
	plain_make(&p, all.bytes == NULL ? "" : all.bytes, all.len);
	buf_free(&all);
	for (i = 0; i < m->n; i++)
		searches[i].steps = STEPS_MAX;
	find_words(m, &p, searches);
	for (i = 0; i < m->n; i++) {
		s = &searches[i];
		if (s->is == 0)
			s->is = find_patterns(&m->v[i], &p, &s->found,
			    &s->steps);
		if (s->is != 0)
			report(out, m->v[i].rule->id, &p, s->is == 1 ?
			    &s->found : NULL);
	}
	if (p.cut)
		report(out, MATCH_TOO_LONG, &p, NULL);
	plain_free(&p);
	free(searches);
	return out;
}
