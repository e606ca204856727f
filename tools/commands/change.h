#ifndef TEDUH_TOOLS_CHANGE_H
#define TEDUH_TOOLS_CHANGE_H

#include <jansson.h>

struct casefile;
struct err;
struct session;

/*
 * What the commands that change a case have in common: the case is read, one
 * request changes it, with the note that says why, and it is shown as it is
 * then.
 */
struct change {
	struct session	*s;
	struct casefile	*cf;	/* as it was; after change_post() as it is */
	char		*why;	/* of -m, or NULL */
	char		*about;	/* the command's own text, or NULL */
	json_t		*body;	/* of the request, to be added to */
};

enum change_why { WHY_NONE, WHY_MAY, WHY_MUST };

/*
 * Read -m, and the case that the first word names. 0; -1, or EXIT_USAGE when
 * -m is missing, with *e. End it in any case.
 */
int	change_begin(struct change *, struct session *, enum change_why,
	    struct err *);
void	change_end(struct change *);
/* Of a case by its id, in an open session, without -m. 0 or -1; end it. */
int	change_open(struct change *, struct session *, const char *id,
	    struct err *);
/*
 * POST /v1/cases/ID/WHAT; with -m the body gets its note. The answer is the
 * CASE. 0 or -1.
 */
int	change_post(struct change *, const char *what, struct err *);
/* The fence of the own claim, or -1 when there is none. */
int64_t	change_fence(const struct change *);
/* What --json prints: the queue's row, with the claim. */
json_t	*change_row(const struct change *);

#endif
