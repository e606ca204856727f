/*
 * Review as the service keeps it: whose letter waits for a second person,
 * who goes on with a draft, what of its earlier letters stays and how long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/desk/case.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/staff.h"
#include "daemon/desk/urgency.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/urgency.h"
#include "lib/wire.h"
#include "tests/unit/desk_kit.h"

#define SEEKER	"seeker@example.org"
#define ANSWERS	"SELECT count(*) FROM item WHERE kind = 'answer'"

static char	id[CASE_ID_LEN + 1];

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	return 0;
}

static void
is_now(json_t *draft, const char *state, const struct err *e)
{
	if (draft == NULL)
		fail_msg("%s", e->text);
	assert_string_equal(json_string_value(json_object_get(draft,
	    "state")), state);
	json_decref(draft);
}

static void
save(const struct identity *who, int64_t no)
{
	char hex[2 * SEAL_ID + 1];
	json_t *body = kit_written(who, id, hex);
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;

	if (no > 0)
		(void)json_object_set_new(body, "no", json_integer(no));
	is_now(draft_save(&kit_api, &actor, id, body, &e), "open", &e);
	json_decref(body);
}

/* As somebody asks it whose letter needs no review. */
static json_t *
submit(const struct identity *who, struct err *e)
{
	char hex[2 * SEAL_ID + 1];
	json_t *body = kit_written(who, id, hex), *draft;
	struct actor actor = kit_actor(who);

	wire_set_base64(body, "postman", "postman box", 11);
	(void)json_object_set_new(body, "seeker", json_null());
	draft = draft_submit(&kit_api, &actor, id, 1, body, e);
	json_decref(body);
	return draft;
}

static void
submitted(const struct identity *who, const char *state)
{
	struct err e = ERR_INIT;

	is_now(submit(who, &e), state, &e);
}

typedef json_t	*noted(struct desk *, const struct actor *, const char *id,
		    int64_t no, const json_t *body, struct err *);

static json_t *
with_note(const struct identity *who, noted *fn, struct err *e)
{
	char hex[2 * SEAL_ID + 1];
	/* olga is of another desk: somebody lends her the note. */
	json_t *body = json_pack("{s:o}", "note", kit_written(
	    who == kit_olga ? kit_ben : who, id, hex));
	struct actor actor = kit_actor(who);
	json_t *draft = fn(&kit_api, &actor, id, 1, body, e);

	json_decref(body);
	return draft;
}

static void
returned(void)
{
	struct err e = ERR_INIT;

	is_now(with_note(kit_maria, draft_return, &e), "returned", &e);
}

static void
refused(json_t *draft, const struct err *e, enum err_code code,
    const char *words)
{
	assert_null(draft);
	assert_int_equal(e->code, code);
	if (strstr(e->text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e->text);
}

static void
release(const struct identity *who)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *body = json_object(), *done;

	(void)json_object_set_new(body, "fence", json_integer(kit_count(
	    "SELECT fence FROM claim")));
	done = claim_release(&kit_api, &actor, id, body, &e);
	if (done == NULL)
		fail_msg("%s", e.text);
	json_decref(done);
	json_decref(body);
}

static json_t *
approve(const struct identity *who, struct err *e)
{
	unsigned char letter[SEAL_ID], signature[SIGN_LEN] = { 1 };
	struct actor actor = kit_actor(who);
	json_t *body = json_object(), *draft;

	assert_int_equal(kit_blob("SELECT letter FROM draft", letter,
	    sizeof(letter)), SEAL_ID);
	wire_set_hex(body, "letter", letter, SEAL_ID);
	wire_set_hex(body, "signature", signature, sizeof(signature));
	wire_set_base64(body, "postman", "postman box", 11);
	(void)json_object_set_new(body, "seeker", json_null());
	draft = draft_approve(&kit_api, &actor, id, 1, body, e);
	json_decref(body);
	return draft;
}

/* maria signs it, and the list has it. text is freed. */
static void
append(char *text)
{
	struct actor maria = kit_actor(kit_maria);
	json_t *body, *entries = json_array(), *entry = json_object();
	unsigned char sig[SIGN_LEN];
	struct err e = ERR_INIT;
	json_t *done;

	signature_make(kit_maria->signer, PURPOSE_ROSTER, text, strlen(text),
	    sig);
	wire_set_base64(entry, "entry", text, strlen(text));
	wire_set_hex(entry, "signature", sig, sizeof(sig));
	(void)json_array_append_new(entries, entry);
	body = json_pack("{s:I, s:o, s:[]}", "seq",
	    (json_int_t)(roster_seq(kit_api.roster) + 1), "entries", entries,
	    "secrets");
	if ((done = staff_append(&kit_api, &maria, body, &e)) == NULL)
		fail_msg("%s", e.text);
	json_decref(done);
	json_decref(body);
	free(text);
}

/* Of this person, from now on. */
static void
say(const char *name, enum roster_rank rank, int set,
    enum roster_review review)
{
	struct roster_person p;
	struct err e = ERR_INIT;
	size_t len;

	if (desk_refresh(&kit_api, &e) == -1)
		fail_msg("%s", e.text);
	p = *roster_person(kit_api.roster, name);
	p.rank = rank;
	p.review_set = set;
	p.review = review;
	append(roster_entry_person(kit_api.roster, "maria", 1795000000, &p,
	    &len));
}

/* What the desk and anna may in a crisis. */
static void
open_path(int path, int flag, enum roster_rank rank)
{
	struct roster_policy policy = { REVIEW_ALWAYS, 0, path };
	struct roster_person p;
	struct err e = ERR_INIT;
	size_t len;

	if (desk_refresh(&kit_api, &e) == -1)
		fail_msg("%s", e.text);
	p = *roster_person(kit_api.roster, "anna");
	p.rank = rank;
	p.crisis = flag;
	append(roster_entry_person(kit_api.roster, "maria", 1795000000, &p,
	    &len));
	append(roster_entry_policy(kit_api.roster, "maria", 1795000000,
	    "youth", &policy, &len));
}

/* Somebody signs how urgent the case is. */
static void
urgent(const struct identity *who, const char *name, int64_t urgency)
{
	struct urgency_statement is = { .urgency = urgency, .at = 1795000000 };
	char hex[2 * SEAL_ID + 1], *text;
	struct actor actor = kit_actor(who);
	unsigned char sig[SIGN_LEN];
	struct err e = ERR_INIT;
	json_t *body, *done;
	size_t len;

	memcpy(is.case_id, id, sizeof(is.case_id));
	(void)snprintf(is.by, sizeof(is.by), "%s", name);
	assert_int_equal(kit_blob("SELECT deposit_hash FROM item WHERE kind = "
	    "'letter' ORDER BY seq DESC LIMIT 1", is.after,
	    sizeof(is.after)), SEAL_HASH);
	text = urgency_print(&is, &len);
	signature_make(who->signer, PURPOSE_URGENCY, text, len, sig);
	body = json_pack("{s:I, s:s, s:o}", "urgency", (json_int_t)urgency,
	    "statement", text, "note", kit_written(who, id, hex));
	wire_set_hex(body, "signature", sig, sizeof(sig));
	if ((done = urgency_say(&kit_api, &actor, id, body, &e)) == NULL)
		fail_msg("%s", e.text);
	json_decref(done);
	json_decref(body);
	free(text);
}

static json_t *
crisis(const struct identity *who, struct err *e)
{
	char hex[2 * SEAL_ID + 1];
	json_t *body = kit_written(who, id, hex), *draft;
	struct actor actor = kit_actor(who);

	wire_set_base64(body, "postman", "postman box", 11);
	(void)json_object_set_new(body, "seeker", json_null());
	(void)json_object_set_new(body, "note", kit_written(who, id, hex));
	draft = draft_crisis(&kit_api, &actor, id, 1, body, e);
	json_decref(body);
	return draft;
}

static json_t *
second(const struct identity *who, struct err *e)
{
	unsigned char letter[SEAL_ID], signature[SIGN_LEN] = { 2 };
	struct actor actor = kit_actor(who);
	json_t *body = json_object(), *draft;

	assert_int_equal(kit_blob("SELECT letter FROM draft", letter,
	    sizeof(letter)), SEAL_ID);
	wire_set_hex(body, "letter", letter, SEAL_ID);
	wire_set_hex(body, "signature", signature, sizeof(signature));
	draft = draft_second(&kit_api, &actor, id, 1, body, e);
	json_decref(body);
	return draft;
}

static void
in_a_crisis_it_leaves_first(void **state)
{
	struct config_desk *desk = &((struct config *)kit_api.config)->desks[0];
	struct err e = ERR_INIT;
	struct delivery x;

	(void)state;
	desk->hold_s = 600;
	save(kit_anna, 0);
	urgent(kit_anna, "anna", 3);
	refused(crisis(kit_anna, &e), &e, ERR_DENIED, "no crisis path");
	open_path(1, 0, RANK_COUNSELLOR);
	refused(crisis(kit_anna, &e), &e, ERR_DENIED, "flag 'crisis'");
	open_path(1, 1, RANK_TRAINEE);
	refused(crisis(kit_anna, &e), &e, ERR_DENIED, "no trainees");
	open_path(1, 1, RANK_COUNSELLOR);
	urgent(kit_ben, "ben", 2);
	/* Whatever the plain number says. */
	kit_meddle("UPDATE cases SET urgency = 3");
	refused(crisis(kit_anna, &e), &e, ERR_DENIED, "nobody has signed");
	refused(crisis(kit_ben, &e), &e, ERR_DENIED, "anna's");
	assert_int_equal(kit_count("SELECT count(*) FROM delivery"), 0);
	urgent(kit_ben, "ben", 3);
	is_now(crisis(kit_anna, &e), "approved", &e);
	/* Not held, and it waits for its second signature. */
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(x.has_approval, 0);
	assert_int_equal(kit_count("SELECT count(*) FROM crisis WHERE author "
	    "= 'anna' AND signed_at IS NULL"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action = "
	    "'crisis' AND actor = 'anna'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'note'"), 4);
	refused(crisis(kit_anna, &e), &e, ERR_CONFLICT, "approved");
}

static void
and_is_signed_afterwards(void **state)
{
	struct actor maria = kit_actor(kit_maria);
	struct err e = ERR_INIT;
	json_t *list, *one;

	(void)state;
	save(kit_anna, 0);
	submitted(kit_anna, "submitted");
	urgent(kit_anna, "anna", 3);
	open_path(1, 1, RANK_COUNSELLOR);
	is_now(crisis(kit_anna, &e), "approved", &e);
	kit_meddle("UPDATE delivery SET was = 'sending', state = 'accepted'");
	list = draft_list(&kit_api, &maria, &e);
	one = json_array_get(json_object_get(list, "drafts"), 0);
	assert_true(json_is_true(json_object_get(one, "unsigned")));
	json_decref(list);
	refused(second(kit_ben, &e), &e, ERR_DENIED, "only a supervisor");
	say("anna", RANK_SUPERVISOR, 0, REVIEW_ALWAYS);
	refused(second(kit_anna, &e), &e, ERR_DENIED, "you wrote this");
	one = second(kit_maria, &e);
	assert_non_null(one);
	assert_false(json_is_true(json_object_get(one, "unsigned")));
	json_decref(one);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'answer' AND approver IS NOT NULL"), 1);
	refused(second(kit_maria, &e), &e, ERR_CONFLICT, "does not wait");
	maria = kit_actor(kit_maria);
	list = draft_list(&kit_api, &maria, &e);
	assert_int_equal(json_array_size(json_object_get(list, "drafts")),
	    0);
	json_decref(list);
}

/* Whatever the command line believes: it may be an old one, or another. */
static void
the_service_asks_who_is_reviewed(void **state)
{
	(void)state;
	save(kit_anna, 0);
	submitted(kit_anna, "submitted");
	assert_int_equal(kit_count("SELECT count(*) FROM delivery"), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 0);
	returned();
	save(kit_anna, 1);
	say("anna", RANK_TRAINEE, 1, REVIEW_NEVER);
	submitted(kit_anna, "submitted");
	returned();
	save(kit_anna, 1);
	say("anna", RANK_COUNSELLOR, 1, REVIEW_ALWAYS);
	submitted(kit_anna, "submitted");
	returned();
	save(kit_anna, 1);
	say("anna", RANK_COUNSELLOR, 1, REVIEW_NEVER);
	submitted(kit_anna, "approved");
	assert_int_equal(kit_count("SELECT count(*) FROM delivery"), 1);
}

static void
a_colleague_goes_on_with_it(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	save(kit_anna, 0);
	refused(with_note(kit_anna, draft_adopt, &e), &e, ERR_CONFLICT,
	    "yours already");
	refused(with_note(kit_ben, draft_adopt, &e), &e, ERR_CONFLICT,
	    "anna");			/* she is writing */
	refused(with_note(kit_olga, draft_adopt, &e), &e, ERR_GONE,
	    "no such case");
	release(kit_anna);
	is_now(with_note(kit_ben, draft_adopt, &e), "open", &e);
	assert_int_equal(kit_count("SELECT count(*) FROM draft WHERE author = "
	    "'ben'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM draft_former WHERE "
	    "author = 'anna'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM claim WHERE claimant "
	    "= 'ben' AND until > 0"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action = "
	    "'adopt' AND actor = 'ben' AND detail = 'd1'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM event WHERE kind = "
	    "'adopted'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'note'"), 1);
	/* Whose it was can do nothing with it any more. */
	refused(submit(kit_anna, &e), &e, ERR_DENIED, "ben's");
	submitted(kit_ben, "submitted");
	refused(with_note(kit_anna, draft_adopt, &e), &e, ERR_CONFLICT,
	    "submitted");
	is_now(approve(kit_maria, &e), "approved", &e);
	refused(with_note(kit_anna, draft_adopt, &e), &e, ERR_CONFLICT,
	    "approved");
}

static void
a_former_author_does_not_approve(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	save(kit_maria, 0);
	submitted(kit_maria, "submitted");
	returned();
	release(kit_maria);
	is_now(with_note(kit_ben, draft_adopt, &e), "open", &e);
	submitted(kit_ben, "submitted");
	refused(approve(kit_maria, &e), &e, ERR_DENIED, "wrote on this");
	assert_int_equal(kit_count("SELECT count(*) FROM delivery"), 0);
	/* Another supervisor does. */
	say("anna", RANK_SUPERVISOR, 0, REVIEW_ALWAYS);
	is_now(approve(kit_anna, &e), "approved", &e);
}

static void
earlier_letters_stay_until_the_end(void **state)
{
	struct err e = ERR_INIT;
	int i;

	(void)state;
	save(kit_anna, 0);
	submitted(kit_anna, "submitted");
	assert_int_equal(kit_count("SELECT count(*) FROM draft_version"), 0);
	for (i = 1; i <= 4; i++) {
		returned();
		save(kit_anna, 1);
		submitted(kit_anna, "submitted");
		assert_int_equal(kit_count("SELECT count(*) FROM "
		    "draft_version"), i < 2 ? i : 2);
		assert_int_equal(kit_count(ANSWERS), i < 2 ? i + 1 : 3);
	}
	/* The newest two, and none of them is the one that stands. */
	assert_int_equal(kit_count("SELECT min(replaced_by) FROM "
	    "draft_version"), 4);
	assert_int_equal(kit_count("SELECT count(*) FROM draft_version JOIN "
	    "draft ON draft.letter = draft_version.item"), 0);
	is_now(approve(kit_maria, &e), "approved", &e);
	assert_int_equal(kit_count("SELECT count(*) FROM draft_version"), 0);
	assert_int_equal(kit_count(ANSWERS), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM part WHERE item NOT "
	    "IN (SELECT id FROM item)"), 0);
}

/* Called back, it stays in the case, and is shown beside the next one. */
static void
what_was_approved_once_is_kept(void **state)
{
	struct actor anna;
	struct err e = ERR_INIT;

	(void)state;
	save(kit_anna, 0);
	submitted(kit_anna, "submitted");
	is_now(approve(kit_maria, &e), "approved", &e);
	anna = kit_actor(kit_anna);
	is_now(draft_undo(&kit_api, &anna, id, 1, &e), "open", &e);
	submitted(kit_anna, "submitted");
	assert_int_equal(kit_count("SELECT count(*) FROM draft_version"), 1);
	is_now(approve(kit_maria, &e), "approved", &e);
	assert_int_equal(kit_count("SELECT count(*) FROM draft_version"), 0);
	assert_int_equal(kit_count(ANSWERS " AND seq IS NOT NULL"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_service_asks_who_is_reviewed, begin, kit_end),
		cmocka_unit_test_setup_teardown(a_colleague_goes_on_with_it,
		    begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    a_former_author_does_not_approve, begin, kit_end),
		cmocka_unit_test_setup_teardown(in_a_crisis_it_leaves_first,
		    begin, kit_end),
		cmocka_unit_test_setup_teardown(and_is_signed_afterwards,
		    begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    earlier_letters_stay_until_the_end, begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    what_was_approved_once_is_kept, begin, kit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
