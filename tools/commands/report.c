/*
 * report: a month in numbers, for the board: on a page, or as CSV for a
 * spreadsheet.  Small numbers are hidden here, before anybody sees them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/err.h"
#include "tools/closings.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/report_month.h"
#include "tools/session.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	512
#define NUMBER_MAX	24

static const char *const keys[] = { "month", "desk", "group", "value" };
static const char *const columns[] = { "received", "answered", "overdue",
    "returned", "waiting", "closed", "median_h", "p80_h", "in_time" };
#define NCOLUMNS	(sizeof(columns) / sizeof(columns[0]))

/* "2026-11" to 202611; without one the month that it is. 0 or EXIT_USAGE. */
static int
read_month(const struct session *s, int *year, int *month, struct err *e)
{
	const char *text = s->args.month;
	time_t now = time(NULL);
	struct tm tm;
	size_t i;
	int good;

	if (text == NULL) {
		(void)localtime_r(&now, &tm);
		*year = tm.tm_year + 1900;
		*month = tm.tm_mon + 1;
		return 0;
	}
	good = strlen(text) == 7 && text[4] == '-';
	for (i = 0; good && i < 7; i++)
		if (i != 4 && (text[i] < '0' || text[i] > '9'))
			good = 0;
	if (good) {
		*year = atoi(text);
		*month = atoi(text + 5);
		good = *year >= 2000 && *month >= 1 && *month <= 12;
	}
	if (good)
		return 0;
	err_set(e, ERR_INPUT, _("'%s' is no month: give one as 2026-11"),
	    text);
	return EXIT_USAGE;
}

/* What is hidden: with a word for people, as nothing for a spreadsheet. */
static void
number(char out[NUMBER_MAX], const json_t *row, const char *name, int csv)
{
	const json_t *v = json_object_get(row, name);

	if (json_is_integer(v))
		(void)snprintf(out, NUMBER_MAX, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
	else
		(void)snprintf(out, NUMBER_MAX, "%s", csv ? "" : "-");
}

/* Words of the service have none of the characters that need quoting. */
static void
put_csv(const char *month, const json_t *rows)
{
	char desk[RENDER_WORD], group[RENDER_WORD], value[RENDER_WORD];
	char n[NUMBER_MAX];
	const json_t *row;
	size_t i, k;

	for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		(void)printf("%s%s", k == 0 ? "" : ",", keys[k]);
	for (k = 0; k < NCOLUMNS; k++)
		(void)printf(",%s", columns[k]);
	(void)puts("");
	json_array_foreach(rows, i, row) {
		(void)printf("%s,%s,%s,%s", month, render_word(desk, row,
		    "desk"), render_word(group, row, "group"),
		    render_word(value, row, "value"));
		for (k = 0; k < NCOLUMNS; k++) {
			number(n, row, columns[k], 1);
			(void)printf(",%s", n);
		}
		(void)puts("");
	}
}

static void
put_row(const json_t *row)
{
	char group[RENDER_WORD], value[RENDER_WORD];
	char line[LINE_MAX_BYTES], n[NCOLUMNS][NUMBER_MAX];
	size_t k;

	for (k = 0; k < NCOLUMNS; k++)
		number(n[k], row, columns[k], 0);
	(void)snprintf(line, sizeof(line), "  %-8.16s %-14.40s %5s %5s %5s "
	    "%5s %5s %5s %5s %5s %5s", render_word(group, row, "group"),
	    render_word(value, row, "value"), n[0], n[1], n[2], n[3], n[4],
	    n[5], n[6], n[7], n[8]);
	render_say(stdout, line);
}

static void
put_page(const char *month, const json_t *rows)
{
	char desk[RENDER_WORD], before[RENDER_WORD] = "";
	char line[LINE_MAX_BYTES];
	const json_t *row;
	size_t i;

	(void)snprintf(line, sizeof(line), _("%s: letters received, answered, "
	    "answered late, returned in review; cases that wait beyond their "
	    "time now; cases closed; hours until half and 80 %% were "
	    "answered; per cent in time. Numbers under %d are hidden."),
	    month, REPORT_LEAST);
	render_say(stdout, line);
	json_array_foreach(rows, i, row) {
		if (strcmp(before, render_word(desk, row, "desk")) != 0)
			render_say(stdout, desk);
		memcpy(before, desk, sizeof(before));
		put_row(row);
	}
	if (json_array_size(rows) == 0)
		render_say(stdout, _("Nothing was counted."));
}

/* Beside the report, also of a table for a spreadsheet. */
static void
say_ignored(size_t ignored)
{
	char line[LINE_MAX_BYTES];

	if (ignored == 0)
		return;
	(void)snprintf(line, sizeof(line), words_count("teduh: %zu sealed row "
	    "of a closed case, of whichever month, does not open with your "
	    "keys or is none, and is not counted", "teduh: %zu sealed rows of "
	    "closed cases, of whichever month, do not open with your keys or "
	    "are none, and are not counted", ignored), ignored);
	render_say(stderr, line);
}

static void
put(const struct session *s, const char *month, const json_t *rows,
    size_t ignored)
{
	json_t *o;

	if (s->args.csv)
		put_csv(month, rows);
	else if (s->args.json) {
		o = json_object();
		(void)json_object_set_new(o, "month", json_string(month));
		(void)json_object_set(o, "rows", (json_t *)rows);
		(void)json_object_set_new(o, "ignored",
		    json_integer((json_int_t)ignored));
		render_json(o);
		json_decref(o);
	} else
		put_page(month, rows);
	say_ignored(ignored);
}

int
report_run(struct session *s, struct err *e)
{
	int year, month, bad = read_month(s, &year, &month, e);
	json_t *answer, *rows, *closed;
	char path[64], name[32];
	size_t ignored;

	if (bad != 0)
		return bad;
	if (session_open(s, e) == -1)
		return -1;
	(void)snprintf(name, sizeof(name), "%04d-%02d", year % 10000, month);
	(void)snprintf(path, sizeof(path), "/v1/counters?month=%d",
	    year * 100 + month);
	if ((answer = client_get(s->client, path, e)) == NULL)
		return -1;
	if (closings_month(s, (int64_t)year * 100 + month, &closed, &ignored,
	    e) == -1) {
		json_decref(answer);
		return -1;
	}
	(void)json_object_set_new(answer, "closed", closed);
	rows = report_month(answer);
	put(s, name, rows, ignored);
	json_decref(rows);
	json_decref(answer);
	return 0;
}
