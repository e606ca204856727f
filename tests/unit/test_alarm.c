/*
 * Alarms: raised once however often they are raised, told once and again
 * every day, and their end once; and no word in them that must not be there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/alarm.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

static void
raise_it(const char *detail)
{
	struct err e = ERR_INIT;

	if (alarm_raise(&kit_post, "relay-trouble", "relay", detail, &e) ==
	    -1)
		fail_msg("%s", e.text);
}

static void
clear_it(void)
{
	struct err e = ERR_INIT;

	assert_int_equal(alarm_clear(&kit_post, "relay-trouble", "relay",
	    &e), 0);
}

static int
take(struct alarm *alarm)
{
	struct err e = ERR_INIT;
	int r;

	assert_int_equal(store_begin(kit_post.store, &e), 0);
	r = alarm_take(&kit_post, alarm, &e);
	assert_int_equal(store_commit(kit_post.store, &e), 0);
	return r;
}

static void
raising_what_stands_only_renews_it(void **state)
{
	json_t *list;
	struct err e = ERR_INIT;

	(void)state;
	raise_it("connect");
	raise_it("connect");
	assert_int_equal(kit_count("SELECT count FROM alarm"), 1);
	raise_it("tls");
	assert_int_equal(kit_count("SELECT count FROM alarm"), 2);
	kit_meddle("UPDATE alarm SET last = last - 61");
	raise_it("tls");
	assert_int_equal(kit_count("SELECT count FROM alarm"), 3);
	list = alarm_list(&kit_api, &e);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_object_get(
	    json_array_get(list, 0), "detail")), "tls");
	assert_string_equal(json_string_value(json_object_get(
	    json_array_get(list, 0), "level")), "critical");
	json_decref(list);
	clear_it();
	list = alarm_list(&kit_api, &e);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

static void
each_is_told_once_and_again_every_day(void **state)
{
	struct err e = ERR_INIT;
	struct alarm alarm;

	(void)state;
	assert_int_equal(alarm_waiting(&kit_post, &e), 0);
	raise_it("connect");
	assert_int_equal(alarm_waiting(&kit_post, &e), 1);
	assert_int_equal(take(&alarm), 1);
	assert_int_equal(alarm.news, ALARM_BEGINS);
	assert_string_equal(alarm.kind, "relay-trouble");
	assert_string_equal(alarm.subject, "relay");
	assert_int_equal(take(&alarm), 0);
	raise_it("tls");
	assert_int_equal(take(&alarm), 0);
	kit_meddle("UPDATE alarm SET told_at = told_at - 86401");
	assert_int_equal(take(&alarm), 1);
	assert_int_equal(alarm.news, ALARM_STANDS);
	assert_int_equal(take(&alarm), 0);
	clear_it();
	assert_int_equal(take(&alarm), 1);
	assert_int_equal(alarm.news, ALARM_ENDS);
	assert_false(alarm.silent);
	assert_int_equal(take(&alarm), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM alarm"), 0);
}

static void
what_comes_back_goes_on(void **state)
{
	struct alarm alarm;

	(void)state;
	raise_it("connect");
	assert_int_equal(take(&alarm), 1);
	clear_it();
	raise_it("connect");
	assert_int_equal(take(&alarm), 0);
	clear_it();
	assert_int_equal(take(&alarm), 1);
	assert_int_equal(alarm.news, ALARM_ENDS);
	raise_it("connect");
	clear_it();
	assert_int_equal(take(&alarm), 1);
	assert_true(alarm.silent);
}

static void
only_plain_words_are_written(void **state)
{
	static const char *const bad[] = { "", " x", "someone@example.org",
	    "two\nlines", "\xc3\xb5", "a;b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(alarm_raise(&kit_post, "disk-low", bad[i],
		    "1", &e), -1);
		assert_int_equal(e.code, ERR_BUG);
		assert_int_equal(alarm_raise(&kit_post, "disk-low", "-",
		    bad[i], &e), -1);
	}
	assert_int_equal(alarm_raise(&kit_post, "no-such", "-", "1", &e), -1);
	assert_int_equal(alarm_clear(&kit_post, "no-such", "-", &e), -1);
	assert_int_equal(kit_count("SELECT count(*) FROM alarm"), 0);
}

static void
kinds_are_in_order_and_have_a_meaning(void **state)
{
	const struct alarm_kind *kinds;
	size_t n, i;

	(void)state;
	kinds = alarm_kinds(&n);
	for (i = 0; i < n; i++) {
		assert_ptr_equal(alarm_kind(kinds[i].kind), &kinds[i]);
		assert_true(strlen(kinds[i].meaning) > 20);
		assert_true(i == 0 ||
		    strcmp(kinds[i - 1].kind, kinds[i].kind) < 0);
	}
	assert_null(alarm_kind(NULL));
}

int
main(void)
{
#define STORY(f)	cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	static const struct CMUnitTest tests[] = {
		STORY(raising_what_stands_only_renews_it),
		STORY(each_is_told_once_and_again_every_day),
		STORY(what_comes_back_goes_on),
		STORY(only_plain_words_are_written),
		cmocka_unit_test(kinds_are_in_order_and_have_a_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
