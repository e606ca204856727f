#ifndef TEDUH_CHAIN_H
#define TEDUH_CHAIN_H

#include "lib/wire.h"

struct desk;
struct err;

/*
 * A case's deposits, as roles signed them.  What is not signed by a role of
 * the roster, names another case or does not follow the one before it is
 * refused: whoever can write to the store cannot plant a letter, a case key
 * or an address.
 */

/* hash: of this deposit. 0 to go on, 1 to stop, -1 with *e. */
typedef int	 chain_fn(void *ctx, const struct deposit *,
		    const unsigned char hash[SEAL_HASH], struct err *);

/*
 * Newest first. 0; -1 with ERR_DENIED at the first deposit that does not
 * hold, when the newest is not the one that the case names, or, unless fn
 * stopped before, when the oldest follows one that is not there.
 */
int		 chain_walk(struct desk *, const char *case_id, chain_fn *,
		    void *ctx, struct err *);
/* 1: a letter that a person may have meant for us; machines wrote the rest. */
int		 chain_counts(const struct deposit *);

#endif
