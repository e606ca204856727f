/*
 * restore accept: a supervisor has looked at a service that was put back
 * from a backup, and answers for it with a signed entry.  From then on
 * answers go out again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/err.h"
#include "tools/client.h"
#include "tools/commands/commands.h"
#include "tools/entries.h"
#include "tools/render.h"
#include "tools/prompt.h"
#include "tools/session.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	1024

/* What the backup knows, and what it cannot. */
static int
show(const struct session *s, struct err *e)
{
	char when[RENDER_WHEN], line[LINE_MAX_BYTES];
	const json_t *q = s->restored;
	const char *audit, *roster;
	int64_t at, audit_seq, roster_seq;

	if (wire_get_int(q, "at", 0, INT64_MAX / 2, &at, e) == -1 ||
	    wire_get_int(q, "audit_seq", 0, INT64_MAX / 2, &audit_seq,
	    e) == -1 || wire_get_int(q, "roster_seq", 0, INT32_MAX,
	    &roster_seq, e) == -1 ||
	    wire_get_string(q, "audit", &audit, e) == -1 ||
	    wire_get_string(q, "roster", &roster, e) == -1)
		return -1;
	if (s->args.quiet)
		return 0;
	render_when(when, at, client_now(s->client));
	(void)snprintf(line, sizeof(line), _("The service is back as it was "
	    "%s: audit entry %" PRId64 " (%.16s...), entry %" PRId64 " of the "
	    "list of staff (%.16s...)."), when, audit_seq, audit, roster_seq,
	    roster);
	render_say(stderr, line);
	if (s->lost > 0) {
		(void)snprintf(line, sizeof(line), _("This machine knows %zu "
		    "later entries of the list of staff, which are lost: "
		    "people who joined, left or changed since must be "
		    "confirmed or revoked again."), s->lost);
		render_say(stderr, line);
	} else
		render_say(stderr, _("This machine knows of no later change "
		    "of the staff."));
	render_say(stderr, _("Letters, notes and answers written since are "
	    "not here, unless the mail server still has them; answers that "
	    "were on their way wait in 'teduh review' and may have been sent "
	    "once already."));
	return 0;
}

/* A typed yes, or --yes. 0, 1 no, -1. */
static int
ask(const struct session *s, struct err *e)
{
	char question[256];

	if (s->args.yes)
		return 0;
	(void)snprintf(question, sizeof(question), _("Let answers go out "
	    "again? Type '%s': "), _("yes"));
	return prompt_yes(question, _("to accept without being asked, type: "
	    "teduh restore accept --yes"), e);
}

static json_t *
sign(struct session *s, struct err *e)
{
	json_t *entries = json_array(), *body, *answer = NULL;
	int64_t seq = roster_seq(s->roster) + 1;
	size_t len;
	char *entry;

	entry = roster_entry_bridge(s->roster, s->service.name,
	    client_now(s->client), &len);
	if (entries_add(entries, s->roster, s->me->signer, entry, len,
	    e) == 0) {
		body = json_deep_copy(json_array_get(entries, 0));
		(void)json_object_set_new(body, "seq", json_integer(seq));
		answer = client_post(s->client, "/v1/restore", body, e);
		json_decref(body);
	}
	json_decref(entries);
	return answer;
}

int
restore_accept_run(struct session *s, struct err *e)
{
	const struct roster_person *me;
	json_t *answer;
	int result;

	s->accepting = 1;
	if (session_open(s, e) == -1 || (me = session_person(s, e)) == NULL)
		return -1;
	if (s->restored == NULL) {
		err_set(e, ERR_GONE, _("the service was not put back from a "
		    "backup, or somebody has accepted it already: there is "
		    "nothing to do"));
		return -1;
	}
	if (me->rank != RANK_SUPERVISOR) {
		err_set(e, ERR_DENIED, _("a supervisor accepts what was put "
		    "back from a backup; you are '%s'"), words_for("role",
		    roster_rank_word(me->rank)));
		return -1;
	}
	if (show(s, e) == -1 || (result = ask(s, e)) == -1)
		return -1;
	if (result == 1)
		return 1;
	if ((answer = sign(s, e)) == NULL)
		return -1;
	/* The list as it stands now, with our bridge, is what we remember. */
	s->accepting = 0;
	if (session_roster(s, e) == -1) {
		json_decref(answer);
		return -1;
	}
	commands_done(s, answer, _("Accepted; answers go out again. Next: "
	    "teduh review"));
	return 0;
}
