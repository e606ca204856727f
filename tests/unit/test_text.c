/*
 * Text from strangers: repair, terminal, wrapping, addresses, file names.
 * The sweeps over all of Unicode hold what the examples cannot.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"

#define FFFD	"\xef\xbf\xbd"
#define ZWNJ	"\xe2\x80\x8c"
#define ZWJ	"\xe2\x80\x8d"
#define ACUTE	"\xcc\x81"

/* UTF-8 of c without looking at what c is; a C string. */
static size_t
utf8(char out[5], uint32_t c)
{
	size_t n = 0;

	if (c < 0x80)
		out[n++] = (char)c;
	else if (c < 0x800)
		out[n++] = (char)(0xc0 | c >> 6);
	else if (c < 0x10000) {
		out[n++] = (char)(0xe0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 63));
	} else {
		out[n++] = (char)(0xf0 | c >> 18);
		out[n++] = (char)(0x80 | (c >> 12 & 63));
		out[n++] = (char)(0x80 | (c >> 6 & 63));
	}
	if (c >= 0x80)
		out[n++] = (char)(0x80 | (c & 63));
	out[n] = '\0';
	return n;
}

static void
utf8_is_checked(void **state)
{
	(void)state;
	assert_true(text_is_utf8("", 0));
	assert_true(text_is_utf8("a\0b", 3));
	assert_true(text_is_utf8("\xf4\x8f\xbf\xbf", 4));
	assert_false(text_is_utf8("\xf4\x90\x80\x80", 4));
	assert_false(text_is_utf8("\xc0\xaf", 2));
	assert_false(text_is_utf8("\xe0\x80\xaf", 3));
	assert_false(text_is_utf8("\xed\xa0\x80", 3));
	assert_false(text_is_utf8("\xe2\x82", 2));
	assert_false(text_is_utf8("\x80", 1));
	assert_false(text_is_utf8("\xff", 1));
}

static void
repaired(const char *in, size_t n, const char *want)
{
	struct buf b;

	buf_init(&b, 3 * n);
	assert_int_equal(text_repair(in, n, &b), 0);
	assert_string_equal(b.bytes, want);
	assert_true(text_is_utf8(b.bytes, b.len));
	buf_free(&b);
}

static void
repair_keeps_what_is_whole(void **state)
{
	struct buf b;

	(void)state;
	repaired("", 0, "");
	repaired("k\xc3\xb5ik", 5, "k\xc3\xb5ik");
	repaired("k\xf5ik", 4, "k" FFFD "ik");
	repaired("\xff\xfe", 2, FFFD FFFD);
	repaired("ab\xe2\x82", 4, "ab" FFFD);
	repaired("\xc3(", 2, FFFD "(");
	buf_init(&b, 2);
	assert_int_equal(text_repair("\xff", 1, &b), -1);
	assert_int_equal(text_repair("abc", 3, &b), -1);
	buf_free(&b);
}

/* Random bytes are repaired to valid UTF-8 and shown without a control. */
static void
noise_becomes_text(void **state)
{
	uint32_t x = 2463534242;
	char noise[257];
	struct buf b;
	size_t i, n;
	int round;

	(void)state;
	buf_init(&b, 3 * sizeof(noise));
	for (round = 0; round < 3000; round++) {
		n = (size_t)round % sizeof(noise);
		for (i = 0; i < n; i++) {
			x ^= x << 13;
			x ^= x >> 17;
			x ^= x << 5;
			noise[i] = (char)(x >> 11);
		}
		buf_clear(&b);
		assert_int_equal(text_repair(noise, n, &b), 0);
		assert_true(text_is_utf8(b.bytes, b.len));
		buf_clear(&b);
		assert_int_equal(text_terminal(noise, n, 0, &b), 0);
		assert_true(text_is_line(b.bytes));
		assert_int_equal(strlen(b.bytes), b.len);
	}
	buf_free(&b);
}

static void
shown(const char *in, int lines, const char *want)
{
	struct buf b, again;

	buf_init(&b, 3 * strlen(in));
	buf_init(&again, 3 * strlen(in) + 1);
	assert_int_equal(text_terminal(in, strlen(in), lines, &b), 0);
	assert_string_equal(b.bytes, want);
	assert_int_equal(text_terminal(b.bytes, b.len, lines, &again), 0);
	assert_string_equal(again.bytes, want);
	buf_free(&b);
	buf_free(&again);
}

static void
terminal_gets_no_command(void **state)
{
	struct buf b;

	(void)state;
	shown("\x1b[2J\x1b]0;x\x07", 1, FFFD "[2J" FFFD "]0;x" FFFD);
	shown("a\xc2\x9b" "31mb", 1, "a" FFFD "31mb");
	shown("a\x7f\x08", 1, "a" FFFD FFFD);
	shown("a\tb\nc", 1, "a\tb\nc");
	shown("a\tb\nc", 0, "a b c");
	shown("a\r\nb\rc", 1, "a\nb" FFFD "c");
	shown("a\r\nb", 0, "a b");
	shown("a\xe2\x80\xa8" "b\xe2\x80\xa9" "c", 1, "a\nb\nc");
	shown("a\xe2\x80\xa8" "b", 0, "a b");
	shown("a\xc2\xa0" "b\xe2\x80\x83" "c", 0, "a b c");
	shown("\xee\x80\x80\xef\xbf\xbf", 0, FFFD FFFD);
	shown("\xff" "a", 0, FFFD "a");
	buf_init(&b, 16);
	assert_int_equal(text_terminal("a\0b", 3, 1, &b), 0);
	assert_string_equal(b.bytes, "a" FFFD "b");
	buf_free(&b);
	buf_init(&b, 2);
	assert_int_equal(text_terminal("\x1b", 1, 1, &b), -1);
	buf_free(&b);
}

static void
terminal_shows_nothing_hidden(void **state)
{
	char text[64];
	uint32_t c;
	size_t n;
	static const uint32_t hidden[][2] = { { 0x202a, 0x202e },
	    { 0x2066, 0x2069 }, { 0x200b, 0x200b }, { 0x200e, 0x200f },
	    { 0x61c, 0x61c }, { 0x2060, 0x2064 }, { 0xfeff, 0xfeff },
	    { 0xad, 0xad }, { 0x115f, 0x1160 }, { 0x3164, 0x3164 },
	    { 0xfff9, 0xfffb }, { 0xe0000, 0xe01ef } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		for (c = hidden[i][0]; c <= hidden[i][1]; c++) {
			n = (size_t)snprintf(text, sizeof(text), "\xc3\xb5");
			n += utf8(text + n, c);
			(void)snprintf(text + n, sizeof(text) - n,
			    "\xc3\xb5");
			shown(text, 1, "\xc3\xb5\xc3\xb5");
		}
}

static void
joiners_stay_where_they_work(void **state)
{
	(void)state;
	shown("\xf0\x9f\x91\xa9" ZWJ "\xf0\x9f\x92\xbb", 0,
	    "\xf0\x9f\x91\xa9" ZWJ "\xf0\x9f\x92\xbb");
	shown("\xd9\x85\xdb\x8c" ZWNJ "\xd8\xae", 0,
	    "\xd9\x85\xdb\x8c" ZWNJ "\xd8\xae");
	shown("pay" ZWJ "pal" ZWNJ, 0, "paypal");
	shown(ZWJ "\xc3\xb5" ZWJ "a", 0, "\xc3\xb5" "a");
	shown("\xc3\xb5" ZWJ ZWJ "\xc3\xb5", 0, "\xc3\xb5" ZWJ "\xc3\xb5");
	shown("\xc3\xb5" ZWJ "\xe2\x80\x8b\xc3\xb5", 0, "\xc3\xb5\xc3\xb5");
}

static void
marks_do_not_pile_up(void **state)
{
	char text[4096] = "a";
	struct buf b;
	int i;

	(void)state;
	shown(ACUTE "a", 0, FFFD "a");
	shown("a\n" ACUTE, 1, "a\n" FFFD);
	shown("e" ACUTE, 0, "e" ACUTE);
	for (i = 0; i < 1000; i++)
		(void)strcat(text, ACUTE);
	buf_init(&b, sizeof(text) * 3);
	assert_int_equal(text_terminal(text, strlen(text), 0, &b), 0);
	assert_int_equal(b.len, 1 + 6 * 2);
	buf_free(&b);
}

/* Whatever one character is, showing it again changes nothing. */
static void
all_of_unicode_is_shown(void **state)
{
	char text[8];
	struct buf b;
	uint32_t c;
	size_t n;

	(void)state;
	buf_init(&b, 64);
	for (c = 0; c <= 0x10ffff; c++) {
		n = utf8(text, c);
		buf_clear(&b);
		assert_int_equal(text_terminal(text, n, 0, &b), 0);
		assert_true(b.len <= 3 * n);
		assert_true(text_is_line(b.bytes));
		if (c >= 0x20 && c < 0x7f)
			assert_string_equal(b.bytes, text);
	}
	buf_free(&b);
}

static void
width_is_in_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("k\xc3\xb5ik"), 4);
	assert_int_equal(text_width("e" ACUTE), 1);
	assert_int_equal(text_width("\xe4\xbd\xa0\xe5\xa5\xbd"), 4);
	assert_int_equal(text_width("\xf0\x9f\x98\x80"), 2);
	assert_int_equal(text_width("a\tb"), 9);
}

static void
fit_cuts_between_characters(void **state)
{
	(void)state;
	assert_int_equal(text_fit("abc", 0), 0);
	assert_int_equal(text_fit("abc", 2), 2);
	assert_int_equal(text_fit("abc", 9), 3);
	assert_int_equal(text_fit("e" ACUTE "x", 1), 3);
	assert_int_equal(text_fit("\xe4\xbd\xa0\xe5\xa5\xbd", 3), 3);
	assert_int_equal(text_fit("\xe4\xbd\xa0", 1), 0);
	assert_int_equal(text_fit("\xf0\x9f\x91\xa9" ZWJ "\xf0\x9f\x92\xbb",
	    2), 4);
}

static void
wrapped(const char *in, size_t columns, const char *indent, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(text_wrap(in, columns, indent, &b), 0);
	assert_string_equal(b.bytes, want);
	buf_free(&b);
}

static void
wrap_keeps_words_and_paragraphs(void **state)
{
	struct buf b;

	(void)state;
	wrapped("", 10, "", "");
	wrapped("one two three", 7, "", "one two\nthree\n");
	wrapped("one two three", 8, "", "one two\nthree\n");
	wrapped("one two", 6, "  ", "  one\n  two\n");
	wrapped("a\n\nb\n", 9, "> ", "> a\n>\n> b\n");
	wrapped("abcdefgh", 3, "", "abc\ndef\ngh\n");
	/* A full stop of Chinese stays with its phrase. */
	wrapped("\346\210\221\344\270\215\343\200\202\346\210\221", 4, "",
	    "\346\210\221\n\344\270\215\343\200\202\n\346\210\221\n");
	wrapped("\343\200\202\343\200\202\343\200\202", 2, "",
	    "\343\200\202\n\343\200\202\n\343\200\202\n");
	wrapped("  a bcdef", 4, "", "  a\nbcde\nf\n");
	wrapped("a  \nb", 4, "", "a\nb\n");
	wrapped("\xe4\xbd\xa0\xe5\xa5\xbd", 1, "",
	    "\xe4\xbd\xa0\n\xe5\xa5\xbd\n");
	wrapped("ab", 1, "long indent ", "long indent a\nlong indent b\n");
	wrapped("a\tb", 20, "  ", "  a       b\n");
	wrapped("      word", 3, "", "\nwor\nd\n");
	buf_init(&b, 5);
	assert_int_equal(text_wrap("one two", 3, "", &b), -1);
	buf_free(&b);
}

static void
unwrapped(const char *in, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(text_unwrap(in, &b), 0);
	assert_string_equal(b.len == 0 ? "" : b.bytes, want);
	buf_free(&b);
}

#define OOO	"\303\265\303\265\303\265"
#define LONG	"These few things can help when it is hard to fall asleep:"

static void
only_broken_lines_are_joined(void **state)
{
	struct buf b;

	(void)state;
	unwrapped("", "");
	unwrapped("Dear you,\n\nI am here.\n", "Dear you,\n\nI am here.\n");
	unwrapped("Hello,\n\n"
	    "thank you for writing; that you have carried this alone\n"
	    "since October sounds " OOO " tiring, and I am sure\n"
	    "everything is.\n\nWarm greetings\nAnna\n",
	    "Hello,\n\n"
	    "thank you for writing; that you have carried this alone "
	    "since October sounds " OOO " tiring, and I am sure "
	    "everything is.\n\nWarm greetings\nAnna\n");
	/* Lists, quotes and what was moved in stay as they are. */
	unwrapped(LONG "\n- tea\n2. a walk\n  a book\n> " LONG "\nend\n",
	    LONG "\n- tea\n2. a walk\n  a book\n> " LONG "\nend\n");
	unwrapped(LONG "\n- tea\n", LONG "\n- tea\n");
	unwrapped(LONG "\ntea", LONG " tea");
	/* Nobody wrapped this: a line is a paragraph. */
	unwrapped(LONG " " LONG "\nAnother one.\n",
	    LONG " " LONG "\nAnother one.\n");
	buf_init(&b, 3);
	assert_int_equal(text_unwrap("long", &b), -1);
	buf_free(&b);
}

static void
lines_are_told_from_text(void **state)
{
	(void)state;
	assert_true(text_is_line("k\xc3\xb5ik \xf0\x9f\x98\x80"));
	assert_false(text_is_line("a\nb"));
	assert_false(text_is_line("a\rb"));
	assert_false(text_is_line("a\tb"));
	assert_false(text_is_line("a\xc2\x85"));
	assert_false(text_is_line("a\xe2\x80\xa8"));
	assert_false(text_is_line("gnp\xe2\x80\xae.exe"));
	assert_false(text_is_line("\xef\xbf\xbf"));
	assert_false(text_is_line("\xff"));
	assert_true(text_is_lines("a\n\tb\n"));
	assert_false(text_is_lines("a\r\n"));
	assert_false(text_is_lines("a\x1b"));
	assert_false(text_is_lines("a\xc2\x9b"));
	assert_false(text_is_lines("\xc3"));
}

static void
good_addresses_pass(void **state)
{
	static const char *const good[] = { "a@b", "mari.maasikas@example.ee",
	    "o'brien+x=y{z}|~@x-y.example", "a@1.example", "0@xn--p1ai",
	    "\xc3\xb5" "nne@k\xc3\xb5rv.ee",
	    "\xe7\x94\xa8\xe6\x88\xb7@\xe4\xbe\x8b\xe5\xad\x90.cn",
	    "!#$%&'*+-/=?^_`{|}~@x" };
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (text_address_check(good[i], &e) == -1)
			fail_msg("%s: %s", good[i], e.text);
}

static void
bad_addresses_do_not(void **state)
{
	static const char *const bad[] = { "", "@", "a@", "@b", "a", "a@b@c",
	    "a b@c", "a@b c", "a\n@b", "a@b\r\nRCPT TO:<x@y>", "a@b\n",
	    " a@b", "a@b ", "<a@b>", "\"a\"@b", "a,b@c", "a;b@c", "a:b@c",
	    "a\\b@c", "(a)b@c", "a@[1.2.3.4]", "a[x]@b", ".a@b", "a.@b",
	    "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b", "a@b-", "a@b-.c",
	    "a@b.-c", "a@b_c", "a@b/c", "a@b%c", "a\x7f@b", "a\xff@b",
	    "a@b\xc3", "a\xc2\x85@b", "a\xc2\xa0@b", "a\xe2\x80\x8b@b",
	    "a\xe2\x80\xae@b", "a\xef\xb8\x8f@b", "a@b\xcd\x8f",
	    ACUTE "a@b", "a@" ACUTE "b",
	    /* full-width '@', ideographic and full-width dot, one dot leader */
	    "a\xef\xbc\xa0" "b@c", "a@b\xe3\x80\x82" "c",
	    "a@b\xef\xbc\x8e" "c", "a\xe2\x80\xa4\xe2\x80\xa4" "b@c",
	    /* small comma, a ligature that holds spaces, a circled hyphen */
	    "a\xef\xb9\x90" "b@c", "\xef\xb7\xba@c", "a@\xf0\x9f\x98\x80" };
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = (struct err)ERR_INIT;
		if (text_address_check(bad[i], &e) == 0)
			fail_msg("'%s' passes", bad[i]);
		assert_int_equal(e.code, ERR_INPUT);
		assert_null(text_address_key(bad[i], NULL));
	}
}

/* local characters before '@', a domain of one long label or of many. */
static int
long_address(size_t local, size_t domain, size_t label)
{
	char a[600] = "";
	size_t i;

	memset(a, 'a', local);
	a[local] = '@';
	for (i = 1; i <= domain; i++)
		a[local + i] = i % (label + 1) == 0 ? '.' : 'b';
	return text_address_check(a, NULL);
}

static void
addresses_have_limits(void **state)
{
	(void)state;
	assert_int_equal(long_address(64, 10, 63), 0);
	assert_int_equal(long_address(65, 10, 63), -1);
	assert_int_equal(long_address(1, 63, 63), 0);
	assert_int_equal(long_address(1, 64, 64), -1);
	assert_int_equal(long_address(64, 189, 50), 0);
	assert_int_equal(long_address(64, 190, 50), -1);
	assert_int_equal(long_address(1, 500, 50), -1);
}

static void
keyed(const char *address, const char *want)
{
	char *key = text_address_key(address, NULL);

	assert_non_null(key);
	assert_string_equal(key, want);
	free(key);
}

static void
keys_are_lower_case(void **state)
{
	(void)state;
	keyed("Mari@EXAMPLE.ee", "mari@example.ee");
	keyed("\xc3\x95NNE@K\xc3\x95RV.ee", "\xc3\xb5nne@k\xc3\xb5rv.ee");
	keyed("O\xcc\x83nne@x", "\xc3\xb5nne@x");
	keyed("\xef\xbd\x81@x", "a@x");
	keyed("a@stra\xc3\x9f" "e.de", "a@stra\xc3\x9f" "e.de");
}

/* Any character in an address: the key is an address and its own key. */
static void
keys_are_stable(void **state)
{
	char address[32], c[8], *key, *again;
	uint32_t u;
	size_t passed = 0;

	(void)state;
	for (u = 1; u <= 0x2ffff; u++) {
		(void)utf8(c, u);
		(void)snprintf(address, sizeof(address), "x%s@y%sz.example",
		    c, u % 2 ? c : "");
		if ((key = text_address_key(address, NULL)) == NULL)
			continue;
		passed++;
		again = text_address_key(key, NULL);
		if (again == NULL || strcmp(key, again) != 0)
			fail_msg("U+%04X: the key is not stable", u);
		assert_int_equal(strcspn(key, "@"), strlen(key) -
		    strlen(strrchr(key, '@')));
		free(key);
		free(again);
	}
	assert_true(passed > 50000);
}

static void
named(const char *in, const char *want)
{
	char *name = text_file_name(in), *again;

	assert_string_equal(name, want);
	again = text_file_name(name);
	assert_string_equal(again, want);
	free(name);
	free(again);
}

static void
file_names_are_safe(void **state)
{
	(void)state;
	named("report.pdf", "report.pdf");
	named("Mari's k\xc3\xb5ne (2).pdf", "Mari's k\xc3\xb5ne (2).pdf");
	named("/etc/passwd", "passwd");
	named("..\\..\\x.txt", "x.txt");
	named("../", "unnamed");
	named("..", "unnamed");
	named("", "unnamed");
	named(".bashrc", "bashrc");
	named("-rf", "rf");
	named("- .-. a. . ", "a");
	named("a\nb\x1b[2J.txt", "a b_[2J.txt");
	named("a\"b$(c)`d`*?.txt", "a_b_(c)_d___.txt");
	named("gnp\xe2\x80\xae" "exe.txt", "gnpexe.txt");
	named("\xe2\x80\x8b.hidden", "hidden");
	named("." ACUTE ".x", "_.x");
	named("\xff\xff", "__");
	named(ZWJ, "unnamed");
}

static void
file_names_are_short(void **state)
{
	char in[1000], *name;

	(void)state;
	memset(in, 'a', sizeof(in));
	(void)strcpy(in + 900, ".pdf");
	name = text_file_name(in);
	assert_int_equal(strlen(name), 200);
	assert_string_equal(name + 196, ".pdf");
	free(name);
	memset(in, '\xff', sizeof(in));
	in[999] = '\0';
	name = text_file_name(in);
	assert_true(strlen(name) <= 200 && text_is_line(name));
	free(name);
	for (size_t i = 0; i < 998; i += 2)
		memcpy(in + i, "\xc3\xb5", 2);
	in[998] = '\0';
	name = text_file_name(in);
	assert_true(strlen(name) <= 200 && strlen(name) > 190);
	assert_true(text_is_utf8(name, strlen(name)));
	free(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_checked),
		cmocka_unit_test(repair_keeps_what_is_whole),
		cmocka_unit_test(noise_becomes_text),
		cmocka_unit_test(terminal_gets_no_command),
		cmocka_unit_test(terminal_shows_nothing_hidden),
		cmocka_unit_test(joiners_stay_where_they_work),
		cmocka_unit_test(marks_do_not_pile_up),
		cmocka_unit_test(all_of_unicode_is_shown),
		cmocka_unit_test(width_is_in_columns),
		cmocka_unit_test(fit_cuts_between_characters),
		cmocka_unit_test(wrap_keeps_words_and_paragraphs),
		cmocka_unit_test(only_broken_lines_are_joined),
		cmocka_unit_test(lines_are_told_from_text),
		cmocka_unit_test(good_addresses_pass),
		cmocka_unit_test(bad_addresses_do_not),
		cmocka_unit_test(addresses_have_limits),
		cmocka_unit_test(keys_are_lower_case),
		cmocka_unit_test(keys_are_stable),
		cmocka_unit_test(file_names_are_safe),
		cmocka_unit_test(file_names_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
