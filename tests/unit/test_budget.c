/*
 * The budgets of automatic mail at their edges, the breaker, and a file that
 * somebody broke: always quiet, never loud.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/desk/budget.h"
#include "lib/err.h"

#define HOUR	3600
#define DAY	86400
#define START	((int64_t)498000 * HOUR)	/* a full hour */

static char data[64];

static int
begin(void **state)
{
	(void)state;
	(void)snprintf(data, sizeof(data), "/tmp/budget.XXXXXX");
	return mkdtemp(data) == NULL ? -1 : 0;
}

static int
end(void **state)
{
	static const char *const left[] = { "/state/budget",
	    "/state/budget.lock", "/state", "" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", data, left[i]);
		(void)remove(path);
	}
	return 0;
}

/* Who is asked about: numbers stand for hashes. */
static struct budget_ask
about(enum automatic_template template, uint32_t no, uint32_t address,
    uint32_t domain)
{
	struct budget_ask ask;

	memset(&ask, 0, sizeof(ask));
	ask.template = template;
	memcpy(ask.case_hash, &no, sizeof(no));
	memcpy(ask.person, &no, sizeof(no));
	memcpy(ask.address, &address, sizeof(address));
	memcpy(ask.domain, &domain, sizeof(domain));
	return ask;
}

static int
leave(const struct budget_ask *ask, int64_t now)
{
	struct err e = ERR_INIT;
	int look = budget_ask(data, ask, 0, now, &e);

	/* Asking says the same as counting, and changes nothing. */
	assert_int_equal(budget_ask(data, ask, 1, now, &e), look);
	return look;
}

static int
acknowledge(uint32_t no, uint32_t address, uint32_t domain, int64_t now)
{
	struct budget_ask ask = about(AUTOMATIC_ACKNOWLEDGEMENT, no, address,
	    domain);

	return leave(&ask, now);
}

static void
one_for_a_case_two_for_an_address(void **state)
{
	(void)state;
	assert_int_equal(acknowledge(1, 1, 1, START), BUDGET_YES);
	assert_int_equal(acknowledge(1, 2, 1, START), BUDGET_NO_CASE);
	assert_int_equal(acknowledge(2, 1, 1, START), BUDGET_YES);
	assert_int_equal(acknowledge(3, 1, 1, START), BUDGET_NO_ADDRESS);
	assert_int_equal(acknowledge(3, 1, 1, START + DAY - 1),
	    BUDGET_NO_ADDRESS);
	assert_int_equal(acknowledge(3, 1, 1, START + DAY), BUDGET_YES);
	assert_int_equal(acknowledge(1, 9, 9, START + 3 * DAY),
	    BUDGET_NO_CASE);
	/* A clock that was put back is no way around it. */
	assert_int_equal(acknowledge(1, 9, 9, START - DAY), BUDGET_NO_CASE);
}

static void
twenty_for_a_domain_in_an_hour(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < BUDGET_DOMAIN; i++)
		assert_int_equal(acknowledge(i, i, 7, START), BUDGET_YES);
	assert_int_equal(acknowledge(i, i, 7, START), BUDGET_NO_DOMAIN);
	assert_int_equal(acknowledge(i, i, 8, START), BUDGET_YES);
	assert_int_equal(acknowledge(99, 99, 7, START + HOUR), BUDGET_YES);
}

static void
one_notice_for_a_person_in_an_hour(void **state)
{
	struct budget_ask ask = about(AUTOMATIC_STAFF, 1, 1, 1);

	(void)state;
	assert_int_equal(leave(&ask, START), BUDGET_YES);
	assert_int_equal(leave(&ask, START + HOUR - 1), BUDGET_NO_PERSON);
	ask.urgent = 1;
	assert_int_equal(leave(&ask, START + HOUR - 1), BUDGET_YES);
	ask = about(AUTOMATIC_STAFF, 2, 1, 1);
	assert_int_equal(leave(&ask, START), BUDGET_YES);
}

static void
the_breaker_opens_and_stays_open(void **state)
{
	struct budget_ask ask;
	struct err e = ERR_INIT;
	uint32_t i;

	(void)state;
	for (i = 0; i < BUDGET_FLOOR; i++)
		assert_int_equal(acknowledge(i, i, i, START), BUDGET_YES);
	assert_int_equal(budget_breaker(data, &e), 0);
	assert_int_equal(acknowledge(i, i, i, START), BUDGET_BREAKER);
	assert_int_equal(budget_breaker(data, &e), START);
	assert_int_equal(acknowledge(i, i, i, START + 6 * DAY),
	    BUDGET_BREAKER);
	ask = about(AUTOMATIC_ALARM, 0, 0, 0);
	assert_int_equal(leave(&ask, START), BUDGET_YES);
	ask = about(AUTOMATIC_CANARY, 0, 0, 0);
	assert_int_equal(leave(&ask, START), BUDGET_YES);
	assert_int_equal(budget_resume(data, &e), 1);
	assert_int_equal(budget_resume(data, &e), 0);
	assert_int_equal(budget_breaker(data, &e), 0);
	assert_int_equal(acknowledge(i, i, i, START + HOUR), BUDGET_YES);
}

/* Twenty an hour are usual here: a hundred are five times that. */
static void
the_breaker_knows_what_is_usual(void **state)
{
	uint32_t i, hour, no = 0;

	(void)state;
	for (hour = 0; hour < 10; hour++)
		for (i = 0; i < 20; i++, no++)
			assert_int_equal(acknowledge(no, no, no, START +
			    hour * HOUR), BUDGET_YES);
	for (i = 0; i < 100; i++, no++)
		assert_int_equal(acknowledge(no, no, no, START + 20 * HOUR),
		    BUDGET_YES);
	assert_int_equal(acknowledge(no, no, no, START + 20 * HOUR),
	    BUDGET_BREAKER);
}

static void
alarms_have_a_measure_of_their_own(void **state)
{
	struct budget_ask ask = about(AUTOMATIC_ALARM, 0, 0, 0);
	int64_t now = START;
	int i;

	(void)state;
	for (i = 0; i < BUDGET_ALARM_DAY; i++) {
		if (i > 0 && i % BUDGET_ALARM_HOUR == 0) {
			assert_int_equal(leave(&ask, now), BUDGET_NO_ALARM);
			now += HOUR;
		}
		assert_int_equal(leave(&ask, now), BUDGET_YES);
	}
	assert_int_equal(leave(&ask, now + HOUR), BUDGET_NO_ALARM);
	assert_int_equal(leave(&ask, START + DAY), BUDGET_YES);
}

/* In place of the file. */
static void
write_file(const char *text)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/state/budget", data);
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fputs(text, f);
	(void)fclose(f);
}

static void
a_broken_file_is_quiet_and_says_so(void **state)
{
	static const char *const broken[] = { "nonsense\n", "1 q -\n",
	    "5 c\n", "5 c x y\n", "5 c 0123\n\n!!\n" };
	struct budget_ask staff = about(AUTOMATIC_STAFF, 1, 1, 1);
	struct budget_ask alarm = about(AUTOMATIC_ALARM, 1, 1, 1);
	struct budget_ask canary = about(AUTOMATIC_CANARY, 1, 1, 1);
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	assert_int_equal(acknowledge(1, 1, 1, START), BUDGET_YES);
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(budget_file(data, START, &e), BUDGET_YES);
		write_file(broken[i]);
		assert_int_equal(budget_file(data, START, &e),
		    BUDGET_DAMAGED);
		assert_int_equal(leave(&canary, START), BUDGET_YES);
		assert_int_equal(leave(&alarm, START), BUDGET_DAMAGED);
		assert_int_equal(leave(&staff, START + HOUR - 1),
		    BUDGET_DAMAGED);
		assert_int_equal(leave(&staff, START + HOUR), BUDGET_YES);
		assert_int_equal(leave(&alarm, START + HOUR), BUDGET_YES);
		assert_int_equal(acknowledge(2, 2, 2, START + 5 * DAY - 1),
		    BUDGET_DAMAGED);
		assert_int_equal(budget_resume(data, &e), 1);
		assert_int_equal(budget_resume(data, &e), 0);
	}
	assert_int_equal(acknowledge(2, 2, 2, START), BUDGET_YES);
}

/* What can be read beside the damage is not forgotten. */
static void
the_good_lines_of_a_broken_file_count(void **state)
{
	char text[256], path[128];
	struct err e = ERR_INIT;
	size_t n;
	FILE *f;

	(void)state;
	assert_int_equal(acknowledge(1, 1, 1, START), BUDGET_YES);
	(void)snprintf(path, sizeof(path), "%s/state/budget", data);
	memcpy(text, "rubbish\n", 8);
	assert_non_null(f = fopen(path, "r"));
	n = fread(text + 8, 1, sizeof(text) - 9, f);
	text[8 + n] = '\0';
	(void)fclose(f);
	write_file(text);
	assert_int_equal(acknowledge(1, 2, 2, START), BUDGET_DAMAGED);
	assert_int_equal(budget_resume(data, &e), 1);
	assert_int_equal(acknowledge(1, 2, 2, START), BUDGET_NO_CASE);
}

/* As long as it is full nobody is written to, and nothing is taken out. */
static void
a_full_file_stops_and_forgets_nothing(void **state)
{
	struct budget_ask alarm = about(AUTOMATIC_ALARM, 1, 1, 1);
	struct budget_ask canary = about(AUTOMATIC_CANARY, 1, 1, 1);
	struct budget_ask staff = about(AUTOMATIC_STAFF, 7, 1, 1);
	struct err e = ERR_INIT;
	char path[128];
	FILE *f;
	int i;

	(void)state;
	/* What was said last, behind thousands of others. */
	assert_int_equal(acknowledge(1, 1, 1, START + DAY), BUDGET_YES);
	(void)snprintf(path, sizeof(path), "%s/state/budget", data);
	assert_non_null(f = fopen(path, "a"));
	for (i = 0; i < BUDGET_LINES - 4; i++)
		(void)fprintf(f, "%lld c %064d\n", (long long)START, i);
	(void)fclose(f);
	assert_int_equal(budget_file(data, START + DAY, &e), BUDGET_FULL);
	assert_int_equal(acknowledge(2, 2, 2, START + DAY), BUDGET_FULL);
	assert_int_equal(leave(&staff, START + DAY), BUDGET_FULL);
	assert_int_equal(leave(&canary, START + DAY), BUDGET_YES);
	for (i = 0; i < BUDGET_ALARM_HOUR; i++)
		assert_int_equal(leave(&alarm, START + DAY), BUDGET_YES);
	/* Nobody is let in by waiting, and the last one is still known. */
	assert_int_equal(acknowledge(2, 2, 2, START + 2 * DAY - 1),
	    BUDGET_FULL);
	assert_int_equal(budget_file(data, START + 5 * DAY, &e), BUDGET_YES);
	assert_int_equal(acknowledge(1, 9, 9, START + 5 * DAY),
	    BUDGET_NO_CASE);
	assert_int_equal(acknowledge(2, 2, 2, START + 5 * DAY), BUDGET_YES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    one_for_a_case_two_for_an_address, begin, end),
		cmocka_unit_test_setup_teardown(
		    twenty_for_a_domain_in_an_hour, begin, end),
		cmocka_unit_test_setup_teardown(
		    one_notice_for_a_person_in_an_hour, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_breaker_opens_and_stays_open, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_breaker_knows_what_is_usual, begin, end),
		cmocka_unit_test_setup_teardown(
		    alarms_have_a_measure_of_their_own, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_broken_file_is_quiet_and_says_so, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_good_lines_of_a_broken_file_count, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_full_file_stops_and_forgets_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
