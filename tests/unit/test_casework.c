/*
 * Notes, urgency, closing, tags: who may, what is refused, and that nothing
 * of a refused change stays.
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
#include "daemon/desk/casework.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/urgency.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/urgency.h"
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

static json_t *
with_note(const struct identity *who)
{
	char hex[2 * SEAL_ID + 1];

	return json_pack("{s:o}", "note", kit_written(who, id, hex));
}

static json_t *
with_urgency(const struct identity *who, int urgency)
{
	json_t *body = with_note(who);
	unsigned char signature[SIGN_LEN];
	struct urgency_statement is;
	char *text;
	size_t len;

	memset(&is, 0, sizeof(is));
	memcpy(is.case_id, id, sizeof(is.case_id));
	(void)snprintf(is.by, sizeof(is.by), "%s", kit_actor(
	    who).person->name);
	is.urgency = urgency;
	text = urgency_print(&is, &len);
	signature_make(who->signer, PURPOSE_URGENCY, text, len, signature);
	(void)json_object_set_new(body, "urgency", json_integer(urgency));
	(void)json_object_set_new(body, "statement", json_string(text));
	wire_set_hex(body, "signature", signature, SIGN_LEN);
	free(text);
	return body;
}

static json_t *
with_face(const struct identity *who, int fence, int revision)
{
	char hex[2 * SEAL_ID + 1];

	return json_pack("{s:i, s:i, s:o}", "fence", fence, "revision",
	    revision, "face", kit_written(who, id, hex));
}

/* It is done; the CASE. body is decref'd. */
static json_t *
does(const struct identity *who, change *fn, json_t *body)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *found = fn(&kit_api, &actor, id, body, &e);

	if (found == NULL)
		fail_msg("%s", e.text);
	json_decref(body);
	return found;
}

static void
refused(const struct identity *who, change *fn, json_t *body,
    enum err_code code, const char *words)
{
	int64_t audit = kit_count("SELECT count(*) FROM audit");
	int64_t items = kit_count("SELECT count(*) FROM item");
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;

	assert_null(fn(&kit_api, &actor, id, body, &e));
	assert_int_equal(e.code, code);
	if (strstr(e.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM audit"), audit);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), items);
	json_decref(body);
}

static void
claim(const struct identity *who)
{
	struct actor actor = kit_actor(who);
	json_t *taken = claim_take(&kit_api, &actor, id, NULL);

	assert_non_null(taken);
	json_decref(taken);
}

static const char *
word(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static json_int_t
number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static void
everybody_writes_notes(void **state)
{
	json_t *found;

	(void)state;
	claim(kit_anna);
	found = does(kit_ben, casework_note, with_note(kit_ben));
	assert_string_equal(word(json_array_get(json_object_get(found,
	    "letters"), 1), "kind"), "note");
	json_decref(found);
	refused(kit_olga, casework_note, json_object(), ERR_GONE, "no such");
	refused(kit_ben, casework_note, json_object(), ERR_INPUT, "note");
}

/* Whatever the request says, a note is no letter. */
static void
a_note_is_never_a_letter(void **state)
{
	char hex[2 * SEAL_ID + 1], letter[2 * SEAL_ID + 1];
	json_t *body, *draft, *note, *found;
	struct actor who = kit_actor(kit_anna);
	struct err e = ERR_INIT;

	(void)state;
	body = kit_written(kit_anna, id, hex);
	draft = draft_save(&kit_api, &who, id, body, &e);
	assert_non_null(draft);
	json_decref(draft);
	json_decref(body);
	body = kit_written(kit_anna, id, letter);
	who = kit_actor(kit_anna);
	draft = draft_submit(&kit_api, &who, id, 1, body, &e);
	assert_non_null(draft);
	json_decref(draft);
	note = kit_written(kit_anna, id, hex);
	found = does(kit_anna, casework_note, json_pack("{s:O}", "note",
	    note));
	json_decref(found);
	json_decref(note);
	wire_set_base64(body, "postman", "box", 3);
	(void)json_object_set_new(body, "letter", json_string(hex));
	who = kit_actor(kit_maria);
	assert_null(draft_approve(&kit_api, &who, id, 1, body, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	/* Not even when somebody has put it there in the store. */
	kit_meddle("UPDATE draft SET letter = (SELECT id FROM item WHERE "
	    "kind = 'note')");
	who = kit_actor(kit_maria);
	assert_null(draft_approve(&kit_api, &who, id, 1, body, &e));
	assert_int_equal(kit_count("SELECT count(*) FROM delivery"), 0);
	json_decref(body);
}

static void
urgency_sorts_the_queue(void **state)
{
	char other[CASE_ID_LEN + 1];
	struct actor actor;
	json_t *found, *queue;

	(void)state;
	memcpy(other, kit_letter("b@example.org", "me too", NULL),
	    sizeof(other));
	kit_meddle("UPDATE cases SET due = due + 60 WHERE id <> (SELECT "
	    "case_id FROM item ORDER BY at LIMIT 1)");
	claim(kit_anna);
	memcpy(id, other, sizeof(id));
	found = does(kit_ben, urgency_say, with_urgency(kit_ben, 2));
	assert_int_equal(number(found, "urgency"), 2);
	json_decref(found);
	actor = kit_actor(kit_anna);
	queue = queue_page(&kit_api, &actor, NULL, NULL);
	assert_string_equal(word(json_array_get(json_object_get(queue,
	    "cases"), 0), "id"), other);
	json_decref(queue);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE rank = "
	    "-urgency"), 2);
	refused(kit_ben, urgency_say, with_urgency(kit_ben, 2),
	    ERR_CONFLICT, "2 already");
	refused(kit_ben, urgency_say, with_urgency(kit_ben, 4),
	    ERR_INPUT, "urgency");
	refused(kit_ben, urgency_say, with_urgency(kit_ben, -1),
	    ERR_INPUT, "urgency");
	refused(kit_ben, urgency_say, json_pack("{s:i}", "urgency", 3),
	    ERR_INPUT, "statement");
	refused(kit_olga, urgency_say, json_object(), ERR_GONE, "");
}

static void
closed_leaves_the_queue(void **state)
{
	json_t *found;

	(void)state;
	claim(kit_anna);
	refused(kit_ben, casework_close, json_object(), ERR_CONFLICT,
	    "claimed by anna");
	refused(kit_olga, casework_close, json_object(), ERR_GONE, "");
	found = does(kit_anna, casework_close, with_note(kit_anna));
	assert_string_equal(word(found, "state"), "closed");
	assert_true(json_is_null(json_object_get(found, "waiting_since")));
	assert_true(json_is_null(json_object_get(found, "claim")));
	json_decref(found);
	refused(kit_anna, casework_close, json_object(), ERR_CONFLICT,
	    "closed already");
	found = does(kit_ben, casework_reopen, with_note(kit_ben));
	assert_string_equal(word(found, "state"), "open");
	/* Nobody was answered yet. */
	assert_int_equal(number(found, "due") - number(found,
	    "waiting_since"), 48 * 3600);
	json_decref(found);
	refused(kit_ben, casework_reopen, json_object(), ERR_CONFLICT,
	    "open already");
}

static void
not_closed_while_an_answer_waits(void **state)
{
	unsigned char item[SEAL_ID];
	char hex[2 * SEAL_ID + 1];
	struct actor who = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	struct delivery x;
	json_t *body, *draft, *found;

	(void)state;
	body = kit_written(kit_anna, id, hex);
	draft = draft_save(&kit_api, &who, id, body, &e);
	json_decref(draft);
	json_decref(body);
	refused(kit_anna, casework_close, json_object(), ERR_CONFLICT,
	    ".d1 is open");
	kit_meddle("UPDATE draft SET was = 'open', state = 'discarded'");
	kit_approved(id, item);
	refused(kit_anna, casework_close, with_note(kit_anna), ERR_CONFLICT,
	    ".d2 is still under way (held)");
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	refused(kit_anna, casework_close, json_object(), ERR_CONFLICT,
	    "(sending)");
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_ACCEPTED,
	    "250", NULL, &e), 0);
	found = does(kit_anna, casework_close, json_object());
	json_decref(found);
}

static void
a_letter_opens_a_closed_case(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	struct delivery x;

	(void)state;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@x>",
	    "0123456789abcdef", "b0123456789abcdef", &e), 0);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_ACCEPTED,
	    "250", NULL, &e), 0);
	json_decref(does(kit_anna, casework_close, json_object()));
	assert_string_equal(kit_letter(SEEKER, "again", "0123456789abcdef"),
	    id);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE state = "
	    "'open' AND waiting_since IS NOT NULL"), 1);
}

static void
one_face_the_newest(void **state)
{
	json_t *found, *face;

	(void)state;
	found = does(kit_anna, casework_face, with_face(kit_anna, 0, 1));
	face = json_object_get(found, "face");
	assert_int_equal(number(face, "revision"), 1);
	assert_non_null(word(json_object_get(face, "item"), "view"));
	assert_int_equal(json_array_size(json_object_get(json_object_get(face,
	    "item"), "grants")), 1);
	/* It is no letter of the case, and no item to be counted. */
	assert_int_equal(json_array_size(json_object_get(found, "letters")),
	    1);
	assert_int_equal(number(found, "items"), 1);
	json_decref(found);
	refused(kit_ben, casework_face, with_face(kit_ben, 0, 1),
	    ERR_CONFLICT, "meanwhile");
	refused(kit_ben, casework_face, with_face(kit_ben, 0, 3),
	    ERR_CONFLICT, "meanwhile");
	refused(kit_ben, casework_face, with_face(kit_ben, 1, 2),
	    ERR_CONFLICT, "meanwhile");
	found = does(kit_ben, casework_face, with_face(kit_ben, 0, 2));
	json_decref(found);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'face'"), 1);
	/* What was sealed before is gone with its key. */
	assert_int_equal(kit_count("SELECT count(*) FROM grants JOIN item ON "
	    "item.id = grants.item WHERE kind = 'face'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE item "
	    "NOT IN (SELECT id FROM item)"), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM chunk WHERE item "
	    "NOT IN (SELECT id FROM item) AND item NOT IN (SELECT item FROM "
	    "upload)"), 0);
}

static void
a_claimed_case_is_tagged_by_its_claimant(void **state)
{
	json_t *found;

	(void)state;
	claim(kit_anna);
	refused(kit_ben, casework_face, with_face(kit_ben, 1, 1),
	    ERR_CONFLICT, "claimed by anna");
	refused(kit_anna, casework_face, with_face(kit_anna, 0, 1),
	    ERR_CONFLICT, "meanwhile");
	found = does(kit_anna, casework_face, with_face(kit_anna, 1, 1));
	assert_int_equal(number(found, "fence"), 1);
	json_decref(found);
	refused(kit_olga, casework_face, json_object(), ERR_GONE, "");
}

static void
a_change_prolongs_ones_own_claim(void **state)
{
	int64_t until;

	(void)state;
	claim(kit_anna);
	kit_meddle("UPDATE claim SET until = until - 600");
	until = kit_count("SELECT until FROM claim");
	json_decref(does(kit_ben, casework_note, with_note(kit_ben)));
	assert_int_equal(kit_count("SELECT until FROM claim"), until);
	json_decref(does(kit_anna, casework_note, with_note(kit_anna)));
	assert_true(kit_count("SELECT until FROM claim") >= until + 600);
}

static void
every_change_is_in_the_audit(void **state)
{
	struct err e = ERR_INIT;
	int64_t n;

	(void)state;
	json_decref(does(kit_anna, casework_note, with_note(kit_anna)));
	json_decref(does(kit_anna, urgency_say, with_urgency(kit_anna,
	    3)));
	json_decref(does(kit_anna, casework_face, with_face(kit_anna, 0,
	    1)));
	json_decref(does(kit_anna, casework_close, json_object()));
	json_decref(does(kit_anna, casework_reopen, json_object()));
	if (audit_verify(&kit_post, NULL, NULL, &n, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action "
	    "IN ('note', 'urgency', 'face', 'close', 'reopen') AND actor = "
	    "'anna' AND base IS NOT NULL"), 5);
	assert_int_equal(kit_count("SELECT count(*) FROM event WHERE kind IN "
	    "('urgency', 'tagged', 'closed', 'reopened')"), 4);
}

#define STORY(name)							\
	cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(everybody_writes_notes),
		STORY(a_note_is_never_a_letter),
		STORY(urgency_sorts_the_queue),
		STORY(closed_leaves_the_queue),
		STORY(not_closed_while_an_answer_waits),
		STORY(a_letter_opens_a_closed_case),
		STORY(one_face_the_newest),
		STORY(a_claimed_case_is_tagged_by_its_claimant),
		STORY(a_change_prolongs_ones_own_claim),
		STORY(every_change_is_in_the_audit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
