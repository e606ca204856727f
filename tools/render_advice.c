/*
 * What a person may do about an answer on its way, with the command to type.
 * Most need nothing; some wait for a human.
 */
#include <stdio.h>
#include <string.h>

#include "tools/render_inside.h"
#include "tools/words.h"

void
render_advice(char *out, size_t size, const json_t *delivery, int64_t now_s)
{
	char state[RENDER_WORD], draft[RENDER_WORD], when[RENDER_WHEN];
	int64_t until = render_time(delivery, "until");

	*out = '\0';
	(void)render_word(state, delivery, "state");
	(void)render_word(draft, delivery, "draft");
	if (*draft == '\0')
		return;
	if (strcmp(state, "held") == 0 && until > now_s) {
		render_when(when, until, now_s);
		(void)snprintf(out, size, _("Until %s 'teduh undo %s' calls "
		    "it back."), when, draft);
	} else if (strcmp(state, "unknown") == 0 && !json_is_true(
	    json_object_get(delivery, "repeated")))
		(void)snprintf(out, size, "%s", _("It is tried once more by "
		    "itself."));
	else if (strcmp(state, "unknown") == 0)
		(void)snprintf(out, size, _("Nothing more is sent by itself. "
		    "Find out whether it arrived, then: teduh settle %s -m "
		    "WHY"), draft);
	else if (strcmp(state, "blocked") == 0 ||
	    strcmp(state, "refused") == 0)
		(void)snprintf(out, size, _("To change it: teduh return %s "
		    "-m WHY. If it shall not go: teduh settle %s -m WHY"),
		    draft, draft);
}
