#ifndef TEDUH_TOOLS_ENDING_H
#define TEDUH_TOOLS_ENDING_H

#include <jansson.h>
#include <stdint.h>

struct casefile;
struct err;
struct session;

/*
 * What the commands that end a draft have in common: the case is read, and
 * one request about the draft is made.
 */
struct ending {
	struct session	*s;
	struct casefile	*cf;
	int64_t		 no;
	json_t		*draft;		/* the DRAFT as it is then */
};

/*
 * POST .../drafts/N/WHAT for the draft that the first word names, with a note
 * that says why when one is given. 0 or -1. Free it in any case.
 */
int	ending_post(struct ending *, struct session *, const char *what,
	    const char *why, struct err *);
void	ending_free(struct ending *);

#endif
