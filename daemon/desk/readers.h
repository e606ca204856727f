#ifndef TEDUH_READERS_H
#define TEDUH_READERS_H

#include <stdint.h>

struct desk;
struct err;

/*
 * Who can still open what: people of a desk, active and no admin, to whom
 * the desk's key of an epoch is sealed.  What they lose nobody opens again,
 * but for a recovery key.
 */
#define READERS_FEW	2	/* fewer are an alarm */

/* How many open letters under that epoch of the desk's key. 0, or -1. */
int	readers_of(struct desk *, const char *desk, int64_t epoch,
	    int64_t *n, struct err *);
/*
 * How many cases of the desk that are not erased fewer than READERS_FEW
 * people can open, by the newest key of each.  Walks through the desk's cases
 * only where there are so few. 0, or -1 as store_run().
 */
int	readers_few(struct desk *, const char *desk, int64_t *cases,
	    struct err *);

#endif
