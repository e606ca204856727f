/*
 * In a crisis the author's letter leaves first.  It is made anew, because it
 * says of itself that it is a crisis letter and its author signs that; the
 * service and post ask who may, and whether the case is one.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/err.h"
#include "lib/urgency.h"
#include "tools/casefile.h"
#include "tools/commands/approve_crisis.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"
#include "tools/writing.h"

/* What the service will ask, in sentences. */
static int
check_me(struct session *s, const struct casefile *cf, const json_t *draft,
    struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	const char *desk = casefile_desk(cf), *author;
	int64_t urgency;

	if (me == NULL ||
	    wire_get_string(draft, "author", &author, e) == -1 ||
	    wire_get_int(casefile_json(cf), "urgency", 0, URGENCY_CRISIS,
	    &urgency, e) == -1)
		return -1;
	if (!roster_policy(s->roster, desk).crisis)
		err_set(e, ERR_DENIED, _("the desk '%s' has no crisis path: "
		    "'teduh staff policy' says how it reviews"), desk);
	else if (!me->crisis || me->rank == RANK_TRAINEE ||
	    me->rank == RANK_ADMIN)
		err_set(e, ERR_DENIED, _("the crisis path is for colleagues "
		    "with the flag 'crisis' who are no trainees: submit it, "
		    "and call a supervisor"));
	else if (strcmp(author, me->name) != 0)
		err_set(e, ERR_DENIED, _("this draft is %s's: in a crisis an "
		    "own one is sent; 'teduh adopt' takes over one that is "
		    "open or returned"), author);
	else if (urgency < URGENCY_CRISIS)
		err_set(e, ERR_DENIED, _("the case %s has urgency %" PRId64
		    ", not 3: if it is a crisis, 'teduh urgency %s 3 -m "
		    "WHY' says so under your signature"), casefile_id(cf),
		    urgency, casefile_id(cf));
	else
		return 0;
	return -1;
}

int
approve_crisis_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL;
	const json_t *draft;
	json_t *answer = NULL, *row;
	char name[COMMANDS_NAME], *why = NULL;
	int64_t no;
	int result = -1;

	if (s->args.message == NULL) {
		err_set(e, ERR_INPUT, _("say what the crisis is, for the "
		    "supervisors: teduh approve DRAFT --crisis -m WHY"));
		return EXIT_USAGE;
	}
	if ((why = note_text(s->args.message, strlen(s->args.message),
	    e)) == NULL ||
	    commands_draft(s, &cf, &draft, &no, e) == -1 ||
	    check_me(s, cf, draft, e) == -1 ||
	    (answer = draft_crisis(s, cf, no, why, e)) == NULL)
		goto out;
	result = 0;
	row = commands_draft_row(s, answer);
	if (commands_done_erasing(s, cf, answer, row))
		goto out;
	commands_name(name, casefile_id(cf), cf);
	commands_done(s, row, _("%s is on its way before a second person has "
	    "read it; the supervisors are told now, and one of them signs it "
	    "with 'teduh approve'"), name);
out:
	json_decref(answer);
	note_wipe(why);
	casefile_free(cf);
	return result;
}
