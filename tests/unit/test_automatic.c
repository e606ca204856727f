/*
 * Statements of automatic mail have one spelling, and what is not spelled
 * so, or not signed by whom the list names, is none; a sealed address opens
 * for its own statement and for no other.
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
#include "daemon/desk/automatic.h"
#include "daemon/desk/told.h"
#include "daemon/store/store.h"
#include "lib/asked.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "tests/unit/desk_kit.h"

static void
fill(struct automatic *m, enum automatic_template template)
{
	automatic_begin(m, &kit_intake, template, "youth");
	m->at = 1795600000;
	(void)snprintf(m->case_id, sizeof(m->case_id), "7K2M9Q4X");
	m->participant = 1;
	(void)snprintf(m->form, sizeof(m->form), "full");
	m->due_s = 172800;
	(void)snprintf(m->person, sizeof(m->person), "anna");
	(void)snprintf(m->news, sizeof(m->news), "wrote");
	(void)snprintf(m->mailbox, sizeof(m->mailbox), "pipe");
	(void)snprintf(m->alarm.kind, sizeof(m->alarm.kind), "disk-low");
	(void)snprintf(m->alarm.subject, sizeof(m->alarm.subject), "-");
	(void)snprintf(m->alarm.detail, sizeof(m->alarm.detail), "4");
	m->alarm.since = m->at - 60;
	m->alarm.news = ALARM_STANDS;
}

static void
every_template_has_one_spelling(void **state)
{
	char one[AUTOMATIC_STATEMENT_MAX], two[AUTOMATIC_STATEMENT_MAX];
	char worse[AUTOMATIC_STATEMENT_MAX + 8];
	struct automatic m, again;
	int t;

	(void)state;
	for (t = 0; t < AUTOMATIC_TEMPLATES; t++) {
		fill(&m, (enum automatic_template)t);
		automatic_print(&m, one);
		assert_int_equal(automatic_parse(&again, one), 0);
		assert_int_equal(again.template, t);
		assert_memory_equal(again.id, m.id, SEAL_ID);
		automatic_print(&again, two);
		assert_string_equal(one, two);
		(void)snprintf(worse, sizeof(worse), "%sx=1\n", one);
		assert_int_equal(automatic_parse(&again, worse), -1);
		one[strlen(one) - 1] = '\0';
		assert_int_equal(automatic_parse(&again, one), -1);
	}
}

static void
no_other_spelling_is_read(void **state)
{
	static const char *const bad[] = { "", "template=", "template=x\n",
	    "template=staff\n", "template=staff\nlanguage=id\n",
	    "template=staff\nlanguage=a-language-too-long\ndesk=y\n" };
	struct automatic m;
	char text[AUTOMATIC_STATEMENT_MAX], *at;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(automatic_parse(&m, bad[i]), -1);
	fill(&m, AUTOMATIC_ACKNOWLEDGEMENT);
	automatic_print(&m, text);
	at = strstr(text, "participant=1");
	assert_non_null(at);
	at[strlen("participant=")] = ' ';
	assert_int_equal(automatic_parse(&m, text), -1);
	fill(&m, AUTOMATIC_ALARM);
	(void)snprintf(m.alarm.kind, sizeof(m.alarm.kind), "no-such-kind");
	automatic_print(&m, text);
	assert_int_equal(automatic_parse(&m, text), -1);
}

static void
seal_one(struct automatic *m)
{
	struct err e = ERR_INIT;
	struct letter l;

	letter_init(&l);
	l.to = mem_strdup("ada@example.org");
	l.message_id = mem_strdup("<ours@desk.example>");
	l.reply_token = letter_token_new();
	l.in_reply_to = mem_strdup("<theirs@example.org>");
	l.references[l.nreferences++] = mem_strdup("<theirs@example.org>");
	assert_int_equal(automatic_seal(&kit_intake, m, &l, &e), 0);
	letter_free(&l);
}

static void
an_address_opens_for_its_statement_only(void **state)
{
	struct err e = ERR_INIT;
	struct automatic m, other;
	struct letter l;

	(void)state;
	fill(&m, AUTOMATIC_ACKNOWLEDGEMENT);
	seal_one(&m);
	assert_int_equal(automatic_open(&m, kit_postman, &l, &e), 0);
	assert_string_equal(l.to, "ada@example.org");
	assert_string_equal(l.in_reply_to, "<theirs@example.org>");
	assert_int_equal(l.nreferences, 1);
	letter_free(&l);
	/* The box of another mail, with its hash and all. */
	fill(&other, AUTOMATIC_ACKNOWLEDGEMENT);
	memcpy(other.address, m.address, SEAL_HASH);
	memcpy(other.box, m.box, m.box_len);
	other.box_len = m.box_len;
	assert_int_equal(automatic_open(&other, kit_postman, &l, &e), -1);
	letter_free(&l);
	m.box[m.box_len - 1] ^= 1;
	assert_int_equal(automatic_open(&m, kit_postman, &l, &e), -1);
	letter_free(&l);
}

/* As store and roster give it back. */
static int
asked_by(struct desk *d, struct automatic *m)
{
	struct err e = ERR_INIT;
	struct automatic got;
	int r;

	assert_int_equal(store_begin(d->store, &e), 0);
	assert_int_equal(automatic_add(d, m, "test", 0, &e), 0);
	assert_int_equal(store_commit(d->store, &e), 0);
	memset(&got, 0, sizeof(got));
	r = automatic_next(&kit_post, &got, &e);
	assert_true(r > 0);
	assert_memory_equal(got.id, m->id, SEAL_ID);
	assert_int_equal(automatic_done(&kit_post, &got, "test", &e), 0);
	return r == 1;
}

static void
only_who_may_ask_is_heard(void **state)
{
	struct automatic m;

	(void)state;
	fill(&m, AUTOMATIC_ACKNOWLEDGEMENT);
	seal_one(&m);
	assert_true(asked_by(&kit_intake, &m));
	fill(&m, AUTOMATIC_ACKNOWLEDGEMENT);
	seal_one(&m);
	assert_false(asked_by(&kit_post, &m));
	fill(&m, AUTOMATIC_STAFF);
	assert_false(asked_by(&kit_intake, &m));
	fill(&m, AUTOMATIC_NOTICE);
	seal_one(&m);
	assert_false(asked_by(&kit_intake, &m));
	/* A statement that must have an address, and has none. */
	fill(&m, AUTOMATIC_ACKNOWLEDGEMENT);
	assert_false(asked_by(&kit_intake, &m));
}

/* To the mailbox's own address, and expected back in the same stroke. */
static void
a_canary_goes_to_its_own_mailbox(void **state)
{
	struct err e = ERR_INIT;
	const char *mailbox = kit_intake.config->mailboxes[0].name;

	(void)state;
	assert_int_equal(automatic_canary(&kit_intake, "nowhere", &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	assert_int_equal(automatic_canary(&kit_intake, mailbox, &e), 0);
	assert_int_equal(automatic_canary(&kit_intake, mailbox, &e), 0);
	/* What did not leave yet is replaced. */
	assert_int_equal(kit_count("SELECT count(*) FROM automatic"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM canary"), 2);
	assert_non_null(automatic_canary_to(&kit_post, mailbox));
	assert_null(automatic_canary_to(&kit_post, "nowhere"));
}

/* Signed with the roster entry, read by the postman alone. */
static void
a_notice_address_is_sealed_to_its_person(void **state)
{
	struct err e = ERR_INIT;
	struct roster_person p = *roster_person(kit_post.roster, "anna");
	char *address;

	(void)state;
	assert_int_equal(roster_notice_seal(kit_post.roster, &p, "anna", &e),
	    -1);
	assert_int_equal(roster_notice_seal(kit_post.roster, &p,
	    "anna@office.example", &e), 0);
	address = roster_notice_open(&p, kit_postman, &e);
	assert_non_null(address);
	assert_string_equal(address, "anna@office.example");
	free(address);
	/* Under another name it opens for nobody. */
	(void)snprintf(p.name, sizeof(p.name), "ben");
	assert_null(roster_notice_open(&p, kit_postman, &e));
	assert_int_equal(roster_notice_seal(kit_post.roster, &p, NULL, &e),
	    0);
	assert_int_equal(p.notice_len, 0);
}

/* What the CLI prints is what the service reads; who may sign it. */
static int
asked_by_person(const struct identity *who)
{
	unsigned char signature[SIGN_LEN];
	char statement[ASKED_MAX];
	struct asked care;
	struct err e = ERR_INIT;
	struct automatic m, got;
	int r;

	fill(&m, AUTOMATIC_AFTER_CARE);
	m.at = store_now(kit_post.store);
	seal_one(&m);
	memset(&care, 0, sizeof(care));
	care.template = "after-care";
	care.participant = ASKED_SEEKER;
	(void)snprintf(care.language, sizeof(care.language), "%s",
	    m.language);
	(void)snprintf(care.desk, sizeof(care.desk), "%s", m.desk);
	memcpy(care.id, m.id, SEAL_ID);
	care.at = m.at;
	memcpy(care.case_id, m.case_id, sizeof(care.case_id));
	memcpy(care.address, m.address, SEAL_HASH);
	asked_print(&care, statement);
	assert_int_equal(automatic_parse(&got, statement), 0);
	assert_int_equal(got.template, AUTOMATIC_AFTER_CARE);
	assert_int_equal(got.participant, ASKED_SEEKER);
	signature_make(who->signer, PURPOSE_AUTOMATIC, statement,
	    strlen(statement), signature);
	assert_int_equal(store_begin(kit_api.store, &e), 0);
	assert_int_equal(automatic_put(&kit_api, &m, "test", 0,
	    who->signer->pub, signature, &e), 0);
	assert_int_equal(store_commit(kit_api.store, &e), 0);
	r = automatic_next(&kit_post, &got, &e);
	assert_int_equal(r == 1, got.template == AUTOMATIC_AFTER_CARE);
	assert_null(got.over);
	kit_meddle("DELETE FROM automatic");
	return r == 1;
}

static void
after_care_is_asked_for_by_a_person_of_the_desk(void **state)
{
	(void)state;
	assert_true(asked_by_person(kit_anna));
	assert_true(asked_by_person(kit_maria));
	assert_false(asked_by_person(kit_olga));	/* of another desk */
}

/* A notice address for somebody, and the flag or not. */
static void
list_person(const char *name, int on_call)
{
	struct roster *r = kit_post.roster;
	struct roster_person p = *roster_person(r, name);
	unsigned char signature[SIGN_LEN];
	struct err e = ERR_INIT;
	char address[64], *text;
	size_t len;

	p.crisis = on_call;
	(void)snprintf(address, sizeof(address), "%s@office.example", name);
	assert_int_equal(roster_notice_seal(r, &p, address, &e), 0);
	text = roster_entry_person(r, "maria", 1795000000, &p, &len);
	assert_non_null(text);
	signature_make(kit_maria->signer, PURPOSE_ROSTER, text, len,
	    signature);
	assert_int_equal(roster_add(r, NULL, text, len, signature, &e), 0);
	free(text);
}

/* Whoever may answer one, that is, and nobody else of the desk. */
static void
a_crisis_is_told_to_whom_the_list_names_for_it(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	list_person("anna", 1);
	list_person("ben", 0);
	(void)kit_letter("ada@example.org", "Now.\n", NULL);
	assert_int_equal(told_all(&kit_post, &e), 0);
	kit_meddle("UPDATE cases SET urgency = 3, rank = -3");
	assert_int_equal(told_all(&kit_post, &e), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM told WHERE "
	    "person = 'anna' AND news = 'crisis'"), 1);
	list_person("maria", 0);
	assert_int_equal(told_all(&kit_post, &e), 1);
	assert_int_equal(told_all(&kit_post, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM told"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    every_template_has_one_spelling, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(no_other_spelling_is_read,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    an_address_opens_for_its_statement_only, kit_begin,
		    kit_end),
		cmocka_unit_test_setup_teardown(
		    a_canary_goes_to_its_own_mailbox, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    a_notice_address_is_sealed_to_its_person, kit_begin,
		    kit_end),
		cmocka_unit_test_setup_teardown(
		    a_crisis_is_told_to_whom_the_list_names_for_it, kit_begin,
		    kit_end),
		cmocka_unit_test_setup_teardown(
		    after_care_is_asked_for_by_a_person_of_the_desk,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(only_who_may_ask_is_heard,
		    kit_begin, kit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
