/*
 * Requests about who works on what: whom to help next, hours, and how a case
 * comes into other hands.
 */
#include "daemon/api/call.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/feed.h"
#include "daemon/desk/hours.h"
#include "daemon/desk/move.h"
#include "daemon/desk/next.h"
#include "daemon/desk/oncall.h"
#include "daemon/desk/pause.h"
#include "lib/wire.h"

json_t *
call_next(struct call *c, struct err *e)
{
	return next_case(c->desk, &c->actor, e);
}

json_t *
call_hours(struct call *c, struct err *e)
{
	return hours_list(c->desk, &c->actor, e);
}

json_t *
call_hours_put(struct call *c, struct err *e)
{
	return hours_put(c->desk, &c->actor, c->body, e);
}

json_t *
call_take(struct call *c, struct err *e)
{
	return claim_seize(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_move(struct call *c, struct err *e)
{
	return move_case(c->desk, &c->actor, c->case_id, c->body, e);
}

json_t *
call_pause(struct call *c, struct err *e)
{
	return pause_say(c->desk, &c->actor, c->case_id, c->body, e);
}

/* From 0: where the audit is; then what happened since, or later. */
json_t *
call_watch(struct call *c, struct err *e)
{
	json_t *answer;
	int64_t last;

	if (c->from == 0) {
		if (feed_last(c->desk, &last, e) == -1)
			return NULL;
		answer = json_object();
		wire_set(answer, "events", json_array());
		wire_set(answer, "next", json_integer(last));
		return answer;
	}
	answer = feed_since(c->desk, &c->actor, c->from, e);
	if (answer == NULL || json_array_size(json_object_get(answer,
	    "events")) > 0)
		return answer;
	c->from = json_integer_value(json_object_get(answer, "next"));
	c->hold = 1;
	json_decref(answer);
	return NULL;
}

json_t *
call_duty(struct call *c, struct err *e)
{
	return oncall_list(c->desk, &c->actor, e);
}

json_t *
call_duty_put(struct call *c, struct err *e)
{
	return oncall_put(c->desk, &c->actor, c->body, e);
}
