#ifndef TEDUH_DESK_EPOCH_H
#define TEDUH_DESK_EPOCH_H

#include <jansson.h>
#include <stdint.h>

#include "lib/epoch.h"

struct actor;
struct desk;
struct err;

/*
 * New keys of cases, as staff signed them (lib/epoch.h).  Whoever seals
 * anything to a case asks here which key is the present one.
 */

/*
 * In: what the newest deposit says (chain_walk()). Out: the present key. 0;
 * -1 with ERR_DENIED when a record or the first deposit does not hold or is
 * missing.
 */
int	 epoch_newest(struct desk *, const char *case_id, int64_t *epoch,
	    unsigned char key[SEAL_KEY], struct err *);
/*
 * Within a transaction, before something that was sealed under this epoch is
 * written: 0 it is the present one; -1 with ERR_CONFLICT it no longer is.
 */
int	 epoch_unmoved(struct desk *, const char *case_id, int64_t epoch,
	    struct err *);

/* The records of a case, [EPOCH] of doc/api.md; NULL with *e. */
json_t	*epoch_records(struct desk *, const char *case_id, struct err *);
/*
 * A case of a desk that the actor supervises gets a new key: {case}, or NULL
 * with *e; ERR_CONFLICT when somebody was faster.
 */
json_t	*epoch_put(struct desk *, const struct actor *, const char *case_id,
	    const json_t *body, struct err *);
/*
 * Within a transaction: key and record as body says them; for another desk
 * as well. `from` as the record must say it, or "". 0 or -1.
 */
int	 epoch_add(struct desk *, const struct actor *, const char *case_id,
	    const char *from, const json_t *body, struct err *);
/*
 * The desks that gave the case away, each once, as records that hold say.  What
 * was signed there before goes on: answers that were sent, links that were
 * undone, the urgency.  0; -1 with ERR_DENIED as above.
 */
struct epoch_former {
	char	desks[ROSTER_DESKS_MAX][ROSTER_NAME_MAX + 1];
	size_t	n;
};
int	 epoch_former(struct desk *, const char *case_id,
	    struct epoch_former *, struct err *);
int	 epoch_was_on(const struct epoch_former *, const char *desk);
/* Is this person on the desk that has the case now, or on one before? */
int	 epoch_knows(const struct epoch_former *, const char *desk,
	    const struct roster_person *);
/*
 * 1 when the newest record, or without one the first deposit, says that the
 * case is with this desk, or neither says anything; 0; -1 as above.
 */
int	 epoch_is_with(struct desk *, const char *case_id, const char *desk,
	    struct err *);

/*
 * Cases of the actor's desks whose newest key is sealed to an older team key
 * than the present one: {cases: [...]}, as rows of the queue, with active. Of
 * each desk some, those first of which anybody heard last: behind this time
 * and case (INT64_MAX: from the first on), so that those which cannot be
 * opened are in nobody's way. NULL with *e.
 */
json_t	*epoch_behind(struct desk *, const struct actor *, int64_t active,
	    const char *case_id, struct err *);
/*
 * Has the owner of this signing key ever read a desk of the case, since the
 * case is there?  Desks as deposits and records that hold say; where none
 * says any, as the row does. 1, 0, -1.
 */
int	 epoch_served(struct desk *, const char *case_id,
	    const unsigned char signer[SIGN_PUBLIC], struct err *);

#endif
