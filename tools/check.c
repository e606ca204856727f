/*
 * Looks at an answer before it is submitted.  What it finds are warnings: a
 * program cannot know what is right here, only what is often not, and it
 * says why it asks.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/check_inside.h"
#include "tools/words.h"

#define SAY_MAX		512
#define LONG_WORD	6	/* characters; LIX counts what is longer */
#define EASE_WORDS	30	/* fewer tell nothing about how it reads */

static void
put(struct check *c, const char *warning, size_t line, const char *words,
    size_t n, const char *why)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "warning", json_string(warning));
	(void)json_object_set_new(o, "line", line == 0 ? json_null() :
	    json_integer((json_int_t)line));
	(void)json_object_set_new(o, "words", json_stringn(words, n));
	(void)json_object_set_new(o, "why", json_string(why));
	(void)json_array_append_new(c->found, o);
}

void
check_add(struct check *c, const char *warning, size_t line,
    const char *words, size_t n, const char *why)
{
	const json_t *o;
	size_t i;

	json_array_foreach(c->found, i, o) {	/* once is enough */
		const char *had = json_string_value(json_object_get(o,
		    "words"));

		if (had != NULL && strlen(had) == n &&
		    strncmp(had, words, n) == 0)
			return;
	}
	put(c, warning, line, words, n, why);
}

void
check_say(struct check *c, const char *warning, size_t line,
    const char *why, const char *form, ...)
{
	char text[SAY_MAX];
	va_list ap;

	va_start(ap, form);
	(void)vsnprintf(text, sizeof(text), form, ap);
	va_end(ap);
	put(c, warning, line, text, strlen(text), why);
}

/* Every phrase of a list that stands in the answer. */
static void
find_phrases(struct check *c, enum check_list which, const char *warning,
    const char *why)
{
	const struct token *a, *b;
	size_t i, n;

	for (i = 0; i < c->words.n; i++) {
		if (check_lists_match(&c->lists, which, &c->words, i, &n) ==
		    NULL)
			continue;
		a = &c->words.words[i];
		b = &c->words.words[i + n - 1];
		check_add(c, warning, a->line, a->at, (size_t)(b->at +
		    b->len - a->at), why);
		i += n - 1;
	}
}

static const struct token *
first_of(const struct check *c, enum check_list which)
{
	size_t i, n;

	for (i = 0; i < c->words.n; i++)
		if (check_lists_match(&c->lists, which, &c->words, i, &n) !=
		    NULL)
			return &c->words.words[i];
	return NULL;
}

/* kamu and Anda, sina and teie: one of both, all through. */
static void
check_forms(struct check *c)
{
	const struct token *a = first_of(c, LIST_FAMILIAR);
	const struct token *b = first_of(c, LIST_POLITE);
	size_t line;

	if (a == NULL || b == NULL)
		return;
	line = a->line > b->line ? a->line : b->line;
	check_say(c, "address", line, _("Two ways to address one person "
	    "sound as if two people wrote: keep to the one that suits the "
	    "letter."), "%.*s, %.*s", (int)a->len, a->at, (int)b->len,
	    b->at);
}

/* LIX (Bjornsson 1968): it needs no syllables, so it goes for each. */
static void
check_ease(struct check *c)
{
	size_t i, longs = 0, nsent = 0;
	long lix;

	for (i = 0; i < c->words.n; i++)
		longs += c->words.words[i].characters > LONG_WORD;
	for (i = 0; i < c->words.nsentences; i++)
		nsent += c->words.sentences[i].n > 0;
	if (c->words.n < EASE_WORDS || nsent == 0)
		return;
	lix = (long)(c->words.n / nsent + longs * 100 / c->words.n);
	if (lix > c->lists.ease)
		check_say(c, "ease", 0, _("Long sentences and long words are "
		    "hard to read, more so for who is in distress: shorter "
		    "ones help."), _("reading ease (LIX) %ld; up to %ld reads "
		    "with ease"), lix, c->lists.ease);
	for (i = 0; i < c->words.nsentences; i++)
		if ((long)c->words.sentences[i].n > c->lists.sentence)
			check_say(c, "sentence", c->words.sentences[i].line,
			    _("Who reads on a phone has lost its beginning "
			    "at its end: make two of it."),
			    _("a sentence of %zu words"),
			    c->words.sentences[i].n);
}

static void
check_length(struct check *c)
{
	if ((long)c->words.n < c->lists.shortest)
		check_say(c, "length", 0, _("A very short answer can read as "
		    "a refusal: is everything said?"), _("%zu words; fewer "
		    "than %ld"), c->words.n, c->lists.shortest);
	else if ((long)c->words.n > c->lists.longest)
		check_say(c, "length", 0, _("A very long answer is often not "
		    "read to its end: what matters most, first?"),
		    _("%zu words; more than %ld"), c->words.n,
		    c->lists.longest);
}

/* By line; what is about the whole stands last. */
static json_t *
in_order(json_t *found)
{
	json_t *out = json_array(), *o;
	json_int_t line, next = 1, at;
	size_t i;

	while (next != 0) {
		at = next;
		next = 0;
		json_array_foreach(found, i, o) {
			line = json_integer_value(json_object_get(o, "line"));
			if (line == at)
				(void)json_array_append(out, o);
			else if (line > at && (next == 0 || line < next))
				next = line;
		}
	}
	json_array_foreach(found, i, o)
		if (json_is_null(json_object_get(o, "line")))
			(void)json_array_append(out, o);
	json_decref(found);
	return out;
}

json_t *
check_text(const struct check_job *job, struct err *e)
{
	struct check c = { .job = job, .found = json_array() };
	json_t *out = NULL;

	if (check_lists_read(&c.lists, job->language, job->desk, job->home,
	    e) == -1)
		goto out;
	tokens_read(&c.words, job->text);
	tokens_read(&c.own, job->names == NULL ? "" : job->names);
	check_questions(&c);
	check_safety(&c);
	check_others(&c);
	check_names(&c);
	check_places(&c);
	check_numbers(&c);
	check_addresses(&c);
	check_forms(&c);
	find_phrases(&c, LIST_PROMISES, "promise", _("Nobody can keep such a "
	    "promise for somebody else, and a broken one costs trust: say "
	    "what you know and what you will do."));
	check_links(&c);
	check_ease(&c);
	check_length(&c);
	out = in_order(c.found);
	c.found = NULL;
out:
	json_decref(c.found);
	tokens_free(&c.own);
	tokens_free(&c.words);
	check_lists_free(&c.lists);
	return out;
}

void
check_job_free(struct check_job *job)
{
	size_t i;

	for (i = 0; i < job->nothers; i++) {
		free(job->others[i].id);
		free(job->others[i].text);
		free(job->others[i].names);
	}
	job->nothers = 0;
}
