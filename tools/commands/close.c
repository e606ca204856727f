/*
 * Close a case: nobody waits in it any more.
 */
#include "lib/err.h"
#include "tools/care.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

static void
done(struct change *c)
{
	const char *id = casefile_id(c->cf);
	char name[COMMANDS_NAME];

	commands_name(name, id, c->cf);
	if (c->s->args.after_care)
		commands_done(c->s, change_row(c), _("%s is closed, and the "
		    "desk's after-care letter goes to p1, not in quiet hours: "
		    "'teduh show %s' says when it left; a letter opens the "
		    "case again by itself, you with 'teduh reopen %s -m "
		    "WHY'"), name, id, id);
	else
		commands_done(c->s, change_row(c), _("%s is closed; a letter "
		    "opens it again by itself, you with 'teduh reopen %s -m "
		    "WHY'"), name, id);
}

int
close_run(struct session *s, struct err *e)
{
	json_t *care;
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0)
		goto out;
	if (s->args.after_care) {
		if ((care = care_request(s, c.cf, e)) == NULL) {
			result = -1;
			goto out;
		}
		(void)json_object_set_new(c.body, "after_care", care);
	}
	if ((result = change_post(&c, "close", e)) == -1)
		goto out;
	done(&c);
out:
	change_end(&c);
	return result;
}
