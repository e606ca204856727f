/*
 * All cases of a reader, page by page, and a whole case with what is sealed
 * in it: one request each, so that looking through thousands of letters takes
 * minutes and not hours.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
#include "daemon/desk/listing.h"
#include "daemon/desk/looked.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

static int64_t
active_of(const json_t *o)
{
	return json_integer_value(json_object_get(o, "active"));
}

static int
newest_first(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;

	if (active_of(x) != active_of(y))
		return active_of(x) > active_of(y) ? -1 : 1;
	return -strcmp(json_string_value(json_object_get(x, "id")),
	    json_string_value(json_object_get(y, "id")));
}

/* The first page of what the desks have together. */
static json_t *
first_page(const json_t *cases)
{
	size_t i, n = json_array_size(cases);
	json_t **rows = mem_alloc((n + 1) * sizeof(*rows));
	json_t *page = json_array();

	for (i = 0; i < n; i++)
		rows[i] = json_array_get(cases, i);
	qsort(rows, n, sizeof(*rows), newest_first);
	for (i = 0; i < n && i < LISTING_PAGE; i++)
		(void)json_array_append(page, rows[i]);
	free(rows);
	return page;
}

json_t *
listing_cases(struct desk *d, const struct actor *actor, int64_t at,
    const char *id, struct err *e)
{
	json_t *answer = NULL, *cases = json_array(), *list;
	const char *name;
	size_t i;

	if (store_read(d->store, e) == -1)
		goto out;
	for (i = 0; i < d->config->ndesks; i++) {
		name = d->config->desks[i].name;
		if (!case_may_read(actor, name))
			continue;
		if ((list = rows_array(d->store, STMT_CASE_LIST,
		    ARGS(V_TEXT(name), V_INT(at), V_TEXT(id),
		    V_INT(LISTING_PAGE + 1)), e)) == NULL)
			goto out;
		(void)json_array_extend(cases, list);
		json_decref(list);
	}
	answer = json_object();
	(void)json_object_set_new(answer, "now",
	    json_integer(store_now(d->store)));
	(void)json_object_set_new(answer, "cases", first_page(cases));
	(void)json_object_set_new(answer, "more",
	    json_boolean(json_array_size(cases) > LISTING_PAGE));
out:
	store_rollback(d->store);
	json_decref(cases);
	return answer;
}

static int64_t
view_size(const json_t *item)
{
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(item, "parts"), i, part)
		if (json_integer_value(json_object_get(part, "no")) ==
		    PART_VIEW)
			return json_integer_value(json_object_get(part,
			    "size"));
	return 0;
}

static int
append(void *ctx, const void *bytes, size_t len, struct err *e)
{
	if (buf_add(ctx, bytes, len) == 0)
		return 0;
	err_set(e, ERR_IO, "a part is larger than its row says");
	return -1;
}

static int
add_view(struct desk *d, json_t *item, int64_t size, struct err *e)
{
	unsigned char id[SEAL_ID];
	struct buf view;
	int result = -1;

	buf_init(&view, (size_t)size);
	if (wire_get_hex(item, "id", id, sizeof(id), e) == 0 &&
	    item_get(d, NULL, id, PART_VIEW, append, &view, e) == 0) {
		wire_set_base64(item, "view", view.bytes, view.len);
		result = 0;
	}
	buf_free(&view);
	return result;
}

/* Newest first: it is the start of a long case that is asked for singly. */
static int
add_views(struct desk *d, json_t *items, struct err *e)
{
	int64_t size, left = LISTING_VIEWS_MAX;
	json_t *item;
	size_t i;

	for (i = json_array_size(items); i > 0; i--) {
		item = json_array_get(items, i - 1);
		size = view_size(item);
		if (size <= 0 || size > left)
			continue;
		if (add_view(d, item, size, e) == -1)
			return -1;
		left -= size;
	}
	return 0;
}

json_t *
listing_views(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	json_t *object = NULL;
	struct actor me;

	if (looked_search(d, actor, &me, id, e) == -1 ||
	    store_read(d->store, e) == -1)
		return NULL;
	if (case_access(d, &me, id, e) == 0 &&
	    (object = case_within(d, id, e)) != NULL &&
	    add_views(d, json_object_get(object, "letters"), e) == -1) {
		json_decref(object);
		object = NULL;
	}
	store_rollback(d->store);
	return object;
}
