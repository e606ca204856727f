/*
 * Signed requests: a vector, and every header value but the one spelling is
 * refused, whoever signed it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/signature.h"
#include "lib/wire.h"

#define NOW	1795000000
#define DIGEST \
	"sha-512=:J8dGcK23UHX60FjVzq97IMTneGyDuuijL2Jvl4KvNMmjPCBG72D9Knh" \
	"403jin+yFGAa72aZ4ePOp8c2kgwdj/Q==:"
#define INPUT \
	"teduh=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content" \
	"-digest\");created=1795000000;nonce=\"efcf59dfa3dd42d4bd74ce2191" \
	"3c77ba\";keyid=\"03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5" \
	"f1ddc8664125531b8\";alg=\"ed25519\""
#define SIGNATURE \
	"teduh=:AVO2Cmu7/hfMkYHO+97Z/wEur4Y/+L9z5775hUSrqJEoRuEAe8hmXRWYu" \
	"fYi0CI1NrvQ/PDkihXLAR8DL0hLCw==:"

static const struct request vector = { "POST", "localhost:8443",
    "/v1/cases/7K2M9Q4X/claim", "?a=b", "{}", 2 };

/* 0, or the code of the refusal; nothing is left in the proof then. */
static int
check(const struct request *q, const char *digest, const char *input,
    const char *signature, int64_t now)
{
	static const struct request_proof none;
	struct err e = ERR_INIT;
	struct request_proof p;

	memset(&p, 1, sizeof(p));
	if (request_check(q, digest, input, signature, now, &p, &e) == 0)
		return 0;
	assert_memory_equal(&p, &none, sizeof(p));
	return (int)e.code;
}

static void
accepts_the_vector(void **state)
{
	struct request_proof p;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(request_check(&vector, DIGEST, INPUT, SIGNATURE, NOW,
	    &p, &e), 0);
	assert_int_equal(p.created, NOW);
	assert_int_equal(p.key[0], 0x03);
	assert_int_equal(p.key[31], 0xb8);
	assert_memory_equal(p.base, "\"@method\": POST\n"
	    "\"@authority\": localhost:8443\n"
	    "\"@path\": /v1/cases/7K2M9Q4X/claim\n"
	    "\"@query\": ?a=b\n\"content-digest\": sha-512=:", 120);
	assert_string_equal(strstr(p.base, "\n\"@signature-params\": ") + 22,
	    INPUT + strlen("teduh="));
	assert_int_equal(signature_check(p.key, PURPOSE_REQUEST, p.base,
	    strlen(p.base), p.sig), 1);
}

/* Without the body: whoever holds the key announces it, whatever its age. */
static void
accepts_the_head(void **state)
{
	struct request_proof p;
	struct request q = vector;

	(void)state;
	q.body = "";
	q.body_len = 0;
	assert_int_equal(request_check_head(&q, DIGEST, INPUT, SIGNATURE, &p),
	    0);
	assert_int_equal(p.key[0], 0x03);
	q.method = "PUT";
	assert_int_equal(request_check_head(&q, DIGEST, INPUT, SIGNATURE, &p),
	    -1);
	assert_int_equal(p.key[0], 0);
	assert_int_equal(request_check_head(&vector, NULL, INPUT, SIGNATURE,
	    &p), -1);
}

static void
bounds_the_clock(void **state)
{
	(void)state;
	assert_int_equal(check(&vector, DIGEST, INPUT, SIGNATURE, NOW + 120),
	    0);
	assert_int_equal(check(&vector, DIGEST, INPUT, SIGNATURE, NOW - 120),
	    0);
	assert_int_equal(check(&vector, DIGEST, INPUT, SIGNATURE, NOW + 121),
	    ERR_RETRY);
	assert_int_equal(check(&vector, DIGEST, INPUT, SIGNATURE, NOW - 121),
	    ERR_RETRY);
	assert_int_equal(check(&vector, DIGEST, INPUT, DIGEST, NOW + 121),
	    ERR_DENIED);
}

static void
refuses_another_request(void **state)
{
	struct request q;
	size_t i;
	static const struct request others[] = {
		{ "PUT", NULL, NULL, NULL, NULL, 0 },
		{ "post", NULL, NULL, NULL, NULL, 0 },
		{ NULL, "localhost:8444", NULL, NULL, NULL, 0 },
		{ NULL, "", NULL, NULL, NULL, 0 },
		{ NULL, NULL, "/v1/cases/7K2M9Q4X/clain", NULL, NULL, 0 },
		{ NULL, NULL, "v1", NULL, NULL, 0 },
		{ NULL, NULL, "/v1/cases/7K2M9Q4X/claim?a=b", "", NULL, 0 },
		{ NULL, NULL, NULL, "?a=c", NULL, 0 },
		{ NULL, NULL, NULL, "?", NULL, 0 },
		{ NULL, NULL, NULL, "", NULL, 0 },
		{ NULL, NULL, NULL, "a=b", NULL, 0 },
		{ NULL, NULL, NULL, NULL, "{ }", 3 },
		{ NULL, NULL, NULL, NULL, "", 0 },
	};

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		q = vector;
		q.method = others[i].method ? others[i].method : q.method;
		q.authority = others[i].authority ? others[i].authority :
		    q.authority;
		q.path = others[i].path ? others[i].path : q.path;
		q.query = others[i].query ? others[i].query : q.query;
		if (others[i].body != NULL) {
			q.body = others[i].body;
			q.body_len = others[i].body_len;
		}
		assert_int_equal(check(&q, DIGEST, INPUT, SIGNATURE, NOW),
		    ERR_DENIED);
	}
}

static void
refuses_absent_headers(void **state)
{
	(void)state;
	assert_int_equal(check(&vector, NULL, INPUT, SIGNATURE, NOW),
	    ERR_DENIED);
	assert_int_equal(check(&vector, DIGEST, NULL, SIGNATURE, NOW),
	    ERR_DENIED);
	assert_int_equal(check(&vector, DIGEST, INPUT, NULL, NOW),
	    ERR_DENIED);
	assert_int_equal(check(&vector, "", "", "", NOW), ERR_DENIED);
}

/* Every single byte changed, left out, doubled; and cut anywhere. */
static void
refuses_altered(const char *good, int which)
{
	char bad[512];
	size_t i, n = strlen(good);
	int how;

	for (i = 0; i < n; i++)
		for (how = 0; how < 4; how++) {
			memcpy(bad, good, n + 1);
			if (how == 0)
				bad[i] ^= 1;
			else if (how == 1)
				memmove(bad + i, good + i + 1, n - i);
			else if (how == 2)
				memmove(bad + i + 1, good + i, n - i + 1);
			else
				bad[i] = '\0';
			assert_int_equal(check(&vector,
			    which == 0 ? bad : DIGEST,
			    which == 1 ? bad : INPUT,
			    which == 2 ? bad : SIGNATURE, NOW), ERR_DENIED);
		}
}

static void
refuses_altered_headers(void **state)
{
	(void)state;
	refuses_altered(DIGEST, 0);
	refuses_altered(INPUT, 1);
	refuses_altered(SIGNATURE, 2);
}

/* The code for the vector under this Signature-Input, which S did sign. */
static int
check_signed(const char *input)
{
	struct secret *seed = secret_new(32);
	struct signer *s;
	unsigned char sig[SIGN_LEN], i;
	char base[1024], header[160], *text;

	for (i = 0; i < 32; i++)
		seed->bytes[i] = i;
	s = signer_from_seed(seed);
	(void)snprintf(base, sizeof(base), "\"@method\": POST\n"
	    "\"@authority\": localhost:8443\n"
	    "\"@path\": /v1/cases/7K2M9Q4X/claim\n\"@query\": ?a=b\n"
	    "\"content-digest\": %s\n\"@signature-params\": %s", DIGEST,
	    strchr(input, '=') + 1);
	signature_make(s, PURPOSE_REQUEST, base, strlen(base), sig);
	text = wire_base64(sig, sizeof(sig));
	(void)snprintf(header, sizeof(header), "teduh=:%s:", text);
	free(text);
	signer_free(s);
	secret_free(seed);
	return check(&vector, DIGEST, input, header, NOW);
}

static void
refuses_other_spellings(void **state)
{
	static const char *const swaps[][2] = {
		{ "created=1795000000", "created=01795000000" },
		{ "created=1795000000", "created=+1795000000" },
		{ "created=1795000000", "created=-1" },
		{ "created=1795000000", "created=99999999999999999999" },
		{ "keyid=\"03a107bf", "keyid=\"03A107BF" },
		{ "teduh=(", "sig1=(" },
		{ "(\"@method\"", "( \"@method\"" },
		{ ";nonce", "; nonce" }, { "\"ed25519\"", "\"ed25519\" " },
		{ "\"ed25519\"", "\"rsa\"" },
		{ ";alg=\"ed25519\"", "" },
		{ ";alg=\"ed25519\"", ";alg=\"ed25519\";tag=\"x\"" },
		{ "\"@query\" ", "" },
		{ "\"@path\" \"@query\"", "\"@query\" \"@path\"" },
	};
	char bad[512];
	const char *at;
	size_t i;

	(void)state;
	assert_int_equal(check_signed(INPUT), 0);
	for (i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
		assert_non_null(at = strstr(INPUT, swaps[i][0]));
		(void)snprintf(bad, sizeof(bad), "%.*s%s%s",
		    (int)(at - INPUT), INPUT, swaps[i][1],
		    at + strlen(swaps[i][0]));
		assert_int_equal(check_signed(bad), ERR_DENIED);
	}
}

static void
signs_what_it_accepts(void **state)
{
	struct request q = { "GET", "unix", "/v1/queue", "", NULL, 0 };
	struct request_headers h, h2;
	struct signer *s = signer_new();
	struct err e = ERR_INIT;
	char path[1024];

	(void)state;
	assert_int_equal(request_sign(s, &q, NOW, &h, &e), 0);
	assert_int_equal(check(&q, h.digest, h.input, h.signature, NOW), 0);
	assert_int_equal(request_sign(s, &q, NOW, &h2, &e), 0);
	assert_string_not_equal(h.input, h2.input);	/* a fresh nonce */
	assert_int_equal(check(&q, h.digest, h2.input, h.signature, NOW),
	    ERR_DENIED);
	q.path = "/a b";
	assert_int_equal(request_sign(s, &q, NOW, &h, &e), -1);
	q.path = "/a\n\"@query\": ?x";
	assert_int_equal(request_sign(s, &q, NOW, &h, &e), -1);
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	q.path = path;
	assert_int_equal(request_sign(s, &q, NOW, &h, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	signer_free(s);
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
		cmocka_unit_test(accepts_the_vector),
		cmocka_unit_test(accepts_the_head),
		cmocka_unit_test(bounds_the_clock),
		cmocka_unit_test(refuses_another_request),
		cmocka_unit_test(refuses_absent_headers),
		cmocka_unit_test(refuses_altered_headers),
		cmocka_unit_test(refuses_other_spellings),
		cmocka_unit_test(signs_what_it_accepts),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
