/* Ed25519 with a purpose: a vector, and nothing else holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/signature.h"
#include "lib/wire.h"

#define PUBLIC \
	"03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
#define SIGNATURE \
	"26ba70ffdefa5999c8b911e19c037e3d6d0d83bba47439fdc46af1fc7dc173b2" \
	"22b4f747cb2d413a8ece0292933e50e89dad26c64879cf084d6036b9d791960f"

static struct signer *
vector_signer(void)
{
	struct secret *seed = secret_new(32);
	struct signer *s;
	unsigned char i;

	for (i = 0; i < 32; i++)
		seed->bytes[i] = i;
	s = signer_from_seed(seed);
	secret_free(seed);
	return s;
}

static void
makes_the_vector(void **state)
{
	struct signer *s = vector_signer();
	unsigned char sig[SIGN_LEN];
	char hex[2 * SIGN_LEN + 1];

	(void)state;
	wire_hex(hex, s->pub, SIGN_PUBLIC);
	assert_string_equal(hex, PUBLIC);
	signature_make(s, PURPOSE_NOTE, "teduh", 5, sig);
	wire_hex(hex, sig, SIGN_LEN);
	assert_string_equal(hex, SIGNATURE);
	assert_int_equal(signature_check(s->pub, PURPOSE_NOTE, "teduh", 5,
	    sig), 1);
	signer_free(s);
}

static void
holds_for_nothing_else(void **state)
{
	struct signer *s = signer_new(), *other = signer_new();
	unsigned char sig[SIGN_LEN];
	size_t i;

	(void)state;
	signature_make(s, PURPOSE_LETTER, "teduh", 5, sig);
	assert_int_equal(signature_check(s->pub, PURPOSE_LETTER, "teduh", 5,
	    sig), 1);
	assert_int_equal(signature_check(s->pub, PURPOSE_APPROVE, "teduh", 5,
	    sig), 0);
	assert_int_equal(signature_check(other->pub, PURPOSE_LETTER, "teduh",
	    5, sig), 0);
	assert_int_equal(signature_check(s->pub, PURPOSE_LETTER, "tedux", 5,
	    sig), 0);
	assert_int_equal(signature_check(s->pub, PURPOSE_LETTER, "teduh", 4,
	    sig), 0);
	for (i = 0; i < SIGN_LEN; i++) {
		sig[i] ^= 16;
		assert_int_equal(signature_check(s->pub, PURPOSE_LETTER,
		    "teduh", 5, sig), 0);
		sig[i] ^= 16;
	}
	signature_make(s, PURPOSE_LETTER, NULL, 0, sig);
	assert_int_equal(signature_check(s->pub, PURPOSE_LETTER, NULL, 0,
	    sig), 1);
	signer_free(s);
	signer_free(other);
	signer_free(NULL);
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
		cmocka_unit_test(makes_the_vector),
		cmocka_unit_test(holds_for_nothing_else),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
