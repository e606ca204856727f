/*
 * Let nothing be left of a case: who asks signs it, and has three days to
 * think again.  A supervisor may keep the case.
 */
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/prompt.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/wishes.h"
#include "tools/words.h"

#define ERASING_MAX	100000
#define LINE_BYTES	1024

/* Signed, into the body of the request. */
static int
add_statement(struct change *c, struct err *e)
{
	json_t *o = wishes_erase(c->s, casefile_id(c->cf),
	    client_now(c->s->client), e);

	if (o == NULL)
		return -1;
	(void)json_object_update(c->body, o);
	json_decref(o);
	return 0;
}

/* A typed yes, or --yes. 0, 1 no, -1. */
static int
ask(const struct session *s, struct casefile *cf, struct err *e)
{
	char question[COMMANDS_NAME + LINE_BYTES], name[COMMANDS_NAME];
	char how[LINE_BYTES];
	const char *id = casefile_id(cf);

	if (s->args.yes)
		return 0;
	commands_name(name, id, cf);
	(void)snprintf(question, sizeof(question), _("Erase %s, letters, "
	    "answers and notes, for everybody? Type '%s': "), name, _("yes"));
	(void)snprintf(how, sizeof(how), _("to have it erased without being "
	    "asked, type: teduh erase %s --yes"), id);
	return prompt_yes(question, how, e);
}

static void
done(struct change *c, const char *what)
{
	const json_t *erasure = json_object_get(casefile_json(c->cf),
	    "erasure");
	const char *id = casefile_id(c->cf);
	char name[COMMANDS_NAME], when[RENDER_WHEN];

	commands_name(name, id, c->cf);
	render_when(when, json_integer_value(json_object_get(erasure,
	    "ends")), client_now(c->s->client));
	if (strcmp(what, "erase/undo") == 0)
		commands_done(c->s, change_row(c), _("%s is not erased"),
		    name);
	else if (strcmp(what, "erase/hold") == 0)
		commands_done(c->s, change_row(c), _("%s is kept, and nobody "
		    "outside sees it; 'teduh erase %s --lift' lets it go"),
		    name, id);
	else
		commands_done(c->s, change_row(c), _("%s is to be erased: "
		    "%s; until then 'teduh erase %s --undo' takes it back"),
		    name, when, id);
}

/* Which of the four it is; NULL with *e when several are asked for. */
static const char *
which(const struct session *s, struct err *e)
{
	const struct args *a = &s->args;

	if (a->undo + a->hold + a->lift > 1) {
		err_set(e, ERR_INPUT, "%s", _("--undo, --hold and --lift "
		    "exclude each other: give one of them"));
		return NULL;
	}
	return a->undo ? "erase/undo" : a->hold ? "erase/hold" : a->lift ?
	    "erase/lift" : "erase";
}

/* What cannot be taken back later is not begun by three characters. */
static int
is_whole(const char *typed, struct err *e)
{
	struct code_ref ref;

	if (commands_case_ref(&ref, typed, e) == -1)
		return -1;
	if (strlen(ref.case_prefix) == CASE_ID_LEN)
		return 0;
	err_set(e, ERR_INPUT, _("to erase a case, type all %d characters of "
	    "it, not '%s'"), CASE_ID_LEN, typed);
	return -1;
}

static int
change_one(struct session *s, struct err *e)
{
	const char *what = which(s, e);
	struct change c;
	int result;

	if (what == NULL)
		return EXIT_USAGE;
	if (strcmp(what, "erase") == 0 &&
	    is_whole(s->args.words[0], e) == -1)
		return -1;
	if ((result = change_begin(&c, s, s->args.hold ? WHY_MUST : WHY_MAY,
	    e)) != 0)
		goto out;
	if (strcmp(what, "erase") == 0 && ((result = ask(s, c.cf, e)) != 0 ||
	    (result = add_statement(&c, e)) == -1))
		goto out;
	if ((result = change_post(&c, what, e)) == 0)
		done(&c, what);
out:
	change_end(&c);
	return result;
}

static void
put_row(const json_t *row, int64_t now_s)
{
	char id[RENDER_WORD], desk[RENDER_WORD], by[RENDER_WORD];
	char state[RENDER_WORD], when[RENDER_WHEN], line[4 * RENDER_WORD];

	(void)render_word(id, row, "case");
	(void)render_word(desk, row, "desk");
	(void)render_word(by, row, "by");
	(void)render_word(state, row, "state");
	render_when(when, render_time(row, "ends"), now_s);
	if (strcmp(state, "held") == 0)
		(void)snprintf(line, sizeof(line), _("%s  desk %s, asked by "
		    "%s: kept"), id, desk, by);
	else if (strcmp(state, "refused") == 0)
		(void)snprintf(line, sizeof(line), _("%s  desk %s: kept, for "
		    "nobody signed that wish"), id, desk);
	else
		(void)snprintf(line, sizeof(line), _("%s  desk %s, asked by "
		    "%s: erased %s"), id, desk, by, when);
	render_say(stdout, line);
}

static int
list(struct session *s, struct err *e)
{
	json_t *answer, *cases, *erasing, *rows = json_array();
	const json_t *row;
	int64_t now_s;
	int result = -1;
	size_t i;

	if (session_open(s, e) == -1 ||
	    (answer = queue_ask(s, &cases, &now_s, e)) == NULL) {
		json_decref(rows);
		return -1;
	}
	if (wire_get_array(answer, "erasing", ERASING_MAX, &erasing,
	    e) == -1)
		goto out;
	json_array_foreach(erasing, i, row)
		(void)json_array_append_new(rows, wishes_erasure(row));
	if (s->args.json)
		render_json(rows);
	else if (json_array_size(rows) == 0)
		render_say(stdout, _("No case is to be erased."));
	else
		json_array_foreach(rows, i, row)
			put_row(row, now_s);
	result = 0;
out:
	json_decref(answer);
	json_decref(rows);
	return result;
}

int
erase_run(struct session *s, struct err *e)
{
	const struct args *a = &s->args;

	if (a->nwords > 0)
		return change_one(s, e);
	if (a->given == 0)
		return list(s, e);
	err_set(e, ERR_INPUT, "%s", _("which case? teduh erase CASE; without "
	    "options 'teduh erase' lists those that are to be erased"));
	return EXIT_USAGE;
}
