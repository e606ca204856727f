/*
 * Whoever calls a letter back has no key to the file of sent letters, and
 * post no longer the key to the letter: between them stands a row with the
 * letter's id, and the file knows it by a keyed hash of that.
 */
#include "daemon/desk/desk.h"
#include "daemon/desk/recall.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

int
recall_add(struct desk *d, const unsigned char item[SEAL_ID], struct err *e)
{
	return store_run(d->store, STMT_RECALL_ADD,
	    ARGS(V_BLOB(item, SEAL_ID)), NULL, NULL, e) == -1 ? -1 : 0;
}

static int
get_item(void *ctx, const struct row *row, struct err *e)
{
	if (row_bytes(row, 0, ctx, SEAL_ID) == 0)
		return 1;
	err_set(e, ERR_DENIED, "a letter that was called back has no id");
	return -1;
}

int
recall_next(struct desk *d, unsigned char item[SEAL_ID], struct err *e)
{
	return (int)store_run(d->store, STMT_RECALL_NEXT, NO_ARGS, get_item,
	    item, e);
}

int
recall_done(struct desk *d, const unsigned char item[SEAL_ID], struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (store_run(d->store, STMT_RECALL_DONE,
	    ARGS(V_BLOB(item, SEAL_ID)), NULL, NULL, e) == -1 ||
	    store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		return -1;
	}
	return 0;
}

void
recall_hash(const struct desk *d, const unsigned char item[SEAL_ID],
    unsigned char out[SEAL_HASH])
{
	char hex[2 * SEAL_ID + 1];

	wire_hex(hex, item, SEAL_ID);
	desk_hash_token(d, "recall", hex, out);
}
