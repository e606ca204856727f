#ifndef TEDUH_TOOLS_BRIDGE_H
#define TEDUH_TOOLS_BRIDGE_H

#include <jansson.h>

struct err;
struct session;

/*
 * After a restore the service shows an older list of staff than the one that
 * we know.  It is believed only when somebody answers for it whom we know as
 * an active supervisor, with the same key in both lists, and who signed an
 * entry of kind bridge: the first one behind what both lists share.
 *
 * known: our entries, as in the vault; s->roster is built from them.  On
 * success both are those of the service, and s->lost is how many entries of
 * ours it does not have.  With s->accepting (`restore accept`, which makes
 * that bridge) a list that only ends earlier is taken for the moment, and
 * nothing is remembered.
 *
 * 0, or -1 with ERR_DENIED.
 */
int	bridge_cross(struct session *, json_t *known, struct err *);

#endif
