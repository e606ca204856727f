/*
 * Cases as staff see them.  Everything readable here is sealed or listed as
 * plain in doc/security.md; who may see a case is decided in one place
 * (case_access), and a foreign case is as unknown as one that never was.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/disclosure.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/event.h"
#include "daemon/desk/item.h"
#include "daemon/desk/link.h"
#include "daemon/desk/looked.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/unopened.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define FACE_MAX	(256 * 1024)
#define OFTEN_S		((int64_t)30 * 86400)

int
case_may_read(const struct actor *actor, const char *desk)
{
	return actor->person != NULL && actor->person->active &&
	    actor->person->rank != RANK_ADMIN &&
	    roster_on_desk(actor->person, desk);
}

static int
gone(struct err *e)
{
	err_set(e, ERR_GONE, "there is no such case, or it is not yours to "
	    "see");
	return -1;
}

struct access {
	const struct actor	*actor;
	int			 allowed;
};

static int
check_desk(void *ctx, const struct row *row, struct err *e)
{
	struct access *access = ctx;

	(void)e;
	access->allowed = case_may_read(access->actor, row_text(row, 0));
	return 1;
}

int
case_access(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	struct access access = { actor, 0 };

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(id)), check_desk,
	    &access, e) == -1)
		return -1;
	return access.allowed ? 0 : gone(e);
}

struct match {
	const struct actor	*actor;
	char			 ids[2][CASE_ID_LEN + 1];
	int			 n;
};

static int
match_row(void *ctx, const struct row *row, struct err *e)
{
	struct match *m = ctx;
	const char *id = row_text(row, 0);

	(void)e;
	if (!case_may_read(m->actor, row_text(row, 1)))
		return 0;
	memcpy(m->ids[m->n], id, strnlen(id, CASE_ID_LEN));
	return ++m->n == 2;
}

int
case_resolve(struct desk *d, const struct actor *actor, const char *prefix,
    char id[CASE_ID_LEN + 1], struct err *e)
{
	struct match m;
	char end[CASE_ID_LEN + 2];
	size_t n = strlen(prefix);

	if (n == 0 || n > CASE_ID_LEN)
		return gone(e);
	memset(&m, 0, sizeof(m));
	m.actor = actor;
	memcpy(end, prefix, n);
	end[n] = '~';		/* behind every character of an id */
	end[n + 1] = '\0';
	if (store_run(d->store, STMT_CASE_BY_PREFIX, ARGS(V_TEXT(prefix),
	    V_TEXT(end)), match_row, &m, e) == -1)
		return -1;
	if (m.n == 0)
		return gone(e);
	if (m.n == 2) {
		err_set(e, ERR_INPUT, "'%s' is the beginning of more than "
		    "one case, %s and %s among them: type one character more",
		    prefix, m.ids[0], m.ids[1]);
		return -1;
	}
	memcpy(id, m.ids[0], CASE_ID_LEN + 1);
	return 0;
}

static int
append(void *ctx, const void *bytes, size_t len, struct err *e)
{
	if (buf_add(ctx, bytes, len) == 0)
		return 0;
	err_set(e, ERR_IO, "a face is larger than it can be");
	return -1;
}

#define NO_PART	UINT32_MAX

/* Parts and grants of an item; the bytes of one part, too, under a name. */
static int
fill_item(struct desk *d, json_t *item, uint32_t part, const char *name,
    struct err *e)
{
	unsigned char id[SEAL_ID];
	struct buf face;
	json_t *list;
	int result;

	if (wire_get_hex(item, "id", id, sizeof(id), e) == -1 ||
	    (list = rows_array(d->store, STMT_PART_JSON,
	    ARGS(V_BLOB(id, sizeof(id))), e)) == NULL)
		return -1;
	(void)json_object_set_new(item, "parts", list);
	if ((list = rows_array(d->store, STMT_GRANT_JSON,
	    ARGS(V_BLOB(id, sizeof(id))), e)) == NULL)
		return -1;
	(void)json_object_set_new(item, "grants", list);
	if ((list = rows_array(d->store, STMT_DELIVERY_JSON,
	    ARGS(V_BLOB(id, sizeof(id))), e)) == NULL)
		return -1;
	(void)json_object_set_new(item, "delivery", json_array_size(list) ==
	    0 ? json_null() : json_incref(json_array_get(list, 0)));
	json_decref(list);
	if (part == NO_PART)
		return 0;
	buf_init(&face, FACE_MAX);
	result = item_get(d, NULL, id, part, append, &face, e);
	if (result == 0)
		wire_set_base64(item, name, face.bytes, face.len);
	buf_free(&face);
	return result;
}

static int
fill_newest(struct desk *d, json_t *object, const char *id, struct err *e)
{
	json_t *list, *newest;
	int result = -1;

	if ((list = rows_array(d->store, STMT_ITEM_NEWEST, ARGS(V_TEXT(id)),
	    e)) == NULL)
		return -1;
	newest = json_array_get(list, 0);
	if (newest != NULL && fill_item(d, newest, PART_FACE, "face",
	    e) == -1 &&
	    e->code != ERR_GONE)
		goto out;
	(void)json_object_set_new(object, "newest",
	    newest == NULL ? json_null() : json_incref(newest));
	result = 0;
out:
	json_decref(list);
	return result;
}

/* The case's own face, as somebody of the staff last wrote it. */
static int
fill_face(struct desk *d, json_t *object, const char *id, struct err *e)
{
	json_t *list, *face;
	int64_t fence;
	int result = -1;

	if (rows_int(d->store, STMT_CASE_FENCE, ARGS(V_TEXT(id)), 0, &fence,
	    e) == -1 || (list = rows_array(d->store, STMT_FACE_JSON,
	    ARGS(V_TEXT(id)), e)) == NULL)
		return -1;
	face = json_array_get(list, 0);
	if (face != NULL && fill_item(d, json_object_get(face, "item"),
	    PART_VIEW, "view", e) == -1 && e->code != ERR_GONE)
		goto out;
	(void)json_object_set_new(object, "fence", json_integer(fence));
	(void)json_object_set_new(object, "face",
	    face == NULL ? json_null() : json_incref(face));
	result = 0;
out:
	json_decref(list);
	return result;
}

int
case_fill(struct desk *d, json_t *object, const char *id, struct err *e)
{
	struct value all = V_NULL;
	json_t *list;
	int64_t items, letters;
	int shut;

	if (rows_int(d->store, STMT_CASE_ITEMS, ARGS(V_TEXT(id)), 0, &items,
	    e) == -1 || rows_int(d->store, STMT_CASE_LETTERS,
	    ARGS(V_TEXT(id), V_INT(store_now(d->store) - OFTEN_S)), 0,
	    &letters, e) == -1 ||
	    (list = rows_array(d->store, STMT_CLAIM_JSON, ARGS(V_TEXT(id),
	    V_INT(store_now(d->store))), e)) == NULL)
		return -1;
	(void)json_object_set_new(object, "items", json_integer(items));
	(void)json_object_set_new(object, "letters_30d",
	    json_integer(letters));
	(void)json_object_set_new(object, "claim", json_array_size(list) ==
	    0 ? json_null() : json_incref(json_array_get(list, 0)));
	json_decref(list);
	if ((list = rows_array(d->store, STMT_DRAFT_JSON, ARGS(V_TEXT(id),
	    all), e)) == NULL)
		return -1;
	(void)json_object_set_new(object, "drafts", list);
	if ((list = rows_array(d->store, STMT_CASE_KEY_JSON,
	    ARGS(V_TEXT(id)), e)) == NULL)
		return -1;
	(void)json_object_set_new(object, "keys", list);
	if ((list = epoch_records(d, id, e)) == NULL)
		return -1;
	(void)json_object_set_new(object, "epochs", list);
	if ((shut = alarm_stands(d, UNOPENED_ALARM, id, e)) == -1)
		return -1;
	(void)json_object_set_new(object, "unopened", json_boolean(shut));
	return fill_face(d, object, id, e) == -1 ? -1 :
	    fill_newest(d, object, id, e);
}

/* Who wrote its drafts before, and their letters that came back. */
static int
fill_review(struct desk *d, json_t *object, const char *id, struct err *e)
{
	json_t *list;

	if ((list = rows_array(d->store, STMT_FORMER_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		return -1;
	(void)json_object_set_new(object, "former", list);
	if ((list = rows_array(d->store, STMT_VERSION_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		return -1;
	(void)json_object_set_new(object, "versions", list);
	return 0;
}

json_t *
case_within(struct desk *d, const char *id, struct err *e)
{
	json_t *object, *list, *item;
	size_t i;

	if ((object = rows_object(d->store, STMT_CASE_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		return NULL;
	if (case_fill(d, object, id, e) == -1 ||
	    fill_review(d, object, id, e) == -1 ||
	    (list = rows_array(d->store, STMT_PARTICIPANT_JSON,
	    ARGS(V_TEXT(id)), e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "participants", list);
	if ((list = rows_array(d->store, STMT_PERSON_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "people", list);
	if ((list = link_list(d, id, e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "links", list);
	if ((list = rows_array(d->store, STMT_CASE_OTHERS, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "others", list);
	if ((list = rows_array(d->store, STMT_STILL_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "still", list);
	if ((list = erase_show(d, id, e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "erasure", list);
	if ((list = retention_show(d, id, e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "kept_until", list);
	if ((list = retention_holder(d, id, e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "hold", list);
	if ((list = disclosure_list(d, id, e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "disclosures", list);
	if ((list = rows_array(d->store, STMT_WISH_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "wishes", list);
	if ((list = rows_array(d->store, STMT_URGENCY_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "weighed", list);
	if ((list = rows_array(d->store, STMT_SEEKER_OLDER, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "ungranted", list);
	if ((list = event_list(d, id, e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "events", list);
	if ((list = rows_array(d->store, STMT_ITEM_JSON, ARGS(V_TEXT(id)),
	    e)) == NULL)
		goto fail;
	(void)json_object_set_new(object, "letters", list);
	json_array_foreach(list, i, item)
		if (fill_item(d, item, NO_PART, NULL, e) == -1)
			goto fail;
	return object;
fail:
	json_decref(object);
	return NULL;
}

static json_int_t
integer_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/*
 * Whoever reads an own case works on it. Not for this the look is refused: a
 * lease that is not renewed now is renewed by the next.
 */
static void
renew(struct desk *d, const struct actor *actor, const json_t *shown)
{
	const json_t *claim = json_object_get(shown, "claim");
	const char *claimant = json_string_value(json_object_get(claim,
	    "claimant"));

	if (claimant == NULL || strcmp(claimant, actor->person->name) != 0 ||
	    integer_of(claim, "until") >= store_now(d->store) +
	    CLAIM_LEASE_S - CLAIM_RENEW_S || store_begin(d->store, NULL) == -1)
		return;
	if (claim_renew(d, actor, json_string_value(json_object_get(shown,
	    "id")), CLAIM_RENEW_S, NULL) == -1 ||
	    store_commit(d->store, NULL) == -1)
		store_rollback(d->store);
}

json_t *
case_show(struct desk *d, const struct actor *actor, const char *prefix,
    struct err *e)
{
	char id[CASE_ID_LEN + 1] = "";
	json_t *object = NULL;

	if (store_read(d->store, e) == -1)
		return NULL;
	if (case_resolve(d, actor, prefix, id, e) == 0)
		object = case_within(d, id, e);
	if (object != NULL && looked_add(d, actor, object, e) == -1) {
		json_decref(object);
		object = NULL;
	}
	store_rollback(d->store);
	if (object != NULL)
		renew(d, actor, object);
	return object;
}

json_t *
case_json(struct desk *d, const char *id, struct err *e)
{
	json_t *object;

	if (store_read(d->store, e) == -1)
		return NULL;
	object = case_within(d, id, e);
	store_rollback(d->store);
	return object;
}

json_t *
case_change(struct desk *d, const struct actor *actor, const char *id,
    case_fn *fn, const json_t *body, struct err *e)
{
	struct actor me;
	int result;

	crash_point("case: change before");
	if (staff_begin(d, actor, &me, e) == -1)
		return NULL;
	result = case_access(d, &me, id, e) == -1 ||
	    fn(d, &me, id, body, e) == -1 ||
	    claim_renew(d, &me, id, 0, e) == -1 ? -1 : 0;
	if (staff_end(d, result, e) == -1)
		return NULL;
	crash_point("case: change after");
	return case_json(d, id, e);
}
