/*
 * Telling alarms.  What is told and that it was told are one transaction, so
 * that a death in between neither loses an alarm nor repeats it.
 */
#include <inttypes.h>

#include "daemon/clock/clock.h"
#include "daemon/crash.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/ring.h"
#include "daemon/log.h"
#include "daemon/store/store.h"
#include "lib/err.h"

static void
log_one(const struct alarm *a)
{
	if (a->news == ALARM_ENDS)
		log_info("alarm-ends kind=%s subject=%s since=%" PRId64,
		    a->kind, a->subject, a->since);
	else
		log_alarm("%s kind=%s subject=%s detail=%s since=%" PRId64,
		    a->news == ALARM_BEGINS ? "begins" : "stands", a->kind,
		    a->subject, a->detail, a->since);
}

/* 1 told one, 0 there is none, -1. */
static int
tell_one(struct clock *c, struct err *e)
{
	struct alarm alarm;
	int r;

	if ((r = alarm_waiting(&c->desk, e)) != 1)
		return r;
	crash_point("clock: alarm before");
	if (store_begin(c->desk.store, e) == -1)
		return -1;
	r = alarm_take(&c->desk, &alarm, e);
	if (r == 1 && !alarm.silent && (automatic_alarm(&c->desk, &alarm,
	    e) == -1 || ring_add(&c->desk, &alarm, e) == -1))
		r = -1;
	if (r == -1 || store_commit(c->desk.store, e) == -1) {
		store_rollback(c->desk.store);
		return -1;
	}
	crash_point("clock: alarm after");
	if (r == 1 && !alarm.silent)
		log_one(&alarm);
	return r;
}

int
tell_all(struct clock *c, struct err *e)
{
	int r;

	while ((r = tell_one(c, e)) == 1)
		;
	return r;
}
