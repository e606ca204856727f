#ifndef TEDUH_URGENCY_H
#define TEDUH_URGENCY_H

#include "lib/roster.h"
#include "lib/signature.h"
#include "lib/wire.h"

struct err;

/*
 * How urgent one of the staff says that a case is.  Signed with
 * PURPOSE_URGENCY over the bytes as they are kept:
 *
 *   {"after":HEX,"at":N,"by":NAME,"case":ID,"urgency":N,"v":1}
 *
 * after: deposit_hash() of the case's newest letter, as its signer knew the
 * case; zeros when it could not be verified, and then the statement is good
 * for sorting alone.  What comes later may raise the urgency, and says so
 * itself, signed by a role.  The number that stands beside a case in clear
 * only sorts; what may be done at urgency 3 alone asks the signatures
 * (daemon/desk/urgency.h).
 */
#define URGENCY_MAX		512	/* bytes of a statement */
#define URGENCY_CRISIS		3	/* the highest */

struct urgency_statement {
	char		case_id[CASE_ID_LEN + 1];
	unsigned char	after[SEAL_HASH];
	int64_t		urgency;		/* 0 .. URGENCY_CRISIS */
	char		by[ROSTER_NAME_MAX + 1];
	int64_t		at;			/* Unix seconds */
};

/* The bytes to sign; the caller frees. */
char	*urgency_print(const struct urgency_statement *, size_t *len);
/* Strict; -1 with ERR_INPUT. */
int	 urgency_parse(struct urgency_statement *, const void *, size_t len,
	    struct err *);
/*
 * 1 when this person signed these bytes, which say so in the own name about
 * this case; *out is filled.  p may be NULL: 0.  Whether the person is active
 * and may read the case is the caller's to ask.
 */
int	 urgency_holds(const struct roster_person *p, const char *case_id,
	    const void *, size_t len, const unsigned char signature[SIGN_LEN],
	    struct urgency_statement *out);

#endif
