/* Errors: the text stays whole UTF-8 at its limit, codes have words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"

static void
sets_and_prefixes(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	err_set(&e, ERR_GONE, "no case '%s'", "7K2M");
	assert_int_equal(e.code, ERR_GONE);
	assert_string_equal(e.text, "no case '7K2M'");
	err_prefix(&e, "desk '%s'", "youth");
	assert_int_equal(e.code, ERR_GONE);
	assert_string_equal(e.text, "desk 'youth': no case '7K2M'");
	err_set(NULL, ERR_BUG, "nobody listens");
	err_prefix(NULL, "nobody listens");
}

/* "é" is two bytes, so one of two lengths would be cut in its middle. */
static void
cuts_at_characters(void **state)
{
	struct err e = ERR_INIT;
	char text[1200], *gap;
	size_t i, odd;

	(void)state;
	for (odd = 0; odd < 2; odd++) {
		memset(text, 'x', sizeof(text));
		for (i = odd; i < 1100; i += 2)
			memcpy(text + i, "é", 2);
		text[1101] = '\0';
		err_set(&e, ERR_INPUT, "%s", text);
		assert_in_range(strlen(e.text), sizeof(e.text) - 3,
		    sizeof(e.text) - 1);
		gap = strstr(e.text, " ... ");
		assert_non_null(gap);
		assert_int_equal((unsigned char)gap[-1], 0xa9);
		assert_int_equal((unsigned char)gap[5], 0xc3);
		err_prefix(&e, "%s", text);
		*strstr(e.text, ": ") = '\0';
		assert_int_equal((unsigned char)e.text[strlen(e.text) - 1],
		    0xa9);
	}
}

/* What to do stands at the end, however long the word in the middle is. */
static void
leaves_out_the_middle(void **state)
{
	struct err e = ERR_INIT;
	char text[4097];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&e, ERR_INPUT, "no '%s' here, nor '%s': look there", text,
	    text);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_memory_equal(e.text, "no 'xxx", 7);
	assert_non_null(strstr(e.text, "xxx ... xxx"));
	assert_string_equal(e.text + strlen(e.text) - 14, "x': look there");
	err_prefix(&e, "desk");
	assert_memory_equal(e.text, "desk: no 'xxx", 13);
	assert_string_equal(e.text + strlen(e.text) - 14, "x': look there");
}

static void
has_words_and_exits(void **state)
{
	static const struct { enum err_code code; const char *word; int exit; }
	    all[] = {
		{ ERR_NONE, "none", 0 }, { ERR_INPUT, "input", 65 },
		{ ERR_RETRY, "retry", 75 }, { ERR_CONFLICT, "conflict", 75 },
		{ ERR_DENIED, "denied", 77 }, { ERR_GONE, "gone", 65 },
		{ ERR_IO, "io", 74 }, { ERR_BUG, "bug", 70 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_string_equal(err_word(all[i].code), all[i].word);
		assert_int_equal(err_exit(all[i].code), all[i].exit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_and_prefixes),
		cmocka_unit_test(cuts_at_characters),
		cmocka_unit_test(leaves_out_the_middle),
		cmocka_unit_test(has_words_and_exits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
