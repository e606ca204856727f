/*
 * Who waits.  Each desk's rows are sorted by the store; those of several are
 * merged here, a page at a time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/queue.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

static int64_t
integer_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *
id_of(const json_t *row)
{
	return json_string_value(json_object_get(row, "id"));
}

static int
by_rank(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	static const char *const names[] = { "due", "created" };
	int64_t one = integer_of(x, "urgency"), other = integer_of(y,
	    "urgency");
	size_t i;

	if (one != other)
		return one > other ? -1 : 1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		one = integer_of(x, names[i]);
		other = integer_of(y, names[i]);
		if (one != other)
			return one < other ? -1 : 1;
	}
	return strcmp(id_of(x), id_of(y));
}

/* The first page of what stands in rows, which is taken over. */
static json_t *
merged(json_t *rows, int *more)
{
	size_t i, n = json_array_size(rows);
	json_t **all = mem_alloc(n * sizeof(*all));
	json_t *out = json_array();

	for (i = 0; i < n; i++)
		all[i] = json_array_get(rows, i);
	qsort(all, n, sizeof(*all), by_rank);
	for (i = 0; i < n && i < QUEUE_PAGE; i++)
		(void)json_array_append(out, all[i]);
	*more = n > QUEUE_PAGE;
	free(all);
	json_decref(rows);
	return out;
}

/* One more than a page, to know whether there are others. */
static int
add_desk(struct desk *d, const char *desk, const struct queue_place *place,
    json_t *rows, struct err *e)
{
	json_t *list = rows_array(d->store, STMT_CASE_QUEUE, ARGS(
	    V_TEXT(desk), V_INT(QUEUE_PAGE + 1), V_INT(place->urgency == -1 ?
	    INT32_MIN : -place->urgency), V_INT(place->due),
	    V_INT(place->created), V_TEXT(place->id)), e);

	if (list == NULL)
		return -1;
	(void)json_array_extend(rows, list);
	json_decref(list);
	return 0;
}

json_t *
queue_rows(struct desk *d, const struct actor *actor,
    struct queue_place *place, int *more, struct err *e)
{
	json_t *rows = json_array(), *last;
	size_t i;

	for (i = 0; i < d->config->ndesks; i++) {
		const char *desk = d->config->desks[i].name;

		if (case_may_read(actor, desk) &&
		    add_desk(d, desk, place, rows, e) == -1) {
			json_decref(rows);
			return NULL;
		}
	}
	rows = merged(rows, more);
	if (json_array_size(rows) > 0) {
		last = json_array_get(rows, json_array_size(rows) - 1);
		place->urgency = integer_of(last, "urgency");
		place->due = integer_of(last, "due");
		place->created = integer_of(last, "created");
		(void)snprintf(place->id, sizeof(place->id), "%s",
		    id_of(last));
	}
	return rows;
}

static json_t *
page_within(struct desk *d, const struct actor *actor,
    struct queue_place place, struct err *e)
{
	json_t *answer = json_object(), *rows, *row, *list;
	char next[96];
	size_t i;
	int more;

	if ((rows = queue_rows(d, actor, &place, &more, e)) == NULL)
		goto fail;
	(void)json_object_set_new(answer, "cases", rows);
	json_array_foreach(rows, i, row)
		if (case_fill(d, row, id_of(row), e) == -1)
			goto fail;
	(void)snprintf(next, sizeof(next), "%" PRId64 ".%" PRId64 ".%" PRId64
	    ".%s", place.urgency, place.due, place.created, place.id);
	(void)json_object_set_new(answer, "next", more ? json_string(next) :
	    json_null());
	(void)json_object_set_new(answer, "now",
	    json_integer(store_now(d->store)));
	if ((list = erase_list(d, actor, e)) == NULL)
		goto fail;
	(void)json_object_set_new(answer, "erasing", list);
	return answer;
fail:
	json_decref(answer);
	return NULL;
}

json_t *
queue_page(struct desk *d, const struct actor *actor,
    const struct queue_place *place, struct err *e)
{
	static const struct queue_place top = { -1, 0, 0, "" };
	json_t *answer;

	if (store_read(d->store, e) == -1)
		return NULL;
	answer = page_within(d, actor, place == NULL ? top : *place, e);
	store_rollback(d->store);
	return answer;
}
