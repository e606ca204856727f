/*
 * Grants to seekers.  A grant alone shows nothing: the mailbox shows what
 * post has published.
 */
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
