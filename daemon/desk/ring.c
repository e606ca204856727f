/*
 * What the configured command is still to be told.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ring.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define AGAIN_S		60

static const char *const words[] = { "begins", "stands", "ends" };

const char *
ring_word(enum alarm_news news)
{
	return words[news];
}

int
ring_add(struct desk *d, const struct alarm *alarm, struct err *e)
{
	if (d->config->alarm.command == NULL)
		return 0;
	return store_run(d->store, STMT_RING_ADD,
	    ARGS(V_INT(alarm->news), V_TEXT(alarm->kind),
	    V_TEXT(alarm->subject), V_TEXT(alarm->detail),
	    V_INT(alarm->since), V_INT(store_now(d->store))), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

static int
get_ring(void *ctx, const struct row *row, struct err *e)
{
	struct ring *ring = ctx;
	int64_t news = row_int(row, 2);

	(void)e;
	ring->no = row_int(row, 0);
	ring->attempts = row_int(row, 1);
	ring->alarm.news = news == 1 ? ALARM_STANDS : news == 2 ?
	    ALARM_ENDS : ALARM_BEGINS;
	(void)snprintf(ring->alarm.kind, sizeof(ring->alarm.kind), "%s",
	    row_text(row, 3));
	(void)snprintf(ring->alarm.subject, sizeof(ring->alarm.subject), "%s",
	    row_text(row, 4));
	(void)snprintf(ring->alarm.detail, sizeof(ring->alarm.detail), "%s",
	    row_text(row, 5));
	ring->alarm.since = row_int(row, 6);
	return 1;
}

int
ring_next(struct desk *d, struct ring *ring, struct err *e)
{
	memset(ring, 0, sizeof(*ring));
	return (int)store_run(d->store, STMT_RING_NEXT,
	    ARGS(V_INT(store_now(d->store))), get_ring, ring, e);
}

int
ring_done(struct desk *d, const struct ring *ring, int heard, struct err *e)
{
	int64_t n, later = store_now(d->store) +
	    ((int64_t)AGAIN_S << ring->attempts);

	if (store_begin(d->store, e) == -1)
		return -1;
	if (heard || ring->attempts + 1 >= RING_TRIES)
		n = store_run(d->store, STMT_RING_DELETE,
		    ARGS(V_INT(ring->no)), NULL, NULL, e);
	else
		n = store_run(d->store, STMT_RING_LATER,
		    ARGS(V_INT(ring->no), V_INT(later)), NULL, NULL, e);
	if (n != -1 && store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}
