/*
 * The first supervisor of a desk that was added to the configuration.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/desk_keys.h"
#include "tools/entries.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

/* Nobody ever had it: then any supervisor may begin it (lib/roster.h). */
static int
check_new(const struct session *s, const char *desk, struct err *e)
{
	const struct roster_person *p;
	unsigned char key[SEAL_KEY];
	int64_t epoch;
	size_t i;

	for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++) {
		if (!p->active || p->rank != RANK_SUPERVISOR ||
		    !roster_on_desk(p, desk))
			continue;
		err_set(e, ERR_CONFLICT, _("the desk '%s' has a supervisor "
		    "already, '%s', who lets others in by 'teduh staff "
		    "role'"), desk, p->name);
		return -1;
	}
	if (roster_team(s->roster, desk, key, &epoch, NULL) == -1)
		return 0;
	err_set(e, ERR_CONFLICT, _("the desk '%s' has keys already"), desk);
	return -1;
}

/* Me on the desk, its keys, and that a second person reads every answer. */
static int
add_all(struct session *s, const char *desk, json_t *entries,
    json_t *secrets, struct err *e)
{
	const struct roster_policy careful = { REVIEW_ALWAYS, 0, 0 };
	const struct roster_person *me = session_person(s, e);
	struct roster_person now;
	char *entry;
	size_t len;

	if (me == NULL)
		return -1;
	now = *me;
	if (now.ndesks == ROSTER_DESKS_MAX) {
		err_set(e, ERR_DENIED, _("nobody has more than %d desks: "
		    "another supervisor does this"), ROSTER_DESKS_MAX);
		return -1;
	}
	memcpy(now.desks[now.ndesks++], desk, strlen(desk) + 1);
	entry = roster_entry_person(s->roster, s->service.name,
	    client_now(s->client), &now, &len);
	if (entries_add(entries, s->roster, s->me->signer, entry, len,
	    e) == -1 || desk_keys_add(s, desk, entries, secrets, e) == -1)
		return -1;
	entry = roster_entry_policy(s->roster, s->service.name,
	    client_now(s->client), desk, &careful, &len);
	return entries_add(entries, s->roster, s->me->signer, entry, len, e);
}

static int
found(struct session *s, const char *desk, struct err *e)
{
	const struct roster_person nobody = { .ndesks = 0 };
	json_t *entries = json_array(), *secrets = json_array();
	int64_t seq = roster_seq(s->roster) + 1;
	int result = -1;

	if (staffing_may_decide(s, &nobody, e) == 0 &&
	    check_new(s, desk, e) == 0 &&
	    add_all(s, desk, entries, secrets, e) == 0)
		result = staffing_append(s, seq, entries, secrets, 0, e);
	json_decref(entries);
	json_decref(secrets);
	return result;
}

int
team_found_run(struct session *s, struct err *e)
{
	const char *desk = s->args.desks[0];

	if (s->args.ndesks != 1) {
		err_set(e, ERR_INPUT, _("say which one desk: teduh team found "
		    "--desk DESK"));
		return EXIT_USAGE;
	}
	if (named_name("DESK", desk, e) != 0)
		return EXIT_USAGE;
	if (session_open(s, e) == -1 || found(s, desk, e) == -1)
		return -1;
	commands_done(s, json_pack("{s:s, s:s, s:i}", "desk", desk,
	    "supervisor", s->service.name, "epoch", 1), _("The desk %s has "
	    "its keys, and you are its first supervisor; a second person "
	    "reads every answer there. Next: teduh staff invite NAME --role "
	    "supervisor --desk %s"), desk, desk);
	return 0;
}
