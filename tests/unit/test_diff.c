/*
 * Two versions of a text: what went and what came, and that nothing else is
 * said of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/diff.h"

#define ROOM	65536

struct seen {
	char	shown[ROOM], before[ROOM], after[ROOM];
};

static void
see(void *ctx, enum diff_op op, const char *text, size_t len)
{
	static const char *const marks[][2] = { { "", "" }, { "[-", "-]" },
	    { "{+", "+}" } };
	struct seen *s = ctx;

	assert_true(len > 0);
	(void)snprintf(s->shown + strlen(s->shown),
	    ROOM - strlen(s->shown), "%s%.*s%s", marks[op][0], (int)len,
	    text, marks[op][1]);
	if (op != DIFF_IN)
		strncat(s->before, text, len);
	if (op != DIFF_OUT)
		strncat(s->after, text, len);
}

static void
is(const char *before, const char *after, const char *shown)
{
	struct seen *s = calloc(1, sizeof(*s));

	diff_words(before, after, see, s);
	assert_string_equal(s->before, before);
	assert_string_equal(s->after, after);
	if (shown != NULL)
		assert_string_equal(s->shown, shown);
	free(s);
}

static void
words_within_lines(void **state)
{
	(void)state;
	is("", "", "");
	is("one two\n", "one two\n", "one two\n");
	is("", "one", "{+one+}");
	is("one\n", "", "[-one\n-]");
	is("I hear you.\nCall me.\n", "I hear you well.\nCall me.\n",
	    "I hear [-you.-]{+you well.+}\nCall me.\n");
	is("a b c d\n", "a x c d\n", "a [-b -]{+x +}c d\n");
	is("a b c d e\n", "b c x e\n", "[-a -]b c [-d -]{+x +}e\n");
	is("one\ntwo\n", "one\nand a half\ntwo\n",
	    "one\n{+and a half\n+}two\n");
	is("one\ntwo\nthree\n", "one\nthree\n", "one\n[-two\n-]three\n");
}

/* Whatever they are, each text is whole in what is said. */
static void
any_two_texts(void **state)
{
	static const char *const words[] = { "a ", "b ", "c\n", "d", "\n" };
	char text[2][512];
	int round, i, k;

	(void)state;
	srand(7);
	for (round = 0; round < 3000; round++) {
		for (i = 0; i < 2; i++) {
			text[i][0] = '\0';
			for (k = rand() % 40; k > 0; k--)
				strncat(text[i], words[rand() % 5], 3);
		}
		is(text[0], text[1], NULL);
	}
}

/* Nothing in common, and a lot of it. */
static void
written_anew(void **state)
{
	char *a = calloc(1, ROOM / 2), *b = calloc(1, ROOM / 2);
	char word[16];
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		(void)snprintf(word, sizeof(word), "a%d ", i);
		strcat(a, word);
		(void)snprintf(word, sizeof(word), "b%d ", i);
		strcat(b, word);
	}
	is(a, b, NULL);
	free(a);
	free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_within_lines),
		cmocka_unit_test(any_two_texts),
		cmocka_unit_test(written_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
