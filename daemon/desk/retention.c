/*
 * How long a closed case is kept, and what keeps it longer.  Clock goes by
 * rows and believes none of them: a day counts when one of the staff signed
 * it, and then begins an erasure that everybody sees and may take back.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_keep.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/copy.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/event.h"
#include "daemon/desk/raw.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/ripe.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/wish.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define RAW_BATCH	64

struct place {
	const struct config	 *config;
	const struct config_desk *desk;
};

static int
get_desk(void *ctx, const struct row *row, struct err *e)
{
	struct place *p = ctx;

	(void)e;
	p->desk = config_desk(p->config, row_text(row, 0));
	return 1;
}

/* The first day is as long after now as the desk keeps some of its cases. */
static int
is_of_desk(const struct config_desk *desk, int64_t after_s)
{
	size_t i;

	for (i = 0; i < desk->nkeep; i++)
		if (desk->keep[i].after_s > 0 &&
		    after_s >= desk->keep[i].after_s - ERASE_SKEW_S &&
		    after_s <= desk->keep[i].after_s + ERASE_SKEW_S)
			return 1;
	return 0;
}

/* May a case stay for good here: does some reason say so? */
static int
may_stay(const struct config_desk *desk)
{
	size_t i;
	int usual = 0;

	for (i = 0; i < desk->nkeep; i++) {
		if (desk->keep[i].after_s == 0)
			return 1;
		usual |= desk->keep[i].reason == NULL;
	}
	return !usual;
}

/* A day that somebody signed. */
struct day {
	char			 id[CASE_ID_LEN + 1];
	struct wish_signed	 is;
	struct wish		 wish;
};

/* day->is.text is part of o. */
static int
get_signed(struct desk *d, const struct config_desk *desk, struct day *day,
    const json_t *o, struct err *e)
{
	struct wish_signed *is = &day->is;
	const char *text;
	int counts;

	if (wire_get_string(o, "statement", &text, e) == -1 ||
	    wire_get_hex(o, "signature", is->signature, SIGN_LEN, e) == -1)
		return -1;
	is->text = text;
	is->len = strlen(text);
	counts = wish_counts(d, day->id, is, &day->wish, e);
	if (counts == -1)
		return -1;
	if (counts && day->wish.kind == WISH_ERASE &&
	    day->wish.participant == 0 &&
	    is_of_desk(desk, day->wish.at - store_now(d->store)))
		return 0;
	err_set(e, ERR_DENIED, "the day on which this case may go is not "
	    "signed by who closes it, or is none that the desk keeps its "
	    "cases for");
	return -1;
}

/* The row of before goes: it was about another closing. */
static int
put(struct desk *d, const struct config_desk *desk, const struct day *day,
    struct err *e)
{
	const struct value until = V_INT(day->wish.at);
	const struct value raw = V_INT(store_now(d->store) +
	    desk->raw_after_s);
	const struct value none = V_NULL;
	int signed_one = day->is.text != NULL;

	if (store_run(d->store, STMT_ERASE_RETENTION, ARGS(V_TEXT(day->id)),
	    NULL, NULL, e) == -1)
		return -1;
	if (!signed_one && desk->raw_after_s == 0)
		return 0;
	return store_run(d->store, STMT_RETENTION_ADD, ARGS(V_TEXT(day->id),
	    signed_one ? until : none, desk->raw_after_s == 0 ? none : raw,
	    V_BLOB(day->is.text, day->is.len),
	    V_BLOB(day->is.signer, SIGN_PUBLIC),
	    V_BLOB(day->is.signature, SIGN_LEN)), NULL, NULL, e) == -1 ? -1 :
	    0;
}

int
retention_close(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	const json_t *o = json_object_get(body, "retention");
	struct place place = { d->config, NULL };
	struct day day;

	memset(&day, 0, sizeof(day));
	(void)snprintf(day.id, sizeof(day.id), "%s", id);
	memcpy(day.is.signer, actor->person->sign, SIGN_PUBLIC);
	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(id)), get_desk,
	    &place, e) == -1)
		return -1;
	if (place.desk == NULL)		/* not in the configuration now */
		return 0;
	if (json_is_object(o)) {
		if (get_signed(d, place.desk, &day, o, e) == -1)
			return -1;
	} else if (!may_stay(place.desk)) {
		err_set(e, ERR_INPUT, "the desk '%s' keeps closed cases for "
		    "a time, which this program does not say: use a newer "
		    "teduh", place.desk->name);
		return -1;
	}
	return put(d, place.desk, &day, e);
}

json_t *
retention_show(struct desk *d, const char *id, struct err *e)
{
	json_t *list = rows_array(d->store, STMT_RETENTION_OF_CASE,
	    ARGS(V_TEXT(id)), e);
	json_t *until;

	if (list == NULL)
		return NULL;
	until = json_object_get(json_array_get(list, 0), "until");
	until = until == NULL ? json_null() : json_incref(until);
	json_decref(list);
	return until;
}

static int
find(struct desk *d, struct ripe *r, struct err *e)
{
	int64_t now = store_now(d->store);
	struct wish w;
	int counts;

	memset(r, 0, sizeof(*r));
	if (store_run(d->store, STMT_RETENTION_RIPE, ARGS(V_INT(now)),
	    ripe_row, r, e) == -1)
		return -1;
	if (!r->found || !r->whole)
		return r->found;
	if ((counts = wish_counts(d, r->id, &r->is, &w, e)) == -1)
		return -1;
	r->wished = counts && w.kind == WISH_ERASE && w.at <= now;
	return 1;
}

/* The row has said what it had to say, or may not say it. */
static int
end_one(struct desk *d, struct ripe *r, struct err *e)
{
	int64_t n = store_run(d->store, STMT_ERASE_RETENTION,
	    ARGS(V_TEXT(r->id)), NULL, NULL, e);
	struct wish w;

	if (n < 1)
		return (int)n;
	if (!r->wished)
		return audit_add(d, NULL, "retention-refused", r->id, NULL,
		    e) == -1 ? -1 : 2;
	return wish_parse(&w, r->is.text, r->is.len, e) == -1 ||
	    erase_begin(d, r->id, &w, &r->is, e) == -1 ? -1 : 1;
}

int
retention_next(struct desk *d, char id[CASE_ID_LEN + 1], struct err *e)
{
	static const struct ripe_way way = { find, end_one,
	    "retention: before", "retention: asked" };
	struct ripe r;
	int n = ripe_end(d, &way, &r, e);

	if (n > 0)
		memcpy(id, r.id, sizeof(r.id));
	return n;
}

struct raws {
	char	ids[RAW_BATCH][CASE_ID_LEN + 1];
	size_t	n;
};

static int
get_raw(void *ctx, const struct row *row, struct err *e)
{
	struct raws *raws = ctx;

	(void)e;
	if (ripe_id(row, 0, raws->ids[raws->n]) == 0)
		raws->n++;
	return raws->n == RAW_BATCH;
}

int
retention_raw(struct desk *d, struct err *e)
{
	struct raws raws;
	size_t i;
	int result = 0;

	raws.n = 0;
	if (store_run(d->store, STMT_RETENTION_RAW,
	    ARGS(V_INT(store_now(d->store))), get_raw, &raws, e) == -1)
		return -1;
	if (raws.n == 0)
		return 0;
	if (store_begin(d->store, e) == -1)
		return -1;
	for (i = 0; i < raws.n && result == 0; i++)
		result = removal_ask(d, raws.ids[i], REMOVAL_RETENTION,
		    e) == -1 || raw_remove(d, raws.ids[i], e) == -1 ||
		    store_run(d->store, STMT_RETENTION_RAW_ASKED,
		    ARGS(V_TEXT(raws.ids[i])), NULL, NULL, e) == -1 ||
		    audit_add(d, NULL, "retention-copies", raws.ids[i], NULL,
		    e) == -1 ? -1 : 0;
	return store_end(d->store, result, e) == -1 ? -1 : (int)raws.n;
}

int
retention_is_held(struct desk *d, const char *id, struct err *e)
{
	int64_t n = 0;

	return rows_int(d->store, STMT_HOLD_COUNT, ARGS(V_TEXT(id)), 0, &n,
	    e) == -1 ? -1 : n > 0;
}

json_t *
retention_holder(struct desk *d, const char *id, struct err *e)
{
	json_t *list = rows_array(d->store, STMT_HOLD_OF_CASE,
	    ARGS(V_TEXT(id)), e);
	json_t *o;

	if (list == NULL)
		return NULL;
	o = json_array_size(list) == 0 ? json_null() :
	    json_incref(json_array_get(list, 0));
	json_decref(list);
	return o;
}

int
retention_keep(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	int64_t n;

	n = store_run(d->store, STMT_HOLD_ADD, ARGS(V_TEXT(id),
	    V_TEXT(actor->person->name), V_INT(store_now(d->store))), NULL,
	    NULL, e);
	if (n != 1)
		return n == 0 ? 1 : -1;
	/* The flag once, whether or not an erasure was kept already. */
	return store_run(d->store, STMT_ERASE_LIFT, ARGS(V_TEXT(id)), NULL,
	    NULL, e) == -1 || store_run(d->store, STMT_ERASE_HOLD,
	    ARGS(V_TEXT(id)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_ERASURE_MOVE, ARGS(V_TEXT(id),
	    V_TEXT("held"), V_TEXT("asked")), NULL, NULL, e) == -1 ||
	    event_add(d, actor, id, "erase-held", NULL, e) == -1 ? -1 : 0;
}

static int
hold_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int result;

	if (written_note(d, actor, id, body, e) == -1 ||
	    (result = retention_keep(d, actor, id, e)) == -1)
		return -1;
	if (result == 0)
		return audit_add(d, actor, "hold", id, NULL, e);
	err_set(e, ERR_CONFLICT, "case %s is held already: 'teduh show %s' "
	    "says by whom", id, id);
	return -1;
}

json_t *
retention_hold(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, hold_within, body, e);
}

static int
lift_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t n;

	if (written_note_opt(d, actor, id, body, e) == -1)
		return -1;
	n = store_run(d->store, STMT_ERASE_HOLDS, ARGS(V_TEXT(id)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s is not held", id);
	if (n != 1 || store_run(d->store, STMT_ERASE_LIFT, ARGS(V_TEXT(id)),
	    NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_ERASURE_MOVE, ARGS(V_TEXT(id),
	    V_TEXT("asked"), V_TEXT("held")), NULL, NULL, e) == -1 ||
	    event_add(d, actor, id, "erase-lifted", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "lift", id, NULL, e);
}

json_t *
retention_lift(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, lift_within, body, e);
}
