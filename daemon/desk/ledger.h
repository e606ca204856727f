#ifndef TEDUH_LEDGER_H
#define TEDUH_LEDGER_H

#include <stddef.h>
#include <stdint.h>

struct desk;
struct err;

/*
 * The ledger: every UID that a folder ever showed has a row.  tried (fetched
 * once, attempts counted first) -> stored (C1) -> done (the server was told).
 */
struct ledger_row {
	int64_t	uid;
	int	stored;		/* C1 happened */
	int	done;		/* the server was told */
	int64_t	attempts;
};

/* A folder, as long as its UIDs mean what they meant. */
enum ledger_kind {
	LEDGER_CAME,		/* under the UIDs under which letters came, */
	LEDGER_MOVED,		/* to which they were moved, */
	LEDGER_COPY		/* or of copies there (copy.h) */
};
struct ledger_place {
	const char	*mailbox, *folder;
	int64_t		 uidvalidity;
	enum ledger_kind kind;
};

/*
 * Rows of one folder generation by rising UID; the caller frees. moved: also
 * those of letters that were moved there, under their UIDs there.
 */
int	ledger_list_moved(struct desk *, const struct ledger_place *,
	    struct ledger_row **rows, size_t *n, struct err *);
int	ledger_list(struct desk *, const char *mailbox, const char *folder,
	    int64_t uidvalidity, struct ledger_row **rows, size_t *n,
	    struct err *);
/* Count an attempt before the letter is touched. Own transaction. */
int	ledger_try(struct desk *, const char *mailbox, const char *folder,
	    int64_t uidvalidity, int64_t uid, int64_t size,
	    int64_t *attempts, struct err *);
/* The server was told: stored -> done, for these UIDs. Own transaction. */
int	ledger_done(struct desk *, const char *mailbox, const char *folder,
	    int64_t uidvalidity, const int64_t *uids, size_t n,
	    struct err *);

/*
 * These letters of `from` lie in `to` now, under the UIDs that the server
 * said (0: it did not). Own transaction.
 */
int	ledger_moved(struct desk *, const struct ledger_place *from,
	    const int64_t *uids, const struct ledger_place *to,
	    const int64_t *there, size_t n, struct err *);
/*
 * A mail in the folder of moved letters of which no row tells: is it one
 * that we took and of which we do not know where it lies? Known by its bytes
 * (hash), or, where they were streamed, by its size. It is from now on. 1,
 * 0, -1. Own transaction.
 */
int	ledger_adopt(struct desk *, const struct ledger_place *to,
	    int64_t uid, const unsigned char *hash, int64_t size,
	    struct err *);

/*
 * Taking letters off the server: done -> deleting (said before it is done)
 * -> deleted, with an audit entry that says how many.  Only what was read
 * and came in under an audit entry not later than audit_seq, the last that
 * stands in a completed backup, and at `before` (Unix seconds) at the latest;
 * and what was asked for (removal_ask() in copy.h).
 */
struct ledger_removable {
	int64_t	uid;
	int64_t	size;		/* as it was stored */
	int	deleting;	/* said before, and perhaps done */
};

struct ledger_removables {
	struct ledger_removable	*rows;
	size_t			 n, room;
};

/* By rising UID; the caller frees the rows. */
int	ledger_removable(struct desk *, const struct ledger_place *,
	    int64_t audit_seq, int64_t before,
	    struct ledger_removables *, struct err *);
/* Own transactions. */
int	ledger_deleting(struct desk *, const struct ledger_place *,
	    const int64_t *uids, size_t n, struct err *);
int	ledger_deleted(struct desk *, const struct ledger_place *,
	    const int64_t *uids, size_t n, struct err *);

#endif
