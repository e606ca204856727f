/* Publications: a vector both ways, and members that they cannot have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/publication.h"

#define ITEM	"a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
#define LETTER	"222222222222222222222222222222222222222222222222222222222222" \
	"2222"
#define VECTOR	"{\"at\":1795000000,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM \
	"\",\"letter\":\"" LETTER "\"," \
	"\"participant\":1,\"roster\":9,\"v\":1}"

static void
reads_and_prints_the_vector(void **state)
{
	struct publication p;
	struct err e = ERR_INIT;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(publication_parse(&p, VECTOR, strlen(VECTOR), &e),
	    0);
	assert_string_equal(p.case_id, "7K2M9Q4X");
	assert_int_equal(p.participant, 1);
	assert_int_equal(p.item[15], 0xaf);
	assert_int_equal(p.letter[31], 0x22);
	assert_int_equal(p.at, 1795000000);
	assert_int_equal(p.roster, 9);
	text = publication_print(&p, &len);
	assert_string_equal(text, VECTOR);
	assert_int_equal(len, strlen(VECTOR));
	free(text);
}

static void
refuses_what_it_does_not_know(void **state)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"v\":1}",
	    "{\"at\":-1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":1,"
	    "\"roster\":9,\"v\":1}",
	    "{\"at\":1,\"case\":\"7K2M9Q4\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":1,"
	    "\"roster\":9,\"v\":1}",
	    "{\"at\":1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"22\",\"participant\":1,"
	    "\"roster\":9,\"v\":1}",
	    "{\"at\":1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":0,"
	    "\"roster\":9,\"v\":1}",
	    "{\"at\":1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":1,"
	    "\"roster\":9,\"v\":2}",
	    "{\"at\":1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":1,"
	    "\"roster\":9,\"v\":1,"
	    "\"x\":1}",
	    "{\"at\":1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":1,\"v\":1}",
	    "{\"at\":1,\"case\":\"7K2M9Q4X\",\"item\":\"" ITEM
	    "\",\"letter\":\"" LETTER "\",\"participant\":1,"
	    "\"roster\":0,\"v\":1}" };
	struct publication p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(publication_parse(&p, bad[i],
		    strlen(bad[i]), &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		assert_string_equal(p.case_id, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
