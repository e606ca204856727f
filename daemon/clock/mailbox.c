/*
 * What becomes of mail on its way to us: canaries, silences, balances.
 *
 * A balance is drawn once a day, for it walks through the ledger; every hour
 * while one does not hold, so that its alarm ends soon after its reason.
 */
#include <inttypes.h>
#include <stdio.h>

#include "daemon/clock/clock.h"
#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/automatic.h"
#include "daemon/desk/balance.h"
#include "daemon/desk/canary.h"
#include "daemon/desk/silence.h"
#include "daemon/log.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define SILENCE_S	(15 * 60)
#define BALANCE_S	86400
#define BALANCE_BAD_S	3600

/* Raise with a number, or clear when it is none. */
static int
decide(struct desk *d, int bad, const char *kind, const char *mailbox,
    int64_t number, struct err *e)
{
	char detail[24];

	if (!bad)
		return alarm_clear(d, kind, mailbox, e);
	(void)snprintf(detail, sizeof(detail), "%" PRId64, number);
	return alarm_raise(d, kind, mailbox, detail, e);
}

static int
look_at_canary(struct clock *c, const struct config_mailbox *box,
    struct err *e)
{
	struct canary_look look = { 0, 0 };
	struct err why = ERR_INIT;

	if (box->canary_s != 0 && canary_look(&c->desk, box->name,
	    box->canary_s, &look, e) == -1)
		return -1;
	if (decide(&c->desk, look.lost_since != 0, "canary-lost", box->name,
	    look.lost_since, e) == -1)
		return -1;
	if (!look.due || automatic_canary(&c->desk, box->name, &why) == 0)
		return 0;
	if (why.code == ERR_IO) {
		*e = why;
		return -1;
	}
	log_err("canary", &why);	/* and again in the next round */
	return 0;
}

static int
look_at_silence(struct clock *c, const struct config_mailbox *box,
    struct err *e)
{
	int64_t since;
	int quiet = silence_look(&c->desk, box, &since, e);

	return quiet == -1 ? -1 : decide(&c->desk, quiet, "mailbox-silent",
	    box->name, since, e);
}

/* 1 when it does not hold. */
static int
look_at_balance(struct clock *c, const struct config_mailbox *box,
    struct err *e)
{
	json_t *folders, *folder;
	int64_t gaps = 0;
	size_t i;

	folders = balance_list(&c->desk, box->name, e);
	if (folders == NULL)
		return -1;
	json_array_foreach(folders, i, folder)
		gaps += balance_gaps(folder);
	json_decref(folders);
	if (decide(&c->desk, gaps > 0, "ledger-gap", box->name, gaps, e) ==
	    -1)
		return -1;
	return gaps > 0;
}

static int
draw_balances(struct clock *c, struct err *e)
{
	const struct config *config = c->desk.config;
	int bad, any = 0;
	size_t i;

	for (i = 0; i < config->nmailboxes; i++) {
		bad = look_at_balance(c, &config->mailboxes[i], e);
		if (bad == -1)
			return -1;
		any |= bad;
	}
	c->balance_at = store_now(c->desk.store) +
	    (any ? BALANCE_BAD_S : BALANCE_S);
	return 0;
}

/* Also when the clock was put back behind the last look. */
static int
has_come(int64_t at, int64_t now, int64_t every_s)
{
	return now >= at || at - now > every_s;
}

int
mailbox_look(struct clock *c, struct err *e)
{
	const struct config *config = c->desk.config;
	int64_t now = store_now(c->desk.store);
	int silences = has_come(c->silence_at, now, SILENCE_S);
	size_t i;

	for (i = 0; i < config->nmailboxes; i++) {
		if (look_at_canary(c, &config->mailboxes[i], e) == -1 ||
		    (silences && look_at_silence(c, &config->mailboxes[i],
		    e) == -1))
			return -1;
	}
	if (silences)
		c->silence_at = now + SILENCE_S;
	return has_come(c->balance_at, now, BALANCE_S) ?
	    draw_balances(c, e) : 0;
}
