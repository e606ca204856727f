/*
 * The crisis path: a letter leaves first and is signed a second time
 * afterwards.  It is open where the desk's signed policy says so, to people
 * with the flag `crisis` who are no trainees, while the case is a crisis by
 * what is signed; post asks all of that again.  Until a supervisor has signed
 * it the letter stays in review, and is an alarm.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/desk/awaits.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/event.h"
#include "daemon/desk/urgency.h"
#include "daemon/desk/version.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/urgency.h"
#include "lib/wire.h"

static int
event(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const char *kind, struct err *e)
{
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "d%" PRId64, no);
	return event_add(d, actor, case_id, kind, detail, e);
}

static int
may_send(struct desk *d, const struct actor *actor, const char *case_id,
    const struct draft *draft, struct err *e)
{
	const struct roster_person *me = actor->person;
	char desk[ROSTER_NAME_MAX + 1];
	int64_t urgency;

	if (draft_own(draft, actor, e) == -1 ||
	    draft_desk(d, case_id, desk, e) == -1 ||
	    urgency_signed(d, case_id, &urgency, e) == -1)
		return -1;
	if (!roster_policy(d->roster, desk).crisis)
		err_set(e, ERR_DENIED, "the desk '%s' has no crisis path: "
		    "'teduh staff policy' says how it reviews", desk);
	else if (!me->crisis || me->rank == RANK_TRAINEE ||
	    me->rank == RANK_ADMIN)
		err_set(e, ERR_DENIED, "the crisis path is for colleagues "
		    "with the flag 'crisis' who are no trainees: submit it, "
		    "and call a supervisor");
	else if (urgency < URGENCY_CRISIS)
		err_set(e, ERR_DENIED, "nobody has signed that the case %s "
		    "is a crisis: 'teduh urgency %s 3 -m WHY' does, if it "
		    "is one", case_id, case_id);
	else
		return 0;
	return -1;
}

static int
crisis_within(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	int64_t seen, n, now = store_now(d->store);
	struct draft draft;
	struct written w;
	int result = -1;

	memset(&w, 0, sizeof(w));
	if (wire_get_int(body, "seen", 0, INT32_MAX, &seen, e) == -1 ||
	    draft_load(d, actor, case_id, no, &draft, e) == -1 ||
	    may_send(d, actor, case_id, &draft, e) == -1 ||
	    claim_hold(d, actor, case_id, body, e) == -1 ||
	    written_parse(&w, body, e) == -1 ||
	    written_add(d, actor, &w, case_id, "answer", 0,
	    draft.participant, e) == -1)
		goto out;
	n = store_run(d->store, STMT_DRAFT_CRISIS, ARGS(V_TEXT(case_id),
	    V_INT(no), V_BLOB(w.item, SEAL_ID), V_INT(now), V_INT(seen),
	    V_TEXT(actor->person->name)), NULL, NULL, e);
	if (n == 0 && (strcmp(draft.state, "open") == 0 ||
	    strcmp(draft.state, "submitted") == 0))
		(void)claim_fenced(d, actor, case_id, e);
	else if (n == 0)
		(void)draft_wrong_state(case_id, no, draft.state,
		    "open or submitted", e);
	if (n != 1 || version_keep(d, case_id, no, &draft, e) == -1 ||
	    version_drop(d, case_id, no, e) == -1 ||
	    store_run(d->store, STMT_CRISIS_ADD, ARGS(V_BLOB(w.item,
	    SEAL_ID), V_TEXT(case_id), V_INT(no),
	    V_TEXT(actor->person->name), V_INT(now)), NULL, NULL, e) == -1 ||
	    event(d, actor, case_id, no, "crisis-sent", e) == -1 ||
	    written_note(d, actor, case_id, body, e) == -1 ||
	    draft_audit(d, actor, "crisis", case_id, no, e) == -1)
		goto out;
	memcpy(draft.letter, w.item, SEAL_ID);
	draft.crisis = 1;
	if (draft_release(d, case_id, no, &draft, body, NULL, NULL, e) == -1)
		goto out;
	result = awaits_ask(d, actor, case_id, draft.participant,
	    draft.letter, body, e);
out:
	written_free(&w);
	return result;
}

json_t *
draft_crisis(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const struct draft_change change = { case_id, no, body,
	    crisis_within, "draft: crisis before", "draft: crisis after" };

	return draft_change(d, actor, &change, e);
}

/* The letter may be with the seeker already: it stays as it was signed. */
static int
second_within(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
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
	n = !draft.has_letter || !seal_equal(letter, draft.letter, SEAL_ID) ?
	    0 : store_run(d->store, STMT_CRISIS_SIGN, ARGS(V_BLOB(letter,
	    SEAL_ID), V_INT(store_now(d->store))), NULL, NULL, e);
	if (n == 1)
		n = store_run(d->store, STMT_ITEM_SECOND,
		    ARGS(V_BLOB(letter, SEAL_ID), V_BLOB(actor->proof->key,
		    SIGN_PUBLIC), V_BLOB(approval, SIGN_LEN)), NULL, NULL,
		    e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "the letter of %s.d%" PRId64 " does "
		    "not wait for a second signature: 'teduh review' shows "
		    "which do", case_id, no);
	if (n != 1 || event(d, actor, case_id, no, "crisis-signed", e) == -1)
		return -1;
	return draft_audit(d, actor, "second", case_id, no, e);
}

json_t *
draft_second(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const struct draft_change change = { case_id, no, body,
	    second_within, "draft: second before", "draft: second after" };

	return draft_change(d, actor, &change, e);
}
