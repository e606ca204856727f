/*
 * Silence, over made histories: what is quiet at night and at weekends is
 * not too quiet, a busy afternoon without a letter is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/desk/silence.h"

#define HOUR		3600
#define DAY		(24 * HOUR)
#define WEEK		(7 * DAY)
#define MONDAY		((int64_t)1780272000)	/* 2026-06-01 00:00 UTC */
#define ROOM		200000

static int64_t at[ROOM];
static size_t n;

/* Letters in each hour of office days, until this moment. */
static void
write_history(int weeks, int each_hour, int64_t until)
{
	int64_t t;
	int day, hour, k;

	n = 0;
	for (day = 0; day <= 7 * weeks + 7; day++) {
		for (hour = 8; day % 7 < 5 && hour < 20; hour++) {
			for (k = 0; k < each_hour; k++) {
				t = MONDAY + (int64_t)day * DAY +
				    hour * HOUR + k * (HOUR / each_hour);
				if (t < until && n < ROOM)
					at[n++] = t;
			}
		}
	}
}

/* The week after eight of history. */
static int64_t
later(int day, int hour)
{
	return MONDAY + 8 * WEEK + (int64_t)day * DAY + (int64_t)hour * HOUR;
}

static void
nights_and_weekends_are_quiet(void **state)
{
	int hour;

	(void)state;
	write_history(8, 4, later(1, 20));
	for (hour = 20; hour < 24 + 8; hour++)
		assert_int_equal(silence_judge(at, n, later(1, hour)), 0);
	write_history(8, 4, later(4, 20));
	for (hour = 20; hour < 3 * 24 + 8; hour++)
		assert_int_equal(silence_judge(at, n, later(4, hour)), 0);
}

static void
a_busy_afternoon_without_a_letter_is_not(void **state)
{
	(void)state;
	write_history(8, 4, later(2, 12));
	assert_int_equal(silence_judge(at, n, later(2, 12)), 0);
	assert_int_equal(silence_judge(at, n, later(2, 14)), 0);
	assert_int_equal(silence_judge(at, n, later(2, 15)), 1);
	assert_int_equal(silence_judge(at, n, later(3, 3)), 1);
	/* And the morning behind a quiet night that began too early. */
	write_history(8, 4, later(1, 20));
	assert_int_equal(silence_judge(at, n, later(2, 11)), 1);
}

static void
nothing_is_said_before_three_weeks(void **state)
{
	(void)state;
	write_history(8, 4, MONDAY + 2 * WEEK + 3 * DAY);
	assert_int_equal(silence_judge(at, n, MONDAY + 3 * WEEK), 0);
	assert_int_equal(silence_judge(at, 0, MONDAY), 0);
	assert_int_equal(silence_judge(at, 1, MONDAY + WEEK), 0);
}

static void
a_flood_makes_no_rhythm(void **state)
{
	size_t i, flood = 5000;
	int64_t from = later(0, 14) - 2 * WEEK;

	(void)state;
	/* One letter a day at noon, and once a flood on a Monday. */
	n = 0;
	for (i = 0; i <= 56; i++) {
		at[n++] = MONDAY + (int64_t)i * DAY + 12 * HOUR;
		if (at[n - 1] < from && from - at[n - 1] < DAY)
			for (; flood > 0; flood--)
				at[n++] = from + (int64_t)(5000 - flood) / 4;
	}
	assert_int_equal(silence_judge(at, n, later(0, 18)), 0);
	assert_int_equal(silence_judge(at, n, later(3, 0)), 0);
	assert_int_equal(silence_judge(at, n, later(12, 0)), 1);
}

static void
a_holiday_that_was_is_not_too_long(void **state)
{
	size_t i, kept = 0;

	(void)state;
	write_history(8, 1, later(2, 8));
	/* Nothing came on a whole Wednesday of the third week. */
	for (i = 0; i < n; i++)
		if (at[i] < MONDAY + 2 * WEEK + 2 * DAY ||
		    at[i] >= MONDAY + 2 * WEEK + 3 * DAY)
			at[kept++] = at[i];
	n = kept;
	assert_int_equal(silence_judge(at, n, later(2, 20)), 0);
	assert_int_equal(silence_judge(at, n, later(3, 18)), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nights_and_weekends_are_quiet),
		cmocka_unit_test(a_busy_afternoon_without_a_letter_is_not),
		cmocka_unit_test(nothing_is_said_before_three_weeks),
		cmocka_unit_test(a_flood_makes_no_rhythm),
		cmocka_unit_test(a_holiday_that_was_is_not_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
