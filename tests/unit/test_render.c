/*
 * What stands on a page: measuring, wrapping, folding, and that nothing of
 * what a stranger wrote can look like ours or steer a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/text.h"
#include "tools/editor_kind.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/table.h"

#define NOW		((int64_t)1795521600)	/* 2026-11-24 12:00 UTC */
#define PAINTED_MAX	(8 * 1024 * 1024)
#define BAR		RENDER_BAR " "

/* A page as a UTF-8 terminal without colours gets it; the caller frees. */
static char *
painted(const struct buf *page)
{
	static const struct screen_can plain = { .styles = 0, .utf8 = 1 };
	struct buf out;

	buf_init(&out, PAINTED_MAX);
	assert_int_equal(screen_paint(page->bytes, &plain, &out), 0);
	return buf_take(&out, NULL);
}

static json_t *
parse(const char *text)
{
	json_t *o = json_loads(text, 0, NULL);

	assert_non_null(o);
	return o;
}

/* The words of an item on a page of so many columns; the caller frees. */
static char *
words(const char *json, size_t columns, int unfold)
{
	json_t *item = parse(json);
	struct render_page p;
	char *text;

	render_page_init(&p, columns, "  ", NOW);
	p.unfold = unfold;
	render_put_words(&p, item);
	text = painted(&p.out);
	buf_free(&p.out);
	json_decref(item);
	return text;
}

static void
are(const char *json, int unfold, const char *wanted)
{
	char *text = words(json, 80, unfold);

	assert_string_equal(text, wanted);
	free(text);
}

#define LETTER	"{\"id\": \"7K2M9Q4X.3\", \"text\": \"Hi,\\n\\nOn Tue wrote:" \
		"\\n> one\\n> > two\\n>three\\n\\nyes\\n-- \\nMe\\n\", " \
		"\"folded\": [[3, 6], [9, 10]]}"

static void
what_was_seen_is_folded_and_nothing_is_cut(void **state)
{
	(void)state;
	are(LETTER, 0, "  Hi,\n\n"
	    "  " BAR "4 lines folded, a quote or a signature: teduh show "
	    "7K2M9Q4X.3\n\n"
	    "  yes\n"
	    "  " BAR "2 lines folded, a quote or a signature: teduh show "
	    "7K2M9Q4X.3\n");
	are(LETTER, 1, "  Hi,\n\n"
	    "  " BAR "On Tue wrote:\n"
	    "  " BAR "one\n"
	    "  " BAR BAR "two\n"
	    "  " BAR "three\n\n"
	    "  yes\n"
	    "  --\n"
	    "  Me\n");
}

static void
odd_folds_lose_no_line(void **state)
{
	static const char *const folds[] = { "[]", "null", "[[2, 1]]",
	    "[[0, 0]]", "[[9, 99]]", "[[1, 1]]", "[\"x\"]", "[[3, 3], 7]",
	    "[[3, 99]]", "[[-5, -1]]" };
	char json[256], *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
		(void)snprintf(json, sizeof(json), "{\"id\": \"A.1\", "
		    "\"text\": \"one\\ntwo\\nthree\", \"folded\": %s}",
		    folds[i]);
		text = words(json, 80, 0);
		assert_non_null(strstr(text, "one\n"));
		assert_non_null(strstr(text, "two\n"));
		assert_non_null(strstr(text, "three\n"));
		free(text);
	}
	are("{\"id\": \"A.1\", \"text\": \" \\n\", \"folded\": []}", 0,
	    "  (no words)\n");
}

/* Every line of a page within its columns. */
static void
fits(const char *text, size_t columns)
{
	char line[4096];
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		assert_true(n < sizeof(line));
		(void)snprintf(line, sizeof(line), "%.*s", (int)n, text);
		if (text_width(line) > columns)
			fail_msg("%zu columns: %s", columns, line);
	}
}

#define MIXED	"{\"id\": \"7K2M9Q4X.1\", \"kind\": \"letter\", \"text\": " \
	"\"Tere, kas see on \\u00fcldse t\\u00e4htis? \\u6211\\u4e0d\\u77e5" \
	"\\u9053\\u8be5\\u600e\\u4e48\\u529e\\u6211\\u4e0d\\u77e5\\u9053\\n" \
	"e\\u0301\\u0301 \\ud83d\\ude22\\ud83d\\ude22\\ud83d\\ude22 " \
	"\\u05e9\\u05d0\\u05dc\\u05d4 \\u05e7\\u05e6\\u05e8\\u05d4\\n" \
	"> averyveryveryveryveryveryveryveryveryveryveryverylongword\\n" \
	"> > > > > > > > deep\\n\", \"folded\": [], \"at\": " \
	"\"2026-11-24T10:00:00Z\", \"subject\": \"\\u05e9\\u05d0\\u05dc" \
	"\\u05d4 12\", \"from\": {\"name\": \"A B\", \"address\": " \
	"\"a-rather-long-address@mail.example.org\"}, \"flags\": [], " \
	"\"attachments\": [{\"id\": \"7K2M9Q4X.1.1\", \"name\": " \
	"\"\\u05ea.png\", \"type\": \"image/png\", \"size\": 2048}]}"

static void
no_line_is_wider_than_the_page(void **state)
{
	char *text;
	size_t columns;

	(void)state;
	for (columns = 24; columns <= 120; columns++) {
		text = words(MIXED, columns, 0);
		fits(text, columns);
		free(text);
	}
}

/* A case of n items, of which the last is a letter; the caller decrefs. */
static json_t *
many(size_t n)
{
	json_t *o = parse("{\"id\": \"7K2M9Q4X\", \"desk\": \"youth\", "
	    "\"state\": \"open\", \"urgency\": 3, \"flags\": [\"crisis\"], "
	    "\"due\": \"2026-11-24T10:00:00Z\", \"claim\": {\"claimant\": "
	    "\"anna\", \"until\": \"2026-11-24T20:00:00Z\"}, \"participants\":"
	    " [], \"drafts\": [], \"events\": []}");
	json_t *items = json_array(), *item;
	char id[32], text[64];
	size_t i;

	for (i = 1; i <= n; i++) {
		(void)snprintf(id, sizeof(id), "7K2M9Q4X.%zu", i);
		(void)snprintf(text, sizeof(text), "words of %zu.\n\nmore\n",
		    i);
		item = parse(MIXED);
		(void)json_object_set_new(item, "id", json_string(id));
		(void)json_object_set_new(item, "text", json_string(text));
		(void)json_array_append_new(items, item);
	}
	(void)json_object_set_new(o, "items", items);
	return o;
}

static char *
page_of(const json_t *o, size_t columns, enum render_how how)
{
	struct render_page p;
	char *text;

	render_page_init(&p, columns, "  ", NOW);
	render_put_case(&p, o, NOW - 7200, how);
	text = painted(&p.out);
	buf_free(&p.out);
	return text;
}

static void
the_newest_letter_is_whole_and_the_others_a_line(void **state)
{
	json_t *o = many(3);
	char *text = page_of(o, 80, RENDER_NEWEST), *newest, *earlier;

	(void)state;
	newest = strstr(text, "\n  words of 3.\n\n  more\n");
	assert_non_null(newest);
	earlier = strstr(newest, RENDER_RULE " earlier " RENDER_RULE);
	assert_non_null(earlier);
	assert_non_null(strstr(earlier, "7K2M9Q4X.2  letter  today 10:00  "
	    "A B  1 file  words of 2. more\n7K2M9Q4X.1  letter"));
	assert_non_null(strstr(text, "we said we answer by today 10:00: 2 h "
	    "late."));
	assert_non_null(strstr(text, "Urgency 3: CRISIS."));
	assert_non_null(strstr(text, "--all"));
	assert_null(strstr(text, "\nand "));
	free(text);
	(void)json_object_set_new(o, "left_out", json_integer(7));
	text = page_of(o, 80, RENDER_NEWEST);
	assert_non_null(strstr(text, "\nand 7 more\n"));
	free(text);
	text = page_of(o, 80, RENDER_ALL);
	newest = strstr(text, "\n  words of 3.\n\n  more\n");
	assert_non_null(newest);
	assert_non_null(strstr(newest, "\n  words of 1.\n\n  more\n"));
	free(text);
	json_decref(o);
}

static void
a_case_of_a_thousand_items_is_a_page(void **state)
{
	json_t *o = many(1000);
	size_t columns, lines = 0;
	const char *line;
	char *text;

	(void)state;
	for (columns = 40; columns <= 120; columns += 40) {
		text = page_of(o, columns, RENDER_NEWEST);
		fits(text, columns);
		free(text);
	}
	text = page_of(o, 80, RENDER_NEWEST);
	for (line = text; (line = strchr(line, '\n')) != NULL; line++)
		lines++;
	assert_true(lines > 1000 && lines < 1030);
	free(text);
	json_decref(o);
}

static void
own_and_late_stand_out_but_never_by_colour_alone(void **state)
{
	static const struct screen_can colours = { .styles = 1, .utf8 = 1 };
	json_t *o = many(1);
	struct render_page p;
	struct buf out;
	char *plain;

	(void)state;
	render_setup("anna");
	render_page_init(&p, 80, "  ", NOW);
	render_put_case(&p, o, NOW - 7200, RENDER_NEWEST);
	buf_init(&out, PAINTED_MAX);
	assert_int_equal(screen_paint(p.out.bytes, &colours, &out), 0);
	assert_non_null(strstr(out.bytes, "\033[0;1;31mUrgency 3: CRISIS."
	    "\033[m\n"));
	assert_non_null(strstr(out.bytes, "\033[0;36mTaken by you until"));
	plain = painted(&p.out);
	assert_null(strchr(plain, '\033'));
	assert_non_null(strstr(plain, "Taken by you until"));
	render_setup("");
	free(plain);
	buf_free(&out);
	buf_free(&p.out);
	json_decref(o);
}

static void
a_stranger_cannot_steer_the_terminal(void **state)
{
	json_t *o = parse("{\"id\": \"A.1\", \"kind\": \"letter\", \"at\": "
	    "\"2026-11-24T10:00:00Z\", \"subject\": \"\\u0004red "
	    "\\u001b[2J \\u009b31m \\u202eevil\", \"text\": \"\\u0002bold"
	    "\\u001b]0;t\\u0007 \\u2067x\", \"folded\": [], \"flags\": [], "
	    "\"from\": {\"name\": \"\\u001b[1m\\u0003\", \"address\": null}, "
	    "\"attachments\": [{\"id\": \"A.1.1\", \"name\": \"\\u0006\\r"
	    "\\nx\", \"type\": \"\\u001bc\", \"size\": 1}]}");
	struct render_page p;
	const char *s;
	char *text;

	(void)state;
	render_page_init(&p, 80, "  ", NOW);
	render_put_content(&p, o);
	text = painted(&p.out);
	for (s = text; *s != '\0'; s++)
		assert_true((unsigned char)*s >= ' ' || *s == '\n');
	assert_null(strstr(text, "\302\233"));	/* CSI as one character */
	assert_null(strstr(text, "\342\200\256"));	/* override */
	assert_null(strstr(text, "\342\201\247"));	/* isolate */
	assert_non_null(strstr(text, "\357\277\275red"));
	free(text);
	buf_free(&p.out);
	json_decref(o);
}

static void
right_to_left_is_isolated_from_our_labels(void **state)
{
	json_t *o = parse(MIXED);
	struct render_page p;
	char *text;

	(void)state;
	render_page_init(&p, 80, "  ", NOW);
	render_put_content(&p, o);
	text = painted(&p.out);
	assert_non_null(strstr(text, "Subject   " RENDER_ISOLATE
	    "\327\251\327\220\327\234\327\224 12" RENDER_ISOLATED "\n"));
	assert_non_null(strstr(text, "Files     " RENDER_ISOLATE
	    "(image/png, 2 KiB) \327\252.png" RENDER_ISOLATED "\n"));
	assert_non_null(strstr(text, "From      A B <a-rather"));
	free(text);
	buf_free(&p.out);
	json_decref(o);
}

static void
a_poor_terminal_gets_what_it_has(void **state)
{
	static const struct screen_can poor = { .styles = 0, .utf8 = 0 };
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	assert_int_equal(screen_paint(SCREEN_QUIET RENDER_RULE RENDER_BAR
	    SCREEN_PLAIN "\n", &poor, &out), 0);
	assert_string_equal(out.bytes, "-|\n");
	buf_clear(&out);
	/* Wide ones are as wide as they were, marks on others are none. */
	assert_int_equal(screen_paint("\346\210\221 e\314\201 \303\274",
	    &poor, &out), 1);
	assert_string_equal(out.bytes, "?? e ?");
	buf_free(&out);
	buf_init(&out, 20);
	assert_int_equal(screen_paint("this is too long for it", &poor,
	    &out), -1);
	buf_free(&out);
}

static void
fill(struct table_row *row, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	(void)now_s;
	table_set(row, 0, render_word(word, o, "a"));
	table_set(row, 2, render_word(word, o, "b"));
	(void)snprintf(row->rest, TABLE_REST, "%s", render_word(word, o,
	    "rest"));
}

static void
is_table(const json_t *rows, size_t columns, int whole, const char *wanted)
{
	struct table_row head = { .cells = { "a", "never", "b" },
	    .rest = "rest" };
	const struct table t = { .head = &head, .fill = fill, .whole = whole,
	    .columns = columns, .now_s = NOW };
	struct buf page;
	char *text;

	buf_init(&page, 4096);
	table_add(&page, &t, rows);
	text = painted(&page);
	assert_string_equal(text, wanted);
	free(text);
	buf_free(&page);
}

static void
columns_stand_under_each_other(void **state)
{
	json_t *rows = parse("[{\"a\": \"\\u6211\\u4e0d\", \"b\": \"x\", "
	    "\"rest\": \"this is a text of some length\"}, {\"a\": "
	    "\"e\\u0301\", \"b\": \"\", \"rest\": \"\\u05e9 1\"}]");

	(void)state;
	is_table(rows, 40, 0,
	    "a     b  rest\n"
	    "\346\210\221\344\270\215  x  this is a text of some length\n"
	    "e\314\201        " RENDER_ISOLATE "\327\251 1" RENDER_ISOLATED
	    "\n");
	is_table(rows, 30, 0,
	    "a     b  rest\n"
	    "\346\210\221\344\270\215  x  this is a text of so\342\200\246\n"
	    "e\314\201        " RENDER_ISOLATE "\327\251 1" RENDER_ISOLATED
	    "\n");
	is_table(rows, 32, 1,
	    "a     b  rest\n"
	    "\346\210\221\344\270\215  x\n"
	    "  this is a text of some length\n"
	    "e\314\201        " RENDER_ISOLATE "\327\251 1" RENDER_ISOLATED
	    "\n");
	json_decref(rows);
}

static void
editors_are_told_to_leave_nothing(void **state)
{
	char folder[] = "/tmp/teduh-kind.XXXXXX", path[64], command[96];
	static const char *const names[][2] = { { "vim.basic", "-i NONE" },
	    { "nvim", "-i NONE" }, { "nano", "--ignorercfiles" },
	    { "emacs-nox", "make-backup-files nil" },
	    { "emacsclient", NULL }, { "ed", NULL } };
	const char *flags;
	FILE *f;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    names[i][0]);
		assert_non_null(f = fopen(path, "w"));
		(void)fclose(f);
		(void)snprintf(command, sizeof(command), "A=b C=%d %s +1",
		    (int)i, path);
		flags = editor_kind_flags(command);
		if (names[i][1] == NULL)
			assert_string_equal(flags, "");
		else
			assert_non_null(strstr(flags, names[i][1]));
		assert_string_equal(editor_kind_flags(path), flags);
		(void)remove(path);
	}
	assert_string_equal(editor_kind_flags("no-such-editor"), "");
	(void)remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_seen_is_folded_and_nothing_is_cut),
		cmocka_unit_test(odd_folds_lose_no_line),
		cmocka_unit_test(no_line_is_wider_than_the_page),
		cmocka_unit_test(
		    the_newest_letter_is_whole_and_the_others_a_line),
		cmocka_unit_test(a_case_of_a_thousand_items_is_a_page),
		cmocka_unit_test(
		    own_and_late_stand_out_but_never_by_colour_alone),
		cmocka_unit_test(a_stranger_cannot_steer_the_terminal),
		cmocka_unit_test(right_to_left_is_isolated_from_our_labels),
		cmocka_unit_test(a_poor_terminal_gets_what_it_has),
		cmocka_unit_test(columns_stand_under_each_other),
		cmocka_unit_test(editors_are_told_to_leave_nothing),
	};

	if (setenv("TZ", "UTC", 1) == -1)
		return 1;
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
