/*
 * New keys of cases.  A record is believed by its signature and the roster,
 * never because it lies here; and nothing is sealed to a case of which one
 * record does not hold, because the one that was left out might be the one
 * that shuts somebody out.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define BOX_MAX		1024
#define PAGE		50	/* cases of a desk */

struct records {
	struct desk	*desk;
	const char	*case_id;
	struct epoch	 last;		/* before the first: where it began */
	int		 any;
	int		 first;		/* the first deposit is there */
	int		 begun;		/* and says where */
	int64_t		 wanted;	/* or 0: which one to keep in */
	struct epoch	 named;
	struct epoch_former *former;	/* or NULL */
	const unsigned char *signer;	/* or NULL: who may have served it */
	int		 said;		/* then: somebody signed a desk, */
	int		 found;		/* on which the signer was */
};

/* The case came to this desk under that epoch of its team key. */
static void
look_there(struct records *r, const char *desk, int64_t epoch)
{
	const struct roster *roster = r->desk->roster;
	unsigned char team[SEAL_KEY];
	int64_t now;

	if (r->signer == NULL || desk[0] == '\0')
		return;
	r->said = 1;
	if (roster_team(roster, desk, team, &now, NULL) == -1)
		return;
	for (; epoch <= now && !r->found; epoch++)
		r->found = roster_held(roster, desk, epoch, r->signer) != -1;
}

static void
remember(struct epoch_former *f, const char *desk)
{
	if (f == NULL || desk[0] == '\0' || f->n == ROSTER_DESKS_MAX ||
	    epoch_was_on(f, desk))
		return;
	memcpy(f->desks[f->n++], desk, strlen(desk) + 1);
}

/* What the next record must follow; NULL: nobody signed anything of it. */
static const struct epoch *
before(const struct records *r)
{
	return r->any || r->begun ? &r->last : NULL;
}

/* 1 and a deposit of the case that holds, to be freed; 0. */
static int
get_deposit(const struct roster *r, const char *case_id,
    const struct row *row, struct deposit *dep)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (bytes == NULL || row_bytes(row, 1, signer, SIGN_PUBLIC) == -1 ||
	    row_bytes(row, 2, signature, SIGN_LEN) == -1 ||
	    !signature_check(signer, PURPOSE_DEPOSIT, bytes, len,
	    signature) || deposit_parse(dep, bytes, len, NULL) == -1)
		return 0;
	if (strcmp(dep->case_id, case_id) == 0 &&
	    roster_is_role_key(r, dep->role, signer, 0))
		return 1;
	deposit_free(dep);
	return 0;
}

/*
 * The desk with which the case began, as a role signed it: of the row that is
 * read last, which is the first deposit.  Only one that is there, holds and
 * names none says nothing: it is of before.  Where somebody is sought the
 * others are read, too: a row in front of the first one hides no desk.
 */
static int
read_deposit(void *ctx, const struct row *row, struct err *e)
{
	static const unsigned char none[SEAL_HASH];
	struct records *r = ctx;
	struct deposit dep;

	(void)e;
	r->first = r->begun = 0;
	if (!get_deposit(r->desk->roster, r->case_id, row, &dep))
		return 0;
	look_there(r, dep.desk, dep.team_epoch);
	r->first = seal_equal(dep.prev, none, SEAL_HASH);
	r->begun = r->first && dep.desk[0] != '\0';
	if (r->begun)
		epoch_begun(&r->last, &dep);
	deposit_free(&dep);
	return 0;
}

static int
read_record(void *ctx, const struct row *row, struct err *e)
{
	struct records *r = ctx;
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	struct epoch next;
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (bytes != NULL && row_bytes(row, 1, signer, SIGN_PUBLIC) == 0 &&
	    row_bytes(row, 2, signature, SIGN_LEN) == 0 &&
	    epoch_holds(r->desk->roster, r->case_id, before(r), bytes, len,
	    signer, signature, &next)) {
		r->last = next;
		r->any = 1;
		if (next.epoch == r->wanted)
			r->named = next;
		remember(r->former, next.from);
		look_there(r, next.desk, next.team_epoch);
		return 0;
	}
	err_set(e, ERR_DENIED, "a record of the keys of case %s does not "
	    "hold", r->case_id);
	return -1;
}

static int
read_records(struct desk *d, const char *case_id, struct records *r,
    struct err *e)
{
	r->desk = d;
	r->case_id = case_id;
	if (store_run(d->store, r->signer == NULL ? STMT_ITEM_FIRST_DEPOSIT :
	    STMT_ITEM_DEPOSITS, ARGS(V_TEXT(case_id)), read_deposit, r,
	    e) == -1)
		return -1;
	if (!r->first) {
		err_set(e, ERR_DENIED, "the first deposit of case %s is "
		    "missing or does not hold", case_id);
		return -1;
	}
	return store_run(d->store, STMT_EPOCH_RECORDS, ARGS(V_TEXT(case_id)),
	    read_record, r, e) == -1 ? -1 : 0;
}

/* Nobody signed a desk, as before desks were signed. */
static int
read_row(void *ctx, const struct row *row, struct err *e)
{
	struct records *r = ctx;
	const char *desk = row_text(row, 0);

	(void)e;
	r->found = desk != NULL &&
	    roster_held(r->desk->roster, desk, 0, r->signer) != -1;
	return 1;
}

int
epoch_served(struct desk *d, const char *case_id,
    const unsigned char signer[SIGN_PUBLIC], struct err *e)
{
	struct records r = { .signer = signer };
	struct err why = ERR_INIT;

	/* A record that does not hold says nothing of a desk. */
	if (read_records(d, case_id, &r, &why) == -1 &&
	    why.code != ERR_DENIED) {
		*e = why;
		return -1;
	}
	if (!r.said && store_run(d->store, STMT_CASE_GET,
	    ARGS(V_TEXT(case_id)), read_row, &r, e) == -1)
		return -1;
	return r.found;
}

int
epoch_newest(struct desk *d, const char *case_id, int64_t *epoch,
    unsigned char key[SEAL_KEY], struct err *e)
{
	struct records r = { .wanted = *epoch };

	if (read_records(d, case_id, &r, e) == -1)
		return -1;
	if (epoch_present(r.any ? &r.last : NULL, &r.named, epoch, key) == 0)
		return 0;
	err_set(e, ERR_DENIED, "a record of the keys of case %s is missing",
	    case_id);
	return -1;
}

int
epoch_unmoved(struct desk *d, const char *case_id, int64_t epoch,
    struct err *e)
{
	struct err why = ERR_INIT;
	struct records r = { .wanted = 0 };

	if (read_records(d, case_id, &r, &why) == -1 &&
	    why.code != ERR_DENIED) {
		*e = why;
		return -1;
	}
	if (why.code != ERR_DENIED && epoch == (r.any ? r.last.epoch : 1))
		return 0;
	err_set(e, ERR_CONFLICT, "the case %s has another key since this was "
	    "sealed: run the command again", case_id);
	return -1;
}

int
epoch_former(struct desk *d, const char *case_id, struct epoch_former *f,
    struct err *e)
{
	struct records r = { .former = f };

	f->n = 0;
	return read_records(d, case_id, &r, e);
}

int
epoch_was_on(const struct epoch_former *f, const char *desk)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->desks[i], desk) == 0)
			return 1;
	return 0;
}

int
epoch_knows(const struct epoch_former *f, const char *desk,
    const struct roster_person *p)
{
	size_t i;

	if (roster_on_desk(p, desk))
		return 1;
	for (i = 0; i < f->n; i++)
		if (roster_on_desk(p, f->desks[i]))
			return 1;
	return 0;
}

int
epoch_is_with(struct desk *d, const char *case_id, const char *desk,
    struct err *e)
{
	struct records r = { .wanted = 0 };

	if (read_records(d, case_id, &r, e) == -1)
		return -1;
	return before(&r) == NULL || strcmp(r.last.desk, desk) == 0;
}

json_t *
epoch_records(struct desk *d, const char *case_id, struct err *e)
{
	return rows_array(d->store, STMT_EPOCH_JSON, ARGS(V_TEXT(case_id)),
	    e);
}

/* What a body says of a new key. */
struct given {
	int64_t		epoch, team_epoch;
	unsigned char	key[SEAL_KEY], signature[SIGN_LEN];
	struct buf	box, statement;
};

static int
get_given(struct given *g, const json_t *body, struct err *e)
{
	memset(g, 0, sizeof(*g));
	return wire_get_int(body, "epoch", 2, INT32_MAX, &g->epoch,
	    e) == -1 ||
	    wire_get_int(body, "team_epoch", 1, INT32_MAX, &g->team_epoch,
	    e) == -1 ||
	    wire_get_hex(body, "public", g->key, SEAL_KEY, e) == -1 ||
	    wire_get_hex(body, "signature", g->signature, SIGN_LEN,
	    e) == -1 ||
	    wire_get_base64(body, "box", BOX_MAX, &g->box, e) == -1 ||
	    wire_get_base64(body, "statement", EPOCH_MAX, &g->statement,
	    e) == -1 ? -1 : 0;
}

/* Nobody seals to a team key that has had its day. */
static int
is_present(const struct desk *d, const struct epoch *x)
{
	unsigned char team[SEAL_KEY];
	int64_t now;

	return roster_team(d->roster, x->desk, team, &now, NULL) == 0 &&
	    x->team_epoch == now;
}

/* Does the record say what the body says, and does it hold here? */
static int
check(struct desk *d, const struct actor *actor, const struct given *g,
    const struct records *r, const char *from, struct err *e)
{
	struct epoch x;

	if (!epoch_holds(d->roster, r->case_id, before(r),
	    g->statement.bytes, g->statement.len, actor->person->sign,
	    g->signature, &x) || strcmp(x.from, from) != 0 ||
	    x.epoch != g->epoch || x.team_epoch != g->team_epoch ||
	    !seal_equal(x.case_key, g->key, SEAL_KEY) || (from[0] == '\0' &&
	    !roster_on_desk(actor->person, x.desk))) {
		err_set(e, ERR_DENIED, "this record of a new key does not "
		    "hold");
		return -1;
	}
	if (is_present(d, &x))
		return 0;
	err_set(e, ERR_CONFLICT, "the desk '%s' has a new key meanwhile; run "
	    "the command again", x.desk);
	return -1;
}

int
epoch_add(struct desk *d, const struct actor *actor, const char *case_id,
    const char *from, const json_t *body, struct err *e)
{
	struct records r = { .wanted = 0 };
	struct given g;
	int result = -1;

	if (get_given(&g, body, e) == -1 ||
	    read_records(d, case_id, &r, e) == -1)
		goto out;
	if (g.epoch != (r.any ? r.last.epoch : 1) + 1) {
		err_set(e, ERR_CONFLICT, "the case %s has another key "
		    "meanwhile; run the command again", case_id);
		goto out;
	}
	if (check(d, actor, &g, &r, from, e) == -1 ||
	    store_run(d->store, STMT_CASE_KEY_ADD, ARGS(V_TEXT(case_id),
	    V_INT(g.epoch), V_BLOB(g.key, SEAL_KEY), V_INT(g.team_epoch),
	    V_BLOB(g.box.bytes, g.box.len)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_EPOCH_ADD, ARGS(V_TEXT(case_id),
	    V_INT(g.epoch), V_BLOB(g.statement.bytes, g.statement.len),
	    V_BLOB(actor->person->sign, SIGN_PUBLIC),
	    V_BLOB(g.signature, SIGN_LEN), V_INT(store_now(d->store))), NULL,
	    NULL, e) == -1)
		goto out;
	result = 0;
out:
	buf_free(&g.box);
	buf_free(&g.statement);
	return result;
}

static int
put_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return epoch_add(d, actor, id, "", body, e) == -1 ||
	    event_add(d, actor, id, "rekeyed", NULL, e) == -1 ? -1 :
	    audit_add(d, actor, "rekey", id, NULL, e);
}

json_t *
epoch_put(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	struct actor me;
	int result;

	if (staff_begin(d, actor, &me, e) == -1)
		return NULL;
	result = case_access(d, &me, case_id, e) == -1 ||
	    put_within(d, &me, case_id, body, e) == -1 ? -1 : 0;
	if (staff_end(d, result, e) == -1)
		return NULL;
	return json_pack("{s:s}", "case", case_id);
}

/* Where a page begins. */
struct place {
	int64_t		 active;
	const char	*case_id;
};

static int
desk_behind(struct desk *d, const char *desk, const struct place *place,
    json_t *cases, struct err *e)
{
	unsigned char team[SEAL_KEY];
	struct err none = ERR_INIT;
	int64_t epoch;
	int result = 0;
	json_t *list, *row;
	size_t i;

	if (roster_team(d->roster, desk, team, &epoch, &none) == -1)
		return 0;	/* a desk that has not begun */
	if ((list = rows_array(d->store, STMT_EPOCH_BEHIND, ARGS(V_TEXT(desk),
	    V_INT(epoch), V_INT(PAGE), V_INT(place->active),
	    V_TEXT(place->case_id)), e)) == NULL)
		return -1;
	json_array_foreach(list, i, row)
		if (result == 0)
			result = case_fill(d, row, json_string_value(
			    json_object_get(row, "id")), e);
	if (result == 0)
		(void)json_array_extend(cases, list);
	json_decref(list);
	return result;
}

json_t *
epoch_behind(struct desk *d, const struct actor *actor, int64_t active,
    const char *case_id, struct err *e)
{
	const struct place place = { active, case_id };
	json_t *cases = json_array();
	int result = store_read(d->store, e);
	const char *desk;
	size_t i;

	for (i = 0; result == 0 && i < d->config->ndesks; i++) {
		desk = d->config->desks[i].name;
		if (case_may_read(actor, desk))
			result = desk_behind(d, desk, &place, cases, e);
	}
	store_rollback(d->store);
	if (result == -1) {
		json_decref(cases);
		return NULL;
	}
	return json_pack("{s:o}", "cases", cases);
}
