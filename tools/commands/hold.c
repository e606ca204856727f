/*
 * Keep a case, whatever anybody asks and however old it is; and let it go
 * again.  Supervisors do this, and say why.
 */
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

int
hold_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0 ||
	    (result = change_post(&c, "hold", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is kept, whatever is asked; "
	    "'teduh lift %s' lets it go"), name, casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}

int
lift_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = change_post(&c, "lift", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is not held any more; what was "
	    "asked for it goes its way"), name);
out:
	change_end(&c);
	return result;
}
