/*
 * A person's keys and the file that holds them, locked with a passphrase.
 *
 * The header of the file is associated data, so that changed parameters fail
 * like a wrong passphrase; they are bounded before any memory is taken.  The
 * sub-key numbers are part of the format: 1 signs, 2 opens.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/identity.h"

#define MAGIC		"TEDUHKEY"
#define VERSION		1
#define KDF_ARGON2ID	1
#define SEED_LEN	32
#define AT_OPS		10
#define AT_MEM		14
#define AT_SALT		18
#define AT_NONCE	34
#define HEAD_LEN	58
#define MEM_MIN_KIB	8	/* crypto_pwhash_MEMLIMIT_MIN */
#define NONCE_LEN	crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN		crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(HEAD_LEN + SEED_LEN + TAG_LEN == IDENTITY_FILE_LEN, "length");
_Static_assert(AT_NONCE - AT_SALT == crypto_pwhash_SALTBYTES, "salt");
_Static_assert(HEAD_LEN - AT_NONCE == NONCE_LEN, "nonce");

struct identity *
identity_new(void)
{
	struct secret *seed = secret_random(SEED_LEN);
	struct identity *id = identity_from_seed(seed);

	secret_free(seed);
	return id;
}

struct identity *
identity_from_seed(const struct secret *seed)
{
	struct identity *id = mem_alloc(sizeof(*id));
	struct secret *sign = seal_derive(seed, 1, "teduhper");
	struct secret *box = seal_derive(seed, 2, "teduhper");

	id->seed = secret_copy(seed->bytes, seed->len);
	id->signer = signer_from_seed(sign);
	id->box = seal_pair_from_seed(box, id->box_pub);
	secret_free(sign);
	secret_free(box);
	return id;
}

void
identity_free(struct identity *id)
{
	if (id == NULL)
		return;
	secret_free(id->seed);
	signer_free(id->signer);
	secret_free(id->box);
	free(id);
}

static void
put32(unsigned char *out, uint32_t v)
{
	out[0] = (unsigned char)(v >> 24);
	out[1] = (unsigned char)(v >> 16);
	out[2] = (unsigned char)(v >> 8);
	out[3] = (unsigned char)v;
}

static uint32_t
get32(const unsigned char *in)
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 |
	    (uint32_t)in[2] << 8 | in[3];
}

static int
cost_ok(uint32_t ops, uint32_t mem_kib)
{
	return ops >= 1 && ops <= IDENTITY_OPS_MAX &&
	    mem_kib >= MEM_MIN_KIB && mem_kib <= IDENTITY_MEM_MAX_KIB;
}

/* The key that locks the seed, or NULL when there is no memory for it. */
static struct secret *
stretch(const struct secret *passphrase, const unsigned char *head,
    struct err *e)
{
	struct secret *key = secret_new(SEAL_KEY);
	uint32_t mem_kib = get32(head + AT_MEM);

	if (crypto_pwhash(key->bytes, key->len,
	    (const char *)passphrase->bytes, passphrase->len, head + AT_SALT,
	    get32(head + AT_OPS), (size_t)mem_kib * 1024,
	    crypto_pwhash_ALG_ARGON2ID13) == 0)
		return key;
	err_set(e, ERR_IO, "not enough memory for the passphrase: %" PRIu32
	    " KiB", mem_kib);
	secret_free(key);
	return NULL;
}

int
identity_lock(const struct identity *id, const struct secret *passphrase,
    uint32_t ops, uint32_t mem_kib, struct buf *out, struct err *e)
{
	unsigned char file[IDENTITY_FILE_LEN] = MAGIC;
	struct secret *key;
	int r;

	if (!cost_ok(ops, mem_kib)) {
		err_set(e, ERR_INPUT, "the cost of the passphrase is out of "
		    "range");
		return -1;
	}
	file[8] = VERSION;
	file[9] = KDF_ARGON2ID;
	put32(file + AT_OPS, ops);
	put32(file + AT_MEM, mem_kib);
	randombytes_buf(file + AT_SALT, HEAD_LEN - AT_SALT);
	if ((key = stretch(passphrase, file, e)) == NULL)
		return -1;
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(file + HEAD_LEN,
	    NULL, id->seed->bytes, SEED_LEN, file, HEAD_LEN, NULL,
	    file + AT_NONCE, key->bytes);
	if ((r = buf_add(out, file, sizeof(file))) == -1)
		err_set(e, ERR_INPUT, "no room for the key file");
	secret_free(key);
	return r;
}

struct identity *
identity_unlock(const void *bytes, size_t len,
    const struct secret *passphrase, struct err *e)
{
	const unsigned char *file = bytes;
	struct secret *key = NULL, *seed = NULL;
	struct identity *id = NULL;

	if (len != IDENTITY_FILE_LEN || memcmp(file, MAGIC, 8) != 0 ||
	    file[8] != VERSION || file[9] != KDF_ARGON2ID ||
	    !cost_ok(get32(file + AT_OPS), get32(file + AT_MEM))) {
		err_set(e, ERR_INPUT, "not a Teduh key file");
		goto out;
	}
	if ((key = stretch(passphrase, file, e)) == NULL)
		goto out;
	seed = secret_new(SEED_LEN);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed->bytes, NULL,
	    NULL, file + HEAD_LEN, len - HEAD_LEN, file, HEAD_LEN,
	    file + AT_NONCE, key->bytes) != 0) {
		err_set(e, ERR_DENIED, "the passphrase is not right, or the "
		    "file was changed");
		goto out;
	}
	id = identity_from_seed(seed);
out:
	secret_free(key);
	secret_free(seed);
	return id;
}
