#ifndef TEDUH_RAW_H
#define TEDUH_RAW_H

struct desk;
struct err;

/*
 * Mails as they came (PART_RAW), which a desk keeps shorter than what was read
 * of them.  They are sealed with a key of their own: that goes first, in one
 * transaction with what says so, and the bytes behind it a few at a time.  A
 * letter that could not be read has nothing else, and keeps them.
 *
 * The rows of the parts stay, because deposits name them; in raw_removed
 * stands of which the bytes are gone.
 */

/* Of all letters of a case, within a transaction. 0, -1. */
int	raw_remove(struct desk *, const char *id, struct err *);
/*
 * By clock: the bytes of what was removed go, and the log is folded. 0 nothing
 * is left of them; 1 for the next call: there are many, or somebody reads just
 * now; -1.
 */
int	raw_sweep(struct desk *, struct err *);

#endif
