#ifndef TEDUH_API_HELD_H
#define TEDUH_API_HELD_H

#include <jansson.h>
#include <stdint.h>

#include "daemon/api/call.h"

/*
 * Requests of those who watch: they are answered when something happens in a
 * case that they may read, after a while when nothing does, and at once when
 * the person may not ask any more, whatever connection it is.
 */
#define HELD_MAX	256	/* more at once are answered with nothing */

struct held_one {
	void		*connection;
	unsigned char	 key[SIGN_PUBLIC];
	int64_t		 from, until;
};

struct held {
	struct held_one	 all[HELD_MAX];
	size_t		 n;
	int64_t		 seen;		/* how far the audit was */
};

/* 1 when it is held, 0 when there is no room. */
int	held_add(struct held *, const struct call *);

/*
 * Once in every turn: answers whom it has something to say. give is called for
 * each of them, with the answer, which it takes over, or NULL: the person may
 * ask no more. all: nobody is held any longer. 0 or -1.
 */
typedef void held_give(void *connection, json_t *answer);
int	held_look(struct held *, struct desk *, int all, held_give *give,
	    struct err *);

#endif
