#ifndef TEDUH_LINK_H
#define TEDUH_LINK_H

#include "lib/roster.h"
#include "lib/wire.h"

struct err;

/*
 * What a person says of two cases of one desk: that the letters of `case_id`
 * belong to `other` (confirmed), or that they do not (undone).  Signed with
 * PURPOSE_LINK over the bytes as they are kept:
 *
 *   {"at":N,"by":NAME,"case":ID,"kind":"confirmed"|"undone","other":ID,"v":1}
 */
#define LINK_MAX	512	/* bytes of a statement */

struct link_statement {
	char		case_id[CASE_ID_LEN + 1], other[CASE_ID_LEN + 1];
	char		kind[16];
	char		by[ROSTER_NAME_MAX + 1];
	int64_t		at;
};

/* The bytes to sign; the caller frees. */
char	*link_print(const struct link_statement *, size_t *len);
/* Strict; -1 with ERR_INPUT. */
int	 link_parse(struct link_statement *, const void *, size_t len,
	    struct err *);
/*
 * 1 when these bytes were signed by this person, who is who they say, and are
 * about these two cases with this kind.
 */
int	 link_holds(const struct roster_person *, const char *case_id,
	    const char *other, const char *kind, const void *, size_t len,
	    const unsigned char signature[SIGN_LEN]);

#endif
