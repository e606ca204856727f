#ifndef TEDUH_FOREIGN_H
#define TEDUH_FOREIGN_H

#include <stdint.h>

struct desk;
struct err;
struct store;

/*
 * Another service on our mailboxes: an old server that was started again, a
 * copy of a disk.  Each leaves marks in the mailbox, random bytes of which
 * the store remembers its own; one that is not ours is somebody else's
 * (intake/mark.h).  From then on this service sends no answer and takes
 * nothing off the mail server, until a human has said that the other one is
 * gone: an answer that is sent twice is worse than one that waits.
 */
#define FOREIGN_MARK	16
#define FOREIGN_ALARM	"foreign-service"

/* A new mark, remembered before anybody can see it. Own transaction. */
int	foreign_mark_new(struct desk *, unsigned char mark[FOREIGN_MARK],
	    struct err *);
/* 1 it is one of ours, 0 it is not, -1. */
int	foreign_mark_is_own(struct desk *, const unsigned char mark[],
	    struct err *);

/*
 * What a look into a mailbox has found on top: mark NULL, none. The first
 * look of all believes what it finds, for somebody had the mailbox before.
 * 1 another service works there (this time or since it was seen), which is
 * an alarm; 0 none does; -1.
 */
int	foreign_judge(struct desk *, const char *mailbox,
	    const unsigned char *mark, struct err *);
/* Does the mail server take our marks? Told by `teduh-admin status`. */
int	foreign_note_taken(struct desk *, const char *mailbox, int taken,
	    struct err *);
/*
 * May no answer leave? 1 when another service was seen, or when none of the
 * mail servers was looked at since teduhd started; 0, -1.
 */
int	foreign_holds(struct desk *, struct err *);

/* teduhd starts: what was looked at is to be looked at anew. */
int	foreign_restart(struct store *, struct err *);
/* Within a transaction: the next look is the first of all. */
int	foreign_forget(struct store *, struct err *);
/*
 * A human says that the other one is gone. Own transactions. 0; -1 with
 * ERR_GONE when none was seen.
 */
int	foreign_settle(struct desk *, struct err *);

#endif
