/*
 * Silence.  Numbers of letters are kept as seconds times letters, so that
 * parts of hours count and nothing is rounded.
 */
#include <stdlib.h>

#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/silence.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

#define HOUR		3600
#define SLOTS		(7 * 24)
#define WEEK		((int64_t)SLOTS * HOUR)
#define LETTERS_MAX	200000		/* of which the rhythm is made */

struct rhythm {
	int64_t	letters[SLOTS];	/* in all weeks that count */
	int64_t	weeks;		/* that count */
};

/* Letters of the n that came in (from, till], by hour and week. */
static void
count(struct rhythm *r, const int64_t *at, size_t n, int64_t from,
    int64_t weeks)
{
	int64_t (*fullest)[SLOTS] = mem_alloc(sizeof(*fullest));
	int64_t (*in_week)[SLOTS] = mem_alloc((size_t)weeks *
	    sizeof(*in_week));
	int64_t week, *one;
	size_t i, slot;

	for (i = 0; i < n; i++) {
		if (at[i] <= from || at[i] > from + weeks * WEEK)
			continue;
		week = (at[i] - from - 1) / WEEK;
		slot = (size_t)(at[i] / HOUR % SLOTS);
		one = &in_week[week][slot];
		r->letters[slot]++;
		if (++*one > (*fullest)[slot])
			(*fullest)[slot] = *one;
	}
	for (slot = 0; slot < SLOTS; slot++)
		r->letters[slot] -= (*fullest)[slot];
	r->weeks = weeks - 1;
	free(fullest);
	free(in_week);
}

/* What should have come: letters times seconds, in all weeks that count. */
static int64_t
expected(const struct rhythm *r, int64_t from, int64_t till)
{
	int64_t end, sum = 0;

	for (; from < till; from = end) {
		end = (from / HOUR + 1) * HOUR;
		if (end > till)
			end = till;
		sum += r->letters[from / HOUR % SLOTS] * (end - from);
	}
	return sum;
}

int
silence_judge(const int64_t *at, size_t n, int64_t now)
{
	struct rhythm r = { { 0 }, 0 };
	int64_t weeks, from, last, longest = 0, this, missing;
	size_t i;

	if (n == 0 || at[0] < 0)
		return 0;
	last = at[n - 1];
	weeks = (last - at[0]) / WEEK;
	if (weeks > SILENCE_WEEKS)
		weeks = SILENCE_WEEKS;
	if (weeks < SILENCE_WEEKS_MIN || now - last < SILENCE_FLOOR_S)
		return 0;
	from = last - weeks * WEEK;
	count(&r, at, n, from, weeks);
	/* A year of silence is told as well as a month. */
	if (now - last > SILENCE_WEEKS * WEEK)
		now = last + SILENCE_WEEKS * WEEK;
	missing = expected(&r, last, now);
	if (missing < SILENCE_LETTERS * HOUR * r.weeks)
		return 0;
	for (i = 1; i < n; i++) {
		if (at[i] <= from)
			continue;
		this = expected(&r, at[i - 1] > from ? at[i - 1] : from,
		    at[i]);
		if (this > longest)
			longest = this;
	}
	return 2 * missing > 3 * longest;
}

struct letters {
	int64_t	*at;
	size_t	 n, room;
};

static int
add_letter(void *ctx, const struct row *row, struct err *e)
{
	struct letters *l = ctx;

	(void)e;
	if (l->n == l->room) {
		l->room = l->room == 0 ? 1024 : 2 * l->room;
		if ((l->at = reallocarray(l->at, l->room,
		    sizeof(*l->at))) == NULL)
			mem_out();
	}
	l->at[l->n++] = row_int(row, 0);
	return l->n == LETTERS_MAX;
}

int
silence_look(struct desk *d, const struct config_mailbox *box,
    int64_t *since, struct err *e)
{
	int64_t now = store_now(d->store);
	struct letters l = { NULL, 0, 0 };
	int quiet = -1;

	*since = 0;
	if (box->silent_after_s == SILENT_OFF)
		return 0;
	if (store_run(d->store, STMT_LEDGER_ARRIVALS, ARGS(
	    V_TEXT(box->name), V_INT(now - (SILENCE_WEEKS + 1) * WEEK)),
	    add_letter, &l, e) == -1)
		goto out;
	if (l.n == LETTERS_MAX || l.n == 0) {
		quiet = 0;	/* busier than any rhythm, or it never was */
		goto out;
	}
	*since = l.at[l.n - 1];
	quiet = box->silent_after_s == SILENT_AUTO ?
	    silence_judge(l.at, l.n, now) :
	    now - *since >= box->silent_after_s;
out:
	free(l.at);
	return quiet;
}
