#ifndef TEDUH_TOOLS_LINK_ASK_H
#define TEDUH_TOOLS_LINK_ASK_H

#include <jansson.h>

struct err;
struct session;

/*
 * What a person decides about a case that may belong to another one; it is
 * signed, and said with the way to undo it.
 */

/* Is this link, of linked_shape(), one that nobody has decided? */
int	link_is_open(const json_t *link);
/*
 * The case id belongs to the other one, or does not. The session is open.
 * 0 or -1.
 */
int	link_decide(struct session *, const char *id, const char *other,
	    int belongs, struct err *);
/*
 * With single keys, as long as there is something to decide about the links
 * of the case id (linked_shape(); what was decided is changed in them) or,
 * where folded is more than 0, to unfold. enter: what Enter does.
 */
enum link_asked { LINK_FAILED = -1, LINK_DONE, LINK_UNFOLD, LINK_STOPPED };
enum link_asked link_ask(struct session *, const char *id, json_t *links,
	    size_t folded, const char *enter, struct err *);

#endif
