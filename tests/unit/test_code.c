/* Codes: vectors, what a typing person is forgiven, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/signature.h"

#define FOUNDER	"000G4-0R40M-30E20-9185G-R38E1W"
#define FOUNDER_PUBLIC \
	"e954b5584e442d2b3b256ea6b84019908453b540ac46546db4cb71f83b3a18f6"
#define INVITE \
	"3.11111111111111111111111111111111111111111111111111111111111111" \
	"11.000G40R40M30E209185GR38E1W8124GK"
#define INVITE_PUBLIC \
	"7050f182c7d058d5855afc2d9cc4a7f4f3d6c2df9112a3ad324ac55c23a3c264"
#define ID_SIGN \
	"f1af80af6e4aaca3c578f9c6eab2b9f6c75d4381683de7446a1b8af58c0bf53c"
#define ID_BOX \
	"9a2fad139775eed96297d5239426977ade5400c6f4f060cb29642243457ec70e"
#define FINGERPRINT	"555e 4efe a1bd 3e6e fe29 ba57 d0bd d278 d547 0d9f"

static void
assert_public(const struct signer *s, const char *want)
{
	char hex[65];

	assert_non_null(s);
	wire_hex(hex, s->pub, SIGN_PUBLIC);
	assert_string_equal(hex, want);
}

static void
forgives_typing(void **state)
{
	struct err e = ERR_INIT;
	char out[9];

	(void)state;
	assert_int_equal(code_canonical(out, 8, "7k2m-9q4x", &e), 0);
	assert_string_equal(out, "7K2M9Q4X");
	assert_int_equal(code_canonical(out, 8, " iLo0 1OIl", &e), 0);
	assert_string_equal(out, "11001011");
	assert_int_equal(code_canonical(out, 8, "7K2M9Q4XX", &e), -1);
	assert_int_equal(code_canonical(out, 8, "7KuM", &e), -1);
	assert_string_equal(e.text, "'u' cannot stand in a code");
	assert_int_equal(code_canonical(out, 8, "7K\033M", &e), -1);
	assert_null(strchr(e.text, '\033'));
	assert_int_equal(code_canonical(out, 8, "7K\xc3\xa9", &e), -1);
	assert_int_equal(code_canonical(out, 8, " - ", &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
}

static void
turns_bytes_into_characters(void **state)
{
	unsigned char bytes[20], back[20];
	char chars[40], again[40];
	size_t i, n;

	(void)state;
	for (n = 1; n <= sizeof(bytes); n++) {
		seal_random(bytes, sizeof(bytes));
		code_from_bytes(chars, bytes, n);
		assert_int_equal(strlen(chars), (8 * n + 4) / 5);
		assert_int_equal(code_to_bytes(back, n, chars), 0);
		assert_memory_equal(bytes, back, n);
		assert_int_equal(code_to_bytes(back, n, chars + 1), -1);
	}
	code_from_bytes(chars, "\xff", 1);
	assert_string_equal(chars, "ZW");
	assert_int_equal(code_to_bytes(back, 1, "ZX"), -1);
	assert_int_equal(code_to_bytes(back, 1, "zw"), -1);
	code_random(chars, 8);
	code_random(again, 8);
	assert_int_equal(strlen(chars), 8);
	assert_string_not_equal(chars, again);
	for (i = 0; i < 8; i++)
		assert_non_null(strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ",
		    chars[i]));
}

static void
knows_founder_codes(void **state)
{
	struct err e = ERR_INIT;
	struct signer *s;
	char code[CODE_FOUNDER_LEN];

	(void)state;
	s = code_founder_signer(FOUNDER, &e);
	assert_public(s, FOUNDER_PUBLIC);
	signer_free(s);
	s = code_founder_signer("ooog4 0r4om 3oe2o 91 85gr 38eiw", &e);
	assert_public(s, FOUNDER_PUBLIC);
	signer_free(s);
	assert_null(code_founder_signer("000G4-0R40M", &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_null(code_founder_signer(FOUNDER "0", &e));
	assert_null(code_founder_signer("000G4-0R40M-30E20-9185G-R38E1X",
	    &e));
	code_founder_new(code);
	assert_int_equal(strlen(code), 30);
	assert_non_null(s = code_founder_signer(code, &e));
	signer_free(s);
}

static void
knows_invitation_codes(void **state)
{
	static const char *const bad[] = { "", "3", "3.11.22", "03" "." };
	struct err e = ERR_INIT;
	struct code_invite c;
	struct signer *s;
	char text[CODE_INVITE_LEN + 8] = " ", out[CODE_INVITE_LEN];
	size_t i, n = strlen(INVITE);

	(void)state;
	memcpy(text + 1, INVITE, n);
	memcpy(text + 1 + n, "\r\n", 3);
	assert_int_equal(code_invite_parse(&c, text, &e), 0);
	assert_int_equal(c.number, 3);
	assert_int_equal(c.pin[31], 0x11);
	assert_int_equal(c.secret->bytes[19], 19);
	s = code_invite_signer(c.secret);
	assert_public(s, INVITE_PUBLIC);
	signer_free(s);
	code_invite_print(out, &c);
	assert_string_equal(out, INVITE);
	code_invite_free(&c);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(code_invite_parse(&c, bad[i], &e), -1);
		code_invite_free(&c);
	}
	for (i = 0; i < n; i++) {		/* cut, or with a wrong byte */
		memcpy(text, INVITE, n + 1);
		text[i] = '\0';
		assert_int_equal(code_invite_parse(&c, text, &e), -1);
		code_invite_free(&c);
		memcpy(text, INVITE, n + 1);
		text[i] = '!';
		assert_int_equal(code_invite_parse(&c, text, &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		code_invite_free(&c);
	}
	memcpy(text, INVITE "0", n + 2);
	assert_int_equal(code_invite_parse(&c, text, &e), -1);
	code_invite_free(&c);
}

static void
prints_fingerprints(void **state)
{
	unsigned char sign[32], box[32];
	char out[CODE_FINGERPRINT_LEN];

	(void)state;
	assert_int_equal(wire_unhex(sign, 32, ID_SIGN), 0);
	assert_int_equal(wire_unhex(box, 32, ID_BOX), 0);
	code_fingerprint(out, sign, box);
	assert_string_equal(out, FINGERPRINT);
	code_fingerprint(out, box, sign);
	assert_string_not_equal(out, FINGERPRINT);
}

static void
reads_references(void **state)
{
	static const char *const bad[] = { "", ".", ".1", "7K2M.", "7K2M.0",
	    "7K2M.x", "7K2M.1.", "7K2M.1.0", "7K2M.1.2.3", "7K2M.d",
	    "7K2M.d0", "7K2M.d1.1", "7K2M.01", "7K2M.-1", "7K2M9Q4X1", "7U",
	    "7K2M.9999999999999999", "7K2M. 1" };
	struct err e = ERR_INIT;
	struct code_ref r;
	int64_t n;
	size_t i;

	(void)state;
	assert_int_equal(code_ref_parse(&r, "7k2m", &e), 0);
	assert_string_equal(r.case_prefix, "7K2M");
	assert_int_equal(r.item | r.attachment | r.draft, 0);
	assert_int_equal(code_ref_parse(&r, "7K2M9Q4X.12", &e), 0);
	assert_int_equal(r.item, 12);
	assert_int_equal(code_ref_parse(&r, "7K2M.12.3", &e), 0);
	assert_int_equal(r.item, 12);
	assert_int_equal(r.attachment, 3);
	assert_int_equal(code_ref_parse(&r, "7K2M.D4", &e), 0);
	assert_int_equal(r.draft, 4);
	assert_int_equal(r.item, 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(code_ref_parse(&r, bad[i], &e), -1);
		assert_string_equal(r.case_prefix, "");
	}
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(code_participant_parse(&n, "p2", &e), 0);
	assert_int_equal(n, 2);
	assert_int_equal(code_participant_parse(&n, "p0", &e), -1);
	assert_int_equal(code_participant_parse(&n, "2", &e), -1);
	assert_int_equal(code_participant_parse(&n, "p2x", &e), -1);
	assert_int_equal(n, 0);
}

static int
begin(void **state)
{
	(void)state;
	return seal_init(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forgives_typing),
		cmocka_unit_test(turns_bytes_into_characters),
		cmocka_unit_test(knows_founder_codes),
		cmocka_unit_test(knows_invitation_codes),
		cmocka_unit_test(prints_fingerprints),
		cmocka_unit_test(reads_references),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
