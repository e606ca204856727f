/*
 * Statements of urgency: a vector both ways, what is refused, and what of a
 * case's number is signed when somebody writes to the store at will.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/delivery.h"
#include "daemon/desk/urgency.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/urgency.h"
#include "tests/unit/desk_kit.h"

#define TWOS "2222222222222222222222222222222222222222222222222222222222222" \
	"222"
#define STATEMENT \
	"{\"after\":\"" TWOS "\",\"at\":1795000000,\"by\":\"anna\"," \
	"\"case\":\"7K2M9Q4X\",\"urgency\":3,\"v\":1}"

static char	id[CASE_ID_LEN + 1];

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	memcpy(id, kit_letter("a@example.org", "hello", NULL), sizeof(id));
	return 0;
}

static void
reads_and_prints_the_vector(void **state)
{
	struct urgency_statement u;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(urgency_parse(&u, STATEMENT, strlen(STATEMENT),
	    NULL), 0);
	assert_string_equal(u.case_id, "7K2M9Q4X");
	assert_string_equal(u.by, "anna");
	assert_int_equal(u.urgency, 3);
	assert_int_equal(u.at, 1795000000);
	assert_int_equal(u.after[31], 0x22);
	text = urgency_print(&u, &len);
	assert_string_equal(text, STATEMENT);
	free(text);
}

static void
refuses_another_document(void **state)
{
	static const char *const swaps[][2] = {
		{ "\"v\":1", "\"v\":2" }, { "\"v\":1", "\"v\":1,\"x\":1" },
		{ "7K2M9Q4X", "7K2M" }, { "7K2M9Q4X", "7k2m9q4x" },
		{ "\"urgency\":3", "\"urgency\":4" },
		{ "\"urgency\":3", "\"urgency\":-1" },
		{ "\"urgency\":3", "\"urgency\":\"3\"" },
		{ "\"urgency\":3,", "" }, { "\"at\":1795000000,", "" },
		{ "\"by\":\"anna\"", "\"by\":\"an na\"" },
		{ "\"after\":\"22", "\"after\":\"" },
		{ "\"after\":\"22", "\"after\":\"2G" }
	};
	struct urgency_statement u;
	char text[2 * URGENCY_MAX];
	const char *at;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
		struct err e = ERR_INIT;

		at = strstr(STATEMENT, swaps[i][0]);
		assert_non_null(at);
		(void)snprintf(text, sizeof(text), "%.*s%s%s",
		    (int)(at - STATEMENT), STATEMENT, swaps[i][1],
		    at + strlen(swaps[i][0]));
		assert_int_equal(urgency_parse(&u, text, strlen(text), &e),
		    -1);
		assert_int_equal(e.code, ERR_INPUT);
	}
}

/* What anna's command line sends, in her name unless another signs. */
static json_t *
statement(const struct identity *signer, const char *case_id, int urgency,
    const unsigned char after[SEAL_HASH])
{
	char hex[2 * SEAL_ID + 1];
	unsigned char signature[SIGN_LEN];
	struct urgency_statement is;
	json_t *body;
	char *text;
	size_t len;

	memset(&is, 0, sizeof(is));
	memcpy(is.case_id, case_id, sizeof(is.case_id));
	(void)snprintf(is.by, sizeof(is.by), "anna");
	is.urgency = urgency;
	memcpy(is.after, after, SEAL_HASH);
	text = urgency_print(&is, &len);
	signature_make(signer->signer, PURPOSE_URGENCY, text, len, signature);
	body = json_pack("{s:o, s:i, s:s}", "note", kit_written(kit_anna, id,
	    hex), "urgency", urgency, "statement", text);
	wire_set_hex(body, "signature", signature, SIGN_LEN);
	free(text);
	return body;
}

static void
newest(unsigned char out[SEAL_HASH])
{
	assert_int_equal(kit_blob("SELECT deposit_hash FROM item WHERE kind "
	    "= 'letter' ORDER BY seq DESC LIMIT 1", out, SEAL_HASH),
	    SEAL_HASH);
}

static enum err_code
say(json_t *body)
{
	struct actor actor = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	json_t *answer = urgency_say(&kit_api, &actor, id, body, &e);

	json_decref(body);
	if (answer == NULL)
		return e.code;
	json_decref(answer);
	return ERR_NONE;
}

static int64_t
signed_now(void)
{
	struct err e = ERR_INIT;
	int64_t urgency = -1;

	if (store_read(kit_post.store, &e) == -1 ||
	    urgency_signed(&kit_post, id, &urgency, &e) == -1)
		fail_msg("%s", e.text);
	store_rollback(kit_post.store);
	return urgency;
}

/* Another letter in the same case, by the token of an answer. */
static void
writes_again(void)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;

	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@x>",
	    "0123456789abcdef", "b0123456789abcdef", &e), 0);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_ACCEPTED,
	    "250", NULL, &e), 0);
	assert_string_equal(kit_letter("a@example.org", "more",
	    "0123456789abcdef"), id);
}

static void
says_it_once_after_the_newest_letter(void **state)
{
	unsigned char after[SEAL_HASH], none[SEAL_HASH] = { 0 };

	(void)state;
	newest(after);
	assert_int_equal(signed_now(), 0);
	assert_int_equal(say(statement(kit_anna, id, 3, after)), ERR_NONE);
	assert_int_equal(signed_now(), 3);
	assert_int_equal(say(statement(kit_anna, id, 3, after)),
	    ERR_CONFLICT);
	assert_int_equal(kit_count("SELECT rules FROM urgency"), 0);
	writes_again();
	/* Read before that letter came. */
	assert_int_equal(say(statement(kit_anna, id, 1, after)),
	    ERR_CONFLICT);
	/* Still urgent: who writes again is in danger as before. */
	assert_int_equal(signed_now(), 3);
	newest(after);
	assert_int_equal(say(statement(kit_anna, id, 1, after)), ERR_NONE);
	assert_int_equal(signed_now(), 1);
	/* Where no letter can be verified it sorts, and is good for no more. */
	assert_int_equal(say(statement(kit_anna, id, 3, none)), ERR_NONE);
	assert_int_equal(kit_count("SELECT urgency FROM cases"), 3);
	assert_int_equal(signed_now(), 0);
}

static void
is_taken_from_who_signed_it_alone(void **state)
{
	unsigned char after[SEAL_HASH];
	json_t *body;

	(void)state;
	newest(after);
	assert_int_equal(say(statement(kit_ben, id, 3, after)), ERR_DENIED);
	assert_int_equal(say(statement(kit_anna, "7K2M9Q4X", 3, after)),
	    ERR_DENIED);
	body = statement(kit_anna, id, 3, after);
	(void)json_object_set_new(body, "urgency", json_integer(2));
	assert_int_equal(say(body), ERR_DENIED);
	body = statement(kit_anna, id, 3, after);
	(void)json_object_del(body, "statement");
	assert_int_equal(say(body), ERR_INPUT);
	assert_int_equal(kit_count("SELECT count(*) FROM urgency"), 0);
	assert_int_equal(kit_count("SELECT urgency FROM cases"), 0);
}

/* Role api can write any row; it cannot sign. */
static void
a_planted_number_is_not_signed(void **state)
{
	unsigned char after[SEAL_HASH];

	(void)state;
	newest(after);
	kit_meddle("UPDATE cases SET urgency = 3, rank = -3");
	assert_int_equal(signed_now(), 0);
	assert_int_equal(say(statement(kit_anna, id, 2, after)), ERR_NONE);
	kit_meddle("UPDATE urgency SET urgency = 3");
	assert_int_equal(signed_now(), 2);
	kit_meddle("UPDATE urgency SET statement = CAST(replace(CAST("
	    "statement AS TEXT), '\"urgency\":2', '\"urgency\":3') AS BLOB)");
	assert_int_equal(signed_now(), 0);
}

static void
another_cases_statement_is_not_this_ones(void **state)
{
	char other[CASE_ID_LEN + 1];
	unsigned char after[SEAL_HASH];

	(void)state;
	newest(after);
	assert_int_equal(say(statement(kit_anna, id, 3, after)), ERR_NONE);
	memcpy(other, kit_letter("b@example.org", "me too", NULL),
	    sizeof(other));
	kit_meddle("INSERT INTO urgency (case_id, urgency, rules, name, at, "
	    "statement, signer, signature) SELECT cases.id, 3, 0, name, at, "
	    "statement, signer, signature FROM urgency, cases WHERE cases.id "
	    "<> urgency.case_id");
	assert_int_equal(signed_now(), 3);
	memcpy(id, other, sizeof(id));
	assert_int_equal(signed_now(), 0);
}

#define STORY(name)							\
	cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(refuses_another_document),
		STORY(says_it_once_after_the_newest_letter),
		STORY(is_taken_from_who_signed_it_alone),
		STORY(a_planted_number_is_not_signed),
		STORY(another_cases_statement_is_not_this_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
