/*
 * What a board may see: small numbers are hidden, and what would tell them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tools/report_month.h"

static json_t *
counter(const char *what, int urgency, int hours, int n)
{
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:i}", "desk",
	    "youth", "what", what, "urgency", urgency, "channel", "mail",
	    "language", "id", "which", "first", "hours", hours, "n", n);
}

/* Of the present month, or of another one. counters stay the caller's. */
static json_t *
report_of(json_t *counters, int now)
{
	json_t *month = json_pack("{s:O, s:[]}", "counters", counters,
	    "waiting"), *rows;

	if (now)
		(void)json_array_append_new(json_object_get(month, "waiting"),
		    json_string("youth"));
	rows = report_month(month);
	json_decref(month);
	return rows;
}

static const json_t *
row_of(const json_t *rows, const char *group, const char *value)
{
	const json_t *o;
	size_t i;

	json_array_foreach(rows, i, o)
		if (strcmp(json_string_value(json_object_get(o, "group")),
		    group) == 0 && strcmp(json_string_value(json_object_get(o,
		    "value")), value) == 0)
			return o;
	fail_msg("no row %s %s", group, value);
	return NULL;
}

/* -1: hidden. */
static long long
number(const json_t *row, const char *name)
{
	const json_t *v = json_object_get(row, name);

	return json_is_null(v) ? -1 : json_integer_value(v);
}

static void
small_numbers_are_hidden_and_not_to_be_worked_out(void **state)
{
	json_t *counters = json_array(), *rows;

	(void)state;
	(void)json_array_append_new(counters, counter("received", 0, 0, 20));
	(void)json_array_append_new(counters, counter("received", 1, 0, 7));
	(void)json_array_append_new(counters, counter("received", 2, 0, 9));
	(void)json_array_append_new(counters, counter("received", 3, 0, 2));
	rows = report_of(counters, 0);
	assert_int_equal(number(row_of(rows, "all", ""), "received"), 38);
	assert_int_equal(number(row_of(rows, "urgency", "0"), "received"), 20);
	assert_int_equal(number(row_of(rows, "urgency", "3"), "received"), -1);
	/* With 20, 7 and 9 it would be 38 less those. */
	assert_int_equal(number(row_of(rows, "urgency", "1"), "received"), -1);
	assert_int_equal(number(row_of(rows, "urgency", "2"), "received"), 9);
	assert_int_equal(number(row_of(rows, "all", ""), "returned"), 0);
	json_decref(rows);
	json_decref(counters);
}

static void
two_that_are_hidden_hide_no_third(void **state)
{
	json_t *counters = json_array(), *rows;

	(void)state;
	(void)json_array_append_new(counters, counter("received", 0, 0, 20));
	(void)json_array_append_new(counters, counter("received", 1, 0, 4));
	(void)json_array_append_new(counters, counter("received", 2, 0, 1));
	rows = report_of(counters, 0);
	assert_int_equal(number(row_of(rows, "urgency", "0"), "received"), 20);
	assert_int_equal(number(row_of(rows, "urgency", "1"), "received"), -1);
	assert_int_equal(number(row_of(rows, "urgency", "2"), "received"), -1);
	json_decref(rows);
	json_decref(counters);
}

static void
waiting_is_of_five_answers_at_least(void **state)
{
	json_t *counters = json_array(), *rows;

	(void)state;
	(void)json_array_append_new(counters, counter("answered", 0, 3, 4));
	(void)json_array_append_new(counters, counter("answered", 0, 10, 3));
	(void)json_array_append_new(counters, counter("answered", 0, 30, 1));
	(void)json_array_append_new(counters, counter("late", 0, 60, 2));
	(void)json_array_append_new(counters, counter("answered", 1, 5, 4));
	rows = report_of(counters, 0);
	/* 3 3 3 3 5 5 5 5 10 10 10 30 60 60 */
	assert_int_equal(number(row_of(rows, "all", ""), "answered"), 14);
	assert_int_equal(number(row_of(rows, "all", ""), "median_h"), 5);
	assert_int_equal(number(row_of(rows, "all", ""), "p80_h"), 30);
	assert_int_equal(number(row_of(rows, "all", ""), "overdue"), -1);
	assert_int_equal(number(row_of(rows, "all", ""), "in_time"), -1);
	assert_int_equal(number(row_of(rows, "urgency", "1"), "median_h"),
	    -1);
	json_decref(rows);
	json_decref(counters);
}

static void
in_time_where_it_tells_of_nobody(void **state)
{
	json_t *counters = json_array(), *rows;

	(void)state;
	(void)json_array_append_new(counters, counter("answered", 0, 3, 15));
	(void)json_array_append_new(counters, counter("late", 0, 50, 5));
	rows = report_of(counters, 0);
	assert_int_equal(number(row_of(rows, "all", ""), "overdue"), 5);
	assert_int_equal(number(row_of(rows, "all", ""), "in_time"), 75);
	json_decref(rows);
	json_decref(counters);
}

static void
who_waits_counts_in_the_present_month_alone(void **state)
{
	json_t *counters = json_array(), *rows;

	(void)state;
	(void)json_array_append_new(counters, counter("answered", 0, 3, 15));
	(void)json_array_append_new(counters, counter("late", 0, 50, 5));
	(void)json_array_append_new(counters, counter("waiting", 0, 0, 6));
	(void)json_array_append_new(counters, counter("waiting", 3, 0, 2));
	rows = report_of(counters, 1);
	assert_int_equal(number(row_of(rows, "all", ""), "waiting"), 8);
	assert_int_equal(number(row_of(rows, "urgency", "0"), "waiting"), -1);
	assert_int_equal(number(row_of(rows, "urgency", "3"), "waiting"), -1);
	/* They are no answers. */
	assert_int_equal(number(row_of(rows, "all", ""), "overdue"), 5);
	assert_int_equal(number(row_of(rows, "all", ""), "in_time"), 75);
	json_decref(rows);
	rows = report_of(counters, 0);
	assert_int_equal(number(row_of(rows, "all", ""), "waiting"), -1);
	json_decref(rows);
	json_decref(counters);
}

static void
add_closed(json_t *list, const char *age, const char *area, int n)
{
	while (n-- > 0)
		(void)json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:[s, s], s:s, s:o}", "desk", "youth", "age",
		    age, "areas", area, "school", "outcome", "", "hours",
		    n < 6 ? json_integer(10 * n) : json_null()));
}

static void
closed_cases_by_what_was_sealed(void **state)
{
	json_t *month = json_pack("{s:[], s:[], s:[]}", "counters", "waiting",
	    "closed"), *list = json_object_get(month, "closed"), *rows;
	const json_t *row;

	(void)state;
	add_closed(list, "13-14", "family", 6);
	add_closed(list, "15-17", "family", 11);
	add_closed(list, "", "family", 2);
	rows = report_month(month);
	row = row_of(rows, "all", "");
	assert_int_equal(number(row, "closed"), 19);
	assert_int_equal(number(row_of(rows, "age", REPORT_UNSAID), "closed"),
	    -1);
	/* 19 less 11 would tell the two. */
	assert_int_equal(number(row_of(rows, "age", "13-14"), "closed"), -1);
	row = row_of(rows, "age", "15-17");
	assert_int_equal(number(row, "closed"), 11);
	assert_true(json_is_null(json_object_get(row, "received")));
	assert_true(json_is_null(json_object_get(row, "waiting")));
	assert_true(json_is_null(json_object_get(row, "in_time")));
	/* 0 10 20 30 40 50, and five that had no answer */
	assert_int_equal(number(row, "answered"), 6);
	assert_int_equal(number(row, "median_h"), 20);
	assert_int_equal(number(row, "p80_h"), 40);
	/* Those are closed cases, and no answers of this month. */
	row = row_of(rows, "all", "");
	assert_int_equal(number(row, "answered"), 0);
	assert_int_equal(number(row_of(rows, "area", "family"), "closed"),
	    19);
	assert_int_equal(number(row_of(rows, "area", "school"), "closed"),
	    19);
	assert_int_equal(number(row_of(rows, "outcome", REPORT_UNSAID),
	    "closed"), 19);
	json_decref(rows);
	json_decref(month);
}

/* Eight less six would be the two that nobody answered. */
static void
the_few_without_an_answer_are_hidden(void **state)
{
	json_t *month = json_pack("{s:[], s:[], s:[]}", "counters", "waiting",
	    "closed"), *rows;
	const json_t *row;

	(void)state;
	add_closed(json_object_get(month, "closed"), "15-17", "family", 8);
	rows = report_month(month);
	row = row_of(rows, "age", "15-17");
	assert_int_equal(number(row, "closed"), 8);
	assert_int_equal(number(row, "answered"), -1);
	assert_int_equal(number(row, "median_h"), -1);
	json_decref(rows);
	json_decref(month);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    small_numbers_are_hidden_and_not_to_be_worked_out),
		cmocka_unit_test(two_that_are_hidden_hide_no_third),
		cmocka_unit_test(waiting_is_of_five_answers_at_least),
		cmocka_unit_test(in_time_where_it_tells_of_nobody),
		cmocka_unit_test(who_waits_counts_in_the_present_month_alone),
		cmocka_unit_test(closed_cases_by_what_was_sealed),
		cmocka_unit_test(the_few_without_an_answer_are_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
