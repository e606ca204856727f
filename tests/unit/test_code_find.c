/* Return codes in the middle of a letter, and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/code_find.h"
#include "lib/return_code.h"
#include "lib/word_list.h"
#include "tests/unit/words_kit.h"


static struct return_code
make(void)
{
	unsigned char form[RETURN_CODE_FORM];
	struct secret *pepper = secret_new(32);
	struct return_code c;

	memset(form, 5, sizeof(form));
	memset(pepper->bytes, 6, 32);
	return_code_make(&c, pepper, form, 0);
	secret_free(pepper);
	return c;
}

/*
 * The text with the code c left out wherever it is found, "*" in its place;
 * c NULL: whatever is found.
 */
static const char *
without(const char *text, const struct return_code *c)
{
	static char out[8192];
	struct return_code got;
	struct code_find f;
	size_t begin, end, from = 0;
	int is;

	out[0] = '\0';
	code_find_begin(&f, text, kit_all());
	while (code_find_next(&f, &begin, &end, &got)) {
		is = c == NULL || (strcmp(c->locator, got.locator) == 0 &&
		    memcmp(c->number->bytes, got.number->bytes,
		    RETURN_CODE_NUMBER) == 0);
		return_code_free(&got);
		if (!is)
			continue;
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out),
		    "%.*s*", (int)(begin - from), text + from);
		from = end;
		code_find_resume(&f, end);
	}
	(void)snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s",
	    text + from);
	return out;
}

static int
count(const char *text)
{
	struct return_code c;
	struct code_find f;
	size_t begin, end;
	int n = 0;

	code_find_begin(&f, text, kit_all());
	while (code_find_next(&f, &begin, &end, &c)) {
		n++;
		return_code_free(&c);
	}
	return n;
}

/* In each spelling, wherever it stands. */
static void
found(void **state)
{
	static const char *const around[][2] = {
		{ "", "" }, { "I lost it: ", ". Help!" }, { "\n\n", "\r\n" },
		{ "(", ")" }, { "\xc3\xa4\xc3\xb5 1 ", " 2 \xc3\xbc" },
		{ "My number is 0812 3456 and\n", "\n, well" },
		{ "\"", "\"" }
	};
	struct return_code c = make();
	struct buf code, text, want;
	size_t i, k;

	(void)state;
	buf_init(&code, 512);
	buf_init(&text, 1024);
	buf_init(&want, 1024);
	for (k = 0; k < 4; k++) {
		buf_clear(&code);
		assert_int_equal(return_code_print(&c, kit_lists[k], &code), 0);
		for (i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
			buf_clear(&text);
			buf_clear(&want);
			(void)buf_addf(&text, "%s%s%s", around[i][0],
			    code.bytes, around[i][1]);
			(void)buf_addf(&want, "%s*%s", around[i][0],
			    around[i][1]);
			assert_string_equal(without(text.bytes, &c),
			    want.bytes);
		}
	}
	return_code_free(&c);
	buf_free(&code);
	buf_free(&text);
	buf_free(&want);
}

/* As people write it down. */
static void
forgiven(void **state)
{
	(void)state;
	assert_string_equal(without("x 12345678123456123456123456123456 y",
	    NULL),
	    "x * y");
	assert_string_equal(without("1234-5678/123456.123456,123456\n123456",
	    NULL),
	    "*");
	assert_string_equal(without("1 2 3 4 5 6 7 8 1 2 3 4 5 6 1 2 3 4 5 6 "
	    "1 2 3 4 5 6 1 2 3 4 5 6", NULL), "*");
	/* Two in a row, and one cut off. */
	assert_string_equal(without("12345678123456123456123456123456 / "
	    "12345678123456123456123456123456 1234 5678", NULL),
	    "* / * 1234 5678");
}

/* As it is copied from the page, with the words that stand between. */
static void
halves(void **state)
{
	static const char *const between[] = { "\nSecond part\n", " and ",
	    "\nBagian kedua:\n\n", "\nTeine osa\n", " - then my " };
	struct return_code c = make();
	struct buf code, text;
	char *cut;
	size_t i, k;

	(void)state;
	buf_init(&code, 512);
	buf_init(&text, 1024);
	for (k = 0; k < 4; k++) {
		buf_clear(&code);
		assert_int_equal(return_code_print(&c, kit_lists[k], &code), 0);
		cut = strstr(code.bytes, " / ");
		assert_non_null(cut);
		*cut = '\0';
		for (i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
			buf_clear(&text);
			(void)buf_addf(&text, "First part\n%s%s%s\nBye",
			    code.bytes, between[i], cut + 3);
			assert_string_equal(without(text.bytes, &c),
			    "First part\n*\nBye");
		}
		/* Four are too many. */
		buf_clear(&text);
		(void)buf_addf(&text, "%s x y z x %s", code.bytes, cut + 3);
		assert_string_equal(without(text.bytes, &c), text.bytes);
	}
	assert_int_equal(count("1234 5678 9 123456 123456 123456 123456"), 0);
	return_code_free(&c);
	buf_free(&code);
	buf_free(&text);
}

static void
not_codes(void **state)
{
	static const char *const texts[] = {
		"", " ", "hello",
		/* 31 and 33 digits. */
		"1234 5678 / 123456 123456 123456 12345",
		"1234 5678 / 123456 123456 123456 1234567",
		/* Too high for a code. */
		"9999 5678 / 123456 123456 123456 123456",
		"1234 5678 / 923456 123456 123456 123456",
		/* Letters among or beside them. */
		"1234 5678 / 123456 123456 x 123456 123456",
		"A12345678123456123456123456123456",
		"12345678123456123456123456123456B",
		/* An account, telephones, a card, a date. */
		"EE38 2200 2210 2014 5685", "DE89370400440532013000",
		"+62 812 3456 7890, +62 812 3456 7891, +372 5123 4567",
		"4111 1111 1111 1111 12/27 123",
		"2026-11-26 08:30:00, 2026-11-27 09:00:00 and 3"
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(without(texts[i], NULL), texts[i]);
}

/* Words: seven are none, nor eight of two languages or with one between. */
static void
words(void **state)
{
	char text[1024] = "";
	unsigned int i;

	(void)state;
	for (i = 0; i < 7; i++)
		(void)snprintf(text + strlen(text), sizeof(text) -
		    strlen(text), "%s ", word_list_word(kit_lists[EN],
		    100 * i));
	assert_int_equal(count(text), 0);
	(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
	    "%s", word_list_word(kit_lists[ET], 77));
	assert_int_equal(count(text), 0);
	(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
	    " %s", word_list_word(kit_lists[EN], 77));
	assert_int_equal(count(text), 0);
	/* Ten in a row hold three, and three more with some between. */
	text[0] = '\0';
	for (i = 0; i < 10; i++)
		(void)snprintf(text + strlen(text), sizeof(text) -
		    strlen(text), "%s\n", word_list_word(kit_lists[ID],
		    700 * i));
	assert_int_equal(count(text), 6);
	/* Far apart from each other they are none. */
	text[0] = '\0';
	for (i = 0; i < 8; i++)
		(void)snprintf(text + strlen(text), sizeof(text) -
		    strlen(text), "%s%-80s", word_list_word(kit_lists[EN],
		    i), "");
	assert_int_equal(count(text), 0);
}

/* Whoever fills a letter with numbers does not keep others waiting. */
static void
bounded(void **state)
{
	char *text = mem_alloc(2 * 3 * CODE_FIND_LOOKS + 1);
	size_t i;

	(void)state;
	for (i = 0; i < 3 * CODE_FIND_LOOKS; i++)
		memcpy(text + 2 * i, "1 ", 2);
	assert_int_equal(count(text), CODE_FIND_LOOKS);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found),
		cmocka_unit_test(forgiven),
		cmocka_unit_test(halves),
		cmocka_unit_test(not_codes),
		cmocka_unit_test(words),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, kit_lists_begin, kit_lists_end);
}
