/*
 * The reader's language: which catalogue is taken, what a word means where,
 * and the service's sentences with what stands in them.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "tools/service.h"
#include "tools/words.h"

#define AND	", who can hand it to you; 'teduh next' shows another one"
#define CLAIMED(name)	"case 7K2M9Q4X is claimed by " name AND

/* As a person's environment has it; NULL: not set. */
static void
speak(const char *locale, const char *language)
{
	(void)setlocale(LC_ALL, "C");
	(void)unsetenv("LC_MESSAGES");
	(void)unsetenv("LANG");
	(void)setenv("LC_ALL", locale, 1);
	if (language == NULL)
		(void)unsetenv("LANGUAGE");
	else
		(void)setenv("LANGUAGE", language, 1);
	words_begin();
}

static void
english_is_the_source(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	speak("C", "id");
	assert_string_equal(words_for("draft", "submitted"), "submitted");
	assert_string_equal(words_for("draft", "unheard-of"), "unheard-of");
	assert_string_equal(words_for("dra", "submitted"), "submitted");
	assert_string_equal(words_weekday(4), "Thu");
	assert_string_equal(words_month(4), "May");
	err_set(&e, ERR_INPUT, "there is no command '%s': 'teduh help' lists "
	    "them", "x");
	assert_string_equal(e.text, "there is no command 'x': 'teduh help' "
	    "lists them");
}

static void
sentences_of_the_service_are_known(void **state)
{
	char out[SERVICE_SENTENCE_MAX], text[SERVICE_SENTENCE_MAX];

	(void)state;
	speak("C", NULL);
	assert_true(service_sentence(out, CLAIMED("anna")));
	assert_string_equal(out, CLAIMED("anna"));
	assert_true(service_sentence(out, "draft 7K2M9Q4X.d12 is open, not "
	    "submitted: 'teduh drafts' shows how each one stands"));
	assert_string_equal(out, "draft 7K2M9Q4X.d12 is open, not submitted: "
	    "'teduh drafts' shows how each one stands");
	assert_true(service_sentence(out, "there is no such part"));
	assert_false(service_sentence(out, "draft 7K2M9Q4X.dx is open, not "
	    "submitted: 'teduh drafts' shows how each one stands"));
	assert_false(service_sentence(out, "there is no such part at all"));
	assert_false(service_sentence(out, "something new"));
	assert_false(service_sentence(out, ""));
	assert_true(service_sentence(out, "this part is larger than 64 MiB; "
	    "it is kept, but not handed out this way"));
	/* No format of a stranger's is one. */
	assert_true(service_sentence(out, CLAIMED("%n%1$s")));
	assert_string_equal(out, CLAIMED("%n%1$s"));
	/* Nothing is cut in silence, and looking ends. */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "case ", 5);
	memcpy(text + 200, " is claimed by ", 15);
	memcpy(text + sizeof(text) - sizeof(AND), AND, sizeof(AND));
	assert_true(service_sentence(out, text));
	assert_string_equal(out, text);
	memset(text, '\'', sizeof(text) - 1);
	assert_false(service_sentence(out, text));
}

static const char *const sentences[] = {
#include "tools/service_list.h"
	NULL
};

/* A sentence as the service would say it, of anna and of twelve. */
static void
example(char out[SERVICE_SENTENCE_MAX], const char *form)
{
	size_t n = 0;

	for (; *form != '\0'; form++)
		if (*form != '%')
			out[n++] = *form;
		else {
			form += strcspn(form, "sdiuxc");
			n += (size_t)snprintf(out + n,
			    SERVICE_SENTENCE_MAX - n, "%s", *form == 's' ?
			    "anna" : "12");
		}
	out[n] = '\0';
}

static void
whatever_the_service_says_is_known(void **state)
{
	char out[SERVICE_SENTENCE_MAX], text[SERVICE_SENTENCE_MAX];
	size_t i, n = 0;

	(void)state;
	speak("C", NULL);
	for (i = 0; sentences[i] != NULL; i++) {
		example(text, sentences[i]);
		assert_true(service_sentence(out, text));
		assert_string_equal(out, text);
		n += strchr(sentences[i], '%') != NULL;
	}
	assert_true(i > 50 && n > 20);
}

#if defined(ENABLE_NLS) && defined(TEST_HOOKS)
static void
other_languages(void **state)
{
	char out[SERVICE_SENTENCE_MAX];
	struct err e = ERR_INIT;

	(void)state;
	/* By LANGUAGE, by a locale that this machine may not have, by none. */
	speak("C.UTF-8", "et:id");
	assert_string_equal(words_for("draft", "submitted"), "esitatud");
	speak("id_ID.UTF-8", NULL);
	assert_string_equal(words_for("draft", "submitted"), "diajukan");
	speak("xx_XX.UTF-8", NULL);
	assert_string_equal(words_for("draft", "submitted"), "submitted");
	speak("id_ID.UTF-8", NULL);
	err_set(&e, ERR_INPUT, "there is no command '%s': 'teduh help' lists "
	    "them", "x");
	assert_string_equal(e.text, "tidak ada perintah 'x': lihat daftarnya "
	    "dengan 'teduh help'");
	assert_true(service_sentence(out, CLAIMED("open")));
	assert_non_null(strstr(out, "kasus 7K2M9Q4X sedang dipegang oleh"));
	assert_true(service_sentence(out, "draft 7K2M9Q4X.d12 is open, not "
	    "submitted: 'teduh drafts' shows how each one stands"));
	assert_string_equal(out, "draf 7K2M9Q4X.d12 berstatus ditulis, "
	    "bukan diajukan: status tiap draf ada di 'teduh drafts'");
	speak("C", "id");
	assert_string_equal(words_for("draft", "submitted"), "submitted");
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_is_the_source),
		cmocka_unit_test(sentences_of_the_service_are_known),
		cmocka_unit_test(whatever_the_service_says_is_known),
#if defined(ENABLE_NLS) && defined(TEST_HOOKS)
		cmocka_unit_test(other_languages),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
