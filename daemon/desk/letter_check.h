#ifndef TEDUH_LETTER_CHECK_H
#define TEDUH_LETTER_CHECK_H

#include <stddef.h>

#include "daemon/desk/delivery.h"

struct letter;
struct roster;

/*
 * Who stands behind a letter document: asked by post before it leaves, and by
 * web before it is shown.  Each check gives NULL, or a word:
 *
 *   signature  author's or approver's does not hold over these bytes
 *   document   it is not the letter of this delivery
 *   author     not an active person of the desk with this present key
 *   approver   the second signature that the desk asks for is missing, or is
 *              not that of another active supervisor of the desk who did not
 *              write on it before
 *   crisis     a crisis letter on a desk without the crisis path, or not by
 *              somebody with the flag `crisis`, or by a trainee
 *
 * A crisis letter needs no second signature to leave.  That its case is a
 * crisis is not seen here: post asks it (check.h) before it leaves.
 *
 * Of the delivery case, desk, draft, participant and the signatures are
 * looked at; "active", "present" and "asks" are as the roster says.
 */

/* Over the bytes as they were opened, before anybody parses them. */
const char	*letter_check_signatures(const struct delivery *,
		    const void *, size_t len);
/* NULL when the second signature is there, or none is asked for. */
const char	*letter_check_approver(const struct roster *,
		    const struct delivery *, const struct letter *);
/* The rest. */
const char	*letter_check_signers(const struct roster *,
		    const struct delivery *, const struct letter *);

#endif
