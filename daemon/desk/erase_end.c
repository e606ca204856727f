/*
 * The end of a case.  One transaction takes the keys and every row that is
 * about a person; from its commit on nobody opens a letter of it, not even
 * who has a copy of its bytes.  Those are many, and go behind it a few at a
 * time, as those of an upload that came to nothing; then the log is folded.
 *
 * Nothing here reads what is sealed.
 */
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/copy.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/item.h"
#include "daemon/desk/link.h"
#include "daemon/desk/ripe.h"
#include "daemon/desk/sighting.h"
#include "daemon/desk/wish.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define BATCH	64		/* cases of one sweep */

/* In this order: what points to a row goes before it. */
static const enum statement all[] = {
	STMT_ERASE_SWEEP_LATER, STMT_ERASE_GRANTS, STMT_ERASE_EPOCHS,
	STMT_ERASE_KEYS,
	STMT_ERASE_PUBLICATIONS, STMT_ERASE_STILL, STMT_ERASE_RECALLS,
	STMT_ERASE_DELIVERIES, STMT_ERASE_DRAFTS, STMT_ERASE_VERSIONS,
	STMT_ERASE_FORMER, STMT_ERASE_CRISIS, STMT_ERASE_STATEMENTS,
	STMT_ERASE_FACE, STMT_ERASE_DISCLOSURES, STMT_ERASE_RAW,
	STMT_ERASE_ITEMS,
	STMT_ERASE_CLAIM, STMT_LOOKED_FORGET, STMT_ERASE_HEAVY,
	STMT_ERASE_PEOPLE, STMT_ERASE_LOCATORS, STMT_ERASE_ONCE,
	STMT_ERASE_FORMS, STMT_ERASE_URGENCY,
	STMT_ERASE_RETENTION, STMT_ERASE_HOLDS,
	STMT_ERASE_MARK, STMT_ERASE_STATISTIC,
	STMT_ERASE_WISHES, STMT_ERASE_NO_AUTOMATIC, STMT_ERASE_EVENTS,
	STMT_ERASE_TOKENS, STMT_ERASE_AUTOMATIC, STMT_ERASE_TOLD,
	STMT_ERASE_ALARMS, STMT_ERASE_RINGS, STMT_ERASE_LEDGER,
	STMT_ERASE_CLOSE
};

int
erase_rows(struct desk *d, const char *id, struct err *e)
{
	size_t i;

	if (link_drop(d, id, e) == -1)
		return -1;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (store_run(d->store, all[i], ARGS(V_TEXT(id)), NULL, NULL,
		    e) == -1)
			return -1;
	}
	return store_run(d->store, STMT_ERASE_CASE, ARGS(V_TEXT(id),
	    V_BLOB("", 0)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_ERASURE_END, ARGS(V_TEXT(id),
	    V_TEXT("restore"), V_INT(store_now(d->store))), NULL, NULL,
	    e) == -1 ? -1 : removal_ask(d, id, REMOVAL_ERASE, e);
}

struct asked {
	struct ripe	ripe;		/* what ripe_end() knows of it */
	int64_t		seen_in;	/* audit entry, as the row says; 0 */
	int		seen;		/* by clock, and it says so itself */
};

static int
end_one(struct desk *d, struct ripe *r, struct err *e)
{
	const struct asked *a = (const struct asked *)r;
	int64_t n;

	if (!r->wished) {
		n = store_run(d->store, STMT_ERASURE_REFUSE,
		    ARGS(V_TEXT(r->id)), NULL, NULL, e);
		if (n < 1)
			return (int)n;
		return audit_add(d, NULL, "erase-refused", r->id, NULL,
		    e) == -1 ? -1 : 2;
	}
	if (!a->seen)
		return sighting_add(d, r->id, &r->is, e) == -1 ? -1 : 3;
	return erase_rows(d, r->id, e) == -1 || audit_add(d, NULL, "erased",
	    r->id, NULL, e) == -1 ? -1 : 1;
}

static int
get_asked(void *ctx, const struct row *row, struct err *e)
{
	struct asked *a = ctx;
	int stop = ripe_row(&a->ripe, row, e);

	if (stop == 1)
		a->seen_in = row_int(row, 4);
	return stop;
}

/*
 * What was seen comes only when its row says that its time is over: a row
 * that says so too early was written by somebody else.
 */
static int
find(struct desk *d, struct ripe *r, struct err *e)
{
	struct asked *a = (struct asked *)r;
	int64_t now = store_now(d->store), at;
	struct wish w;
	int counts;

	memset(a, 0, sizeof(*a));
	if (store_run(d->store, STMT_ERASURE_RIPE, ARGS(V_INT(now)),
	    get_asked, a, e) == -1)
		return -1;
	if (!r->found || !r->whole)
		return r->found;
	if ((counts = wish_counts(d, r->id, &r->is, &w, e)) == -1)
		return -1;
	if (!counts || w.kind != WISH_ERASE)
		return 1;
	if ((a->seen = sighting_holds(d, r->id, &r->is, a->seen_in, &at,
	    e)) == -1)
		return -1;
	if (!a->seen)
		r->wished = w.at <= now + ERASE_SKEW_S;
	else
		r->wished = at + ERASE_WAIT_S <= now &&
		    w.at + ERASE_WAIT_S <= now + ERASE_SKEW_S;
	return 1;
}

int
erase_end_next(struct desk *d, char id[CASE_ID_LEN + 1], struct err *e)
{
	static const struct ripe_way way = { find, end_one,
	    "erase: end before", "erase: end after" };
	struct asked a;
	int n = ripe_end(d, &way, &a.ripe, e);

	if (n > 0)
		memcpy(id, a.ripe.id, sizeof(a.ripe.id));
	return n;
}

struct dead {
	char	ids[BATCH][CASE_ID_LEN + 1];
	size_t	n;
};

static int
get_dead(void *ctx, const struct row *row, struct err *e)
{
	struct dead *dead = ctx;

	(void)e;
	if (ripe_id(row, 0, dead->ids[dead->n]) == 0)
		dead->n++;
	return dead->n == BATCH;
}

static int
note_done(struct desk *d, const struct dead *dead, struct err *e)
{
	size_t i;

	for (i = 0; i < dead->n; i++)
		if (erase_list_add(d, dead->ids[i], e) == -1)
			return -1;
	crash_point("erase: listed");
	if (store_begin(d->store, e) == -1)
		return -1;
	for (i = 0; i < dead->n; i++)
		if (store_run(d->store, STMT_ERASURE_DONE,
		    ARGS(V_TEXT(dead->ids[i])), NULL, NULL, e) == -1) {
			store_rollback(d->store);
			return -1;
		}
	return store_commit(d->store, e);
}

int
erase_sweep(struct desk *d, struct err *e)
{
	struct dead dead;
	int folded;

	dead.n = 0;
	if (store_run(d->store, STMT_ERASURE_DEAD, NO_ARGS, get_dead, &dead,
	    e) == -1)
		return -1;
	if (dead.n == 0)
		return 0;
	if (item_sweep(d->store, 1, e) == -1)
		return -1;
	crash_point("erase: swept");
	if ((folded = store_truncate(d->store, e)) != 0)
		return folded;
	crash_point("erase: folded");
	return note_done(d, &dead, e);
}
