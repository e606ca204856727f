/*
 * Call an approved answer back while it is held.
 */
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/ending.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

int
undo_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct ending end;
	int result;

	if ((result = ending_post(&end, s, "undo", NULL, e)) == 0) {
		commands_name(name, casefile_id(end.cf), end.cf);
		commands_done(s, shape_draft(end.draft), _("%s is not sent; "
		    "the draft is open again: 'teduh reply %s' goes on with "
		    "it"),
		    name, casefile_id(end.cf));
	}
	ending_free(&end);
	return result;
}
