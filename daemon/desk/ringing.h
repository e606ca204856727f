#ifndef TEDUH_RINGING_H
#define TEDUH_RINGING_H

#include <stdint.h>

struct config_desk;
struct desk;
struct err;

/*
 * Who is called when a crisis waits and nobody has claimed it: those whom
 * the duty list of the desk names now (desk/hours.h), level 1 at once and
 * again every half hour, level 2 as well once an hour has passed.  The tray
 * counts like any other case; what a mail says is in told.h.  One that goes to
 * another desk rings on there, by that desk's list, and counts its hour from
 * when it began.
 */
#define RINGING_EVERY_S		1800
#define RINGING_ESCALATE_S	3600

/*
 * By clock, before told_all(): which cases ring, since when; a claim ends
 * it, and one that is given back begins anew. A transaction when something
 * changed. 0, or -1 as store_run().
 */
int	ringing_look(struct desk *, struct err *);
/* How many cases of that desk ring. */
int	ringing_count(struct desk *, const struct config_desk *, int64_t *n,
	    struct err *);
/*
 * Whether a desk that has a duty list, or of which a case rings, has nobody
 * of level 1 on it now. 1, 0, or -1 as store_run().
 */
int	ringing_nobody(struct desk *, const struct config_desk *,
	    struct err *);

#endif
