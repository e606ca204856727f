/*
 * How long people wait for a first answer, honestly.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_form.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/load.h"
#include "daemon/desk/ringing.h"
#include "daemon/store/store.h"
#include "lib/buf.h"

#define MANY	(CAPACITY_MAX + 1)

static int
by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* In order, the one that four of five do not pass. */
static int64_t
four_of_five(const int64_t *waits, size_t n)
{
	return waits[(4 * n + 4) / 5 - 1];
}

int64_t
load_wait(int64_t *ended, size_t n, const int64_t *open, size_t m,
    int64_t promise_s)
{
	int64_t *all = mem_alloc((n + m + 1) * sizeof(*all)), limit, wait;
	size_t i, k = n;

	qsort(ended, n, sizeof(*ended), by_length);
	memcpy(all, ended, n * sizeof(*all));
	limit = n < LOAD_FEW ? promise_s : four_of_five(ended, n);
	for (i = 0; i < m; i++)
		if (open[i] > limit)
			all[k++] = open[i];
	qsort(all, k, sizeof(*all), by_length);
	wait = k < LOAD_FEW ? 0 : four_of_five(all, k);
	free(all);
	return k >= LOAD_FEW && wait < 1 ? 1 : wait;
}

struct looking {
	int64_t	*ended, *open;
	size_t	 n, m;		/* of each */
	int64_t	 now, waiting;
};

static int
get_ended(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;

	(void)e;
	if (l->n < LOAD_ANSWERS)
		l->ended[l->n++] = row_int(row, 0);
	return 0;
}

static int
get_open(void *ctx, const struct row *row, struct err *e)
{
	struct looking *l = ctx;

	(void)e;
	l->waiting++;
	if (row_int(row, 1) == 1 && l->m < MANY)
		l->open[l->m++] = l->now - row_int(row, 0);
	return 0;
}

int
load_look(struct desk *d, const struct config_desk *desk, struct load *load,
    struct err *e)
{
	struct looking l = { NULL, NULL, 0, 0, store_now(d->store), 0 };
	int result = -1;

	memset(load, 0, sizeof(*load));
	l.ended = mem_alloc(LOAD_ANSWERS * sizeof(*l.ended));
	l.open = mem_alloc(MANY * sizeof(*l.open));
	if (store_run(d->store, STMT_LOAD_ANSWERED, ARGS(V_TEXT(desk->name),
	    V_INT(l.now - LOAD_SPAN_S), V_INT(LOAD_ANSWERS)), get_ended, &l,
	    e) == -1 ||
	    store_run(d->store, STMT_LOAD_WAITING, ARGS(V_TEXT(desk->name),
	    V_INT(MANY)), get_open, &l, e) == -1)
		goto out;
	load->waiting = l.waiting;
	load->wait_s = load_wait(l.ended, l.n, l.open, l.m,
	    desk->due_first_s);
	if ((load->nobody = ringing_nobody(d, desk, e)) == -1)
		goto out;
	result = 0;
out:
	free(l.ended);
	free(l.open);
	return result;
}
