#ifndef TEDUH_SPENT_H
#define TEDUH_SPENT_H

#include <stdint.h>

#include "lib/seal.h"

struct err;

/*
 * What was sent already: DATA/state/post, one append-only file of all post
 * processes.  It is no part of the store and of no backup, so a store that
 * was put back to an older state makes no letter go out twice.  A letter is
 * known by a keyed hash of its document; one that was called back, which
 * post cannot open, by a keyed hash of its id (desk/recall.h).  Lines of
 * fixed width:
 *
 *   word (9) | " " | hash (64 hex) | " " | Unix seconds (12) | " " |
 *   sum (8) | LF
 *
 * sum: first 4 bytes of an unkeyed hash of the line before it, in hex.  A
 * torn last line is what a power cut leaves: it was never acted upon, and
 * the next record takes its place.
 */
enum spent_mark {
	SPENT_DOT,		/* the dot may be out from now on */
	SPENT_VOID,		/* ... and was not, or was declined for now */
	SPENT_ACCEPTED,
	SPENT_PUBLISHED,
	SPENT_REFUSED,
	SPENT_CANCELLED
};

struct spent_state {
	int		open;		/* dots without a reply */
	int		final;		/* the next is its last word */
	enum spent_mark	mark;
};
/* Repeats included, a letter has two dots without a reply at most. */
#define SPENT_DOTS_MAX	2

struct spent;

/* data: the DATA folder. NULL with ERR_IO; a damaged file is one, too. */
struct spent	*spent_open(const char *data, struct err *);
void		 spent_close(struct spent *);		/* NULL is fine */

/* What the file says of a letter. 0, -1 ERR_IO or ERR_RETRY (locked). */
int		 spent_look(struct spent *, const unsigned char [SEAL_HASH],
		    struct spent_state *, struct err *);
/*
 * Durable when it returns 0. A dot of a letter that is spent is
 * ERR_CONFLICT; ERR_RETRY: locked, or no space; ERR_IO.
 */
int		 spent_add(struct spent *, const unsigned char [SEAL_HASH],
		    enum spent_mark, int64_t now_s, struct err *);
/* True when nothing of this letter may leave any more. */
int		 spent_is(const struct spent_state *);

#endif
