#ifndef TEDUH_DUE_H
#define TEDUH_DUE_H

#include <stdint.h>

struct config_desk;
struct desk;
struct err;

/*
 * By when whoever waits is to be answered.  Two clocks, on the working days
 * of the desk: for the first answer, and for later ones, once a letter of
 * ours has gone out.  Urgency 2 and 3 have clocks of their own, in real
 * hours.  Instants are Unix seconds.
 */
#define DUE_REAL_FROM	2	/* the urgency from which real hours count */

enum due_clock { DUE_FIRST, DUE_LATER };

/* For what waits since then. desk may be NULL: at once. */
int64_t	due_at(const struct config_desk *desk, int64_t since,
	    enum due_clock, int64_t urgency);

/*
 * Within a transaction, after whatever changed since when a case waits: who
 * waits and has no due time gets one, who waits for nothing has none.  Who
 * waits because a letter of ours came back is due since then.
 * 0, or -1 as store_run().
 */
int	due_settle(struct desk *, const char *case_id, struct err *);
/* By when the case is to be answered, 0: nobody waits. 0, or -1. */
int	due_of(struct desk *, const char *case_id, int64_t *due,
	    struct err *);
/* The urgency of a case, 0 when there is none. 0, or -1 as store_run(). */
int	due_urgency_of(struct desk *, const char *case_id, int64_t *urgency,
	    struct err *);
/*
 * The same after the urgency changed: raised, it is due by the clock of
 * that urgency from now on, unless it was earlier; lowered, as if it had
 * always been so.
 */
int	due_urgency(struct desk *, const char *case_id, int64_t was,
	    struct err *);

/*
 * The same after the case came from another desk: by the clocks of the desk
 * that has it now, begun when those of the other one were.
 */
int	due_moved(struct desk *, const char *case_id, const char *from,
	    struct err *);

/*
 * How many cases of the desk an alarm speaks of: in urgency 0 and 1 those
 * that are due as soon as alarm_after is before due_first, else those with a
 * third of their time left. *n; 0, or -1 as store_run().
 */
int	due_late(struct desk *, const struct config_desk *, int64_t *n,
	    struct err *);

#endif
