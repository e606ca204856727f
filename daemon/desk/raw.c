/*
 * Mails as they came, removed before the rest of their letters.
 */
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/raw.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/seal.h"

#define BATCH	64		/* letters of one sweep */

int
raw_remove(struct desk *d, const char *id, struct err *e)
{
	return store_run(d->store, STMT_RAW_REMOVE, ARGS(V_TEXT(id),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_RAW_REMOVE_GRANTS, ARGS(V_TEXT(id)),
	    NULL, NULL, e) == -1 ? -1 : 0;
}

struct left {
	unsigned char	items[BATCH][SEAL_ID];
	size_t		n;
};

static int
get_left(void *ctx, const struct row *row, struct err *e)
{
	struct left *left = ctx;

	(void)e;
	if (row_bytes(row, 0, left->items[left->n], SEAL_ID) == 0)
		left->n++;
	return left->n == BATCH;
}

/* A statement about one item in a transaction of its own: rows, or -1. */
static int64_t
run_one(struct desk *d, enum statement statement,
    const unsigned char item[SEAL_ID], struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, statement, ARGS(V_BLOB(item, SEAL_ID)), NULL,
	    NULL, e);
	return store_end(d->store, n, e) == -1 ? -1 : n;
}

int
raw_sweep(struct desk *d, struct err *e)
{
	struct left left;
	int64_t n;
	int folded;
	size_t i;

	left.n = 0;
	if (store_run(d->store, STMT_RAW_LEFT, NO_ARGS, get_left, &left,
	    e) == -1)
		return -1;
	if (left.n == 0)
		return 0;
	for (i = 0; i < left.n; i++)
		do {
			n = run_one(d, STMT_RAW_DELETE_SOME, left.items[i],
			    e);
			if (n == -1)
				return -1;
		} while (n > 0);
	crash_point("raw: swept");
	if ((folded = store_truncate(d->store, e)) != 0)
		return folded;
	for (i = 0; i < left.n; i++)
		if (run_one(d, STMT_RAW_SWEPT, left.items[i], e) == -1)
			return -1;
	return left.n == BATCH;
}
