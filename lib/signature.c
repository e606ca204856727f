/*
 * Ed25519 with a purpose in front of what is signed, so that a signature
 * made for one thing never serves for another.
 *
 * The bytes are copied behind the purpose because plain Ed25519 wants them in
 * one piece (the streaming form is another scheme); the copy is wiped, for
 * letters pass here.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/signature.h"

_Static_assert(crypto_sign_PUBLICKEYBYTES == SIGN_PUBLIC, "Ed25519 keys");
_Static_assert(crypto_sign_BYTES == SIGN_LEN, "Ed25519 signatures");

struct signer *
signer_new(void)
{
	struct secret *seed = secret_random(crypto_sign_SEEDBYTES);
	struct signer *s = signer_from_seed(seed);

	secret_free(seed);
	return s;
}

struct signer *
signer_from_seed(const struct secret *seed)
{
	struct signer *s = mem_alloc(sizeof(*s));

	if (seed->len != crypto_sign_SEEDBYTES)
		mem_out();
	s->key = secret_new(crypto_sign_SECRETKEYBYTES);
	(void)crypto_sign_seed_keypair(s->pub, s->key->bytes, seed->bytes);
	return s;
}

void
signer_free(struct signer *s)
{
	if (s == NULL)
		return;
	secret_free(s->key);
	free(s);
}

static unsigned char *
with_purpose(const char *purpose, const void *bytes, size_t len, size_t *n)
{
	size_t np = strlen(purpose) + 1;
	unsigned char *m;

	if (len > SIZE_MAX - np)
		mem_out();
	*n = np + len;
	m = mem_alloc(*n);
	memcpy(m, purpose, np);
	if (len > 0)
		memcpy(m + np, bytes, len);
	return m;
}

void
signature_make(const struct signer *s, const char *purpose,
    const void *bytes, size_t len, unsigned char sig[SIGN_LEN])
{
	size_t n;
	unsigned char *m = with_purpose(purpose, bytes, len, &n);

	(void)crypto_sign_detached(sig, NULL, m, n, s->key->bytes);
	sodium_memzero(m, n);
	free(m);
}

int
signature_check(const unsigned char pub[SIGN_PUBLIC], const char *purpose,
    const void *bytes, size_t len, const unsigned char sig[SIGN_LEN])
{
	size_t n;
	unsigned char *m = with_purpose(purpose, bytes, len, &n);
	int r = crypto_sign_verify_detached(sig, m, n, pub);

	sodium_memzero(m, n);
	free(m);
	return r == 0;
}
