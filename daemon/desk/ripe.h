#ifndef TEDUH_RIPE_H
#define TEDUH_RIPE_H

#include "lib/wire.h"

struct desk;
struct err;

/*
 * A case whose day has come, under a wish that somebody signed: it ends only
 * when the signature holds by the newest roster, and what ends it looks at it
 * again within the transaction that does it.
 */
struct ripe {
	char	id[CASE_ID_LEN + 1];
	int	wished;		/* the wish holds, and its time is over */
};

struct ripe_way {
	/* The next one, into what begins with this ripe. 1, 0 none, -1. */
	int		(*find)(struct desk *, struct ripe *, struct err *);
	/* Within the transaction: 1, 2 it was not wished and is kept, -1. */
	int		(*end)(struct desk *, struct ripe *, struct err *);
	const char	*before, *after;	/* crash points */
};

/*
 * End the next one, or refuse it and raise the alarm "erasure-refused". What
 * find or end said: 1, 2, 0, -1.
 */
int	ripe_end(struct desk *, const struct ripe_way *, struct ripe *,
	    struct err *);

#endif
