#ifndef TEDUH_TOOLS_REKEY_H
#define TEDUH_TOOLS_REKEY_H

#include <jansson.h>

struct casefile;
struct err;
struct session;

/*
 * The next key of a case, whose present one opens (casefile_opens()), sealed
 * to the present team key of a desk, its own or another, with the record that
 * says so, signed: as the service takes it (doc/api.md, EPOCH). NULL with *e.
 */
json_t	*rekey_body(struct session *, const struct casefile *,
	    const char *desk, struct err *);
/*
 * The same of a case that goes to another desk, with the keys that it had
 * until now: {epoch, keys}.
 */
json_t	*rekey_move(struct session *, const struct casefile *,
	    const char *desk, struct err *);

#endif
