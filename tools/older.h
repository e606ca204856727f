#ifndef TEDUH_TOOLS_OLDER_H
#define TEDUH_TOOLS_OLDER_H

struct casefile;
struct session;

/*
 * What is older than a person's return code and hers to read (own letters,
 * answers that went to her), granted to that code by whoever opens the case.
 * Only what verifies, and only to a key that role web signed. It is done in
 * passing: what goes wrong is tried again by the next who opens it.
 */
void	older_grant(struct session *, struct casefile *);

#endif
