#ifndef TEDUH_CODE_H
#define TEDUH_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"
#include "lib/wire.h"

struct err;
struct signer;

/*
 * Things that people read aloud, type and copy: case ids, founder codes,
 * invitation codes, fingerprints.  Crockford's base32 (no I, L, O, U; on
 * input these are forgiven: i and l are 1, o is 0; case, spaces and hyphens
 * do not matter).
 */

/* n random characters and a NUL. */
void	code_random(char *out, size_t n);
/*
 * What a person typed to canonical form (upper case, no separators).
 * 0, or -1 with ERR_INPUT naming the first character that is not possible,
 * or when longer than max characters.
 */
int	code_canonical(char *out /* max+1 */, size_t max, const char *typed,
	    struct err *);
/*
 * Bytes <-> characters, 5 bits each, no padding: (8n + 4) / 5 characters.
 * -1 when these are not exactly n bytes in canonical form.
 */
void	code_from_bytes(char *out, const void *, size_t n);
int	code_to_bytes(void *out, size_t n, const char *canonical);

/*
 * Founder code: 128 random bits, printed as 26 characters in groups
 * ("XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX"). The signing seed follows from it.
 */
#define CODE_FOUNDER_LEN	32	/* printed, with NUL and hyphens */
void		 code_founder_new(char out[CODE_FOUNDER_LEN]);
/* The Ed25519 pair of a founder code. NULL with ERR_INPUT. */
struct signer	*code_founder_signer(const char *typed, struct err *);

/*
 * Invitation code: NUMBER.PIN.SECRET: the invitation's number, the pin (hash
 * of roster entry 1, hex 64), 160 random bits. Copied, not typed.
 */
struct code_invite {
	int64_t		 number;
	unsigned char	 pin[SEAL_HASH];
	struct secret	*secret;	/* owned, 20 bytes */
};
#define CODE_INVITE_LEN	160
void	code_invite_print(char out[CODE_INVITE_LEN],
	    const struct code_invite *);
/* 0, or -1 with ERR_INPUT; free with code_invite_free() in both cases. */
int	code_invite_parse(struct code_invite *, const char *, struct err *);
void	code_invite_free(struct code_invite *);
struct signer *code_invite_signer(const struct secret *);

/* "3f2a 91bc ...": first 20 bytes of a hash of both public keys. */
#define CODE_FINGERPRINT_LEN	56
void	code_fingerprint(char out[CODE_FINGERPRINT_LEN],
	    const unsigned char sign[32], const unsigned char box[32]);

/* "CASE", "CASE.N", "CASE.N.K", "CASE.dN" as typed by people. */
struct code_ref {
	char	case_prefix[CASE_ID_LEN + 1];	/* canonical, 1 to 8 */
	int64_t	item;		/* 0 = none */
	int64_t	attachment;	/* 0 = none */
	int64_t	draft;		/* 0 = none */
};
/* 0, or -1 with ERR_INPUT saying what an id looks like. */
int	code_ref_parse(struct code_ref *, const char *typed, struct err *);
/* "pN" (a case could begin with P1, so this is asked for by itself). */
int	code_participant_parse(int64_t *number, const char *typed,
	    struct err *);

#endif
