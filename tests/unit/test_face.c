/* The case's face: a vector both ways, words, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/face.h"
#include "lib/seal.h"
#include "lib/signature.h"

#define FACE \
	"{\"areas\":[\"school\"],\"at\":1795000000,\"author\":\"anna\"," \
	"\"case\":\"7K2M9Q4X\",\"fence\":2,\"revision\":3,\"summary\":" \
	"\"Two letters about one exam.\",\"tags\":[\"exam\",\"\xc3\xbc" \
	"ksi\"],\"v\":1}"
/* By the signing pair of doc/protocol.md. */
#define SIGNATURE \
	"1886ac6118a89dd3b459ad885b52ed69bdfe2417e007853c51cee3c15fe1e658" \
	"6a76a1d0e8ccf1aff755d65745ceb4d8bcca019896ffe469bf6b849616aa4006"

static void
reads_and_prints_the_vector(void **state)
{
	unsigned char seed[32], sig[SIGN_LEN];
	char hex[2 * SIGN_LEN + 1], *text;
	struct secret *secret;
	struct signer *signer;
	struct face f;
	size_t len, i;

	(void)state;
	assert_int_equal(face_parse(&f, FACE, strlen(FACE), NULL), 0);
	assert_string_equal(f.case_id, "7K2M9Q4X");
	assert_string_equal(f.author, "anna");
	assert_int_equal(f.at, 1795000000);
	assert_int_equal(f.fence, 2);
	assert_int_equal(f.revision, 3);
	assert_int_equal(f.tags.n, 2);
	assert_string_equal(f.tags.words[1], "\xc3\xbcksi");
	assert_int_equal(f.areas.n, 1);
	assert_string_equal(f.summary, "Two letters about one exam.");
	text = face_print(&f, &len);
	assert_string_equal(text, FACE);
	assert_int_equal(len, strlen(FACE));
	for (i = 0; i < sizeof(seed); i++)
		seed[i] = (unsigned char)i;
	secret = secret_copy(seed, sizeof(seed));
	signer = signer_from_seed(secret);
	signature_make(signer, PURPOSE_FACE, text, len, sig);
	wire_hex(hex, sig, sizeof(sig));
	assert_string_equal(hex, SIGNATURE);
	signer_free(signer);
	secret_free(secret);
	free(text);
}

static void
a_reason_stands_behind_the_rest(void **state)
{
	struct face f, again;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(face_parse(&f, FACE, strlen(FACE), NULL), 0);
	assert_string_equal(f.reason, "");
	memcpy(f.reason, "referred", sizeof("referred"));
	text = face_print(&f, &len);
	assert_non_null(strstr(text, "\"reason\":\"referred\""));
	assert_int_equal(face_parse(&again, text, len, NULL), 0);
	assert_string_equal(again.reason, "referred");
	free(text);
}

/* The vector with `was` replaced; 0 when it is still a face. */
static int
swapped(const char *was, const char *is)
{
	const char *at = strstr(FACE, was);
	struct err e = ERR_INIT;
	struct face f;
	char text[4096];

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - FACE), FACE,
	    is, at + strlen(was));
	if (face_parse(&f, text, strlen(text), &e) == 0)
		return 0;
	assert_int_equal(e.code, ERR_INPUT);
	return -1;
}

static void
refuses_what_it_would_not_write(void **state)
{
	char long_word[64];

	(void)state;
	memset(long_word, 'a', sizeof(long_word));
	long_word[0] = '"';
	long_word[FACE_WORD_MAX + 2] = '"';
	long_word[FACE_WORD_MAX + 3] = '\0';
	assert_int_equal(swapped("\"v\":1", "\"reason\":null,\"v\":1"), -1);
	assert_int_equal(swapped("\"v\":1",
	    "\"reason\":\"two words\",\"v\":1"), -1);
	assert_int_equal(swapped("\"school\"", long_word), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":2"), -1);
	assert_int_equal(swapped("\"v\":1", "\"v\":1,\"w\":1"), -1);
	assert_int_equal(swapped("7K2M9Q4X", "7K2M9Q4"), -1);
	assert_int_equal(swapped("\"anna\"", "\"Anna\""), -1);
	assert_int_equal(swapped("\"fence\":2", "\"fence\":-1"), -1);
	assert_int_equal(swapped("\"revision\":3", "\"revision\":0"), -1);
	assert_int_equal(swapped("\"exam\"", "\"exam\",\"exam\""), -1);
	assert_int_equal(swapped("\"exam\"", "\"zoo\",\"exam\""), -1);
	assert_int_equal(swapped("\"exam\"", "\"an exam\""), -1);
	assert_int_equal(swapped("\"exam\"", "\"-exam\""), -1);
	assert_int_equal(swapped("\"exam\"", "7"), -1);
	assert_int_equal(swapped("Two", "\\u0007"), -1);
	assert_int_equal(swapped("\"Two letters about one exam.\"",
	    "\"\""), -1);
	assert_int_equal(swapped("\"Two letters about one exam.\"", "null"),
	    0);
}

static void
words_are_a_sorted_set(void **state)
{
	struct face_words list = { { { 0 } }, 0 }, other = list;
	char word[16];
	int i;

	(void)state;
	assert_int_equal(face_word_add(&list, "school"), 0);
	assert_int_equal(face_word_add(&list, "exam"), 0);
	assert_int_equal(face_word_add(&list, "exam"), 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(face_words_equal(&list, &other), 0);
	assert_int_equal(face_word_add(&other, "exam"), 0);
	assert_int_equal(face_words_equal(&list, &other), 0);
	assert_int_equal(face_word_add(&other, "schoo1"), 0);
	assert_int_equal(face_words_equal(&list, &other), 0);
	assert_int_equal(face_word_remove(&other, "schoo1"), 0);
	assert_int_equal(face_word_add(&other, "school"), 0);
	assert_int_equal(face_words_equal(&list, &other), 1);
	assert_string_equal(list.words[0], "exam");
	assert_int_equal(face_word_remove(&list, "nothing"), -1);
	assert_int_equal(face_word_remove(&list, "exam"), 0);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.words[0], "school");
	assert_int_equal(face_word_add(&list, "+x1"), -1);
	assert_int_equal(face_word_add(&list, "a b"), -1);
	assert_int_equal(face_word_add(&list, "a,b"), -1);
	assert_int_equal(face_word_add(&list, "a"), -1);
	assert_int_equal(face_word_add(&list, "a\x1b[m"), -1);
	assert_int_equal(face_word_add(&list, "a\xff"), -1);
	for (i = 0; list.n < FACE_WORDS_MAX; i++) {
		(void)snprintf(word, sizeof(word), "word%d", i);
		assert_int_equal(face_word_add(&list, word), 0);
	}
	assert_int_equal(face_word_add(&list, "toomany"), -1);
	assert_int_equal(face_word_add(&list, "school"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_prints_the_vector),
		cmocka_unit_test(a_reason_stands_behind_the_rest),
		cmocka_unit_test(refuses_what_it_would_not_write),
		cmocka_unit_test(words_are_a_sorted_set),
	};

	if (seal_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
