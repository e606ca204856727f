/*
 * Whom to help next.  The service says who is for this person; what they write
 * about is known here alone.  Nothing is claimed by looking.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

#define CASES_MAX	100

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static int
has_area(const struct roster_person *me, const char *area)
{
	size_t i;

	for (i = 0; i < me->nareas; i++)
		if (strcmp(me->areas[i], area) == 0)
			return 1;
	return 0;
}

/* Whether its newest letter is about what this person knows best. */
static int
is_mine(struct session *s, const struct roster_person *me, const json_t *o)
{
	struct casefile *cf = session_row(s, o, NULL);
	const json_t *one;
	json_t *face;
	size_t i;
	int found = 0;

	if (cf == NULL)
		return 0;
	face = casefile_face(cf, NULL);
	json_array_foreach(json_object_get(face, "areas"), i, one)
		if (json_is_string(one) && has_area(me,
		    json_string_value(one)))
			found = 1;
	json_decref(face);
	casefile_free(cf);
	return found;
}

/* Of those that are as urgent as the first, unless it is late. */
static const json_t *
choose(struct session *s, const json_t *cases, int64_t now_s)
{
	const struct roster_person *me = session_person(s, NULL);
	const json_t *first = json_array_get(cases, 0), *o;
	size_t i;

	if (me == NULL || me->nareas == 0 || text_of(json_object_get(first,
	    "claim"), "claimant") != NULL || json_integer_value(
	    json_object_get(first, "due")) < now_s)
		return first;
	json_array_foreach(cases, i, o)
		if (is_mine(s, me, o))
			return o;
	return first;
}

static int
print(struct session *s, const json_t *o, int64_t now_s, struct err *e)
{
	struct casefile *cf = session_row(s, o, e);
	json_t *row, *rows;
	char line[256];

	if (cf == NULL)
		return -1;
	row = shape_row(cf, now_s);
	if (s->args.json)
		render_json(row);
	else {
		rows = json_pack("[O]", row);
		render_rows(rows, now_s);
		json_decref(rows);
		(void)snprintf(line, sizeof(line), _("Next: teduh show %s; "
		    "then teduh reply %s"), casefile_id(cf),
		    casefile_id(cf));
		if (!s->args.quiet)
			render_say(stdout, line);
	}
	json_decref(row);
	casefile_free(cf);
	return 0;
}

static int64_t
number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

/* Why nobody is given. */
static void
say_why(const json_t *answer, int64_t now_s, struct err *e)
{
	const json_t *left = json_object_get(answer, "left");
	int64_t away_s = number(answer, "away"), with, own, language, paused;
	char when[RENDER_WHEN];

	with = number(left, "with");
	own = number(left, "own");
	language = number(left, "language");
	paused = number(left, "paused");
	if (away_s > 0) {
		render_when(when, away_s, now_s);
		err_set(e, ERR_GONE, _("you are away until %s: 'teduh hours "
		    "back' says that you are here again"), when);
	} else if (number(left, "cap") > 0)
		err_set(e, ERR_GONE, _("you have %d cases in hand, as many as "
		    "you shall have at once: answer or release one first; "
		    "'teduh queue' lists who waits"), (int)number(answer,
		    "held"));
	else if (own + language + paused > 0)
		err_set(e, ERR_GONE, _("nobody waits for you now: %d with a "
		    "colleague or an answer under way, %d for their own "
		    "counsellor, %d in a language that a colleague reads, %d "
		    "paused; 'teduh queue' lists them"), (int)with, (int)own,
		    (int)language, (int)paused);
	else if (with > 0)
		err_set(e, ERR_GONE, _("everybody who waits is with a "
		    "colleague or has an answer under way; 'teduh queue' "
		    "lists them"));
	else
		err_set(e, ERR_GONE, _("nobody is waiting"));
}

int
next_run(struct session *s, struct err *e)
{
	json_t *answer = NULL, *cases;
	int64_t now_s;
	int result = -1;

	if (session_open(s, e) == -1 ||
	    (answer = client_get(s->client, "/v1/next", e)) == NULL ||
	    wire_get_int(answer, "now", 0, INT64_MAX / 2, &now_s, e) == -1 ||
	    wire_get_array(answer, "cases", CASES_MAX, &cases, e) == -1)
		goto out;
	if (json_array_size(cases) == 0)
		say_why(answer, now_s, e);
	else
		result = print(s, choose(s, cases, now_s), now_s, e);
out:
	json_decref(answer);
	return result;
}
