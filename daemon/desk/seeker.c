/*
 * Grants to seekers.  A grant alone shows nothing: the mailbox shows what
 * post has published.
 */
#include "daemon/desk/audit.h"
#include "daemon/desk/awaits.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/seeker.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define BOX_MAX	1024

static int
get_key(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	return row_bytes(row, 0, ctx, SEAL_KEY) == 0;
}

static int
check_key(struct desk *d, const char *case_id, int64_t participant,
    const unsigned char key[SEAL_KEY], struct err *e)
{
	unsigned char own[SEAL_KEY] = { 0 };

	if (store_run(d->store, STMT_LOCATOR_KEY, ARGS(V_TEXT(case_id),
	    V_INT(participant)), get_key, own, e) == -1)
		return -1;
	if (seal_equal(own, key, SEAL_KEY))
		return 0;
	err_set(e, ERR_CONFLICT, "the person's code is another one now: read "
	    "the case again, then repeat the command");
	return -1;
}

int
seeker_grant(struct desk *d, const char *case_id, int64_t participant,
    const unsigned char item[SEAL_ID], const json_t *body, struct err *e)
{
	const json_t *given = json_object_get(body, "seeker");
	unsigned char key[SEAL_KEY];
	struct buf box;
	int result = -1;

	if (given == NULL || json_is_null(given))
		return 0;
	if (wire_get_base64(given, "box", BOX_MAX, &box, e) == 0 &&
	    wire_get_hex(given, "key", key, SEAL_KEY, e) == 0 &&
	    check_key(d, case_id, participant, key, e) == 0 &&
	    store_run(d->store, STMT_GRANT_ADD, ARGS(V_BLOB(item, SEAL_ID),
	    V_TEXT("seeker"), V_TEXT("content"), V_INT(0),
	    V_BLOB(box.bytes, box.len)), NULL, NULL, e) != -1)
		result = 0;
	buf_free(&box);
	return result;
}

static int
get_participant(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	*(int64_t *)ctx = row_int(row, 0);
	return 1;
}

/* 1 granted, 0 it may not be or is already, -1. */
static int
grant_one(struct desk *d, const char *case_id, const json_t *one,
    struct err *e)
{
	unsigned char item[SEAL_ID];
	int64_t participant = 0, n;

	if (wire_get_hex(one, "item", item, SEAL_ID, e) == -1)
		return -1;
	n = store_run(d->store, STMT_SEEKER_IS_OLDER, ARGS(V_TEXT(case_id),
	    V_BLOB(item, SEAL_ID)), get_participant, &participant, e);
	if (n <= 0 || participant == 0)
		return n == -1 ? -1 : 0;
	return seeker_grant(d, case_id, participant, item, one, e) == -1 ?
	    -1 : 1;
}

int
seeker_grant_older(struct desk *d, const struct actor *actor,
    const char *case_id, const json_t *body, struct err *e)
{
	json_t *list;
	int r, granted = 0;
	size_t i;

	if (wire_get_array(body, "grants", SEEKER_OLDER_MAX, &list, e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		r = grant_one(d, case_id, json_array_get(list, i), e);
		if (r == -1)
			return -1;
		granted += r;
	}
	return granted == 0 ? 0 : audit_add(d, actor, "granted", case_id,
	    NULL, e);
}

int
seeker_revoke(struct desk *d, const unsigned char item[SEAL_ID],
    struct err *e)
{
	return store_run(d->store, STMT_GRANT_SEEKER_DELETE,
	    ARGS(V_BLOB(item, SEAL_ID)), NULL, NULL, e) == -1 ? -1 :
	    awaits_forget(d, item, e);
}

int
seeker_can_open(struct desk *d, const unsigned char item[SEAL_ID],
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_GRANT_SEEKER,
	    ARGS(V_BLOB(item, SEAL_ID), V_TEXT("content")), NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}
