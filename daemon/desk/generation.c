/*
 * Generations of folders.  The first row of a folder is no change.
 */
#include <inttypes.h>
#include <stdio.h>

#include "daemon/desk/alarm.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/generation.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define GENERATION_STEP	500	/* rows, as the statement has it */

static int
add(struct desk *d, const struct ledger_place *p, int64_t now, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (store_run(d->store, STMT_GENERATION_ADD, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(p->uidvalidity), V_INT(now)), NULL,
	    NULL, e) != -1 && store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

int
generation_note(struct desk *d, const struct ledger_place *p, struct err *e)
{
	int64_t now = store_now(d->store), newest, changes;
	char detail[24];

	if (rows_int(d->store, STMT_GENERATION_NEWEST,
	    ARGS(V_TEXT(p->mailbox), V_TEXT(p->folder)), -1, &newest,
	    e) == -1 || (newest != p->uidvalidity &&
	    add(d, p, now, e) == -1) ||
	    rows_int(d->store, STMT_GENERATION_CHANGES,
	    ARGS(V_TEXT(p->mailbox), V_TEXT(p->folder),
	    V_INT(now - GENERATION_DAY_S), V_INT(now)), 0, &changes,
	    e) == -1)
		return -1;
	if (changes >= GENERATION_CHANGES) {
		(void)snprintf(detail, sizeof(detail), "%" PRId64, changes);
		return alarm_raise(d, "uidvalidity-changing", p->mailbox,
		    detail, e) == -1 ? -1 : 1;
	}
	return alarm_clear(d, "uidvalidity-changing", p->mailbox, e);
}

struct shrinking {
	struct desk			*desk;
	const struct ledger_place	*place;
	int64_t				 now;
	int				 more;
};

static int
shrink_one(void *ctx, const struct row *row, struct err *e)
{
	struct shrinking *s = ctx;
	const struct ledger_place *p = s->place;
	struct store *store = s->desk->store;
	int64_t uidvalidity = row_int(row, 1), left, n;

	n = store_run(store, STMT_GENERATION_SHRINK, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(uidvalidity),
	    V_INT(s->now - GENERATION_KEEP_S)), NULL, NULL, e);
	if (n == -1)
		return -1;
	s->more |= n >= GENERATION_STEP;
	if (rows_int(store, STMT_GENERATION_LEFT, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(uidvalidity)), 0, &left, e) == -1)
		return -1;
	return left != 0 || store_run(store, STMT_GENERATION_SHRUNK, ARGS(
	    V_TEXT(p->mailbox), V_TEXT(p->folder), V_INT(row_int(row, 0)),
	    V_INT(s->now)), NULL, NULL, e) != -1 ? 0 : -1;
}

int
generation_shrink(struct desk *d, const struct ledger_place *p,
    struct err *e)
{
	struct shrinking s = { d, p, store_now(d->store), 0 };

	if (store_begin(d->store, e) == -1)
		return -1;
	if (store_run(d->store, STMT_GENERATION_OLD, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(p->uidvalidity)), shrink_one, &s,
	    e) != -1 && store_commit(d->store, e) == 0)
		return s.more;
	store_rollback(d->store);
	return -1;
}
