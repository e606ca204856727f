/*
 * Answers of the own desks that are not sent yet.
 */
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/waiting.h"
#include "tools/words.h"

#define DRAFTS_MAX	100000

int
drafts_run(struct session *s, struct err *e)
{
	json_t *answer, *list, *out;
	const json_t *o;
	size_t i;
	int result = -1;

	if (session_open(s, e) == -1 ||
	    (answer = client_get(s->client, "/v1/drafts", e)) == NULL)
		return -1;
	if (wire_get_array(answer, "drafts", DRAFTS_MAX, &list, e) == -1)
		goto out;
	out = json_array();
	json_array_foreach(list, i, o)
		(void)json_array_append_new(out, commands_draft_row(s, o));
	commands_drafts(s, out, _("The service has no answer that is not "
	    "sent yet."));
	waiting_tell(s);
	result = 0;
out:
	json_decref(answer);
	return result;
}
