/* When somebody reads, and what a desk's form asks: keys of a desk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/config_duty.h"
#include "daemon/config_quiet.h"
#include "lib/err.h"

#define DESK	"data = \"/d\" secrets = \"/s\"\n"		\
		    "api { listen = \"unix:/a\" }\n"		\
		    "desk y { from_address = \"a@b.example\"\n"
#define HOUR	3600
#define DAY	(24 * HOUR)
#define NOW	1795600000	/* Wednesday, 2026-11-25 09:46:40 UTC */

static struct config *
parse(const char *zone, const char *keys, struct err *e)
{
	char text[2048];

	(void)snprintf(text, sizeof(text), DESK "timezone = \"%s\" %s }\n",
	    zone, keys);
	return config_parse("/c", text, e);
}

static void
assert_until(const char *zone, const char *duty, int64_t now, int64_t until)
{
	struct err e = ERR_INIT;
	struct config *c;
	char keys[512];

	(void)snprintf(keys, sizeof(keys), "duty = {%s}", duty);
	c = parse(zone, keys, &e);
	assert_string_equal(e.text, "");
	assert_int_equal(config_duty_until(&c->desks[0], now), until);
	config_free(c);
}

static void
duty_is_local(void **state)
{
	(void)state;
	/* 16:46 in Jakarta, 11:46 in Tallinn. */
	assert_until("Asia/Jakarta", "'Mon-Fri 9:00-17:00'", NOW, 0);
	assert_until("Asia/Jakarta", "'Mon-Fri 9:00-17:00'", NOW + HOUR,
	    NOW + 16 * HOUR + 800);
	assert_until("Europe/Tallinn", "'Wed 11:47-12:00'", NOW, NOW + 20);
	assert_until("Europe/Tallinn", "'Wed 11:46-11:47'", NOW, 0);
	/* Over on the minute, begun on the minute. */
	assert_until("UTC", "'Wed 09:00-10:00'", NOW + 799, 0);
	assert_until("UTC", "'Wed 09:00-10:00'", NOW + 800,
	    NOW - 2800 + 7 * DAY);
	assert_until("UTC", "'Wed 10:00-11:00'", NOW + 800, 0);
	/* The earliest of several; days that wrap. */
	assert_until("UTC", "'Fri 8:00-9:00', 'Thu 20:00-21:00'", NOW,
	    NOW - 2800 + 35 * HOUR);
	assert_until("UTC", "'Fri-Tue 9:00-17:00'", NOW,
	    NOW - 2800 + 2 * DAY);
	assert_until("UTC", "'Sat-Wed 9:00-17:00'", NOW, 0);
	/* All the time, and never. */
	assert_until("UTC", "'Mon-Sun 0:00-24:00'", NOW, 0);
	assert_until("UTC", "", NOW, -1);
	assert_until("UTC", "'2026-11-26 closed'", NOW, -1);
}

static void
nights_and_holidays(void **state)
{
	(void)state;
	/* From yesterday into today. */
	assert_until("UTC", "'Tue 20:00-10:00'", NOW, 0);
	assert_until("UTC", "'Wed 20:00-10:00'", NOW, NOW + 36800);
	assert_until("UTC", "'Mon-Fri 9:00-17:00', '2026-11-25 closed'", NOW,
	    NOW - 2800 + DAY);
	assert_until("UTC", "'Tue-Fri 20:00-10:00', '2026-11-24 closed'", NOW,
	    NOW + 36800);
	assert_until("UTC", "'Wed 9:00-17:00', '2026-11-25 closed', "
	    "'2026-12-02 closed'", NOW, NOW - 2800 + 14 * DAY);
	/* The clock of Tallinn goes forward on 2027-03-28 at 3:00. */
	assert_until("Europe/Tallinn", "'Sun 9:00-17:00'", 1806177600,
	    1806213600);
}

static void
said_or_not(void **state)
{
	struct err e = ERR_INIT;
	struct config *c = parse("UTC", "", &e);

	(void)state;
	assert_int_equal(c->desks[0].has_duty, 0);
	assert_int_equal(config_duty_until(&c->desks[0], NOW), 0);
	assert_null(c->desks[0].areas);
	assert_null(c->desks[0].questions);
	assert_int_equal(c->desks[0].capacity, 0);
	config_free(c);
	c = parse("UTC", "areas = {family, school_2} questions = {hope} "
	    "capacity = 40", &e);
	assert_string_equal(c->desks[0].areas[1], "school_2");
	assert_null(c->desks[0].areas[2]);
	assert_string_equal(c->desks[0].questions[0], "hope");
	assert_int_equal(c->desks[0].capacity, 40);
	config_free(c);
}

static void
mistakes(void **state)
{
	static const char *const bad[] = {
		"duty = {'9:00-17:00'}", "duty = {'Mon 9:00'}",
		"duty = {'Mon 9:00-9:00'}", "duty = {'Mon 9:00-24:01'}",
		"duty = {'Mon 24:00-1:00'}", "duty = {'Mon 9:60-10:00'}",
		"duty = {'Mon 9-17'}", "duty = {'mon 9:00-17:00'}",
		"duty = {'Mon-Xyz 9:00-17:00'}", "duty = {'Mon- 9:00-17:00'}",
		"duty = {'Mon  9:00-17:00'}", "duty = {'un  9:00-17:00'}",
		"duty = {'Mon 9:00-17:00 x'}", "duty = {'2026-02-30 closed'}",
		"duty = {'2026-2-3 closed'}", "duty = {'2026-11-26 open'}",
		"duty = {'Mon 009:00-17:00'}", "duty = {'Mon -9:00-17:00'}",
		"areas = {'a b'}", "areas = {A}", "areas = {a, b, a}",
		"questions = {'0123456789012345678901234567890123'}",
		"questions = {a,b,c,d,e,f,g,h,i,j,k,l,m}", "capacity = -1",
		"capacity = 10001", "capacity = many", NULL
	};
	size_t i;

	(void)state;
	for (i = 0; bad[i] != NULL; i++) {
		struct err e = ERR_INIT;

		if (parse("UTC", bad[i], &e) != NULL)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.text, "/c:4: "));
	}
}

static void
what_the_clocks_show(void **state)
{
	struct err e = ERR_INIT;
	struct config *c = parse("Asia/Jakarta", "", &e);
	struct tm tm;

	(void)state;
	config_local(&c->desks[0], NOW, &tm);
	assert_int_equal(tm.tm_hour, 16);
	assert_int_equal(tm.tm_min, 46);
	assert_int_equal(tm.tm_wday, 3);
	config_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duty_is_local),
		cmocka_unit_test(nights_and_holidays),
		cmocka_unit_test(said_or_not),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(what_the_clocks_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
