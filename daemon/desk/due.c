/*
 * Due times.  One place counts them; statements only say since when somebody
 * waits, and leave the due time empty when it is to be counted anew.
 */
#include <string.h>

#include "daemon/config_calendar.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/roster.h"

struct facts {
	char		 desk[ROSTER_NAME_MAX + 1];
	int64_t		 since, due, urgency;	/* 0: NULL */
	enum due_clock	 clock;
	int		 returned;	/* a letter of ours came back */
};

int64_t
due_at(const struct config_desk *desk, int64_t since, enum due_clock clock,
    int64_t urgency)
{
	if (desk == NULL)
		return since;
	if (urgency >= DUE_REAL_FROM)
		return since + (urgency > DUE_REAL_FROM ?
		    desk->due_crisis_s : desk->due_high_s);
	return config_calendar_add(desk, since, clock == DUE_FIRST ?
	    desk->due_first_s : desk->due_later_s);
}

static int
get_facts(void *ctx, const struct row *row, struct err *e)
{
	struct facts *f = ctx;

	(void)e;
	(void)strncpy(f->desk, row_text(row, 0), ROSTER_NAME_MAX);
	f->since = row_int(row, 1);
	f->due = row_int(row, 2);
	f->urgency = row_int(row, 3);
	f->clock = row_int(row, 4) ? DUE_LATER : DUE_FIRST;
	f->returned = row_int(row, 5) != 0;
	return 1;
}

static int
read_facts(struct desk *d, const char *case_id, struct facts *f,
    struct err *e)
{
	memset(f, 0, sizeof(*f));
	return store_run(d->store, STMT_DUE_FACTS, ARGS(V_TEXT(case_id)),
	    get_facts, f, e) == -1 ? -1 : 0;
}

/* 0: none. */
static int
put(struct desk *d, const char *case_id, int64_t due, struct err *e)
{
	return store_run(d->store, STMT_DUE_PUT, ARGS(V_TEXT(case_id),
	    V_INT(due)), NULL, NULL, e) == -1 ? -1 : 0;
}

/* By the clocks alone; of what came back: at once. */
static int64_t
count(struct desk *d, const struct facts *f)
{
	return f->returned ? f->since : due_at(config_desk(d->config,
	    f->desk), f->since, f->clock, f->urgency);
}

int
due_settle(struct desk *d, const char *case_id, struct err *e)
{
	struct facts f;

	if (read_facts(d, case_id, &f, e) == -1)
		return -1;
	if (f.since == 0)
		return f.due == 0 ? 0 : put(d, case_id, 0, e);
	return f.due != 0 ? 0 : put(d, case_id, count(d, &f), e);
}

int
due_of(struct desk *d, const char *case_id, int64_t *due, struct err *e)
{
	struct facts f;
	int result = read_facts(d, case_id, &f, e);

	*due = f.due;
	return result;
}

int
due_urgency_of(struct desk *d, const char *case_id, int64_t *urgency,
    struct err *e)
{
	struct facts f;
	int result = read_facts(d, case_id, &f, e);

	*urgency = f.urgency;
	return result;
}

int
due_urgency(struct desk *d, const char *case_id, int64_t was, struct err *e)
{
	int64_t now = store_now(d->store), due;
	struct facts f;

	if (read_facts(d, case_id, &f, e) == -1)
		return -1;
	if (f.since == 0)
		return 0;
	if (f.urgency <= was)
		return put(d, case_id, count(d, &f), e);
	due = due_at(config_desk(d->config, f.desk),
	    f.urgency >= DUE_REAL_FROM ? now : f.since, f.clock, f.urgency);
	return f.due != 0 && f.due <= due ? 0 : put(d, case_id, due, e);
}

int
due_moved(struct desk *d, const char *case_id, const char *from,
    struct err *e)
{
	struct facts f;
	int64_t begun;

	if (read_facts(d, case_id, &f, e) == -1)
		return -1;
	if (f.since == 0 || f.returned)
		return 0;
	if (f.urgency < DUE_REAL_FROM || f.due == 0)
		return put(d, case_id, count(d, &f), e);
	/* In real hours, from when it became that urgent. */
	begun = f.due - due_at(config_desk(d->config, from), 0, f.clock,
	    f.urgency);
	return put(d, case_id, due_at(config_desk(d->config, f.desk), begun,
	    f.clock, f.urgency), e);
}

static int
count_late(struct desk *d, const struct config_desk *desk, int64_t least,
    int64_t most, int64_t until, int64_t *n, struct err *e)
{
	int64_t some = 0;
	int result = rows_int(d->store, STMT_CASE_LATE,
	    ARGS(V_TEXT(desk->name), V_INT(least), V_INT(most),
	    V_INT(until)), 0, &some, e);

	*n += some;
	return result;
}

int
due_late(struct desk *d, const struct config_desk *desk, int64_t *n,
    struct err *e)
{
	int64_t now = store_now(d->store);
	int64_t soon = config_calendar_add(desk, now, desk->due_first_s -
	    desk->alarm_after_s);

	*n = 0;
	return count_late(d, desk, 0, 1, soon, n, e) == -1 ||
	    count_late(d, desk, 2, 2, now + desk->due_high_s / 3, n,
	    e) == -1 ||
	    count_late(d, desk, 3, 3, now + desk->due_crisis_s / 3, n,
	    e) == -1 ? -1 : 0;
}
