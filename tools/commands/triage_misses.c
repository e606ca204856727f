/*
 * Where people and the rules of triage differed, so that whoever owns a rule
 * can mend it.  The service knows both numbers; which rules counted and what
 * a case was tagged with is sealed, and opened here, case by case.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/err.h"
#include "lib/face.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"

#define MISSES_MAX	20000	/* rows of one answer */
#define SPAN_S		(31 * 86400)
#define LINE_MAX_BYTES	1024

struct looking {
	struct session	*s;
	int64_t		 from, to;
	json_t		*rows;
	json_int_t	 judged, under, over;
};

/* "2026-11" in UTC; without one the last 31 days. */
static int
take_month(struct looking *l, const char *month, struct err *e)
{
	struct tm tm;
	int year, number, end = 0;

	l->to = INT64_MAX;
	if (month == NULL) {
		l->from = client_now(l->s->client) - SPAN_S;
		return 0;
	}
	if (strlen(month) != 7 || sscanf(month, "%4d-%2d%n", &year, &number,
	    &end) != 2 || end != 7 || year < 1970 || number < 1 ||
	    number > 12) {
		err_set(e, ERR_INPUT, _("a month is written as in '2026-11', "
		    "not '%s'"), month);
		return EXIT_USAGE;
	}
	memset(&tm, 0, sizeof(tm));
	tm.tm_year = year - 1900;
	tm.tm_mon = number - 1;
	tm.tm_mday = 1;
	l->from = (int64_t)timegm(&tm);
	tm.tm_mon++;
	l->to = (int64_t)timegm(&tm);
	return 0;
}

static void
add_word(json_t *list, const char *word)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(one), word) == 0)
			return;
	(void)json_array_append_new(list, json_string(word));
}

/* What the rules said of the letters of a case. */
static void
add_letter(const json_t *view, json_t *rules, json_t *areas)
{
	const json_t *one, *area;
	const char *word;
	size_t i, k;

	json_array_foreach(json_object_get(view, "triage"), i, one) {
		word = json_string_value(json_object_get(one, "rule"));
		if (word != NULL)
			add_word(rules, word);
		json_array_foreach(json_object_get(one, "areas"), k, area)
			if (json_is_string(area))
				add_word(areas, json_string_value(area));
	}
}

static int
open_case(struct looking *l, const char *id, json_t *row, struct err *e)
{
	json_t *rules = json_array(), *areas = json_array();
	json_t *tags = json_array();
	struct casefile_item *item;
	struct casefile *cf;
	struct face face;
	size_t i;
	int result = 0;

	(void)json_object_set_new(row, "fired", rules);
	(void)json_object_set_new(row, "areas", areas);
	(void)json_object_set_new(row, "tags", tags);
	if ((cf = session_views(l->s, id, e)) == NULL)
		return -1;
	for (i = 0; (item = casefile_at(cf, i)) != NULL && result != -1; i++)
		if (item->kind == ITEM_LETTER && (result = casefile_read(cf,
		    item, e)) == 0)
			add_letter(item->view, rules, areas);
	if (casefile_own_face(cf, &face, NULL) == 0)
		for (i = 0; i < face.tags.n; i++)
			add_word(tags, face.tags.words[i]);
	casefile_free(cf);
	return result == -1 ? -1 : 0;
}

static int
is_within(const struct looking *l, const json_t *o)
{
	json_int_t at = json_integer_value(json_object_get(o, "at"));

	return at >= l->from && at < l->to;
}

static json_t *
row_of(const json_t *o)
{
	json_t *row = json_object();
	char at[32];

	wire_time(at, json_integer_value(json_object_get(o, "at")));
	(void)json_object_set(row, "case", json_object_get(o, "case"));
	(void)json_object_set(row, "desk", json_object_get(o, "desk"));
	(void)json_object_set_new(row, "at", json_string(at));
	return row;
}

static int
add_judged(struct looking *l, const json_t *o, struct err *e)
{
	json_int_t rules = json_integer_value(json_object_get(o, "rules"));
	json_int_t people = json_integer_value(json_object_get(o,
	    "urgency"));
	const char *id;
	json_t *row;

	if (!is_within(l, o))
		return 0;
	l->judged++;
	l->under += people > rules;
	l->over += people < rules;
	if (people == rules || wire_get_string(o, "case", &id, e) == -1)
		return people == rules ? 0 : -1;
	row = row_of(o);
	(void)json_object_set_new(row, "rules", json_integer(rules));
	(void)json_object_set_new(row, "urgency", json_integer(people));
	(void)json_object_set(row, "by", json_object_get(o, "by"));
	(void)json_array_append_new(l->rows, row);
	return open_case(l, id, row, e);
}

static int
is_listed(const struct looking *l, const char *id)
{
	const json_t *row;
	const char *known;
	size_t i;

	json_array_foreach(l->rows, i, row) {
		known = json_string_value(json_object_get(row, "case"));
		if (known != NULL && strcmp(known, id) == 0)
			return 1;
	}
	return 0;
}

/* A tag that is no area of the rules for this case. */
static int
is_missed(const json_t *row)
{
	const json_t *areas = json_object_get(row, "areas"), *tag, *area;
	size_t i, k;
	int found;

	json_array_foreach(json_object_get(row, "tags"), i, tag) {
		found = 0;
		json_array_foreach(areas, k, area)
			found |= json_equal(tag, area);
		if (!found)
			return 1;
	}
	return 0;
}

static int
add_tagged(struct looking *l, const json_t *o, struct err *e)
{
	const char *id;
	json_t *row;
	int result;

	if (wire_get_string(o, "case", &id, e) == -1)
		return -1;
	if (!is_within(l, o) || is_listed(l, id))
		return 0;
	row = row_of(o);
	result = open_case(l, id, row, e);
	if (result == 0 && is_missed(row))
		(void)json_array_append(l->rows, row);
	json_decref(row);
	return result;
}

static int
look(struct looking *l, int *more, struct err *e)
{
	json_t *answer, *judged, *tagged;
	char path[64];
	const json_t *o;
	size_t i;
	int result = -1;

	(void)snprintf(path, sizeof(path), "/v1/triage/misses?from=%" PRId64,
	    l->from > 0 ? l->from : 0);
	if ((answer = client_get(l->s->client, path, e)) == NULL)
		return -1;
	if (wire_get_array(answer, "judged", MISSES_MAX, &judged, e) == -1 ||
	    wire_get_array(answer, "tagged", MISSES_MAX, &tagged, e) == -1)
		goto out;
	*more = json_is_true(json_object_get(answer, "more"));
	json_array_foreach(judged, i, o)
		if (add_judged(l, o, e) == -1)
			goto out;
	json_array_foreach(tagged, i, o)
		if (add_tagged(l, o, e) == -1)
			goto out;
	result = 0;
out:
	json_decref(answer);
	return result;
}

/* Words with a comma between; "-" for none. */
static const char *
words(char line[LINE_MAX_BYTES], const json_t *row, const char *name)
{
	const json_t *one;
	size_t i, n = 0;

	(void)snprintf(line, LINE_MAX_BYTES, "-");
	json_array_foreach(json_object_get(row, name), i, one) {
		(void)snprintf(line + n, LINE_MAX_BYTES - n, "%s%s",
		    i == 0 ? "" : ", ", json_string_value(one));
		n = strlen(line);
	}
	return line;
}

static void
put_row(const json_t *row)
{
	char id[RENDER_WORD], by[RENDER_WORD], list[LINE_MAX_BYTES];
	char line[LINE_MAX_BYTES + 64];

	(void)render_word(id, row, "case");
	(void)render_word(by, row, "by");
	if (json_object_get(row, "urgency") == NULL)
		(void)snprintf(line, sizeof(line), _("%s  tagged with what "
		    "the rules did not find"), id);
	else
		(void)snprintf(line, sizeof(line), _("%s  the rules said "
		    "%d, %s said %d"), id, (int)json_integer_value(
		    json_object_get(row, "rules")), by,
		    (int)json_integer_value(json_object_get(row,
		    "urgency")));
	render_say(stdout, line);
	(void)snprintf(line, sizeof(line), _("    rules: %s"), words(list,
	    row, "fired"));
	render_say(stdout, line);
	(void)snprintf(line, sizeof(line), _("    areas: %s"), words(list,
	    row, "areas"));
	render_say(stdout, line);
	(void)snprintf(line, sizeof(line), _("    tags: %s"), words(list,
	    row, "tags"));
	render_say(stdout, line);
}

static void
show(const struct looking *l, int more)
{
	char line[LINE_MAX_BYTES];
	const json_t *row;
	size_t i;

	if (l->s->args.json) {
		json_t *o = json_pack("{s:I, s:I, s:I, s:b, s:O}", "judged",
		    l->judged, "under", l->under, "over", l->over, "more",
		    more, "cases", l->rows);

		render_json(o);
		json_decref(o);
		return;
	}
	json_array_foreach(l->rows, i, row)
		put_row(row);
	(void)snprintf(line, sizeof(line), _("Cases that people weighed: %d; "
	    "more urgent than the rules said: %d; less: %d."),
	    (int)l->judged, (int)l->under, (int)l->over);
	render_say(stdout, line);
	if (more)
		render_say(stdout, _("There are more than one answer holds: "
		    "look month by month, with --month."));
}

int
triage_misses_run(struct session *s, struct err *e)
{
	struct looking l = { .s = s };
	int more = 0, result;

	if (session_open(s, e) == -1)
		return -1;
	if ((result = take_month(&l, s->args.month, e)) != 0)
		return result;
	l.rows = json_array();
	if ((result = look(&l, &more, e)) == 0)
		show(&l, more);
	json_decref(l.rows);
	return result;
}
