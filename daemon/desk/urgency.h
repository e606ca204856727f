#ifndef TEDUH_DESK_URGENCY_H
#define TEDUH_DESK_URGENCY_H

#include <jansson.h>
#include <stdint.h>

struct actor;
struct desk;
struct err;

/*
 * How urgent a case is.  The number beside the case sorts the queue; what
 * stands behind it is signed: by one of the staff (lib/urgency.h), kept once
 * per case, the newest, or by a role in the deposit of a letter, which the
 * rules raised.
 */

/*
 * {urgency, statement, signature, note}: by whoever reads the desk.  The
 * statement names the case's newest letter, or none; ERR_CONFLICT when another
 * came meanwhile, or when one of the staff has said the same before.  The
 * CASE, whole; the caller decrefs.  NULL with *e.
 */
json_t	*urgency_say(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);

/*
 * The urgency that is signed, for what may be done at a crisis alone: that of
 * the statement, when its signer is active and on the case's desk and it names
 * a deposit of this case, or more, when a letter after that was deposited with
 * more.  0 when nothing is signed.  Call it in a transaction or a read. 0 or
 * -1; ERR_DENIED when the case's deposits do not hold.
 */
int	 urgency_signed(struct desk *, const char *case_id, int64_t *urgency,
	    struct err *);

/*
 * Where people and rules may differ, of the desks that the actor reads, since
 * `from`, oldest first: {"now", "judged":[{case, desk, rules, urgency, by,
 * at}], "tagged":[{case, desk, at}], "more": are there more}. The caller
 * decrefs. NULL with *e.
 */
#define URGENCY_MISSES_MAX	500	/* of one desk, of each list */
json_t	*urgency_misses(struct desk *, const struct actor *, int64_t from,
	    struct err *);

#endif
