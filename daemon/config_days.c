/*
 * Days as they are written in the configuration, and a desk's own time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config_days.h"

static const char days[] = "Sun Mon Tue Wed Thu Fri Sat ";

/* 0 for Sunday, as struct tm has it; -1 none. */
static int
day_at(const char *s)
{
	char name[5];
	const char *at;

	if (strlen(s) < 3)
		return -1;
	(void)snprintf(name, sizeof(name), "%.3s ", s);
	at = strstr(days, name);
	return at == NULL || (at - days) % 4 != 0 ? -1 :
	    (int)(at - days) / 4;
}

unsigned int
config_days_week(const char **s)
{
	int first = day_at(*s), last = first, day;
	unsigned int bits = 0;

	if (first == -1)
		return 0;
	*s += 3;
	if (**s == '-') {
		if ((last = day_at(*s + 1)) == -1)
			return 0;
		*s += 4;
	}
	for (day = first; ; day = (day + 1) % 7) {
		bits |= 1u << day;
		if (day == last)
			return bits;
	}
}

int
config_days_number(const struct tm *tm)
{
	return (tm->tm_year + 1900) * 10000 + (tm->tm_mon + 1) * 100 +
	    tm->tm_mday;
}

int
config_days_closed(const char *s)
{
	struct tm tm, same;
	const char *end;

	memset(&tm, 0, sizeof(tm));
	end = strptime(s, "%Y-%m-%d", &tm);
	if (end == NULL || end - s != 10 || strcmp(end, " closed") != 0)
		return -1;
	same = tm;
	(void)timegm(&same);
	return same.tm_mday == tm.tm_mday ? config_days_number(&tm) : -1;
}

void
config_days_begin(const struct config_desk *desk)
{
	(void)setenv("TZ", desk->timezone, 1);
	tzset();
}

void
config_days_end(void)
{
	(void)unsetenv("TZ");
	tzset();
}
