/*
 * Whom to help next: the first of the queue that this person could take.
 * Nothing is claimed by looking.
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

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* Is there an answer that others work on: a supervisor, or the post? */
static int
is_under_way(const json_t *draft)
{
	static const char *const states[] = { "held", "due", "sending",
	    "deferred", "unknown" };
	const char *state = text_of(draft, "state");
	size_t i;

	if (state != NULL && strcmp(state, "submitted") == 0)
		return 1;
	state = text_of(json_object_get(draft, "delivery"), "state");
	for (i = 0; state != NULL && i < sizeof(states) / sizeof(states[0]);
	    i++)
		if (strcmp(state, states[i]) == 0)
			return 1;
	return 0;
}

/* The person would like that somebody else answers. */
static int
wants_other(const json_t *o)
{
	const json_t *flag;
	size_t i;

	json_array_foreach(json_object_get(o, "flags"), i, flag) {
		if (json_is_string(flag) &&
		    strcmp(json_string_value(flag), "other") == 0)
			return 1;
	}
	return 0;
}

static int
is_mine(const struct session *s, const json_t *draft)
{
	const char *author = text_of(draft, "author");

	return author != NULL && strcmp(author, s->service.name) == 0;
}

static int
may_take(const struct session *s, const json_t *o)
{
	const char *claimant = text_of(json_object_get(o, "claim"),
	    "claimant");
	const json_t *draft;
	size_t i;

	if (claimant != NULL && strcmp(claimant, s->service.name) != 0)
		return 0;
	json_array_foreach(json_object_get(o, "drafts"), i, draft)
		if (is_under_way(draft) || (wants_other(o) &&
		    is_mine(s, draft)))
			return 0;
	return 1;
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

int
next_run(struct session *s, struct err *e)
{
	json_t *answer = NULL, *cases;
	const json_t *o;
	int64_t now_s;
	size_t i;
	int result = -1;

	if (session_open(s, e) == -1 ||
	    (answer = queue_ask(s, &cases, &now_s, e)) == NULL)
		goto out;
	json_array_foreach(cases, i, o)
		if (may_take(s, o)) {
			result = print(s, o, now_s, e);
			goto out;
		}
	if (json_array_size(cases) == 0)
		err_set(e, ERR_GONE, _("nobody is waiting"));
	else
		err_set(e, ERR_GONE, _("everybody who waits is with a "
		    "colleague or has an answer under way; 'teduh queue' "
		    "lists them"));
out:
	json_decref(answer);
	return result;
}
