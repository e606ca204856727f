/*
 * The desk over a real store, in one process: a letter is taken, shown,
 * claimed, answered, approved, sent; and what somebody planted in the store
 * is not believed.
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
#include "daemon/desk/queue.h"
#include "daemon/desk/claim.h"
#include "daemon/config.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/item.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define SEEKER	"seeker@example.org"

static json_t *
queue(void)
{
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	json_t *answer = queue_page(&kit_api, &anna, NULL, &e), *cases;

	assert_non_null(answer);
	cases = json_incref(json_object_get(answer, "cases"));
	json_decref(answer);
	return cases;
}

static json_t *
show(const char *id)
{
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	json_t *found = case_show(&kit_api, &anna, id, &e);

	if (found == NULL)
		fail_msg("%s", e.text);
	return found;
}

static const char *
word(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
a_letter_is_a_case_in_the_queue(void **state)
{
	json_t *cases, *row, *newest;
	char id[CASE_ID_LEN + 1];

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	cases = queue();
	assert_int_equal(json_array_size(cases), 1);
	row = json_array_get(cases, 0);
	assert_string_equal(word(row, "id"), id);
	assert_string_equal(word(row, "state"), "new");
	assert_true(json_is_null(json_object_get(row, "claim")));
	newest = json_object_get(row, "newest");
	assert_non_null(word(newest, "face"));
	assert_int_equal(json_array_size(json_object_get(newest, "parts")),
	    4);
	assert_int_equal(json_integer_value(json_object_get(row, "due")) -
	    json_integer_value(json_object_get(row, "waiting_since")),
	    48 * 3600);
	json_decref(cases);
}

static void
the_same_bytes_are_one_letter(void **state)
{
	char id[CASE_ID_LEN + 1];

	(void)state;
	memcpy(id, kit_letter(SEEKER, "twice", NULL), sizeof(id));
	assert_string_equal(kit_letter(SEEKER, "twice", NULL), id);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger"), 2);
	assert_int_equal(kit_count(
	    "SELECT count(*) FROM ledger WHERE class = 'duplicate'"), 1);
}

static void
one_holder_of_a_claim(void **state)
{
	struct actor anna, maria;
	struct err e = ERR_INIT;
	const char *id = kit_letter(SEEKER, "hello", NULL);
	json_t *claim;

	(void)state;
	anna = kit_actor(kit_anna);
	claim = claim_take(&kit_api, &anna, id, &e);
	assert_non_null(claim);
	assert_string_equal(word(claim, "claimant"), "anna");
	json_decref(claim);
	maria = kit_actor(kit_maria);
	assert_null(claim_take(&kit_api, &maria, id, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.text, "anna"));
	/* The same request a second time is refused. */
	assert_null(claim_take(&kit_api, &anna, id, &e));
	assert_int_equal(e.code, ERR_DENIED);
}

static void
foreign_is_as_unknown(void **state)
{
	struct actor anna = kit_actor(kit_anna);
	struct err unknown = ERR_INIT, foreign = ERR_INIT;
	char id[CASE_ID_LEN + 1];

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_meddle("UPDATE cases SET desk = 'careers'");
	assert_null(case_show(&kit_api, &anna, id, &foreign));
	assert_null(case_show(&kit_api, &anna, "ZZZZZZZZ", &unknown));
	assert_int_equal(foreign.code, ERR_GONE);
	assert_string_equal(foreign.text, unknown.text);
}

static void
answered_when_it_was_accepted(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	char id[CASE_ID_LEN + 1];
	struct delivery x;
	json_t *cases, *found;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_memory_equal(x.item, item, SEAL_ID);
	assert_string_equal(x.case_id, id);
	assert_true(x.has_approval);
	assert_int_equal(delivery_take(&kit_post, "2", &x, &e), 0);
	memcpy(x.item, item, SEAL_ID);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 1);
	memset(&x, 0, sizeof(x));
	memcpy(x.item, item, SEAL_ID);
	memcpy(x.case_id, id, sizeof(id));
	(void)memcpy(x.desk, "youth", 6);
	x.participant = 1;
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@x>",
	    "0123456789abcdef", "b0123456789abcdef", &e), 0);
	assert_int_equal(delivery_dot(&kit_post, &x, "1", &e), 0);
	if (delivery_settle(&kit_post, &x, OUTCOME_ACCEPTED, "250",
	    "2.0.0 queued as 1", &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 0);
	cases = queue();
	assert_int_equal(json_array_size(cases), 0);
	json_decref(cases);
	found = show(id);
	assert_string_equal(word(found, "state"), "answered");
	json_decref(found);
	/* The reply with our token joins; from elsewhere it does not. */
	assert_string_equal(kit_letter(SEEKER, "back", "0123456789abcdef"),
	    id);
	assert_string_not_equal(kit_letter("other@example.org", "me too",
	    "0123456789abcdef"), id);
}

static void
post_takes_back_its_own(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	const char *id = kit_letter(SEEKER, "hello", NULL);
	struct delivery x;

	(void)state;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_recover(&kit_post, "2", &e), 0);
	assert_int_equal(delivery_recover(&kit_post, "1", &e), 1);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_dot(&kit_post, &x, "1", &e), 0);
	assert_int_equal(delivery_recover(&kit_post, "1", &e), 1);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery WHERE "
	    "state = 'unknown'"), 1);
}

static void
a_later_letter_is_known(void **state)
{
	unsigned char item[SEAL_ID], none[SEAL_HASH] = { 0 };
	struct delivery_facts facts;
	struct err e = ERR_INIT;
	struct delivery x;
	const char *id = kit_letter(SEEKER, "hello", NULL);
	unsigned char check[SEAL_HASH];

	(void)state;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_facts(&kit_post, &x, none, &facts, &e), 0);
	assert_true(facts.later_letter);
	assert_false(facts.last_read_known);
	assert_string_equal(facts.mode, "mail");
	desk_hash_check(&kit_post, id, 1, SEEKER, check);
	assert_memory_equal(facts.check, check, SEAL_HASH);
}

static void
a_blocked_letter_is_opened_again(void **state)
{
	unsigned char item[SEAL_ID];
	char hex[2 * SEAL_ID + 1], id[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;
	struct actor anna;
	struct delivery x;
	json_t *body, *draft;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_BLOCKED,
	    "stale", NULL, &e), 0);
	body = json_object();
	(void)json_object_set_new(body, "note",
	    kit_written(kit_anna, id, hex));
	anna = kit_actor(kit_anna);
	draft = draft_return(&kit_api, &anna, id, 1, body, &e);
	if (draft == NULL)
		fail_msg("%s", e.text);
	assert_string_equal(word(draft, "state"), "open");
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 0);
	json_decref(draft);
	json_decref(body);
}

static void
who_reviews(void **state)
{
	char hex[2 * SEAL_ID + 1], letter[2 * SEAL_ID + 1];
	const char *id = kit_letter(SEEKER, "hello", NULL);
	struct err e = ERR_INIT;
	struct actor who;
	json_t *body, *draft;

	(void)state;
	body = kit_written(kit_maria, id, hex);
	who = kit_actor(kit_maria);
	draft = draft_save(&kit_api, &who, id, body, &e);
	assert_non_null(draft);
	json_decref(draft);
	json_decref(body);
	body = kit_written(kit_maria, id, letter);
	who = kit_actor(kit_maria);
	draft = draft_submit(&kit_api, &who, id, 1, body, &e);
	assert_non_null(draft);
	assert_string_equal(word(draft, "state"), "submitted");
	json_decref(draft);
	wire_set_base64(body, "postman", "box", 3);
	(void)json_object_set_new(body, "letter", json_string(letter));
	who = kit_actor(kit_maria);
	assert_null(draft_approve(&kit_api, &who, id, 1, body, &e));
	assert_int_equal(e.code, ERR_DENIED);
	who = kit_actor(kit_anna);
	assert_null(draft_approve(&kit_api, &who, id, 1, body, &e));
	assert_int_equal(e.code, ERR_DENIED);
	json_decref(body);
}

static void
a_planted_deposit_is_not_joined(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	char id[CASE_ID_LEN + 1];
	struct delivery x;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@x>",
	    "0123456789abcdef", "b0123456789abcdef", &e), 0);
	kit_meddle("UPDATE item SET signature = zeroblob(64) "
	    "WHERE kind = 'letter'");
	assert_string_not_equal(kit_letter(SEEKER, "back",
	    "0123456789abcdef"), id);
}

static void
a_planted_case_key_is_not_used(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	char id[CASE_ID_LEN + 1];
	struct delivery x;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@x>",
	    "0123456789abcdef", "b0123456789abcdef", &e), 0);
	kit_meddle("UPDATE case_key SET public = zeroblob(32)");
	assert_string_equal(kit_letter(SEEKER, "back", "0123456789abcdef"),
	    id);
	/* Both deposits name the key that the role made, not the planted. */
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE "
	    "statement LIKE '%' || lower(hex(zeroblob(32))) || '%' AND "
	    "seq > 1 AND kind = 'letter'"), 0);
}

/* As post sees it: what machines write makes no draft stale. */
static void
a_draft_is_stale_when_somebody_wrote(void **state)
{
	unsigned char item[SEAL_ID];
	char id[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;
	struct delivery x;
	json_t *shown;
	int machine;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@x>",
	    "0123456789abcdef", "b0123456789abcdef", &e), 0);
	assert_string_equal(kit_letter(SEEKER, "back", "0123456789abcdef"),
	    id);
	for (machine = 0; machine <= 1; machine++) {
		shown = show(id);
		assert_int_equal(json_is_true(json_object_get(json_array_get(
		    json_object_get(shown, "drafts"), 0), "stale")),
		    !machine);
		json_decref(shown);
		kit_meddle("UPDATE item SET class = 'automatic' WHERE "
		    "kind = 'letter' AND seq > 1");
	}
}

static void
the_audit_chain_holds_and_tells(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	int64_t n;

	(void)state;
	kit_approved(kit_letter(SEEKER, "hello", NULL), item);
	if (audit_verify(&kit_post, NULL, NULL, &n, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(n >= 5);
	kit_meddle("UPDATE audit SET action = 'nothing' WHERE seq = 3");
	assert_int_equal(audit_verify(&kit_post, NULL, NULL, &n, &e), -1);
	assert_non_null(strstr(e.text, "audit entry 3 "));
}

/* A key of his own makes nobody another person. */
static void
an_audit_entry_is_by_whom_it_names(void **state)
{
	struct actor actor = kit_actor(kit_anna);
	struct roster_person other = *actor.person;
	struct err e = ERR_INIT;
	int64_t n;

	(void)state;
	(void)snprintf(other.name, sizeof(other.name), "maria");
	actor.person = &other;
	assert_int_equal(store_begin(kit_api.store, &e), 0);
	assert_int_equal(audit_add(&kit_api, &actor, "roster", NULL, NULL,
	    &e), 0);
	assert_int_equal(store_commit(kit_api.store, &e), 0);
	assert_int_equal(audit_verify(&kit_post, NULL, NULL, &n, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
}

static void
an_upload_without_a_head_is_swept(void **state)
{
	char hex[2 * SEAL_ID + 1], id[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;
	int64_t chunks;

	(void)state;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	chunks = kit_count("SELECT count(*) FROM chunk");
	json_decref(kit_written(kit_anna, id, hex));
	assert_int_equal(kit_count("SELECT count(*) FROM chunk"), chunks + 1);
	assert_int_equal(item_sweep(kit_api.store, 1, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM chunk"), chunks + 1);
	assert_int_equal(item_sweep(kit_api.store, INT64_MAX, &e), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM chunk"), chunks);
	assert_int_equal(kit_count("SELECT count(*) FROM upload"), 0);
}

static void
what_has_a_head_stays(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	int64_t chunks;

	(void)state;
	kit_approved(kit_letter(SEEKER, "hello", NULL), item);
	chunks = kit_count("SELECT count(*) FROM chunk");
	kit_meddle("INSERT INTO upload SELECT id, 1 FROM item");
	assert_int_equal(item_sweep(kit_api.store, INT64_MAX, &e),
	    kit_count("SELECT count(*) FROM item"));
	assert_int_equal(kit_count("SELECT count(*) FROM chunk"), chunks);
}

/* A line that breaks in the middle of a large letter leaves nothing. */
static void
a_stream_that_ends_early_is_forgotten(void **state)
{
	struct arrival a = { &kit_intake.config->mailboxes[0], "INBOX", 1, 1,
	    NULL, 0, 0, NULL, NULL };
	char piece[65536] = "piece", id[CASE_ID_LEN + 1];
	char again[CASE_ID_LEN + 1];
	struct deposit_stream *s;
	struct err e = ERR_INIT;
	int i, whole;

	(void)state;
	for (whole = 0; whole <= 1; whole++) {
		s = deposit_stream_new(&kit_intake, &a, 1, &e);
		assert_non_null(s);
		for (i = 0; i < 100; i++)
			assert_int_equal(deposit_stream_add(s, piece,
			    sizeof(piece), &e), 0);
		assert_true(kit_count("SELECT count(*) FROM chunk") > 60);
		assert_int_equal(kit_count("SELECT count(*) FROM upload"), 1);
		if (whole)
			assert_int_equal(deposit_stream_end(s, id, &e), 0);
		deposit_stream_free(s);
		assert_int_equal(kit_count("SELECT count(*) FROM upload"), 0);
		assert_int_equal(kit_count("SELECT count(*) FROM chunk WHERE "
		    "part = 1") > 100, whole);
	}
	/* The same bytes under another UID are the same letter. */
	a.uid = 2;
	s = deposit_stream_new(&kit_intake, &a, 1, &e);
	assert_non_null(s);
	for (i = 0; i < 100; i++)
		assert_int_equal(deposit_stream_add(s, piece, sizeof(piece),
		    &e), 0);
	assert_int_equal(deposit_stream_end(s, again, &e), 0);
	deposit_stream_free(s);
	assert_string_equal(again, id);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM upload"), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger WHERE "
	    "class = 'duplicate'"), 1);
	/* Not so when only the beginning came. */
	a.uid = 3;
	s = deposit_stream_new(&kit_intake, &a, 0, &e);
	assert_non_null(s);
	for (i = 0; i < 100; i++)
		assert_int_equal(deposit_stream_add(s, piece, sizeof(piece),
		    &e), 0);
	assert_int_equal(deposit_stream_end(s, again, &e), 0);
	deposit_stream_free(s);
	assert_string_not_equal(again, id);
}

static void
an_older_store_is_noticed(void **state)
{
	struct roster *young = roster_new(), *old = kit_api.roster;
	struct err e = ERR_INIT;

	(void)state;
	kit_api.has_pin = 1;
	kit_meddle("DELETE FROM roster WHERE seq = 1");
	kit_api.roster = young;
	assert_int_equal(desk_refresh(&kit_api, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	kit_api.roster = old;
	roster_free(young);
}

#define STORY(name)							\
	cmocka_unit_test_setup_teardown(name, kit_begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_letter_is_a_case_in_the_queue),
		STORY(the_same_bytes_are_one_letter),
		STORY(one_holder_of_a_claim),
		STORY(foreign_is_as_unknown),
		STORY(answered_when_it_was_accepted),
		STORY(post_takes_back_its_own),
		STORY(a_later_letter_is_known),
		STORY(a_blocked_letter_is_opened_again),
		STORY(who_reviews),
		STORY(a_planted_deposit_is_not_joined),
		STORY(a_planted_case_key_is_not_used),
		STORY(a_draft_is_stale_when_somebody_wrote),
		STORY(the_audit_chain_holds_and_tells),
		STORY(an_audit_entry_is_by_whom_it_names),
		STORY(an_upload_without_a_head_is_swept),
		STORY(what_has_a_head_stays),
		STORY(a_stream_that_ends_early_is_forgotten),
		STORY(an_older_store_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
