/*
 * How an answer ends without being sent: thrown away, called back, settled by
 * a human.  Whether post was quicker is decided by the statement that moves
 * the delivery; what the postman could open goes in the same transaction, and
 * the log is folded so that it is gone from the disk as well (post does that
 * again, should somebody read just now).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/event.h"
#include "daemon/desk/recall.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/seeker.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/version.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"

/* One way to end a draft: what it is called, and what it does. */
struct ending {
	const char	*action, *event;
	int		(*fn)(struct desk *, const struct actor *,
			    const char *case_id, int64_t no,
			    const struct draft *, struct err *);
	const json_t	*note;		/* body with a note, or NULL */
};

static int
one_row(int64_t n, struct err *e)
{
	if (n == 0)
		err_set(e, ERR_CONFLICT, "the draft changed meanwhile: look "
		    "at it again");
	return n == 1 ? 0 : -1;
}

static int
get_state(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	(void)snprintf(ctx, 16, "%s", row_text(row, 0));
	return 1;
}

/* How far the letter's delivery is; "" when there is none. */
static int
delivery_of(struct desk *d, const struct draft *draft, char state[16],
    struct err *e)
{
	state[0] = '\0';
	if (!draft->has_letter)
		return 0;
	return store_run(d->store, STMT_DELIVERY_STATE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID)), get_state, state, e) == -1 ?
	    -1 : 0;
}

static int
may_end(struct desk *d, const struct actor *actor, const char *case_id,
    const struct draft *draft, struct err *e)
{
	if (strcmp(draft->author, actor->person->name) == 0)
		return 0;
	if (draft_may_review(d, actor, case_id, e) == 0)
		return 0;
	if (e != NULL && e->code == ERR_DENIED)
		err_set(e, ERR_DENIED, "this draft is %s's: only its author "
		    "and supervisors of the desk may do that", draft->author);
	return -1;
}

static int
end_within(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct ending *ending, struct err *e)
{
	struct draft draft;
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "d%" PRId64, no);
	if (draft_load(d, actor, case_id, no, &draft, e) == -1 ||
	    may_end(d, actor, case_id, &draft, e) == -1 ||
	    ending->fn(d, actor, case_id, no, &draft, e) == -1 ||
	    event_add(d, actor, case_id, ending->event, detail, e) == -1 ||
	    (ending->note != NULL &&
	    written_note(d, actor, case_id, ending->note, e) == -1) ||
	    claim_renew(d, actor, case_id, 0, e) == -1)
		return -1;
	return draft_audit(d, actor, ending->action, case_id, no, e);
}

static json_t *
end(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct ending *ending, struct err *e)
{
	struct actor me;

	crash_point("draft: end before");
	if (staff_begin(d, actor, &me, e) == -1 || staff_end(d,
	    end_within(d, &me, case_id, no, ending, e), e) == -1)
		return NULL;
	crash_point("draft: end after");
	(void)store_truncate(d->store, NULL);
	return draft_answer(d, case_id, no, e);
}

static int
discard(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct draft *draft, struct err *e)
{
	int64_t n = store_run(d->store, STMT_DRAFT_DISCARD,
	    ARGS(V_TEXT(case_id), V_INT(no), V_INT(store_now(d->store))),
	    NULL, NULL, e);

	(void)actor;
	if (n == 0 && strcmp(draft->state, "approved") == 0) {
		err_set(e, ERR_CONFLICT, "draft %s.d%" PRId64 " is approved: "
		    "while it is held, 'teduh undo %s.d%" PRId64 "' calls it "
		    "back", case_id, no, case_id, no);
		return -1;
	}
	if (n == 0)
		return draft_wrong_state(case_id, no, draft->state,
		    "open, submitted or returned", e);
	if (n == -1 || written_drop(d, draft->item, e) == -1 ||
	    version_keep(d, case_id, no, draft, e) == -1)
		return -1;
	return version_drop(d, case_id, no, e);
}

json_t *
draft_discard(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, struct err *e)
{
	const struct ending ending = { "discard", "discarded", discard,
	    NULL };

	return end(d, actor, case_id, no, &ending, e);
}

static int
drop_grant(struct desk *d, const struct draft *draft, struct err *e)
{
	return store_run(d->store, STMT_GRANT_POSTMAN_DELETE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID)), NULL, NULL, e) == -1 ?
	    -1 : seeker_revoke(d, draft->letter, e);
}

static int
undo(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct draft *draft, struct err *e)
{
	int64_t n, now = store_now(d->store);
	char state[16];

	(void)actor;
	if (strcmp(draft->state, "approved") != 0)
		return draft_wrong_state(case_id, no, draft->state,
		    "approved", e);
	n = store_run(d->store, STMT_DELIVERY_MOVE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_TEXT("cancelled"),
	    V_TEXT("undone"), V_INT(now), V_INT(now), V_INT(0), V_NULL,
	    V_TEXT("held")), NULL, NULL, e);
	if (n == 0) {
		if (delivery_of(d, draft, state, e) == -1)
			return -1;
		err_set(e, ERR_CONFLICT, "the answer %s.d%" PRId64 " is not "
		    "held any more, it is %s: 'teduh show %s' says what that "
		    "means", case_id, no, state, case_id);
	}
	if (n != 1 || drop_grant(d, draft, e) == -1 ||
	    store_run(d->store, STMT_CRISIS_DROP, ARGS(V_BLOB(draft->letter,
	    SEAL_ID)), NULL, NULL, e) == -1 ||
	    recall_add(d, draft->letter, e) == -1)
		return -1;
	return one_row(store_run(d->store, STMT_DRAFT_REOPEN,
	    ARGS(V_TEXT(case_id), V_INT(no), V_INT(now)), NULL, NULL, e), e);
}

json_t *
draft_undo(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, struct err *e)
{
	const struct ending ending = { "undo", "undone", undo, NULL };

	return end(d, actor, case_id, no, &ending, e);
}

/* The letter stays in the case, as one that did not leave. */
static int
settle_blocked(struct desk *d, const char *case_id, int64_t no,
    const struct draft *draft, struct err *e)
{
	if (draft_reopen(d, case_id, no, draft, e) == -1 ||
	    one_row(store_run(d->store, STMT_DRAFT_DISCARD,
	    ARGS(V_TEXT(case_id), V_INT(no), V_INT(store_now(d->store))),
	    NULL, NULL, e), e) == -1)
		return -1;
	return written_drop(d, draft->item, e);
}

static int
settle(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct draft *draft, struct err *e)
{
	char state[16];
	int64_t n;

	(void)actor;
	if (delivery_of(d, draft, state, e) == -1)
		return -1;
	if (strcmp(state, "blocked") == 0 || strcmp(state, "refused") == 0)
		return settle_blocked(d, case_id, no, draft, e);
	n = store_run(d->store, STMT_DELIVERY_LOOKED,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_INT(store_now(d->store))),
	    NULL, NULL, e);
	if (n == 0 && strcmp(state, "unknown") == 0)
		err_set(e, ERR_CONFLICT, "the answer %s.d%" PRId64 " is "
		    "tried once more by itself: look again in a while",
		    case_id, no);
	else if (n == 0)
		return draft_wrong_state(case_id, no, *state == '\0' ?
		    draft->state : state, "unknown, blocked or refused", e);
	return n == 1 ? drop_grant(d, draft, e) : -1;
}

json_t *
draft_settle(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const struct ending ending = { "settle", "settled", settle, body };

	return end(d, actor, case_id, no, &ending, e);
}
