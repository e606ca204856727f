/*
 * Say how urgent a case is, and why.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

int
urgency_run(struct session *s, struct err *e)
{
	const char *typed = s->args.words[1];
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if (strlen(typed) != 1 || *typed < '0' || *typed > '3') {
		err_set(e, ERR_INPUT, _("the urgency is 0 (ordinary), 1 "
		    "(soon), 2 (high) or 3 (crisis), not '%s'"), typed);
		return EXIT_USAGE;
	}
	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0)
		goto out;
	(void)json_object_set_new(c.body, "urgency",
	    json_integer(*typed - '0'));
	if ((result = change_post(&c, "urgency", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s has urgency %s now, and your "
	    "note says why; 'teduh queue' shows its place"), name, typed);
out:
	change_end(&c);
	return result;
}
