/*
 * Drafts and their review.  Who may do what is asked here so that people
 * hear it at once; whether an answer may leave is decided by post alone,
 * from the signatures.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/awaits.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/counter.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/link.h"
#include "daemon/desk/people.h"
#include "daemon/desk/recall.h"
#include "daemon/desk/quiet.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/seeker.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/version.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define BOX_MAX	1024

static void
copy_text(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

static int
get_draft(void *ctx, const struct row *row, struct err *e)
{
	struct draft *draft = ctx;

	(void)e;
	copy_text(draft->state, sizeof(draft->state), row_text(row, 0));
	copy_text(draft->author, sizeof(draft->author), row_text(row, 1));
	draft->participant = row_int(row, 2);
	draft->revision = row_int(row, 3);
	(void)row_bytes(row, 4, draft->item, SEAL_ID);
	draft->has_letter = row_bytes(row, 5, draft->letter, SEAL_ID) == 0;
	return 1;
}

/* The draft, if the actor may see its case. */
int
draft_load(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, struct draft *draft, struct err *e)
{
	int64_t n;

	memset(draft, 0, sizeof(*draft));
	if (case_access(d, actor, case_id, e) == -1)
		return -1;
	n = store_run(d->store, STMT_DRAFT_GET, ARGS(V_TEXT(case_id),
	    V_INT(no)), get_draft, draft, e);
	if (n == 0)
		err_set(e, ERR_GONE, "there is no draft %s.d%" PRId64,
		    case_id, no);
	return n > 0 ? 0 : -1;
}

int
draft_own(const struct draft *draft, const struct actor *actor, struct err *e)
{
	if (strcmp(draft->author, actor->person->name) == 0)
		return 0;
	err_set(e, ERR_DENIED, "this draft is %s's, who alone may change it",
	    draft->author);
	return -1;
}

int
draft_wrong_state(const char *case_id, int64_t no, const char *state,
    const char *wanted, struct err *e)
{
	err_set(e, ERR_CONFLICT, "draft %s.d%" PRId64 " is %s, not %s: "
	    "'teduh drafts' shows how each one stands",
	    case_id, no, state, wanted);
	return -1;
}

json_t *
draft_answer(struct desk *d, const char *case_id, int64_t no, struct err *e)
{
	return rows_object(d->store, STMT_DRAFT_JSON, ARGS(V_TEXT(case_id),
	    V_INT(no)), e);
}

int
draft_audit(struct desk *d, const struct actor *actor, const char *action,
    const char *case_id, int64_t no, struct err *e)
{
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "d%" PRId64, no);
	return audit_add(d, actor, action, case_id, detail, e);
}

/* What a statement made of the case's counter; 0 rows: no such case. */
static int
next_number(int result, const int64_t *no, const char *case_id,
    struct err *e)
{
	if (result == -1 || *no > 0)
		return result;
	err_set(e, ERR_GONE, "there is no case '%s'", case_id);
	return -1;
}

static int
revise(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct written *w, struct err *e)
{
	struct draft draft;
	int64_t n;

	if (draft_load(d, actor, case_id, no, &draft, e) == -1 ||
	    draft_own(&draft, actor, e) == -1)
		return -1;
	n = store_run(d->store, STMT_DRAFT_REVISE, ARGS(V_TEXT(case_id),
	    V_INT(no), V_BLOB(w->item, SEAL_ID),
	    V_INT(store_now(d->store)), V_TEXT(actor->person->name)), NULL,
	    NULL, e);
	if (n == 0)
		return draft_wrong_state(case_id, no, draft.state,
		    "open or returned", e);
	return n == 1 ? written_drop(d, draft.item, e) : -1;
}

static int
save_within(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, int64_t *no, struct err *e)
{
	const json_t *given = json_object_get(body, "no");
	struct written w;
	int64_t participant;
	int result = -1;

	if (written_parse(&w, body, e) == -1 ||
	    wire_get_int(body, "participant", 1, INT32_MAX, &participant,
	    e) == -1 || case_access(d, actor, case_id, e) == -1 ||
	    link_is_main(d, case_id, e) == -1 ||
	    claim_hold(d, actor, case_id, body, e) == -1 ||
	    written_add(d, actor, &w, case_id, "draft", 0, participant,
	    e) == -1)
		goto out;
	if (json_is_integer(given)) {
		*no = json_integer_value(given);
		result = revise(d, actor, case_id, *no, &w, e);
	} else if (next_number(rows_int(d->store, STMT_CASE_NEXT_DRAFT,
	    ARGS(V_TEXT(case_id)), 0, no, e), no, case_id, e) == 0)
		result = store_run(d->store, STMT_DRAFT_ADD,
		    ARGS(V_TEXT(case_id), V_INT(*no),
		    V_TEXT(actor->person->name), V_INT(participant),
		    V_BLOB(w.item, SEAL_ID), V_INT(store_now(d->store))),
		    NULL, NULL, e) == -1 ? -1 : 0;
	if (result == 0)
		result = draft_audit(d, actor, "draft", case_id, *no, e);
out:
	written_free(&w);
	return result;
}

json_t *
draft_save(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	struct actor me;
	int64_t no = 0;

	crash_point("C3 before");
	if (staff_begin(d, actor, &me, e) == -1 || staff_end(d,
	    save_within(d, &me, case_id, body, &no, e), e) == -1)
		return NULL;
	crash_point("C3 after");
	return draft_answer(d, case_id, no, e);
}

/* One row was to change: 0, or -1 also when it was another number. */
static int
one_row(int64_t n, struct err *e)
{
	if (n != 1 && n != -1)
		err_set(e, ERR_CONFLICT, "the draft changed meanwhile: "
		    "look at it again, then repeat the command");
	return n == 1 ? 0 : -1;
}

struct desk_name {
	char	name[ROSTER_NAME_MAX + 1];
	int64_t	urgency;
};

static int
get_desk(void *ctx, const struct row *row, struct err *e)
{
	struct desk_name *desk = ctx;

	(void)e;
	copy_text(desk->name, sizeof(desk->name), row_text(row, 0));
	desk->urgency = row_int(row, 6);
	return 1;
}

int
draft_desk(struct desk *d, const char *case_id,
    char name[ROSTER_NAME_MAX + 1], struct err *e)
{
	struct desk_name desk = { "", 0 };

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_desk, &desk, e) == -1)
		return -1;
	memcpy(name, desk.name, sizeof(desk.name));
	return 0;
}

int
draft_leave_at(struct desk *d, const char *case_id, int64_t now,
    int64_t *leave_at, struct err *e)
{
	struct desk_name name = { "", 0 };
	const struct config_desk *desk;

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_desk, &name, e) == -1)
		return -1;
	desk = config_desk(d->config, name.name);
	*leave_at = quiet_leave_at(d, name.name, name.urgency,
	    desk == NULL ? now : now + desk->hold_s);
	return 0;
}

int
draft_release(struct desk *d, const char *case_id, int64_t no,
    const struct draft *draft, const json_t *body,
    const struct request_proof *approver, const unsigned char *approval,
    struct err *e)
{
	int64_t seq, now = store_now(d->store), leave_at = now;
	struct buf box;
	int result = -1;

	memset(&box, 0, sizeof(box));
	if (wire_get_base64(body, "postman", BOX_MAX, &box, e) == -1 ||
	    (!draft->crisis &&
	    draft_leave_at(d, case_id, now, &leave_at, e) == -1) ||
	    next_number(rows_int(d->store, STMT_CASE_NEXT_SEQ,
	    ARGS(V_TEXT(case_id), V_INT(now)), 0, &seq, e), &seq, case_id,
	    e) == -1)
		goto out;
	if (one_row(store_run(d->store, STMT_ITEM_APPROVE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_INT(seq), V_INT(now),
	    V_BLOB(approver == NULL ? NULL : approver->key, SIGN_PUBLIC),
	    V_BLOB(approval, SIGN_LEN)), NULL, NULL, e), e) == -1 ||
	    store_run(d->store, STMT_GRANT_ADD,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_TEXT("postman"),
	    V_TEXT("content"), V_INT(0), V_BLOB(box.bytes, box.len)), NULL,
	    NULL, e) == -1 ||
	    seeker_grant(d, case_id, draft->participant, draft->letter,
	    body, e) == -1 ||
	    store_run(d->store, STMT_DELIVERY_ADD,
	    ARGS(V_BLOB(draft->letter, SEAL_ID), V_TEXT(case_id), V_INT(no),
	    V_INT(draft->participant), V_INT(now), V_INT(leave_at)), NULL,
	    NULL, e) == -1)
		goto out;
	result = 0;
out:
	buf_free(&box);
	return result;
}

static int
submit_letter(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const struct written *w, const json_t *body, struct err *e)
{
	struct draft draft;
	const char *desk_name, *next;
	int64_t seen, n, now = store_now(d->store);
	json_t *row;
	int direct;

	if (draft_load(d, actor, case_id, no, &draft, e) == -1 ||
	    draft_own(&draft, actor, e) == -1 ||
	    wire_get_int(body, "seen", 0, INT32_MAX, &seen, e) == -1 ||
	    claim_hold(d, actor, case_id, body, e) == -1 ||
	    written_add(d, actor, w, case_id, "answer", 0,
	    draft.participant, e) == -1 ||
	    (row = rows_object(d->store, STMT_CASE_JSON,
	    ARGS(V_TEXT(case_id)), e)) == NULL)
		return -1;
	desk_name = json_string_value(json_object_get(row, "desk"));
	direct = json_is_string(json_object_get(body, "postman")) &&
	    !roster_needs_review(d->roster, desk_name, actor->person);
	json_decref(row);
	next = direct ? "approved" : "submitted";
	n = store_run(d->store, STMT_DRAFT_SUBMIT, ARGS(V_TEXT(case_id),
	    V_INT(no), V_TEXT(next), V_BLOB(w->item, SEAL_ID), V_INT(now),
	    V_INT(seen), V_TEXT(actor->person->name)), NULL, NULL, e);
	if (n == 0)
		return strcmp(draft.state, "open") == 0 ?
		    claim_fenced(d, actor, case_id, e) :
		    draft_wrong_state(case_id, no, draft.state, "open", e);
	if (n == -1 || version_keep(d, case_id, no, &draft, e) == -1 ||
	    draft_audit(d, actor, "submit", case_id, no, e) == -1)
		return -1;
	if (!direct)
		return 0;
	if (version_drop(d, case_id, no, e) == -1)
		return -1;
	memcpy(draft.letter, w->item, SEAL_ID);
	return draft_release(d, case_id, no, &draft, body, NULL, NULL,
	    e) == -1 ? -1 : awaits_ask(d, actor, case_id, draft.participant,
	    draft.letter, body, e);
}

json_t *
draft_submit(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	struct written w;
	struct actor me;
	json_t *done = NULL;

	crash_point("C4 before");
	if (written_parse(&w, body, e) == 0 &&
	    staff_begin(d, actor, &me, e) == 0 && staff_end(d,
	    submit_letter(d, &me, case_id, no, &w, body, e), e) == 0) {
		crash_point("C4 after");
		done = draft_answer(d, case_id, no, e);
	}
	written_free(&w);
	return done;
}

/* Whether the actor may give the second signature on this draft. */
int
draft_may_review(struct desk *d, const struct actor *actor, const char *case_id,
    struct err *e)
{
	struct desk_name desk = { "", 0 };

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_desk, &desk, e) == -1)
		return -1;
	if (actor->person->rank == RANK_SUPERVISOR &&
	    roster_on_desk(actor->person, desk.name))
		return 0;
	err_set(e, ERR_DENIED, "only a supervisor of the desk '%s' reviews "
	    "its answers",
	    desk.name);
	return -1;
}

int
draft_not_author(struct desk *d, const struct actor *actor,
    const char *case_id, int64_t no, const struct draft *draft, struct err *e)
{
	struct desk_name desk = { "", 0 };

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_desk, &desk, e) == -1)
		return -1;
	if (roster_policy(d->roster, desk.name).self)
		return 0;
	if (strcmp(draft->author, actor->person->name) != 0)
		return draft_not_former(d, actor, case_id, no, e);
	err_set(e, ERR_DENIED, "you wrote this answer; on the desk '%s' "
	    "somebody else approves it", desk.name);
	return -1;
}

static int
approve_within(struct desk *d, const struct actor *actor,
    const char *case_id, int64_t no, const json_t *body, struct err *e)
{
	unsigned char letter[SEAL_ID], approval[SIGN_LEN];
	struct draft draft;
	int64_t n;

	if (wire_get_hex(body, "letter", letter, SEAL_ID, e) == -1 ||
	    wire_get_hex(body, "signature", approval, SIGN_LEN, e) == -1 ||
	    draft_load(d, actor, case_id, no, &draft, e) == -1 ||
	    draft_may_review(d, actor, case_id, e) == -1 ||
	    draft_not_author(d, actor, case_id, no, &draft, e) == -1)
		return -1;
	if (draft.has_letter && !seal_equal(letter, draft.letter, SEAL_ID)) {
		err_set(e, ERR_CONFLICT, "draft %s.d%" PRId64 " was "
		    "changed since you read it: read it again with 'teduh "
		    "review'", case_id, no);
		return -1;
	}
	n = store_run(d->store, STMT_DRAFT_APPROVE, ARGS(V_TEXT(case_id),
	    V_INT(no), V_INT(store_now(d->store)), V_BLOB(letter, SEAL_ID)),
	    NULL, NULL, e);
	if (n == 0)
		return draft_wrong_state(case_id, no, draft.state,
		    "submitted", e);
	if (n == -1 || version_drop(d, case_id, no, e) == -1 ||
	    draft_audit(d, actor, "approve", case_id, no, e) == -1)
		return -1;
	return draft_release(d, case_id, no, &draft, body, actor->proof,
	    approval, e) == -1 ? -1 : awaits_ask(d, actor, case_id,
	    draft.participant, letter, body, e);
}

json_t *
draft_change(struct desk *d, const struct actor *actor,
    const struct draft_change *c, struct err *e)
{
	struct actor me;

	crash_point(c->before);
	if (staff_begin(d, actor, &me, e) == -1 || staff_end(d,
	    c->within(d, &me, c->case_id, c->no, c->body, e), e) == -1)
		return NULL;
	crash_point(c->after);
	return draft_answer(d, c->case_id, c->no, e);
}

json_t *
draft_approve(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const struct draft_change change = { case_id, no, body,
	    approve_within, "C5 before", "C5 after" };

	return draft_change(d, actor, &change, e);
}

static int
get_state(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	(void)snprintf(ctx, 16, "%s", row_text(row, 0));
	return 1;
}

/* An approved draft whose letter did not leave is open again. */
int
draft_reopen(struct desk *d, const char *case_id, int64_t no,
    const struct draft *draft, struct err *e)
{
	char state[16] = "";
	int64_t now = store_now(d->store);

	if (store_run(d->store, STMT_DELIVERY_STATE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID)), get_state, state, e) == -1)
		return -1;
	if (strcmp(state, "blocked") != 0 && strcmp(state, "refused") != 0)
		return draft_wrong_state(case_id, no, *state == '\0' ?
		    draft->state : state, "blocked", e);
	if (strcmp(state, "blocked") == 0 && one_row(store_run(d->store,
	    STMT_DELIVERY_MOVE, ARGS(V_BLOB(draft->letter, SEAL_ID),
	    V_TEXT("cancelled"), V_TEXT("returned"), V_INT(now), V_INT(now),
	    V_INT(0), V_NULL, V_TEXT(state)), NULL, NULL, e), e) == -1)
		return -1;
	if (store_run(d->store, STMT_GRANT_POSTMAN_DELETE,
	    ARGS(V_BLOB(draft->letter, SEAL_ID)), NULL, NULL, e) == -1 ||
	    seeker_revoke(d, draft->letter, e) == -1 ||
	    store_run(d->store, STMT_CRISIS_DROP, ARGS(V_BLOB(draft->letter,
	    SEAL_ID)), NULL, NULL, e) == -1 ||
	    recall_add(d, draft->letter, e) == -1)
		return -1;
	return one_row(store_run(d->store, STMT_DRAFT_REOPEN,
	    ARGS(V_TEXT(case_id), V_INT(no), V_INT(now)), NULL, NULL, e), e);
}

static int
return_within(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	struct draft draft;
	int64_t n;

	if (draft_load(d, actor, case_id, no, &draft, e) == -1)
		return -1;
	if (strcmp(draft.state, "approved") == 0) {
		if (strcmp(draft.author, actor->person->name) != 0 &&
		    draft_may_review(d, actor, case_id, e) == -1)
			return -1;
		if (draft_reopen(d, case_id, no, &draft, e) == -1)
			return -1;
	} else {
		if (draft_may_review(d, actor, case_id, e) == -1)
			return -1;
		n = store_run(d->store, STMT_DRAFT_RETURN,
		    ARGS(V_TEXT(case_id), V_INT(no),
		    V_INT(store_now(d->store))), NULL, NULL, e);
		if (n == 0)
			return draft_wrong_state(case_id, no, draft.state,
			    "submitted", e);
		if (n == -1 || counter_returned(d, case_id, e) == -1)
			return -1;
	}
	if (written_note(d, actor, case_id, body, e) == -1)
		return -1;
	return draft_audit(d, actor, "return", case_id, no, e);
}

json_t *
draft_return(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const struct draft_change change = { case_id, no, body,
	    return_within, "C4 before", "C4 after" };

	return draft_change(d, actor, &change, e);
}

struct waiting {
	struct desk	*desk;
	json_t		*list, *people;
};

static int
add_waiting(void *ctx, const struct row *row, struct err *e)
{
	struct waiting *w = ctx;
	json_t *draft = draft_answer(w->desk, row_text(row, 0),
	    row_int(row, 1), e);

	if (draft == NULL)
		return -1;
	(void)json_array_append_new(w->list, draft);
	return 0;
}

json_t *
draft_list(struct desk *d, const struct actor *actor, struct err *e)
{
	struct waiting w = { d, json_array(), json_array() };
	json_t *result = NULL;
	size_t i;

	if (store_read(d->store, e) == -1)
		goto out;
	for (i = 0; i < d->config->ndesks; i++) {
		const char *desk = d->config->desks[i].name;

		if (actor->person->rank != RANK_ADMIN &&
		    roster_on_desk(actor->person, desk) &&
		    (store_run(d->store, STMT_DRAFT_WAITING,
		    ARGS(V_TEXT(desk)), add_waiting, &w, e) == -1 ||
		    people_waiting(d, desk, w.people, e) == -1))
			goto out;
	}
	result = json_object();
	(void)json_object_set(result, "drafts", w.list);
	(void)json_object_set(result, "people", w.people);
out:
	store_rollback(d->store);
	json_decref(w.list);
	json_decref(w.people);
	return result;
}
