/* Reading statements: a vector both ways, what is refused, who may say it. */
#include "lib/buf.h"
#include "lib/still.h"
#include "tests/unit/people.h"

#define TWOS "2222222222222222222222222222222222222222222222222222222222222" \
	"222"
#define THREES "3333333333333333333333333333333333333333333333333333333333333" \
	"333"
#define STATEMENT \
	"{\"at\":1795000000,\"by\":\"cem\",\"case\":\"7K2M9Q4X\"," \
	"\"draft\":2,\"last_read\":[{\"case\":\"7K2M9Q4X\",\"deposit\":\"" \
	TWOS "\"},{\"case\":\"8A2M9Q4X\",\"deposit\":\"" THREES "\"}]," \
	"\"letter\":\"" THREES "\",\"revision\":3,\"v\":1}"

static struct still_letter
letter(void)
{
	struct still_letter l = { "7K2M9Q4X", 2, 3, { 0 } };

	memset(l.hash, 0x33, SEAL_HASH);
	return l;
}

static void
reads_and_prints_the_vector(void **state)
{
	struct still_statement s;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(still_parse(&s, STATEMENT, strlen(STATEMENT), NULL),
	    0);
	assert_string_equal(s.letter.case_id, "7K2M9Q4X");
	assert_int_equal(s.letter.draft, 2);
	assert_int_equal(s.letter.revision, 3);
	assert_string_equal(s.by, "cem");
	assert_int_equal(s.at, 1795000000);
	assert_int_equal(s.nlast_read, 2);
	assert_string_equal(s.last_read[1].case_id, "8A2M9Q4X");
	assert_int_equal(s.last_read[1].deposit[31], 0x33);
	text = still_print(&s, &len);
	assert_string_equal(text, STATEMENT);
	assert_int_equal(len, strlen(STATEMENT));
	free(text);
}

/* The vector with `was` replaced: 0 when it is still a statement. */
static int
swapped(const char *was, const char *is)
{
	const char *at = strstr(STATEMENT, was);
	struct err e = ERR_INIT;
	struct still_statement s;
	char text[2 * STILL_MAX];
	int result;

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s",
	    (int)(at - STATEMENT), STATEMENT, is, at + strlen(was));
	result = still_parse(&s, text, strlen(text), &e);
	if (result == -1)
		assert_int_equal(e.code, ERR_INPUT);
	return result;
}

static void
refuses_another_document(void **state)
{
	static const char *const swaps[][2] = {
		{ "\"v\":1", "\"v\":2" }, { "\"v\":1", "\"v\":1,\"x\":1" },
		{ "\"v\":1", "\"v\":1,\"v\":1" },
		{ "\"case\":\"7K2M9Q4X\",\"draft", "\"case\":\"9K2M9Q4X\","
		    "\"draft" },		/* of which nothing was read */
		{ "\"case\":\"7K2M9Q4X\",\"draft", "\"case\":\"7K2M\","
		    "\"draft" },
		{ "8A2M9Q4X", "7K2M9Q4X" }, { "8A2M9Q4X", "8a2m9q4x" },
		{ "\"draft\":2", "\"draft\":0" },
		{ "\"draft\":2", "\"draft\":\"2\"" },
		{ "\"revision\":3", "\"revision\":0" },
		{ "\"revision\":3,", "" }, { "\"at\":1795000000,", "" },
		{ "\"at\":1795000000", "\"at\":-1" },
		{ "\"by\":\"cem\"", "\"by\":\"\"" },
		{ "\"by\":\"cem\"", "\"by\":\"c m\"" },
		{ "\"letter\":\"33", "\"letter\":\"" },
		{ "\"letter\":\"33", "\"letter\":\"3G" },
		{ "\"deposit\":\"22", "\"deposit\":\"2A" },
		{ "\"deposit\":\"22", "\"other\":\"22" },
		{ "[{", "[{\"x\":1," }, { "[{", "[1,{" }, { "}", "} " "x" }
	};
	char padded[STILL_MAX + 2];
	struct still_statement s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++)
		assert_int_equal(swapped(swaps[i][0], swaps[i][1]), -1);
	memset(padded, ' ', sizeof(padded));
	memcpy(padded, STATEMENT, strlen(STATEMENT));
	assert_int_equal(still_parse(&s, padded, STILL_MAX, NULL), 0);
	assert_int_equal(still_parse(&s, padded, STILL_MAX + 1, NULL), -1);
}

/* As long as it gets, and one case more. */
static void
has_room_for_as_many_cases_as_a_letter(void **state)
{
	struct still_statement s, back;
	char *text;
	size_t i, len;

	(void)state;
	memset(&s, 0, sizeof(s));
	s.letter = letter();
	s.letter.draft = s.letter.revision = s.at = INT64_C(1) << 53;
	memset(s.by, 'a', ROSTER_NAME_MAX);
	for (i = 0; i < LETTER_LAST_READ_MAX; i++)
		(void)snprintf(s.last_read[i].case_id,
		    sizeof(s.last_read[i].case_id), "7K2M9Q4%c",
		    "X0123456789"[i]);
	s.nlast_read = LETTER_LAST_READ_MAX;
	text = still_print(&s, &len);
	assert_true(len <= STILL_MAX);
	assert_int_equal(still_parse(&back, text, len, NULL), 0);
	assert_int_equal(back.nlast_read, LETTER_LAST_READ_MAX);
	free(text);
	assert_int_equal(swapped("[{", "[{\"case\":\"A0000000\",\"deposit\":"
	    "\"" TWOS "\"},{"), 0);
	assert_int_equal(letter_read_check(s.last_read,
	    LETTER_LAST_READ_MAX + 1, NULL), -1);
}

static int
holds(const struct roster_person *p, const struct still_letter *l,
    const char *text, const unsigned char signature[SIGN_LEN])
{
	struct still_statement out;

	return still_holds(p, l, text, strlen(text), signature, &out);
}

static void
holds_for_who_signed_it_about_one_letter(void **state)
{
	unsigned char signature[SIGN_LEN];
	struct roster *r = service();
	struct still_letter l = letter();

	(void)state;
	signature_make(people[CEM]->signer, PURPOSE_STILL, STATEMENT,
	    strlen(STATEMENT), signature);
	assert_true(holds(roster_person(r, "cem"), &l, STATEMENT, signature));
	assert_false(holds(NULL, &l, STATEMENT, signature));
	assert_false(holds(roster_person(r, "ana"), &l, STATEMENT,
	    signature));
	l.draft++;
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	l = letter();
	l.revision++;
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	l = letter();
	l.hash[0] ^= 1;
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	l = letter();
	l.case_id[0] = '8';
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	l = letter();
	/* In cem's name, by somebody else; by cem, for something else. */
	signature_make(people[ANA]->signer, PURPOSE_STILL, STATEMENT,
	    strlen(STATEMENT), signature);
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	assert_false(holds(roster_person(r, "ana"), &l, STATEMENT,
	    signature));
	signature_make(people[CEM]->signer, PURPOSE_LETTER, STATEMENT,
	    strlen(STATEMENT), signature);
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	/* And no more when cem has left. */
	signature_make(people[CEM]->signer, PURPOSE_STILL, STATEMENT,
	    strlen(STATEMENT), signature);
	assert_int_equal(revoke(r, ANA, CEM, RANK_COUNSELLOR, "youth"), 0);
	assert_false(holds(roster_person(r, "cem"), &l, STATEMENT,
	    signature));
	roster_free(r);
}

/* Whatever byte is another one, nothing is said; and no byte may be missing. */
static void
no_byte_can_be_another(void **state)
{
	unsigned char signature[SIGN_LEN];
	struct roster *r = service();
	const struct roster_person *cem = roster_person(r, "cem");
	struct still_letter l = letter();
	struct still_statement out;
	char text[] = STATEMENT;
	size_t i, len = strlen(text);

	(void)state;
	signature_make(people[CEM]->signer, PURPOSE_STILL, text, len,
	    signature);
	for (i = 0; i < len; i++) {
		unsigned bit;

		for (bit = 0; bit < 8; bit++) {
			text[i] = (char)(text[i] ^ (1 << bit));
			assert_false(still_holds(cem, &l, text, len,
			    signature, &out));
			text[i] = (char)(text[i] ^ (1 << bit));
		}
		assert_false(still_holds(cem, &l, text, i, signature, &out));
	}
	for (i = 0; i < SIGN_LEN; i++) {
		signature[i] ^= 1;
		assert_false(still_holds(cem, &l, text, len, signature,
		    &out));
		signature[i] ^= 1;
	}
	assert_true(still_holds(cem, &l, text, len, signature, &out));
	roster_free(r);
}

static void
covers_what_it_leaves_nothing_out_of(void **state)
{
	struct still_statement s;
	struct letter_read read[3];

	(void)state;
	assert_int_equal(still_parse(&s, STATEMENT, strlen(STATEMENT), NULL),
	    0);
	memset(read, 0, sizeof(read));
	memcpy(read[0].case_id, "8A2M9Q4X", CASE_ID_LEN + 1);
	memcpy(read[1].case_id, "7K2M9Q4X", CASE_ID_LEN + 1);
	memcpy(read[2].case_id, "9A2M9Q4X", CASE_ID_LEN + 1);
	assert_true(still_covers(&s, read, 0));
	assert_true(still_covers(&s, read, 2));
	assert_false(still_covers(&s, read, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(refuses_another_document),
		cmocka_unit_test(has_room_for_as_many_cases_as_a_letter),
		cmocka_unit_test(holds_for_who_signed_it_about_one_letter),
		cmocka_unit_test(no_byte_can_be_another),
		cmocka_unit_test(covers_what_it_leaves_nothing_out_of)
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
