/*
 * What people type as a return code (lib/return_code.c) under dice.
 *
 * Whatever is accepted is a code that prints and parses to itself, and in
 * digits it is exactly the digits that were typed; whatever is refused leaves
 * nothing behind but a place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/return_code.h"
#include "lib/word_list.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/words_kit.h"

#define ROUNDS	30000
#define SEEDS	40

static const char *const words[] = { " ", "\n", "-", ",", ".", "/", "0", "9",
    "99999999", "\xc3\xb5", "\xcc\x83", "\xc2\xad", "\xe2\x80\x8b", "\xff",
    "\xc0\x80", "\xf4\x90\x80\x80", "\xd9\xa3", "\xf0\x9d\x9f\x97",
    "\xe0\xa4\x95", "/ /", "e\xcc\x81", NULL };

static struct word_list *lists[4];

static void
check_same(const struct return_code *c, const struct word_list *list,
    struct buf *b)
{
	const struct word_list *const *all =
	    (const struct word_list *const *)lists;
	struct return_code again;

	buf_clear(b);
	assert_int_equal(return_code_print(c, list, b), 0);
	assert_int_equal(return_code_parse(&again, b->bytes, all, NULL, NULL),
	    0);
	assert_string_equal(c->locator, again.locator);
	assert_memory_equal(c->number->bytes, again.number->bytes,
	    RETURN_CODE_NUMBER);
	return_code_free(&again);
}

/* The ASCII digits of what was typed, if they are all there is. */
static void
check_digits(const struct return_code *c, const char *typed)
{
	char digits[RETURN_CODE_LOCATOR + RETURN_CODE_NUMBER + 1];
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if ((unsigned char)*typed >= 0x80)
			return;
		if (*typed < '0' || *typed > '9')
			continue;
		assert_true(n < sizeof(digits) - 1);
		digits[n++] = *typed;
	}
	if (n == 0)
		return;		/* in words */
	assert_int_equal(n, sizeof(digits) - 1);
	assert_memory_equal(digits, c->locator, RETURN_CODE_LOCATOR);
	assert_memory_equal(digits + RETURN_CODE_LOCATOR, c->number->bytes,
	    RETURN_CODE_NUMBER);
}

static int
check(const char *typed, struct buf *b)
{
	const struct word_list *const *all =
	    (const struct word_list *const *)lists;
	struct return_code_wrong w;
	struct err e = ERR_INIT;
	struct return_code c;
	size_t i;

	if (return_code_parse(&c, typed, all, &w, &e) == -1) {
		assert_int_equal(e.code, ERR_INPUT);
		assert_true(strlen(e.text) > 0);
		assert_null(c.number);
		assert_int_equal(c.locator[0], '\0');
		assert_true(w.fault <= RETURN_CODE_RANGE);
		assert_true(w.part <= 2048);
		return 0;
	}
	assert_int_equal(strspn(c.locator, "0123456789"),
	    RETURN_CODE_LOCATOR);
	check_digits(&c, typed);
	for (i = 0; i < 4; i++)
		check_same(&c, lists[i], b);
	return_code_free(&c);
	return 1;
}

static void
what_is_accepted_is_a_code(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	unsigned char form[RETURN_CODE_FORM] = { 0 };
	struct secret *pepper = secret_new(SEAL_KEY);
	struct return_code c;
	struct fuzz f;
	struct buf b, input;
	size_t i, accepted = 0, rounds = 0;

	(void)state;
	buf_init(&b, RETURN_CODE_MAX);
	buf_init(&input, 4 * 1024 * 1024);
	for (i = 0; i < SEEDS; i++) {
		form[0] = (unsigned char)i;
		return_code_make(&c, pepper, form, 0);
		buf_clear(&b);
		assert_int_equal(return_code_print(&c, lists[i % 4], &b), 0);
		assert_int_equal(check(b.bytes, &input), 1);
		buf_clear(&b);
		assert_int_equal(return_code_print(&c, lists[i % 4], &b), 0);
		fuzz_add_seed(&seeds, b.bytes, b.len);
		return_code_free(&c);
	}
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &input);
		accepted += (size_t)check(input.bytes, &b);
		rounds++;
	}
	/* Both happen often, or the dice are no test. */
	assert_true(accepted > rounds / 100 && accepted < rounds / 2);
	buf_free(&input);
	buf_free(&b);
	secret_free(pepper);
	fuzz_free_seeds(&seeds);
}

static int
begin(void **state)
{
	(void)state;
	if (seal_init(NULL) == -1)
		return -1;
	lists[0] = words_kit_list("et");
	lists[1] = words_kit_list("id");
	lists[2] = words_kit_list("en");
	return 0;
}

static int
end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		word_list_free(lists[i]);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_accepted_is_a_code),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
