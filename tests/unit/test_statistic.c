/*
 * Rows for the board: a vector, what is refused, one size for all, and whom a
 * box opens for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statistic.h"
#include "lib/wire.h"

#define ROW \
	"{\"age\":\"15-17\",\"areas\":[\"family\",\"school\"]," \
	"\"gender\":\"girl\",\"hours\":30,\"language\":\"id\"," \
	"\"month\":202611," \
	"\"outcome\":\"done\",\"v\":1}"

static void
reads_and_prints_the_vector(void **state)
{
	unsigned char row[STATISTIC_SIZE], again[STATISTIC_SIZE];
	struct statistic s;

	(void)state;
	memset(row, 0, sizeof(row));
	memcpy(row, ROW, strlen(ROW));
	assert_int_equal(statistic_parse(&s, row, sizeof(row), NULL), 0);
	assert_string_equal(s.age, "15-17");
	assert_string_equal(s.gender, "girl");
	assert_string_equal(s.language, "id");
	assert_string_equal(s.outcome, "done");
	assert_int_equal(s.month, 202611);
	assert_int_equal(s.hours, 30);
	assert_int_equal(s.areas.n, 2);
	assert_string_equal(s.areas.words[1], "school");
	statistic_print(&s, again);
	assert_memory_equal(row, again, sizeof(row));
}

/* The vector with `was` replaced. */
static int
swapped(const char *was, const char *is)
{
	const char *at = strstr(ROW, was);
	unsigned char row[STATISTIC_SIZE];
	struct err e = ERR_INIT;
	char text[STATISTIC_SIZE];
	struct statistic s;
	int result;

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - ROW), ROW,
	    is, at + strlen(was));
	memset(row, 0, sizeof(row));
	memcpy(row, text, strlen(text));
	result = statistic_parse(&s, row, sizeof(row), &e);
	assert_int_equal(e.code, result == 0 ? ERR_NONE : ERR_INPUT);
	return result;
}

static void
refuses_what_is_not_strictly_one(void **state)
{
	static const char *const thirteen = "[\"aa\",\"bb\",\"cc\",\"dd\","
	    "\"ee\",\"ff\",\"gg\",\"hh\",\"ii\",\"jj\",\"kk\",\"ll\","
	    "\"mm\"]";

	(void)state;
	assert_int_equal(swapped("\"15-17\"", "null"), 0);
	assert_int_equal(swapped("\"done\"", "null"), 0);
	assert_int_equal(swapped("[\"family\",\"school\"]", "[]"), 0);
	assert_int_equal(swapped("\"15-17\"", "15"), -1);
	assert_int_equal(swapped("\"15-17\"", "\"\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"=1+1\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"@sum\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"+cmd\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"a\\\"b\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"a\\u001bb\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"a b\""), -1);
	assert_int_equal(swapped("\"15-17\"", "\"a,b\""), -1);
	assert_int_equal(swapped("\"done\"", "\"" "0123456789012345678901234"
	    "5678901234567890" "\""), -1);
	assert_int_equal(swapped("202611", "202613"), -1);
	assert_int_equal(swapped("202611", "202600"), -1);
	assert_int_equal(swapped("202611", "26"), -1);
	assert_int_equal(swapped("202611", "\"202611\""), -1);
	assert_int_equal(swapped("[\"family\",\"school\"]", "null"), -1);
	assert_int_equal(swapped("[\"family\",\"school\"]", "[1]"), -1);
	assert_int_equal(swapped("30", "null"), 0);
	assert_int_equal(swapped("30", "1440"), 0);
	assert_int_equal(swapped("30", "1441"), -1);
	assert_int_equal(swapped("30", "-1"), -1);
	assert_int_equal(swapped("\"hours\":30,", ""), -1);
	assert_int_equal(swapped("\"family\"", "\"school\""), -1);
	assert_int_equal(swapped("\"family\"", "\"work\""), -1);
	assert_int_equal(swapped("[\"family\",\"school\"]", thirteen), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":2"), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"case\":\"7K2M9Q4X\""),
	    -1);
	assert_int_equal(swapped("\"language\":\"id\",", ""), 0);
	assert_int_equal(swapped("\"month\":202611,", ""), -1);
	assert_int_equal(swapped("{", "[{"), -1);
	assert_int_equal(swapped("1}", "1"), -1);
	assert_int_equal(swapped("1}", "1} "), 0);
	assert_int_equal(swapped("1}", "1}{}"), -1);
}

static void
refuses_another_size(void **state)
{
	unsigned char row[STATISTIC_SIZE + 1];
	struct statistic s;

	(void)state;
	memset(row, 0, sizeof(row));
	assert_int_equal(statistic_parse(&s, row, STATISTIC_SIZE, NULL), -1);
	memcpy(row, ROW, strlen(ROW));
	assert_int_equal(statistic_parse(&s, row, STATISTIC_SIZE, NULL), 0);
	assert_int_equal(statistic_parse(&s, row, STATISTIC_SIZE - 1, NULL),
	    -1);
	assert_int_equal(statistic_parse(&s, row, STATISTIC_SIZE + 1, NULL),
	    -1);
	assert_int_equal(statistic_parse(&s, row, strlen(ROW), NULL), -1);
	assert_int_equal(statistic_parse(&s, row, 0, NULL), -1);
	row[STATISTIC_SIZE - 1] = 'x';	/* no place for a word */
	assert_int_equal(statistic_parse(&s, row, STATISTIC_SIZE, NULL), -1);
}

/* What somebody typed, or a machine found: bounded, and never refused. */
static void
words_that_do_not_fit_are_left_out(void **state)
{
	unsigned char row[STATISTIC_SIZE];
	struct statistic s, read;
	char word[FACE_WORD_MAX + 2];
	size_t i;

	(void)state;
	memset(&s, 0, sizeof(s));
	s.month = 202612;
	s.hours = STATISTIC_HOURS_MAX;
	statistic_set(s.age, NULL);
	statistic_set(s.gender, "my name is Siti");
	statistic_set(s.outcome, "=HYPERLINK");
	assert_string_equal(s.age, "");
	assert_string_equal(s.gender, "");
	assert_string_equal(s.outcome, "");
	memset(word, 'w', sizeof(word));
	word[FACE_WORD_MAX + 1] = '\0';
	statistic_set(s.language, word);
	assert_string_equal(s.language, "");
	word[FACE_WORD_MAX] = '\0';
	statistic_set(s.age, word);
	statistic_set(s.gender, word);
	statistic_set(s.language, word);
	statistic_set(s.outcome, word);
	for (i = 0; i < 2 * STATISTIC_AREAS_MAX; i++) {
		word[0] = (char)('a' + i);
		statistic_add_area(&s, word);
		statistic_add_area(&s, word);	/* none twice */
	}
	assert_int_equal(s.areas.n, STATISTIC_AREAS_MAX);
	/* The longest there is still fits, and is read as it was. */
	statistic_print(&s, row);
	assert_int_equal(statistic_parse(&read, row, sizeof(row), NULL), 0);
	assert_int_equal(read.areas.n, STATISTIC_AREAS_MAX);
	assert_string_equal(read.outcome, s.outcome);
	assert_int_equal(read.hours, STATISTIC_HOURS_MAX);
}

static void
a_wait_is_told_in_begun_hours_and_then_days(void **state)
{
	(void)state;
	assert_int_equal(statistic_hours(-5), 0);
	assert_int_equal(statistic_hours(0), 0);
	assert_int_equal(statistic_hours(1), 1);
	assert_int_equal(statistic_hours(3600), 1);
	assert_int_equal(statistic_hours(3601), 2);
	assert_int_equal(statistic_hours(96 * 3600), 96);
	assert_int_equal(statistic_hours(96 * 3600 + 1), 120);
	assert_int_equal(statistic_hours(120 * 3600 + 1), 144);
	assert_int_equal(statistic_hours(INT64_MAX), STATISTIC_HOURS_MAX);
}

static void
opens_for_its_desk_and_epoch_alone(void **state)
{
	unsigned char pub[SEAL_KEY], other[SEAL_KEY];
	struct secret *key = seal_pair_new(pub), *wrong;
	struct statistic s, read;
	struct err e = ERR_INIT;
	struct buf box;

	(void)state;
	wrong = seal_pair_new(other);
	memset(&s, 0, sizeof(s));
	s.month = 202611;
	statistic_set(s.age, "13-14");
	buf_init(&box, STATISTIC_BOX_MAX);
	assert_int_equal(statistic_seal(&s, pub, "youth", 12, &box, NULL), 0);
	assert_int_equal(box.len, statistic_box_size("youth", 12));
	assert_int_equal(statistic_open(&read, key, "youth", 12, box.bytes,
	    box.len, &e), 0);
	assert_string_equal(read.age, "13-14");
	assert_int_equal(statistic_open(&read, key, "youth", 13, box.bytes,
	    box.len, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(statistic_open(&read, key, "craft", 12, box.bytes,
	    box.len, &e), -1);
	assert_int_equal(statistic_open(&read, wrong, "youth", 12, box.bytes,
	    box.len, &e), -1);
	assert_int_equal(statistic_open(&read, key, "youth", 12, box.bytes,
	    box.len - 1, &e), -1);
	assert_int_equal(statistic_open(&read, key, "youth", 12, box.bytes,
	    0, &e), -1);
	box.bytes[box.len / 2] ^= 1;
	assert_int_equal(statistic_open(&read, key, "youth", 12, box.bytes,
	    box.len, &e), -1);
	/* Made by somebody who has the public half: no row inside. */
	buf_clear(&box);
	assert_int_equal(seal_box(pub, BOX_STATISTIC, "youth/12", "{}", 2,
	    &box, NULL), 0);
	e.code = ERR_NONE;
	assert_int_equal(statistic_open(&read, key, "youth", 12, box.bytes,
	    box.len, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	buf_free(&box);
	secret_free(key);
	secret_free(wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(refuses_what_is_not_strictly_one),
		cmocka_unit_test(refuses_another_size),
		cmocka_unit_test(words_that_do_not_fit_are_left_out),
		cmocka_unit_test(a_wait_is_told_in_begun_hours_and_then_days),
		cmocka_unit_test(opens_for_its_desk_and_epoch_alone),
	};

	wire_init();
	if (seal_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
