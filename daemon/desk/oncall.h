#ifndef TEDUH_ONCALL_H
#define TEDUH_ONCALL_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Who is called when it must not wait, by time: the first, and the second
 * where the first does not come.  (The key `duty` of the configuration says
 * when somebody reads at all.)
 */
/* GET /v1/duty {duty: [DUTY]}: now and to come, of the actor's desks. */
json_t	*oncall_list(struct desk *, const struct actor *, struct err *);
/*
 * POST /v1/duty {desk, add: {person, level, begins, ends}} or {desk, drop: N},
 * by a supervisor of the desk. The list as it is then; NULL with *e.
 */
json_t	*oncall_put(struct desk *, const struct actor *, const json_t *body,
	    struct err *);

/* By clock: forget duties of the past, and heavy weeks. How many, or -1. */
int	oncall_sweep(struct desk *, struct err *);

#endif
