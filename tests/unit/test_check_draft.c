/* Warnings about an answer: each of them, in three languages, and no more. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/check.h"

/* Calm, of some length, with nothing to warn of. */
static const char *const calm[][2] = {
	{ "en", "Thank you for your letter. It took courage to write it. You "
	    "say that the days are long and that nobody asks how you are. I "
	    "read that twice. Could you tell me what a good day looks like? "
	    "We can look at it together, one step after the other." },
	{ "et", "Aitäh kirja eest. Selle kirjutamine nõudis julgust. Sa "
	    "ütled, et päevad on pikad ja keegi ei küsi, kuidas sul läheb. "
	    "Ma lugesin seda kaks korda. Kas sa räägiksid mulle, milline on "
	    "üks hea päev? Me saame seda koos vaadata, samm sammu järel, ja "
	    "siis otsustad sa ise, mis edasi saab." },
	{ "id", "Terima kasih atas suratmu. Butuh keberanian untuk menulis. "
	    "Kamu bilang hari terasa panjang dan tidak ada yang bertanya "
	    "bagaimana kabarmu. Saya membacanya dua kali. Maukah kamu cerita "
	    "seperti apa hari yang baik itu? Kita bisa melihatnya "
	    "bersama, selangkah demi selangkah." }
};

static const char *
calm_in(const char *language)
{
	size_t i;

	for (i = 0; strcmp(calm[i][0], language) != 0; i++)
		;
	return calm[i][1];
}

/* "warning:words|" of each that is found, in order. */
static char *
warnings(const struct check_job *job)
{
	json_t *found;
	const json_t *o;
	struct buf out;
	struct err e;
	size_t i;

	buf_init(&out, 65536);
	found = check_text(job, &e);
	if (found == NULL)
		fail_msg("%s", e.text);
	json_array_foreach(found, i, o) {
		assert_true(strlen(json_string_value(json_object_get(o,
		    "why"))) > 20);
		(void)buf_addf(&out, "%s:%s|", json_string_value(
		    json_object_get(o, "warning")), json_string_value(
		    json_object_get(o, "words")));
	}
	json_decref(found);
	return buf_take(&out, NULL);
}

/* What is found in a calm answer to which a sentence is added. */
static void
expect(struct check_job *job, const char *sentence, const char *want)
{
	char text[4096], *got;

	(void)snprintf(text, sizeof(text), "%s\n%s\n", calm_in(job->language),
	    sentence);
	job->text = text;
	got = warnings(job);
	assert_string_equal(got, want);
	free(got);
	job->text = NULL;
}

static struct check_job
job_in(const char *language)
{
	struct check_job job = { .language = language, .desk = "youth" };

	return job;
}

static void
a_calm_answer_is_left_alone(void **state)
{
	struct check_job job;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		job = job_in(calm[i][0]);
		expect(&job, "", "");
	}
}

static void
promises(void **state)
{
	struct check_job en = job_in("en"), et = job_in("et"),
	    id = job_in("id");

	(void)state;
	expect(&en, "You can ALWAYS come back.", "promise:ALWAYS|");
	expect(&en, "In all ways it is hard.", "");
	expect(&et, "Kõik saab korda.", "promise:Kõik saab korda|");
	expect(&id, "Kami selalu ada.", "promise:selalu|");
}

static void
two_forms_of_address(void **state)
{
	struct check_job et = job_in("et"), id = job_in("id");

	(void)state;
	expect(&et, "Kuidas teil läheb?", "address:Sa, teil|");
	expect(&id, "Bagaimana keadaan Anda?", "address:suratmu, Anda|");
}

static void
names_places_numbers_links(void **state)
{
	struct check_job en = job_in("en"), et = job_in("et"),
	    id = job_in("id");

	(void)state;
	expect(&en, "Then talk to Brian about it.", "name:Brian|");
	en.names = "Brian";
	expect(&en, "Then talk to Brian about it.", "");
	expect(&en, "Is it on Monday that I should ask?", "");
	expect(&et, "Räägi sellest koos Marikaga.", "name:Marikaga|");
	expect(&id, "Coba bicara dengan Budi.", "name:Budi|");
	expect(&id, "Datang ke Jalan Mawar saja.",
	    "name:Mawar|place:Jalan Mawar|");
	expect(&en, "Call me: +44 20 7946 0018.", "number:+44 20 7946 0018|");
	expect(&en, "Call 116 123, at any hour.", "");
	expect(&en, "That was on 2026-11-26.", "");
	expect(&et, "Kirjuta: mari@example.org.", "mail:mari@example.org|");
	expect(&en, "See https://evil.example/x now.",
	    "link:https://evil.example/x|");
	expect(&et, "Vaata https://www.peaasi.ee/abi kohta.", "");
	expect(&et, "Vaata https://notpeaasi.ee kohta.",
	    "link:https://notpeaasi.ee|");
}

static void
a_question_that_nobody_took_up(void **state)
{
	struct check_job en = job_in("en"), et = job_in("et"),
	    id = job_in("id");

	(void)state;
	en.letter = "I am sad. Should I change schools? What should I do?";
	expect(&en, "", "question:Should I change schools?|");
	expect(&en, "Another school is a big step.", "");
	et.letter = "Kas ma peaksin arstile minema? Tervitades.";
	expect(&et, "", "question:Kas ma peaksin arstile minema?|");
	expect(&et, "Arsti juurde võib minna.", "");
	id.letter = "Haruskah aku menceritakan semuanya?";
	expect(&id, "", "");		/* "cerita" stands in it */
	id.letter = "Haruskah aku melapor polisi?";
	expect(&id, "", "question:Haruskah aku melapor polisi?|");
}

static void
a_risk_wants_a_sentence_about_safety(void **state)
{
	const char *const tags[] = { "school", "self-harm" };
	const char *const words[][2] = {
		{ "en", "Are you safe tonight?" },
		{ "et", "Kas sa oled praegu turvalises kohas?" },
		{ "id", "Apakah kamu aman malam ini?" }
	};
	struct check_job job;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		job = job_in(words[i][0]);
		job.risk = 1;
		expect(&job, "", "safety:no sentence about safety; the "
		    "case's urgency is high|");
		expect(&job, words[i][1], "");
	}
	job = job_in("en");
	job.tags = tags;
	job.ntags = 2;
	expect(&job, "", "safety:no sentence about safety; the case has the "
	    "tag 'self-harm'|");
	job.ntags = 1;
	expect(&job, "", "");
}

static void
words_of_another_case(void **state)
{
	struct check_job job = job_in("en");

	(void)state;
	job.nothers = 1;
	job.others[0].id = mem_strdup("7K2M9Q4X");
	job.others[0].text = mem_strdup("My brother took the money out of my "
	    "drawer again.");
	job.others[0].names = mem_strdup("Sophie Fell");
	expect(&job, "You say he took the money out of my drawer.",
	    "other-case:took the money out of my|");
	expect(&job, "You fell, and that hurt.", "");
	expect(&job, "Dear Sophie,", "other-case:Sophie|");
	job.letter = "He took the money out of my bag.";
	expect(&job, "You say he took the money out of my bag.", "");
	check_job_free(&job);
}

static void
ease_and_length(void **state)
{
	struct check_job job = job_in("en");
	struct buf text;
	char *got;
	int i;

	(void)state;
	job.text = "No. Write again.\n";
	got = warnings(&job);
	assert_string_equal(got, "length:3 words; fewer than 40|");
	free(got);
	buf_init(&text, 65536);
	for (i = 0; i < 150; i++)
		(void)buf_adds(&text, "It is a good day. ");
	job.text = text.bytes;
	got = warnings(&job);
	assert_string_equal(got, "length:750 words; more than 700|");
	free(got);
	buf_clear(&text);
	for (i = 0; i < 45; i++)
		(void)buf_adds(&text, "unbelievably ");
	job.text = text.bytes;
	got = warnings(&job);
	assert_string_equal(got, "sentence:a sentence of 45 words|"
	    "ease:reading ease (LIX) 145; up to 45 reads with ease|");
	free(got);
	buf_free(&text);
}

static void
a_language_without_lists_is_said(void **state)
{
	struct check_job job = job_in("xx");
	struct err e;

	(void)state;
	job.text = "x";
	assert_null(check_text(&job, &e));
	assert_int_equal(e.code, ERR_GONE);
	assert_non_null(strstr(e.text, "'xx'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_calm_answer_is_left_alone),
		cmocka_unit_test(promises),
		cmocka_unit_test(two_forms_of_address),
		cmocka_unit_test(names_places_numbers_links),
		cmocka_unit_test(a_question_that_nobody_took_up),
		cmocka_unit_test(a_risk_wants_a_sentence_about_safety),
		cmocka_unit_test(words_of_another_case),
		cmocka_unit_test(ease_and_length),
		cmocka_unit_test(a_language_without_lists_is_said),
	};

#ifndef TEST_HOOKS
	/* Lists are read where they are installed, and they are not yet. */
	(void)tests;
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
