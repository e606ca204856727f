/*
 * Letters under dice against the rules that are shipped.  No letter makes one
 * of them fail; capitals change nothing; and whatever stands around it, a
 * sentence that says it plainly is never less than high.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "daemon/desk/triage.h"
#include "daemon/reader/match.h"
#include "daemon/reader/plain.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/rules.h"
#include "lib/text.h"
#include "tests/fuzz/fuzz.h"

#define ROUNDS		3000
#define LETTER_MAX	(4u * 1024 * 1024)

static const char *const crises[] = { "I want to kill myself.",
    "Ma tahan ennast \303\244ra tappa.", "Aku mau bunuh diri." };

static const char *const words[] = { " not ", " never ", " ei ", " tidak ",
    " haha ", " lol ", " wkwk ", "!", "?", "...", ". ", "\n\n", "\n> ", "> ",
    " want to die ", " essay ", " on stage ", " last year ", " 20 pills ",
    "aaaaaaaa", "*", "***", "k1ll", "2", "\xe2\x80\x99", "\xe2\x80\x8b",
    "\xcc\x81", "\xc3\xb5", "\xf0\x9f\x92\x80", "\xef\xbc\xa1", "\xe1\xba\x9e",
    "\xef\xb7\xba", " to ", " my ", " her ", " she ", " his ", " the ", NULL };

/* Each line of a file is a letter, behind its label. */
static void
add_letters(struct fuzz_seeds *letters)
{
	struct fuzz_seeds files = { NULL, NULL, 0 };
	size_t i, at, n;
	const char *bar;

	fuzz_add_files(&files, "tests/corpora/triage", ".txt");
	for (i = 0; i < files.n; i++)
		for (at = 0; at < files.len[i]; at += n + 1) {
			const char *line = files.v[i] + at;

			n = strcspn(line, "\n");
			bar = memchr(line, '|', n);
			if (*line != '#' && bar != NULL)
				fuzz_add_seed(letters, bar + 2, n - (size_t)
				    (bar + 2 - line));
		}
	fuzz_free_seeds(&files);
}

static void
load(struct rules *rules)
{
	static const char *const folders[] = { "config/texts/en/rules",
	    "config/texts/et/rules", "config/texts/id/rules" };
	struct fuzz_seeds files = { NULL, NULL, 0 };
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		fuzz_add_files(&files, folders[i], ".txt");
	assert_int_equal(files.n, 24);
	rules_init(rules);
	for (i = 0; i < files.n; i++)
		if (rules_add(rules, "f", files.v[i], &e) == -1)
			fail_msg("%s", e.text);
	fuzz_free_seeds(&files);
}

struct weighing {
	struct rules	 rules;
	struct match	*match;
};

static json_t *
fired(const struct weighing *w, const char *text, int64_t *urgency,
    size_t round)
{
	static const struct triage_facts none;
	json_t *hits = match_letter(w->match, NULL, text), *ids, *one;
	struct triage t;
	size_t i;

	triage_weigh(&w->rules, hits, &none, &t);
	if (t.failed)
		fail_msg("round %zu: a rule failed", round);
	if (t.urgency < 0 || t.urgency > 3)
		fail_msg("round %zu: urgency %d", round, (int)t.urgency);
	*urgency = t.urgency;
	ids = json_array();
	json_array_foreach(t.fired, i, one)
		(void)json_array_append(ids, json_object_get(one, "rule"));
	triage_free(&t);
	json_decref(hits);
	return ids;
}

static void
check_plain(const struct buf *b, size_t round)
{
	struct plain p;
	size_t i;

	plain_make(&p, b->bytes, b->len);
	if (p.n > 0 && (!text_is_utf8(p.text.bytes, p.text.len) ||
	    memchr(p.text.bytes, '\0', p.text.len) != NULL))
		fail_msg("round %zu: plain text is none", round);
	for (i = 0; i < p.n; i++)
		if (p.words[i].len == 0 || p.words[i].len > PLAIN_WORD_MAX ||
		    p.words[i].at + p.words[i].len > p.text.len)
			fail_msg("round %zu: word %zu", round, i);
	plain_free(&p);
}

static void
check_letter(const struct weighing *w, struct buf *b, size_t round)
{
	int64_t urgency, again;
	json_t *ids, *capitals;
	size_t i;

	check_plain(b, round);
	ids = fired(w, b->bytes, &urgency, round);
	for (i = 0; i < b->len; i++)
		b->bytes[i] = (char)toupper((unsigned char)b->bytes[i]);
	capitals = fired(w, b->bytes, &again, round);
	if (!json_equal(ids, capitals))
		fail_msg("round %zu: capitals are heard otherwise", round);
	json_decref(ids);
	json_decref(capitals);
	(void)buf_addf(b, "\n\n%s\n", crises[round % 3]);
	json_decref(fired(w, b->bytes, &again, round));
	if (again < 2)
		fail_msg("round %zu: '%s' is %d here", round,
		    crises[round % 3], (int)again);
}

static void
no_letter_makes_them_fail(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	struct err e = ERR_INIT;
	struct weighing w;
	struct buf b, text;
	struct fuzz f;
	size_t i;

	(void)state;
	load(&w.rules);
	if ((w.match = match_new(&w.rules, &e)) == NULL)
		fail_msg("%s", e.text);
	add_letters(&seeds);
	assert_true(seeds.n > 400);
	buf_init(&b, LETTER_MAX);
	buf_init(&text, 4 * LETTER_MAX);
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &b);
		for (i = 0; i < b.len; i++)	/* the view's text has none */
			if (b.bytes[i] == '\0')
				b.bytes[i] = ' ';
		buf_clear(&text);
		(void)text_repair(b.bytes, b.len, &text);
		(void)buf_adds(&text, " ");
		check_letter(&w, &text, f.round - 1);
	}
	buf_free(&b);
	buf_free(&text);
	match_free(w.match);
	rules_free(&w.rules);
	fuzz_free_seeds(&seeds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_letter_makes_them_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
