/*
 * Who is waiting.
 */
#include <stdio.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/queue_filter.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/waiting.h"
#include "tools/words.h"

#define QUEUE_MAX	100000
#define PAGE_MAX	10000
#define LINE_BYTES	256
#define PATH_BYTES	160

/* What a page has beside the ones before; a case may have moved behind. */
static void
add_page(json_t *cases, json_t *known, const json_t *page)
{
	const char *id;
	json_t *o;
	size_t i;

	json_array_foreach(page, i, o) {
		id = json_string_value(json_object_get(o, "id"));
		if (id == NULL || json_object_get(known, id) != NULL)
			continue;
		(void)json_object_set_new(known, id, json_true());
		(void)json_array_append(cases, o);
	}
}

static json_t *
ask_page(struct session *s, const char *after, json_t **page, struct err *e)
{
	char path[PATH_BYTES];
	json_t *answer;

	(void)snprintf(path, sizeof(path), "/v1/queue%s%s", after == NULL ?
	    "" : "?after=", after == NULL ? "" : after);
	answer = client_get(s->client, path, e);
	if (answer != NULL && wire_get_array(answer, "cases", PAGE_MAX, page,
	    e) == 0)
		return answer;
	json_decref(answer);
	return NULL;
}

json_t *
queue_ask(struct session *s, json_t **cases, int64_t *now_s, struct err *e)
{
	json_t *first, *answer, *page, *known = json_object();
	json_t *all = json_array();
	const char *next = NULL;

	if ((first = answer = ask_page(s, NULL, &page, e)) == NULL ||
	    wire_get_int(first, "now", 0, INT64_MAX / 2, now_s, e) == -1)
		goto fail;
	for (;;) {
		add_page(all, known, page);
		if (wire_get_string_opt(answer, "next", &next, e) == -1)
			goto fail;
		if (next == NULL || json_array_size(page) == 0 ||
		    json_array_size(all) >= QUEUE_MAX)
			break;
		answer = ask_page(s, next, &page, e);
		if (answer == NULL)
			goto fail;
		(void)json_object_set_new(first, "page", answer);
	}
	json_decref(known);
	(void)json_object_set_new(first, "cases", all);
	*cases = all;
	return first;
fail:
	json_decref(first);
	json_decref(all);
	json_decref(known);
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
	json_t *answer = NULL, *cases, *rows = json_array(), *row;
	const json_t *o;
	struct casefile *cf;
	int64_t now_s;
	size_t i;
	int result = -1;

	if ((result = queue_filter_check(s, e)) != 0)
		goto out;
	result = -1;
	if (session_open(s, e) == -1 || (result = named_desks(s, e)) != 0)
		goto out;
	result = -1;
	if ((answer = queue_ask(s, &cases, &now_s, e)) == NULL)
		goto out;
	json_array_foreach(cases, i, o) {
		if (!queue_filter_wants(s, o, now_s))
			continue;
		if ((cf = session_row(s, o, e)) == NULL)
			goto out;
		row = shape_row(cf, now_s);
		casefile_free(cf);
		if (queue_filter_wants_row(s, row))
			(void)json_array_append(rows, row);
		json_decref(row);
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
