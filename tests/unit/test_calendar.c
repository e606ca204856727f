/* The days on which due times run: the key calendar of a desk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/config_calendar.h"
#include "daemon/desk/due.h"
#include "lib/err.h"

#define DESK	"data = \"/d\" secrets = \"/s\"\n"		\
		    "api { listen = \"unix:/a\" }\n"		\
		    "desk y { from_address = \"a@b.example\"\n"
#define HOUR	3600
#define DAY	(24 * HOUR)
#define WED	1795564800	/* Wednesday, 2026-11-25 00:00:00 UTC */

static struct config *
parse(const char *zone, const char *keys, struct err *e)
{
	char text[2048];

	(void)snprintf(text, sizeof(text), DESK "timezone = \"%s\" %s }\n",
	    zone, keys);
	return config_parse("/c", text, e);
}

static void
assert_add(const char *zone, const char *calendar, int64_t from,
    int64_t seconds, int64_t at)
{
	struct err e = ERR_INIT;
	struct config *c;
	char keys[512];

	(void)snprintf(keys, sizeof(keys), "calendar = {%s}", calendar);
	c = parse(zone, keys, &e);
	assert_string_equal(e.text, "");
	assert_int_equal(config_calendar_add(&c->desks[0], from, seconds),
	    at);
	assert_null(getenv("TZ"));
	config_free(c);
}

static void
every_day_counts_without_one(void **state)
{
	struct err e = ERR_INIT;
	struct config *c = parse("Asia/Jakarta", "", &e);

	(void)state;
	assert_non_null(c);
	assert_int_equal(config_calendar_add(&c->desks[0], WED, 9 * DAY),
	    WED + 9 * DAY);
	config_free(c);
	assert_add("UTC", "'Mon-Sun'", WED, 9 * DAY, WED + 9 * DAY);
}

static void
weekends_are_passed_over(void **state)
{
	const int64_t fri = WED + 2 * DAY;

	(void)state;
	/* Within working days; up to midnight before the weekend. */
	assert_add("UTC", "'Mon-Fri'", WED, 48 * HOUR, WED + 48 * HOUR);
	assert_add("UTC", "'Mon-Fri'", fri, DAY, fri + DAY);
	/* Friday at 18:00, and one second over. */
	assert_add("UTC", "'Mon-Fri'", fri + 18 * HOUR, 48 * HOUR,
	    fri + 4 * DAY + 18 * HOUR);
	assert_add("UTC", "'Mon-Fri'", fri, DAY + 1, fri + 3 * DAY + 1);
	/* Begun on Saturday, it runs from Monday on. */
	assert_add("UTC", "'Mon-Fri'", fri + DAY + 5 * HOUR, HOUR,
	    fri + 3 * DAY + HOUR);
	assert_add("UTC", "'Sat', 'Mon'", WED, 2 * DAY, WED + 6 * DAY);
	/* Nothing is taken off; a time before is as it is. */
	assert_add("UTC", "'Mon-Fri'", fri + DAY, 0, fri + DAY);
	assert_add("UTC", "'Mon-Fri'", fri + DAY, -HOUR, fri + DAY - HOUR);
}

static void
holidays_and_zones(void **state)
{
	(void)state;
	assert_add("UTC", "'2026-11-26 closed'", WED, 2 * DAY,
	    WED + 3 * DAY);
	assert_add("UTC", "'Mon-Fri', '2026-11-26 closed', "
	    "'2026-11-27 closed'", WED + HOUR, DAY, WED + 5 * DAY + HOUR);
	/* In Jakarta Saturday begins on Friday at 17:00 UTC. */
	assert_add("Asia/Jakarta", "'Mon-Fri'", WED + 2 * DAY + 16 * HOUR,
	    2 * HOUR, WED + 4 * DAY + 18 * HOUR);
	/* The Sunday of 2026-10-25 has 25 hours in Tallinn. */
	assert_add("Europe/Tallinn", "'Sun'", 1792875600, 25 * HOUR,
	    1792875600 + 25 * HOUR);
	assert_add("Europe/Tallinn", "'Sun'", 1792875600, 25 * HOUR + 1,
	    1792875600 + 7 * DAY + HOUR + 1);
}

static void
lines_that_are_none(void **state)
{
	static const char *const bad[] = { "'Mon-Fri 09:00-17:00'",
	    "'Xyz'", "'Mon-'", "'2026-02-30 closed'", "'2026-12-24'" };
	struct err e = ERR_INIT;
	char keys[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(keys, sizeof(keys), "calendar = {%s}",
		    bad[i]);
		assert_null(parse("UTC", keys, &e));
		assert_non_null(strstr(e.text, "'calendar' has '"));
		assert_non_null(strstr(e.text, "\"2026-12-24 closed\""));
	}
}

static void
clocks(void **state)
{
	const int64_t fri = WED + 2 * DAY;
	struct err e = ERR_INIT;
	struct config *c = parse("UTC", "calendar = {'Mon-Fri'} "
	    "due_later = 3d due_high = 10h due_crisis = 2h", &e);
	const struct config_desk *d = &c->desks[0];

	(void)state;
	assert_string_equal(e.text, "");
	assert_int_equal(due_at(d, fri, DUE_FIRST, 0), fri + 4 * DAY);
	assert_int_equal(due_at(d, fri, DUE_FIRST, 1), fri + 4 * DAY);
	assert_int_equal(due_at(d, fri, DUE_LATER, 0), fri + 5 * DAY);
	/* Real hours, whatever day it is, for the first letter or the tenth. */
	assert_int_equal(due_at(d, fri + DAY, DUE_FIRST, 2),
	    fri + DAY + 10 * HOUR);
	assert_int_equal(due_at(d, fri + DAY, DUE_LATER, 3),
	    fri + DAY + 2 * HOUR);
	/* A desk that is configured no more. */
	assert_int_equal(due_at(NULL, fri, DUE_FIRST, 0), fri);
	config_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_counts_without_one),
		cmocka_unit_test(weekends_are_passed_over),
		cmocka_unit_test(holidays_and_zones),
		cmocka_unit_test(lines_that_are_none),
		cmocka_unit_test(clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
