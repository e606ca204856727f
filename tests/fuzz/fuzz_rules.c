/*
 * Files of rules under dice.  Each is taken or refused with its line; what is
 * taken is taken by the reader as well, or refused with line and rule; and a
 * rule that is in force says of a letter that it found something, nothing or
 * that it failed, once.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_rules.h"
#include "daemon/reader/match.h"
#include "daemon/reader/sets.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/rules.h"
#include "lib/text.h"
#include "tests/fuzz/fuzz.h"

#define ROUNDS		20000
#define FILE_MAX	(4u * 1024 * 1024)

static const char head[] = "rule r\nweight 10\nwhy w\nowner o\n";

static const char *const seeds_more[] = {
	"let neg not|dont\nrule a\narea b\nweight 60\nwhy w\nowner o\n"
	"word want|wanna to? .. die\nstem suicid\nnot $neg want\n"
	"unless film\npattern /\\b(took|take) [0-9]+ (pills?|\\w+)/\n"
	"rule c\nweight -5\nwhy w\nowner o\nif night\nif again 3\n"
	"if age 10-13\nif area violence\nif answer who_knows nobody\n",
	"rule p\nweight 1\nwhy w\nowner o\npattern /(x+)+[yz]|^a|b$|/\n"
	"pattern /(?<=a)b(?=c)(?i)\\p{L}{2,9}\\X/\n",
};

static const char *const letters[] = {
	"I do not want to die any more. I want to die, took 20 pills!\n",
	"> quoted\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx abc a b c\n\na.b;c\n",
	"s\303\266\303\266ma S00MA k*ll siapa2 \357\274\241\342\200\213b", ""
};

static const char *const words[] = { "\nrule r\n", "\nnear a|b c d\n",
    "\nnear ", "\nweight 5\n",
    "\nweight -61\n", "\nwhy w\n", "\nowner o\n", "\narea a\n", "\nword ",
    "\nstem ", "\nnot ", "\nunless ", "\npattern /", "/\n", "\nif night\n",
    "\nif age 0-", "\nif again ", "\nlet a ", "$a", "$", " .. ", "|", "?",
    "*", "*|*", " .. .. ", "a? ", "\n\n", "#", "\nfile x\n", "\ndesk d\n",
    "\n\f\n", "\r\n", "\t", "\xff", "\xc3", "\xcc\x81", "\xe2\x80\x8b", "(",
    ")", "(?R)", "(?1)", "(*ACCEPT)", "(*UTF)", "\\C", "\\K", "\\1", "[", "]",
    "{1,65535}", "{9}", "+", "+)+", "(?=", "(?<=", "(?C1)", "\\p{L}", "\\Q",
    "2147483648", "-", "0", NULL };

/* "f:N: ", with a line that the text has, or the one behind its last. */
static void
check_place(const char *said, const char *text, size_t round)
{
	size_t lines = 1;
	char *end;
	long line;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	line = strncmp(said, "f:", 2) == 0 ? strtol(said + 2, &end, 10) : 0;
	if (line < 1 || (size_t)line > lines || strncmp(end, ": ", 2) != 0 ||
	    !text_is_utf8(said, strlen(said)))
		fail_msg("round %zu: '%s'", round, said);
}

static void
check_hits(const struct rules *rules, json_t *hits, size_t round)
{
	json_t *hit, *found, *seen = json_object();
	const char *id;
	size_t i;

	json_array_foreach(hits, i, hit) {
		id = json_string_value(json_object_get(hit, "rule"));
		found = json_object_get(hit, "found");
		if (rules_find(rules, id) == NULL ||
		    json_object_get(seen, id) != NULL)
			fail_msg("round %zu: rule '%s'", round, id);
		if (json_is_true(json_object_get(hit, "failed")) ?
		    !json_is_null(found) : !json_is_string(found) ||
		    json_string_length(found) > MATCH_FOUND_MAX)
			fail_msg("round %zu: what '%s' found", round, id);
		(void)json_object_set_new(seen, id, json_true());
	}
	json_decref(seen);
}

/* The reader, given the file as the parent gives it, says the same. */
static void
check_reader(const char *text, const char *said, size_t round)
{
	struct buf all;

	buf_init(&all, FILE_MAX);
	(void)buf_addf(&all, CONFIG_RULES_DESK "d\n" CONFIG_RULES_FILE
	    "f\n%s" CONFIG_RULES_END, text);
	sets_take(all.bytes, all.len);
	if (strcmp(sets_wrong(), said) != 0)
		fail_msg("round %zu: the reader says '%s', not '%s'", round,
		    sets_wrong(), said);
	sets_free();
	buf_free(&all);
}

static int
try(const char *text, size_t round)
{
	struct err e = ERR_INIT;
	struct match *m = NULL;
	struct rules rules;
	json_t *hits;
	size_t i;

	rules_init(&rules);
	if (rules_add(&rules, "f", text, &e) == -1) {
		check_place(e.text, text, round);
		rules_free(&rules);
		return 0;
	}
	if ((m = match_new(&rules, &e)) == NULL) {
		check_place(e.text, text, round);
		assert_non_null(strstr(e.text, ": rule '"));
	}
	check_reader(text, e.text, round);
	for (i = 0; m != NULL && i < sizeof(letters) / sizeof(*letters);
	    i++) {
		hits = match_letter(m, "s", letters[i]);
		check_hits(&rules, hits, round);
		json_decref(hits);
	}
	match_free(m);
	rules_free(&rules);
	return m != NULL;
}

static void
a_file_is_taken_or_refused(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	size_t i, taken = 0, refused = 0;
	struct fuzz f;
	struct buf b;

	(void)state;
	fuzz_add_files(&seeds, "tests/corpora/rules", ".txt");
	assert_true(seeds.n > 0);
	for (i = 0; i < sizeof(seeds_more) / sizeof(*seeds_more); i++)
		fuzz_add_seed(&seeds, seeds_more[i], strlen(seeds_more[i]));
	for (i = 0; i < seeds.n; i++)
		(void)try(seeds.v[i], i);
	buf_init(&b, FILE_MAX);
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &b);
		/* One good rule in front: few files are good by chance. */
		if (fuzz_dice(&f, 2) == 0) {
			buf_clear(&b);
			(void)buf_adds(&b, head);
			(void)buf_adds(&b, "word ");
			for (i = fuzz_dice(&f, 6); i < 6; i++)
				(void)buf_adds(&b, words[fuzz_dice(&f,
				    sizeof(words) / sizeof(*words) - 1)]);
			(void)buf_adds(&b, "a\n");
		}
		for (i = 0; i < b.len; i++)	/* config_read() has none */
			if (b.bytes[i] == '\0')
				b.bytes[i] = ' ';
		(void)buf_addc(&b, '\0');
		if (try(b.bytes, f.round - 1))
			taken++;
		else
			refused++;
	}
	assert_true(taken > refused / 20);
	buf_free(&b);
	fuzz_free_seeds(&seeds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_taken_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
