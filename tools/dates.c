/*
 * Days and moments, typed.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/err.h"
#include "tools/dates.h"
#include "tools/words.h"

#define SPAN_MAX	10000

/* "3d", "12h": 0 and *out, or -1. */
static int
parse_span(const char *typed, int64_t now_s, int64_t *out)
{
	size_t n = strspn(typed, "0123456789");
	long count = n == 0 || n > 5 ? 0 : strtol(typed, NULL, 10);

	if (count < 1 || count > SPAN_MAX || typed[n] == '\0' ||
	    typed[n + 1] != '\0' || strchr("hd", typed[n]) == NULL)
		return -1;
	*out = now_s + count * (typed[n] == 'd' ? 86400 : 3600);
	return 0;
}

static int
parse_day(const char *typed, int end, int64_t *out)
{
	struct tm tm, same;
	const char *rest;
	int has_time;

	memset(&tm, 0, sizeof(tm));
	if (strspn(typed, "0123456789-") < 10 ||
	    (rest = strptime(typed, "%Y-%m-%d", &tm)) == NULL)
		return -1;
	has_time = *rest == ' ' || *rest == 'T';
	if (has_time)
		rest = strptime(rest + 1, "%H:%M", &tm);
	if (rest == NULL || *rest != '\0')
		return -1;
	same = tm;
	same.tm_isdst = -1;
	if (!has_time && end)
		same.tm_mday++;
	*out = (int64_t)mktime(&same);
	same = tm;			/* 2026-02-30 is no day */
	same.tm_isdst = 0;
	(void)timegm(&same);
	return *out == -1 || same.tm_mday != tm.tm_mday ? -1 : 0;
}

int
dates_parse(const char *typed, int64_t now_s, int end, int64_t *out,
    struct err *e)
{
	if (parse_span(typed, now_s, out) == 0 ||
	    parse_day(typed, end, out) == 0)
		return 0;
	err_set(e, ERR_INPUT, _("'%.40s' is no date: say 2026-12-24, "
	    "'2026-12-24 09:00', or 3d or 12h from now on"), typed);
	return -1;
}
