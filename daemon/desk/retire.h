#ifndef TEDUH_RETIRE_H
#define TEDUH_RETIRE_H

#include <stdint.h>

struct desk;
struct err;
struct store;

/*
 * A service that has moved leaves its data folder behind.  There it is
 * retired: teduhd does not start on it, so that nothing is fetched or sent
 * from a place that nobody works with any more.  A setting in the store says
 * so, and an audit entry that it was said; a copy of the folder is retired
 * as well, a restored backup is not (backup.h).
 */

/* 1 with *at (Unix seconds; may be NULL), 0 it is not, -1. */
int	retire_is(struct store *, int64_t *at, struct err *);
/* 0; -1 with ERR_INPUT and one sentence when the service is retired. */
int	retire_check(struct store *, struct err *);
/* Within a transaction: a store that was put back begins anew. */
int	retire_forget(struct store *, struct err *);

/*
 * Under the keeper's lock, by a desk that can sign; each is one transaction
 * of its own.  0 done, 1 it was so already; -1 with ERR_GONE nobody has
 * joined this service yet, ERR_DENIED the key is no role's of it.
 */
int	retire_begin(struct desk *, struct err *);
/*
 * Take it back.  What was on its way then may have left elsewhere since, so
 * that the service goes on in quarantine (quarantine.h).
 */
int	retire_end(struct desk *, struct err *);

/*
 * To the service that goes on: the other one, which was seen on its
 * mailboxes, is retired (foreign.h). 0; -1 with ERR_GONE none was seen.
 */
int	retire_other(struct desk *, struct err *);

#endif
