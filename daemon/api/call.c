/*
 * What each request of doc/api.md asks desk for.  Who may is decided before
 * (route table) and again by desk, which alone knows cases and drafts.
 */
#include <string.h>

#include "daemon/api/call.h"
#include "daemon/desk/audit_page.h"
#include "daemon/desk/case.h"
#include "daemon/desk/casework.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/counter.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/disclosure.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/founding.h"
#include "daemon/desk/item.h"
#include "daemon/desk/link.h"
#include "daemon/desk/listing.h"
#include "daemon/desk/looked.h"
#include "daemon/desk/people.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/recovery.h"
#include "daemon/desk/seeker.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/statistics.h"
#include "daemon/desk/still.h"
#include "daemon/desk/unopened.h"
#include "daemon/desk/urgency.h"
#include "daemon/store/store.h"
#include "lib/err.h"

json_t *
call_hello(struct call *c, struct err *e)
{
	json_t *answer = json_object(), *wire = json_array();

	(void)e;
	(void)json_array_append_new(wire, json_integer(WIRE_VERSION));
	(void)json_array_append_new(wire, json_integer(WIRE_VERSION));
	(void)json_object_set_new(answer, "wire", wire);
	(void)json_object_set_new(answer, "time",
	    json_integer(store_now(c->desk->store)));
	(void)json_object_set_new(answer, "founded",
	    json_boolean(roster_seq(c->desk->roster) > 0));
	return answer;
}

json_t *
call_card(struct call *c, struct err *e)
{
	return founding_card(c->desk->store, e);
}

json_t *
call_found(struct call *c, struct err *e)
{
	return founding_accept(c->desk, &c->proof, c->body, e);
}

json_t *
call_roster(struct call *c, struct err *e)
{
	const struct roster_person *p = c->actor.person;
	json_t *answer = staff_roster(c->desk, c->from, e), *head;

	if (answer == NULL || p == NULL || p->rank != RANK_SUPERVISOR)
		return answer;
	/* Each of their commands sees how far the audit is. */
	if ((head = audit_page_head(c->desk, e)) == NULL) {
		json_decref(answer);
		return NULL;
	}
	(void)json_object_set_new(answer, "audit", head);
	return answer;
}

json_t *
call_audit(struct call *c, struct err *e)
{
	return audit_page(c->desk, c->from, e);
}

json_t *
call_restore(struct call *c, struct err *e)
{
	return quarantine_end(c->desk, &c->actor, c->body, e);
}

json_t *
call_append(struct call *c, struct err *e)
{
	return staff_append(c->desk, &c->actor, c->body, e);
}

json_t *
call_team(struct call *c, struct err *e)
{
	return staff_team(c->desk, &c->actor, e);
}

json_t *
call_desks(struct call *c, struct err *e)
{
	return staff_desks(c->desk, &c->actor, e);
}

json_t *
call_invite(struct call *c, struct err *e)
{
	return staff_invite(c->desk, &c->actor, c->body, e);
}

json_t *
call_invitations(struct call *c, struct err *e)
{
	return staff_invitations(c->desk, &c->actor, e);
}

json_t *
call_invitation(struct call *c, struct err *e)
{
	return staff_invitation(c->desk, &c->proof, c->number, e);
}

json_t *
call_invitation_card(struct call *c, struct err *e)
{
	return staff_card(c->desk, &c->proof, c->number, c->body, e);
}

json_t *
call_queue(struct call *c, struct err *e)
{
	return queue_page(c->desk, &c->actor, &c->after, e);
}

json_t *
call_misses(struct call *c, struct err *e)
{
	return urgency_misses(c->desk, &c->actor, c->from, e);
}

json_t *
call_case(struct call *c, struct err *e)
{
	return case_show(c->desk, &c->actor, c->case_id, e);
}

json_t *
call_cases(struct call *c, struct err *e)
{
	return listing_cases(c->desk, &c->actor, c->from, c->case_id, e);
}

json_t *
call_counters(struct call *c, struct err *e)
{
	return counter_month(c->desk, &c->actor, c->from, e);
}

json_t *
call_statistics(struct call *c, struct err *e)
{
	return statistics_page(c->desk, &c->actor, c->name, c->item, e);
}

json_t *
call_read(struct call *c, struct err *e)
{
	return looked_say(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_views(struct call *c, struct err *e)
{
	return listing_views(c->desk, &c->actor, c->case_id, e);
}

json_t *
call_export(struct call *c, struct err *e)
{
	return casework_export(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_claim(struct call *c, struct err *e)
{
	return claim_take(c->desk, &c->actor, c->case_id, e);
}

json_t *
call_release(struct call *c, struct err *e)
{
	return claim_release(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_pass(struct call *c, struct err *e)
{
	return claim_pass(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_hand(struct call *c, struct err *e)
{
	return claim_hand(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_note(struct call *c, struct err *e)
{
	return casework_note(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_urgency(struct call *c, struct err *e)
{
	return urgency_say(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_close(struct call *c, struct err *e)
{
	return casework_close(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_recovery(struct call *c, struct err *e)
{
	return recovery_show(c->desk, e);
}

json_t *
call_recovery_secrets(struct call *c, struct err *e)
{
	return recovery_secrets(c->desk, e);
}

json_t *
call_recovery_rehearsed(struct call *c, struct err *e)
{
	return recovery_rehearsed(c->desk, &c->proof, e);
}

json_t *
call_recovery_appoint(struct call *c, struct err *e)
{
	return recovery_appoint(c->desk, &c->proof, c->body, e);
}

json_t *
call_epoch(struct call *c, struct err *e)
{
	return epoch_put(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_epochs(struct call *c, struct err *e)
{
	return epoch_behind(c->desk, &c->actor, c->from, c->case_id, e);
}

json_t *
call_unopened(struct call *c, struct err *e)
{
	return unopened_report(c->desk, &c->actor, c->case_id, e);
}

json_t *
call_opened(struct call *c, struct err *e)
{
	return unopened_over(c->desk, &c->actor, c->case_id, e);
}

json_t *
call_reopen(struct call *c, struct err *e)
{
	return casework_reopen(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_erase(struct call *c, struct err *e)
{
	return erase_ask(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_erase_undo(struct call *c, struct err *e)
{
	return erase_undo(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_erase_hold(struct call *c, struct err *e)
{
	return erase_hold(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_erase_lift(struct call *c, struct err *e)
{
	return erase_lift(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_disclose(struct call *c, struct err *e)
{
	return disclosure_ask(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_disclose_second(struct call *c, struct err *e)
{
	return disclosure_second(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_hold(struct call *c, struct err *e)
{
	return retention_hold(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_lift(struct call *c, struct err *e)
{
	return retention_lift(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_link(struct call *c, struct err *e)
{
	return link_confirm(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_unlink(struct call *c, struct err *e)
{
	return link_undo(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_untray(struct call *c, struct err *e)
{
	return link_untray(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_seeker(struct call *c, struct err *e)
{
	return case_change(c->desk, &c->actor, c->case_id,
	    seeker_grant_older, c->body, e);
}

json_t *
call_face(struct call *c, struct err *e)
{
	return casework_face(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_people(struct call *c, struct err *e)
{
	return people_state(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_people_second(struct call *c, struct err *e)
{
	return people_second(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_people_discard(struct call *c, struct err *e)
{
	return people_discard(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_put(struct call *c, struct err *e)
{
	return item_put(c->desk, &c->actor, c->case_id, c->item, c->number,
	    c->http->body, c->http->len, e);
}

json_t *
call_draft(struct call *c, struct err *e)
{
	return draft_save(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_submit(struct call *c, struct err *e)
{
	return draft_submit(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_approve(struct call *c, struct err *e)
{
	return draft_approve(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_return(struct call *c, struct err *e)
{
	return draft_return(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_still(struct call *c, struct err *e)
{
	return still_say(c->desk, &c->actor, c->case_id, c->number, c->body,
	    e);
}

json_t *
call_adopt(struct call *c, struct err *e)
{
	return draft_adopt(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_crisis(struct call *c, struct err *e)
{
	return draft_crisis(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_second(struct call *c, struct err *e)
{
	return draft_second(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_discard(struct call *c, struct err *e)
{
	return draft_discard(c->desk, &c->actor, c->case_id, c->number, e);
}

json_t *
call_undo(struct call *c, struct err *e)
{
	return draft_undo(c->desk, &c->actor, c->case_id, c->number, e);
}

json_t *
call_settle(struct call *c, struct err *e)
{
	return draft_settle(c->desk, &c->actor, c->case_id, c->number,
	    c->body, e);
}

json_t *
call_drafts(struct call *c, struct err *e)
{
	return draft_list(c->desk, &c->actor, e);
}

static int
append(void *ctx, const void *bytes, size_t len, struct err *e)
{
	struct buf *octets = ctx;

	if (buf_add(octets, bytes, len) == 0)
		return 0;
	err_set(e, ERR_INPUT, "this part is larger than %zu MiB; it is kept, "
	    "but not handed out this way", octets->max / 1024 / 1024);
	return -1;
}

/* Which part the path names. */
static int
find_part(const struct call *c, struct item_rows *which, struct err *e)
{
	memset(which, 0, sizeof(*which));
	if (wire_unhex(which->item, sizeof(which->item), c->item) == -1 ||
	    c->number > UINT32_MAX) {
		err_set(e, ERR_GONE, "there is no such part");
		return -1;
	}
	which->part = (uint32_t)c->number;
	which->from = c->from;
	return 0;
}

int
call_part(struct call *c, struct err *e)
{
	struct item_rows which;

	if (find_part(c, &which, e) == -1)
		return -1;
	return item_get(c->desk, &c->actor, which.item, which.part, append,
	    &c->octets, e);
}

int
call_part_rows(struct call *c, struct err *e)
{
	struct item_rows which;

	if (find_part(c, &which, e) == -1)
		return -1;
	return item_get_rows(c->desk, &c->actor, &which, append, &c->octets,
	    e);
}
