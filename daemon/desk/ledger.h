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

/* Rows of one folder generation by rising UID; the caller frees. */
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

#endif
