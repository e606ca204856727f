/*
 * Rows that nobody here can read, on their way away from their case.  What is
 * to be lost is which row was whose: so they move many at a time, in an order
 * and under ids that are random, and no time is written.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/statistics.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/statistic.h"
#include "lib/wire.h"

#define BATCH	256		/* rows of one transaction */

static int
get_name(void *ctx, const struct row *row, struct err *e)
{
	char *name = ctx;
	size_t n = strnlen(row_text(row, 0), ROSTER_NAME_MAX);

	(void)e;
	memcpy(name, row_text(row, 0), n);
	name[n] = '\0';
	return 1;
}

static int
check(struct desk *d, const char *desk, int64_t epoch, const struct buf *box,
    struct err *e)
{
	unsigned char report[SEAL_KEY];
	int64_t now;

	if (roster_report(d->roster, desk, report, &now, e) == -1)
		return -1;
	if (epoch != now) {
		err_set(e, ERR_CONFLICT, "the desk's key for reports changed "
		    "meanwhile: close the case once more");
		return -1;
	}
	if (box->len != statistic_box_size(desk, epoch)) {
		err_set(e, ERR_INPUT, "'statistic' has not the size of a "
		    "sealed row");
		return -1;
	}
	return 0;
}

int
statistics_put(struct desk *d, const char *case_id, const json_t *body,
    struct err *e)
{
	char desk[ROSTER_NAME_MAX + 1] = "";
	unsigned char id[SEAL_ID];
	json_t *o = json_object_get(body, "statistic");
	int64_t epoch;
	struct buf box;
	int result = -1;

	if (o == NULL || json_is_null(o))
		return 0;	/* the CLI before this one, or no key */
	buf_init(&box, 0);
	if (wire_get_object(body, "statistic", &o, e) == -1 ||
	    wire_get_int(o, "epoch", 1, INT32_MAX, &epoch, e) == -1 ||
	    wire_get_base64(o, "box", STATISTIC_BOX_MAX, &box, e) == -1 ||
	    store_run(d->store, STMT_CASE_DESK, ARGS(V_TEXT(case_id)),
	    get_name, desk, e) == -1 || check(d, desk, epoch, &box, e) == -1)
		goto out;
	seal_random(id, sizeof(id));
	if (store_run(d->store, STMT_STATISTIC_PUT, ARGS(V_BLOB(id,
	    sizeof(id)), V_TEXT(case_id), V_TEXT(desk), V_INT(epoch),
	    V_BLOB(box.bytes, box.len)), NULL, NULL, e) != -1)
		result = 0;
out:
	buf_free(&box);
	return result;
}

struct waiting {
	unsigned char	 id[SEAL_ID];
	int64_t		 epoch;
	unsigned char	*box;
	size_t		 len;
};

struct batch {
	const char	*desk;
	struct waiting	 rows[BATCH];
	size_t		 n;
	unsigned char	 none[BATCH][SEAL_ID];	/* rows that are none */
	size_t		 nnone;
};

static int
get_waiting(void *ctx, const struct row *row, struct err *e)
{
	struct batch *b = ctx;
	struct waiting *w = &b->rows[b->n];
	const void *box;

	(void)e;
	if (row_bytes(row, 0, w->id, SEAL_ID) == -1)
		return 0;	/* nobody of ours wrote it */
	w->epoch = row_int(row, 1);
	box = row_blob(row, 2, &w->len);
	if (box == NULL || w->len != statistic_box_size(b->desk, w->epoch)) {
		memcpy(b->none[b->nnone++], w->id, SEAL_ID);
		return b->n + b->nnone == BATCH;
	}
	w->box = mem_alloc(w->len);
	memcpy(w->box, box, w->len);
	b->n++;
	return b->n + b->nnone == BATCH;
}

/* Each order is as likely as any other. */
static void
shuffle(struct batch *b)
{
	struct waiting w;
	size_t i, k;

	for (i = b->n; i > 1; i--) {
		k = seal_random_below((uint32_t)i);
		w = b->rows[i - 1];
		b->rows[i - 1] = b->rows[k];
		b->rows[k] = w;
	}
}

/* It waits no more. */
static int
drop_one(struct desk *d, const unsigned char id[SEAL_ID], struct err *e)
{
	return store_run(d->store, STMT_STATISTIC_LOOSE, ARGS(V_BLOB(id,
	    SEAL_ID)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_STATISTIC_MARK, ARGS(V_BLOB(id,
	    SEAL_ID)), NULL, NULL, e) == -1 ? -1 : 0;
}

static int
move_one(struct desk *d, const char *desk, const struct waiting *w,
    struct err *e)
{
	unsigned char id[SEAL_ID];

	seal_random(id, sizeof(id));
	return store_run(d->store, STMT_STATISTIC_ADD, ARGS(V_TEXT(desk),
	    V_BLOB(id, sizeof(id)), V_INT(w->epoch), V_BLOB(w->box, w->len)),
	    NULL, NULL, e) == -1 ? -1 : drop_one(d, w->id, e);
}

/*
 * All that wait of this desk, at most a batch; how many of them wait no more,
 * or -1.  Those that are none go nowhere, or they would be counted among the
 * least for ever.
 */
static int
move_desk(struct desk *d, const char *desk, struct batch *b, struct err *e)
{
	size_t i;

	b->desk = desk;
	if (store_run(d->store, STMT_STATISTIC_TAKE, ARGS(V_TEXT(desk),
	    V_INT(BATCH), V_INT(STATISTIC_BOX_MAX)), get_waiting, b,
	    e) == -1)
		return -1;
	for (i = 0; i < b->nnone; i++)
		if (drop_one(d, b->none[i], e) == -1)
			return -1;
	if (b->n < STATISTICS_LEAST)	/* or one was opened meanwhile */
		return (int)b->nnone;
	shuffle(b);
	for (i = 0; i < b->n; i++)
		if (move_one(d, desk, &b->rows[i], e) == -1)
			return -1;
	return (int)(b->n + b->nnone);
}

static int
move_next(struct desk *d, const char *desk, struct err *e)
{
	struct batch *b = mem_alloc(sizeof(*b));
	int n = -1;
	size_t i;

	crash_point("clock: statistics before");
	if (store_begin(d->store, e) == 0) {
		n = move_desk(d, desk, b, e);
		if (store_end(d->store, n, e) == -1)
			n = -1;
	}
	crash_point("clock: statistics after");
	for (i = 0; i < b->n; i++)
		free(b->rows[i].box);
	free(b);
	return n;
}

int
statistics_move(struct desk *d, struct err *e)
{
	char desk[ROSTER_NAME_MAX + 1];
	int64_t found;
	int n, all = 0;

	for (;;) {
		found = store_run(d->store, STMT_STATISTIC_DESK,
		    ARGS(V_INT(STATISTICS_LEAST)), get_name, desk, e);
		if (found <= 0)
			return found == -1 ? -1 : all;
		if ((n = move_next(d, desk, e)) <= 0)
			return n == -1 ? -1 : all;
		all += n;
	}
}

json_t *
statistics_page(struct desk *d, const struct actor *actor, const char *name,
    const char *after, struct err *e)
{
	unsigned char from[SEAL_ID] = { 0 };
	json_t *answer, *rows, *row, *next = json_null();
	size_t i;

	if (!roster_on_desk(actor->person, name)) {
		err_set(e, ERR_GONE, "there is no such desk, or it is not "
		    "yours");
		return NULL;
	}
	if (*after != '\0' && wire_unhex(from, SEAL_ID, after) == -1) {
		err_set(e, ERR_INPUT, "the place in the list is none");
		return NULL;
	}
	rows = rows_array(d->store, STMT_STATISTIC_PAGE, ARGS(V_TEXT(name),
	    V_BLOB(from, *after == '\0' ? 0 : SEAL_ID),
	    V_INT(STATISTICS_PAGE)), e);
	if (rows == NULL)
		return NULL;
	if (json_array_size(rows) == STATISTICS_PAGE)
		next = json_incref(json_object_get(json_array_get(rows,
		    STATISTICS_PAGE - 1), "id"));
	json_array_foreach(rows, i, row)
		(void)json_object_del(row, "id");
	answer = json_object();
	(void)json_object_set_new(answer, "rows", rows);
	(void)json_object_set_new(answer, "next", next);
	return answer;
}
