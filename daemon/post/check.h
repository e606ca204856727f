#ifndef TEDUH_CHECK_H
#define TEDUH_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/desk/delivery.h"
#include "daemon/post/spent.h"

struct desk;
struct letter;
struct roster;

/*
 * Whether a letter may leave, asked before every attempt.  Each check gives
 * NULL, or the word under which the delivery is blocked:
 *
 *   signature, document, author, approver, crisis   (desk/letter_check.h)
 *   crisis     also: of a crisis letter that nobody has approved yet, the case
 *              is not one by what is signed
 *   expired, early
 *   address    not the one that a role signed for this participant
 *   mode       not the participant's newest one; or he is to read it here
 *              and has no return code
 *   stale      somebody wrote after what was read, or a linked or proposed
 *              case was not read at all (last_read.h)
 *   spent      it was sent, refused or cancelled already, or twice in doubt
 */

/* Index in last_read of this delivery's own case, or -1. */
int		 check_own_read(const struct delivery *,
		    const struct letter *);

/* 1 when it is not mailed but published here, for a return code. */
int		 check_shown(const struct letter *);

struct check {
	const struct desk		*desk;	/* roster, pepper */
	const struct delivery		*delivery;
	const struct letter		*letter;
	/* What each case of last_read says now, in its order. */
	const struct delivery_facts	*facts;
	int64_t				 now;
	const struct spent_state	*spent;
	/* Of a crisis letter: desk/urgency.h. */
	int64_t				 urgency;
};
const char	*check_letter(const struct check *);

#endif
