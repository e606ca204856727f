/*
 * Close a case: nobody waits in it any more.
 */
#include <inttypes.h>

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

/*
 * What came behind the page that was read is not closed with it: what this
 * person read is known here, what comes meanwhile the service sees.
 */
static int
set_seen(struct change *c, struct err *e)
{
	const char *id = casefile_id(c->cf);
	const struct casefile_item *newest = casefile_newest(c->cf), *item;
	struct vault_read read;
	int64_t seen = 0;
	size_t i;

	vault_get_read(c->s->vault, id, &read);
	if (newest != NULL && read.seq > 0 &&
	    !seal_equal(read.deposit, newest->hash, SEAL_HASH)) {
		err_set(e, ERR_CONFLICT, _("somebody wrote in the case %s "
		    "since you read it (%s.%" PRId64 "): 'teduh show %s', "
		    "then close it"), id, id, newest->seq, id);
		return -1;
	}
	for (i = 0; (item = casefile_at(c->cf, i)) != NULL; i++)
		if (item->seq > seen)
			seen = item->seq;
	(void)json_object_set_new(c->body, "seen", json_integer(seen));
	return 0;
}

int
close_run(struct session *s, struct err *e)
{
	json_t *care;
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = set_seen(&c, e)) == -1)
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
