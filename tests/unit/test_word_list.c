/* Lists of words: what is one, and how its words are found. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/word_list.h"
#include "tests/unit/words_kit.h"

/* A whole list: "aaaa", "aaab", ...; one line of it replaced. */
static void
make_list(struct buf *b, unsigned int line, const char *instead)
{
	unsigned int i;

	buf_init(b, 2 * WORD_LIST_BYTES);
	for (i = 0; i < WORD_LIST_LEN; i++)
		if (instead != NULL && i == line)
			assert_int_equal(buf_adds(b, instead), 0);
		else
			assert_int_equal(buf_addf(b, "a%c%c%c\n",
			    'a' + (char)(i / 676), 'a' + (char)(i / 26 % 26),
			    'a' + (char)(i % 26)), 0);
}

/* What is said of a list with such a line. */
static const char *
said_of(unsigned int line, const char *instead)
{
	static struct err e;
	struct word_list *l;
	struct buf b;

	make_list(&b, line, instead);
	l = word_list_new("xx", b.bytes, b.len, &e);
	buf_free(&b);
	if (l != NULL) {
		word_list_free(l);
		return "fine";
	}
	assert_int_equal(e.code, ERR_INPUT);
	return e.text;
}

static void
a_list_is_a_text_of_so_many_words(void **state)
{
	(void)state;
	assert_string_equal(said_of(0, NULL), "fine");
	assert_string_equal(said_of(7, "r\xc3\xb5\xc3\xb5m\n"), "fine");
	assert_string_equal(said_of(7, "eightlet\n"), "fine");
	assert_string_equal(said_of(7, "ninelette\n"), "line 8 of the word "
	    "list 'xx' is not a word of 4 to 8 letters");
	assert_string_equal(said_of(0, "abc\n"), "line 1 of the word list "
	    "'xx' is not a word of 4 to 8 letters");
	assert_non_null(strstr(said_of(2, "two words\n"), "line 3 "));
	assert_non_null(strstr(said_of(2, "wor-d\n"), "line 3 "));
	assert_non_null(strstr(said_of(2, "word1\n"), "line 3 "));
	assert_non_null(strstr(said_of(2, "word\r\n"), "line 3 "));
	assert_non_null(strstr(said_of(2, "\xd0\xbf\xd0\xb8\xd1\x81\xd1\x8c"
	    "\n"), "line 3 "));
	assert_string_equal(said_of(9, ""), "the word list 'xx' has not "
	    "7776 words");
	assert_string_equal(said_of(9, "word\nmore\n"), "the word list 'xx' "
	    "has not 7776 words");
	assert_string_equal(said_of(WORD_LIST_LEN - 1, "word"), "the word "
	    "list 'xx' does not end with a line end");
	assert_string_equal(said_of(1, "wo\xff" "rd\n"), "the word list 'xx' "
	    "is not a text of 7776 words");
	/* What is the same without its marks is the same. */
	assert_string_equal(said_of(30, "\xc3\xa4" "aaa\n"), "lines 1 and 31 "
	    "of the word list 'xx' are the same word");
}

static void
bytes_that_are_no_text(void **state)
{
	char *big = mem_alloc(WORD_LIST_BYTES + 1);

	(void)state;
	assert_null(word_list_new("xx", "", 0, NULL));
	assert_null(word_list_new("xx", "a\0b", 3, NULL));
	memset(big, 'a', WORD_LIST_BYTES + 1);
	assert_null(word_list_new("xx", big, WORD_LIST_BYTES + 1, NULL));
	free(big);
	word_list_free(NULL);
}

/* Plain, as somebody types it; the caller's buffer. */
static void
make_plain(char *out, const char *word)
{
	const unsigned char *p = (const unsigned char *)word;

	/* Two bytes at most in the alphabets of our lists. */
	for (; *p != '\0'; p++) {
		uint32_t c = *p;

		if (c >= 0xc0)
			c = (c & 0x1fu) << 6 | (*++p & 0x3fu);
		*out++ = (char)word_list_plain(c);
	}
	*out = '\0';
}

static void
every_word_of_ours_is_found(void **state)
{
	static const char *const languages[] = { "en", "et", "id" };
	char plain[WORD_LIST_MAX + 1];
	struct word_list *l;
	unsigned int i, n;

	(void)state;
	for (n = 0; n < 3; n++) {
		l = words_kit_list(languages[n]);
		assert_string_equal(word_list_name(l), languages[n]);
		for (i = 0; i < WORD_LIST_LEN; i++) {
			make_plain(plain, word_list_word(l, i));
			assert_int_equal(word_list_find(l, plain), i);
		}
		assert_int_equal(word_list_find(l, ""), -1);
		assert_int_equal(word_list_find(l, "aaaa"), -1);
		assert_int_equal(word_list_find(l, "zzzz"), -1);
		assert_int_equal(word_list_find(l, "qqqqqqqqqqqq"), -1);
		word_list_free(l);
	}
}

static void
characters_in_a_word(void **state)
{
	uint32_t c;

	(void)state;
	for (c = 0; c < 0x80; c++)
		assert_int_equal(word_list_plain(c), isalpha((int)c) ?
		    tolower((int)c) : isdigit((int)c) ? (int)c :
		    WORD_LIST_BREAK);
	assert_int_equal(word_list_plain('a'), 'a');
	assert_int_equal(word_list_plain('Z'), 'z');
	assert_int_equal(word_list_plain(0xd5), 'o');	/* O tilde */
	assert_int_equal(word_list_plain(0xfc), 'u');
	assert_int_equal(word_list_plain(0x17e), 'z');	/* z caron */
	assert_int_equal(word_list_plain(0x1ed9), 'o');	/* two marks */
	assert_int_equal(word_list_plain('7'), '7');
	assert_int_equal(word_list_plain(0x661), '1');	/* Arabic digit */
	assert_int_equal(word_list_plain(0x303), WORD_LIST_NOTHING);
	assert_int_equal(word_list_plain(0xad), WORD_LIST_NOTHING);
	assert_int_equal(word_list_plain(0x200d), WORD_LIST_NOTHING);
	assert_int_equal(word_list_plain(0x43f), WORD_LIST_OTHER);
	assert_int_equal(word_list_plain(0xdf), WORD_LIST_OTHER);
	assert_int_equal(word_list_plain(0xb2), WORD_LIST_OTHER);
	assert_int_equal(word_list_plain(' '), WORD_LIST_BREAK);
	assert_int_equal(word_list_plain('\n'), WORD_LIST_BREAK);
	assert_int_equal(word_list_plain('-'), WORD_LIST_BREAK);
	assert_int_equal(word_list_plain(0x2013), WORD_LIST_BREAK);
	assert_int_equal(word_list_plain(0xa0), WORD_LIST_BREAK);
	assert_int_equal(word_list_plain(0xfffd), WORD_LIST_BREAK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_a_text_of_so_many_words),
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(every_word_of_ours_is_found),
		cmocka_unit_test(characters_in_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
