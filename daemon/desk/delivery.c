/*
 * Deliveries as post works them.  Each step is one transaction with its
 * audit entry; what a delivery may become stands in delivery_move and is
 * held by the store, so a step that must not be fails.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/awaits.h"
#include "daemon/desk/bounce.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/counter.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/quiet.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/publication.h"

#define FAR_S		((int64_t)100 * 365 * 86400)
#define BOX_RECEIPT	"teduh/receipt/v1"
#define RECEIPT_MAX	2048
#define AT_NIGHT	2

struct ripe {
	unsigned char	item[SEAL_ID];
	char		state[16], desk[ROSTER_NAME_MAX + 1];
	int64_t		urgency;
};

static void
copy_text(char *out, size_t size, const char *text)
{
	size_t n = text == NULL ? 0 : strnlen(text, size - 1);

	memcpy(out, text == NULL ? "" : text, n);
	out[n] = '\0';
}

static int
get_ripe(void *ctx, const struct row *row, struct err *e)
{
	struct ripe *ripe = ctx;

	if (row_bytes(row, 0, ripe->item, SEAL_ID) == -1) {
		err_set(e, ERR_DENIED, "a delivery without an item");
		return -1;
	}
	copy_text(ripe->state, sizeof(ripe->state), row_text(row, 1));
	copy_text(ripe->desk, sizeof(ripe->desk), row_text(row, 2));
	ripe->urgency = row_int(row, 3);
	return 1;
}

static int
get_delivery(void *ctx, const struct row *row, struct err *e)
{
	struct delivery *x = ctx;

	copy_text(x->case_id, sizeof(x->case_id), row_text(row, 0));
	copy_text(x->desk, sizeof(x->desk), row_text(row, 1));
	x->draft = row_int(row, 2);
	x->participant = row_int(row, 3);
	x->attempts = row_int(row, 4);
	x->first_at = row_int(row, 5);
	x->repeated = row_int(row, 6) != 0;
	(void)e;
	/* One of another size stays zeros, and no check will let it pass. */
	(void)row_bytes(row, 7, x->signer, SIGN_PUBLIC);
	(void)row_bytes(row, 8, x->signature, SIGN_LEN);
	x->has_approval =
	    row_bytes(row, 9, x->approver, SIGN_PUBLIC) == 0 &&
	    row_bytes(row, 10, x->approval, SIGN_LEN) == 0;
	return 1;
}

static int
audit_delivery(struct desk *d, const struct delivery *x, const char *action,
    struct err *e)
{
	char hex[2 * SEAL_ID + 1];

	wire_hex(hex, x->item, SEAL_ID);
	return audit_add(d, NULL, action, x->case_id, hex, e);
}

/* 1 taken, 0 nothing is ripe, AT_NIGHT one now waits for the morning, -1. */
static int
take_within(struct desk *d, const char *worker, int here,
    struct delivery *x, struct err *e)
{
	int64_t n, now = store_now(d->store), leave_at;
	struct ripe ripe;

	memset(&ripe, 0, sizeof(ripe));
	n = store_run(d->store, STMT_DELIVERY_RIPE, ARGS(V_INT(now),
	    V_INT(here)), get_ripe, &ripe, e);
	if (n <= 0)
		return (int)n;
	memcpy(x->item, ripe.item, SEAL_ID);
	leave_at = quiet_leave_at(d, ripe.desk, ripe.urgency, now);
	if (leave_at > now)
		return store_run(d->store, STMT_DELIVERY_LATER,
		    ARGS(V_BLOB(x->item, SEAL_ID), V_INT(leave_at)), NULL,
		    NULL, e) == -1 ? -1 : AT_NIGHT;
	if (strcmp(ripe.state, "due") != 0 && store_run(d->store,
	    STMT_DELIVERY_DUE, ARGS(V_BLOB(x->item, SEAL_ID), V_INT(now)),
	    NULL, NULL, e) == -1)
		return -1;
	n = store_run(d->store, STMT_DELIVERY_SENDING,
	    ARGS(V_BLOB(x->item, SEAL_ID), V_INT(now), V_TEXT(worker)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "a delivery that is %s cannot be "
		    "sent", ripe.state);
	if (n != 1 || store_run(d->store, STMT_DELIVERY_GET,
	    ARGS(V_BLOB(x->item, SEAL_ID)), get_delivery, x, e) == -1)
		return -1;
	return audit_delivery(d, x, "sending", e) == -1 ? -1 : 1;
}

static int
take(struct desk *d, const char *worker, int here, struct delivery *x,
    struct err *e)
{
	int64_t next;
	int taken;

	memset(x, 0, sizeof(*x));
	/* Look before locking: most of the time there is nothing. */
	if (rows_int(d->store, STMT_DELIVERY_NEXT_AT, NO_ARGS, INT64_MAX,
	    &next, e) == -1)
		return -1;
	if (next > store_now(d->store))
		return 0;
	crash_point("C6 before");
	do {
		if (store_begin(d->store, e) == -1)
			return -1;
		taken = take_within(d, worker, here, x, e);
		if (store_end(d->store, taken == -1 ? -1 : 0, e) == -1)
			return -1;
	} while (taken == AT_NIGHT);
	if (taken)
		crash_point("C6 after");
	return taken;
}

int
delivery_take(struct desk *d, const char *worker, struct delivery *x,
    struct err *e)
{
	return take(d, worker, 0, x, e);
}

int
delivery_take_here(struct desk *d, const char *worker, struct delivery *x,
    struct err *e)
{
	return take(d, worker, 1, x, e);
}

struct own {
	struct delivery	rows[64];
	int		dots[64];
	size_t		n;
};

static int
get_own(void *ctx, const struct row *row, struct err *e)
{
	struct own *own = ctx;
	struct delivery *x = &own->rows[own->n];

	if (row_bytes(row, 0, x->item, SEAL_ID) == -1) {
		err_set(e, ERR_DENIED, "a delivery without an item");
		return -1;
	}
	own->dots[own->n] = row_type(row, 1) == VALUE_INT;
	x->repeated = row_int(row, 2) != 0;
	return ++own->n == sizeof(own->dots) / sizeof(own->dots[0]);
}

static int
move(struct desk *d, const struct delivery *x, const char *state,
    const char *code, int64_t next_at, int64_t counted,
    const struct buf *receipt, struct err *e)
{
	int64_t n = store_run(d->store, STMT_DELIVERY_MOVE,
	    ARGS(V_BLOB(x->item, SEAL_ID), V_TEXT(state), V_TEXT(code),
	    V_INT(store_now(d->store)), V_INT(next_at), V_INT(counted),
	    V_BLOB(receipt == NULL || receipt->len == 0 ? NULL :
	    receipt->bytes, receipt == NULL ? 0 : receipt->len),
	    V_TEXT("sending")), NULL, NULL, e);

	if (n == 0)
		err_set(e, ERR_CONFLICT, "a delivery of case %s was not "
		    "being sent any more", x->case_id);
	return n == 1 ? 0 : -1;
}

static int64_t
unknown_until(const struct desk *d, const struct delivery *x)
{
	/* The one repeat is over: from here on a human decides. */
	return store_now(d->store) + (x->repeated ? FAR_S :
	    DELIVERY_UNKNOWN_S);
}

/* Nobody knows of one whose dot may be out, unless it has come back. */
static int
recover(struct desk *d, struct delivery *x, int dot, struct err *e)
{
	struct bounce bounce;
	const char *state;
	int back;

	if (store_run(d->store, STMT_DELIVERY_GET,
	    ARGS(V_BLOB(x->item, SEAL_ID)), get_delivery, x, e) == -1 ||
	    (back = bounce_came_first(d, x->case_id, x->item, &bounce,
	    e)) == -1)
		return -1;
	state = dot || back ? "unknown" : "due";
	if (move(d, x, state, "restart", dot ? unknown_until(d, x) :
	    store_now(d->store), dot, NULL, e) == -1 ||
	    audit_delivery(d, x, state, e) == -1)
		return -1;
	return back ? bounce_catch_up(d, &bounce, e) : 0;
}

int
delivery_recover(struct desk *d, const char *worker, struct err *e)
{
	struct own own;
	size_t i;
	int result = 0;

	memset(&own, 0, sizeof(own));
	if (store_begin(d->store, e) == -1)
		return -1;
	if (store_run(d->store, STMT_DELIVERY_OWN, ARGS(V_TEXT(worker),
	    V_INT(strcmp(worker, "1") == 0),
	    V_INT(d->config->relay.workers)), get_own, &own, e) == -1)
		result = -1;
	for (i = 0; result == 0 && i < own.n; i++)
		result = recover(d, &own.rows[i], own.dots[i], e);
	return store_end(d->store, result, e) == -1 ? -1 : (int)own.n;
}

int
delivery_dot(struct desk *d, const struct delivery *x, const char *worker,
    struct err *e)
{
	int64_t n;

	crash_point("C6b before");
	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, STMT_DELIVERY_DOT,
	    ARGS(V_BLOB(x->item, SEAL_ID), V_INT(store_now(d->store)),
	    V_TEXT(worker)), NULL, NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "a delivery of case %s is not this "
		    "worker's any more", x->case_id);
	if (store_end(d->store, n == 1 ? 0 : -1, e) == -1)
		return -1;
	crash_point("C6b after");
	return 0;
}

struct key {
	unsigned char	pub[SEAL_KEY];
	int64_t		epoch;
};

static int
newest_key(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct key *key = ctx;

	(void)hash;
	(void)e;
	memcpy(key->pub, dep->case_key, SEAL_KEY);
	key->epoch = dep->epoch;
	return 1;
}

/* The server's words, for the staff's eyes only. */
static int
seal_receipt(struct desk *d, const struct delivery *x, const char *text,
    struct buf *out, struct err *e)
{
	struct key key = { { 0 }, 0 };

	if (text == NULL)
		return 0;
	if (chain_walk(d, x->case_id, newest_key, &key, e) == -1 ||
	    epoch_newest(d, x->case_id, &key.epoch, key.pub, e) == -1)
		return e->code == ERR_DENIED ? 0 : -1;
	return seal_box(key.pub, BOX_RECEIPT, x->case_id, text, strlen(text),
	    out, e);
}

static int64_t
retry_at(const struct desk *d, const struct delivery *x)
{
	int64_t wait = DELIVERY_RETRY_FIRST_S, i, now = store_now(d->store);

	for (i = 0; i < x->attempts && wait < DELIVERY_GIVE_UP_S; i++)
		wait *= 2;
	/* The last attempt is at the end of what we wait, not behind it. */
	if (x->first_at <= now && now - x->first_at <= DELIVERY_GIVE_UP_S &&
	    wait > x->first_at + DELIVERY_GIVE_UP_S + 1 - now)
		wait = x->first_at + DELIVERY_GIVE_UP_S + 1 - now;
	return now + wait;
}

static int
is_final(enum delivery_outcome outcome)
{
	return outcome == OUTCOME_ACCEPTED || outcome == OUTCOME_REFUSED;
}

static int
answered(struct desk *d, const struct delivery *x, struct err *e)
{
	int64_t seq, at;

	if (counter_answered(d, x->case_id, e) == -1 ||
	    rows_int(d->store, STMT_ITEM_SEQ, ARGS(V_BLOB(x->item, SEAL_ID)),
	    0, &seq, e) == -1 || rows_int(d->store, STMT_ITEM_AT,
	    ARGS(V_BLOB(x->item, SEAL_ID)), 0, &at, e) == -1 ||
	    store_run(d->store, STMT_CASE_ANSWERED,
	    ARGS(V_TEXT(x->case_id), V_INT(seq), V_INT(x->participant),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_LINK_STILL, ARGS(V_TEXT(x->case_id),
	    V_INT(at)), NULL, NULL, e) == -1)
		return -1;
	return due_settle(d, x->case_id, e);
}

static int
drop_grant(struct desk *d, const struct delivery *x, struct err *e)
{
	return store_run(d->store, STMT_GRANT_POSTMAN_DELETE,
	    ARGS(V_BLOB(x->item, SEAL_ID)), NULL, NULL, e) == -1 ? -1 : 0;
}

static int
settle_within(struct desk *d, const struct delivery *x,
    enum delivery_outcome outcome, const char *code,
    const struct buf *receipt, struct err *e)
{
	static const char *const states[] = { "accepted", "deferred",
	    "deferred", "refused", "unknown", "blocked" };
	int64_t now = store_now(d->store), next = now;
	int64_t counted = outcome != OUTCOME_ENDPOINT &&
	    outcome != OUTCOME_BLOCKED;
	struct bounce bounce;
	int back;

	if ((back = bounce_came_first(d, x->case_id, x->item, &bounce,
	    e)) == -1)
		return -1;
	/* What has come back, and was on its way once more, rests. */
	if (back && (outcome == OUTCOME_DEFERRED ||
	    outcome == OUTCOME_ENDPOINT))
		outcome = OUTCOME_UNKNOWN;
	if (outcome == OUTCOME_DEFERRED) {
		next = retry_at(d, x);
		if (now - x->first_at > DELIVERY_GIVE_UP_S)
			outcome = OUTCOME_REFUSED;
	} else if (outcome == OUTCOME_ENDPOINT)
		next = now + 60;
	else if (outcome == OUTCOME_UNKNOWN)
		next = unknown_until(d, x);
	if (move(d, x, states[outcome], code, next, counted, receipt,
	    e) == -1)
		return -1;
	if (outcome == OUTCOME_ACCEPTED && answered(d, x, e) == -1)
		return -1;
	if (is_final(outcome) && drop_grant(d, x, e) == -1)
		return -1;
	if (audit_delivery(d, x, states[outcome], e) == -1)
		return -1;
	return back ? bounce_catch_up(d, &bounce, e) : 0;
}

/* Post's word that it may be shown. */
static int
add_publication(struct desk *d, const struct publication *p, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	size_t len;
	char *statement = publication_print(p, &len);
	int64_t n;

	signature_make(d->signer, PURPOSE_PUBLICATION, statement, len,
	    signature);
	n = store_run(d->store, STMT_PUBLICATION_ADD,
	    ARGS(V_BLOB(p->item, SEAL_ID), V_BLOB(statement, len),
	    V_BLOB(d->signer->pub, SIGN_PUBLIC), V_BLOB(signature, SIGN_LEN),
	    V_INT(p->at)), NULL, NULL, e);
	free(statement);
	return n == -1 ? -1 : 0;
}

/* What became of one that was handed to the relay. */
struct outcome {
	enum delivery_outcome		 outcome;
	const char			*code, *receipt;
	const struct publication	*shown;		/* or NULL */
};

static int
settle(struct desk *d, const struct delivery *x, const struct outcome *o,
    struct err *e)
{
	struct buf sealed;
	int result;

	buf_init(&sealed, RECEIPT_MAX);
	result = seal_receipt(d, x, o->receipt, &sealed, e);
	if (result == 0) {
		crash_point("C7 before");
		result = store_begin(d->store, e);
		if (result == 0)
			result = store_end(d->store, settle_within(d, x,
			    o->outcome, o->code, &sealed, e) == -1 ||
			    (o->shown != NULL &&
			    add_publication(d, o->shown, e) == -1) ? -1 : 0,
			    e);
		if (result == 0)
			crash_point("C7 after");
	}
	buf_free(&sealed);
	return result;
}

int
delivery_settle(struct desk *d, const struct delivery *x,
    enum delivery_outcome outcome, const char *code, const char *receipt,
    struct err *e)
{
	const struct outcome o = { outcome, code, receipt, NULL };

	return settle(d, x, &o, e);
}

int
delivery_accept(struct desk *d, const struct delivery *x, const char *code,
    const char *receipt, const struct publication *p, struct err *e)
{
	const struct outcome o = { OUTCOME_ACCEPTED, code, receipt, p };

	return settle(d, x, &o, e);
}

static int
publish_within(struct desk *d, const struct delivery *x,
    const struct publication *p, struct err *e)
{
	return move(d, x, "published", NULL, p->at, 0, NULL, e) == -1 ||
	    add_publication(d, p, e) == -1 || answered(d, x, e) == -1 ||
	    drop_grant(d, x, e) == -1 || awaits_go(d, x->item, e) == -1 ?
	    -1 : audit_delivery(d, x, "published", e);
}

int
delivery_publish(struct desk *d, const struct delivery *x,
    const struct publication *p, struct err *e)
{
	crash_point("C7 before");
	if (store_begin(d->store, e) == -1 ||
	    store_end(d->store, publish_within(d, x, p, e), e) == -1)
		return -1;
	crash_point("C7 after");
	return 0;
}

static int
get_old(void *ctx, const struct row *row, struct err *e)
{
	struct delivery *x = ctx;

	if (row_bytes(row, 0, x->item, SEAL_ID) == -1) {
		err_set(e, ERR_DENIED, "a delivery without an item");
		return -1;
	}
	copy_text(x->case_id, sizeof(x->case_id), row_text(row, 1));
	return 1;
}

/* 1 one is settled, 0 none is old enough, -1. */
static int
settle_one(struct desk *d, struct err *e)
{
	struct delivery x;
	int64_t n;

	memset(&x, 0, sizeof(x));
	n = store_run(d->store, STMT_DELIVERY_OLD,
	    ARGS(V_INT(store_now(d->store) - DELIVERY_BOUNCE_S)), get_old, &x,
	    e);
	if (n <= 0)
		return (int)n;
	crash_point("clock: settled before");
	if (store_begin(d->store, e) == -1)
		return -1;
	/* A bounce may have come meanwhile; then nothing is written. */
	n = store_run(d->store, STMT_DELIVERY_SETTLED,
	    ARGS(V_BLOB(x.item, SEAL_ID)), NULL, NULL, e);
	if (n == 1 && audit_delivery(d, &x, "settled", e) == -1)
		n = -1;
	if (store_end(d->store, n == -1 ? -1 : 0, e) == -1)
		return -1;
	crash_point("clock: settled after");
	return 1;
}

int
delivery_settle_old(struct desk *d, struct err *e)
{
	int n = 0, r;

	while ((r = settle_one(d, e)) == 1)
		n++;
	return r == -1 ? -1 : n;
}

int
delivery_wait_ms(struct desk *d, int max_ms, struct err *e)
{
	int64_t next, now = store_now(d->store);

	if (rows_int(d->store, STMT_DELIVERY_NEXT_AT, NO_ARGS, INT64_MAX,
	    &next, e) == -1)
		return -1;
	if (next <= now)
		return 0;
	return next - now > max_ms / 1000 ? max_ms :
	    (int)(next - now) * 1000;
}
