/*
 * Pauses.  They stand beside the case and hide nothing: the queue has it, the
 * due time runs, alarms ring.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/event.h"
#include "daemon/desk/pause.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define PAUSE_MAX_S	((int64_t)90 * 86400)

static int
end_pause(struct desk *d, const struct actor *actor, const char *id,
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_PAUSE_END, ARGS(V_TEXT(id)),
	    NULL, NULL, e);

	if (n == 0)
		err_set(e, ERR_CONFLICT, "case %s is not paused", id);
	return n <= 0 || event_add(d, actor, id, "pause-ended", NULL,
	    e) == -1 ? -1 : audit_add(d, actor, "pause-end", id, NULL, e);
}

static int
begin_pause(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	int64_t until, now = store_now(d->store);

	if (wire_get_int(body, "until", 1, WIRE_TOP, &until, e) == -1)
		return -1;
	if (until <= now || until > now + PAUSE_MAX_S) {
		err_set(e, ERR_INPUT, "a pause ends in the future, and within "
		    "90 days");
		return -1;
	}
	if (store_run(d->store, STMT_PAUSE_PUT, ARGS(V_TEXT(id),
	    V_INT(until)), NULL, NULL, e) == -1 ||
	    event_add(d, actor, id, "paused", NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "pause", id, NULL, e);
}

static int
say_within(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	const json_t *until = json_object_get(body, "until");

	if (claim_not_other(d, actor, id, e) == -1 ||
	    (json_is_null(until) ? end_pause(d, actor, id, e) :
	    begin_pause(d, actor, id, body, e)) == -1)
		return -1;
	return json_is_null(until) ? written_note_opt(d, actor, id, body,
	    e) : written_note(d, actor, id, body, e);
}

json_t *
pause_say(struct desk *d, const struct actor *actor, const char *id,
    const json_t *body, struct err *e)
{
	return case_change(d, actor, id, say_within, body, e);
}

static int
get_id(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	(void)snprintf(ctx, CASE_ID_LEN + 1, "%s", row_text(row, 0));
	return 1;
}

int
pause_over(struct desk *d, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	int64_t found;
	int n;

	for (n = 0;; n++) {
		found = store_run(d->store, STMT_PAUSE_OVER,
		    ARGS(V_INT(store_now(d->store))), get_id, id, e);
		if (found <= 0)
			return found == 0 ? n : -1;
		if (store_begin(d->store, e) == -1)
			return -1;
		crash_point("clock: pause before");
		if (store_end(d->store, end_pause(d, NULL, id, e), e) == -1)
			return -1;
		crash_point("clock: pause after");
	}
}
