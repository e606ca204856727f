/*
 * Which language a letter is in: the rules one by one, and a set of texts
 * such as people write, with the words that the desks get.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_words.h"
#include "daemon/reader/language.h"
#include "lib/buf.h"
#include "lib/err.h"

#define WORDS	"en\nthe\nis\non\ncold\nnow\n\n" \
		"et\non\nja\nkülm\npraegu\nsee\n\303\265\n\n"
#define RIGHT_MIN	97	/* of a hundred that have a language */

static char words_path[4096];

static const char *
guess(const char *text, const char *words, const char *header)
{
	static char out[LANGUAGE_SIZE];

	return language_guess(text, strlen(text), NULL, 0, words, header,
	    out) ? out : "-";
}

static void
clear_or_unknown(void **state)
{
	(void)state;
	assert_string_equal(guess("The cold IS now.\n", WORDS, NULL), "en");
	assert_string_equal(guess("K\303\234LM ja praegu, see\n", WORDS,
	    NULL), "et");
	/* Three are too few, however often something unknown stands there. */
	assert_string_equal(guess("the cold is xyz xyz", WORDS, NULL), "-");
	/* "on" is in both and says nothing. */
	assert_string_equal(guess("on on on on on", WORDS, NULL), "-");
	/* Any word with the letter, once, and not when the word is known. */
	assert_string_equal(guess("p\303\265\303\265sas \303\265htu "
	    "v\303\225lg s\303\265da", WORDS, NULL), "et");
	assert_string_equal(guess("p\303\265\303\265\303\265\303\265sas",
	    WORDS, NULL), "-");
	assert_string_equal(guess("", WORDS, NULL), "-");
	assert_string_equal(guess("the the the th\xff", WORDS, NULL), "-");
}

static void
a_tie_is_broken_by_the_header(void **state)
{
	static const char *const mixed = "the cold is now ja see praegu ja";

	(void)state;
	assert_string_equal(guess(mixed, WORDS, NULL), "-");
	assert_string_equal(guess(mixed, WORDS, "et"), "et");
	assert_string_equal(guess(mixed, WORDS, "EN-us"), "en");
	assert_string_equal(guess(mixed, WORDS, "et, en"), "-");
	assert_string_equal(guess(mixed, WORDS, "etx"), "-");
	assert_string_equal(guess(mixed, WORDS, "fi"), "-");
	/* It is not believed against the words, nor without any. */
	assert_string_equal(guess("the cold is now", WORDS, "et"), "en");
	assert_string_equal(guess("the cold is now the cold ja see", WORDS,
	    "et"), "en");
	assert_string_equal(guess("hm", WORDS, "et"), "-");
}

/* A letter of 25 MiB may be one line; the reader's time is for all of it. */
static void
only_the_beginning_is_looked_at(void **state)
{
	static const char end[] = "the cold is now the cold is now";
	size_t size = 80000;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text + 60000, " the cold is now ", 17);
	text[size - 1] = '\0';
	assert_string_equal(guess(text, WORDS, NULL), "en");
	memset(text, 'x', size);
	text[size - sizeof(end) - 1] = ' ';
	memcpy(text + size - sizeof(end), end, sizeof(end));
	assert_string_equal(guess(text, WORDS, NULL), "-");
	/* What is cut within a character is a text all the same. */
	memset(text, ' ', size);
	memcpy(text, "the cold is now", 15);
	memcpy(text + 65535, "\303\265", 2);
	text[size - 1] = '\0';
	assert_string_equal(guess(text, WORDS, NULL), "en");
	free(text);
}

static void
what_others_said_does_not_count(void **state)
{
	static const char text[] = "the cold is now\n> ja see praegu ja\n"
	    "> ja see\nthe\n-- \nja see praegu k\303\274lm ja\n";
	static const struct fold folds[] = { { 2, 3 }, { 5, 6 } };
	char out[LANGUAGE_SIZE];

	(void)state;
	assert_int_equal(language_guess(text, strlen(text), folds, 2, WORDS,
	    NULL, out), 1);
	assert_string_equal(out, "en");
	assert_int_equal(language_guess(text, strlen(text), NULL, 0, WORDS,
	    NULL, out), 1);
	assert_string_equal(out, "et");
}

static void
nothing_is_asked_of_one_language(void **state)
{
	(void)state;
	assert_string_equal(guess("the cold is now", NULL, "en"), "-");
	assert_string_equal(guess("the cold is now", "", "en"), "-");
	assert_string_equal(guess("the cold is now",
	    "en\nthe\ncold\nis\nnow\n\n", "en"), "-");
}

/* As config.c would fill it: the words of the tree. */
static char *
words_of(char *languages)
{
	struct config config;
	struct config_desk desk;

	memset(&config, 0, sizeof(config));
	memset(&desk, 0, sizeof(desk));
	config.alarm.texts = words_path;
	desk.languages = languages;
	return config_words(&config, &desk);
}

static void
words_come_from_files(void **state)
{
	static char three[] = "id et en", one[] = "et", gone[] = "et xx";
	char *words = words_of(three);

	(void)state;
	assert_non_null(words);
	assert_memory_equal(words, "id\nyang\n", 8);
	assert_non_null(strstr(words, "\n\net\nja\n"));
	assert_null(strchr(words, '#'));
	free(words);
	assert_null(words_of(one));
	assert_null(words_of(gone));
}

struct score {
	int	right, unknown, wrong;
};

/* One line of the set: into which of the scores, and said when wrong. */
static void
score_line(char *line, const char *words, struct score *known,
    struct score *none)
{
	char *text = strchr(line, ' ');
	struct score *s = line[0] == '-' ? none : known;
	const char *found;

	*text++ = '\0';
	found = guess(text, words, NULL);
	if (strcmp(found, line) == 0) {
		s->right++;
		return;
	}
	if (found[0] == '-')
		s->unknown++;
	else
		s->wrong++;
	print_message("%s, not %s: %s\n", found, line, text);
}

static void
people_are_understood(void **state)
{
	static char languages[] = "id et en";
	struct score known = { 0, 0, 0 }, none = { 0, 0, 0 };
	const char *srcdir = getenv("srcdir");
	char path[4096], *text, *line, *rest = NULL, *words;
	struct err e = ERR_INIT;
	int all;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/tests/corpus/languages.txt",
	    srcdir == NULL ? "." : srcdir);
	text = config_read(path, NULL, &e);
	words = words_of(languages);
	assert_non_null(text);
	assert_non_null(words);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest))
		if (line[0] != '#')
			score_line(line, words, &known, &none);
	all = known.right + known.unknown + known.wrong;
	print_message("%d texts with a language: %d right, %d unknown, "
	    "%d wrong; %d without: %d unknown, %d guessed\n", all,
	    known.right, known.unknown, known.wrong, none.right + none.wrong,
	    none.right, none.wrong);
	assert_true(all >= 110 && none.right + none.wrong >= 15);
	assert_int_equal(known.wrong + none.wrong, 0);
	assert_true(100 * known.right >= RIGHT_MIN * all);
	free(text);
	free(words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clear_or_unknown),
		cmocka_unit_test(a_tie_is_broken_by_the_header),
		cmocka_unit_test(only_the_beginning_is_looked_at),
		cmocka_unit_test(what_others_said_does_not_count),
		cmocka_unit_test(nothing_is_asked_of_one_language),
		cmocka_unit_test(words_come_from_files),
		cmocka_unit_test(people_are_understood),
	};
	const char *srcdir = getenv("srcdir");

	(void)snprintf(words_path, sizeof(words_path), "%s/config/texts",
	    srcdir == NULL ? "." : srcdir);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
