#ifndef TEDUH_HEALTH_H
#define TEDUH_HEALTH_H

#include <stddef.h>
#include <stdint.h>

struct desk;
struct err;

/*
 * Is all well?  The kinds of the critical alarms that stand, and role-silent
 * when a role does not breathe (also clock, which could not raise it): each
 * once, sorted, with a space between; "" when all is well.  since: see
 * breath_list(). 0, or -1 with *e.
 */
#define HEALTH_MAX	1024

int	health_words(struct desk *, int64_t since, char out[HEALTH_MAX],
	    struct err *);

#endif
