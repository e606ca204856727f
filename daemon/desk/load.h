#ifndef TEDUH_LOAD_H
#define TEDUH_LOAD_H

#include <stddef.h>
#include <stdint.h>

struct config_desk;
struct desk;
struct err;

/*
 * How much a desk has to do, and how long people really wait: what is told
 * to who is about to write.  From the plain columns of cases; the tray is
 * left out, for it may be a machine's.
 */
#define LOAD_SPAN_S	(14 * 86400)	/* first answers of so long */
#define LOAD_FEW	5		/* fewer say nothing */
#define LOAD_ANSWERS	1000		/* at most so many, the newest */

struct load {
	int64_t	waiting;	/* cases, as far as CAPACITY_MAX + 1 */
	int64_t	wait_s;		/* load_wait(), seconds */
	int	nobody;		/* ringing_nobody() */
};

/* A few questions, each by an index. 0, or -1 as store_run(). */
int	load_look(struct desk *, const struct config_desk *, struct load *,
	    struct err *);

/*
 * The time within which four of five had their first answer: `ended` are
 * waits that are over (put in order here), `open` those that go on.  Who
 * still waits counts once that is longer than the four of five waited (or,
 * with few answers, than was promised): letters that nobody answers must not
 * make the figure look better.  0: there are too few to say.
 */
int64_t	load_wait(int64_t *ended, size_t n, const int64_t *open, size_t m,
	    int64_t promise_s);

#endif
