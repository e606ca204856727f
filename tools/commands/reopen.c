/*
 * Open a case again that was closed or answered: it waits.
 */
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

int
reopen_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0 ||
	    (result = change_post(&c, "reopen", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s waits again; next: teduh "
	    "reply %s"), name, casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}
