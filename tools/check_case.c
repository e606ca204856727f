/*
 * Brings together what `check` looks at: the draft's words, the letter that
 * they answer, the marks of the case, and what else lies on this person's
 * table, because that is what gets into the wrong letter.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/face.h"
#include "tools/casefile.h"
#include "tools/check.h"
#include "tools/check_case.h"
#include "tools/check_lists.h"
#include "tools/draft.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define TEXT_MAX	(4 * 1024 * 1024)	/* of another case */
#define NAMES_MAX	4096
#define ROWS_MAX	100000
#define PRINT_MAX	(256 * 1024)
#define COLUMNS		78

/* The words of a letter that verified, or NULL. */
static const char *
text_of(struct casefile *cf, struct casefile_item *item)
{
	if (item == NULL || casefile_read(cf, item, NULL) != 0)
		return NULL;
	return json_string_value(json_object_get(item->view, "text"));
}

/* What the people of a case are called, with blanks between. */
static char *
names_of(struct casefile *cf, int64_t participant)
{
	const json_t *o;
	const char *name;
	struct buf out;
	json_t *party;
	int64_t no;
	size_t i;

	buf_init(&out, NAMES_MAX);
	json_array_foreach(json_object_get(casefile_json(cf),
	    "participants"), i, o) {
		if (wire_get_int(o, "no", 1, INT32_MAX, &no, NULL) == -1 ||
		    (participant != 0 && no != participant))
			continue;
		party = casefile_party(cf, no, NULL);
		name = json_string_value(json_object_get(party, "name"));
		if (name != NULL)
			(void)buf_addf(&out, "%s\n\n", name);
		json_decref(party);
	}
	return buf_take(&out, NULL);
}

static char *
letters_of(struct casefile *cf)
{
	struct casefile_item *item;
	const char *text;
	struct buf out;
	size_t i;

	buf_init(&out, TEXT_MAX);
	for (i = 0; (item = casefile_at(cf, i)) != NULL; i++)
		if (item->kind == ITEM_LETTER &&
		    (text = text_of(cf, item)) != NULL)
			(void)buf_addf(&out, "%s\n\n", text);
	return buf_take(&out, NULL);
}

static int
is_mine(const struct session *s, const json_t *row)
{
	const char *who = json_string_value(json_object_get(json_object_get(
	    row, "claim"), "claimant"));

	return who != NULL && strcmp(who, s->service.name) == 0;
}

/* The cases that this person holds beside this one, so far as room is. */
static int
add_others(struct session *s, const char *own, struct check_job *job,
    struct err *e)
{
	json_t *answer, *rows, *row;
	struct casefile *cf;
	const char *id;
	size_t i;
	int result = -1;

	if ((answer = client_get(s->client, "/v1/queue", e)) == NULL ||
	    wire_get_array(answer, "cases", ROWS_MAX, &rows, e) == -1)
		goto out;
	json_array_foreach(rows, i, row) {
		if (job->nothers == CHECK_OTHERS_MAX)
			break;
		id = json_string_value(json_object_get(row, "id"));
		if (id == NULL || strcmp(id, own) == 0 || !is_mine(s, row))
			continue;
		if ((cf = session_views(s, id, e)) == NULL) {
			if (e->code == ERR_GONE)
				continue;
			goto out;
		}
		job->others[job->nothers].id = mem_strdup(id);
		job->others[job->nothers].text = letters_of(cf);
		job->others[job->nothers++].names = names_of(cf, 0);
		casefile_free(cf);
	}
	result = 0;
out:
	json_decref(answer);
	return result;
}

static int
is_risk(const struct casefile *cf)
{
	const json_t *o = casefile_json(cf);

	return json_integer_value(json_object_get(o, "urgency")) >= 2 ||
	    render_has_flag(o, "crisis");
}

/* How many words of a text are frequent ones of a language. */
static size_t
count_known(struct session *s, const char *language, const char *text)
{
	struct check_lists lists;
	struct tokens t;
	size_t i, n, count = 0;

	tokens_read(&t, text);
	if (check_lists_read(&lists, language, "", vault_path(s->vault),
	    NULL) == 0)
		for (i = 0; i < t.n; i++)
			count += check_lists_match(&lists, LIST_COMMON, &t, i,
			    &n) != NULL;
	check_lists_free(&lists);
	tokens_free(&t);
	return count;
}

/*
 * In which of the desk's languages it is written; where that is not to be
 * told, the case's or the desk's first.  NULL with *e.
 */
static const char *
language_of(struct session *s, const struct casefile *cf, const char *text,
    struct err *e)
{
	const char *first = json_string_value(json_object_get(
	    casefile_json(cf), "language"));
	const json_t *desk = session_desk(s, casefile_desk(cf), e);
	const json_t *list = json_object_get(desk, "languages"), *o;
	const char *language = NULL;
	size_t i, count, most = 0;

	if (desk == NULL)
		return NULL;
	json_array_foreach(list, i, o) {
		count = !json_is_string(o) ? 0 : count_known(s,
		    json_string_value(o), text);
		if (count > most)
			language = json_string_value(o);
		most = count > most ? count : most;
	}
	if (language != NULL)
		return language;
	if (first == NULL)
		first = json_string_value(json_array_get(list, 0));
	return first == NULL ? "en" : first;
}

json_t *
check_case_draft(struct session *s, struct casefile *cf,
    const struct draft *d, struct err *e)
{
	const char *tags[FACE_WORDS_MAX];
	struct check_job job = { .text = d->body, .tags = tags };
	json_t *found = NULL;
	char *names = NULL;
	struct face face;

	if (casefile_reach(cf, casefile_newest_of(cf, d->participant), e) ==
	    -1)
		return NULL;
	(void)casefile_own_face(cf, &face, NULL);
	for (; job.ntags < face.tags.n; job.ntags++)
		tags[job.ntags] = face.tags.words[job.ntags];
	job.risk = is_risk(cf);
	job.desk = casefile_desk(cf);
	job.home = vault_path(s->vault);
	job.letter = text_of(cf, casefile_newest_of(cf, d->participant));
	job.names = names = names_of(cf, d->participant);
	if ((job.language = language_of(s, cf, d->body, e)) !=
	    NULL && add_others(s, casefile_id(cf), &job, e) == 0)
		found = check_text(&job, e);
	check_job_free(&job);
	free(names);
	seal_wipe(&face, sizeof(face));
	return found;
}

void
check_case_print(FILE *f, const char *name, const json_t *found)
{
	const json_t *o;
	struct buf out;
	char line[RENDER_WORD + 64], words[RENDER_WORD], why[RENDER_WORD];
	json_int_t at;
	size_t i, n = json_array_size(found);

	buf_init(&out, PRINT_MAX);
	if (n == 0)
		(void)buf_addf(&out, _("%s: nothing to warn of."), name);
	else
		(void)buf_addf(&out, words_count("%s: %zu warning; it blocks "
		    "nothing.", "%s: %zu warnings; they block nothing.", n),
		    name, n);
	(void)buf_addc(&out, '\n');
	json_array_foreach(found, i, o) {
		at = json_integer_value(json_object_get(o, "line"));
		(void)render_word(words, o, "words");
		if (at == 0)
			(void)snprintf(line, sizeof(line), "%s", words);
		else
			(void)snprintf(line, sizeof(line), _("line %d: %s"),
			    (int)at, words);
		(void)render_add(&out, line, COLUMNS, "  ");
		(void)render_add(&out, render_word(why, o, "why"), COLUMNS,
		    "      ");
	}
	(void)fputs(out.bytes, f);
	buf_free(&out);
}

void
check_case_tell(const struct casefile *cf, const struct draft *d,
    const json_t *found, const struct err *why)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.d%" PRId64, casefile_id(cf),
	    d->no);
	if (found == NULL)
		(void)fprintf(stderr, _("teduh: %s was not checked: %s.\n"),
		    name, why->text);
	else if (json_array_size(found) > 0)
		check_case_print(stderr, name, found);
}
