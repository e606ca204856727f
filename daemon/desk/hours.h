#ifndef TEDUH_HOURS_H
#define TEDUH_HOURS_H

#include <jansson.h>
#include <stdint.h>

#include "lib/roster.h"

struct actor;
struct desk;
struct err;

/*
 * When a person works, is away, who stands in meanwhile, and how many cases
 * they shall have in hand at once.  It is a plan among colleagues: it opens
 * nothing and closes nothing; `next` goes by it, and so does who may take a
 * case over.
 */
#define HOURS_WEEK_MAX	512
#define HOURS_LINES	16
#define HOURS_NONE	-1		/* no cap */

struct hours {
	char	week[HOURS_WEEK_MAX];	/* lines, LF between; "": any time */
	int64_t	away_from, away_until;	/* 0, 0: not */
	char	fallback[ROSTER_NAME_MAX + 1];	/* "": nobody */
	int64_t	cap, cap_high;		/* HOURS_NONE, or so many */
	int64_t	held, held_high;	/* what they have in hand now */
};

/* Within a transaction or a read. 0 or -1. */
int	hours_get(struct desk *, const char *person, struct hours *,
	    struct err *);
/* 1 while they are away. */
int	hours_away(const struct hours *, int64_t now);
/* 1 when they work at some time of this; a week in that zone's time. */
int	hours_works(const struct hours *, const char *timezone, int64_t from,
	    int64_t until);
/*
 * Who of that desk stands in for a person at `now`: the person, unless away or
 * not on the desk any more, or the fallback of somebody away; NULL: nobody.
 * *failed is set when the store could not be asked.
 */
const struct roster_person *hours_stands(struct desk *, const char *person,
	    const char *desk, int64_t now, int *failed, struct err *);

/* GET /v1/hours: of all who share a desk with the actor. NULL with *e. */
json_t	*hours_list(struct desk *, const struct actor *, struct err *);
/*
 * POST /v1/hours {person, week, away, fallback, cap, cap_high}: what is there
 * is put (doc/api.md). Own ones; of others by a supervisor who shares a desk,
 * who alone says caps. The answer is that of hours_list().
 */
json_t	*hours_put(struct desk *, const struct actor *, const json_t *body,
	    struct err *);

#endif
