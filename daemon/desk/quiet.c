/*
 * When the night of a desk holds a letter back, and when it does not.  The
 * desk's own rule of local time decides at the moment that is asked about,
 * so neither a clock that jumps nor a change of summer time lets one out.
 */
#include "daemon/config.h"
#include "daemon/config_quiet.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/quiet.h"
#include "daemon/store/store.h"
#include "lib/err.h"

int64_t
quiet_leave_at(const struct desk *d, const char *name, int64_t urgency,
    int64_t at)
{
	const struct config_desk *desk = config_desk(d->config, name);
	int64_t morning;

	if (desk == NULL || urgency >= QUIET_URGENCY)
		return at;
	morning = config_quiet_until(desk, at);
	return morning == 0 ? at : morning;
}

struct waking {
	const struct config	*config;
	const struct config_desk *desk;
};

static int
get_desk(void *ctx, const struct row *row, struct err *e)
{
	struct waking *w = ctx;

	(void)e;
	w->desk = config_desk(w->config, row_text(row, 0));
	return 1;
}

int
quiet_wake(struct desk *d, const char *case_id, struct err *e)
{
	struct waking w = { d->config, NULL };

	if (store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_desk, &w, e) == -1)
		return -1;
	/* Without quiet hours nothing waits for a morning. */
	if (w.desk == NULL || w.desk->quiet_from == w.desk->quiet_to)
		return 0;
	return store_run(d->store, STMT_DELIVERY_WAKE, ARGS(V_TEXT(case_id),
	    V_INT(store_now(d->store)), V_INT(w.desk->hold_s)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}
