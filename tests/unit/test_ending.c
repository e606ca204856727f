/*
 * How an answer ends without being sent: discard, undo, settle; who may, in
 * which state, and what of it stays in the store.
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
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/queue.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/draft.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define SEEKER	"seeker@example.org"

typedef json_t	*ending(struct desk *, const struct actor *, const char *id,
		    int64_t no, struct err *);

static char	id[CASE_ID_LEN + 1];

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	return 0;
}

/* Settle takes a note besides. */
static json_t *
settle_as(const struct identity *who, int64_t no, struct err *e)
{
	struct actor actor;
	char hex[2 * SEAL_ID + 1];
	json_t *body, *draft;

	body = json_pack("{s:o}", "note", kit_written(who, id, hex));
	actor = kit_actor(who);
	draft = draft_settle(&kit_api, &actor, id, no, body, e);
	json_decref(body);
	return draft;
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
does(const struct identity *who, ending *fn, int64_t no, const char *state)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;

	is_now(fn(&kit_api, &actor, id, no, &e), state, &e);
}

static void
refused(const struct identity *who, ending *fn, int64_t no,
    enum err_code code, const char *words)
{
	int64_t audit = kit_count("SELECT count(*) FROM audit");
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;

	assert_null(fn(&kit_api, &actor, id, no, &e));
	assert_int_equal(e.code, code);
	if (strstr(e.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM audit"), audit);
}

/* A draft by anna; submitted when so said. */
static void
write_draft(int submitted)
{
	char hex[2 * SEAL_ID + 1];
	json_t *body = kit_written(kit_anna, id, hex);
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;

	is_now(draft_save(&kit_api, &anna, id, body, &e), "open", &e);
	json_decref(body);
	if (!submitted)
		return;
	body = kit_written(kit_anna, id, hex);
	anna = kit_actor(kit_anna);
	is_now(draft_submit(&kit_api, &anna, id, 1, body, &e), "submitted",
	    &e);
	json_decref(body);
}

/* Sealed bytes that belong to no head and no upload. */
static int64_t
orphans(void)
{
	return kit_count("SELECT (SELECT count(*) FROM chunk WHERE item NOT "
	    "IN (SELECT id FROM item) AND item NOT IN (SELECT item FROM "
	    "upload)) + (SELECT count(*) FROM part WHERE item NOT IN (SELECT "
	    "id FROM item) AND item NOT IN (SELECT item FROM upload)) + "
	    "(SELECT count(*) FROM grants WHERE item NOT IN (SELECT id FROM "
	    "item))");
}

static void
what_is_thrown_away_is_gone(void **state)
{
	(void)state;
	write_draft(1);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind IN "
	    "('draft', 'answer')"), 2);
	refused(kit_ben, draft_discard, 1, ERR_DENIED, "anna's");
	refused(kit_olga, draft_discard, 1, ERR_GONE, "no such case");
	refused(kit_anna, draft_discard, 2, ERR_GONE, ".d2");
	does(kit_anna, draft_discard, 1, "discarded");
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind IN "
	    "('draft', 'answer')"), 0);
	assert_int_equal(orphans(), 0);
	refused(kit_anna, draft_discard, 1, ERR_CONFLICT, "discarded");
}

static void
a_supervisor_throws_away_too(void **state)
{
	(void)state;
	write_draft(0);
	does(kit_maria, draft_discard, 1, "discarded");
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action = "
	    "'discard' AND actor = 'maria' AND detail = 'd1'"), 1);
}

/* What was submitted before stays while the draft does, and no longer. */
static void
a_submitted_letter_leaves_nothing_behind(void **state)
{
	char hex[2 * SEAL_ID + 1];
	struct err e = ERR_INIT;
	struct actor who;
	json_t *body;

	(void)state;
	write_draft(1);
	who = kit_actor(kit_maria);
	body = json_pack("{s:o}", "note", kit_written(kit_maria, id, hex));
	is_now(draft_return(&kit_api, &who, id, 1, body, &e), "returned",
	    &e);
	json_decref(body);
	body = kit_written(kit_anna, id, hex);
	(void)json_object_set_new(body, "no", json_integer(1));
	who = kit_actor(kit_anna);
	is_now(draft_save(&kit_api, &who, id, body, &e), "open", &e);
	json_decref(body);
	body = kit_written(kit_anna, id, hex);
	who = kit_actor(kit_anna);
	is_now(draft_submit(&kit_api, &who, id, 1, body, &e), "submitted",
	    &e);
	json_decref(body);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'answer'"), 2);
	assert_int_equal(orphans(), 0);
	does(kit_anna, draft_discard, 1, "discarded");
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind IN "
	    "('draft', 'answer')"), 0);
	assert_int_equal(orphans(), 0);
}

static void
called_back_while_it_is_held(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;

	(void)state;
	kit_approved(id, item);
	kit_meddle("UPDATE delivery SET next_at = next_at + 300");
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 0);
	refused(kit_ben, draft_undo, 1, ERR_DENIED, "anna's");
	refused(kit_olga, draft_undo, 1, ERR_GONE, "no such case");
	refused(kit_anna, draft_discard, 1, ERR_CONFLICT, "teduh undo");
	does(kit_anna, draft_undo, 1, "open");
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery WHERE state "
	    "= 'cancelled' AND code = 'undone'"), 1);
	kit_meddle("UPDATE delivery SET next_at = 0");
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 0);
	refused(kit_anna, draft_undo, 1, ERR_CONFLICT, "not approved");
	/* What was approved stays in the case, as one that did not leave. */
	does(kit_anna, draft_discard, 1, "discarded");
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'answer' AND seq IS NOT NULL"), 1);
	assert_int_equal(orphans(), 0);
}

static void
post_was_quicker(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;

	(void)state;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	refused(kit_anna, draft_undo, 1, ERR_CONFLICT, "sending");
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 1);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_ACCEPTED,
	    "250", NULL, &e), 0);
	refused(kit_anna, draft_undo, 1, ERR_CONFLICT, "accepted");
}

/* The hold of the desk is until when post lets it be. */
static void
held_as_long_as_the_desk_says(void **state)
{
	struct config_desk *desk = &((struct config *)kit_api.config)->desks[0];
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;

	(void)state;
	assert_string_equal(desk->name, "youth");
	desk->hold_s = 600;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 0);
	assert_int_equal(kit_count("SELECT next_at - at FROM delivery"), 600);
	kit_meddle("UPDATE delivery SET next_at = at");
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
}

/* The dot is out and no reply came. */
static void
doubt(struct delivery *x)
{
	struct err e = ERR_INIT;

	assert_int_equal(delivery_take(&kit_post, "1", x, &e), 1);
	assert_int_equal(delivery_dot(&kit_post, x, "1", &e), 0);
	assert_int_equal(delivery_settle(&kit_post, x, OUTCOME_UNKNOWN,
	    "lost", NULL, &e), 0);
}

static void
settled_by_a_human_after_the_repeat(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;
	json_t *queue;
	struct actor anna;

	(void)state;
	kit_approved(id, item);
	assert_null(settle_as(kit_anna, 1, &e));	/* held */
	assert_int_equal(e.code, ERR_CONFLICT);
	doubt(&x);
	assert_null(settle_as(kit_anna, 1, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.text, "tried once more"));
	kit_meddle("UPDATE delivery SET next_at = 0");
	doubt(&x);
	assert_null(settle_as(kit_ben, 1, &e));
	assert_int_equal(e.code, ERR_DENIED);
	is_now(settle_as(kit_anna, 1, &e), "approved", &e);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery WHERE state "
	    "= 'settled' AND code = 'looked'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 0);
	/* Nobody has said that it arrived: the case still waits. */
	anna = kit_actor(kit_anna);
	queue = queue_page(&kit_api, &anna, NULL, &e);
	assert_int_equal(json_array_size(json_object_get(queue, "cases")), 1);
	json_decref(queue);
	assert_null(settle_as(kit_anna, 1, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
}

static void
a_blocked_one_shall_not_go(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;
	int64_t n;

	(void)state;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_BLOCKED,
	    "stale", NULL, &e), 0);
	is_now(settle_as(kit_maria, 1, &e), "discarded", &e);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery WHERE state "
	    "= 'cancelled'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 0);
	assert_int_equal(orphans(), 0);
	if (audit_verify(&kit_post, NULL, NULL, &n, &e) == -1)
		fail_msg("%s", e.text);
}

/* What "drafts" lists: nothing of a letter that another one replaced. */
static size_t
listed(void)
{
	struct actor anna = kit_actor(kit_anna);
	json_t *list = draft_list(&kit_api, &anna, NULL);
	size_t n = json_array_size(json_object_get(list, "drafts"));

	json_decref(list);
	return n;
}

/* Submitted by anna, approved by maria, once more. */
static void
approve_again(void)
{
	char letter[2 * SEAL_ID + 1];
	struct actor who = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	json_t *body;

	body = kit_written(kit_anna, id, letter);
	is_now(draft_submit(&kit_api, &who, id, 1, body, &e), "submitted",
	    &e);
	wire_set_base64(body, "postman", "postman box", 11);
	(void)json_object_set_new(body, "letter", json_string(letter));
	who = kit_actor(kit_maria);
	is_now(draft_approve(&kit_api, &who, id, 1, body, &e), "approved",
	    &e);
	json_decref(body);
}

static void
outcome(enum delivery_outcome what)
{
	struct err e = ERR_INIT;
	struct delivery x;

	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_settle(&kit_post, &x, what, "550", NULL,
	    &e), 0);
}

static void
a_refused_one_is_settled_or_replaced(void **state)
{
	char hex[2 * SEAL_ID + 1];
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct actor who;
	json_t *body;
	int i;

	(void)state;
	kit_approved(id, item);
	for (i = 0; i < 2; i++) {
		outcome(OUTCOME_REFUSED);
		assert_int_equal(listed(), 1);
		body = json_pack("{s:o}", "note", kit_written(kit_anna, id,
		    hex));
		who = kit_actor(kit_anna);
		is_now(draft_return(&kit_api, &who, id, 1, body, &e), "open",
		    &e);
		json_decref(body);
		approve_again();
	}
	outcome(OUTCOME_ACCEPTED);
	assert_int_equal(listed(), 0);
	kit_approved(id, item);
	outcome(OUTCOME_REFUSED);
	assert_int_equal(listed(), 1);
	is_now(settle_as(kit_anna, 2, &e), "discarded", &e);
	assert_int_equal(listed(), 0);
	assert_int_equal(orphans(), 0);
}

static void
settling_wants_a_reason(void **state)
{
	struct actor anna = kit_actor(kit_anna);
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	json_t *body = json_object();
	struct delivery x;

	(void)state;
	kit_approved(id, item);
	doubt(&x);
	kit_meddle("UPDATE delivery SET next_at = 0");
	doubt(&x);
	assert_null(draft_settle(&kit_api, &anna, id, 1, body, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery WHERE state "
	    "= 'unknown'"), 1);
	json_decref(body);
}

#define STORY(name)							\
	cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(what_is_thrown_away_is_gone),
		STORY(a_supervisor_throws_away_too),
		STORY(a_submitted_letter_leaves_nothing_behind),
		STORY(called_back_while_it_is_held),
		STORY(post_was_quicker),
		STORY(held_as_long_as_the_desk_says),
		STORY(settled_by_a_human_after_the_repeat),
		STORY(a_blocked_one_shall_not_go),
		STORY(a_refused_one_is_settled_or_replaced),
		STORY(settling_wants_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
