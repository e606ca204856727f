#ifndef TEDUH_FOLDER_H
#define TEDUH_FOLDER_H

#include <stdint.h>

#include "daemon/intake/lost.h"
#include "daemon/intake/removal.h"

struct breath;
struct config_mailbox;
struct desk;
struct err;
struct imap;
struct reader;

/*
 * One pass over a folder: what the ledger does not hold is fetched, read and
 * deposited (take.h); only then the server is told.  One bad letter never
 * stops the next, be it one that the server does not hand out.
 */
#define FOLDER_MOVED_MAX	100	/* unknown ones, in one pass */
struct folder {
	struct desk			*desk;
	struct breath			*breath;	/* one per letter */
	struct reader			*reader;
	const struct config_mailbox	*mailbox;
	const char			*name;
	const int *held;	/* another service was seen: change nothing */
	int	 was_held;
	int	 moved_to;	/* here lie letters that were moved */
	int	 more;		/* in it than one pass takes */
	int	 junk;		/* what comes from here goes to the tray */
	int	 careful;	/* after an abnormal end: attempts first */
	int	 singly;	/* a batch broke it: until all is had */
	int	 unsteady;	/* its UIDs begin anew all the time */
	int64_t	 uidvalidity;	/* of the last pass, 0 before */
	int64_t	 highest;	/* UID; 0: list the whole folder */
	int64_t	 odd_uid;	/* whose size the server gave wrong, */
	int64_t	 odd_size;	/* and how long it was then */
	int64_t	 fetching;	/* UID that is asked for; 0: none */
	struct lost lost;
	int64_t	 tried_uid;	/* whose attempt is counted already, */
	int64_t	 tried;		/* and the how-manieth it was */
	int64_t	 listed_at;	/* Unix seconds of the last whole listing */
	struct removal removal;
};

/*
 * The folder of moved letters is listed once a day: is it time? What lies
 * there and no row tells of is taken like any other (somebody was quicker
 * than we), but what we took and do not know where it lies is known by its
 * bytes. That the folder is not there yet is no error.
 */
int	folder_is_due(const struct folder *);
/*
 * 0 done; -1: ERR_GONE no such folder, ERR_RETRY (also of the session),
 * ERR_IO. The session is dead after -1.
 */
int	folder_pass(struct folder *, struct imap *, struct err *);

#endif
