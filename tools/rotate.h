#ifndef TEDUH_TOOLS_ROTATE_H
#define TEDUH_TOOLS_ROTATE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct session;

/*
 * New keys of a desk: one for its team, one for its reports, and, under the
 * new team key, one for every case.  Each step is whole by itself and the
 * store says what is left, so that a rotation that was stopped anywhere is
 * gone on with by asking for it again.  When a colleague does the same, who is
 * later goes on with what the other began, under the newest key there is.
 */
struct rotate_done {
	int64_t	epoch;		/* of the team key now */
	int	begun;		/* 0: the key was new, only cases were left */
	size_t	cases;		/* that got a new key */
	size_t	left;		/* that could not be opened */
};

/*
 * Of a desk that this person supervises; the session is open. 0 or -1: what
 * was done until then holds.
 */
int	rotate_desk(struct session *, const char *desk, struct rotate_done *,
	    struct err *);

#endif
