/*
 * Let a writer who abuses the service wait: what they write is stored and
 * shown as ever, and 'next' leaves it out for a while.
 */
#include "lib/err.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/casefile.h"
#include "tools/dates.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

int
pause_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME], when[RENDER_WHEN];
	int64_t until_s = 0, now_s;
	struct change c;
	int result;

	if ((s->args.until == NULL) == !s->args.lift) {
		err_set(e, ERR_INPUT, "%s", _("say until when, with --until "
		    "DATE and -m WHY; or --lift, to end the pause"));
		return EXIT_USAGE;
	}
	if ((result = change_begin(&c, s, s->args.lift ? WHY_MAY : WHY_MUST,
	    e)) != 0)
		goto out;
	now_s = client_now(s->client);
	if (!s->args.lift && (result = dates_parse(s->args.until, now_s, 1,
	    &until_s, e)) == -1)
		goto out;
	(void)json_object_set_new(c.body, "until", s->args.lift ?
	    json_null() : json_integer(until_s));
	if ((result = change_post(&c, "pause", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	render_when(when, until_s, now_s);
	if (s->args.lift)
		commands_done(s, change_row(&c), _("%s is not paused any "
		    "more"), name);
	else
		commands_done(s, change_row(&c), _("%s is paused until %s: "
		    "'teduh next' leaves it out below urgency 2, 'teduh "
		    "queue' shows it"), name, when);
out:
	change_end(&c);
	return result;
}
