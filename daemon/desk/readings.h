#ifndef TEDUH_READINGS_H
#define TEDUH_READINGS_H

#include <poll.h>
#include <stddef.h>

#include "daemon/desk/reading.h"

/*
 * Several letters on their way through the reader (reading.h), for a role
 * that must answer others meanwhile: one that is hard to read holds up
 * neither the role nor the letters behind it.  Each letter still has a
 * process of its own; beside each other there are at most READINGS_MAX, the
 * others wait in their order.
 */
#define READINGS_MAX	4

struct readings;

/* Starts nothing yet. Never NULL. */
struct readings	*readings_open(const char *program);
void		 readings_close(struct readings *);	/* NULL is fine */
/* mail and rules stay where they are until readings_next() has said `who`. */
void		 readings_add(struct readings *, void *who, const void *mail,
		    size_t len, const struct reading_rules *);
/*
 * One that has come to its end, whichever it is: 1 with *who and *r, which
 * is freed with reading_free(); -1 with *who and *e as reading_read(); 0:
 * none has. Call it until it says so, whenever one of the descriptors can be
 * read, and each second.
 */
int		 readings_next(struct readings *, void **who, struct reading *,
		    struct err *);
/* What to wait for: fills up to READINGS_MAX, and says how many. */
size_t		 readings_watch(const struct readings *, struct pollfd *);
/* As reading_idle(). */
void		 readings_idle(struct readings *);

#endif
