/* How long people really wait, and who counts for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/desk/load.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define PROMISE	100

static int64_t
wait_of(const int64_t *ended, size_t n, const int64_t *open, size_t m)
{
	int64_t copy[32];

	memcpy(copy, ended, n * sizeof(*copy));
	return load_wait(copy, n, open, m, PROMISE);
}

static void
four_of_five(void **state)
{
	static const int64_t ended[] = { 50, 1, 40, 2, 30, 10, 20, 7, 8, 9 };
	static const int64_t same[] = { 0, 0, 0, 0, 0 };

	(void)state;
	/* Of 10, 30, 40, 50, 1, 2 ... the one that 4 of 5 do not pass. */
	assert_int_equal(wait_of(ended, 10, NULL, 0), 30);
	assert_int_equal(wait_of(ended, 5, NULL, 0), 40);
	assert_int_equal(wait_of(ended, 6, NULL, 0), 40);
	assert_int_equal(wait_of(ended, 4, NULL, 0), 0);
	assert_int_equal(wait_of(same, 5, NULL, 0), 1);
	assert_int_equal(wait_of(ended, 0, NULL, 0), 0);
}

static void
who_still_waits(void **state)
{
	static const int64_t ended[] = { 1, 2, 3, 10, 30 };
	static const int64_t young[] = { 1, 2, 10, 10, 9, 8 };
	static const int64_t old[] = { 11, 500, 500, 500, 500, 99, 100 };

	(void)state;
	/* Not yet longer than what is usual: says nothing. */
	assert_int_equal(wait_of(ended, 5, young, 6), 10);
	/* Longer: counts for at least so much. */
	assert_int_equal(wait_of(ended, 5, old, 1), 11);
	assert_int_equal(wait_of(ended, 5, old, 2), 30);
	assert_int_equal(wait_of(ended, 5, old, 5), 500);
	/* Few answers: only who waits longer than was promised. */
	assert_int_equal(wait_of(ended, 4, old, 1), 0);
	assert_int_equal(wait_of(ended, 4, old, 2), 10);
	assert_int_equal(wait_of(ended, 0, old, 5), 0);
	assert_int_equal(wait_of(ended, 1, old, 7), 500);
}

static struct load
look(void)
{
	struct err e = ERR_INIT;
	struct load load;

	assert_int_equal(load_look(&kit_web, config_desk(kit_web.config,
	    "youth"), &load, &e), 0);
	return load;
}

static void
from_the_store(void **state)
{
	char sql[256], from[32];
	int i;

	(void)state;
	assert_int_equal(look().waiting, 0);
	for (i = 1; i <= 6; i++) {
		(void)snprintf(from, sizeof(from), "a%d@b.example", i);
		(void)snprintf(sql, sizeof(sql), "UPDATE cases SET "
		    "first_answer = created + %d, waiting_since = NULL "
		    "WHERE id = '%s'", 1000 * i, kit_letter(from, from,
		    NULL));
		kit_meddle(sql);
	}
	assert_int_equal(look().wait_s, 5000);
	/* Those that the tray holds count for nothing. */
	(void)snprintf(sql, sizeof(sql), "UPDATE cases SET created = 0, "
	    "flags = 'tray suspect' WHERE id = '%s'", kit_letter(
	    "c@b.example", "spam", NULL));
	kit_meddle(sql);
	assert_int_equal(look().waiting, 0);
	assert_int_equal(look().wait_s, 5000);
	/* A letter that waits; and another desk's is not ours. */
	(void)kit_letter("d@b.example", "help", NULL);
	assert_int_equal(look().waiting, 1);
	assert_int_equal(look().wait_s, 5000);
	kit_meddle("UPDATE cases SET created = created - 9000 WHERE "
	    "waiting_since IS NOT NULL");
	assert_int_equal(look().wait_s, 6000);
	kit_meddle("UPDATE cases SET desk = 'careers'");
	assert_int_equal(look().waiting, 0);
	assert_int_equal(look().wait_s, 0);
	/* What is older than two weeks is over. */
	kit_meddle("UPDATE cases SET desk = 'youth', first_answer = "
	    "first_answer - 1220000");
	assert_int_equal(look().wait_s, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_of_five),
		cmocka_unit_test(who_still_waits),
		cmocka_unit_test_setup_teardown(from_the_store, kit_begin,
		    kit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
