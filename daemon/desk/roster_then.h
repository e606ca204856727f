#ifndef TEDUH_ROSTER_THEN_H
#define TEDUH_ROSTER_THEN_H

#include <stdint.h>

struct desk;
struct err;
struct roster;

/*
 * The roster as it stood, for letters of people who have come and gone: made
 * anew from entry 1 and the pin.  Ask in the order of time where that can
 * be: it only grows, and going back begins it again.
 */
struct roster_then {
	struct desk	*desk;		/* set this, the rest is 0 */
	struct roster	*then;
};

/*
 * As it stood at entry seq; valid until the next call. NULL with ERR_DENIED
 * there is no such entry, or it does not hold; ERR_IO, ERR_RETRY.
 */
const struct roster *roster_then(struct roster_then *, int64_t seq,
	    struct err *);
void	 roster_then_free(struct roster_then *);

#endif
