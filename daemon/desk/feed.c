/*
 * What happens, for those who watch.
 */
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/feed.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define FEED_STEP	5000		/* entries looked at at once */
#define FEED_ROWS	500		/* as the statement has it */

int
feed_last(struct desk *d, int64_t *seq, struct err *e)
{
	return rows_int(d->store, STMT_AUDIT_LAST, NO_ARGS, 0, seq, e);
}

static json_t *
since(struct desk *d, const struct actor *actor, int64_t seq, struct err *e)
{
	int64_t last, next;
	json_t *list, *one, *events, *answer;
	size_t i;

	if (feed_last(d, &last, e) == -1)
		return NULL;
	next = last - seq > FEED_STEP ? seq + FEED_STEP : last;
	if ((list = rows_array(d->store, STMT_FEED_FROM, ARGS(V_INT(seq),
	    V_INT(next)), e)) == NULL)
		return NULL;
	events = json_array();
	json_array_foreach(list, i, one) {
		if (i == FEED_ROWS - 1)
			next = json_integer_value(json_object_get(one,
			    "seq"));
		if (case_may_read(actor, json_string_value(json_object_get(
		    one, "desk"))))
			(void)json_array_append(events, one);
	}
	json_decref(list);
	answer = json_object();
	wire_set(answer, "events", events);
	wire_set(answer, "next", json_integer(next > seq ? next : seq));
	return answer;
}

json_t *
feed_since(struct desk *d, const struct actor *actor, int64_t seq,
    struct err *e)
{
	json_t *answer;

	if (store_read(d->store, e) == -1)
		return NULL;
	answer = since(d, actor, seq, e);
	store_rollback(d->store);
	return answer;
}
