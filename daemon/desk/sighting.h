#ifndef TEDUH_SIGHTING_H
#define TEDUH_SIGHTING_H

#include <stdint.h>

struct desk;
struct err;
struct wish_signed;

/*
 * When role clock first saw a wish to erase a case.  The time in a wish is
 * its signer's own, so the wait of erase.h begins no earlier than this: an
 * audit entry `erase-seen` of clock's own, about this case, whose detail is a
 * hash of the wish as it is kept, signature included.  Nobody else can make
 * one; one that is gone, or of another wish, only lets the wait begin anew.
 */

/*
 * Within a transaction, by clock: it sees this wish now, and the row in
 * `erasure` says so; it ends no earlier than ERASE_WAIT_S from now. 0, -1.
 */
int	sighting_add(struct desk *, const char *case_id,
	    const struct wish_signed *, struct err *);
/*
 * Whether audit entry seq is a sighting of this wish by clock, which runs this,
 * and nothing was taken back in this case since. 1 with *at, 0, -1.
 */
int	sighting_holds(struct desk *, const char *case_id,
	    const struct wish_signed *, int64_t seq, int64_t *at,
	    struct err *);

#endif
