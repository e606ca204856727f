/* Return codes: the same for ever, both spellings, and forgiving input. */
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
#include "lib/return_code.h"
#include "lib/wire.h"
#include "lib/word_list.h"
#include "tests/unit/words_kit.h"

static struct secret *
pepper(void)
{
	struct secret *s = secret_new(32);
	unsigned char i;

	for (i = 0; i < 32; i++)
		s->bytes[i] = i;
	return s;
}

/* The code of a form whose bytes begin with n. */
static void
make(struct return_code *c, uint32_t n, uint32_t nth)
{
	unsigned char form[RETURN_CODE_FORM];
	struct secret *p = pepper();
	unsigned char i;

	for (i = 0; i < RETURN_CODE_FORM; i++)
		form[i] = (unsigned char)(255 - i);
	form[0] = (unsigned char)(form[0] - n % 256);
	form[1] = (unsigned char)(form[1] - n / 256);
	return_code_make(c, p, form, nth);
	secret_free(p);
}

static void
same(const struct return_code *a, const struct return_code *b)
{
	assert_string_equal(a->locator, b->locator);
	assert_int_equal(a->number->len, RETURN_CODE_NUMBER);
	assert_int_equal(b->number->len, RETURN_CODE_NUMBER);
	assert_memory_equal(a->number->bytes, b->number->bytes,
	    RETURN_CODE_NUMBER);
}

/* "LOCATOR NUMBER" of a code typed so, or what is said of it. */
static const char *
typed(const char *text)
{
	static char out[512];
	struct return_code c;
	struct err e = ERR_INIT;

	if (return_code_parse(&c, text, kit_all(), NULL, &e) == -1) {
		assert_int_equal(e.code, ERR_INPUT);
		assert_null(c.number);
		assert_string_equal(c.locator, "");
		(void)snprintf(out, sizeof(out), "%s", e.text);
	} else
		(void)snprintf(out, sizeof(out), "%s %.24s", c.locator,
		    (const char *)c.number->bytes);
	return_code_free(&c);
	return out;
}

/* The words of a list with these places. */
static const char *
words(int list, const unsigned int *places, unsigned int n)
{
	static char out[512];
	unsigned int i;

	out[0] = '\0';
	for (i = 0; i < n; i++)
		(void)snprintf(out + strlen(out), sizeof(out) - strlen(out),
		    "%s ", word_list_word(kit_lists[list], places[i]));
	return out;
}

/* Figured out by other code than ours, with another BLAKE2b and X25519. */
static void
known_codes_and_keys(void **state)
{
	unsigned char pub[SEAL_KEY], again[SEAL_KEY], salt[RETURN_CODE_SALT];
	char hex[65];
	struct secret *p = pepper(), *pair;
	struct return_code c;

	(void)state;
	make(&c, 0, 0);
	assert_string_equal(c.locator, "37967700");
	assert_memory_equal(c.number->bytes, "001847921798655015462854", 24);
	memset(salt, 7, sizeof(salt));
	pair = return_code_pair(&c, salt, pub);
	wire_hex(hex, pub, SEAL_KEY);
	assert_string_equal(hex, "ca6af817337fa5d77680569b2d94d3c79e846cf89c"
	    "20d7c86bf5997b1170e21f");
	seal_pair_public(pair, again);
	assert_memory_equal(pub, again, SEAL_KEY);
	secret_free(pair);
	return_code_free(&c);
	make(&c, 0, 1);
	assert_string_equal(c.locator, "43872516");
	assert_memory_equal(c.number->bytes, "001847921798655015462854", 24);
	return_code_free(&c);
	return_code_salt(salt, p, "12345678");
	wire_hex(hex, salt, sizeof(salt));
	assert_string_equal(hex, "b76c51838cc7fef22064c13272dd1d6a837b65b160"
	    "c172af0e3e92d106778ad8");
	secret_free(p);
	return_code_free(&c);
}

static void
other_salts_and_numbers_give_other_keys(void **state)
{
	unsigned char a[SEAL_KEY], b[SEAL_KEY], salt[RETURN_CODE_SALT] = { 0 };
	struct return_code c;

	(void)state;
	make(&c, 0, 0);
	secret_free(return_code_pair(&c, salt, a));
	salt[31] = 1;
	secret_free(return_code_pair(&c, salt, b));
	assert_memory_not_equal(a, b, SEAL_KEY);
	salt[31] = 0;
	c.number->bytes[23]++;
	secret_free(return_code_pair(&c, salt, b));
	assert_memory_not_equal(a, b, SEAL_KEY);
	/* The locator is public and makes no key. */
	c.number->bytes[23]--;
	c.locator[0]++;
	secret_free(return_code_pair(&c, salt, b));
	assert_memory_equal(a, b, SEAL_KEY);
	return_code_free(&c);
}

/* Print and parse again, in digits and in the words of every list. */
static void
round_trip(const struct return_code *c)
{
	struct return_code back;
	struct buf b;
	int i;

	buf_init(&b, RETURN_CODE_MAX);
	for (i = 0; i < 4; i++) {
		buf_clear(&b);
		assert_int_equal(return_code_print(c, kit_lists[i], &b), 0);
		assert_int_equal(return_code_parse(&back, b.bytes, kit_all(),
		    NULL, NULL), 0);
		same(c, &back);
		return_code_free(&back);
	}
	buf_free(&b);
}

static void
round_trips(void **state)
{
	struct return_code c, again;
	uint32_t n;

	(void)state;
	for (n = 0; n < 2000; n++) {
		make(&c, n, n % 3);
		make(&again, n, n % 3);
		same(&c, &again);
		return_code_free(&again);
		round_trip(&c);
		return_code_free(&c);
	}
}

static void
the_lowest_and_the_highest_code(void **state)
{
	const unsigned int low[8] = { 0 }, high[8] = { 7775, 7775, 7775, 7775,
	    7775, 7775, 7775, 7775 };
	struct return_code c;

	(void)state;
	assert_string_equal(typed(words(EN, low, 8)),
	    "00000000 000000000000000000000000");
	assert_string_equal(typed(words(ET, high, 8)),
	    "60466175 221073919720733357899775");
	assert_int_equal(return_code_parse(&c, words(ID, low, 8), kit_all(),
	    NULL, NULL), 0);
	round_trip(&c);
	return_code_free(&c);
	assert_int_equal(return_code_parse(&c, words(ID, high, 8), kit_all(),
	    NULL, NULL), 0);
	round_trip(&c);
	return_code_free(&c);
	/* One more in each place. */
	assert_string_equal(typed("60466176 000000000000000000000000"),
	    "group 2 of the digits is not possible in a return code");
	assert_string_equal(typed("60470000 000000000000000000000000"),
	    "group 1 of the digits is not possible in a return code");
	assert_string_equal(typed("60459999 220999999999999999999999"),
	    "60459999 220999999999999999999999");
	assert_string_equal(typed("00000000 221073919720733357899776"),
	    "group 6 of the digits is not possible in a return code");
	assert_string_equal(typed("00000000 221073919720733358000000"),
	    "group 5 of the digits is not possible in a return code");
	assert_string_equal(typed("00000000 221073919721000000000000"),
	    "group 4 of the digits is not possible in a return code");
	assert_string_equal(typed("00000000 221074000000000000000000"),
	    "group 3 of the digits is not possible in a return code");
	assert_string_equal(typed("00000000 221073919719999999999999"),
	    "00000000 221073919719999999999999");
}

/* Each word is drawn as often as any other, as far as 48,000 draws show. */
static void
no_word_is_likelier(void **state)
{
	enum { FORMS = 6000, BINS = 12, DRAWS = FORMS * RETURN_CODE_WORDS };
	unsigned int bins[BINS] = { 0 }, i, n, highest = 0;
	struct return_code c;
	char *word, *rest;
	struct buf b;
	int place;

	(void)state;
	buf_init(&b, RETURN_CODE_MAX);
	for (n = 0; n < FORMS; n++) {
		make(&c, n, 0);
		buf_clear(&b);
		assert_int_equal(return_code_print(&c, kit_lists[EN], &b), 0);
		for (word = strtok_r(b.bytes, " /", &rest); word != NULL;
		    word = strtok_r(NULL, " /", &rest)) {
			place = word_list_find(kit_lists[EN], word);
			assert_true(place >= 0);
			bins[(unsigned int)place / (WORD_LIST_LEN / BINS)]++;
			if ((unsigned int)place > highest)
				highest = (unsigned int)place;
		}
		return_code_free(&c);
	}
	/* 4,000 each; the deviation is 61, so 6 of them never happen. */
	for (i = 0; i < BINS; i++)
		assert_in_range(bins[i], DRAWS / BINS - 366,
		    DRAWS / BINS + 366);
	assert_true(highest > 7700);
	buf_free(&b);
}

static void
input_is_forgiven(void **state)
{
	static const char right[] = "12345678 012345678901234567890123";

	(void)state;
	assert_string_equal(typed("12345678012345678901234567890123"), right);
	assert_string_equal(typed("1234 5678 / 012345 678901 234567 890123"),
	    right);
	assert_string_equal(typed("\r\n 1234-5678\r\n012345.678901,234567 \t"
	    "890123. "), right);
	assert_string_equal(typed("1 2 3 4 5 6 7 8 0 1 2 3 4 5 6 7 8 9 0 1 2 "
	    "3 4 5 6 7 8 9 0 1 2 3"), right);
	/* A no-break space, an en dash, Arabic digits. */
	assert_string_equal(typed("1234\xc2\xa0" "5678\xe2\x80\x93"
	    "012345 678901 234567 89012\xd9\xa3"), right);
}

static void
words_are_forgiven(void **state)
{
	const unsigned int places[8] = { 7700, 7600, 7500, 7400, 7300, 7200,
	    7100, 7000 };
	char text[512], right[64], loud[1024], *out;
	const char *p;

	(void)state;
	(void)snprintf(text, sizeof(text), "%s", words(EN, places, 8));
	(void)snprintf(right, sizeof(right), "%s", typed(text));
	assert_int_equal(strlen(right), 33);
	for (p = text, out = loud; *p != '\0'; p++)
		if (*p == ' ')
			out = stpcpy(out, ", -\r\n");
		else
			*out++ = (char)(*p - 'a' + 'A');
	*out = '\0';
	assert_string_equal(typed(loud), right);
	/* A soft hyphen and a zero width joiner in every word. */
	for (p = text, out = loud; *p != '\0'; p++) {
		*out++ = *p;
		if (*p != ' ')
			out = stpcpy(out, "\xc2\xad\xe2\x80\x8d");
	}
	*out = '\0';
	assert_string_equal(typed(loud), right);
}

/* Estonian words with marks, without, and with marks of their own. */
static void
marks_are_forgiven(void **state)
{
	unsigned int places[8] = { 0 }, i, n = 0;
	char text[512], right[64], other[1024], *out;
	const unsigned char *p;

	(void)state;
	for (i = 0; i < WORD_LIST_LEN && n < 8; i += 13)
		if (strstr(word_list_word(kit_lists[ET], i), "\xc3\xb5") !=
		    NULL)
			places[n++] = i;
	assert_int_equal(n, 8);
	(void)snprintf(text, sizeof(text), "%s", words(ET, places, 8));
	(void)snprintf(right, sizeof(right), "%s", typed(text));
	assert_int_equal(strlen(right), 33);
	for (p = (unsigned char *)text, out = other; *p != '\0'; p++)
		if (*p < 0x80)
			*out++ = (char)*p;
		else {
			*out++ = (char)word_list_plain((*p & 0x1fu) << 6 |
			    (p[1] & 0x3fu));
			p++;
		}
	*out = '\0';
	assert_null(strstr(other, "\xc3"));
	assert_string_equal(typed(other), right);
	for (p = (unsigned char *)text, out = other; *p != '\0'; p++)
		if (*p == 0xc3 && p[1] == 0xb5) {
			out = stpcpy(out, "O\xcc\x83");
			p++;
		} else
			*out++ = (char)*p;
	*out = '\0';
	assert_string_equal(typed(other), right);
}

static void
what_is_wrong_is_said(void **state)
{
	const unsigned int places[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	char text[1024];

	(void)state;
	assert_string_equal(typed(""), "nothing was typed: a return code has "
	    "8 words or 32 digits");
	assert_string_equal(typed(" -.,\n\xc2\xad"), "nothing was typed: a "
	    "return code has 8 words or 32 digits");
	assert_string_equal(typed(words(EN, places, 7)), "a return code has 8 "
	    "words, here are 7");
	assert_string_equal(typed(words(EN, places, 10)), "a return code has "
	    "8 words, here are 10");
	(void)snprintf(text, sizeof(text), "%s", words(EN, places, 4));
	(void)strcat(text, "qqqq ");
	(void)strcat(text, words(EN, places, 3));
	assert_string_equal(typed(text), "word 5 is in no list of words: look "
	    "at its letters again");
	(void)snprintf(text, sizeof(text), "%s", words(EN, places, 5));
	(void)strcat(text, "12 ");
	(void)strcat(text, words(EN, places, 2));
	assert_string_equal(typed(text), "part 6 does not fit: a return code "
	    "has only words or only digits");
	assert_string_equal(typed("1234 5678 01234S 678901 234567 890123"),
	    "part 3 does not fit: a return code has only words or only "
	    "digits");
	assert_string_equal(typed("1234 qqqq 012345 678901 234567 890123"),
	    "part 2 does not fit: a return code has only words or only "
	    "digits");
	assert_string_equal(typed("1234567801234567890123456789012"),
	    "a return code has 32 digits, here are 31");
	assert_string_equal(typed("123456780123456789012345678901234"),
	    "a return code has 32 digits, here are 33");
	assert_string_equal(typed("1234 5678 / 012345 67890 234567 890123"),
	    "group 4 of the digits needs 6 of them");
	assert_string_equal(typed("1234 56789 / 012345 678901 234567 890123"),
	    "group 2 of the digits needs 4 of them");
	memset(text, 'a', sizeof(text));
	text[1023] = '\0';
	assert_string_equal(typed(text), "word 1 is in no list of words: look "
	    "at its letters again");
}

static void
languages_are_not_mixed(void **state)
{
	const unsigned int places[8] = { 11, 12, 13, 14, 15, 16, 17, 18 };
	char text[1024];
	struct return_code_wrong w;
	struct return_code c;

	(void)state;
	(void)snprintf(text, sizeof(text), "%s", words(ID, places, 6));
	(void)strcat(text, words(EN, places + 6, 2));
	assert_string_equal(typed(text), "word 7 is of another language than "
	    "the others");
	(void)snprintf(text, sizeof(text), "%s", words(ET, places, 1));
	(void)strcat(text, words(ID, places + 1, 7));
	assert_int_equal(return_code_parse(&c, text, kit_all(), &w, NULL), -1);
	assert_int_equal(w.fault, RETURN_CODE_FOREIGN);
	assert_int_equal(w.part, 1);
}

/* A list of somebody's own that has words of another list, in other places. */
static void
words_that_are_in_two_lists(void **state)
{
	const struct word_list *both[3] = { NULL }, *turned[3] = { NULL };
	const unsigned int places[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct return_code c, d;
	struct word_list *own;
	struct err e = ERR_INIT;
	struct buf b;
	unsigned int i;

	(void)state;
	buf_init(&b, WORD_LIST_BYTES);
	for (i = 0; i < WORD_LIST_LEN; i++)
		assert_int_equal(buf_addf(&b, "%s\n", word_list_word(
		    kit_lists[i < 100 ? EN : ID], i < 100 ? i + 1 : i)), 0);
	own = word_list_new("own", b.bytes, b.len, &e);
	assert_non_null(own);
	both[0] = turned[1] = kit_lists[EN];
	both[1] = turned[0] = own;
	/* All of them are in both: the first list counts. */
	assert_int_equal(return_code_parse(&c, words(EN, places, 8), both,
	    NULL, NULL), 0);
	assert_int_equal(return_code_parse(&d, words(EN, places, 8), turned,
	    NULL, NULL), 0);
	assert_string_equal(c.locator, "00007778");
	assert_string_equal(d.locator, "00000001");
	return_code_free(&c);
	return_code_free(&d);
	/* One word that only one of them has decides. */
	buf_clear(&b);
	assert_int_equal(buf_addf(&b, "%s%s", words(EN, places, 7),
	    word_list_word(kit_lists[EN], 500)), 0);
	assert_int_equal(return_code_parse(&c, b.bytes, turned, NULL, NULL),
	    0);
	assert_string_equal(c.locator, "00007778");
	return_code_free(&c);
	buf_free(&b);
	word_list_free(own);
}

static void
bounds(void **state)
{
	struct return_code_wrong w;
	struct return_code c;
	char text[4096];
	struct buf b;
	size_t i;

	(void)state;
	memset(text, '1', sizeof(text));
	text[2049] = '\0';
	assert_int_equal(return_code_parse(&c, text, kit_all(), &w, NULL), -1);
	assert_int_equal(w.fault, RETURN_CODE_LONG);
	text[2048] = '\0';
	assert_int_equal(return_code_parse(&c, text, kit_all(), &w, NULL), -1);
	assert_int_equal(w.fault, RETURN_CODE_DIGITS);
	assert_int_equal(w.part, 2048);
	for (i = 1; i < 2048; i += 2)
		text[i] = ' ';
	assert_int_equal(return_code_parse(&c, text, kit_all(), &w, NULL), -1);
	assert_int_equal(w.fault, RETURN_CODE_DIGITS);
	assert_true(w.part > 32);
	/* A buffer that is too small. */
	make(&c, 0, 0);
	buf_init(&b, 20);
	assert_int_equal(return_code_print(&c, NULL, &b), -1);
	buf_clear(&b);
	assert_int_equal(return_code_print(&c, kit_lists[ET], &b), -1);
	buf_free(&b);
	return_code_free(&c);
	return_code_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_codes_and_keys),
		cmocka_unit_test(other_salts_and_numbers_give_other_keys),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(the_lowest_and_the_highest_code),
		cmocka_unit_test(no_word_is_likelier),
		cmocka_unit_test(input_is_forgiven),
		cmocka_unit_test(words_are_forgiven),
		cmocka_unit_test(marks_are_forgiven),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(languages_are_not_mixed),
		cmocka_unit_test(words_that_are_in_two_lists),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, kit_lists_begin, kit_lists_end);
}
