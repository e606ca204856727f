#ifndef TEDUH_SHARES_H
#define TEDUH_SHARES_H

#include "lib/seal.h"

struct err;

/*
 * A seed in three parts, of which any two make it again and one says nothing.
 * Each pair of parts has a one-time pad of its own: a for parts 1 and 2, b
 * for 1 and 3, c for 2 and 3; one of the two has the pad, the other the pad
 * over the seed.  Thus each part has two pieces, every piece alone is random,
 * and nothing but XOR is needed to put two together.
 */
#define SHARES		3
#define SHARES_PIECES	2	/* of a part */

struct share {
	int		 no;		/* 1 .. 3 */
	struct secret	*pieces[SHARES_PIECES];	/* SEAL_KEY bytes each */
};

/* The letters of a part's pieces, "ab", "ac", "bc". NULL: no such part. */
const char	*shares_letters(int no);
/* seed has SEAL_KEY bytes; free each with shares_free(). */
void		 shares_split(const struct secret *seed,
		    struct share out[SHARES]);
/* The seed of two different parts; NULL with ERR_INPUT. */
struct secret	*shares_join(const struct share *, const struct share *,
		    struct err *);
void		 shares_free(struct share *);

#endif
