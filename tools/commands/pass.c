/*
 * Give a case back to the queue, with a note for whoever takes it next.
 */
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

int
pass_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int64_t fence;
	int result;

	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0)
		goto out;
	fence = change_fence(&c);
	(void)json_object_set_new(c.body, "fence",
	    json_integer(fence == -1 ? 0 : fence));
	if ((result = change_post(&c, "pass", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is free again, and your note "
	    "says why; next: teduh next"), name);
out:
	change_end(&c);
	return result;
}
