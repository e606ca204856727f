/* Records of new case keys: a vector, what is refused, who may sign one. */
#include "lib/epoch.h"
#include "tests/unit/people.h"

#define CASE	"7K2M9Q4X"
#define TWOS "2222222222222222222222222222222222222222222222222222222222222" \
	"222"
#define RECORD \
	"{\"at\":1795000000,\"by\":\"ana\",\"case\":\"7K2M9Q4X\"," \
	"\"case_key\":\"" TWOS "\",\"desk\":\"youth\",\"epoch\":2," \
	"\"from\":null,\"team_epoch\":1,\"v\":1}"

static void
reads_and_prints_the_vector(void **state)
{
	struct epoch r;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(epoch_parse(&r, RECORD, strlen(RECORD), NULL), 0);
	assert_string_equal(r.case_id, CASE);
	assert_string_equal(r.desk, "youth");
	assert_string_equal(r.by, "ana");
	assert_string_equal(r.from, "");
	assert_int_equal(r.epoch, 2);
	assert_int_equal(r.team_epoch, 1);
	assert_int_equal(r.at, 1795000000);
	assert_int_equal(r.case_key[31], 0x22);
	text = epoch_print(&r, &len);
	assert_string_equal(text, RECORD);
	assert_int_equal(len, strlen(RECORD));
	free(text);
}

/* The vector with `was` replaced: 0 when it is still a record. */
static int
swapped(const char *was, const char *is)
{
	const char *at = strstr(RECORD, was);
	struct err e = ERR_INIT;
	struct epoch r;
	char text[2 * EPOCH_MAX];
	int result;

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - RECORD),
	    RECORD, is, at + strlen(was));
	result = epoch_parse(&r, text, strlen(text), &e);
	assert_int_equal(e.code, result == 0 ? ERR_NONE : ERR_INPUT);
	return result;
}

static void
refuses_what_is_not_strictly_one(void **state)
{
	(void)state;
	assert_int_equal(swapped("null", "\"careers\""), 0);
	assert_int_equal(swapped("null", "\"youth\""), -1);
	assert_int_equal(swapped("null", "\"\""), -1);
	assert_int_equal(swapped("\"epoch\":2", "\"epoch\":1"), -1);
	assert_int_equal(swapped("\"team_epoch\":1", "\"team_epoch\":0"), -1);
	assert_int_equal(swapped(CASE, "7K2M9Q4"), -1);
	assert_int_equal(swapped("\"ana\"", "\"Ana\""), -1);
	assert_int_equal(swapped("2222", "222"), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":2"), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"x\":1"), -1);
}

static struct epoch
record(int by, int64_t epoch, int64_t team_epoch)
{
	struct epoch r;

	memset(&r, 0, sizeof(r));
	memcpy(r.case_id, CASE, sizeof(CASE));
	memcpy(r.desk, "youth", 6);
	memcpy(r.by, names[by], strlen(names[by]) + 1);
	r.epoch = epoch;
	r.team_epoch = team_epoch;
	r.at = AT;
	memset(r.case_key, (int)epoch, SEAL_KEY);
	return r;
}

/* Signed by this person, in whatever name it is. */
static int
holds(const struct roster *r, const struct epoch *last, struct epoch x,
    int by)
{
	unsigned char sig[SIGN_LEN];
	struct epoch out;
	size_t len;
	char *text = epoch_print(&x, &len);
	int result;

	signature_make(people[by]->signer, PURPOSE_EPOCH, text, len, sig);
	result = epoch_holds(r, CASE, last, text, len,
	    people[by]->signer->pub, sig, &out);
	if (result) {
		assert_memory_equal(out.case_key, x.case_key, SEAL_KEY);
		assert_false(epoch_holds(r, "0000000Z", last, text, len,
		    people[by]->signer->pub, sig, &out));
		sig[0] ^= 1;
		assert_false(epoch_holds(r, CASE, last, text, len,
		    people[by]->signer->pub, sig, &out));
	}
	free(text);
	return result;
}

static void
is_signed_by_a_supervisor_of_that_time(void **state)
{
	struct roster *r = service();
	struct roster_person ben;

	(void)state;
	assert_true(holds(r, NULL, record(ANA, 2, 1), ANA));
	assert_false(holds(r, NULL, record(ANA, 2, 1), CEM));
	assert_false(holds(r, NULL, record(CEM, 2, 1), CEM));
	assert_false(holds(r, NULL, record(SOL, 2, 1), SOL));
	assert_false(holds(r, NULL, record(ANA, 2, 2), ANA));

	/* A second supervisor, who leaves; then the key is rotated. */
	ben = person(NEW, RANK_SUPERVISOR, "youth", NULL);
	assert_int_equal(add_person(r, ANA, ben), 0);
	assert_true(holds(r, NULL, record(NEW, 2, 1), NEW));
	assert_int_equal(revoke(r, ANA, NEW, RANK_SUPERVISOR, "youth"), 0);
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[3]), 0);
	assert_true(holds(r, NULL, record(NEW, 2, 1), NEW));
	assert_false(holds(r, NULL, record(NEW, 2, 2), NEW));
	assert_true(holds(r, NULL, record(ANA, 2, 2), ANA));
	roster_free(r);
}

static void
follows_the_one_before(void **state)
{
	struct roster *r = service();
	struct epoch last, next;

	(void)state;
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[3]), 0);
	last = record(ANA, 3, 2);
	assert_true(holds(r, &last, record(ANA, 4, 2), ANA));
	assert_false(holds(r, &last, record(ANA, 3, 2), ANA));
	assert_false(holds(r, &last, record(ANA, 4, 1), ANA));
	/* None is left out. */
	assert_false(holds(r, &last, record(ANA, 5, 2), ANA));
	assert_false(holds(r, NULL, record(ANA, 3, 2), ANA));
	memcpy(last.desk, "careers", 8);
	assert_false(holds(r, &last, record(ANA, 4, 2), ANA));

	/* To another desk: by who reads the one that gives it away. */
	assert_int_equal(add_key(r, SOL, "team", "careers", 1, box[4]), 0);
	last = record(ANA, 3, 2);
	next = record(CEM, 4, 1);
	memcpy(next.desk, "careers", 8);
	assert_false(holds(r, &last, next, CEM));
	memcpy(next.from, "youth", 6);
	assert_true(holds(r, &last, next, CEM));
	next.team_epoch = 2;
	assert_false(holds(r, &last, next, CEM));
	next = record(TIA, 4, 1);
	memcpy(next.desk, "careers", 8);
	memcpy(next.from, "youth", 6);
	assert_false(holds(r, &last, next, TIA));
	next = record(SOL, 4, 1);
	memcpy(next.desk, "careers", 8);
	memcpy(next.from, "youth", 6);
	assert_false(holds(r, &last, next, SOL));
	roster_free(r);
}

/* Where a case began stands in its first deposit, and is what counts. */
static void
follows_the_first_deposit(void **state)
{
	struct roster *r = service();
	struct deposit first = { .desk = "youth", .team_epoch = 1 };
	struct epoch last, next = record(CEM, 2, 1);

	(void)state;
	assert_int_equal(add_key(r, SOL, "team", "careers", 1, box[4]), 0);
	epoch_begun(&last, &first);
	assert_true(holds(r, &last, record(ANA, 2, 1), ANA));
	memcpy(next.desk, "careers", 8);
	memcpy(next.from, "youth", 6);
	assert_true(holds(r, &last, next, CEM));
	/* Nobody signs that it came from elsewhere. */
	next = record(SOL, 2, 1);
	memcpy(next.from, "careers", 8);
	assert_true(holds(r, NULL, next, SOL));
	assert_false(holds(r, &last, next, SOL));

	/* Who left before the second key gives away what has the first. */
	assert_int_equal(revoke(r, ANA, CEM, RANK_COUNSELLOR, "youth"), 0);
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[3]), 0);
	next = record(CEM, 2, 1);
	memcpy(next.desk, "careers", 8);
	memcpy(next.from, "youth", 6);
	assert_true(holds(r, &last, next, CEM));
	first.team_epoch = 2;
	epoch_begun(&last, &first);
	assert_false(holds(r, &last, next, CEM));
	assert_false(holds(r, &last, record(ANA, 2, 1), ANA));
	assert_true(holds(r, &last, record(ANA, 2, 2), ANA));
	roster_free(r);
}

static void
the_younger_key_is_the_present_one(void **state)
{
	unsigned char key[SEAL_KEY];
	struct epoch two = record(ANA, 2, 1), three = record(ANA, 3, 1);
	int64_t epoch = 1;

	(void)state;
	memset(key, 1, sizeof(key));
	assert_int_equal(epoch_present(NULL, NULL, &epoch, key), 0);
	assert_int_equal(epoch, 1);
	assert_int_equal(key[0], 1);
	assert_int_equal(epoch_present(&two, NULL, &epoch, key), 0);
	assert_int_equal(epoch, 2);
	assert_int_equal(key[0], 2);
	assert_int_equal(epoch_present(&two, &two, &epoch, key), 0);
	assert_int_equal(epoch_present(&two, NULL, &epoch, key), -1);
	key[0] = 9;		/* a deposit under another one */
	assert_int_equal(epoch_present(&two, &two, &epoch, key), -1);
	assert_int_equal(epoch_present(&three, &two, &epoch, key), -1);
	key[0] = 2;
	assert_int_equal(epoch_present(&three, NULL, &epoch, key), -1);
	assert_int_equal(epoch_present(&three, &three, &epoch, key), -1);
	assert_int_equal(epoch_present(&three, &two, &epoch, key), 0);
	assert_int_equal(epoch, 3);
	epoch = 4;
	assert_int_equal(epoch_present(&three, &three, &epoch, key), -1);
	assert_int_equal(epoch_present(NULL, NULL, &epoch, key), -1);
}

static void
the_roster_remembers_who_held_what(void **state)
{
	struct roster *r = service();
	const unsigned char *cem = people[CEM]->signer->pub;
	int64_t seq = roster_team_seq(r, "youth");

	(void)state;
	assert_int_equal(seq, 5);
	assert_int_equal(roster_team_seq(r, "careers"), 0);
	assert_int_equal(roster_held(r, "youth", 1, cem), RANK_COUNSELLOR);
	assert_int_equal(roster_held(r, "careers", 0, cem), -1);
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[3]), 0);
	assert_int_equal(add_key(r, ANA, "report", "youth", 2, box[5]), 0);
	assert_int_equal(roster_team_seq(r, "youth"), roster_seq(r) - 1);
	assert_int_equal(add_person(r, ANA, person(CEM, RANK_SUPERVISOR,
	    "youth", NULL)), 0);
	assert_int_equal(roster_held(r, "youth", 1, cem), RANK_COUNSELLOR);
	assert_int_equal(roster_held(r, "youth", 2, cem), RANK_SUPERVISOR);
	assert_int_equal(add_person(r, ANA, person(TIA, RANK_ADMIN,
	    "youth", NULL)), 0);
	assert_int_equal(add_key(r, ANA, "team", "youth", 3, box[6]), 0);
	assert_int_equal(roster_held(r, "youth", 3,
	    people[TIA]->signer->pub), -1);
	assert_int_equal(roster_held(r, "youth", 0,
	    people[TIA]->signer->pub), RANK_TRAINEE);
	assert_true(roster_is_report_key(r, "youth", 1, box[2]));
	assert_true(roster_is_report_key(r, "youth", 2, box[5]));
	assert_false(roster_is_report_key(r, "youth", 1, box[5]));
	assert_false(roster_is_report_key(r, "youth", 1, box[1]));
	roster_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(refuses_what_is_not_strictly_one),
		cmocka_unit_test(is_signed_by_a_supervisor_of_that_time),
		cmocka_unit_test(follows_the_one_before),
		cmocka_unit_test(follows_the_first_deposit),
		cmocka_unit_test(the_younger_key_is_the_present_one),
		cmocka_unit_test(the_roster_remembers_who_held_what),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
