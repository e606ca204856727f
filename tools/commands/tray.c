/*
 * The tray: letters of which it is not certain who wrote them, and why each
 * is there.  It is taken out by who has looked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

#define WHY_LEN		(COMMANDS_NAME + 400)

/* The first letter's deposit says it, signed by a role. */
static const char *
reason(const struct casefile *cf)
{
	const struct casefile_item *first = casefile_item(cf, 1);
	const struct deposit *dep;

	if (first == NULL || first->kind != ITEM_LETTER ||
	    first->problem != NULL)
		return "unverified";
	dep = &first->deposit;
	if (strcmp(dep->link_kind, "token") == 0)
		return "token";
	if (strcmp(dep->class, "own") == 0 ||
	    strcmp(dep->class, "bounce") == 0)
		return dep->class;
	if (strcmp(dep->class, "suspect") == 0)
		return "suspect";
	return strstr(dep->flags, "suspect") != NULL ? "spam" :
	    strstr(dep->flags, "junk") != NULL ? "junk" : "sender";
}

static const char *
sentence(const char *why)
{
	static const char *const words[][2] = {
		{ "token", N_("it answers a letter of ours, but does not "
		    "come from the address that we wrote to") },
		{ "own", N_("it bears our own address as its sender") },
		{ "bounce", N_("a machine reports about a letter that is "
		    "not known here") },
		{ "suspect", N_("it does not say clearly who wrote it") },
		{ "spam", N_("the mail server took it for spam") },
		{ "junk", N_("the mail server took it for junk") },
		{ "unverified", N_("its letter could not be verified") },
		{ NULL, NULL }
	};
	size_t i;

	for (i = 0; words[i][0] != NULL; i++)
		if (strcmp(words[i][0], why) == 0)
			return _(words[i][1]);
	return _("it is not certain who wrote it");
}

static void
say(struct casefile *cf, const char *why)
{
	char name[COMMANDS_NAME], line[WHY_LEN];

	commands_name(name, casefile_id(cf), cf);
	(void)snprintf(line, sizeof(line), _("%s: %s"), name, sentence(why));
	render_say(stdout, line);
}

/* One row of the tray: --json has the queue's members and why. */
static int
add_row(struct session *s, const json_t *o, json_t *rows, int64_t now_s,
    struct err *e)
{
	const char *id, *why;
	struct casefile *cf;
	json_t *row;

	if (wire_get_string(o, "id", &id, e) == -1 ||
	    (cf = session_case(s, id, 0, e)) == NULL)
		return -1;
	why = reason(cf);
	row = shape_row(cf, now_s);
	(void)json_object_set_new(row, "why", json_string(why));
	(void)json_array_append_new(rows, row);
	if (!s->args.json)
		say(cf, why);
	casefile_free(cf);
	return 0;
}

static int
list(struct session *s, struct err *e)
{
	json_t *answer = NULL, *cases, *rows = json_array();
	const json_t *o;
	int64_t now_s;
	size_t i;
	int result = -1;

	if (session_open(s, e) == -1 ||
	    (answer = queue_ask(s, &cases, &now_s, e)) == NULL)
		goto out;
	json_array_foreach(cases, i, o)
		if (render_has_flag(o, "tray") &&
		    add_row(s, o, rows, now_s, e) == -1)
			goto out;
	if (s->args.json)
		render_json(rows);
	else if (json_array_size(rows) == 0)
		(void)puts(_("Nothing waits in the tray."));
	else
		render_say(stdout, _("'teduh show CASE' reads one, 'teduh "
		    "tray CASE' takes it out when you know who wrote, "
		    "'teduh link CASE' puts it to the case that it belongs "
		    "to"));
	result = 0;
out:
	json_decref(answer);
	json_decref(rows);
	return result;
}

int
tray_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if (s->args.nwords == 0)
		return list(s, e);
	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0 ||
	    (result = change_post(&c, "untray", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is not in the tray any more "
	    "and waits like any other; next: teduh reply %s"), name,
	    casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}
