/*
 * The validator of mail addresses (lib/text_address.c) under dice.
 *
 * What it accepts ends up in SMTP commands, headers and look-ups, so it is
 * checked byte by byte against the promise of lib/text.h, by other code than
 * the validator's.  With --ask it says of every line of standard input
 * whether it is an address: for tests/integration/test_corpora_flanker.py.
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
#include "lib/err.h"
#include "lib/text.h"
#include "tests/fuzz/fuzz.h"

#define ROUNDS	100000

static const char *const good[] = { "seeker@example.org", "a@b.ee",
    "first.last+tag@mail.example.co.id", "x_y-z@sub-domain.example",
    "m\xc3\xa4rt@n\xc3\xa4ide.ee", "1@2.3", "o'brien@example.org",
    "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82@example.ee",
    "!#$%&'*+-/=?^_`{|}~@example.org",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.org" };

static const char *const words[] = { "@", ".", "..", "-", " ", "\t", "\r\n",
    "\r\nRCPT TO:<x@example.org>", "<", ">", "\"", "\\", "(", ")", ",", ";",
    ":", "[", "]", "[127.0.0.1]", "%", "!", "+", "\x7f", "\x1b[2J",
    "\xc2\xa0", "\xc2\x85", "\xe2\x80\xae", "\xe2\x80\x8b", "\xef\xbc\xa0",
    "\xef\xbc\x8e", "\xef\xbf\xbd", "\xcc\x81", "\xe2\x80\xa4", "\xc0\xaf",
    "\xed\xa0\x80", "\xf4\x90\x80\x80", "=?utf-8?q?a?=", "xn--", "\xff",
    NULL };

/* The promise, said again in other words; NULL when it is kept. */
static const char *
broken_promise(const char *a)
{
	const char *at = strchr(a, '@'), *p, *dot;
	size_t n = strlen(a), domain;

	if (n > 254 || at == NULL || strchr(at + 1, '@') != NULL)
		return "length or '@'";
	domain = strlen(at + 1);
	if (at == a || at - a > 64 || domain == 0)
		return "an empty or long half";
	for (p = a; *p != '\0'; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7f ||
		    strchr("<>\",;:\\()[]", *p) != NULL)
			return "a byte that SMTP or a header could misread";
	if (a[0] == '.' || at[-1] == '.' || at[1] == '.' || a[n - 1] == '.' ||
	    strstr(a, "..") != NULL)
		return "a dot at an edge";
	for (p = at + 1; *p != '\0'; p = *dot == '\0' ? dot : dot + 1) {
		dot = p + strcspn(p, ".");
		if (*p == '-' || dot[-1] == '-')
			return "a hyphen at the edge of a label";
		if (dot - p > 4 * 63)
			return "a long label";
	}
	if (!text_is_utf8(a, n))
		return "no UTF-8";
	return NULL;
}

/* Nothing of it is invisible: a terminal would show it as it is. */
static int
is_visible(const char *a)
{
	struct buf shown;
	int same;

	buf_init(&shown, 4096);
	(void)text_terminal(a, strlen(a), 0, &shown);
	same = strcmp(shown.bytes, a) == 0;
	buf_free(&shown);
	return same;
}

/* 1 when it was accepted. */
static int
check(const char *address, size_t round)
{
	struct err e = ERR_INIT;
	const char *broken;
	char *key, *again;

	if (text_address_check(address, &e) == -1) {
		assert_int_equal(e.code, ERR_INPUT);
		/* It says what is wrong, never what was typed. */
		if (strlen(address) > 6)
			assert_null(strstr(e.text, address));
		assert_null(text_address_key(address, NULL));
		return 0;
	}
	if ((broken = broken_promise(address)) != NULL)
		fail_msg("round %zu: accepted in spite of %s", round, broken);
	if (!is_visible(address))
		fail_msg("round %zu: accepted, and not visible", round);
	key = text_address_key(address, NULL);
	assert_non_null(key);
	if ((broken = broken_promise(key)) != NULL)
		fail_msg("round %zu: its key has %s", round, broken);
	again = text_address_key(key, NULL);
	assert_non_null(again);
	assert_string_equal(again, key);
	free(again);
	free(key);
	return 1;
}

static void
what_is_accepted_keeps_the_promise(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	struct fuzz f;
	struct buf b;
	size_t i, accepted = 0, rounds = 0;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(text_address_check(good[i], NULL), 0);
		fuzz_add_seed(&seeds, good[i], strlen(good[i]));
	}
	buf_init(&b, 4 * 1024 * 1024);
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &b);
		accepted += (size_t)check(b.bytes, f.round - 1);
		rounds++;
	}
	/* Both happen often, or the dice are no test. */
	assert_true(accepted > rounds / 20 && accepted < rounds / 2);
	buf_free(&b);
	fuzz_free_seeds(&seeds);
}

static int
ask(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		(void)puts(text_address_check(line, NULL) == 0 ? "yes" :
		    "no");
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_accepted_keeps_the_promise),
	};

	if (argc == 2 && strcmp(argv[1], "--ask") == 0)
		return ask();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
