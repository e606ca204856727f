/*
 * Throw a draft away: its words are deleted at the service.
 */
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/ending.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

int
discard_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct ending end;
	int result;

	if ((result = ending_post(&end, s, "discard", NULL, e)) == 0) {
		commands_name(name, casefile_id(end.cf), end.cf);
		commands_done(s, shape_draft(end.draft), _("the draft of %s "
		    "is thrown away; a new one begins with 'teduh reply %s'"),
		    name, casefile_id(end.cf));
	}
	ending_free(&end);
	return result;
}
