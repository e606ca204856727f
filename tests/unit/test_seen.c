/*
 * tools/seen.c: which quoted lines a case has seen before.  A quote that says
 * anything new must never be folded, however its program wrapped it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/seen.h"

#define OURS	"Dear Mari,\n\nwe have read your letter and thank you.\n" \
	"Would you like to tell us more about the evening?\n\n" \
	"Yes\n-- \nYour counsellor\nYouth desk\n"

/* The folded lines of `text` in [1, last], as "2-3 5-5 ", after OURS. */
static void
folds_to(const char *text, const char *ranges, const char *expected)
{
	struct seen *s = seen_new();
	json_t *all = json_loads(ranges, 0, NULL), *got, *one;
	char said[200] = "";
	size_t i;

	assert_non_null(all);
	seen_add(s, OURS);
	seen_add(s, "Something else entirely was written here.\n");
	got = seen_folds(s, text, all);
	json_array_foreach(got, i, one)
		(void)snprintf(said + strlen(said), sizeof(said) -
		    strlen(said), "%d-%d ",
		    (int)json_integer_value(json_array_get(one, 0)),
		    (int)json_integer_value(json_array_get(one, 1)));
	assert_string_equal(said, expected);
	json_decref(all);
	json_decref(got);
	seen_free(s);
}

static void
a_quote_of_what_was_written_is_folded(void **state)
{
	(void)state;
	folds_to("Hi\n> Dear Mari,\n>\n> we have read your letter and thank "
	    "you.\n> Would you like to tell us more about the evening?\n"
	    "Words\n", "[[2,5]]", "2-5 ");
	/* Wrapped anew, quoted twice, with the empty lines gone. */
	folds_to("Hi\n>> Dear Mari, we have read\n>> your letter and\n"
	    ">> thank\n>> you. Would you like to tell us\n>> more about the "
	    "evening?\n", "[[2,6]]", "2-6 ");
	/* From two texts. */
	folds_to("> Something else entirely was written here.\n"
	    "> we have read your letter and thank you.\n", "[[1,2]]",
	    "1-2 ");
}

static void
anything_new_is_shown(void **state)
{
	(void)state;
	/* One word changed, one put in between, one line put in between. */
	folds_to("> Dear Mari,\n> we have not read your letter and thank "
	    "you.\n> Would you like to tell us more about the evening?\n",
	    "[[1,3]]", "1-1 3-3 ");
	folds_to("> we have read your letter and thank you.\n> help me\n"
	    "> Would you like to tell us more about the evening?\n",
	    "[[1,3]]", "1-1 3-3 ");
	folds_to("> we have read your letter and thank you now.\n",
	    "[[1,1]]", "");
	/* Few words that stand somewhere are no quote of it. */
	folds_to("> the evening\n", "[[1,1]]", "");
	folds_to("> your letter\n> thank you\n", "[[1,2]]", "");
	/* The attribution is new as well. */
	folds_to("On Monday the desk wrote:\n> we have read your letter and "
	    "thank you.\n", "[[1,2]]", "2-2 ");
	/* Nothing runs on from one text into the next. */
	folds_to("> Youth desk Something else entirely\n", "[[1,1]]", "");
}

static void
signatures_are_shown_once(void **state)
{
	(void)state;
	folds_to("Hi\n-- \nYour counsellor\nYouth desk\n", "[[2,4]]",
	    "2-4 ");
	folds_to("Hi\n-- \nMari\n", "[[2,3]]", "");
	folds_to("Hi\n-- \nYour counsellor\nYouth desk\nTel. 1\n", "[[2,5]]",
	    "2-4 ");
}

static void
wrong_ranges_fold_nothing(void **state)
{
	(void)state;
	folds_to("Dear Mari,\n", "[[2,5]]", "");
	folds_to("Dear Mari,\n", "[[0,1]]", "");
	folds_to("Dear Mari,\n", "[[1,900000]]", "");
	folds_to("a\n", "[[1]]", "");
	folds_to("", "[[1,1]]", "");
}

/* Two letters of one word each, as often as they may: it ends soon. */
static void
the_work_is_bounded(void **state)
{
	struct seen *s = seen_new();
	struct buf text, quote;
	json_t *ranges = json_pack("[[i,i]]", 1, 20000), *got;
	int i;

	(void)state;
	buf_init(&text, 4 * 1024 * 1024);
	buf_init(&quote, 4 * 1024 * 1024);
	while (buf_adds(&text, "a a ") == 0)
		;
	for (i = 0; i < 20000; i++)
		assert_int_equal(buf_adds(&quote, "> a a a a a a a b\n"), 0);
	seen_add(s, text.bytes);
	got = seen_folds(s, quote.bytes, ranges);
	assert_int_equal(json_array_size(got), 0);
	json_decref(got);
	json_decref(ranges);
	buf_free(&text);
	buf_free(&quote);
	seen_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quote_of_what_was_written_is_folded),
		cmocka_unit_test(anything_new_is_shown),
		cmocka_unit_test(signatures_are_shown_once),
		cmocka_unit_test(wrong_ranges_fold_nothing),
		cmocka_unit_test(the_work_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
