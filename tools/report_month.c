/*
 * Numbers in which nobody can be found again.  Small ones are hidden, and so
 * is what would let them be worked out from the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/report_month.h"

#define CELLS_MAX	4096
#define VALUE_MAX	48
#define WAITS		(60 * 24 + 1)	/* hours, one by one */

/* From the counters the first five; from sealed rows "all" and the last. */
static const char *const groups[] = { "all", "urgency", "channel",
    "language", "answers", "age", "area", "outcome" };
#define COUNTED		5
#define NGROUPS		(sizeof(groups) / sizeof(groups[0]))
/* "overdue" are answers, too. */
enum measure { RECEIVED, ANSWERED, OVERDUE, RETURNED, WAITING, CLOSED,
    MEASURES };
static const char *const measures[MEASURES] = { "received", "answered",
    "overdue", "returned", "waiting", "closed" };

struct cell {
	const char	*desk, *group;
	char		 value[VALUE_MAX];
	json_int_t	 n[MEASURES];
	int		 hidden[MEASURES];
	json_int_t	*waits;		/* answers by hours, or NULL */
};

struct cells {
	struct cell	 cell[CELLS_MAX];
	size_t		 n;
	const json_t	*waiting;	/* desks whose present month it is */
};

static const char *
text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

/* What a counter is in this group. */
static void
value_of(char out[VALUE_MAX], const json_t *o, const char *group)
{
	out[0] = '\0';
	if (strcmp(group, "urgency") == 0) {
		out[0] = (char)('0' + json_integer_value(json_object_get(o,
		    "urgency")) % 10);
		out[1] = '\0';
	} else if (strcmp(group, "all") != 0)
		(void)snprintf(out, VALUE_MAX, "%s", text_of(o,
		    strcmp(group, "answers") == 0 ? "which" : group));
}

static struct cell *
find(struct cells *c, const char *desk, const char *group, const char *value)
{
	struct cell *x;
	size_t i;

	for (i = 0; i < c->n; i++) {
		x = &c->cell[i];
		if (strcmp(x->desk, desk) == 0 &&
		    strcmp(x->group, group) == 0 &&
		    strcmp(x->value, value) == 0)
			return x;
	}
	if (c->n == CELLS_MAX)
		return NULL;
	x = &c->cell[c->n++];
	x->desk = desk;
	x->group = group;
	(void)snprintf(x->value, sizeof(x->value), "%s", value);
	return x;
}

static void
add_wait(struct cell *x, json_int_t hours, json_int_t n)
{
	if (x->waits == NULL)
		x->waits = mem_alloc(WAITS * sizeof(*x->waits));
	x->n[ANSWERED] += n;
	x->waits[hours < 0 ? 0 : hours >= WAITS ? WAITS - 1 : hours] += n;
}

static void
count(struct cell *x, const json_t *o)
{
	const char *what = text_of(o, "what");
	json_int_t n = json_integer_value(json_object_get(o, "n"));
	json_int_t hours = json_integer_value(json_object_get(o, "hours"));
	int late = strcmp(what, "late") == 0;

	if (strcmp(what, "received") == 0)
		x->n[RECEIVED] += n;
	if (strcmp(what, "answered") == 0 || late)
		add_wait(x, hours, n);
	if (late)
		x->n[OVERDUE] += n;
	if (strcmp(what, "returned") == 0)
		x->n[RETURNED] += n;
	if (strcmp(what, "waiting") == 0)
		x->n[WAITING] += n;
}

static size_t
group_of(const struct cell *x)
{
	size_t i;

	for (i = 0; strcmp(groups[i], x->group) != 0; i++)
		continue;
	return i;
}

static int
is_beside(const struct cell *a, const struct cell *b)
{
	return strcmp(a->desk, b->desk) == 0 && strcmp(a->group, b->group) ==
	    0;
}

/* One that alone is hidden in its group takes the smallest with it. */
static void
hide_another(struct cells *c, size_t at, size_t m)
{
	struct cell *least = NULL, *x;
	size_t i;

	for (i = 0; i < c->n; i++) {
		x = &c->cell[i];
		if (i == at || !is_beside(x, &c->cell[at]))
			continue;
		if (x->hidden[m])
			return;
		if (x->n[m] > 0 && (least == NULL || x->n[m] < least->n[m]))
			least = x;
	}
	if (least != NULL)
		least->hidden[m] = 1;
}

/* Of closed cases the few without an answer are a number as well. */
static int
is_small(const struct cell *x, size_t m)
{
	json_int_t n = x->n[m], rest = m == ANSWERED && group_of(x) >=
	    COUNTED ? x->n[CLOSED] - n : 0;

	return (n > 0 && n < REPORT_LEAST) || (rest > 0 && rest <
	    REPORT_LEAST);
}

static void
hide(struct cells *c)
{
	size_t i, m;

	for (m = 0; m < MEASURES; m++) {
		for (i = 0; i < c->n; i++)
			c->cell[i].hidden[m] = is_small(&c->cell[i], m);
		for (i = 0; i < c->n; i++)
			if (is_small(&c->cell[i], m))
				hide_another(c, i, m);
	}
}

/* By when this share of the answers had left; in hours. */
static json_t *
within(const struct cell *x, json_int_t percent)
{
	json_int_t seen = 0, hours;

	if (x->n[ANSWERED] < REPORT_LEAST || x->hidden[ANSWERED])
		return json_null();
	for (hours = 0; hours < WAITS; hours++) {
		seen += x->waits[hours];
		if (seen * 100 >= x->n[ANSWERED] * percent)
			break;
	}
	return json_integer(hours);
}

/* Not where a few in time, or a few late, could be told by it. */
static json_t *
in_time(const struct cell *x)
{
	json_int_t all = x->n[ANSWERED], good = all - x->n[OVERDUE];

	/* Of closed cases nobody knows which answer was late. */
	if (group_of(x) >= COUNTED || all < REPORT_LEAST ||
	    x->hidden[ANSWERED] || x->hidden[OVERDUE] ||
	    (good > 0 && good < REPORT_LEAST))
		return json_null();
	return json_integer((good * 100 + all / 2) / all);
}

/* What nobody counts by this group, or nobody knows any more. */
static int
is_known(const struct cells *c, const struct cell *x, size_t m)
{
	size_t group = group_of(x), i;
	const json_t *desk;

	if (m == CLOSED)
		return group == 0 || group >= COUNTED;
	if (m == WAITING) {
		json_array_foreach(c->waiting, i, desk)
			if (json_is_string(desk) && strcmp(x->desk,
			    json_string_value(desk)) == 0)
				return group < COUNTED;
		return 0;
	}
	return group < COUNTED || m == ANSWERED;
}

static json_t *
print(const struct cells *c, const struct cell *x)
{
	json_t *o = json_object();
	size_t m;

	(void)json_object_set_new(o, "desk", json_string(x->desk));
	(void)json_object_set_new(o, "group", json_string(x->group));
	(void)json_object_set_new(o, "value", json_string(x->value));
	for (m = 0; m < MEASURES; m++)
		(void)json_object_set_new(o, measures[m], x->hidden[m] ||
		    !is_known(c, x, m) ? json_null() : json_integer(x->n[m]));
	(void)json_object_set_new(o, "median_h", within(x, 50));
	(void)json_object_set_new(o, "p80_h", within(x, 80));
	(void)json_object_set_new(o, "in_time", in_time(x));
	return o;
}

static int
in_order(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	size_t i = group_of(x), k = group_of(y);
	int c = strcmp(x->desk, y->desk);

	return c != 0 ? c : i != k ? (i < k ? -1 : 1) :
	    strcmp(x->value, y->value);
}

static void
count_counter(struct cells *c, const json_t *o)
{
	char value[VALUE_MAX];
	struct cell *x;
	size_t g;

	for (g = 0; g < COUNTED; g++) {
		value_of(value, o, groups[g]);
		x = find(c, text_of(o, "desk"), groups[g], value);
		if (x != NULL)
			count(x, o);
	}
}

/* "all" has the answers of the month, which are others. */
static void
count_closed(struct cells *c, const json_t *o, const char *group,
    const char *value)
{
	const json_t *hours = json_object_get(o, "hours");
	int all = strcmp(group, "all") == 0;
	struct cell *x = find(c, text_of(o, "desk"), group,
	    *value == '\0' && !all ? REPORT_UNSAID : value);

	if (x == NULL)
		return;
	x->n[CLOSED]++;
	if (!all && json_is_integer(hours))
		add_wait(x, json_integer_value(hours), 1);
}

/* By each of its areas: they are no parts of a whole. */
static void
count_row(struct cells *c, const json_t *o)
{
	const json_t *areas = json_object_get(o, "areas"), *area;
	size_t i;

	count_closed(c, o, "all", "");
	count_closed(c, o, "age", text_of(o, "age"));
	count_closed(c, o, "outcome", text_of(o, "outcome"));
	json_array_foreach(areas, i, area)
		if (json_is_string(area))
			count_closed(c, o, "area", json_string_value(area));
	if (json_array_size(areas) == 0)
		count_closed(c, o, "area", "");
}

json_t *
report_month(const json_t *month)
{
	struct cells *c = mem_alloc(sizeof(*c));
	json_t *rows = json_array();
	const json_t *o;
	size_t i;

	c->waiting = json_object_get(month, "waiting");
	json_array_foreach(json_object_get(month, "counters"), i, o)
		count_counter(c, o);
	json_array_foreach(json_object_get(month, "closed"), i, o)
		count_row(c, o);
	hide(c);
	qsort(c->cell, c->n, sizeof(c->cell[0]), in_order);
	for (i = 0; i < c->n; i++) {
		(void)json_array_append_new(rows, print(c, &c->cell[i]));
		free(c->cell[i].waits);
	}
	free(c);
	return rows;
}
