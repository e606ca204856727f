#ifndef TEDUH_CLOCK_H
#define TEDUH_CLOCK_H

#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"

struct err;

/* What the files of the role clock share. */
struct clock {
	struct desk		 desk;
	struct breath		 breath;
	struct breath_watch	 watch;
	int64_t			 rounds_at;	/* next look at everything */
	int64_t			 sweep_at;	/* next sweep */
	int64_t			 silence_at;	/* next look at silences */
	int64_t			 balance_at;	/* next drawing of balances */
	int			 unfolded;	/* deleted, in the log */
};

/*
 * Look at what should not be, and raise or clear its alarm: roles that do
 * not breathe, letters that wait too long, deliveries that nobody can
 * decide, desks with too few supervisors, a full disk. 0, or -1.
 */
int	duty_look(struct clock *, struct err *);
/*
 * Look at each mailbox: does its canary come back (and write the next one),
 * is it too quiet, does its balance hold? 0, or -1.
 */
int	mailbox_look(struct clock *, struct err *);
/*
 * Clear away what has no use any more: uploads without an item, old nonces,
 * expired invitations, what a killed backup left; accepted deliveries become
 * settled. 0, or -1.
 */
int	duty_sweep(struct clock *, struct err *);

/* Tell every alarm that is to be told now. 0, or -1. */
int	tell_all(struct clock *, struct err *);

#endif
