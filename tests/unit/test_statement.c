/* Who is written to: a vector both ways, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statement.h"

#define STATEMENT \
	"{\"address\":\"aunt@example.org\",\"after\":null,\"at\":1795000000," \
	"\"author\":\"anna\",\"case\":\"7K2M9Q4X\",\"desk\":\"youth\"," \
	"\"mode\":\"mail\",\"name\":\"Aunt\",\"participant\":2," \
	"\"replaces\":null,\"role\":\"relative\",\"v\":1}"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* The vector with `was` replaced: 0 when it is still a statement. */
static int
swapped(const char *was, const char *is)
{
	const char *at = strstr(STATEMENT, was);
	struct err e = ERR_INIT;
	struct statement_doc s;
	char text[16384];
	int result;

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s",
	    (int)(at - STATEMENT), STATEMENT, is, at + strlen(was));
	result = statement_parse(&s, text, strlen(text), &e);
	if (result == 0)
		statement_free(&s);
	else
		assert_int_equal(e.code, ERR_INPUT);
	return result;
}

static void
reads_and_prints_the_vector(void **state)
{
	struct statement_doc s;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(statement_parse(&s, STATEMENT, strlen(STATEMENT),
	    NULL), 0);
	assert_string_equal(s.case_id, "7K2M9Q4X");
	assert_string_equal(s.desk, "youth");
	assert_int_equal(s.participant, 2);
	assert_string_equal(s.role, "relative");
	assert_string_equal(s.name, "Aunt");
	assert_string_equal(s.address, "aunt@example.org");
	assert_null(s.replaces);
	assert_false(s.has_after);
	assert_string_equal(s.author, "anna");
	assert_int_equal(s.at, 1795000000);
	text = statement_print(&s, &len, NULL);
	assert_string_equal(text, STATEMENT);
	assert_int_equal(len, strlen(STATEMENT));
	free(text);
	statement_free(&s);
}

static void
takes_what_it_may(void **state)
{
	(void)state;
	assert_int_equal(swapped("\"Aunt\"", "null"), 0);
	assert_int_equal(swapped("relative", "teacher"), 0);
	assert_int_equal(swapped("\"replaces\":null",
	    "\"replaces\":\"old@example.org\""), 0);
	assert_int_equal(swapped("\"mode\":\"mail\"",
	    "\"mode\":\"notice\""), 0);
	assert_int_equal(swapped("\"replaces\":null",
	    "\"replaces\":\"aunt@example.org\""), 0);
	assert_int_equal(swapped("aunt@", "t\xc3\xa4" "di@"), 0);
}

static void
refuses_another_document(void **state)
{
	static const char *const swaps[][2] = {
		{ "\"v\":1", "\"v\":2" }, { "\"v\":1", "\"v\":1,\"x\":1" },
		{ "\"v\":1", "\"v\":1,\"v\":1" }, { "7K2M9Q4X", "7K2M9Q4" },
		{ "7K2M9Q4X", "7K2M9Q4O" }, { "7K2M9Q4X", "7K2M9Q4XX" },
		{ "youth", "../x" }, { "anna", "" }, { "relative", "boss" },
		{ "\"participant\":2", "\"participant\":0" },
		{ "\"participant\":2", "\"participant\":100" },
		{ "\"participant\":2", "\"participant\":\"2\"" },
		{ "\"mode\":\"mail\"", "\"mode\":\"pickup\"" },
		{ "\"Aunt\"", "\"\"" }, { "\"Aunt\"", "\"Au\\nnt\"" },
		{ "\"Aunt\"", "\"\xe2\x80\xaeXY\"" },
		{ "\"at\":1795000000", "\"at\":-1" },
		{ "\"at\":1795000000,", "" },
		{ "\"after\":null,", "" },
		{ "\"after\":null", "\"after\":\"" ZEROS "\"" },
		{ "\"after\":null", "\"after\":\"00\"" },
		{ "\"replaces\":null", "\"replaces\":\"nobody\"" },
		{ "}", "} " "x" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++)
		assert_int_equal(swapped(swaps[i][0], swaps[i][1]), -1);
}

static void
refuses_what_is_no_address(void **state)
{
	static const char *const addresses[] = { "", "aunt", "@example.org",
	    "aunt@", "aunt@one@example.org", "aunt@example.org\\r\\nRCPT",
	    "aunt@example.org\\nX: y", "<aunt@example.org>",
	    "aunt@example.org,b@example.org", "a unt@example.org",
	    "aunt@example.org\\u0000" };
	char *endless;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		assert_int_equal(swapped("aunt@example.org", addresses[i]),
		    -1);
	endless = mem_alloc(10001);
	memset(endless, 'a', 10000);
	memcpy(endless + 10000 - 12, "@example.org", 12);
	assert_int_equal(swapped("aunt@example.org", endless), -1);
	endless[300] = '\0';
	assert_int_equal(swapped("aunt", endless), -1);
	free(endless);
}

static void
prints_nothing_that_it_would_not_read(void **state)
{
	struct err e = ERR_INIT;
	struct statement_doc s;
	size_t len;

	(void)state;
	assert_int_equal(statement_parse(&s, STATEMENT, strlen(STATEMENT),
	    NULL), 0);
	s.address[0] = '\n';
	assert_null(statement_print(&s, &len, &e));
	assert_int_equal(e.code, ERR_INPUT);
	statement_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(takes_what_it_may),
		cmocka_unit_test(refuses_another_document),
		cmocka_unit_test(refuses_what_is_no_address),
		cmocka_unit_test(prints_nothing_that_it_would_not_read)
	};

	wire_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
