/*
 * Due times on working days.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config_calendar.h"
#include "daemon/config_days.h"
#include "lib/buf.h"

#define EVERY_DAY	0x7fu
#define AHEAD_DAYS	3660

void
config_calendar_take(struct config_parse *p, cfg_t *sec,
    struct config_desk *desk)
{
	char **list = config_parse_list(p, sec, "calendar");
	int line = config_parse_line(sec, "calendar"), closed;
	unsigned int days;
	const char *s;
	size_t i;

	desk->holidays = mem_alloc(CALENDAR_LINES * sizeof(*desk->holidays));
	for (i = 0; list != NULL && list[i] != NULL && !p->bad; i++) {
		s = list[i];
		if (i == CALENDAR_LINES)
			config_parse_problem(p, line, "'calendar' has too "
			    "many lines; at most %d", CALENDAR_LINES);
		else if ((days = config_days_week(&s)) != 0 && *s == '\0')
			desk->work_days |= days;
		else if ((closed = config_days_closed(list[i])) != -1)
			desk->holidays[desk->nholidays++] = closed;
		else
			config_parse_problem(p, line, "'calendar' has "
			    "'%.48s'; allowed are lines such as \"Mon-Fri\" "
			    "and \"2026-12-24 closed\"", list[i]);
	}
	if (desk->work_days == 0)
		desk->work_days = EVERY_DAY;
	config_parse_free_list(list);
}

void
config_calendar_free(struct config_desk *desk)
{
	free(desk->holidays);
}

static int
is_working(const struct config_desk *desk, const struct tm *day)
{
	int number = config_days_number(day);
	size_t i;

	if ((desk->work_days & 1u << day->tm_wday) == 0)
		return 0;
	for (i = 0; i < desk->nholidays; i++)
		if (desk->holidays[i] == number)
			return 0;
	return 1;
}

/* The first moment of the next day. */
static int64_t
midnight(struct tm day)
{
	day.tm_mday++;
	day.tm_hour = day.tm_min = day.tm_sec = 0;
	day.tm_isdst = -1;
	return (int64_t)mktime(&day);
}

static int64_t
local_add(const struct config_desk *desk, int64_t from, int64_t seconds)
{
	int64_t at = from, left = seconds, end;
	struct tm day;
	time_t t;
	int i;

	for (i = 0; i < AHEAD_DAYS; i++) {
		t = (time_t)at;
		if (localtime_r(&t, &day) == NULL ||
		    (end = midnight(day)) <= at)
			break;
		if (is_working(desk, &day)) {
			if (left <= end - at)
				return at + left;
			left -= end - at;
		}
		at = end;
	}
	return from + seconds;
}

int64_t
config_calendar_add(const struct config_desk *desk, int64_t from,
    int64_t seconds)
{
	int64_t at;

	if (seconds <= 0 || (desk->work_days == EVERY_DAY &&
	    desk->nholidays == 0))
		return from + seconds;
	config_days_begin(desk);
	at = local_add(desk, from, seconds);
	config_days_end();
	return at;
}
