/*
 * What the board is told in numbers.  Counted when it happens, in the same
 * transaction, because afterwards nobody could: cases are erased.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/config_quiet.h"
#include "daemon/desk/counter.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/statistic.h"

#define WORD_MAX	32

struct facts {
	char	desk[ROSTER_NAME_MAX + 1];
	char	channel[WORD_MAX], language[WORD_MAX];
	int64_t	urgency, since, due;
	int	answered;		/* before */
};

static void
copy(char out[WORD_MAX], const char *word)
{
	(void)snprintf(out, WORD_MAX, "%s", word == NULL ? "" : word);
}

static int
get_facts(void *ctx, const struct row *row, struct err *e)
{
	struct facts *f = ctx;

	(void)e;
	(void)snprintf(f->desk, sizeof(f->desk), "%s", row_text(row, 0));
	copy(f->channel, row_text(row, 1));
	copy(f->language, row_text(row, 2));
	f->urgency = row_int(row, 3);
	f->since = row_int(row, 4);
	f->due = row_int(row, 5);
	f->answered = (int)row_int(row, 6);
	return 1;
}

static int64_t
month_of(struct desk *d, const char *name, int64_t at)
{
	const struct config_desk *desk = config_desk(d->config, name);
	time_t t = (time_t)at;
	struct tm tm;

	if (desk != NULL)
		config_local(desk, at, &tm);
	else
		(void)gmtime_r(&t, &tm);
	return (tm.tm_year + 1900) * 100 + tm.tm_mon + 1;
}

static int
add(struct desk *d, const struct facts *f, const char *what, int later,
    int64_t hours, struct err *e)
{
	return store_run(d->store, STMT_COUNTER_ADD, ARGS(V_TEXT(f->desk),
	    V_INT(month_of(d, f->desk, store_now(d->store))), V_TEXT(what),
	    V_INT(f->urgency), V_TEXT(f->channel), V_TEXT(f->language),
	    V_TEXT(later ? "later" : "first"), V_INT(hours)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

static int
look(struct desk *d, const char *case_id, struct facts *f, struct err *e)
{
	memset(f, 0, sizeof(*f));
	return store_run(d->store, STMT_COUNTER_CASE, ARGS(V_TEXT(case_id)),
	    get_facts, f, e) == -1 ? -1 : 0;
}

int
counter_received(struct desk *d, const char *case_id, int later,
    struct err *e)
{
	struct facts f;

	return look(d, case_id, &f, e) == -1 ? -1 :
	    add(d, &f, "received", later, 0, e);
}

int
counter_answered(struct desk *d, const char *case_id, struct err *e)
{
	int64_t now = store_now(d->store);
	struct facts f;

	if (look(d, case_id, &f, e) == -1)
		return -1;
	if (f.since == 0)	/* nothing waited: one more word */
		return 0;
	return add(d, &f, f.due != 0 && now > f.due ? "late" : "answered",
	    f.answered, statistic_hours(now - f.since), e);
}

int
counter_returned(struct desk *d, const char *case_id, struct err *e)
{
	struct facts f;

	return look(d, case_id, &f, e) == -1 ? -1 :
	    add(d, &f, "returned", f.answered, 0, e);
}

/*
 * Those who wait beyond their time, of a desk whose present month was asked
 * for, join the counters; *now names the desk. What was late in another
 * month nobody knows any more.
 */
static int
add_waiting(struct desk *d, const char *desk, int64_t month, json_t *list,
    json_t *now, struct err *e)
{
	int64_t at = store_now(d->store);
	json_t *rows;

	if (month_of(d, desk, at) != month)
		return 0;
	rows = rows_array(d->store, STMT_COUNTER_WAITING, ARGS(V_TEXT(desk),
	    V_INT(at)), e);
	if (rows == NULL)
		return -1;
	(void)json_array_extend(list, rows);
	(void)json_array_append_new(now, json_string(desk));
	json_decref(rows);
	return 0;
}

json_t *
counter_month(struct desk *d, const struct actor *actor, int64_t month,
    struct err *e)
{
	json_t *answer = json_object(), *own = json_array(), *all, *o;
	json_t *now = json_array();
	const char *desk;
	size_t i;

	(void)json_object_set_new(answer, "counters", own);
	(void)json_object_set_new(answer, "waiting", now);

	all = rows_array(d->store, STMT_COUNTER_MONTH, ARGS(V_INT(month)), e);
	if (all == NULL)
		goto fail;
	json_array_foreach(all, i, o)
		if (roster_on_desk(actor->person, json_string_value(
		    json_object_get(o, "desk"))))
			(void)json_array_append(own, o);
	json_decref(all);
	for (i = 0; i < d->config->ndesks; i++) {
		desk = d->config->desks[i].name;
		if (roster_on_desk(actor->person, desk) &&
		    add_waiting(d, desk, month, own, now, e) == -1)
			goto fail;
	}
	return answer;
fail:
	json_decref(answer);
	return NULL;
}
