#ifndef TEDUH_DESK_LINK_H
#define TEDUH_DESK_LINK_H

#include <jansson.h>

#include "lib/letter_read.h"

struct actor;
struct desk;
struct err;

/*
 * Which cases belong together.  A link goes from a case to an `other` of the
 * same desk:
 *
 *   token      its letter brought a reply token of the other from a foreign
 *              address: nobody is known to have written
 *   proposal   its writer has the other as the one open case
 *   confirmed  a person said so: its letters count for the other
 *   undone     a person said that they do not
 *
 * The first two stand in the signed deposit of the letter that began the
 * case, the others are a person's statement (lib/link.h).  Whoever can write
 * to the store can plant a row, and then an answer waits; to make one go away
 * takes a signature.
 */

/* Within a transaction: what a role found, beside its deposit. 0 or -1. */
int	 link_add(struct desk *, const struct deposit *, struct err *);
/* [LINK] of a case, in both directions (doc/api.md); NULL with *e. */
json_t	*link_list(struct desk *, const char *case_id, struct err *);
/*
 * Within a transaction, after a letter came to this case: when it is linked
 * to another, that one waits in its place. 0 or -1.
 */
int	 link_passes(struct desk *, const char *case_id, int64_t at,
	    struct err *);
/* 0 when answers are written in this case, else -1 ERR_CONFLICT. */
int	 link_is_main(struct desk *, const char *case_id, struct err *);
/*
 * Within a transaction: the case has no links any more, and whatever it was
 * linked to waits by itself again. 0 or -1.
 */
int	 link_drop(struct desk *, const char *case_id, struct err *);
/*
 * 1 when a case that is linked to this one of the desk, or proposed, is not
 * among those that were read; 0; -1.
 */
int	 link_unread(struct desk *, const char *desk, const char *case_id,
	    const struct letter_read *, size_t n, struct err *);

/* POST of a reader: {statement, signature} -> CASE. */
json_t	*link_confirm(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*link_undo(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/* {} -> CASE: a human has looked, it is not in the tray any more. */
json_t	*link_untray(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);

#endif
