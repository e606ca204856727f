/*
 * What a person may do about an answer on its way, with the command to type.
 * Most need nothing; some wait for a human.
 */
#include <stdio.h>
#include <string.h>

#include "tools/render_inside.h"
#include "tools/words.h"

/* Why a letter came back (RFC 3463), and what helps. */
static const char *
bounced_advice(const char *code)
{
	const char *why = code[0] != '\0' && code[1] == '.' ? code + 2 : "";

	if (strncmp(why, "1.", 2) == 0)
		return _("There is no such address. Only another address of "
		    "this person helps.");
	if (strcmp(why, "2.2") == 0)
		return _("The mailbox is full. Answer again in a few days.");
	if (strncmp(why, "2.", 2) == 0)
		return _("The mailbox takes no mail now. Answer again in a "
		    "few days.");
	if (strncmp(why, "3.", 2) == 0 || strncmp(why, "6.", 2) == 0)
		return _("The mail server there cannot take this letter. "
		    "Write it shorter, without files.");
	if (strncmp(why, "4.", 2) == 0)
		return _("The mail server there was not reached. Answer "
		    "again tomorrow.");
	if (strncmp(why, "7.", 2) == 0)
		return _("The mail server there refuses mail of ours. Tell "
		    "those who run the service.");
	return _("The mail server there does not say why. Its report is a "
	    "letter of this case.");
}

void
render_advice_draft(char *out, size_t size, const json_t *o, int64_t now_s)
{
	char state[RENDER_WORD], id[RENDER_WORD];

	if (strcmp(render_word(state, o, "state"), "submitted") != 0 ||
	    !json_is_true(json_object_get(o, "stale"))) {
		render_advice(out, size, json_object_get(o, "delivery"),
		    now_s);
		return;
	}
	(void)render_word(id, o, "id");
	(void)snprintf(out, size, _("Somebody wrote again: teduh show %.8s. "
	    "If the answer is still right: teduh still-right %s"), id, id);
}

void
render_advice(char *out, size_t size, const json_t *delivery, int64_t now_s)
{
	char state[RENDER_WORD], draft[RENDER_WORD], code[RENDER_WORD];
	char when[RENDER_WHEN];
	int64_t until = render_time(delivery, "until");

	*out = '\0';
	(void)render_word(state, delivery, "state");
	if (strcmp(state, "bounced") == 0) {
		(void)snprintf(out, size, "%s", bounced_advice(render_word(
		    code, delivery, "code")));
		return;
	}
	if (strcmp(state, "refused") == 0 && strcmp(render_word(code,
	    delivery, "code"), "smtputf8") == 0) {
		(void)snprintf(out, size, "%s", _("The mail server here cannot "
		    "write to an address with such letters before the '@'. "
		    "Tell those who run the service."));
		return;
	}
	(void)render_word(draft, delivery, "draft");
	if (*draft == '\0')
		return;
	if (strcmp(state, "held") == 0 && until > now_s) {
		render_when(when, until, now_s);
		(void)snprintf(out, size, _("Until %s 'teduh undo %s' calls "
		    "it back."), when, draft);
	} else if ((strcmp(state, "due") == 0 || strcmp(state,
	    "deferred") == 0) && until > now_s) {
		render_when(when, until, now_s);
		(void)snprintf(out, size, _("It leaves at %s, not "
		    "before."), when);
	} else if (strcmp(state, "unknown") == 0 && !json_is_true(
	    json_object_get(delivery, "repeated")))
		(void)snprintf(out, size, "%s", _("It is tried once more by "
		    "itself."));
	else if (strcmp(state, "unknown") == 0)
		(void)snprintf(out, size, _("Nothing more is sent by itself. "
		    "Find out whether it arrived, then: teduh settle %s -m "
		    "WHY"), draft);
	else if (strcmp(state, "blocked") == 0 && strcmp(render_word(code,
	    delivery, "code"), "stale") == 0)
		(void)snprintf(out, size, _("Read what is new: teduh show "
		    "%.8s. If the answer is still right: teduh still-right "
		    "%s. To change it: teduh return %s -m WHY. If it shall "
		    "not go: teduh settle %s -m WHY"), draft, draft, draft,
		    draft);
	else if (strcmp(state, "blocked") == 0 ||
	    strcmp(state, "refused") == 0)
		(void)snprintf(out, size, _("To change it: teduh return %s "
		    "-m WHY. If it shall not go: teduh settle %s -m WHY"),
		    draft, draft);
}
