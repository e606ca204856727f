#ifndef TEDUH_TOOLS_JOIN_H
#define TEDUH_TOOLS_JOIN_H

struct err;
struct session;

/*
 * What joining in any way begins with. The folder, which belongs to no
 * service yet, and a client of the one at url. 0 or -1.
 */
int	join_prepare(struct session *, const char *url, struct err *);
/* The key of this folder, made when there is none. 0 or -1. */
int	join_own_key(struct session *, struct err *);

#endif
