/*
 * Moments in words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config_quiet.h"
#include "daemon/web/door.h"
#include "daemon/web/saying.h"
#include "daemon/web/when.h"

#define NUMBER	24

static const char *
word(const struct door_language *l, const char *kind, int no)
{
	const char *text;
	char key[32];

	(void)snprintf(key, sizeof(key), "%s_%d", kind, no);
	text = json_string_value(json_object_get(l->words, key));
	return text == NULL ? "" : text;
}

static char *
in_words(const struct door_language *l, const char *key, const struct tm *tm)
{
	char day[NUMBER], year[NUMBER], hour[NUMBER], minute[NUMBER];

	(void)snprintf(day, sizeof(day), "%d", tm->tm_mday);
	(void)snprintf(year, sizeof(year), "%d", tm->tm_year + 1900);
	(void)snprintf(hour, sizeof(hour), "%d", tm->tm_hour);
	(void)snprintf(minute, sizeof(minute), "%02d", tm->tm_min);
	return saying_fill(l->words, key, "weekday", word(l, "day",
	    tm->tm_wday == 0 ? 7 : tm->tm_wday), "day", day, "month",
	    word(l, "month", tm->tm_mon + 1), "year", year, "hour", hour,
	    "minute", minute, NULL);
}

char *
when_moment(const struct door_desk *d, const struct door_language *l,
    int64_t at)
{
	struct tm tm;

	config_local(d->desk, at, &tm);
	return in_words(l, "moment", &tm);
}

char *
when_hour(const struct door_desk *d, const struct door_language *l,
    int64_t at)
{
	struct tm tm;

	config_local(d->desk, at, &tm);
	at -= tm.tm_min * 60 + tm.tm_sec;
	if (tm.tm_min > 0 || tm.tm_sec > 0)
		at += 3600;
	return when_moment(d, l, at);
}

char *
when_date(const struct door_language *l, int64_t day)
{
	time_t t = (time_t)day;
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&t, &tm);
	return in_words(l, "date", &tm);
}
