#ifndef TEDUH_QUIET_H
#define TEDUH_QUIET_H

#include <stdint.h>

struct desk;
struct err;

/*
 * Quiet hours of answers: whoever reads along at night shall not be woken by
 * one. Asked when a letter is approved and again whenever it would leave; a
 * case of urgency 3 is exempt.
 */
#define QUIET_URGENCY	3	/* and above: at once */

/* When a letter of this desk may leave, at `at` or later. */
int64_t	quiet_leave_at(const struct desk *, const char *desk,
	    int64_t urgency, int64_t at);
/*
 * Within a transaction, when a case has become a crisis: what waits in it for
 * the morning waits no longer than it may be called back. 0 or -1.
 */
int	quiet_wake(struct desk *, const char *case_id, struct err *);

#endif
