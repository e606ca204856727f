#ifndef TEDUH_POST_UNSEND_H
#define TEDUH_POST_UNSEND_H

#include "lib/seal.h"

struct desk;
struct err;
struct spent;

/*
 * Letters that were approved and called back, in the file of sent letters:
 * under a hash of their id, since nobody opens them any more.
 */

/* Note all of which the file does not know. Number of letters, or -1. */
int	unsend_note(struct desk *, struct spent *, struct err *);
/* 1 when this letter was called back, 0, -1. */
int	unsend_is(const struct desk *, struct spent *,
	    const unsigned char item[SEAL_ID], struct err *);

#endif
