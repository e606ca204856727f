/*
 * Claims and how they move.  Nothing is decided by what was read before: each
 * change is one statement that names claimant, fence and time, and when it
 * changes no row, the row is read to say why.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/event.h"
#include "daemon/desk/hours.h"
#include "daemon/desk/looked.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

struct claim {
	char	claimant[ROSTER_NAME_MAX + 1];	/* "": never claimed */
	int64_t	until, fence;
};

static int
get_claim(void *ctx, const struct row *row, struct err *e)
{
	struct claim *claim = ctx;

	(void)e;
	(void)snprintf(claim->claimant, sizeof(claim->claimant), "%s",
	    row_text(row, 0));
	claim->until = row_int(row, 1);
	claim->fence = row_int(row, 2);
	return 1;
}

static int
load(struct desk *d, const char *id, struct claim *claim, struct err *e)
{
	memset(claim, 0, sizeof(*claim));
	return store_run(d->store, STMT_CLAIM_GET, ARGS(V_TEXT(id)),
	    get_claim, claim, e) == -1 ? -1 : 0;
}

static int
is_own(const struct claim *claim, const struct actor *actor)
{
	return strcmp(claim->claimant, actor->person->name) == 0;
}

static int
held_by(const char *id, const struct claim *claim, struct err *e)
{
	err_set(e, ERR_CONFLICT, "case %s is claimed by %s, who can hand "
	    "it to you; 'teduh next' shows another one", id,
	    claim->claimant);
	return -1;
}

/* Why a change that names claimant and fence changed nothing. */
static int
not_held(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	struct claim claim;

	if (load(d, id, &claim, e) == -1)
		return -1;
	if (claim.until < store_now(d->store))
		err_set(e, ERR_CONFLICT, "case %s is not claimed by you; it "
		    "is free", id);
	else if (!is_own(&claim, actor))
		return held_by(id, &claim, e);
	else
		err_set(e, ERR_CONFLICT, "your claim on case %s was ended "
		    "and begun anew meanwhile; look at it again", id);
	return -1;
}

int
claim_weigh(struct desk *d, const char *id, struct err *e)
{
	int64_t now = store_now(d->store);

	return store_run(d->store, STMT_HEAVY_ADD, ARGS(V_TEXT(id),
	    V_INT(CLAIM_WEEK(now)), V_INT(now)), NULL, NULL, e) == -1 ? -1 :
	    0;
}

/* The claim is the actor's: a new case opens, colleagues see it. */
static int
taken(struct desk *d, const struct actor *actor, const char *id,
    const struct claim *before, struct err *e)
{
	if (store_run(d->store, STMT_CASE_OPEN, ARGS(V_TEXT(id)), NULL, NULL,
	    e) == -1 || claim_weigh(d, id, e) == -1)
		return -1;
	if (before->until >= store_now(d->store))
		return 0;		/* renewed */
	if (before->until > 0 && event_add(d, NULL, id, "ended",
	    before->claimant, e) == -1)
		return -1;		/* clock was not that quick */
	return looked_forget(d, id, e) == -1 ? -1 : event_add(d, actor, id,
	    "claimed", NULL, e);
}

int
claim_within(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	int64_t n, now = store_now(d->store);
	struct claim before;

	if (load(d, id, &before, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CLAIM_TAKE, ARGS(V_TEXT(id),
	    V_TEXT(actor->person->name), V_INT(now + CLAIM_LEASE_S),
	    V_INT(now)), NULL, NULL, e);
	if (n == 0)
		return held_by(id, &before, e);
	return n == -1 ? -1 : taken(d, actor, id, &before, e);
}

int
claim_fenced(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	struct claim claim;

	if (load(d, id, &claim, e) == -1)
		return -1;
	if (claim.until >= store_now(d->store) && !is_own(&claim, actor))
		return held_by(id, &claim, e);
	err_set(e, ERR_CONFLICT, "your claim on case %s ended and a colleague "
	    "had it since you wrote this: look at it again with 'teduh show "
	    "%s', then 'teduh reply %s' goes on with your text", id, id, id);
	return -1;
}

int
claim_hold(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	const json_t *given = json_object_get(body, "fence");
	int64_t n, fence, now = store_now(d->store);
	struct claim before;

	if (given == NULL || json_is_null(given))
		return claim_within(d, actor, id, e);
	if (wire_get_int(body, "fence", 0, INT64_MAX, &fence, e) == -1 ||
	    load(d, id, &before, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CLAIM_KEEP, ARGS(V_TEXT(id),
	    V_TEXT(actor->person->name), V_INT(now + CLAIM_LEASE_S),
	    V_INT(now), V_INT(fence)), NULL, NULL, e);
	if (n == 0)
		return claim_fenced(d, actor, id, e);
	return n == -1 ? -1 : taken(d, actor, id, &before, e);
}

int
claim_not_other(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	struct claim claim;

	if (load(d, id, &claim, e) == -1)
		return -1;
	return claim.until < store_now(d->store) || is_own(&claim, actor) ?
	    0 : held_by(id, &claim, e);
}

int
claim_give(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	const json_t *given = json_object_get(body, "fence");
	struct claim claim;
	int64_t fence;
	int is_held;

	if (load(d, id, &claim, e) == -1)
		return -1;
	is_held = claim.until >= store_now(d->store);
	if (is_held && !is_own(&claim, actor) &&
	    actor->person->rank != RANK_SUPERVISOR)
		return held_by(id, &claim, e);
	if (json_is_null(given) && !is_held)
		return 0;
	if (!json_is_null(given) &&
	    wire_get_int(body, "fence", 0, INT64_MAX, &fence, e) == -1)
		return -1;
	if (!json_is_null(given) && is_held && fence == claim.fence)
		return 0;
	err_set(e, ERR_CONFLICT, "case %s has moved meanwhile: look at it "
	    "again", id);
	return -1;
}

int
claim_drop(struct desk *d, const char *id, struct err *e)
{
	return store_run(d->store, STMT_CLAIM_DROP, ARGS(V_TEXT(id)), NULL,
	    NULL, e) == -1 ? -1 : 0;
}

int
claim_renew(struct desk *d, const struct actor *actor, const char *id,
    int64_t within_s, struct err *e)
{
	int64_t now = store_now(d->store);

	return store_run(d->store, STMT_CLAIM_RENEW, ARGS(V_TEXT(id),
	    V_TEXT(actor->person->name), V_INT(now),
	    V_INT(now + CLAIM_LEASE_S),
	    V_INT(now + CLAIM_LEASE_S - within_s)), NULL, NULL, e) == -1 ?
	    -1 : 0;
}

json_t *
claim_take(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	struct actor me;
	int result;

	crash_point("C2 before");
	if (staff_begin(d, actor, &me, e) == -1)
		return NULL;
	result = case_access(d, &me, id, e) == -1 ||
	    claim_within(d, &me, id, e) == -1 ||
	    audit_add(d, &me, "claim", id, NULL, e) == -1 ? -1 : 0;
	if (staff_end(d, result, e) == -1)
		return NULL;
	crash_point("C2 after");
	return rows_object(d->store, STMT_CLAIM_JSON, ARGS(V_TEXT(id),
	    V_INT(store_now(d->store))), e);
}

/* The actor's claim under this fence ends, and colleagues see how. */
static int
end(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, const char *kind, struct err *e)
{
	int64_t fence, n;

	if (wire_get_int(body, "fence", 0, INT64_MAX, &fence, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CLAIM_END, ARGS(V_TEXT(id),
	    V_TEXT(actor->person->name), V_INT(store_now(d->store)),
	    V_INT(fence)), NULL, NULL, e);
	if (n == 0)
		return not_held(d, actor, id, e);
	return n == -1 ? -1 : event_add(d, actor, id, kind, NULL, e);
}

static int
release_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	if (end(d, actor, id, body, "released", e) == -1)
		return -1;
	return audit_add(d, actor, "release", id, NULL, e);
}

json_t *
claim_release(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, release_within, body, e);
}

static int
pass_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	if (end(d, actor, id, body, "passed", e) == -1 ||
	    written_note(d, actor, id, body, e) == -1)
		return -1;
	return audit_add(d, actor, "pass", id, NULL, e);
}

json_t *
claim_pass(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, pass_within, body, e);
}

/* Who shall get it must be able to read it, and be somebody else. */
static int
check_receiver(struct desk *d, const struct actor *actor, const char *id,
    const char *to, struct err *e)
{
	const struct actor other = { roster_person(d->roster, to), NULL };

	if (strcmp(to, actor->person->name) == 0) {
		err_set(e, ERR_INPUT, "you cannot hand case %s to yourself",
		    id);
		return -1;
	}
	if (other.person != NULL && case_access(d, &other, id, NULL) == 0)
		return 0;
	err_set(e, ERR_INPUT, "there is no colleague '%.32s' who reads the "
	    "desk of case %s", to, id);
	return -1;
}

/* The fence that the command saw; a free case is taken first. */
static int
take_fence(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, int64_t *fence, struct err *e)
{
	struct claim claim;

	if (json_is_integer(json_object_get(body, "fence")))
		return wire_get_int(body, "fence", 0, INT64_MAX, fence, e);
	if (claim_within(d, actor, id, e) == -1 ||
	    load(d, id, &claim, e) == -1)
		return -1;
	*fence = claim.fence;
	return 0;
}

static int
hand_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t fence, n, now = store_now(d->store);
	const char *to;

	if (wire_get_string(body, "to", &to, e) == -1 ||
	    check_receiver(d, actor, id, to, e) == -1 ||
	    take_fence(d, actor, id, body, &fence, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CLAIM_HAND, ARGS(V_TEXT(id),
	    V_TEXT(actor->person->name), V_INT(now), V_INT(fence),
	    V_TEXT(to), V_INT(now + CLAIM_LEASE_S)), NULL, NULL, e);
	if (n == 0)
		return not_held(d, actor, id, e);
	if (n == -1 || claim_weigh(d, id, e) == -1 ||
	    event_add(d, actor, id, "handed", to, e) == -1 ||
	    written_note(d, actor, id, body, e) == -1)
		return -1;
	return audit_add(d, actor, "hand", id, to, e);
}

json_t *
claim_hand(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, hand_within, body, e);
}

/* 1 if the actor may take what this colleague has; 0 with *e; -1. */
static int
may_seize(struct desk *d, const struct actor *actor, const char *id,
    const char *holder, struct err *e)
{
	const struct actor other = { roster_person(d->roster, holder), NULL };
	struct hours h;

	if (actor->person->rank == RANK_SUPERVISOR ||
	    other.person == NULL || case_access(d, &other, id, NULL) == -1)
		return 1;
	if (hours_get(d, holder, &h, e) == -1)
		return -1;
	if (hours_away(&h, store_now(d->store)))
		return 1;
	err_set(e, ERR_DENIED, "%s has case %s and is not away: ask for it, or "
	    "ask a supervisor to take it over", holder, id);
	return 0;
}

static int
seize_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t fence, n, now = store_now(d->store);
	struct claim claim;

	if (wire_get_int(body, "fence", 0, INT64_MAX, &fence, e) == -1 ||
	    load(d, id, &claim, e) == -1)
		return -1;
	if (claim.until < now || is_own(&claim, actor)) {
		err_set(e, ERR_CONFLICT, "case %s is with nobody else: 'teduh "
		    "claim %s' takes it", id, id);
		return -1;
	}
	if (may_seize(d, actor, id, claim.claimant, e) != 1)
		return -1;
	n = store_run(d->store, STMT_CLAIM_HAND, ARGS(V_TEXT(id),
	    V_TEXT(claim.claimant), V_INT(now), V_INT(fence),
	    V_TEXT(actor->person->name), V_INT(now + CLAIM_LEASE_S)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s has moved meanwhile: look "
		    "at it again", id);
	if (n <= 0 || claim_weigh(d, id, e) == -1 ||
	    event_add(d, actor, id, "taken", claim.claimant, e) == -1 ||
	    written_note(d, actor, id, body, e) == -1)
		return -1;
	return audit_add(d, actor, "take", id, claim.claimant, e);
}

json_t *
claim_seize(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, seize_within, body, e);
}

struct over {
	char	case_id[CASE_ID_LEN + 1];
	char	claimant[ROSTER_NAME_MAX + 1];
};

static int
get_over(void *ctx, const struct row *row, struct err *e)
{
	struct over *over = ctx;

	(void)e;
	(void)snprintf(over->case_id, sizeof(over->case_id), "%s",
	    row_text(row, 0));
	(void)snprintf(over->claimant, sizeof(over->claimant), "%s",
	    row_text(row, 1));
	return 1;
}

/* 0 ended, or renewed meanwhile; -1. */
static int
expire_within(struct desk *d, const struct over *over, struct err *e)
{
	int64_t n;

	n = store_run(d->store, STMT_CLAIM_EXPIRE, ARGS(V_TEXT(over->case_id),
	    V_INT(store_now(d->store))), NULL, NULL, e);
	if (n <= 0)
		return (int)n;
	if (event_add(d, NULL, over->case_id, "ended", over->claimant,
	    e) == -1)
		return -1;
	return audit_add(d, NULL, "expire", over->case_id, over->claimant, e);
}

int
claim_expire(struct desk *d, struct err *e)
{
	struct over over;
	int64_t found;
	int n;

	for (n = 0;; n++) {
		found = store_run(d->store, STMT_CLAIM_OVER,
		    ARGS(V_INT(store_now(d->store))), get_over, &over, e);
		if (found <= 0)
			return found == 0 ? n : -1;
		crash_point("clock: claim before");
		if (store_begin(d->store, e) == -1)
			return -1;
		if (expire_within(d, &over, e) == -1 ||
		    store_commit(d->store, e) == -1) {
			store_rollback(d->store);
			return -1;
		}
		crash_point("clock: claim after");
	}
}
