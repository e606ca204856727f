/*
 * Give a case to a colleague of the same desk, with a note that says why.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/words.h"

/* The service asks the same; here the sentence names the desk. */
static int
check_colleague(const struct change *c, const char *to, struct err *e)
{
	const struct roster_person *p = roster_person(c->s->roster, to);
	const char *desk = casefile_desk(c->cf);

	if (strcmp(to, c->s->service.name) == 0)
		err_set(e, ERR_INPUT, _("the case is handed to somebody "
		    "else: '%s' are you"), to);
	else if (p == NULL || !p->active || p->rank == RANK_ADMIN ||
	    !roster_on_desk(p, desk))
		err_set(e, ERR_INPUT, _("there is no colleague '%s' who reads "
		    "the desk '%s': 'teduh staff list' shows who does"), to,
		    desk);
	else
		return 0;
	return -1;
}

int
hand_run(struct session *s, struct err *e)
{
	const char *to = s->args.to;
	char name[COMMANDS_NAME];
	struct change c;
	int64_t fence;
	int result;

	if (to == NULL) {
		err_set(e, ERR_INPUT, _("say to whom: teduh hand CASE --to "
		    "WHO -m WHY"));
		return EXIT_USAGE;
	}
	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0 ||
	    (result = check_colleague(&c, to, e)) == -1)
		goto out;
	fence = change_fence(&c);
	(void)json_object_set_new(c.body, "fence", fence == -1 ?
	    json_null() : json_integer(fence));
	(void)json_object_set_new(c.body, "to", json_string(to));
	if ((result = change_post(&c, "hand", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is with %s now, who sees your "
	    "note in it; next: teduh next"), name, to);
out:
	change_end(&c);
	return result;
}
