#ifndef TEDUH_PEOPLE_H
#define TEDUH_PEOPLE_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Statements about whom a case's letters go to (lib/statement.h), on their
 * way from one of the staff to another and to post (shapes: doc/api.md).  The
 * author and the second are always two persons, whatever the desk's policy
 * of review says; the second is a supervisor of the desk.  What is asked
 * here people hear at once; what counts are the signatures, which post
 * checks.  The answer is the CASE; NULL with *e.
 */
json_t	*people_state(struct desk *, const struct actor *,
	    const char *case_id, const json_t *body, struct err *);
json_t	*people_second(struct desk *, const struct actor *,
	    const char *case_id, const json_t *body, struct err *);
/* By its author, or a supervisor of the desk. */
json_t	*people_discard(struct desk *, const struct actor *,
	    const char *case_id, const json_t *body, struct err *);

/* Within a read: those of a desk, appended to an array. 0 or -1. */
int	 people_waiting(struct desk *, const char *desk, json_t *out,
	    struct err *);

#endif
