/*
 * Claims as they move between colleagues: who may, under which fence, and what
 * the others see of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define SEEKER	"seeker@example.org"

typedef json_t	*change(struct desk *, const struct actor *, const char *id,
		    const json_t *body, struct err *);

static char	id[CASE_ID_LEN + 1];

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	return 0;
}

static int64_t
take(const struct identity *who)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *claim = claim_take(&kit_api, &actor, id, &e);
	int64_t fence;

	if (claim == NULL)
		fail_msg("%s", e.text);
	fence = json_integer_value(json_object_get(claim, "fence"));
	json_decref(claim);
	return fence;
}

/* {fence, to, note}; fence -1: null. */
static json_t *
body_of(const struct identity *who, int64_t fence, const char *to)
{
	char hex[2 * SEAL_ID + 1];
	json_t *body = json_object();

	(void)json_object_set_new(body, "fence", fence == -1 ? json_null() :
	    json_integer(fence));
	if (to != NULL)
		(void)json_object_set_new(body, "to", json_string(to));
	(void)json_object_set_new(body, "note", kit_written(who, id, hex));
	return body;
}

static json_t *
does(const struct identity *who, change *fn, int64_t fence, const char *to)
{
	struct actor actor = kit_actor(who);
	json_t *body = body_of(who, fence, to), *found;
	struct err e = ERR_INIT;

	if ((found = fn(&kit_api, &actor, id, body, &e)) == NULL)
		fail_msg("%s", e.text);
	json_decref(body);
	return found;
}

/* Refused with this code and these words; nothing changed. */
static void
refused(const struct identity *who, change *fn, json_t *body,
    enum err_code code, const char *words)
{
	int64_t n = kit_count("SELECT count(*) FROM audit");
	int64_t items = kit_count("SELECT count(*) FROM item");
	int64_t until = kit_count("SELECT max(until) FROM claim");
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;

	assert_null(fn(&kit_api, &actor, id, body, &e));
	assert_int_equal(e.code, code);
	if (strstr(e.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM audit"), n);
	assert_int_equal(kit_count("SELECT max(until) FROM claim"), until);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), items);
	json_decref(body);
}

static const char *
word(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* "who kind detail" of each event, on one line. */
static void
check_events(const json_t *found, const char *wanted)
{
	char text[512] = "";
	const json_t *event;
	size_t i, n;

	json_array_foreach(json_object_get(found, "events"), i, event) {
		n = strlen(text);
		(void)snprintf(text + n, sizeof(text) - n, "%s%s %s%s%s",
		    n == 0 ? "" : ", ", word(event, "actor"),
		    word(event, "kind"), word(event, "detail") == NULL ? "" :
		    " ", word(event, "detail") == NULL ? "" :
		    word(event, "detail"));
	}
	assert_string_equal(text, wanted);
}

static const char *
claimant(const json_t *found)
{
	return word(json_object_get(found, "claim"), "claimant");
}

static void
released_is_free_for_another(void **state)
{
	json_t *found;

	(void)state;
	found = does(kit_anna, claim_release, take(kit_anna), NULL);
	assert_true(json_is_null(json_object_get(found, "claim")));
	check_events(found, "anna claimed, anna released");
	json_decref(found);
	assert_int_equal(take(kit_ben), 2);
	assert_int_equal(take(kit_ben), 2);	/* a renewal, no event */
	assert_int_equal(kit_count("SELECT count(*) FROM event"), 3);
}

static void
passed_with_a_note(void **state)
{
	json_t *found, *letters, *note;

	(void)state;
	found = does(kit_anna, claim_pass, take(kit_anna), NULL);
	assert_null(claimant(found));
	check_events(found, "anna claimed, anna passed");
	letters = json_object_get(found, "letters");
	assert_int_equal(json_array_size(letters), 2);
	note = json_array_get(letters, 1);
	assert_string_equal(word(note, "kind"), "note");
	assert_int_equal(json_integer_value(json_object_get(note, "seq")), 2);
	json_decref(found);
}

static void
handed_to_who_reads_the_desk(void **state)
{
	json_t *found, *claim;

	(void)state;
	found = does(kit_anna, claim_hand, take(kit_anna), "ben");
	claim = json_object_get(found, "claim");
	assert_string_equal(word(claim, "claimant"), "ben");
	assert_int_equal(json_integer_value(json_object_get(claim, "fence")),
	    2);
	check_events(found, "anna claimed, anna handed ben");
	json_decref(found);
	/* anna's fence is an old one now. */
	refused(kit_anna, claim_release, body_of(kit_anna, 1, NULL),
	    ERR_CONFLICT, "claimed by ben");
	found = does(kit_ben, claim_release, 2, NULL);
	json_decref(found);
}

static void
a_free_case_is_handed_at_once(void **state)
{
	json_t *found;

	(void)state;
	found = does(kit_maria, claim_hand, -1, "anna");
	assert_string_equal(claimant(found), "anna");
	check_events(found, "maria claimed, maria handed anna");
	json_decref(found);
	refused(kit_maria, claim_hand, body_of(kit_maria, -1, "ben"),
	    ERR_CONFLICT, "claimed by anna");
}

static void
only_to_colleagues_of_the_desk(void **state)
{
	int64_t fence = take(kit_anna);

	(void)state;
	refused(kit_anna, claim_hand, body_of(kit_anna, fence, "olga"),
	    ERR_INPUT, "olga");
	refused(kit_anna, claim_hand, body_of(kit_anna, fence, "nobody"),
	    ERR_INPUT, "nobody");
	refused(kit_anna, claim_hand, body_of(kit_anna, fence, "anna"),
	    ERR_INPUT, "to yourself");
}

static void
nobody_moves_the_claim_of_another(void **state)
{
	static change *const all[] = { claim_release, claim_pass,
	    claim_hand };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)		/* nobody has it */
		refused(kit_ben, all[i], body_of(kit_ben, 0, "anna"),
		    ERR_CONFLICT, "is free");
	take(kit_anna);
	for (i = 0; i < 3; i++) {
		refused(kit_ben, all[i], body_of(kit_ben, 1, "maria"),
		    ERR_CONFLICT, "claimed by anna");
		refused(kit_anna, all[i], body_of(kit_anna, 7, "ben"),
		    ERR_CONFLICT, "begun anew");
		refused(kit_olga, all[i], json_object(), ERR_GONE,
		    "no such case");
		refused(kit_anna, all[i], json_object(), ERR_INPUT, "");
	}
}

/* A stale fence after the lease ended and was taken anew. */
static void
an_older_claim_of_ones_own_is_over(void **state)
{
	json_t *found;

	(void)state;
	assert_int_equal(take(kit_anna), 1);
	kit_meddle("UPDATE claim SET until = 1");
	refused(kit_anna, claim_release, body_of(kit_anna, 1, NULL),
	    ERR_CONFLICT, "is free");
	assert_int_equal(take(kit_anna), 2);
	refused(kit_anna, claim_release, body_of(kit_anna, 1, NULL),
	    ERR_CONFLICT, "begun anew");
	found = does(kit_anna, claim_release, 2, NULL);
	check_events(found, "anna claimed, api ended anna, anna claimed, "
	    "anna released");
	json_decref(found);
}

static void
a_look_prolongs_ones_own(void **state)
{
	struct actor anna, ben;
	int64_t fresh, until;
	json_t *found;

	(void)state;
	take(kit_anna);
	fresh = kit_count("SELECT until FROM claim");
	kit_meddle("UPDATE claim SET until = until - 7200");
	until = kit_count("SELECT until FROM claim");
	ben = kit_actor(kit_ben);
	found = case_show(&kit_api, &ben, id, NULL);
	json_decref(found);
	assert_int_equal(kit_count("SELECT until FROM claim"), until);
	anna = kit_actor(kit_anna);
	found = case_show(&kit_api, &anna, id, NULL);
	json_decref(found);
	assert_true(kit_count("SELECT until FROM claim") >= fresh);
	/* At most hourly. */
	kit_meddle("UPDATE claim SET until = until - 600");
	until = kit_count("SELECT until FROM claim");
	found = case_show(&kit_api, &anna, id, NULL);
	json_decref(found);
	assert_int_equal(kit_count("SELECT until FROM claim"), until);
	/* What is over stays over. */
	kit_meddle("UPDATE claim SET until = 1");
	found = case_show(&kit_api, &anna, id, NULL);
	json_decref(found);
	assert_int_equal(kit_count("SELECT until FROM claim"), 1);
}

static void
the_audit_holds(void **state)
{
	struct err e = ERR_INIT;
	int64_t n;

	(void)state;
	json_decref(does(kit_anna, claim_hand, take(kit_anna), "ben"));
	json_decref(does(kit_ben, claim_pass, 2, NULL));
	if (audit_verify(&kit_post, NULL, NULL, &n, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action "
	    "IN ('claim', 'hand', 'pass') AND base IS NOT NULL"), 3);
}

#define STORY(name)							\
	cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(released_is_free_for_another),
		STORY(passed_with_a_note),
		STORY(handed_to_who_reads_the_desk),
		STORY(a_free_case_is_handed_at_once),
		STORY(only_to_colleagues_of_the_desk),
		STORY(nobody_moves_the_claim_of_another),
		STORY(an_older_claim_of_ones_own_is_over),
		STORY(a_look_prolongs_ones_own),
		STORY(the_audit_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
