/* Deposits: a vector both ways, and each member with a value it cannot have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/wire.h"

#define DEPOSIT \
	"{\"address\":\"4444444444444444444444444444444444444444444444444" \
	"444444444444444\",\"at\":1795000000,\"case\":\"7K2M9Q4X\",\"case" \
	"_key\":\"4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71d" \
	"eac73ca01\",\"check\":\"5555555555555555555555555555555555555555" \
	"555555555555555555555555\",\"class\":\"person\",\"epoch\":1,\"fl" \
	"ags\":[\"suspect\",\"tray\"],\"item\":\"a0a1a2a3a4a5a6a7a8a9aaab" \
	"acadaeaf\",\"kind\":\"letter\",\"mode\":\"mail\",\"participant\"" \
	":1,\"parts\":[{\"hash\":\"22222222222222222222222222222222222222" \
	"22222222222222222222222222\",\"no\":0,\"size\":1065},{\"hash\":" \
	"\"33333333333333333333333333333333333333333333333333333333333333" \
	"33\",\"no\":16,\"size\":3113}],\"prev\":\"0000000000000000000000" \
	"000000000000000000000000000000000000000000\",\"role\":\"intake\"" \
	",\"seq\":1,\"v\":1}"
#define HASH \
	"d24c78374fecd66ed6999e474fa81f7121014464fdd7b25b42e49a91cbbdff04"

static void
reads_and_prints_the_vector(void **state)
{
	struct err e = ERR_INIT;
	struct deposit d;
	unsigned char hash[SEAL_HASH];
	char hex[65], *text;
	size_t len;

	(void)state;
	assert_int_equal(deposit_parse(&d, DEPOSIT, strlen(DEPOSIT), &e), 0);
	assert_string_equal(d.role, "intake");
	assert_string_equal(d.case_id, "7K2M9Q4X");
	assert_int_equal(d.seq, 1);
	assert_string_equal(d.kind, "letter");
	assert_int_equal(d.item[15], 0xaf);
	assert_int_equal(d.nparts, 2);
	assert_int_equal(deposit_part(&d, 16)->size, 3113);
	assert_int_equal(deposit_part(&d, 16)->hash[31], 0x33);
	assert_null(deposit_part(&d, 1));
	assert_int_equal(d.epoch, 1);
	assert_int_equal(d.case_key[0], 0x47);
	assert_int_equal(d.participant, 1);
	assert_string_equal(d.mode, "mail");
	assert_int_equal(d.address[0], 0x44);
	assert_int_equal(d.check[0], 0x55);
	assert_string_equal(d.class, "person");
	assert_string_equal(d.flags, "suspect tray");
	assert_int_equal(d.at, 1795000000);
	assert_int_equal(d.prev[0], 0);
	text = deposit_print(&d, &len);
	assert_string_equal(text, DEPOSIT);
	assert_int_equal(len, strlen(DEPOSIT));
	deposit_hash(hash, text, len);
	wire_hex(hex, hash, SEAL_HASH);
	assert_string_equal(hex, HASH);
	free(text);
	deposit_free(&d);
	deposit_free(&d);
}

/* The vector with `was` replaced; 0 when it is still a deposit. */
static int
swapped(const char *was, const char *is)
{
	struct err e = ERR_INIT;
	struct deposit d;
	const char *at = strstr(DEPOSIT, was);
	char text[2048];
	int r;

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - DEPOSIT),
	    DEPOSIT, is, at + strlen(was));
	r = deposit_parse(&d, text, strlen(text), &e);
	if (r == 0)
		deposit_free(&d);
	else {
		assert_int_equal(e.code, ERR_INPUT);
		assert_null(d.parts);
	}
	return r;
}

static void
refuses_what_it_does_not_know(void **state)
{
	static const char *const bad[][2] = {
		{ "\"v\":1", "\"v\":2" }, { "\"v\":1", "\"v\":1,\"x\":1" },
		{ "\"v\":1", "\"V\":1" }, { "\"at\":1795000000,", "" },
		{ "\"role\":\"intake\"", "\"role\":\"api\"" },
		{ "7K2M9Q4X", "7K2M9Q4" }, { "7K2M9Q4X", "7k2m9q4x" },
		{ "7K2M9Q4X", "7K2M9Q4U" }, { "\"seq\":1", "\"seq\":0" },
		{ "\"seq\":1", "\"seq\":1.0" }, { "\"mail\"", "\"fax\"" },
		{ "\"letter\"", "\"Letter\"" }, { "\"epoch\":1",
		"\"epoch\":0" }, { "\"participant\":1", "\"participant\":-1" },
		{ "\"no\":16", "\"no\":0" }, { "\"no\":16", "\"no\":-1" },
		{ "\"no\":16", "\"no\":4294967296" },
		{ "\"size\":1065", "\"size\":0" },
		{ "\"size\":1065", "\"size\":1065,\"x\":0" },
		{ "\"tray\"", "\"two words\"" }, { "\"tray\"", "\"\"" },
		{ "\"tray\"", "1" }, { "\"tray\"", "\"a-word-that-is-longer-"
		"than-all-of-the-room-that-there-is-for-flags\"" },
		{ "\"person\"", "\"a-class-of-sixteen\"" },
		{ "4444", "444" }, { "5555", "55555" }, { "5555", "555A" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(swapped(bad[i][0], bad[i][1]), -1);
	assert_int_equal(swapped("\"person\"", "\"\""), 0);
	assert_int_equal(swapped("\"suspect\",\"tray\"", ""), 0);
}

/* The first of a case says with which desk it begins, no other. */
static void
names_the_desk_where_a_case_begins(void **state)
{
	struct deposit d, back;
	struct err e = ERR_INIT;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(deposit_parse(&d, DEPOSIT, strlen(DEPOSIT), &e), 0);
	assert_string_equal(d.desk, "");
	(void)snprintf(d.desk, sizeof(d.desk), "youth");
	d.team_epoch = 3;
	text = deposit_print(&d, &len);
	assert_int_equal(deposit_parse(&back, text, len, &e), 0);
	assert_string_equal(back.desk, "youth");
	assert_int_equal(back.team_epoch, 3);
	deposit_free(&back);
	free(text);
	d.prev[0] = 1;
	text = deposit_print(&d, &len);
	assert_int_equal(deposit_parse(&back, text, len, &e), -1);
	free(text);
	deposit_free(&d);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"desk\":\"youth\","
	    "\"team_epoch\":1"), 0);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"desk\":\"Youth\","
	    "\"team_epoch\":1"), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"desk\":\"youth\","
	    "\"team_epoch\":0"), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"desk\":\"youth\""),
	    -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"team_epoch\":1"), -1);
}

static void
names_a_key_of_the_seeker(void **state)
{
	struct err e = ERR_INIT;
	struct deposit d, back;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(deposit_parse(&d, DEPOSIT, strlen(DEPOSIT), &e), 0);
	assert_false(d.has_seeker);
	d.has_seeker = 1;
	memset(d.seeker, 0x66, sizeof(d.seeker));
	/* Not for intake to say. */
	text = deposit_print(&d, &len);
	assert_int_equal(deposit_parse(&back, text, len, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	free(text);
	(void)snprintf(d.role, sizeof(d.role), "web");
	text = deposit_print(&d, &len);
	assert_non_null(strstr(text, ",\"seeker\":\"66666666"));
	assert_int_equal(deposit_parse(&back, text, len, &e), 0);
	assert_true(back.has_seeker);
	assert_memory_equal(back.seeker, d.seeker, SEAL_KEY);
	deposit_free(&back);
	*strstr(text, "666") = 'g';
	assert_int_equal(deposit_parse(&back, text, len, &e), -1);
	free(text);
	deposit_free(&d);
}

static void
weighs_letters_alone(void **state)
{
	struct err e = ERR_INIT;
	struct deposit d, back;
	char *text;
	size_t len;
	int64_t n;

	(void)state;
	assert_int_equal(deposit_parse(&d, DEPOSIT, strlen(DEPOSIT), &e), 0);
	assert_int_equal(d.urgency, 0);
	for (n = 1; n <= 4; n++) {
		d.urgency = n;
		text = deposit_print(&d, &len);
		assert_int_equal(deposit_parse(&back, text, len, &e),
		    n <= DEPOSIT_URGENCY_MAX ? 0 : -1);
		assert_int_equal(back.urgency, n <= 3 ? n : 0);
		deposit_free(&back);
		free(text);
	}
	d.urgency = 3;
	(void)snprintf(d.role, sizeof(d.role), "post");
	text = deposit_print(&d, &len);
	assert_int_equal(deposit_parse(&back, text, len, &e), -1);
	free(text);
	(void)snprintf(d.role, sizeof(d.role), "web");
	(void)snprintf(d.kind, sizeof(d.kind), "reach");
	text = deposit_print(&d, &len);
	assert_int_equal(deposit_parse(&back, text, len, &e), -1);
	free(text);
	deposit_free(&d);
}

static void
bounds_the_parts(void **state)
{
	struct err e = ERR_INIT;
	struct deposit d, back;
	char *text;
	size_t i, len;

	(void)state;
	assert_int_equal(deposit_parse(&d, DEPOSIT, strlen(DEPOSIT), &e), 0);
	free(d.parts);
	d.parts = calloc(DEPOSIT_PARTS_MAX + 1, sizeof(*d.parts));
	for (i = 0; i <= DEPOSIT_PARTS_MAX; i++) {
		d.parts[i].no = (uint32_t)i;
		d.parts[i].size = 1;
	}
	for (i = DEPOSIT_PARTS_MAX - 1; i <= DEPOSIT_PARTS_MAX + 1; i++) {
		d.nparts = i;
		text = deposit_print(&d, &len);
		assert_int_equal(deposit_parse(&back, text, len, &e),
		    i <= DEPOSIT_PARTS_MAX ? 0 : -1);
		deposit_free(&back);
		free(text);
	}
	d.nparts = 0;
	text = deposit_print(&d, &len);
	assert_int_equal(deposit_parse(&back, text, len, &e), -1);
	free(text);
	deposit_free(&d);
}

static int
begin(void **state)
{
	(void)state;
	return seal_init(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(names_the_desk_where_a_case_begins),
		cmocka_unit_test(names_a_key_of_the_seeker),
		cmocka_unit_test(weighs_letters_alone),
		cmocka_unit_test(bounds_the_parts),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
