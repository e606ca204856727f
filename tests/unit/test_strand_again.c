/*
 * Writing again in a strand that a return code has opened, over a real store:
 * where the letter goes, that it is there once, and what it does to answers
 * that were written before it.
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
#include "daemon/desk/chain.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/strand.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/strand_kit.h"

static unsigned char second[RETURN_CODE_FORM] = { 2 };
static unsigned char third[RETURN_CODE_FORM] = { 3 };
static const char *const id = kit_own.case_id;

static struct deposit_form *
sealed(struct desk *d, const struct strand *s,
    const unsigned char random[RETURN_CODE_FORM], const char *text)
{
	struct reading r = kit_reading("x@example.org", text, NULL);
	json_t *answers = json_object();
	struct arrival_form asked = { "youth", random, "", answers, "en", s };
	struct deposit_form *f;
	struct err e = ERR_INIT;
	struct arrival a;

	memset(&a, 0, sizeof(a));
	a.raw = text;
	a.len = strlen(text);
	a.reading = &r;
	a.form = &asked;
	if ((f = deposit_form_new(d, &a, &e)) == NULL)
		fail_msg("%s", e.text);
	reading_free(&r);
	json_decref(answers);
	return f;
}

/* Sealed in this strand and committed; the result. */
static enum form_result
again(const struct strand *s, const unsigned char random[RETURN_CODE_FORM],
    const char *text)
{
	struct deposit_form *f = sealed(&kit_web, s, random, text);
	struct err e = ERR_INIT;
	enum form_result result;

	if (deposit_forms_commit(&kit_web, &f, 1, &e) == -1)
		fail_msg("%s", e.text);
	assert_string_equal(deposit_form_letter(f)->case_id, id);
	assert_null(deposit_form_letter(f)->code.number);
	result = deposit_form_letter(f)->result;
	deposit_form_free(f);
	return result;
}

static enum form_result
written(const unsigned char random[RETURN_CODE_FORM], const char *text)
{
	struct strand *s = kit_opened();
	enum form_result result = again(s, random, text);

	strand_free(s);
	return result;
}

static void
it_goes_into_the_case(void **state)
{
	struct err e = ERR_INIT;
	struct strand *s;
	int64_t n;

	(void)state;
	assert_int_equal(written(second, "one thing more"), FORM_STORED);
	s = kit_opened();
	assert_int_equal(s->nitems, 2);
	assert_string_equal(s->items[0].text, "please help me");
	assert_string_equal(s->items[1].text, "one thing more");
	assert_string_equal(s->mode, "pickup");
	assert_int_equal(s->refused, 0);
	assert_int_equal(s->due, kit_own.due);
	strand_free(s);
	assert_int_equal(kit_count("SELECT count(*) FROM cases"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM participant"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'seeker'"), 4);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'case'"), 4);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE "
	    "action = 'letter' AND actor = 'web'"), 2);
	assert_int_equal(audit_verify(&kit_api, NULL, NULL, &n, &e), 0);
}

static void
the_same_form_is_one_letter(void **state)
{
	struct strand *s = kit_opened();
	struct deposit_form *one = sealed(&kit_web, s, second, "twice");
	struct deposit_form *two = sealed(&kit_intake, s, second, "twice");
	struct form_letter found;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(deposit_form_find_again(&kit_web, s, second, &found,
	    &e), 0);
	assert_int_equal(deposit_forms_commit(&kit_web, &one, 1, &e), 0);
	assert_int_equal(deposit_forms_commit(&kit_intake, &two, 1, &e), 0);
	assert_int_equal(deposit_form_letter(one)->result, FORM_STORED);
	assert_int_equal(deposit_form_letter(two)->result, FORM_SAME);
	assert_int_equal(deposit_form_letter(two)->due,
	    deposit_form_letter(one)->due);
	deposit_form_free(one);
	deposit_form_free(two);
	assert_int_equal(written(second, "twice"), FORM_SAME);
	assert_int_equal(deposit_form_find_again(&kit_web, s, second, &found,
	    &e), 1);
	assert_int_equal(found.result, FORM_SAME);
	assert_string_equal(found.case_id, id);
	/* It began no case, nor did the first one's form write again. */
	assert_int_equal(deposit_form_find(&kit_web, second, &found, &e), 0);
	assert_int_equal(deposit_form_find_again(&kit_web, s, kit_own_bytes,
	    &found, &e), 0);
	strand_free(s);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 2);
	assert_int_equal(kit_count("SELECT count(*) FROM chunk WHERE item "
	    "NOT IN (SELECT id FROM item)"), 0);
}

/* What a role would sign once more may be another one's address by now. */
static void
what_moved_meanwhile_is_read_anew(void **state)
{
	struct strand *old = kit_opened(), *s = kit_opened();

	(void)state;
	/* Another letter is nothing that matters. */
	assert_int_equal(again(s, second, "first"), FORM_STORED);
	assert_int_equal(again(old, third, "crossed"), FORM_STORED);
	memset(s->check, 4, SEAL_HASH);
	second[1] = 1;
	assert_int_equal(again(s, second, "elsewhere"), FORM_AGAIN);
	strand_free(s);
	s = kit_opened();
	s->case_key[0] ^= 1;
	assert_int_equal(again(s, second, "another key"), FORM_AGAIN);
	strand_free(s);
	s = kit_opened();
	s->key[0] ^= 1;
	assert_int_equal(again(s, second, "another code"), FORM_AGAIN);
	strand_free(s);
	s = kit_opened();
	assert_int_equal(s->nitems, 3);
	kit_meddle("UPDATE cases SET was = 'closed', state = 'erased'");
	assert_int_equal(again(s, second, "too late"), FORM_AGAIN);
	second[1] = 0;
	strand_free(s);
	strand_free(old);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 3);
}

/* Somebody has meddled with one case: that is not the others' trouble. */
static void
a_broken_case_holds_up_nobody(void **state)
{
	unsigned char random[RETURN_CODE_FORM] = { 6 };
	struct strand *s = kit_opened();
	struct deposit_form *forms[2];
	struct err e = ERR_INIT;
	struct form_letter other;

	(void)state;
	forms[0] = sealed(&kit_web, s, second, "one thing more");
	kit_meddle("UPDATE item SET signature = zeroblob(64)");
	other = kit_form(random, "somebody else");
	strand_free(s);
	if (strand_open(&kit_web, "youth", &other.code, &s, &e) != 1)
		fail_msg("not opened: %s", e.text);
	forms[1] = sealed(&kit_web, s, third, "somebody else again");
	assert_int_equal(deposit_forms_commit(&kit_web, forms, 2, &e), 0);
	assert_int_equal(deposit_form_letter(forms[0])->result, FORM_AGAIN);
	assert_int_equal(deposit_form_letter(forms[1])->result, FORM_STORED);
	deposit_form_free(forms[0]);
	deposit_form_free(forms[1]);
	return_code_free(&other.code);
	strand_free(s);
}

static void
an_old_answer_is_stale_then(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };
	unsigned char last_read[SEAL_HASH];
	struct delivery_facts facts;
	struct delivery x;
	struct err e = ERR_INIT;

	(void)state;
	kit_submit(id, &a);
	kit_approve(id, &a);
	assert_int_equal(kit_blob("SELECT deposit_hash FROM cases",
	    last_read, SEAL_HASH), SEAL_HASH);
	assert_int_equal(delivery_take_here(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_facts(&kit_post, &x, last_read, &facts,
	    &e), 0);
	assert_int_equal(facts.later_letter, 0);
	assert_int_equal(written(second, "it is different now"),
	    FORM_STORED);
	assert_int_equal(delivery_facts(&kit_post, &x, last_read, &facts,
	    &e), 0);
	assert_int_equal(facts.later_letter, 1);
	assert_int_equal(facts.has_seeker, 1);
	assert_string_equal(facts.mode, "pickup");
}

static enum strand_status
status(void)
{
	struct strand *s = kit_opened();
	enum strand_status is = s->status;

	strand_free(s);
	return is;
}

static void
the_status_begins_anew(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };
	struct kit_answer b = { .text = "Nor now.\n", .seen = 3 };
	struct strand *s;

	(void)state;
	kit_answered(id, &a);
	assert_int_equal(status(), STRAND_ANSWERED);
	/* The claim that the first answer took would be one still. */
	kit_meddle("UPDATE claim SET until = 0");
	assert_int_equal(written(second, "one thing more"), FORM_STORED);
	s = kit_opened();
	assert_int_equal(s->status, STRAND_RECEIVED);
	assert_int_not_equal(s->due, 0);
	strand_free(s);
	kit_submit(id, &b);
	assert_int_equal(status(), STRAND_COMING);
	kit_approve(id, &b);
	kit_publish(id, &b);
	s = kit_opened();
	assert_int_equal(s->status, STRAND_ANSWERED);
	assert_int_equal(s->nitems, 4);
	assert_string_equal(s->items[1].text, "You are not alone.\n");
	assert_string_equal(s->items[2].text, "one thing more");
	assert_string_equal(s->items[3].text, "Nor now.\n");
	strand_free(s);
}

static void
a_closed_case_opens_again(void **state)
{
	(void)state;
	kit_meddle("UPDATE cases SET was = 'open', state = 'closed', "
	    "waiting_since = NULL, due = NULL");
	assert_int_equal(written(second, "one thing more"), FORM_STORED);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE state = "
	    "'open' AND waiting_since IS NOT NULL AND due IS NOT NULL"), 1);
}

#define ADDRESS	"rani@example.org"
#define TOKEN	"0123456789abcdef"

static int
take_facts(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct strand *s = ctx;

	(void)hash;
	(void)e;
	memcpy(s->case_id, dep->case_id, sizeof(s->case_id));
	s->epoch = dep->epoch;
	s->participant = dep->participant;
	memcpy(s->case_key, dep->case_key, SEAL_KEY);
	memcpy(s->mode, dep->mode, sizeof(s->mode));
	memcpy(s->address, dep->address, SEAL_HASH);
	memcpy(s->check, dep->check, SEAL_HASH);
	return 1;
}

/* The rows that make the code and the token lead to the case. */
static void
lead_to(const char *case_id, const unsigned char salt[RETURN_CODE_SALT],
    const unsigned char key[SEAL_KEY])
{
	unsigned char hash[SEAL_HASH];
	char x[2 * SEAL_HASH + 1], y[2 * SEAL_HASH + 1], sql[512];

	wire_hex(x, salt, RETURN_CODE_SALT);
	wire_hex(y, key, SEAL_KEY);
	(void)snprintf(sql, sizeof(sql), "INSERT INTO locator (case_id, "
	    "participant, locator, salt, public, form, nth, at) SELECT '%s', "
	    "1, 'L', x'%s', x'%s', zeroblob(1), 0, 0", case_id, x, y);
	kit_meddle(sql);
	desk_hash_token(&kit_intake, "reply", TOKEN, hash);
	wire_hex(x, hash, SEAL_HASH);
	(void)snprintf(sql, sizeof(sql), "INSERT INTO token (case_id, hash, "
	    "kind, participant, item) SELECT '%s', x'%s', 'reply', 1, x'00'",
	    case_id, x);
	kit_meddle(sql);
}

/* Somebody began by mail; the person's first form is signed by this role. */
static struct return_code
coded_mail(struct desk *role, char case_id[CASE_ID_LEN + 1])
{
	static const unsigned char form[RETURN_CODE_FORM] = { 5 };
	static const unsigned char salt[RETURN_CODE_SALT] = { 6 };
	struct strand s = { .mode = "" };
	struct return_code code;
	struct deposit_form *f;
	struct err e = ERR_INIT;

	(void)snprintf(case_id, CASE_ID_LEN + 1, "%s",
	    kit_letter(ADDRESS, "by mail", NULL));
	assert_int_equal(chain_walk(&kit_web, case_id, take_facts, &s, &e),
	    0);
	return_code_make(&code, kit_web.pepper, form, 0);
	secret_free(return_code_pair(&code, salt, s.key));
	(void)snprintf(s.desk, sizeof(s.desk), "youth");
	f = sealed(role, &s, form, "by form");
	assert_int_equal(deposit_forms_commit(role, &f, 1, &e), 0);
	assert_int_equal(deposit_form_letter(f)->result, FORM_STORED);
	deposit_form_free(f);
	lead_to(case_id, salt, s.key);
	(void)snprintf(code.locator, sizeof(code.locator), "L");
	return code;
}

/* Who is reached by mail stays so, and finds mails behind the code, too. */
static void
mail_and_forms_meet_in_a_strand(void **state)
{
	char mail[CASE_ID_LEN + 1];
	struct return_code code = coded_mail(&kit_web, mail);
	struct err e = ERR_INIT;
	struct strand *s;

	(void)state;
	assert_string_equal(kit_letter(ADDRESS, "by mail again", TOKEN),
	    mail);
	if (strand_open(&kit_web, "youth", &code, &s, &e) != 1)
		fail_msg("not opened: %s", e.text);
	assert_string_equal(s->mode, "mail");
	assert_int_equal(s->refused, 0);
	/* What came before the code is nobody's to open with it yet. */
	assert_int_equal(s->nitems, 2);
	assert_string_equal(s->items[0].text, "by form");
	assert_string_equal(s->items[1].text, "by mail again");
	strand_free(s);
	/* A stranger's mail with that token is not of this strand. */
	assert_string_not_equal(kit_letter("other@example.org", "not me",
	    TOKEN), mail);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'seeker' AND which = 'content'"), 3);
	return_code_free(&code);
}

static void
only_web_signs_a_code(void **state)
{
	char mail[CASE_ID_LEN + 1];
	struct return_code code = coded_mail(&kit_intake, mail);
	struct err e = ERR_INIT;
	struct strand *s;

	(void)state;
	assert_int_equal(strand_open(&kit_web, "youth", &code, &s, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	/* Nothing is added to such a case; a letter is taken all the same. */
	assert_string_not_equal(kit_letter(ADDRESS, "by mail again", TOKEN),
	    mail);
	return_code_free(&code);
}

/* Many letters of one strand in one transaction. */
static void
write_many(const struct strand *s, size_t n)
{
	static unsigned char random[RETURN_CODE_FORM] = { 8 };
	struct deposit_form *forms[FORM_BATCH];
	struct err e = ERR_INIT;
	size_t i, batch;

	for (; n > 0; n -= batch) {
		batch = n < FORM_BATCH ? n : FORM_BATCH;
		for (i = 0; i < batch; i++) {
			if (++random[1] == 0)
				random[2]++;
			forms[i] = sealed(&kit_web, s, random, "more");
		}
		assert_int_equal(deposit_forms_commit(&kit_web, forms, batch,
		    &e), 0);
		for (i = 0; i < batch; i++) {
			assert_int_equal(deposit_form_letter(forms[i])->
			    result, FORM_STORED);
			deposit_form_free(forms[i]);
		}
	}
}

static void
only_the_newest_of_a_long_strand_are_opened(void **state)
{
	struct strand *s = kit_opened();

	(void)state;
	write_many(s, STRAND_ITEMS_MAX + 3);
	strand_free(s);
	s = kit_opened();
	assert_int_equal(s->nitems, STRAND_ITEMS_MAX);
	assert_int_equal(s->older, 4);
	assert_int_equal(s->items[0].seq, 5);
	assert_int_equal(s->items[STRAND_ITEMS_MAX - 1].seq,
	    STRAND_ITEMS_MAX + 4);
	assert_int_equal(s->oldest, 5);
	strand_free(s);
}

/* The page of letters before this one. */
static struct strand *
turned(int64_t before)
{
	struct err e = ERR_INIT;
	struct strand *s = NULL;

	if (strand_open_before(&kit_web, "youth", &kit_own.code, before, &s,
	    &e) != 1)
		fail_msg("not opened: %s", e.text);
	return s;
}

static void
older_ones_are_reached_page_by_page(void **state)
{
	struct kit_answer a = { .text = "an early answer" };
	struct strand *s = kit_opened();

	(void)state;
	kit_answered(id, &a);			/* seq 2, behind the first */
	write_many(s, 2 * STRAND_ITEMS_MAX);
	strand_free(s);
	s = kit_opened();
	assert_int_equal(s->oldest, STRAND_ITEMS_MAX + 3);
	assert_int_equal(s->older, STRAND_ITEMS_MAX + 2);
	strand_free(s);
	s = turned(STRAND_ITEMS_MAX + 3);
	assert_int_equal(s->nitems, STRAND_ITEMS_MAX);
	assert_int_equal(s->items[0].seq, 3);
	assert_int_equal(s->items[STRAND_ITEMS_MAX - 1].seq,
	    STRAND_ITEMS_MAX + 2);
	assert_int_equal(s->oldest, 3);
	assert_int_equal(s->older, 2);
	/* A further letter says the same of the case from any page. */
	assert_int_equal(again(s, third, "the last"), FORM_STORED);
	strand_free(s);
	s = turned(3);
	assert_int_equal(s->nitems, 2);
	assert_string_equal(s->items[0].text, "please help me");
	assert_string_equal(s->items[1].text, "an early answer");
	assert_int_equal(s->items[1].ours, 1);
	assert_int_equal(s->oldest, 1);
	assert_int_equal(s->older, 0);
	strand_free(s);
	s = turned(1);
	assert_int_equal(s->nitems + s->older, 0);
	strand_free(s);
	s = kit_opened();
	assert_string_equal(s->items[STRAND_ITEMS_MAX - 1].text, "the last");
	strand_free(s);
}

#define T(name)	cmocka_unit_test_setup_teardown(name, kit_strand_begin, \
    kit_strand_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_goes_into_the_case),
		T(the_same_form_is_one_letter),
		T(what_moved_meanwhile_is_read_anew),
		T(a_broken_case_holds_up_nobody),
		T(an_old_answer_is_stale_then),
		T(the_status_begins_anew),
		T(a_closed_case_opens_again),
		T(mail_and_forms_meet_in_a_strand),
		T(only_web_signs_a_code),
		T(only_the_newest_of_a_long_strand_are_opened),
		T(older_ones_are_reached_page_by_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
