/*
 * A human has looked at a letter that may or may not have left, or does not
 * want a blocked one to go.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/ending.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

int
settle_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME], *why;
	struct ending end;
	int result;

	if (s->args.message == NULL) {
		err_set(e, ERR_INPUT, _("say what you found: teduh settle "
		    "DRAFT -m WHY"));
		return EXIT_USAGE;
	}
	if ((why = note_text(s->args.message, strlen(s->args.message),
	    e)) == NULL)
		return -1;
	if ((result = ending_post(&end, s, "settle", why, e)) == 0) {
		commands_name(name, casefile_id(end.cf), end.cf);
		commands_done(s, shape_draft(end.draft), _("%s: that letter "
		    "is settled and not sent again; 'teduh reply %s' writes "
		    "another one, 'teduh close %s' ends the case"), name,
		    casefile_id(end.cf), casefile_id(end.cf));
	}
	ending_free(&end);
	note_wipe(why);
	return result;
}
