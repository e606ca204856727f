#ifndef TEDUH_PAUSE_H
#define TEDUH_PAUSE_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * A pause for a writer who abuses the service: what comes is stored, read by
 * the rules and shown as ever; below urgency 2 `next` leaves the case out until
 * the pause ends, which it does by itself.
 */

/* {until: TIME|null, note: WRITTEN|null}; null ends it. The CASE, whole. */
json_t	*pause_say(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/* By clock: end what is over, a transaction each. How many, or -1. */
int	 pause_over(struct desk *, struct err *);

#endif
