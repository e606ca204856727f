#ifndef TEDUH_IDENTITY_H
#define TEDUH_IDENTITY_H

#include "lib/seal.h"
#include "lib/signature.h"

struct err;
struct buf;

/*
 * A person's keys: Ed25519 to sign and X25519 to open, both derived from one
 * 32-byte seed (seal_derive(seed, 1|2, "teduhper")).  On disk the seed is
 * locked with a passphrase:
 *
 *   "TEDUHKEY" | version 1 | kdf 1 (Argon2id) | ops (4) | mem KiB (4) |
 *   salt (16) | nonce (24) | XChaCha20-Poly1305(seed, ad = all before)
 *
 * integers big endian.  Reading bounds ops and mem (OWASP and RFC 9106 say
 * why), so that a file from elsewhere cannot eat the machine.
 */
#define IDENTITY_OPS		3
#define IDENTITY_MEM_KIB	(256 * 1024)
#define IDENTITY_MEM_MAX_KIB	(1024 * 1024)
#define IDENTITY_OPS_MAX	16
#define IDENTITY_FILE_LEN	(8 + 1 + 1 + 4 + 4 + 16 + 24 + 32 + 16)

struct identity {
	struct secret	*seed;
	struct signer	*signer;
	struct secret	*box;
	unsigned char	 box_pub[SEAL_KEY];
};

struct identity	*identity_new(void);
struct identity	*identity_from_seed(const struct secret *);
void		 identity_free(struct identity *);	/* NULL is fine */

/* The locked file's bytes, appended to *out. */
int		 identity_lock(const struct identity *,
		    const struct secret *passphrase, uint32_t ops,
		    uint32_t mem_kib, struct buf *out, struct err *);
/*
 * NULL: ERR_INPUT "not a Teduh key file", ERR_DENIED "the passphrase is not
 * right, or the file was changed".
 */
struct identity	*identity_unlock(const void *, size_t len,
		    const struct secret *passphrase, struct err *);

/*
 * The same lock for a draft on the counsellor's disk: sealed to the person's
 * own box key, so that saving needs no passphrase.  See seal_box().
 */

#endif
