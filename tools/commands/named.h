#ifndef TEDUH_TOOLS_NAMED_H
#define TEDUH_TOOLS_NAMED_H

#include <stdint.h>

struct casefile;
struct err;
struct session;

/*
 * Whom and what the options name; a name that is nobody's here is an error,
 * never an empty answer.
 */

/*
 * What was typed for what stands in the usage as NAME, DESK, WHO, LANGUAGE or
 * AREA: can the list of staff have it?  NULL: nothing was typed, which is
 * right.  0, or EXIT_USAGE with *e.
 */
int	named_name(const char *what, const char *typed, struct err *);
/* Each --desk is one of mine. 0, -1, or EXIT_USAGE. */
int	named_desks(struct session *, struct err *);
/*
 * The participant of the case that --to names, or the only one there is.
 * 0, -1, or EXIT_USAGE.
 */
int	named_participant(const struct session *, const struct casefile *,
	    int64_t *no, struct err *);

#endif
