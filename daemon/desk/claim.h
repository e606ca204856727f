#ifndef TEDUH_CLAIM_H
#define TEDUH_CLAIM_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Claims (design: "A claim is a lease row"): who works on a case, until when,
 * under which fence.  The fence grows whenever the claim changes hands, so
 * that a command which still believes in an older claim changes nothing; the
 * store decides, by the statement itself.  since is the fence with which the
 * claimant got it from somebody else: what was begun under an older one was
 * begun before a colleague had the case.  A claim that ended, in whichever
 * way, has until 0; one whose time is over and which still has its until is
 * for clock to end visibly.  Every move is an event of the case.
 */
#define CLAIM_LEASE_S	(12 * 3600)	/* from the claimant's last act */
#define CLAIM_RENEW_S	3600		/* a mere look renews so often */

/* POST .../claim: CLAIM; a second one prolongs. ERR_CONFLICT: who has it. */
json_t	*claim_take(struct desk *, const struct actor *, const char *id,
	    struct err *);
/*
 * POST .../release {fence}, .../pass {fence, note}, .../hand {fence|null, to,
 * note}: CASE. ERR_CONFLICT when the actor has not claimed it under that
 * fence; hand without one takes a free case first.
 */
json_t	*claim_release(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*claim_pass(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*claim_hand(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);

/*
 * POST .../take {fence, note}: CASE. A claim that holds, and that the command
 * saw under this fence, becomes the actor's: for a supervisor, or when its
 * holder is away (hours.h) or reads the desk no more. Whoever had it is fenced
 * out, and sees it among the events.
 */
json_t	*claim_seize(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);

/*
 * Within a transaction: take the claim if it is free or the actor's own, and
 * move a new case to open. 0, or -1 with ERR_CONFLICT naming the holder.
 */
int	claim_within(struct desk *, const struct actor *, const char *id,
	    struct err *);
/*
 * Within a transaction, for whoever writes: the body's "fence" is the claim
 * under which it was begun. It goes on, also after the lease has ended, as
 * long as nobody else had the case since; else -1 with ERR_CONFLICT. Without
 * one (absent, null) it is claim_within().
 */
int	claim_hold(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/* Why the actor's words are of a claim that is over: always -1. */
int	claim_fenced(struct desk *, const struct actor *, const char *id,
	    struct err *);
/*
 * Within a transaction, for who gives the case away as a whole: the body's
 * "fence" is that of the claim that the command saw, the actor's own, or, for
 * a supervisor, anybody's; null: nobody has it. 0, or -1 with ERR_CONFLICT.
 */
int	claim_give(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/* Within a transaction: 0 unless a colleague holds it (ERR_CONFLICT). */
int	claim_not_other(struct desk *, const struct actor *, const char *id,
	    struct err *);
/*
 * Within a transaction: if the case is of urgency 2 and above, whoever has it
 * had a heavy one this week. 0 or -1.
 */
int	claim_weigh(struct desk *, const char *id, struct err *);
/* The weeks are counted from a Monday. */
#define CLAIM_WEEK(now)	(((now) / 86400 + 3) / 7)
#define CLAIM_WEEKS	26	/* are remembered */

/* Within a transaction: whoever holds it does so no more. 0 or -1. */
int	claim_drop(struct desk *, const char *id, struct err *);
/*
 * Within a transaction: the actor's claim, if there is one, lasts from now
 * on, unless it was renewed within `within_s` seconds. 0 or -1.
 */
int	claim_renew(struct desk *, const struct actor *, const char *id,
	    int64_t within_s, struct err *);
/*
 * By clock: end the claims whose time is over, a transaction each. How many,
 * or -1.
 */
int	claim_expire(struct desk *, struct err *);

#endif
