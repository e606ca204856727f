#ifndef TEDUH_DISCLOSURE_H
#define TEDUH_DISCLOSURE_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * That a case is disclosed: to whom and on what ground stands, sealed, in a
 * note (its document says "about":"disclosure").  One of the staff asks, and
 * a supervisor of the desk who is somebody else signs the same bytes with
 * PURPOSE_DISCLOSE; the server sees no word of it.  From then on the case is
 * held (retention.h), so that what was given away stays to be looked up.
 */

/* POST of a reader who is no trainee: {note: WRITTEN} -> CASE. */
json_t	*disclosure_ask(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/*
 * POST of a supervisor: {item, signature} -> CASE; ERR_DENIED for who asked,
 * ERR_CONFLICT when there is none of that item that waits.
 */
json_t	*disclosure_second(struct desk *, const struct actor *,
	    const char *id, const json_t *body, struct err *);
/* [DISCLOSURE] of a case, oldest first; within a transaction. */
json_t	*disclosure_list(struct desk *, const char *id, struct err *);

#endif
