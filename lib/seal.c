/*
 * Sealing with libsodium: derived keys, hashes and boxes.  The long parts of
 * items are in seal_part.c.
 *
 * Invariants: a secret never leaves `struct secret` but by the caller's hand;
 * what a box is for (purpose, context, recipient) is inside it and compared
 * when it is opened; tags and keys are compared in constant time.  A wrong
 * key length is a wrong program and ends the process.
 */
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define BOX_NONCE	crypto_box_NONCEBYTES
#define BOX_MAC		crypto_box_MACBYTES
#define BOX_HEAD	(SEAL_KEY + BOX_NONCE)

_Static_assert(crypto_box_PUBLICKEYBYTES == SEAL_KEY, "X25519 keys");
_Static_assert(crypto_kdf_CONTEXTBYTES == 8, "kdf context");
_Static_assert(crypto_generichash_BYTES == SEAL_HASH, "BLAKE2b-256");

struct sealer {
	unsigned char	 recipient[SEAL_KEY];
	unsigned char	 ephemeral[SEAL_KEY];
	struct secret	*shared;
};

int
seal_init(struct err *e)
{
	if (sodium_init() == -1) {
		err_set(e, ERR_IO, "cannot start libsodium");
		return -1;
	}
	secret_begin();
	return 0;
}

void
seal_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

uint32_t
seal_random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

void
seal_wipe(void *bytes, size_t len)
{
	sodium_memzero(bytes, len);
}

int
seal_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

static void
need_len(const struct secret *key, size_t len)
{
	if (key->len != len)
		mem_out();
}

struct secret *
seal_derive(const struct secret *key, uint64_t number, const char context[8])
{
	struct secret *s = secret_new(SEAL_KEY);

	need_len(key, crypto_kdf_KEYBYTES);
	(void)crypto_kdf_derive_from_key(s->bytes, s->len, number, context,
	    key->bytes);
	return s;
}

static void
hash_begin(crypto_generichash_state *state, const struct secret *key,
    const char *purpose)
{
	if (crypto_generichash_init(state, key == NULL ? NULL : key->bytes,
	    key == NULL ? 0 : key->len, SEAL_HASH) != 0)
		mem_out();
	(void)crypto_generichash_update(state, (const unsigned char *)purpose,
	    strlen(purpose) + 1);
}

static void
hash(unsigned char out[SEAL_HASH], const struct secret *key,
    const char *purpose, const void *bytes, size_t len)
{
	crypto_generichash_state state;

	hash_begin(&state, key, purpose);
	(void)crypto_generichash_update(&state, bytes, len);
	(void)crypto_generichash_final(&state, out, SEAL_HASH);
	sodium_memzero(&state, sizeof(state));
}

void
seal_hash(unsigned char out[SEAL_HASH], const char *purpose,
    const void *bytes, size_t len)
{
	hash(out, NULL, purpose, bytes, len);
}

void
seal_hash_keyed(unsigned char out[SEAL_HASH], const struct secret *key,
    const char *purpose, const void *bytes, size_t len)
{
	need_len(key, SEAL_KEY);
	hash(out, key, purpose, bytes, len);
}

struct seal_hashing {
	crypto_generichash_state state;
};

struct seal_hashing *
seal_hashing_new(const struct secret *key, const char *purpose)
{
	struct seal_hashing *h = mem_alloc(sizeof(*h));

	need_len(key, SEAL_KEY);
	hash_begin(&h->state, key, purpose);
	return h;
}

void
seal_hashing_add(struct seal_hashing *h, const void *bytes, size_t len)
{
	(void)crypto_generichash_update(&h->state, bytes, len);
}

void
seal_hashing_end(struct seal_hashing *h, unsigned char out[SEAL_HASH])
{
	if (h == NULL)
		return;
	if (out != NULL)
		(void)crypto_generichash_final(&h->state, out, SEAL_HASH);
	sodium_memzero(h, sizeof(*h));
	free(h);
}

struct secret *
seal_pair_new(unsigned char pub[SEAL_KEY])
{
	struct secret *s = secret_new(SEAL_KEY);

	(void)crypto_box_keypair(pub, s->bytes);
	return s;
}

struct secret *
seal_pair_from_seed(const struct secret *seed, unsigned char pub[SEAL_KEY])
{
	struct secret *s = secret_new(SEAL_KEY);

	need_len(seed, crypto_box_SEEDBYTES);
	(void)crypto_box_seed_keypair(pub, s->bytes, seed->bytes);
	return s;
}

void
seal_pair_public(const struct secret *key, unsigned char pub[SEAL_KEY])
{
	need_len(key, SEAL_KEY);
	(void)crypto_scalarmult_base(pub, key->bytes);
}

struct sealer *
sealer_new(const unsigned char recipient[SEAL_KEY], struct err *e)
{
	struct sealer *s = mem_alloc(sizeof(*s));
	struct secret *own = seal_pair_new(s->ephemeral);

	memcpy(s->recipient, recipient, SEAL_KEY);
	s->shared = secret_new(crypto_box_BEFORENMBYTES);
	if (crypto_box_beforenm(s->shared->bytes, recipient,
	    own->bytes) != 0) {
		err_set(e, ERR_INPUT, "cannot seal: not a public key");
		sealer_free(s);
		s = NULL;
	}
	secret_free(own);
	return s;
}

void
sealer_free(struct sealer *s)
{
	if (s == NULL)
		return;
	secret_free(s->shared);
	free(s);
}

/* purpose NUL context NUL recipient, with room for `more` bytes behind. */
static struct secret *
label(const char *purpose, const char *context,
    const unsigned char recipient[SEAL_KEY], size_t more, size_t *len)
{
	size_t np = strlen(purpose) + 1, nc = strlen(context) + 1;
	struct secret *s;

	*len = np + nc + SEAL_KEY;
	s = secret_new(*len + more);
	memcpy(s->bytes, purpose, np);
	memcpy(s->bytes + np, context, nc);
	memcpy(s->bytes + np + nc, recipient, SEAL_KEY);
	return s;
}

int
sealer_seal(struct sealer *s, const char *purpose, const char *context,
    const void *plain, size_t len, struct buf *out, struct err *e)
{
	struct secret *inside = NULL;
	unsigned char *box = NULL;
	size_t n, boxlen;
	int r = -1;

	if (len > out->max) {	/* also keeps the sums below from wrapping */
		err_set(e, ERR_INPUT, "too long to be sealed");
		return -1;
	}
	inside = label(purpose, context, s->recipient, len, &n);
	if (len > 0)
		memcpy(inside->bytes + n, plain, len);
	boxlen = BOX_HEAD + BOX_MAC + inside->len;
	box = mem_alloc(boxlen);
	memcpy(box, s->ephemeral, SEAL_KEY);
	randombytes_buf(box + SEAL_KEY, BOX_NONCE);
	if (crypto_box_easy_afternm(box + BOX_HEAD, inside->bytes,
	    inside->len, box + SEAL_KEY, s->shared->bytes) != 0 ||
	    buf_add(out, box, boxlen) == -1) {
		err_set(e, ERR_INPUT, "too long to be sealed");
		goto out;
	}
	r = 0;
out:
	secret_free(inside);
	free(box);
	return r;
}

int
seal_box(const unsigned char recipient[SEAL_KEY], const char *purpose,
    const char *context, const void *plain, size_t len, struct buf *out,
    struct err *e)
{
	struct sealer *s;
	int r;

	if ((s = sealer_new(recipient, e)) == NULL)
		return -1;
	r = sealer_seal(s, purpose, context, plain, len, out, e);
	sealer_free(s);
	return r;
}

struct secret *
seal_box_open(const struct secret *key, const char *purpose,
    const char *context, const void *box, size_t len, struct err *e)
{
	const unsigned char *b = box;
	struct secret *inside = NULL, *want = NULL, *plain = NULL;
	unsigned char pub[SEAL_KEY];
	size_t n;

	need_len(key, SEAL_KEY);
	if (len < BOX_HEAD + BOX_MAC)
		goto out;
	inside = secret_new(len - BOX_HEAD - BOX_MAC);
	if (crypto_box_open_easy(inside->bytes, b + BOX_HEAD, len - BOX_HEAD,
	    b + SEAL_KEY, b, key->bytes) != 0)
		goto out;
	seal_pair_public(key, pub);
	want = label(purpose, context, pub, 0, &n);
	if (inside->len < n ||
	    sodium_memcmp(inside->bytes, want->bytes, n) != 0)
		goto out;
	plain = secret_copy(inside->bytes + n, inside->len - n);
out:
	if (plain == NULL)
		err_set(e, ERR_DENIED,
		    "the box is not for this key and place, or was changed");
	secret_free(inside);
	secret_free(want);
	return plain;
}

/*
 * Memory is locked secret by secret (secret.c), not as a whole: an
 * ordinary user's limit would not allow it.
 */
int
seal_harden_process(struct err *e)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == -1) {
		err_set(e, ERR_IO, "cannot switch core dumps off: %s",
		    strerror(errno));
		return -1;
	}
#ifdef __linux__
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1) {
		err_set(e, ERR_IO, "cannot make the process undumpable: %s",
		    strerror(errno));
		return -1;
	}
#endif
	return 0;
}
