/*
 * The queue by pages, whom `next` gives, hours, pauses, and a claim that
 * somebody takes over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/hours.h"
#include "daemon/desk/next.h"
#include "daemon/desk/oncall.h"
#include "daemon/desk/pause.h"
#include "daemon/desk/queue.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "tests/unit/desk_kit.h"

#define SEEKER	"seeker@example.org"
#define DAY	86400

static int64_t
number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static const char *
word(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static json_t *
next_of(const struct identity *who)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *answer = next_case(&kit_api, &actor, &e);

	if (answer == NULL)
		fail_msg("%s", e.text);
	return answer;
}

/* Whom they are given; "" nobody. */
static const char *
first_of(const struct identity *who)
{
	static char id[CASE_ID_LEN + 1];
	json_t *answer = next_of(who);
	const char *found = word(json_array_get(json_object_get(answer,
	    "cases"), 0), "id");

	(void)snprintf(id, sizeof(id), "%s", found == NULL ? "" : found);
	json_decref(answer);
	return id;
}

/* For how many cases this was the reason. */
static int64_t
left_of(const struct identity *who, const char *why)
{
	json_t *answer = next_of(who);
	int64_t n = number(json_object_get(answer, "left"), why);

	json_decref(answer);
	return n;
}

/* body is taken over; its answer, or NULL and the words in *e. */
static json_t *
say_hours(const struct identity *who, json_t *body, struct err *e)
{
	struct actor actor = kit_actor(who);
	json_t *answer = hours_put(&kit_api, &actor, body, e);

	json_decref(body);
	return answer;
}

static void
put_hours(const struct identity *who, json_t *body)
{
	struct err e = ERR_INIT;
	json_t *answer = say_hours(who, body, &e);

	if (answer == NULL)
		fail_msg("%s", e.text);
	json_decref(answer);
}

static void
refuse_hours(const struct identity *who, json_t *body, enum err_code code,
    const char *words)
{
	int64_t n = kit_count("SELECT count(*) FROM audit");
	struct err e = ERR_INIT;

	assert_null(say_hours(who, body, &e));
	assert_int_equal(e.code, code);
	if (strstr(e.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM audit"), n);
}

static json_t *
away(const char *person, int64_t from, int64_t until, const char *fallback)
{
	int64_t now = store_now(kit_api.store);

	return json_pack("{s:s, s:{s:I, s:I}, s:s?}", "person", person,
	    "away", "from", (json_int_t)(now + from), "until",
	    (json_int_t)(now + until), "fallback", fallback);
}

static void
take(const struct identity *who, const char *id)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *claim = claim_take(&kit_api, &actor, id, &e);

	if (claim == NULL)
		fail_msg("%s", e.text);
	json_decref(claim);
}

static void
every_page_has_what_is_behind_the_last(void **state)
{
	struct queue_place place = { -1, 0, 0, "" };
	struct actor anna = kit_actor(kit_anna);
	int64_t seen = 0, urgency = 3, due = 0;
	int more = 1, pages;
	json_t *rows, *row;
	size_t i;

	(void)state;
	kit_meddle("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
	    "FROM n WHERE i < 2500) INSERT INTO cases (id, desk, was, state, "
	    "urgency, rank, flags, channel, created, waiting_since, due, "
	    "last_seq, last_draft, deposit_hash, active) SELECT "
	    "printf('7K2M%04d', i), CASE i % 7 WHEN 0 THEN 'careers' ELSE "
	    "'youth' END, 'new', 'new', i % 4, -(i % 4), '', 'mail', 5, 5, "
	    "i / 50, 1, 0, x'00', 5 FROM n");
	for (pages = 0; more; pages++) {
		rows = queue_rows(&kit_api, &anna, &place, &more, NULL);
		assert_non_null(rows);
		assert_true(json_array_size(rows) <= QUEUE_PAGE);
		json_array_foreach(rows, i, row) {
			assert_string_equal(word(row, "desk"), "youth");
			assert_true(number(row, "urgency") <= urgency);
			if (number(row, "urgency") < urgency)
				due = 0;
			urgency = number(row, "urgency");
			assert_true(number(row, "due") >= due);
			due = number(row, "due");
			seen++;
		}
		json_decref(rows);
	}
	assert_int_equal(pages, 3);
	assert_int_equal(seen, 2500 - 2500 / 7);
}

static void
an_own_counsellor_comes_first_for_a_day(void **state)
{
	unsigned char item[SEAL_ID];
	char old[CASE_ID_LEN + 1], id[CASE_ID_LEN + 1];

	(void)state;
	memcpy(old, kit_letter(SEEKER, "hello", NULL), sizeof(old));
	kit_approved(old, item);
	kit_meddle("UPDATE delivery SET was = 'sending', state = 'accepted'");
	kit_meddle("UPDATE cases SET waiting_since = NULL, due = NULL");
	kit_meddle("UPDATE claim SET until = 0");
	memcpy(id, kit_letter(SEEKER, "hello again", NULL), sizeof(id));
	assert_string_not_equal(id, old);
	assert_string_equal(first_of(kit_anna), id);
	assert_string_equal(first_of(kit_ben), "");
	assert_int_equal(left_of(kit_ben, "own"), 1);
	/* While she is away it is anybody's, or whose she says. */
	put_hours(kit_anna, away("anna", -60, DAY, NULL));
	assert_string_equal(first_of(kit_ben), id);
	put_hours(kit_anna, away("anna", -60, DAY, "maria"));
	assert_string_equal(first_of(kit_ben), "");
	assert_string_equal(first_of(kit_maria), id);
	put_hours(kit_anna, json_pack("{s:s, s:n}", "person", "anna",
	    "away"));
	assert_string_equal(first_of(kit_ben), "");
	/* Never when it must not wait. */
	kit_meddle("UPDATE cases SET urgency = 2, rank = -2");
	assert_string_equal(first_of(kit_ben), id);
	kit_meddle("UPDATE cases SET urgency = 1, rank = -1");
	assert_string_equal(first_of(kit_ben), "");
	/* And for a day at most. */
	kit_meddle("UPDATE cases SET waiting_since = waiting_since - 86400 "
	    "WHERE waiting_since IS NOT NULL");
	assert_string_equal(first_of(kit_ben), id);
}

static void
a_language_that_a_colleague_reads(void **state)
{
	struct roster_person *anna;
	char id[CASE_ID_LEN + 1];

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_meddle("UPDATE cases SET language = 'id'");
	memcpy(&anna, &(const struct roster_person *){ roster_person(
	    kit_api.roster, "anna") }, sizeof(anna));
	anna->nlanguages = 2;
	memcpy(anna->languages[0], "et", 3);
	memcpy(anna->languages[1], "en", 3);
	assert_string_equal(first_of(kit_anna), "");
	assert_int_equal(left_of(kit_anna, "language"), 1);
	assert_string_equal(first_of(kit_ben), id);
	/* When nobody else is here, she is better than nobody. */
	put_hours(kit_maria, away("ben", -60, DAY, NULL));
	put_hours(kit_maria, away("maria", -60, DAY, NULL));
	assert_string_equal(first_of(kit_anna), id);
	kit_meddle("UPDATE cases SET language = 'et'");
	put_hours(kit_ben, json_pack("{s:s, s:n}", "person", "ben", "away"));
	assert_string_equal(first_of(kit_anna), id);
}

static void
so_many_in_hand(void **state)
{
	char one[CASE_ID_LEN + 1], other[CASE_ID_LEN + 1];

	(void)state;
	memcpy(one, kit_letter(SEEKER, "hello", NULL), sizeof(one));
	take(kit_anna, one);
	memcpy(other, kit_letter("b@example.org", "b", NULL), sizeof(other));
	put_hours(kit_maria, json_pack("{s:s, s:i, s:i}", "person", "anna",
	    "cap", 1, "cap_high", 0));
	/* What she has is hers to go on with; nothing new. */
	assert_string_equal(first_of(kit_anna), one);
	assert_int_equal(left_of(kit_anna, "cap"), 1);
	kit_meddle("UPDATE cases SET urgency = 2, rank = -2 WHERE id NOT IN "
	    "(SELECT case_id FROM claim)");
	assert_string_equal(first_of(kit_anna), one);
	kit_meddle("UPDATE cases SET urgency = 3, rank = -3 WHERE id NOT IN "
	    "(SELECT case_id FROM claim)");
	assert_string_equal(first_of(kit_anna), other);
	put_hours(kit_maria, json_pack("{s:s, s:n, s:n}", "person", "anna",
	    "cap", "cap_high"));
	kit_meddle("UPDATE cases SET urgency = 0, rank = 0");
	assert_int_equal(left_of(kit_anna, "cap"), 0);
}

static void
whose_hours_they_are(void **state)
{
	static const char *const no_week[] = { "", "Mon", "Mon-Fri",
	    "Mon-Fri 9-17", "Mon-Fri 09:00-17:00 ", "Mo 09:00-17:00" };
	json_t *answer, *list;
	struct actor olga;
	size_t i;

	(void)state;
	put_hours(kit_anna, json_pack("{s:s, s:[s, s]}", "person", "anna",
	    "week", "Mon-Fri 09:00-17:00", "Sat 10:00-12:00"));
	refuse_hours(kit_ben, away("anna", 0, DAY, NULL), ERR_DENIED,
	    "only a supervisor");
	refuse_hours(kit_anna, json_pack("{s:s, s:i}", "person", "anna",
	    "cap", 5), ERR_DENIED, "says a supervisor");
	refuse_hours(kit_olga, away("anna", 0, DAY, NULL), ERR_INPUT,
	    "no colleague");
	refuse_hours(kit_anna, away("anna", 0, DAY, "olga"), ERR_INPUT,
	    "cannot stand in");
	refuse_hours(kit_anna, away("anna", 0, DAY, "anna"), ERR_INPUT,
	    "cannot stand in");
	refuse_hours(kit_anna, away("anna", DAY, 60, NULL), ERR_INPUT,
	    "ends after it begins");
	refuse_hours(kit_anna, away("anna", -DAY, -60, NULL), ERR_INPUT,
	    "in the future");
	for (i = 0; i < sizeof(no_week) / sizeof(no_week[0]); i++)
		refuse_hours(kit_anna, json_pack("{s:s, s:[s]}", "person",
		    "anna", "week", no_week[i]), ERR_INPUT,
		    "says no working hours");
	olga = kit_actor(kit_olga);
	answer = hours_list(&kit_api, &olga, NULL);
	list = json_object_get(answer, "hours");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(word(json_array_get(list, 0), "person"),
	    "olga");
	json_decref(answer);
}

static void
a_pause_ends_by_itself(void **state)
{
	char hex[2 * SEAL_ID + 1], id[CASE_ID_LEN + 1];
	struct actor anna;
	struct err e = ERR_INIT;
	json_t *body, *found;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	body = json_pack("{s:I, s:o}", "until",
	    (json_int_t)(store_now(kit_api.store) + 60), "note",
	    kit_written(kit_anna, id, hex));
	anna = kit_actor(kit_anna);
	if ((found = pause_say(&kit_api, &anna, id, body, &e)) == NULL)
		fail_msg("%s", e.text);
	json_decref(found);
	json_decref(body);
	assert_string_equal(first_of(kit_ben), "");
	assert_int_equal(left_of(kit_ben, "paused"), 1);
	assert_int_equal(pause_over(&kit_intake, &e), 0);
	kit_meddle("UPDATE cases SET urgency = 2, rank = -2");
	assert_string_equal(first_of(kit_ben), id);
	kit_meddle("UPDATE cases SET urgency = 0, rank = 0, "
	    "paused_until = 5");
	/* Nobody waits for clock; and clock says it. */
	assert_string_equal(first_of(kit_ben), id);
	assert_int_equal(pause_over(&kit_intake, &e), 1);
	assert_int_equal(pause_over(&kit_intake, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE flags = "
	    "'' AND paused_until IS NULL"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM event WHERE kind IN "
	    "('paused', 'pause-ended')"), 2);
}

/* {fence, note} */
static json_t *
seize(const struct identity *who, const char *id, int64_t fence,
    struct err *e)
{
	char hex[2 * SEAL_ID + 1];
	json_t *body = json_pack("{s:I, s:o}", "fence", (json_int_t)fence,
	    "note", kit_written(who, id, hex)), *found;
	struct actor actor = kit_actor(who);

	found = claim_seize(&kit_api, &actor, id, body, e);
	json_decref(body);
	return found;
}

static void
a_claim_is_taken_over_and_seen(void **state)
{
	char id[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;
	json_t *found;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	assert_null(seize(kit_ben, id, 0, &e));
	assert_non_null(strstr(e.text, "with nobody else"));
	take(kit_anna, id);
	assert_null(seize(kit_ben, id, 1, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_non_null(strstr(e.text, "is not away"));
	assert_null(seize(kit_maria, id, 7, &e));
	assert_non_null(strstr(e.text, "moved meanwhile"));
	found = seize(kit_maria, id, 1, &e);
	assert_non_null(found);
	assert_string_equal(word(json_object_get(found, "claim"),
	    "claimant"), "maria");
	json_decref(found);
	assert_int_equal(kit_count("SELECT count(*) FROM event WHERE "
	    "kind = 'taken' AND actor = 'maria' AND detail = 'anna'"), 1);
	/* While somebody is away, every reader may. */
	put_hours(kit_maria, away("maria", -60, DAY, NULL));
	found = seize(kit_ben, id, 2, &e);
	assert_non_null(found);
	json_decref(found);
}

/* What this row of `hours` says, for whoever asks. */
static int64_t
hours_of(const struct identity *who, const char *person, const char *name)
{
	struct actor actor = kit_actor(who);
	json_t *answer = hours_list(&kit_api, &actor, NULL), *list, *one;
	int64_t n = -1;
	size_t i;

	list = json_object_get(answer, "hours");
	json_array_foreach(list, i, one)
		if (strcmp(word(one, "person"), person) == 0 &&
		    json_is_integer(json_object_get(one, name)))
			n = number(one, name);
	json_decref(answer);
	return n;
}

static void
who_has_the_heavy_ones_is_seen_by_supervisors(void **state)
{
	char one[CASE_ID_LEN + 1], other[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;

	(void)state;
	memcpy(one, kit_letter(SEEKER, "hello", NULL), sizeof(one));
	memcpy(other, kit_letter("b@example.org", "b", NULL), sizeof(other));
	take(kit_anna, one);
	assert_int_equal(hours_of(kit_maria, "anna", "heavy"), 0);
	kit_meddle("UPDATE cases SET urgency = 2, rank = -2");
	take(kit_anna, one);
	take(kit_anna, one);
	take(kit_ben, other);
	json_decref(seize(kit_maria, other, 1, &e));
	assert_int_equal(hours_of(kit_maria, "anna", "heavy"), 1);
	assert_int_equal(hours_of(kit_maria, "ben", "heavy"), 1);
	assert_int_equal(hours_of(kit_maria, "maria", "heavy"), 1);
	assert_int_equal(hours_of(kit_maria, "ben", "held_high"), 0);
	assert_int_equal(hours_of(kit_maria, "maria", "held_high"), 1);
	/* It is nobody else's to compare. */
	assert_int_equal(hours_of(kit_anna, "ben", "heavy"), -1);
	kit_meddle("UPDATE heavy SET week = week - 1");
	assert_int_equal(hours_of(kit_maria, "anna", "heavy"), 0);
	assert_int_equal(hours_of(kit_maria, "anna", "heavy_before"), 1);
	assert_int_equal(oncall_sweep(&kit_intake, &e), 0);
	kit_meddle("UPDATE heavy SET week = week - 30");
	assert_int_equal(oncall_sweep(&kit_intake, &e), 3);
}

#define STORY(name)							\
	cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(every_page_has_what_is_behind_the_last),
		STORY(an_own_counsellor_comes_first_for_a_day),
		STORY(a_language_that_a_colleague_reads),
		STORY(so_many_in_hand),
		STORY(whose_hours_they_are),
		STORY(a_pause_ends_by_itself),
		STORY(a_claim_is_taken_over_and_seen),
		STORY(who_has_the_heavy_ones_is_seen_by_supervisors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
