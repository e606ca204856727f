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
