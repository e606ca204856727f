#ifndef TEDUH_TOOLS_STAFFING_H
#define TEDUH_TOOLS_STAFFING_H

#include <jansson.h>
#include <stdint.h>

#include "lib/roster.h"

struct err;
struct session;

/*
 * Changes of the list of staff, as the commands `staff ...` make them: what
 * the roster and the service will ask is asked here first, in sentences.
 */

/* The active person of this name, or NULL with ERR_GONE. */
const struct roster_person *staffing_active(struct session *,
	    const char *name, struct err *);
/* 0 if I am an active supervisor of all this person's desks, or -1. */
int	staffing_may_decide(struct session *, const struct roster_person *,
	    struct err *);
/*
 * 0 if every desk that `was` supervises keeps a supervisor when it becomes
 * `now`, or -1 with a sentence that names the desk.
 */
int	staffing_keeps(struct session *, const struct roster_person *was,
	    const struct roster_person *now, struct err *);
/*
 * The keys that `now` must hold and `was` (NULL: nobody yet) did not, of
 * every epoch that I have, sealed: SECRETs of doc/api.md. NULL with *e.
 */
json_t	*staffing_secrets(struct session *, const struct roster_person *was,
	    const struct roster_person *now, struct err *);
/*
 * Sign the person's new entry and append it with these secrets. confirm: the
 * invitation that it settles, or 0. 0, or -1: with ERR_CONFLICT somebody was
 * faster, and the roster has been read again.
 */
int	staffing_send(struct session *, const struct roster_person *,
	    const json_t *secrets, int64_t confirm, struct err *);
/* The same of how a desk reviews from now on. */
int	staffing_policy(struct session *, const char *desk,
	    const struct roster_policy *, struct err *);
/*
 * Append entries that were added to the roster of the session, the first of
 * them with this number, with these secrets. As above.
 */
int	staffing_append(struct session *, int64_t seq, const json_t *entries,
	    const json_t *secrets, int64_t confirm, struct err *);
/*
 * After a -1 of any of these: has somebody else changed the list since it was
 * at entry seq, so that the same is to be decided anew?  tries: how often it
 * was. 1 or 0.
 */
int	staffing_again(const struct session *, int64_t seq, int tries,
	    const struct err *);
/*
 * Read an INVITATION and verify that a supervisor of its desks signed it. 0,
 * or -1 with ERR_DENIED.
 */
int	staffing_invitation(struct session *, const json_t *,
	    struct roster_invite *, struct err *);
/*
 * Read the card of who used an INVITATION, and verify that the code and the
 * new key signed it. 0, or -1 with ERR_DENIED.
 */
int	staffing_card(const json_t *, const struct roster_invite *,
	    struct roster_card *, struct err *);

#endif
