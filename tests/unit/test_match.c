/*
 * Rules of triage against text: how a file is read, what a phrase finds, what
 * takes it back, and that a rule which cannot look to its end says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/reader/match.h"
#include "daemon/reader/pattern.h"
#include "daemon/reader/plain.h"
#include "daemon/reader/sets.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/rules.h"

#define HEAD "rule r\nweight 10\nwhy w\nowner o\n"

/* What the one rule with these lines finds in a letter; NULL: nothing. */
static const char *
finds(const char *lines, const char *text)
{
	static char found[MATCH_FOUND_MAX + 1];
	struct err e = ERR_INIT;
	struct rules rules;
	struct match *m;
	json_t *hits;
	char file[4096];
	int n;

	(void)snprintf(file, sizeof(file), HEAD "%s\n", lines);
	rules_init(&rules);
	if (rules_add(&rules, "f", file, &e) == -1 ||
	    (m = match_new(&rules, &e)) == NULL)
		fail_msg("%s", e.text);
	hits = match_letter(m, NULL, text);
	n = (int)json_array_size(hits);
	found[0] = '\0';
	if (n > 0) {
		json_t *hit = json_array_get(hits, 0);

		assert_string_equal(json_string_value(json_object_get(hit,
		    "rule")), "r");
		assert_false(json_is_true(json_object_get(hit, "failed")));
		(void)snprintf(found, sizeof(found), "%s", json_string_value(
		    json_object_get(hit, "found")));
	}
	json_decref(hits);
	match_free(m);
	rules_free(&rules);
	return n == 0 ? NULL : found;
}

static void
phrases_find_words(void **state)
{
	static const struct {
		const char *lines, *text, *found;
	} t[] = {
		{ "word kill myself", "I will KILL, MySelf!", "kill myself" },
		{ "word kill myself", "kill. Myself", NULL },
		{ "word kill myself", "kill yes myself", NULL },
		{ "word kill .. myself", "kill or hurt myself",
		    "kill or hurt myself" },
		{ "word kill .. myself", "kill a b c d e myself", NULL },
		{ "word kill .. myself", "kill a b c d myself",
		    "kill a b c d myself" },
		{ "word want to? die", "want die", "want die" },
		{ "word want to? die", "i want to die", "want to die" },
		{ "word a|b c|d", "b d", "b d" },
		{ "word suicid*", "suicidal", "suicidal" },
		{ "stem suicid", "suicidal", "suicidal" },
		{ "word suicid", "suicidal", NULL },
		{ "word s\303\266\303\266ma", "SOOMA", "sooma" },
		{ "word sooma", "S\303\226\303\226MA", "sooma" },
		{ "word ara", "2ra k2es", "ara" },
		{ "word oige", "6ige", "oige" },
		{ "word dont", "don\342\200\231t", "dont" },
		{ "word don't", "dont", "dont" },
		{ "word kill", "k1ll", "kill" },
		{ "word kill", "killllll", "killllll" },
		{ "word siapa", "siapa2", "siapa" },
		{ "word mati", "matii aja", "matii" },
		{ "word die", "diee", "diee" }, { "word of", "off", NULL },
		{ "word kil", "kill", "kill" }, { "word kill", "kil", NULL },
		{ "near a|x b", "b c d a", "b c d a" },
		{ "near a|x b", "x b", "x b" }, { "near a b", "a", NULL },
		{ "near a b", "b. a", NULL }, { "near a b", "a c c c c c b",
		    NULL },
		{ "near a b c", "c x a y b", "c x a y b" },
		{ "near a b c", "b a c", "b a c" },
		{ "near a b c", "b c b a", "b c b a" },
		{ "let w a|d\nnear $w b*", "bc d", "bc d" },
		{ "word suicide", "sui*ide", "sui*ide" },
		{ "word suicide", "*suicide*", "suicide" },
		{ "word self harm", "self-harm", "self harm" },
		{ "word want die", "want... die", "want die" },
		{ "word a b", "a\nb", "a b" },
		{ "word a b", "a\n\nb", NULL },
		{ "word x", "> x\n", NULL },
		{ "word x", "> y\nx\n", "x" },
		{ "word ab", "\357\274\241\342\200\213b", "ab" },
		{ "word 20", "20 pills", "20" },
		{ "word x", "", NULL },
		{ "let w a|b\nword $w c", "b c", "b c" },
		{ "pattern /\\bx+y\\b/", "and xxy", "xxy" },
		{ "pattern /^b/", "a. b", "b" },
		{ "pattern /b$/", "a b. c", "b" }
	};
	const char *found;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		found = finds(t[i].lines, t[i].text);
		if (found == NULL ? t[i].found != NULL : t[i].found == NULL ||
		    strcmp(found, t[i].found) != 0)
			fail_msg("%s in '%s': found %s", t[i].lines,
			    t[i].text, found == NULL ? "nothing" : found);
	}
}

static void
some_words_take_it_back(void **state)
{
	static const char rule[] = "word want|wanna to? die\nnot not|dont "
	    "want|wanna\nnot never .. want\nunless stage";

	(void)state;
	assert_non_null(finds(rule, "I want to die"));
	assert_null(finds(rule, "I do not want to die any more"));
	assert_null(finds(rule, "I don't wanna die"));
	assert_null(finds(rule, "never did I want to die"));
	/* Too far away, or in another sentence. */
	assert_non_null(finds(rule, "never before in my life did I want to "
	    "die"));
	assert_non_null(finds(rule, "Do not! I want to die"));
	assert_null(finds(rule, "I want to die on stage"));
	assert_non_null(finds(rule, "A stage. I want to die"));
	assert_null(finds(rule, "stage 1 2 3 4 5 6 7 8 9 10 11 want to die"));
	assert_non_null(finds(rule, "stage 1 2 3 4 5 6 7 8 9 10 11 12 want to "
	    "die"));
	/* One that is taken back hides no other one. */
	assert_non_null(finds(rule, "I do not want to die. I want to die"));
	assert_null(finds("pattern /d[io]e/\nnot not", "not die"));
	assert_non_null(finds("pattern /d[io]e/\nnot not", "not die. doe"));
}

/* 1 when the one rule fails in this text, 0 when not. */
static int
fails(const char *lines, const char *text)
{
	struct err e = ERR_INIT;
	struct rules rules;
	struct match *m;
	json_t *hits;
	char file[4096];
	int failed;

	(void)snprintf(file, sizeof(file), HEAD "%s\n", lines);
	rules_init(&rules);
	if (rules_add(&rules, "f", file, &e) == -1 ||
	    (m = match_new(&rules, &e)) == NULL)
		fail_msg("%s", e.text);
	hits = match_letter(m, NULL, text);
	failed = json_is_true(json_object_get(json_array_get(hits, 0),
	    "failed"));
	if (failed)
		assert_true(json_is_null(json_object_get(json_array_get(hits,
		    0), "found")));
	json_decref(hits);
	match_free(m);
	rules_free(&rules);
	return failed;
}

static void
a_limit_is_not_nothing(void **state)
{
	char *text = mem_alloc(PLAIN_MAX + 100);
	size_t i;

	(void)state;
	memset(text, 'a', 60);
	assert_int_equal(fails("pattern /(a+)+[bd]/", text), 1);
	assert_int_equal(fails("pattern /a+[bd]/", text), 0);
	/* Phrases with gaps, in a text that is made for them. */
	for (i = 0; i + 2 < PLAIN_MAX; i += 2)
		memcpy(text + i, "a ", 2);
	text[i] = '\0';
	assert_int_equal(fails("word a .. a .. a .. a .. a .. a .. a .. a .. "
	    "b", text), 1);
	/* More than is looked at. */
	memset(text, ' ', PLAIN_MAX + 98);
	assert_int_equal(fails("word b", text), 1);
	text[PLAIN_MAX] = '\0';
	assert_int_equal(fails("word b", text), 0);
	free(text);
}

static void
files_are_read_strictly(void **state)
{
	static const struct {
		const char *text;
		int line;	/* of the complaint; 0: it is good */
	} t[] = {
		{ HEAD "word a\n", 0 }, { "# only\n\n", 0 }, { "", 0 },
		{ HEAD "if night\n", 0 }, { HEAD "if age 10-13\n", 0 },
		{ HEAD "if again 3\n", 0 }, { HEAD "if area violence\n", 0 },
		{ HEAD "if answer who_knows nobody\n", 0 },
		{ HEAD, 4 }, { "word a\n", 1 }, { "rule A\n", 1 },
		{ "rule r\nword a\n", 2 }, { HEAD "word a\n" HEAD, 6 },
		{ HEAD "weight 5\nwords a\n", 6 },
		{ HEAD "word $a\n", 5 }, { "let a b\nlet a c\n", 2 },
		{ HEAD "pattern a\n", 5 }, { HEAD "if\n", 5 },
		{ HEAD "if age 13-10\n", 5 }, { HEAD "if age 10\n", 5 },
		{ HEAD "if again 0\n", 5 }, { HEAD "if answer x\n", 5 },
		{ HEAD "if moon\n", 5 }, { HEAD "why again\n", 5 },
		{ "rule r\nweight 61\n", 2 }, { "rule r\nweight 0\n", 2 },
		{ "rule r\nweight 1x\n", 2 }, { HEAD "area B\n", 5 },
		{ HEAD "near a\n", 5 }, { HEAD "near a b c d\n", 5 },
		{ HEAD "near a .. b\n", 5 }, { HEAD "near $a b\n", 5 },
		{ HEAD "near a b\n", 0 }, { "near a b\n", 1 },
		{ HEAD "word a\n\377\n", 6 }, { "let a b\n" HEAD "x\n", 6 }
	};
	struct rules rules;
	char where[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct err e = ERR_INIT;
		int bad;

		rules_init(&rules);
		bad = rules_add(&rules, "f", t[i].text, &e);
		if (bad != (t[i].line == 0 ? 0 : -1))
			fail_msg("%s: %s", t[i].text, e.text);
		(void)snprintf(where, sizeof(where), "f:%d: ", t[i].line);
		if (bad && strncmp(e.text, where, strlen(where)) != 0)
			fail_msg("%s: %s", t[i].text, e.text);
		rules_free(&rules);
	}
}

static void
what_is_no_phrase_is_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} t[] = {
		{ "word a? b", "begins and ends with a word that is there" },
		{ "word .. a", "begins and ends with a word that is there" },
		{ "word a ..", "begins and ends with a word that is there" },
		{ "word a-b", "two in plain text" },
		{ "word a||b", "'|' stands between two words" },
		{ "word |a", "'|' stands between two words" },
		{ "word a| b", "'|' stands between two words" },
		{ "word ,", "neither letters nor digits" },
		{ "stem a *", "neither letters nor digits" },
		{ "unless b |", "'|' stands between two words" },
		{ "not a b c d e f g h i j k l m", "more than 12 words" },
		{ "pattern /(/", "at its byte 1: missing closing paren" },
		{ "pattern /a\\C/", "at its byte 3: " },
		{ "pattern /[z-a]/", "at its byte 3: range out of order" },
		{ "pattern /(*UTF)a/", "verbs of PCRE2 are not allowed" },
		{ "pattern /(((((((((((((((((((((((((((((((((((((((((((((((("
		    "(((a)))))))))))))))))))))))))))))))))))))))))))))))))))/",
		    "too deeply nested" },
		{ "pattern /(a{1,65535}){1,65535}/", "too large" }
	};
	struct rules rules;
	struct err e;
	char file[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&e, 0, sizeof(e));
		(void)snprintf(file, sizeof(file), HEAD "word x\n%s\n",
		    t[i].line);
		rules_init(&rules);
		assert_int_equal(rules_add(&rules, "f", file, NULL), 0);
		if (match_new(&rules, &e) != NULL)
			fail_msg("%s is one", t[i].line);
		assert_int_equal(e.code, ERR_INPUT);
		if (strncmp(e.text, "f:6: rule 'r': ", 15) != 0 ||
		    strstr(e.text, t[i].why) == NULL)
			fail_msg("%s: %s", t[i].line, e.text);
		rules_free(&rules);
	}
}

/* A pattern of so many bytes: is it taken? */
static int
takes_pattern(size_t n)
{
	char file[1200] = HEAD "pattern /";
	struct rules rules;
	struct match *m;
	int taken;

	memset(file + strlen(file), 'x', n);
	(void)snprintf(file + strlen(file), 3, "/\n");
	rules_init(&rules);
	assert_int_equal(rules_add(&rules, "f", file, NULL), 0);
	m = match_new(&rules, NULL);
	taken = m != NULL;
	match_free(m);
	rules_free(&rules);
	return taken;
}

static void
a_pattern_has_a_size(void **state)
{
	(void)state;
	assert_true(takes_pattern(PATTERN_MAX));
	assert_false(takes_pattern(PATTERN_MAX + 1));
}

/* The one rule that this desk's letter meets. */
static void
meets(const char *desk, const char *text, const char *more, const char *rule,
    int failed)
{
	json_t *hits = sets_match(desk, "s", text, more), *hit;

	hit = json_array_get(hits, 0);
	assert_int_equal(json_array_size(hits), rule == NULL ? 0 : 1);
	if (rule != NULL) {
		assert_string_equal(json_string_value(json_object_get(hit,
		    "rule")), rule);
		assert_int_equal(json_is_true(json_object_get(hit,
		    "failed")), failed);
	}
	json_decref(hits);
}

static void
each_desk_has_its_own(void **state)
{
	char text[] = "desk a\nlet w x\n" HEAD "word $w\n\f\n"
	    "let w y\nrule q\nweight 1\nwhy w\nowner o\nword $w\n\f\n"
	    "desk b\nfile /b.txt\n" HEAD "word (\n\f\ndesk c\n";

	(void)state;
	sets_take(text, strlen(text));
	assert_int_equal(strncmp(sets_wrong(), "/b.txt:5: rule 'r': ", 20),
	    0);
	meets("a", "x", NULL, "r", 0);
	meets("a", "n", "y", "q", 0);
	meets("a", "n", NULL, NULL, 0);
	/* Never in silence. */
	meets("b", "x", NULL, "rules", 1);
	meets("c", "x", NULL, NULL, 0);
	meets("d", "x", NULL, NULL, 0);
	meets(NULL, "x", NULL, NULL, 0);
	sets_free();
	assert_string_equal(sets_wrong(), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phrases_find_words),
		cmocka_unit_test(some_words_take_it_back),
		cmocka_unit_test(a_limit_is_not_nothing),
		cmocka_unit_test(files_are_read_strictly),
		cmocka_unit_test(what_is_no_phrase_is_refused),
		cmocka_unit_test(a_pattern_has_a_size),
		cmocka_unit_test(each_desk_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
