/* Words found as a reader would find them, and shown as they were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/find.h"

/* What was found of one word in a text, or "". */
static const char *
found(const char *word, const char *text)
{
	static char out[512];
	struct find_place place;
	struct find *f = find_new(&word, 1, NULL);

	assert_non_null(f);
	out[0] = '\0';
	if (find_in(f, text, &place)) {
		assert_true(place.at + place.len <= strlen(place.text));
		assert_true(place.len < sizeof(out));
		memcpy(out, place.text + place.at, place.len);
		out[place.len] = '\0';
	} else
		assert_null(place.text);
	find_place_free(&place);
	find_free(f);
	return out;
}

static void
case_and_blanks_do_not_matter(void **state)
{
	(void)state;
	assert_string_equal(found("letter", "My LETTER, again"), "LETTER");
	assert_string_equal(found("Two words", "two\r\n   words"),
	    "two words");
	assert_string_equal(found("two words", "two\xc2\xa0words"),
	    "two words");
	assert_string_equal(found("words", "wo\xc2\xadrds"), "words");
	assert_string_equal(found("nothing", "something"), "");
}

static void
a_word_is_found_inside_a_longer_one(void **state)
{
	(void)state;
	assert_string_equal(found("cerita", "tidak menceritakan"), "cerita");
	assert_string_equal(found("kirja", "minu KIRJALE vastati"), "KIRJA");
}

static void
marks_count_when_they_are_typed(void **state)
{
	(void)state;
	assert_string_equal(found("too", "minu t\xc3\xb6\xc3\xb6"),
	    "t\xc3\xb6\xc3\xb6");
	assert_string_equal(found("t\xc3\xb6\xc3\xb6", "T\xc3\x96\xc3\x96"),
	    "T\xc3\x96\xc3\x96");
	assert_string_equal(found("t\xc3\xb6\xc3\xb6", "too tool"), "");
	/* o and a combining tilde, typed and written in either way. */
	assert_string_equal(found("s\xc3\xb5na", "so\xcc\x83na"),
	    "s\xc3\xb5na");
	assert_string_equal(found("so\xcc\x83na", "S\xc3\x95NA"),
	    "S\xc3\x95NA");
	assert_string_equal(found("sona", "So\xcc\x83na"), "S\xc3\xb5na");
}

static void
other_scripts_and_letters_that_grow(void **state)
{
	(void)state;
	assert_string_equal(found("strasse", "Stra\xc3\x9f" "e"),
	    "Stra\xc3\x9f" "e");
	assert_string_equal(found("\xd0\xbf\xd0\xb8\xd1\x81\xd1\x8c",
	    "\xd0\x9f\xd0\x98\xd0\xa1\xd0\xac" "MO"),
	    "\xd0\x9f\xd0\x98\xd0\xa1\xd0\xac");
	/* A ligature of compatibility, and full-width letters. */
	assert_string_equal(found("office", "o\xef\xac\x83" "ce"), "office");
	assert_string_equal(found("abc", "\xef\xbc\xa1\xef\xbc\xa2"
	    "\xef\xbc\xa3"), "ABC");
}

static void
every_word_must_be_there(void **state)
{
	static const char *const words[] = { "second", "first" };
	static const char *const apart[] = { "first second" };
	const char *text = "the First" FIND_FIELD "a second one" FIND_FIELD;
	struct find *f = find_new(words, 2, NULL);
	struct find_place place;

	(void)state;
	assert_int_equal(find_in(f, text, &place), 1);
	assert_string_equal(place.text, "a second one");
	assert_int_equal(place.at, 2);
	assert_int_equal(place.len, 6);
	find_place_free(&place);
	assert_int_equal(find_in(f, "the first alone", &place), 0);
	assert_int_equal(find_in(f, "", &place), 0);
	find_free(f);
	/* A phrase does not go across fields. */
	f = find_new(apart, 1, NULL);
	assert_int_equal(find_in(f, "first" FIND_FIELD "second", &place), 0);
	assert_int_equal(find_in(f, "first \n second", &place), 1);
	find_place_free(&place);
	find_free(f);
}

static void
what_is_no_word_is_refused(void **state)
{
	char longer[FIND_WORD_MAX + 2];
	const char *bad[] = { "", "  ", "\xc2\xad", "\xff", "a\nb", "\033[m",
	    longer };
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e.code = ERR_NONE;
		assert_null(find_new(&bad[i], 1, &e));
		assert_int_equal(e.code, ERR_INPUT);
	}
	longer[FIND_WORD_MAX] = '\0';
	assert_string_equal(found(longer, longer), longer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_and_blanks_do_not_matter),
		cmocka_unit_test(a_word_is_found_inside_a_longer_one),
		cmocka_unit_test(marks_count_when_they_are_typed),
		cmocka_unit_test(other_scripts_and_letters_that_grow),
		cmocka_unit_test(every_word_must_be_there),
		cmocka_unit_test(what_is_no_word_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
