/*
 * Answers of the own desks that are not sent yet.
 */
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"

#define DRAFTS_MAX	100000

int
drafts_run(struct session *s, struct err *e)
{
	json_t *answer = NULL, *list, *out = json_array();
	const json_t *o;
	size_t i;
	int result = -1;

	if (session_open(s, e) == -1 ||
	    (answer = client_get(s->client, "/v1/drafts", e)) == NULL ||
	    wire_get_array(answer, "drafts", DRAFTS_MAX, &list, e) == -1)
		goto out;
	json_array_foreach(list, i, o)
		(void)json_array_append_new(out, shape_draft(o));
	if (s->args.json)
		render_json(out);
	else
		render_drafts(out, client_now(s->client));
	result = 0;
out:
	json_decref(answer);
	json_decref(out);
	return result;
}
