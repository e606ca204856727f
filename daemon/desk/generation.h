#ifndef TEDUH_GENERATION_H
#define TEDUH_GENERATION_H

struct desk;
struct err;
struct ledger_place;

/*
 * Generations of a folder: how often its UIDVALIDITY changed.  After a change
 * everything in it is looked at again; a server that changes it all the time
 * would have the same letters fetched for ever.
 */
#define GENERATION_CHANGES	3	/* in a day are too many */
#define GENERATION_DAY_S	86400

/*
 * The folder as it was selected now. 0 go on; 1 it changed too often: leave
 * it alone until a day has passed over the first of these changes (the alarm
 * uidvalidity-changing stands so long); -1.
 */
int	generation_note(struct desk *, const struct ledger_place *,
	    struct err *);

/*
 * What is kept of earlier generations of this folder shrinks: to the keyed
 * hash with the length, by which a letter is known again, and to its fate.
 * Only rows that say no more than that they once came: nothing lies under
 * their old UIDs, and they are older than the rhythm of a mailbox
 * (silence.h) reaches. A few at a time; 1 there is more to do now, 0, -1.
 */
#define GENERATION_KEEP_S	(70 * 86400)
int	generation_shrink(struct desk *, const struct ledger_place *,
	    struct err *);

#endif
