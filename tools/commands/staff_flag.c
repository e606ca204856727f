/*
 * Who may use the crisis path: a flag on the list of staff, signed by a
 * supervisor of all desks of the colleague.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

/* 1 given, 0 taken away; -1: it is neither. */
static int
read_flag(const char *word)
{
	if ((*word != '+' && *word != '-') ||
	    strcmp(word + 1, "crisis") != 0)
		return -1;
	return *word == '+';
}

static int
check(struct session *s, const struct roster_person *p, int on,
    struct err *e)
{
	if (staffing_may_decide(s, p, e) == -1)
		return -1;
	if (p->crisis == on) {
		err_set(e, ERR_CONFLICT, on ? _("'%s' has the flag crisis "
		    "already: nothing was changed") : _("'%s' does not have "
		    "the flag crisis: nothing was changed"), p->name);
		return -1;
	}
	if (!on || p->rank == RANK_COUNSELLOR || p->rank == RANK_SUPERVISOR)
		return 0;
	err_set(e, ERR_DENIED, _("the flag crisis is for counsellors and "
	    "supervisors, and '%s' is %s"), p->name, words_for("role",
	    roster_rank_word(p->rank)));
	return -1;
}

static int
flag_once(struct session *s, const char *name, int on, struct err *e)
{
	const struct roster_person *found = staffing_active(s, name, e);
	struct roster_person p;
	json_t *secrets;
	int result;

	if (found == NULL || check(s, found, on, e) == -1)
		return -1;
	p = *found;
	p.crisis = on;
	secrets = json_array();
	result = staffing_send(s, &p, secrets, 0, e);
	json_decref(secrets);
	return result;
}

int
staff_flag_run(struct session *s, struct err *e)
{
	const char *name = s->args.words[0];
	int on = read_flag(s->args.words[1]), result, tries = 0;
	int64_t seq;

	if (on == -1) {
		err_set(e, ERR_INPUT, "%s", _("say +crisis to give the flag, "
		    "or -crisis to take it away"));
		return EXIT_USAGE;
	}
	if (session_open(s, e) == -1)
		return -1;
	do {
		seq = roster_seq(s->roster);
		result = flag_once(s, name, on, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == -1)
		return -1;
	commands_done(s, json_pack("{s:s, s:[s*]}", "name", name, "flags",
	    on ? "crisis" : NULL), on ? _("%s may use the crisis path from "
	    "now on, where the desk's policy allows it, and is told of every "
	    "crisis.") : _("%s may not use the crisis path any more."), name);
	return 0;
}
