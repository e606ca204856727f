/*
 * When somebody reads.  What is written down is a plan, and no more: it is
 * told to people before they write, and delays nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config_days.h"
#include "daemon/config_duty.h"
#include "lib/buf.h"

#define ALLOWED		"allowed are lines such as \"Mon-Fri 09:00-17:00\" " \
			    "and \"2026-12-24 closed\""
#define AHEAD_DAYS	62

/* "09:00" or "9:00", up to 24:00, in minutes; -1. *s is behind it. */
static int
take_minutes(const char **s)
{
	char *end;
	long hour, minute;

	if (**s < '0' || **s > '9')
		return -1;
	hour = strtol(*s, &end, 10);
	if (end - *s > 2 || *end != ':' ||
	    strspn(end + 1, "0123456789") != 2)
		return -1;
	minute = strtol(end + 1, &end, 10);
	*s = end;
	return minute > 59 || hour * 60 + minute > 24 * 60 ? -1 :
	    (int)(hour * 60 + minute);
}

int
config_duty_week(const char *s, struct config_duty *duty)
{
	if ((duty->days = config_days_week(&s)) == 0 || *s++ != ' ' ||
	    (duty->from = take_minutes(&s)) == -1 || *s++ != '-' ||
	    (duty->to = take_minutes(&s)) == -1 || *s != '\0')
		return -1;
	return duty->from == duty->to || duty->from == 24 * 60 ? -1 : 0;
}

void
config_duty_take(struct config_parse *p, cfg_t *sec, struct config_desk *desk)
{
	char **list = config_parse_list(p, sec, "duty");
	int line = config_parse_line(sec, "duty"), closed;
	struct config_duty week;
	size_t i;

	/* An empty list is something else than none: nobody reads. */
	desk->has_duty = (cfg_getopt(sec, "duty")->flags & CFGF_MODIFIED) != 0;
	desk->duty = mem_alloc(DUTY_LINES * sizeof(*desk->duty));
	desk->closed = mem_alloc(DUTY_LINES * sizeof(*desk->closed));
	for (i = 0; list != NULL && list[i] != NULL && !p->bad; i++) {
		if (i == DUTY_LINES)
			config_parse_problem(p, line, "'duty' has too many "
			    "lines; at most %d", DUTY_LINES);
		else if (config_duty_week(list[i], &week) == 0)
			desk->duty[desk->nduty++] = week;
		else if ((closed = config_days_closed(list[i])) != -1)
			desk->closed[desk->nclosed++] = closed;
		else
			config_parse_problem(p, line, "'duty' has '%.48s'; "
			    ALLOWED, list[i]);
	}
	config_parse_free_list(list);
}

void
config_duty_free(struct config_desk *desk)
{
	free(desk->duty);
	free(desk->closed);
}

static int
is_closed(const struct config_desk *desk, const struct tm *day)
{
	size_t i;

	for (i = 0; i < desk->nclosed; i++)
		if (desk->closed[i] == config_days_number(day))
			return 1;
	return 0;
}

static int64_t
moment(struct tm day, int minute)
{
	day.tm_hour = minute / 60;
	day.tm_min = minute % 60;
	day.tm_sec = 0;
	day.tm_isdst = -1;
	return (int64_t)mktime(&day);
}

/* What begins on that day: 0 it is now, or *next becomes earlier. */
static int
look_at_day(const struct config_desk *desk, const struct tm *day,
    int64_t now, int64_t *next)
{
	const struct config_duty *one;
	int64_t from, to;
	size_t i;

	for (i = 0; i < desk->nduty; i++) {
		one = &desk->duty[i];
		if ((one->days & 1u << day->tm_wday) == 0)
			continue;
		from = moment(*day, one->from);
		to = moment(*day, one->to > one->from ? one->to :
		    one->to + 24 * 60);
		if (from <= now && now < to)
			return 0;
		if (from > now && (*next == -1 || from < *next))
			*next = from;
	}
	return 1;
}

static int64_t
local_until(const struct config_desk *desk, int64_t now)
{
	time_t t = (time_t)now;
	int64_t next = -1;
	struct tm today, day;
	int i;

	if (localtime_r(&t, &today) == NULL)
		return 0;
	for (i = -1; i <= AHEAD_DAYS && (next == -1 || i <= 0); i++) {
		/* Noon is on every day, whatever the clock does at night. */
		day = today;
		day.tm_mday += i;
		day.tm_hour = 12;
		day.tm_isdst = -1;
		(void)mktime(&day);
		if (!is_closed(desk, &day) &&
		    look_at_day(desk, &day, now, &next) == 0)
			return 0;
	}
	return next;
}

int64_t
config_duty_until(const struct config_desk *desk, int64_t now)
{
	int64_t until;

	if (!desk->has_duty)
		return 0;
	config_days_begin(desk);
	until = local_until(desk, now);
	config_days_end();
	return until;
}
