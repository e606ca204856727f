#ifndef TEDUH_RECALL_H
#define TEDUH_RECALL_H

#include "lib/seal.h"

struct desk;
struct err;

/*
 * Letters that were approved and then called back.  Post hears of each and
 * writes it into its own file (post/spent.h), so that a store that is put back
 * to before that sends none of them.
 */

/* Within a transaction: this letter was called back. 0 or -1. */
int	recall_add(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);
/* One that post has not noted: 1 with item, 0 none, -1. */
int	recall_next(struct desk *, unsigned char item[SEAL_ID],
	    struct err *);
/* It is noted; a transaction of its own. 0 or -1. */
int	recall_done(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);
/* The name under which it is noted: a keyed hash of its id. */
void	recall_hash(const struct desk *, const unsigned char item[SEAL_ID],
	    unsigned char out[SEAL_HASH]);

#endif
