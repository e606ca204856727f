#ifndef TEDUH_SIGNATURE_H
#define TEDUH_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"

struct err;
struct buf;

/*
 * Ed25519 over  purpose NUL bytes.  The purpose says what the signer meant,
 * so that a signature never serves for anything else.  Bytes are signed as
 * they are and kept as they were signed, never written anew from a parse.
 */
#define SIGN_PUBLIC	32
#define SIGN_LEN	64

#define PURPOSE_ROSTER	"teduh/roster/v1"	/* a roster entry */
#define PURPOSE_CARD	"teduh/card/v1"		/* init's, a joiner's card */
#define PURPOSE_INVITE	"teduh/invite/v1"	/* an invitation */
#define PURPOSE_DEPOSIT	"teduh/deposit/v1"	/* a role's deposit */
#define PURPOSE_DRAFT	"teduh/draft/v1"	/* a draft, by its author */
#define PURPOSE_NOTE	"teduh/note/v1"		/* a note, by its author */
#define PURPOSE_FACE	"teduh/face/v1"		/* a case's face, by staff */
#define PURPOSE_LINK	"teduh/link/v1"		/* a link of two cases, staff */
#define PURPOSE_WISH	"teduh/wish/v1"		/* a wish, by web or staff */
#define PURPOSE_LETTER	"teduh/letter/v1"	/* a letter document, author */
#define PURPOSE_APPROVE	"teduh/approve/v1"	/* the same bytes, approver */
#define PURPOSE_STILL	"teduh/still/v1"	/* a reading statement, staff */
#define PURPOSE_DISCLOSE "teduh/disclose/v1"	/* of a case, second */
#define PURPOSE_URGENCY "teduh/urgency/v1"	/* of a case, by staff */
#define PURPOSE_PARTICIPANT "teduh/participant/v1" /* a statement, author */
#define PURPOSE_SECOND	"teduh/second/v1"	/* the same bytes, second */
#define PURPOSE_AUDIT	"teduh/audit/v2"	/* an audit entry, by a role */
#define PURPOSE_AUDIT_1	"teduh/audit/v1"	/* the same, of version 1 */
#define PURPOSE_AUTOMATIC "teduh/automatic/v1"	/* asks for a mail */
#define PURPOSE_PUBLICATION "teduh/publication/v1" /* it may be shown, post */
#define PURPOSE_EPOCH	"teduh/epoch/v1"	/* a new case key, staff */
#define PURPOSE_REQUEST	"teduh/request/v1"	/* an HTTP request */

/* An Ed25519 pair; the secret half is the 32-byte seed. */
struct signer {
	unsigned char	 pub[SIGN_PUBLIC];
	struct secret	*key;		/* 64 bytes, libsodium's form */
};

struct signer	*signer_new(void);
struct signer	*signer_from_seed(const struct secret *seed32);
void		 signer_free(struct signer *);	/* NULL is fine */

void	signature_make(const struct signer *, const char *purpose,
	    const void *, size_t len, unsigned char sig[SIGN_LEN]);
/* 1 when it holds, 0 when not. */
int	signature_check(const unsigned char pub[SIGN_PUBLIC],
	    const char *purpose, const void *, size_t len,
	    const unsigned char sig[SIGN_LEN]);

/*
 * Signed HTTP requests: one profile of RFC 9421 (HTTP Message Signatures)
 * with Content-Digest of RFC 9530, nothing to choose:
 *
 *   Content-Digest: sha-512=:BASE64:          (always, also of no body)
 *   Signature-Input: teduh=("@method" "@authority" "@path" "@query"
 *     "content-digest");created=N;nonce="HEX32";keyid="HEX64";alg="ed25519"
 *   Signature: teduh=:BASE64:
 *
 * on one line each.  keyid is the Ed25519 public key.  The check compares
 * Signature-Input byte for byte with the template but for created, nonce and
 * keyid, before anything else of the request is looked at.
 */
#define REQUEST_NONCE		16
#define REQUEST_SKEW_S		120	/* seconds that created may be off */
#define REQUEST_BODY_MAX	(32 * 1024 * 1024)

struct request {
	const char	*method;	/* "GET" */
	const char	*authority;	/* the Host header as sent */
	const char	*path;		/* raw, as on the request line */
	const char	*query;		/* "" or "?a=b", raw */
	const void	*body;
	size_t		 body_len;
};

struct request_headers {
	char	digest[128];
	char	input[320];
	char	signature[128];
};

struct request_proof {
	unsigned char	key[SIGN_PUBLIC];
	unsigned char	nonce[REQUEST_NONCE];
	int64_t		created;	/* Unix seconds */
	char		base[1024];	/* the signature base, for the audit */
	unsigned char	sig[SIGN_LEN];
};

/* Fill the three header values. 0, or -1 with *e (a value is too long). */
int	request_sign(const struct signer *, const struct request *,
	    int64_t now_s, struct request_headers *, struct err *);
/*
 * Check the three header values (NULL = absent) against the request.
 * 0 with *proof filled; -1 with ERR_DENIED. Who the key belongs to, and
 * whether the nonce is new, is the caller's to ask. A `created` outside
 * REQUEST_SKEW_S is ERR_RETRY ("clock"), so that the client can be told.
 */
int	request_check(const struct request *, const char *digest,
	    const char *input, const char *signature, int64_t now_s,
	    struct request_proof *, struct err *);
/*
 * The signature alone, before there is a body: whether who holds the key
 * announces a body with this digest. Says nothing about the clock. 0 with
 * *proof filled; -1.
 */
int	request_check_head(const struct request *, const char *digest,
	    const char *input, const char *signature,
	    struct request_proof *);

/* What a signature base says that was kept. */
#define REQUEST_PATH_MAX	512
struct request_facts {
	char		method[16];
	char		path[REQUEST_PATH_MAX];
	int64_t		created;	/* Unix seconds */
	unsigned char	nonce[REQUEST_NONCE];
	unsigned char	key[SIGN_PUBLIC];
};

/* 0; -1 when it is not a base as request_sign() makes it, to the byte. */
int	request_read_base(const char *base, struct request_facts *);

#endif
