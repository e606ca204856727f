#ifndef TEDUH_ERASE_H
#define TEDUH_ERASE_H

#include <jansson.h>
#include <stdint.h>

#include "lib/roster.h"
#include "lib/wire.h"

struct actor;
struct desk;
struct err;

/*
 * Erasing a case.  Who may ask: the person whose return code it is, by role
 * web, or a counsellor or supervisor of its desk.  From that commit on the
 * mailbox is empty, nothing leaves, no letter joins the case any more, and
 * it stands in no queue; staff see it among those that are to be erased, with
 * the flag `erase`.  For ERASE_WAIT_S it can be taken back, by who asked or
 * by a supervisor; a supervisor can keep it (hold, flag `legal-hold`) until it
 * is let go (lift).  Then role clock ends it: the keys die in one
 * transaction, which leaves of the case that there was one.  Links to other
 * cases go when it is asked and do not come back.
 *
 * A row asks for nothing: clock looks whether role web, or one of the staff,
 * signed the wish (lib/wish.h), and the wait begins no earlier than it has
 * seen it (sighting.h).
 */
#define ERASE_WAIT_S	(72 * 3600)
#define ERASE_SKEW_S	600	/* of a clock of the staff's */

enum erase_state { ERASE_NONE, ERASE_ASKED, ERASE_HELD, ERASE_REFUSED,
    ERASE_OVER };
struct erasure {
	enum erase_state state;
	char		 by[ROSTER_NAME_MAX + 1];	/* pN, or staff */
	int64_t		 at, ends;			/* Unix seconds */
};
/* How it stands with this case. 0 with *x, or -1. */
int	erase_look(struct desk *, const char *case_id, struct erasure *,
	    struct err *);

/* How a strand is called where names of staff stand, too: "p1". */
void	erase_name(char out[ROSTER_NAME_MAX + 1], int64_t participant);

/*
 * By role web, for who gave the code of this participant: a transaction of
 * its own. 0 it is so now, or was already; -1 with ERR_GONE there is no such
 * case, ERR_DENIED (taking back) somebody of the staff asked.
 */
int	erase_by_code(struct desk *, const char *case_id,
	    int64_t participant, struct err *);
int	erase_back_by_code(struct desk *, const char *case_id,
	    int64_t participant, struct err *);

/*
 * POST of a reader: {statement, signature, note|null}, {note|null}, and of
 * supervisors {note}, {note|null} -> CASE.  ERR_CONFLICT: it stands otherwise.
 */
json_t	*erase_ask(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*erase_undo(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*erase_hold(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*erase_lift(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/*
 * By clock, within a transaction, for a wish that holds and whose day has
 * come: from now on it is asked. 0 (also when it was), or -1.
 */
struct wish;
struct wish_signed;
int	erase_begin(struct desk *, const char *id, const struct wish *,
	    const struct wish_signed *, struct err *);
/* {state, by, at, ends} or JSON null of a case; within a transaction. */
json_t	*erase_show(struct desk *, const char *case_id, struct err *);
/* [ERASURE] of the desks that the actor reads; within a transaction. */
json_t	*erase_list(struct desk *, const struct actor *, struct err *);

/*
 * By clock.  The next wish that is new or whose time is over: 1 the case is
 * erased, 2 nobody signed that wish and it is kept (alarm "erasure-refused"),
 * or 3 it was not seen before, and its wait begins; *id says which; 0 there is
 * none; -1.
 */
int	erase_end_next(struct desk *, char id[CASE_ID_LEN + 1], struct err *);
/*
 * Its bytes are swept, the log is folded so that they are gone from the disk
 * as well, and it is told to ERASE_LIST.  0 nothing is left; 1 somebody reads
 * just now, so that it is for the next call; -1.
 */
int	erase_sweep(struct desk *, struct err *);
/*
 * Within a transaction: what dies, and what stays. For clock, and for a
 * restore, which has no key to sign with: that is no audit entry.
 */
int	erase_rows(struct desk *, const char *case_id, struct err *);

/*
 * DATA/state/erased, a line "CASE SECONDS" for each case that is gone: what
 * a restore of an older backup must know, and what it cannot hold.
 */
#define ERASE_LIST	"state/erased"
int	erase_list_add(struct desk *, const char *case_id, struct err *);
/* Each id of such a file to fn; 0 or -1 (ERR_INPUT it is not one). */
typedef int erase_list_fn(void *ctx, const char *case_id, struct err *);
int	erase_list_read(const char *path, erase_list_fn *, void *ctx,
	    struct err *);

#endif
