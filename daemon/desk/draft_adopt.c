/*
 * A colleague goes on with a draft that came back or was left behind.  Whoever
 * adopts it takes the case as well, so it never happens under the hands of
 * somebody who is still writing; and whoever wrote it before is kept, because
 * he does not approve what is partly his own.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/event.h"
#include "daemon/desk/link.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"

static int
may_adopt(const struct actor *actor, const char *case_id, int64_t no,
    const struct draft *draft, struct err *e)
{
	if (strcmp(draft->author, actor->person->name) == 0) {
		err_set(e, ERR_CONFLICT, "the draft %s.d%" PRId64 " is yours "
		    "already: 'teduh reply %s' goes on with it", case_id, no,
		    case_id);
		return -1;
	}
	if (strcmp(draft->state, "open") == 0 ||
	    strcmp(draft->state, "returned") == 0)
		return 0;
	return draft_wrong_state(case_id, no, draft->state,
	    "open or returned", e);
}

static int
adopt_within(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const char *me = actor->person->name;
	int64_t n, now = store_now(d->store);
	struct draft draft;
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "d%" PRId64, no);
	if (draft_load(d, actor, case_id, no, &draft, e) == -1 ||
	    may_adopt(actor, case_id, no, &draft, e) == -1 ||
	    link_is_main(d, case_id, e) == -1 ||
	    claim_within(d, actor, case_id, e) == -1)
		return -1;
	n = store_run(d->store, STMT_DRAFT_ADOPT, ARGS(V_TEXT(case_id),
	    V_INT(no), V_TEXT(me), V_INT(now), V_TEXT(draft.author)), NULL,
	    NULL, e);
	if (n == 0)
		return draft_wrong_state(case_id, no, draft.state,
		    "open or returned", e);
	if (n == -1 || store_run(d->store, STMT_FORMER_ADD,
	    ARGS(V_TEXT(case_id), V_INT(no), V_TEXT(draft.author),
	    V_INT(now)), NULL, NULL, e) == -1 ||
	    event_add(d, actor, case_id, "adopted", detail, e) == -1 ||
	    written_note(d, actor, case_id, body, e) == -1)
		return -1;
	return draft_audit(d, actor, "adopt", case_id, no, e);
}

json_t *
draft_adopt(struct desk *d, const struct actor *actor, const char *case_id,
    int64_t no, const json_t *body, struct err *e)
{
	const struct draft_change change = { case_id, no, body,
	    adopt_within, "draft: adopt before", "draft: adopt after" };

	return draft_change(d, actor, &change, e);
}

int
draft_not_former(struct desk *d, const struct actor *actor,
    const char *case_id, int64_t no, struct err *e)
{
	int64_t n = store_run(d->store, STMT_FORMER_IS, ARGS(V_TEXT(case_id),
	    V_INT(no), V_TEXT(actor->person->name)), NULL, NULL, e);

	if (n > 0)
		err_set(e, ERR_DENIED, "you wrote on this answer before "
		    "somebody else went on with it: a third person approves "
		    "it");
	return n == 0 ? 0 : -1;
}
