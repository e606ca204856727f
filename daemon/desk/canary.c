/*
 * The canary.  Its Message-ID is random and leads to no person, so its hash
 * wants no pepper, which clock does not hold.
 */
#include <jansson.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/canary.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reading.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define PURPOSE		"teduh/canary/v1"

int
canary_expect(struct desk *d, const char *mailbox, const char *message_id,
    struct err *e)
{
	unsigned char hash[SEAL_HASH];

	seal_hash(hash, PURPOSE, message_id, strlen(message_id));
	return store_run(d->store, STMT_CANARY_ADD, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT(mailbox), V_INT(store_now(d->store))), NULL,
	    NULL, e) == -1 ? -1 : 0;
}

static int
try_id(struct desk *d, const struct arrival *a, const json_t *id,
    const unsigned char body[SEAL_HASH], unsigned char hash[SEAL_HASH],
    struct err *e)
{
	if (!json_is_string(id))
		return 0;
	seal_hash(hash, PURPOSE, json_string_value(id),
	    json_string_length(id));
	return (int)store_run(d->store, STMT_CANARY_FIND, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_TEXT(a->mailbox->name), V_BLOB(body, SEAL_HASH)),
	    NULL, NULL, e);
}

int
canary_find(struct desk *d, const struct arrival *a,
    const unsigned char body[SEAL_HASH], unsigned char hash[SEAL_HASH],
    struct err *e)
{
	const json_t *view, *id;
	size_t i;
	int found;

	if (a->reading == NULL || a->reading->unreadable)
		return 0;
	view = a->reading->view;
	found = try_id(d, a, json_object_get(view, "message_id"), body, hash,
	    e);
	json_array_foreach(json_object_get(view, "references"), i, id) {
		if (found != 0)
			break;
		found = try_id(d, a, id, body, hash, e);
	}
	return found;
}

int
canary_back(struct desk *d, const unsigned char hash[SEAL_HASH],
    const unsigned char body[SEAL_HASH], struct err *e)
{
	return store_run(d->store, STMT_CANARY_BACK, ARGS(V_BLOB(hash,
	    SEAL_HASH), V_INT(store_now(d->store)), V_BLOB(body, SEAL_HASH)),
	    NULL, NULL, e) == -1 ? -1 : 0;
}

struct times {
	int64_t	sent_at, waiting_since;		/* 0: none */
};

static int
get_times(void *ctx, const struct row *row, struct err *e)
{
	struct times *t = ctx;

	(void)e;
	t->sent_at = row_int(row, 0);
	t->waiting_since = row_int(row, 1);
	return 1;
}

int
canary_look(struct desk *d, const char *mailbox, int64_t every_s,
    struct canary_look *look, struct err *e)
{
	int64_t now = store_now(d->store);
	struct times t = { 0, 0 };

	if (store_run(d->store, STMT_CANARY_LOOK, ARGS(V_TEXT(mailbox)),
	    get_times, &t, e) == -1)
		return -1;
	/* A clock that was put back must not keep it from being written. */
	look->due = t.sent_at > now || now - t.sent_at >= every_s;
	look->lost_since = t.waiting_since != 0 &&
	    now - t.waiting_since >= CANARY_LATE_S ? t.waiting_since : 0;
	return 0;
}
