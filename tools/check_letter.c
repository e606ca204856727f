/*
 * The answer beside the letter and the case: what was asked and is not taken
 * up, what a risk asks for, and words that belong to somebody else.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/check_inside.h"
#include "tools/words.h"

#define QUESTIONS_MAX	50
#define STEM		5	/* characters: endings do not matter */
#define CONTENT		4	/* characters of a word that says something */
#define RUN		6	/* words that two people do not write alike */

/* The first STEM characters of a folded word, for a search. */
static void
stem_of(char out[4 * STEM + 1], const char *folded)
{
	size_t n = 0, characters = 0;

	while (folded[n] != '\0' && n < 4 * STEM) {
		if (((unsigned char)folded[n] & 0xc0) != 0x80 &&
		    ++characters > STEM)
			break;
		n++;
	}
	memcpy(out, folded, n);
	out[n] = '\0';
}

/* One within the other: Indonesian puts beginnings on its words, too. */
static int
are_kin(const struct token *a, const struct token *b)
{
	char stem[4 * STEM + 1];

	stem_of(stem, a->folded);
	if (strstr(b->folded, stem) != NULL)
		return 1;
	if (b->characters < STEM)
		return 0;
	stem_of(stem, b->folded);
	return strstr(a->folded, stem) != NULL;
}

static int
is_taken_up(const struct check *c, const struct token *w)
{
	size_t i;

	for (i = 0; i < c->words.n; i++)
		if (are_kin(w, &c->words.words[i]))
			return 1;
	return 0;
}

/* 1 when a word of the question stands in the answer, or it has none. */
static int
is_answered(const struct check *c, const struct tokens *letter,
    const struct token_sentence *s)
{
	size_t i, n, content = 0;

	for (i = s->from; i < s->from + s->n; i++) {
		if (letter->words[i].characters < CONTENT ||
		    check_lists_match(&c->lists, LIST_COMMON, letter, i,
		    &n) != NULL)
			continue;
		content++;
		if (is_taken_up(c, &letter->words[i]))
			return 1;
	}
	return content == 0;
}

void
check_questions(struct check *c)
{
	const struct token_sentence *s;
	struct tokens letter;
	size_t i, asked = 0;

	if (c->job->letter == NULL)
		return;
	tokens_read(&letter, c->job->letter);
	for (i = 0; i < letter.nsentences && asked < QUESTIONS_MAX; i++) {
		s = &letter.sentences[i];
		if (!s->asks)
			continue;
		asked++;
		if (!is_answered(c, &letter, s))
			check_add(c, "question", 0, s->at, s->len, _("The "
			    "letter asks this, and no word of it comes up in "
			    "your answer. If you leave it out on purpose, it "
			    "helps to say so."));
	}
	tokens_free(&letter);
}

/* The tag that speaks of a risk, or NULL. */
static const char *
find_risk(const struct check *c)
{
	struct tokens t;
	size_t i, n;
	int found = 0;

	for (i = 0; i < c->job->ntags && !found; i++) {
		tokens_read(&t, c->job->tags[i]);
		found = t.n > 0 && check_lists_match(&c->lists, LIST_RISK, &t,
		    0, &n) != NULL;
		tokens_free(&t);
		if (found)
			return c->job->tags[i];
	}
	return NULL;
}

void
check_safety(struct check *c)
{
	const char *why = _("The case has a sign of risk, and no sentence "
	    "asks whether the person is safe now or says where help is to "
	    "be had at once.");
	const char *tag = find_risk(c);
	size_t i, n;

	if (tag == NULL && !c->job->risk)
		return;
	for (i = 0; i < c->words.n; i++)
		if (check_lists_match(&c->lists, LIST_SAFETY, &c->words, i,
		    &n) != NULL)
			return;
	if (tag != NULL)
		check_say(c, "safety", 0, why, _("no sentence about safety; "
		    "the case has the tag '%s'"), tag);
	else
		check_say(c, "safety", 0, why, "%s", _("no sentence about "
		    "safety; the case's urgency is high"));
}

static uint64_t
run_hash(const struct tokens *t, size_t at)
{
	uint64_t h = 1469598103934665603u;	/* FNV-1a */
	const char *s;
	size_t i;

	for (i = at; i < at + RUN; i++) {
		for (s = t->words[i].folded; *s != '\0'; s++)
			h = (h ^ (unsigned char)*s) * 1099511628211u;
		h = (h ^ ' ') * 1099511628211u;
	}
	return h;
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The hashes of all runs of a text, in order. */
static uint64_t *
runs_of(const struct tokens *t, size_t *n)
{
	uint64_t *list;
	size_t i;

	*n = t->n < RUN ? 0 : t->n - RUN + 1;
	list = mem_alloc((*n + 1) * sizeof(*list));
	for (i = 0; i < *n; i++)
		list[i] = run_hash(t, i);
	qsort(list, *n, sizeof(*list), by_number);
	return list;
}

static int
has_run(const uint64_t *list, size_t n, uint64_t one)
{
	return n > 0 && bsearch(&one, list, n, sizeof(*list), by_number) !=
	    NULL;
}

/* Words that stand in the other's letters, and not in this one's. */
static void
check_runs(struct check *c, const struct check_other *o,
    const uint64_t *own, size_t nown)
{
	const struct token *a, *b;
	struct tokens t;
	uint64_t *list, one;
	size_t i, n;

	tokens_read(&t, o->text);
	list = runs_of(&t, &n);
	for (i = 0; i + RUN <= c->words.n; i++) {
		one = run_hash(&c->words, i);
		if (!has_run(list, n, one) || has_run(own, nown, one))
			continue;
		a = &c->words.words[i];
		b = &c->words.words[i + RUN - 1];
		check_add(c, "other-case", a->line, a->at, (size_t)(b->at +
		    b->len - a->at), _("These words stand in a letter of "
		    "another case that you hold: is this the right "
		    "person?"));
		break;			/* one is enough to look */
	}
	free(list);
	tokens_free(&t);
}

static int
is_of(const struct tokens *t, const struct token *w)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->words[i].folded, w->folded) == 0)
			return 1;
	return 0;
}

/* The name of somebody whose case lies beside this one. */
static void
check_other_names(struct check *c, const struct check_other *o)
{
	const struct token *w;
	struct tokens t;
	size_t i;

	tokens_read(&t, o->names);
	for (i = 0; i < c->words.n; i++) {
		w = &c->words.words[i];
		if (w->capital && is_of(&t, w) && !is_of(&c->own, w))
			check_add(c, "other-case", w->line, w->at, w->len,
			    _("Somebody of another case that you hold is "
			    "called so: is this the right person?"));
	}
	tokens_free(&t);
}

void
check_others(struct check *c)
{
	struct tokens letter;
	uint64_t *own;
	size_t i, n;

	tokens_read(&letter, c->job->letter == NULL ? "" : c->job->letter);
	own = runs_of(&letter, &n);
	for (i = 0; i < c->job->nothers; i++) {
		check_other_names(c, &c->job->others[i]);
		check_runs(c, &c->job->others[i], own, n);
	}
	free(own);
	tokens_free(&letter);
}
