/*
 * Quiet hours, in the desk's own time.
 *
 * Roles see no files of the system once they serve.  So only the last line
 * of the zone's file is taken, when the configuration is read: the rule that
 * holds from now on, in the form that TZ has (RFC 8536 3.3).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config_days.h"
#include "daemon/config_quiet.h"
#include "lib/buf.h"

#define FOLDER		"/usr/share/zoneinfo"
#define NAME_MAX_LEN	64
#define RULE_MAX	64
#define DAY_MINUTES	(24 * 60)

static int
is_zone_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= NAME_MAX_LEN && s[0] != '/' &&
	    strstr(s, "..") == NULL && strspn(s,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_+-/") == n;
}

/* The rule between the last two newlines of the file, or NULL. */
static char *
read_rule(const char *name)
{
	char path[sizeof(FOLDER) + NAME_MAX_LEN + 2], end[RULE_MAX + 2];
	char *start;
	size_t n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
	if ((f = fopen(path, "re")) == NULL)
		return NULL;
	if (fread(end, 1, 4, f) == 4 && memcmp(end, "TZif", 4) == 0 &&
	    fseek(f, -(long)(sizeof(end) - 1), SEEK_END) == 0)
		n = fread(end, 1, sizeof(end) - 1, f);
	(void)fclose(f);
	if (n == 0 || end[n - 1] != '\n')
		return NULL;
	end[n - 1] = '\0';
	for (start = end + n - 1; start > end && start[-1] != '\n'; start--)
		;
	return start == end || *start == '\0' ? NULL : mem_strdup(start);
}

static void
take_zone(struct config_parse *p, cfg_t *sec, struct config_desk *desk)
{
	char *name = config_parse_text(p, sec, "timezone");

	desk->timezone = name == NULL ? mem_strdup("UTC0") :
	    is_zone_name(name) ? read_rule(name) : NULL;
	if (desk->timezone == NULL)
		config_parse_problem(p, config_parse_line(sec, "timezone"),
		    "'timezone' is '%.64s', which is no name in %s; allowed "
		    "are those such as Asia/Jakarta or Europe/Tallinn", name,
		    FOLDER);
	free(name);
}

/* "22:00" to minutes, or -1. */
static int
minutes(const char *s)
{
	int hour, minute;

	if (strspn(s, "0123456789") != 2 || s[2] != ':' ||
	    strspn(s + 3, "0123456789") != 2)
		return -1;
	hour = (s[0] - '0') * 10 + s[1] - '0';
	minute = (s[3] - '0') * 10 + s[4] - '0';
	return hour > 23 || minute > 59 ? -1 : hour * 60 + minute;
}

void
config_quiet_take(struct config_parse *p, cfg_t *sec,
    struct config_desk *desk)
{
	char *value = config_parse_text(p, sec, "quiet");
	int good;

	take_zone(p, sec, desk);
	if (value == NULL)
		return;
	good = strlen(value) == 11 && value[5] == '-';
	desk->quiet_from = good ? minutes(value) : -1;
	desk->quiet_to = good ? minutes(value + 6) : -1;
	if (desk->quiet_from == -1 || desk->quiet_to == -1 ||
	    desk->quiet_from == desk->quiet_to)
		config_parse_problem(p, config_parse_line(sec, "quiet"),
		    "'quiet' is '%.32s'; allowed are two times of a day such "
		    "as 22:00-07:00", value);
	free(value);
}

static int
is_quiet(const struct config_desk *desk, int minute)
{
	int from = desk->quiet_from, to = desk->quiet_to;

	return from < to ? minute >= from && minute < to :
	    minute >= from || minute < to;
}

static int64_t
local_until(const struct config_desk *desk, int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;
	int minute;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	minute = tm.tm_hour * 60 + tm.tm_min;
	if (!is_quiet(desk, minute))
		return 0;
	if (minute >= desk->quiet_to)
		tm.tm_mday++;
	tm.tm_hour = desk->quiet_to / 60;
	tm.tm_min = desk->quiet_to % 60;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	t = mktime(&tm);
	return (int64_t)t > now ? (int64_t)t : 0;
}

void
config_local(const struct config_desk *desk, int64_t at, struct tm *tm)
{
	time_t t = (time_t)at;

	memset(tm, 0, sizeof(*tm));
	config_days_begin(desk);
	(void)localtime_r(&t, tm);
	config_days_end();
}

int64_t
config_quiet_until(const struct config_desk *desk, int64_t now)
{
	int64_t until;

	if (desk->quiet_from == desk->quiet_to)
		return 0;
	config_days_begin(desk);
	until = local_until(desk, now);
	config_days_end();
	return until;
}
