/* Hex, base64, times and JSON: one spelling each, everything else refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

static void
speaks_hex(void **state)
{
	unsigned char bytes[3];
	char hex[7];

	(void)state;
	wire_hex(hex, "\x00\xff\x1a", 3);
	assert_string_equal(hex, "00ff1a");
	assert_int_equal(wire_unhex(bytes, 3, "00ff1a"), 0);
	assert_memory_equal(bytes, "\x00\xff\x1a", 3);
	assert_int_equal(wire_unhex(bytes, 3, "00FF1a"), -1);
	assert_int_equal(wire_unhex(bytes, 3, "00ff1"), -1);
	assert_int_equal(wire_unhex(bytes, 3, "00ff1a2"), -1);
	assert_int_equal(wire_unhex(bytes, 3, "00ff1g"), -1);
	assert_int_equal(wire_unhex(bytes, 0, ""), 0);
}

static void
speaks_base64(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" },
	    { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
	    { "\xff\xef\xbe", "/+++" } };
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===",
	    "Zh==", "Zm9=", "Zg==Zg==", "Zg ==", "Zm9v\n", "_-__", "====",
	    "=Zg=" };
	struct buf out;
	char *text;
	size_t i;

	(void)state;
	buf_init(&out, 4);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		text = wire_base64(pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(text, pairs[i][1]);
		assert_int_equal(wire_unbase64(&out, text, strlen(text)), 0);
		assert_string_equal(out.bytes, pairs[i][0]);
		free(text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(wire_unbase64(&out, bad[i], strlen(bad[i])),
		    -1);
	assert_int_equal(wire_unbase64(&out, "Zm9vYmE=", 8), -1);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

static void
speaks_times(void **state)
{
	static const char *const bad[] = { "", "2026-11-24T01:48:12",
	    "2026-11-24 01:48:12Z", "2026-02-29T00:00:00Z",
	    "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
	    "2026-01-01T00:00:60Z", "2026-01-01T00:00:00z",
	    "1969-12-31T23:59:59Z", "2026-1-01T00:00:000Z",
	    "+026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00" };
	char text[32];
	int64_t t;
	size_t i;

	(void)state;
	wire_time(text, 1795484892);
	assert_string_equal(text, "2026-11-24T01:48:12Z");
	assert_int_equal(wire_untime(&t, text), 0);
	assert_int_equal(t, 1795484892);
	assert_int_equal(wire_untime(&t, "2024-02-29T23:59:59Z"), 0);
	assert_int_equal(t, 1709251199);
	wire_time(text, INT64_MAX);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	wire_time(text, -1);
	assert_string_equal(text, "1970-01-01T00:00:00Z");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(wire_untime(&t, bad[i]), -1);
}

static void
no_json(const char *text, size_t n)
{
	struct err e = ERR_INIT;

	assert_null(wire_parse(text, n, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_null(strstr(e.text, "secret"));
}

static void
parses_strictly(void **state)
{
	static const char *const bad[] = { "", "{", "1", "\"secret\"", "null",
	    "{\"secret\":1,\"secret\":2}", "{\"a\":1} x", "{\"a\":secret}",
	    "{'a':1}", "{\"a\":1,}", "[\"\xff\"]", "[\"\xc0\xaf\"]",
	    "[\"\\u0000\"]", "[\"\\ud800\"]", "[99999999999999999999]",
	    "// secret\n{}" };
	char deep[200];
	struct err e = ERR_INIT;
	json_t *o;
	char *text;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		no_json(bad[i], strlen(bad[i]));
	no_json("{}\0", 3);
	no_json("[\"a\0b\"]", 7);
	no_json(NULL, 0);
	memset(deep, '[', 33);
	memset(deep + 33, ']', 33);
	no_json(deep, 66);
	assert_non_null(o = wire_parse(deep + 1, 64, &e));
	json_decref(o);
	o = wire_parse("{ \"b\" : [1, \"[[{\\\"\"], \"a\": null}", 32, &e);
	assert_non_null(o);
	text = wire_print(o, &len);
	assert_string_equal(text, "{\"a\":null,\"b\":[1,\"[[{\\\"\"]}");
	assert_int_equal(len, strlen(text));
	free(text);
	json_decref(o);
}

static json_t *
parse(const char *text)
{
	struct err e = ERR_INIT;
	json_t *o = wire_parse(text, strlen(text), &e);

	assert_non_null(o);
	return o;
}

static void
gets_members(void **state)
{
	static const char *const all[] = { "s", "i", "b", "h", "n", "o", "a",
	    "z", "not there", NULL };
	json_t *o = parse("{\"s\":\"x\",\"i\":7,\"b\":true,\"h\":\"00ff\","
	    "\"n\":null,\"o\":{},\"a\":[1,2],\"z\":\"Zm9v\"}"), *m;
	struct err e = ERR_INIT;
	unsigned char bytes[2];
	const char *s;
	struct buf b;
	int64_t i;
	int flag;

	(void)state;
	assert_int_equal(wire_only(o, all, &e), 0);
	assert_int_equal(wire_only(o, all + 1, &e), -1);
	assert_int_equal(wire_get_string(o, "s", &s, &e), 0);
	assert_string_equal(s, "x");
	assert_int_equal(wire_get_string(o, "i", &s, &e), -1);
	assert_string_equal(e.text, "'i' is not a string");
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(wire_get_string(o, "n", &s, &e), -1);
	assert_int_equal(wire_get_string(o, "q", &s, &e), -1);
	assert_string_equal(e.text, "'q' is missing");
	assert_int_equal(wire_get_string_opt(o, "q", &s, &e), 0);
	assert_null(s);
	assert_int_equal(wire_get_string_opt(o, "n", &s, &e), 0);
	assert_null(s);
	assert_int_equal(wire_get_string_opt(o, "i", &s, &e), -1);
	assert_int_equal(wire_get_int(o, "i", 7, 7, &i, &e), 0);
	assert_int_equal(i, 7);
	assert_int_equal(wire_get_int(o, "i", 8, 9, &i, &e), -1);
	assert_int_equal(wire_get_int(o, "i", 0, 6, &i, &e), -1);
	assert_int_equal(wire_get_int(o, "s", 0, 9, &i, &e), -1);
	assert_int_equal(wire_get_bool(o, "b", &flag, &e), 0);
	assert_int_equal(flag, 1);
	assert_int_equal(wire_get_bool(o, "i", &flag, &e), -1);
	assert_int_equal(wire_get_hex(o, "h", bytes, 2, &e), 0);
	assert_memory_equal(bytes, "\x00\xff", 2);
	assert_int_equal(wire_get_hex(o, "s", bytes, 2, &e), -1);
	assert_int_equal(wire_get_object(o, "o", &m, &e), 0);
	assert_int_equal(wire_get_object(o, "a", &m, &e), -1);
	assert_int_equal(wire_get_array(o, "a", 2, &m, &e), 0);
	assert_int_equal(wire_get_array(o, "a", 1, &m, &e), -1);
	assert_int_equal(wire_get_array(o, "o", 1, &m, &e), -1);
	assert_int_equal(wire_get_base64(o, "z", 3, &b, &e), 0);
	assert_string_equal(b.bytes, "foo");
	buf_free(&b);
	assert_int_equal(wire_get_base64(o, "z", 2, &b, &e), -1);
	buf_free(&b);
	assert_int_equal(wire_get_base64(o, "q", 2, &b, &e), -1);
	buf_free(&b);
	json_decref(o);
}

static void
sets_members(void **state)
{
	json_t *o = json_object();
	char *text;

	(void)state;
	wire_set_hex(o, "h", "\x01\xff", 2);
	wire_set_base64(o, "b", "foob", 4);
	text = wire_print(o, NULL);
	assert_string_equal(text, "{\"b\":\"Zm9vYg==\",\"h\":\"01ff\"}");
	free(text);
	json_decref(o);
}

static void
writes_contexts(void **state)
{
	unsigned char item[SEAL_ID];
	char out[CONTEXT_MAX];

	(void)state;
	context_case(out, "7K2M9Q4X", 1, "youth", 3);
	assert_string_equal(out, "7K2M9Q4X/1/youth/3");
	context_team(out, "youth", 3, "ana");
	assert_string_equal(out, "youth/3/ana");
	memset(item, 0xab, sizeof(item));
	context_grant(out, "7K2M9Q4X", item, "raw", 0);
	assert_string_equal(out,
	    "7K2M9Q4X/abababababababababababababababab/raw/0");
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
		cmocka_unit_test(speaks_hex),
		cmocka_unit_test(speaks_base64),
		cmocka_unit_test(speaks_times),
		cmocka_unit_test(parses_strictly),
		cmocka_unit_test(gets_members),
		cmocka_unit_test(sets_members),
		cmocka_unit_test(writes_contexts),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
