/*
 * Rows for the board, made where a case is open anyway and read where the
 * report key is.  In between nobody can look into them, and nothing says
 * whose they were.
 *
 * The service is believed in nothing: what does not open under a report key
 * of the roster is counted as that, and never guessed.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statistic.h"
#include "lib/wire.h"
#include "tools/casefile.h"
#include "tools/closings.h"
#include "tools/session.h"
#include "tools/words.h"

#define PAGE_MAX	1000

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void
add_ticked(struct statistic *s, const json_t *form)
{
	const char *age = text_of(form, "age_group");
	const char *gender = text_of(form, "gender");
	const json_t *area;
	size_t i;

	if (age != NULL && *age != '\0')
		statistic_set(s->age, age);
	if (gender != NULL && *gender != '\0')
		statistic_set(s->gender, gender);
	json_array_foreach(json_object_get(form, "areas"), i, area)
		if (json_is_string(area))
			statistic_add_area(s, json_string_value(area));
}

/* Rules that take weight off say what a letter is not about. */
static void
add_found(struct statistic *s, const json_t *view)
{
	const json_t *rule, *area;
	size_t i, k;

	json_array_foreach(json_object_get(view, "triage"), i, rule) {
		if (json_integer_value(json_object_get(rule, "weight")) <= 0)
			continue;
		json_array_foreach(json_object_get(rule, "areas"), k, area)
			if (json_is_string(area))
				statistic_add_area(s,
				    json_string_value(area));
	}
}

/* In the order in which the letters came. */
static int
read_letters(struct casefile *cf, struct statistic *s, struct err *e)
{
	struct statistic found;
	struct casefile_item *item;
	size_t i;
	int r;

	memset(&found, 0, sizeof(found));
	for (i = 0; (item = casefile_at(cf, i)) != NULL; i++) {
		if (item->kind != ITEM_LETTER)
			continue;
		if ((r = casefile_read(cf, item, e)) == -1)
			return -1;
		if (r != 0)
			continue;
		add_ticked(s, json_object_get(item->view, "form"));
		add_found(&found, item->view);
	}
	if (s->areas.n == 0)
		s->areas = found.areas;
	return 0;
}

/* How long the case waited for its first answer; -1: it has none. */
static int64_t
first_wait(const json_t *o)
{
	const json_t *answer = json_object_get(o, "first_answer");

	return json_is_integer(answer) ? statistic_hours(
	    json_integer_value(answer) - json_integer_value(json_object_get(o,
	    "created"))) : -1;
}

static int64_t
month_of(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	(void)localtime_r(&t, &tm);
	return (int64_t)(tm.tm_year + 1900) * 100 + tm.tm_mon + 1;
}

static json_t *
seal_row(const struct statistic *s, const unsigned char report[SEAL_KEY],
    const char *desk, int64_t epoch, struct err *e)
{
	json_t *o = NULL;
	struct buf box;

	buf_init(&box, STATISTIC_BOX_MAX);
	if (statistic_seal(s, report, desk, epoch, &box, e) == 0) {
		o = json_object();
		(void)json_object_set_new(o, "epoch", json_integer(epoch));
		wire_set_base64(o, "box", box.bytes, box.len);
	}
	buf_free(&box);
	return o;
}

json_t *
closings_row(struct session *s, const struct casefile *cf,
    const char *reason, struct err *e)
{
	const char *desk = casefile_desk(cf);
	unsigned char report[SEAL_KEY];
	struct casefile *whole;
	struct statistic row;
	int64_t epoch;
	json_t *o = NULL;

	if (roster_report(s->roster, desk, report, &epoch, NULL) == -1)
		return json_null();
	if ((whole = session_views(s, casefile_id(cf), e)) == NULL)
		return NULL;
	memset(&row, 0, sizeof(row));
	row.hours = first_wait(casefile_json(cf));
	row.month = month_of(client_now(s->client));
	statistic_set(row.language, text_of(casefile_json(cf), "language"));
	statistic_set(row.outcome, reason);
	if (read_letters(whole, &row, e) == 0)
		o = seal_row(&row, report, desk, epoch, e);
	seal_wipe(&row, sizeof(row));
	casefile_free(whole);
	return o;
}

struct opening {
	const struct team	*team;
	int64_t			 month;
	json_t			*list, *seen;
	size_t			 ignored;
};

static void
add(struct opening *o, const char *desk, const struct statistic *s)
{
	json_t *row = json_object(), *areas = json_array();
	size_t i;

	for (i = 0; i < s->areas.n; i++)
		(void)json_array_append_new(areas,
		    json_string(s->areas.words[i]));
	(void)json_object_set_new(row, "desk", json_string(desk));
	(void)json_object_set_new(row, "age", json_string(s->age));
	(void)json_object_set_new(row, "areas", areas);
	(void)json_object_set_new(row, "outcome", json_string(s->outcome));
	(void)json_object_set_new(row, "hours", s->hours < 0 ? json_null() :
	    json_integer(s->hours));
	(void)json_array_append_new(o->list, row);
}

/* 0 when it is a row, and the first of its kind. */
static int
open_row(struct opening *o, const char *desk, const json_t *one,
    struct statistic *s)
{
	const char *text = text_of(one, "box");
	const struct secret *key;
	struct buf box;
	int64_t epoch;
	int result = -1;

	buf_init(&box, 0);
	if (text != NULL && json_object_get(o->seen, text) == NULL &&
	    wire_get_int(one, "epoch", 1, INT32_MAX, &epoch, NULL) == 0 &&
	    wire_get_base64(one, "box", STATISTIC_BOX_MAX, &box, NULL) == 0 &&
	    box.len == statistic_box_size(desk, epoch) &&
	    (key = team_report(o->team, desk, epoch)) != NULL)
		result = statistic_open(s, key, desk, epoch, box.bytes,
		    box.len, NULL);
	if (result == 0)
		(void)json_object_set_new(o->seen, text, json_true());
	buf_free(&box);
	return result;
}

/* What is behind `after`; *next is "" behind the last page. */
static int
read_page(struct session *s, struct opening *o, const char *desk,
    char next[2 * SEAL_ID + 1], struct err *e)
{
	char path[128], after[2 * SEAL_ID + 1];
	const char *word;
	json_t *answer, *rows, *one;
	struct statistic row;
	size_t i;
	int result = -1;

	memcpy(after, next, sizeof(after));
	(void)snprintf(path, sizeof(path), "/v1/statistics?desk=%s%s%s", desk,
	    *after == '\0' ? "" : "/", after);
	if ((answer = client_get(s->client, path, e)) == NULL)
		return -1;
	if (wire_get_array(answer, "rows", PAGE_MAX, &rows, e) == -1 ||
	    wire_get_string_opt(answer, "next", &word, e) == -1)
		goto out;
	if (word != NULL && (strlen(word) != 2 * SEAL_ID ||
	    strcmp(word, after) <= 0)) {
		err_set(e, ERR_DENIED, _("the service's list of closed cases "
		    "does not end: tell the people who run it"));
		goto out;
	}
	json_array_foreach(rows, i, one) {
		if (open_row(o, desk, one, &row) == -1)
			o->ignored++;
		else if (row.month == o->month)
			add(o, desk, &row);
	}
	(void)snprintf(next, 2 * SEAL_ID + 1, "%s", word == NULL ? "" : word);
	result = 0;
out:
	json_decref(answer);
	return result;
}

static int
read_desk(struct session *s, struct opening *o, const char *desk,
    struct err *e)
{
	char next[2 * SEAL_ID + 1] = "";

	do {
		if (read_page(s, o, desk, next, e) == -1)
			return -1;
	} while (*next != '\0');
	return 0;
}

int
closings_month(struct session *s, int64_t month, json_t **list,
    size_t *ignored, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	struct opening o = { NULL, month, json_array(), json_object(), 0 };
	int result = -1;
	size_t i;

	if (me == NULL || (o.team = session_team(s, e)) == NULL)
		goto out;
	for (i = 0; i < me->ndesks; i++)
		if (read_desk(s, &o, me->desks[i], e) == -1)
			goto out;
	*list = json_incref(o.list);
	*ignored = o.ignored;
	result = 0;
out:
	json_decref(o.list);
	json_decref(o.seen);
	return result;
}
