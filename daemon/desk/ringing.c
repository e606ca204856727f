/*
 * Cases that ring.  A row of who was told what says since when, under the
 * name of nobody; it holds no content, and clock may lose it: then the case
 * rings from now on.
 */
#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ringing.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"

static int
mark(struct desk *d, const struct config_desk *desk, struct err *e)
{
	int64_t now = store_now(d->store);

	if (store_begin(d->store, e) == -1)
		return -1;
	return store_end(d->store, store_run(d->store, STMT_RINGING_BEGIN,
	    ARGS(V_TEXT(desk->name), V_INT(now)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_RINGING_END, ARGS(V_INT(now)), NULL,
	    NULL, e) == -1 ? -1 : 0, e);
}

int
ringing_look(struct desk *d, struct err *e)
{
	const struct config_desk *desk;
	int64_t changes;
	size_t i;

	for (i = 0; i < d->config->ndesks; i++) {
		desk = &d->config->desks[i];
		/* Looked at before the lock: mostly there is nothing. */
		if (rows_int(d->store, STMT_RINGING_CHANGES,
		    ARGS(V_TEXT(desk->name), V_INT(store_now(d->store))), 0,
		    &changes, e) == -1 ||
		    (changes > 0 && mark(d, desk, e) == -1))
			return -1;
	}
	return 0;
}

int
ringing_count(struct desk *d, const struct config_desk *desk, int64_t *n,
    struct err *e)
{
	return rows_int(d->store, STMT_RINGING_COUNT,
	    ARGS(V_TEXT(desk->name)), 0, n, e);
}

int
ringing_nobody(struct desk *d, const struct config_desk *desk,
    struct err *e)
{
	int64_t nobody;

	return rows_int(d->store, STMT_RINGING_NOBODY,
	    ARGS(V_TEXT(desk->name), V_INT(store_now(d->store))), 0, &nobody,
	    e) == -1 ? -1 : nobody != 0;
}
