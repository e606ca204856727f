/*
 * Role clock: what happens because time passes.  Ends leases, looks whether
 * the others do their work, raises and tells alarms, sweeps.  It talks to
 * nobody and holds nothing but its signing key.
 *
 * It looks up every few seconds; unless the store has changed that costs one
 * question to the database, and everything is looked at once a minute.
 */
#include <string.h>
#include <sysexits.h>

#include "daemon/clock/clock.h"
#include "daemon/config.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/pause.h"
#include "daemon/desk/raw.h"
#include "daemon/desk/retention.h"
#include "daemon/desk/ringing.h"
#include "daemon/desk/statistics.h"
#include "daemon/desk/told.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define TURN_MS		5000
#define ROUNDS_S	60
#define SWEEP_S		3600

/* True when the time has come, or was put back behind the last one. */
static int
is_time(int64_t *at, int64_t now, int64_t every_s)
{
	if (now < *at && *at - now <= every_s)
		return 0;
	*at = now + every_s;
	return 1;
}

/*
 * What is due by itself, in this order.  The log says of many at once how many
 * of what were done; of one case after the other which was done, was kept
 * because nobody had signed that, or is new and has to wait.  What retention
 * asks for is new to what ends cases, so it comes first.
 */
static const struct work {
	int		(*many)(struct desk *, struct err *);
	int		(*one)(struct desk *, char id[CASE_ID_LEN + 1],
			    struct err *);
	const char	*done, *what, *kept, *begun;
} works[] = {
	{ claim_expire, NULL, "leases-over", "claims", NULL, NULL },
	{ pause_over, NULL, "pauses-over", "cases", NULL, NULL },
	{ NULL, retention_next, "retention-over", "case",
	    "retention-refused", NULL },
	{ NULL, erase_end_next, "erased", "case", "erase-refused",
	    "erase-seen" },
	{ retention_raw, NULL, "retention-copies", "cases", NULL, NULL },
	{ statistics_move, NULL, "statistics-moved", "rows", NULL, NULL }
};

/* Until nothing of it is left. */
static int
do_work(struct desk *d, const struct work *w, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	int n;

	if (w->many != NULL) {
		while ((n = w->many(d, e)) > 0)
			log_info("%s %s=%d", w->done, w->what, n);
		return n;
	}
	while ((n = w->one(d, id, e)) > 0) {
		if (n == 1)
			log_info("%s %s=%s", w->done, w->what, id);
		else if (n == 3 && w->begun != NULL)
			log_info("%s %s=%s", w->begun, w->what, id);
		else
			log_warn("%s %s=%s", w->kept, w->what, id);
	}
	return n;
}

static int
do_works(struct desk *d, struct err *e)
{
	size_t i;

	for (i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		if (do_work(d, &works[i], e) == -1)
			return -1;
	return 0;
}

/* The bytes behind what was deleted; not in the way of who reads. */
static int
sweep(struct clock *c, struct err *e)
{
	int cases = erase_sweep(&c->desk, e), mails;

	if (cases == -1 || (mails = raw_sweep(&c->desk, e)) == -1)
		return -1;
	c->unfolded = cases == 1 || mails == 1;
	return 0;
}

static int
turn(struct clock *c, struct err *e)
{
	int64_t now = store_now(c->desk.store);
	int rounds = is_time(&c->rounds_at, now, ROUNDS_S);

	if (!store_changed(c->desk.store) && !rounds)
		return c->unfolded ? sweep(c, e) : 0;
	breath_look(&c->watch, now);
	if (do_works(&c->desk, e) == -1 || sweep(c, e) == -1 ||
	    (rounds && (duty_look(c, e) == -1 || mailbox_look(c, e) == -1)) ||
	    ringing_look(&c->desk, e) == -1 ||
	    told_all(&c->desk, e) == -1 || tell_all(c, e) == -1 ||
	    (is_time(&c->sweep_at, now, SWEEP_S) && duty_sweep(c, e) == -1))
		return -1;
	return breath_take(&c->breath, &c->desk, "-", e);
}

/* What a failed turn means: an exit code, or -1 to go on. */
static int
stumble(const struct clock *c, const struct role_args *args,
    const struct err *e)
{
	(void)c;
	log_err("turn", e);
	if (e->code == ERR_IO)
		return EX_IOERR;
	if (e->code == ERR_BUG)
		return EX_SOFTWARE;
	return args->once ? EX_TEMPFAIL : -1;
}

static int
run(struct clock *c, const struct role_args *args)
{
	struct err e = ERR_INIT;
	int code;

	while (!role_stopping()) {
		if (turn(c, &e) == -1) {
			if ((code = stumble(c, args, &e)) != -1)
				return code;
			c->rounds_at = 0;
		}
		if (args->once)
			break;
		role_pause(TURN_MS);
	}
	return EX_OK;
}

int
clock_main(const struct role_args *args)
{
	struct err e = ERR_INIT;
	struct clock c;
	int code;

	role_signals();
	memset(&c, 0, sizeof(c));
	if (desk_open(&c.desk, "clock", args->config, args->secrets,
	    DESK_PIN | DESK_KEY, &e) == -1) {
		log_err("start", &e);
		code = err_exit(e.code);
	} else {
		role_ready(args);
		code = run(&c, args);
	}
	desk_close(&c.desk);
	return code;
}
