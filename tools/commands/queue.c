/*
 * Who is waiting.
 */
#include <stdio.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/waiting.h"
#include "tools/words.h"

#define QUEUE_MAX	100000
#define LINE_BYTES	256

json_t *
queue_ask(struct session *s, json_t **cases, int64_t *now_s, struct err *e)
{
	json_t *answer = client_get(s->client, "/v1/queue", e);

	if (answer != NULL &&
	    wire_get_int(answer, "now", 0, INT64_MAX / 2, now_s, e) == 0 &&
	    wire_get_array(answer, "cases", QUEUE_MAX, cases, e) == 0)
		return answer;
	json_decref(answer);
	return NULL;
}

/* They stand in no queue, and who works here knows of them. */
static void
tell_erasing(const struct session *s, const json_t *answer)
{
	size_t n = json_array_size(json_object_get(answer, "erasing"));
	char line[LINE_BYTES];

	if (n == 0 || s->args.json || s->args.quiet)
		return;
	(void)snprintf(line, sizeof(line), words_count("%zu case is to be "
	    "erased: 'teduh erase' tells when.", "%zu cases are to be "
	    "erased: 'teduh erase' tells when.", n), n);
	render_say(stderr, line);
}

int
queue_run(struct session *s, struct err *e)
{
	json_t *answer = NULL, *cases, *rows = json_array();
	const json_t *o;
	struct casefile *cf;
	int64_t now_s;
	size_t i;
	int result = -1;

	if (session_open(s, e) == -1 ||
	    (answer = queue_ask(s, &cases, &now_s, e)) == NULL)
		goto out;
	json_array_foreach(cases, i, o) {
		if ((cf = session_row(s, o, e)) == NULL)
			goto out;
		(void)json_array_append_new(rows, shape_row(cf, now_s));
		casefile_free(cf);
	}
	if (s->args.json)
		render_json(rows);
	else
		render_rows(rows, now_s);
	tell_erasing(s, answer);
	waiting_tell(s);
	result = 0;
out:
	json_decref(answer);
	json_decref(rows);
	return result;
}
