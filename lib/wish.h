#ifndef TEDUH_WISH_H
#define TEDUH_WISH_H

#include "lib/roster.h"
#include "lib/signature.h"
#include "lib/wire.h"

struct err;

/*
 * What somebody wishes for a case beside an answer: that it be erased, that
 * somebody else write, that somebody hear of an answer that was not good.
 * Signed with PURPOSE_WISH over the bytes as they are kept, by role web for
 * the participant whose return code it was given, or by a member of the staff
 * in the own name (participant 0, erase alone):
 *
 *   {"at":N,"by":"web"|NAME,"case":ID,"participant":N,"v":1,"wish":WORD}
 *
 * Nothing happens to a case because a row says so: who acts on a wish asks
 * wish_holds() first.
 */
#define WISH_MAX	512	/* bytes of a statement */

enum wish_kind { WISH_ERASE, WISH_OTHER, WISH_UNHAPPY };

struct wish {
	char		case_id[CASE_ID_LEN + 1];
	enum wish_kind	kind;
	int64_t		participant;		/* 0: one of the staff */
	char		by[ROSTER_NAME_MAX + 1];
	int64_t		at;			/* Unix seconds */
};

/* "erase", "other", "unhappy". */
const char *wish_word(enum wish_kind);
/* The bytes to sign; the caller frees. */
char	*wish_print(const struct wish *, size_t *len);
/* Strict; -1 with ERR_INPUT. */
int	 wish_parse(struct wish *, const void *, size_t len, struct err *);

/* A statement as it is kept. */
struct wish_signed {
	const void	*text;
	size_t		 len;
	unsigned char	 signer[SIGN_PUBLIC], signature[SIGN_LEN];
};
/*
 * 1 when role web, or who ever was this member of the staff, signed these
 * bytes, which are about this case; *out is filled. Else 0.
 */
int	 wish_holds(const struct roster *, const char *case_id,
	    const struct wish_signed *, struct wish *out);

#endif
