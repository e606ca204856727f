#ifndef TEDUH_DESK_WISH_H
#define TEDUH_DESK_WISH_H

#include <stdint.h>

#include "lib/wish.h"

struct desk;
struct err;

/*
 * What the person of a strand tells us with the return code beside a letter:
 * that somebody else should write (WISH_OTHER), or that an answer was not
 * good (WISH_UNHAPPY).  The case waits again, with the wish as its flag, until
 * somebody closes it; and nobody keeps the claim.  Role web signs it; a row
 * alone is shown to nobody (lib/wish.h).
 */

/*
 * By role web, a transaction of its own.  0 it is so; the same again, with no
 * new answer since, changes nothing.  -1 with ERR_GONE: there is no such case,
 * or it is to be erased.
 */
int	wish_by_code(struct desk *, const char *case_id, int64_t participant,
	    enum wish_kind, struct err *);
/*
 * wish_holds(), and who signed it for the staff has ever read a desk of this
 * case, since the case is there (epoch_served()). 1, 0, -1.
 */
int	wish_counts(struct desk *, const char *case_id,
	    const struct wish_signed *, struct wish *out, struct err *);
/* Within a transaction: the case is closed, its wishes were seen. 0, -1. */
int	wish_forget(struct desk *, const char *case_id, struct err *);

#endif
