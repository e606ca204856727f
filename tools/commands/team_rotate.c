/*
 * New keys of a desk, when somebody has left it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/render.h"
#include "tools/rotate.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	1024

/* The desks of the command line, else all of this person's. */
static int
which(struct session *s, struct roster_person *p, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	size_t i;

	if (me == NULL)
		return -1;
	*p = *me;
	for (i = 0; i < s->args.ndesks; i++) {
		if (named_name("DESK", s->args.desks[i], e) != 0)
			return EXIT_USAGE;
		memcpy(p->desks[i], s->args.desks[i],
		    strlen(s->args.desks[i]) + 1);
		p->ndesks = i + 1;
	}
	return staffing_may_decide(s, p, e);
}

static void
say_desk(const char *desk, const struct rotate_done *r)
{
	char line[LINE_MAX_BYTES];

	(void)snprintf(line, sizeof(line), r->begun ? _("The desk %s has a "
	    "new key, number %" PRId64 "; %zu of its cases got a new one "
	    "under it.") : _("The desk %s had its new key, number %" PRId64
	    ", already; %zu of its cases that were left got a new one under "
	    "it."), desk, r->epoch, r->cases);
	render_say(stdout, line);
	if (r->left == 0)
		return;
	(void)snprintf(line, sizeof(line), _("Of its cases %zu could not be "
	    "opened and keep the old key: another supervisor of the desk "
	    "runs this command as well."), r->left);
	render_say(stderr, line);
}

static json_t *
shape(const char *desk, const struct rotate_done *r)
{
	return json_pack("{s:s, s:I, s:b, s:I, s:I}", "desk", desk, "epoch",
	    (json_int_t)r->epoch, "begun", r->begun, "cases",
	    (json_int_t)r->cases, "left", (json_int_t)r->left);
}

int
team_rotate_run(struct session *s, struct err *e)
{
	struct roster_person p;
	struct rotate_done r;
	json_t *done = json_array();
	size_t i, left = 0;
	int result;

	if (session_open(s, e) == -1) {
		result = -1;
		goto out;
	}
	result = which(s, &p, e);
	for (i = 0; result == 0 && i < p.ndesks; i++) {
		result = rotate_desk(s, p.desks[i], &r, e);
		if (result == -1)
			break;
		left += r.left;
		(void)json_array_append_new(done, shape(p.desks[i], &r));
		if (!s->args.json && !s->args.quiet)
			say_desk(p.desks[i], &r);
	}
	if (result == 0 && left > 0) {
		if (s->args.json)
			render_json(done);
		result = 1;	/* say_desk() has said what is to be done */
	} else if (result == 0)
		commands_done(s, json_incref(done), "%s", _("Who has left "
		    "opens nothing that comes from now on. What somebody has "
		    "read or copied before cannot be taken back."));
out:
	json_decref(done);
	return result;
}
