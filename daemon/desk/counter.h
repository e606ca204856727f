#ifndef TEDUH_COUNTER_H
#define TEDUH_COUNTER_H

#include <jansson.h>
#include <stdint.h>

struct actor;
struct desk;
struct err;

/*
 * Plain counters for the board: by month of the desk's own time, what came,
 * left and went back, and how long it had waited; with urgency, channel,
 * language, and whether it is the first or a later one of its case.  They
 * name no case, so they stay when one is erased.
 *
 * A month is coarser than a day: what one person did in one hour is in none
 * of these rows.
 */

/* Within the transaction of what is counted; each 0 or -1. */
int	counter_received(struct desk *, const char *case_id, int later,
	    struct err *);
/* Before the case says that it is answered. */
int	counter_answered(struct desk *, const char *case_id, struct err *);
int	counter_returned(struct desk *, const char *case_id, struct err *);

/*
 * {counters:[{desk, what, urgency, channel, language, which, hours, n}],
 * waiting:[DESK]} of this month (202611), of the desks whose supervisor the
 * actor is.  Of the desks in `waiting` it is the present one; there counters
 * with what "waiting" are the cases that wait beyond their time now. NULL
 * with *e.
 */
json_t	*counter_month(struct desk *, const struct actor *, int64_t month,
	    struct err *);

#endif
