/*
 * Go on with a colleague's draft that came back or was left behind.  What is
 * written under another's name is never signed as one's own: the letter will
 * say whose it was.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/ending.h"
#include "tools/note.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

int
adopt_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME], id[RENDER_WORD], *why;
	struct ending end;
	json_t *o;
	int result;

	if (s->args.message == NULL) {
		err_set(e, ERR_INPUT, _("say why, so that its author knows: "
		    "teduh adopt DRAFT -m WHY"));
		return EXIT_USAGE;
	}
	if ((why = note_text(s->args.message, strlen(s->args.message),
	    e)) == NULL)
		return -1;
	if ((result = ending_post(&end, s, "adopt", why, e)) == 0) {
		o = shape_draft(end.draft);
		(void)render_word(id, o, "id");
		commands_name(name, casefile_id(end.cf), end.cf);
		commands_done(s, o, _("%s: the draft is yours now, and the "
		    "case with it; next: teduh reply %s, teduh submit %s"),
		    name, casefile_id(end.cf), id);
	}
	ending_free(&end);
	note_wipe(why);
	return result;
}
