/*
 * Working hours, absence and caps.  Plain, for `next` must know them; they say
 * when somebody works, and nothing of whom they write to.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_duty.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/hours.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define AWAY_MAX_S	((int64_t)400 * 86400)
#define CAP_MAX		1000

static int
get_hours(void *ctx, const struct row *row, struct err *e)
{
	struct hours *h = ctx;

	(void)e;
	(void)snprintf(h->week, sizeof(h->week), "%s", row_text(row, 0));
	h->away_from = row_int(row, 1);
	h->away_until = row_int(row, 2);
	if (row_text(row, 3) != NULL)
		(void)snprintf(h->fallback, sizeof(h->fallback), "%s",
		    row_text(row, 3));
	if (row_type(row, 4) != VALUE_NULL)
		h->cap = row_int(row, 4);
	if (row_type(row, 5) != VALUE_NULL)
		h->cap_high = row_int(row, 5);
	return 1;
}

static int
get_held(void *ctx, const struct row *row, struct err *e)
{
	struct hours *h = ctx;

	(void)e;
	h->held = row_int(row, 0);
	h->held_high = row_int(row, 1);
	return 1;
}

int
hours_get(struct desk *d, const char *person, struct hours *h, struct err *e)
{
	memset(h, 0, sizeof(*h));
	h->cap = h->cap_high = HOURS_NONE;
	if (store_run(d->store, STMT_HOURS_GET, ARGS(V_TEXT(person)),
	    get_hours, h, e) == -1)
		return -1;
	return store_run(d->store, STMT_HOURS_HELD, ARGS(V_TEXT(person),
	    V_INT(store_now(d->store))), get_held, h, e) == -1 ? -1 : 0;
}

int
hours_away(const struct hours *h, int64_t now)
{
	return h->away_from <= now && now < h->away_until;
}

/* The lines of a week; how many, or -1 when one of them is none. */
static int
read_week(const char *week, struct config_duty *out)
{
	char line[HOURS_WEEK_MAX];
	size_t len;
	int n = 0;

	while (*week != '\0') {
		len = strcspn(week, "\n");
		(void)snprintf(line, sizeof(line), "%.*s", (int)len, week);
		if (n == HOURS_LINES || config_duty_week(line,
		    &out[n++]) == -1)
			return -1;
		week += len + (week[len] == '\n');
	}
	return n;
}

int
hours_works(const struct hours *h, const char *timezone, int64_t from,
    int64_t until)
{
	struct config_duty week[HOURS_LINES];
	char zone[64];
	struct config_desk plan;
	int64_t next;
	int n;

	if ((n = read_week(h->week, week)) <= 0)
		return 1;
	(void)snprintf(zone, sizeof(zone), "%s", timezone);
	memset(&plan, 0, sizeof(plan));
	plan.timezone = zone;
	plan.has_duty = 1;
	plan.duty = week;
	plan.nduty = (size_t)n;
	next = config_duty_until(&plan, from);
	return next == 0 || (next != -1 && next < until);
}

/* Somebody who reads the desk now. */
static const struct roster_person *
reader(struct desk *d, const char *name, const char *desk)
{
	const struct actor actor = { roster_person(d->roster, name), NULL };

	return case_may_read(&actor, desk) ? actor.person : NULL;
}

const struct roster_person *
hours_stands(struct desk *d, const char *person, const char *desk,
    int64_t now, int *failed, struct err *e)
{
	const struct roster_person *p = reader(d, person, desk);
	struct hours h;

	*failed = 0;
	if (p == NULL)
		return NULL;
	if (hours_get(d, person, &h, e) == -1)
		goto fail;
	if (!hours_away(&h, now))
		return p;
	if (h.fallback[0] == '\0' ||
	    (p = reader(d, h.fallback, desk)) == NULL)
		return NULL;
	if (hours_get(d, p->name, &h, e) == -1)
		goto fail;
	return hours_away(&h, now) ? NULL : p;
fail:
	*failed = 1;
	return NULL;
}

/* A desk that both read, or NULL. */
static const char *
common_desk(const struct roster_person *a, const struct roster_person *b)
{
	size_t i;

	for (i = 0; i < a->ndesks; i++)
		if (roster_on_desk(b, a->desks[i]))
			return a->desks[i];
	return NULL;
}

static json_t *
time_or_null(int64_t t)
{
	return t == 0 ? json_null() : json_integer(t);
}

static json_t *
cap_or_null(int64_t cap)
{
	return cap == HOURS_NONE ? json_null() : json_integer(cap);
}

static json_t *
lines_of(const char *week)
{
	json_t *list = json_array();
	size_t len;

	while (*week != '\0') {
		len = strcspn(week, "\n");
		(void)json_array_append_new(list, json_stringn(week, len));
		week += len + (week[len] == '\n');
	}
	return list;
}

/* How many heavy cases in this week and the one before; of all, no case. */
static int
add_heavy(struct desk *d, json_t *o, const char *person, struct err *e)
{
	int64_t week = CLAIM_WEEK(store_now(d->store)), one, other;

	if (rows_int(d->store, STMT_HEAVY_COUNT, ARGS(V_TEXT(person),
	    V_INT(week)), 0, &one, e) == -1 || rows_int(d->store,
	    STMT_HEAVY_COUNT, ARGS(V_TEXT(person), V_INT(week - 1)), 0,
	    &other, e) == -1)
		return -1;
	wire_set(o, "heavy", json_integer(one));
	wire_set(o, "heavy_before", json_integer(other));
	return 0;
}

static json_t *
print(struct desk *d, const struct actor *actor,
    const struct roster_person *p, const char *desk, struct err *e)
{
	const struct config_desk *config = config_desk(d->config, desk);
	int64_t now = store_now(d->store);
	struct hours h;
	json_t *o;

	if (hours_get(d, p->name, &h, e) == -1)
		return NULL;
	o = json_object();
	wire_set(o, "person", json_string(p->name));
	wire_set(o, "week", lines_of(h.week));
	wire_set(o, "away_from", time_or_null(h.away_from));
	wire_set(o, "away_until", time_or_null(h.away_until));
	wire_set(o, "here", json_boolean(!hours_away(&h, now) &&
	    (config == NULL || hours_works(&h, config->timezone, now,
	    now))));
	wire_set(o, "fallback", h.fallback[0] == '\0' ? json_null() :
	    json_string(h.fallback));
	wire_set(o, "cap", cap_or_null(h.cap));
	wire_set(o, "cap_high", cap_or_null(h.cap_high));
	wire_set(o, "held", json_integer(h.held));
	wire_set(o, "held_high", json_integer(h.held_high));
	wire_set(o, "heavy", json_null());
	wire_set(o, "heavy_before", json_null());
	if (actor->person->rank != RANK_SUPERVISOR ||
	    add_heavy(d, o, p->name, e) == 0)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *
list_within(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *list = json_array(), *one, *answer;
	const struct roster_person *p;
	const char *desk;
	size_t i;

	for (i = 0; i < roster_count(d->roster); i++) {
		p = roster_at(d->roster, i);
		desk = common_desk(actor->person, p);
		if (!p->active || p->rank == RANK_ADMIN || desk == NULL)
			continue;
		if ((one = print(d, actor, p, desk, e)) == NULL) {
			json_decref(list);
			return NULL;
		}
		(void)json_array_append_new(list, one);
	}
	answer = json_object();
	wire_set(answer, "hours", list);
	return answer;
}

json_t *
hours_list(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *answer;

	if (store_read(d->store, e) == -1)
		return NULL;
	answer = list_within(d, actor, e);
	store_rollback(d->store);
	return answer;
}

static int
take_week(struct hours *h, const json_t *body, struct err *e)
{
	struct config_duty week[HOURS_LINES];
	const char *line;
	json_t *list;
	size_t i, n = 0;

	if (wire_get_array(body, "week", HOURS_LINES, &list, e) == -1)
		return -1;
	h->week[0] = '\0';
	for (i = 0; i < json_array_size(list); i++) {
		line = json_string_value(json_array_get(list, i));
		if (line == NULL || config_duty_week(line, week) == -1 ||
		    n + strlen(line) + 2 > sizeof(h->week)) {
			err_set(e, ERR_INPUT, "'%.40s' says no working "
			    "hours: say them as 'Mon-Fri 09:00-17:00'",
			    line == NULL ? "" : line);
			return -1;
		}
		n += (size_t)snprintf(h->week + n, sizeof(h->week) - n,
		    "%s%s", n == 0 ? "" : "\n", line);
	}
	return 0;
}

static int
take_away(struct desk *d, struct hours *h, const json_t *body, struct err *e)
{
	int64_t now = store_now(d->store);
	json_t *away;

	h->away_from = h->away_until = 0;
	if (json_is_null(json_object_get(body, "away")))
		return 0;
	if (wire_get_object(body, "away", &away, e) == -1 ||
	    wire_get_int(away, "from", 1, WIRE_TOP, &h->away_from, e) == -1 ||
	    wire_get_int(away, "until", 1, WIRE_TOP, &h->away_until,
	    e) == -1)
		return -1;
	if (h->away_until > h->away_from && h->away_until > now &&
	    h->away_until <= now + AWAY_MAX_S)
		return 0;
	err_set(e, ERR_INPUT, "an absence ends after it begins, in the future, "
	    "and within 400 days");
	return -1;
}

static int
take_fallback(struct desk *d, struct hours *h, const json_t *body,
    const struct roster_person *p, struct err *e)
{
	const struct roster_person *other;
	const char *name;

	h->fallback[0] = '\0';
	if (wire_get_string_opt(body, "fallback", &name, e) == -1)
		return -1;
	if (name == NULL)
		return 0;
	other = roster_person(d->roster, name);
	if (other == NULL || other == p || !other->active ||
	    other->rank == RANK_ADMIN || common_desk(p, other) == NULL) {
		err_set(e, ERR_INPUT, "'%.32s' cannot stand in: name a "
		    "colleague who reads the same desk", name);
		return -1;
	}
	(void)snprintf(h->fallback, sizeof(h->fallback), "%s", name);
	return 0;
}

static int
take_cap(const json_t *body, const char *name, int64_t *cap, struct err *e)
{
	if (json_is_null(json_object_get(body, name))) {
		*cap = HOURS_NONE;
		return 0;
	}
	return wire_get_int(body, name, 0, CAP_MAX, cap, e);
}

static int
has(const json_t *body, const char *name)
{
	return json_object_get(body, name) != NULL;
}

/* Whose they are, when the actor may say them. */
static const struct roster_person *
whose(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	const struct roster_person *me = actor->person, *p;
	int caps = has(body, "cap") || has(body, "cap_high");
	const char *name;

	if (wire_get_string(body, "person", &name, e) == -1)
		return NULL;
	p = roster_person(d->roster, name);
	if (p == NULL || !p->active || (p != me && common_desk(me,
	    p) == NULL)) {
		err_set(e, ERR_INPUT, "there is no colleague '%.32s' on your "
		    "desks", name);
		return NULL;
	}
	if (me->rank == RANK_SUPERVISOR || (p == me && !caps))
		return p;
	if (caps)
		err_set(e, ERR_DENIED, "how many cases somebody has at once "
		    "says a supervisor");
	else
		err_set(e, ERR_DENIED, "only a supervisor says the hours of "
		    "somebody else");
	return NULL;
}

static int
put_within(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	const struct roster_person *p = whose(d, actor, body, e);
	struct value none = V_NULL;
	struct hours h;

	if (p == NULL || hours_get(d, p->name, &h, e) == -1 ||
	    (has(body, "week") && take_week(&h, body, e) == -1) ||
	    (has(body, "away") && take_away(d, &h, body, e) == -1) ||
	    (has(body, "fallback") && take_fallback(d, &h, body, p,
	    e) == -1) ||
	    (has(body, "cap") && take_cap(body, "cap", &h.cap, e) == -1) ||
	    (has(body, "cap_high") && take_cap(body, "cap_high",
	    &h.cap_high, e) == -1))
		return -1;
	if (store_run(d->store, STMT_HOURS_PUT, ARGS(V_TEXT(p->name),
	    V_TEXT(h.week), h.away_until == 0 ? none :
	    (struct value)V_INT(h.away_from), h.away_until == 0 ? none :
	    (struct value)V_INT(h.away_until), V_TEXT(h.fallback[0] == '\0' ?
	    NULL : h.fallback), h.cap == HOURS_NONE ? none :
	    (struct value)V_INT(h.cap), h.cap_high == HOURS_NONE ? none :
	    (struct value)V_INT(h.cap_high), V_TEXT(actor->person->name),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1)
		return -1;
	return audit_add(d, actor, "hours", NULL, p->name, e);
}

json_t *
hours_put(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	struct actor me;

	if (staff_begin(d, actor, &me, e) == -1 ||
	    staff_end(d, put_within(d, &me, body, e), e) == -1)
		return NULL;
	return hours_list(d, actor, e);
}
