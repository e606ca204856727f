#ifndef TEDUH_TOOLS_TEAM_H
#define TEDUH_TOOLS_TEAM_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/identity.h"
#include "lib/roster.h"

/*
 * The team and report keys of this person's desks, opened.  A secret counts
 * only when its public half stands on the roster as that desk's key of that
 * epoch; others are passed over, as if they were not there.
 */
struct team_key {
	int		 report;	/* else a team key */
	char		 desk[ROSTER_NAME_MAX + 1];
	int64_t		 epoch;
	struct secret	*secret;
};

struct team;

/* secrets: the array of GET /v1/team. Never NULL. */
struct team	*team_open(const json_t *secrets, const struct identity *,
		    const char *name, const struct roster *);
void		 team_free(struct team *);
/* The team secret of an epoch, or NULL. */
const struct secret *team_secret(const struct team *, const char *desk,
		    int64_t epoch);
/* The report secret of an epoch, or NULL. */
const struct secret *team_report(const struct team *, const char *desk,
		    int64_t epoch);
/* The keys one by one; NULL behind the last. */
const struct team_key *team_at(const struct team *, size_t);

/*
 * A SECRET as doc/api.md shows it: the key sealed to a member. NULL with *e.
 */
json_t		*team_seal(const struct team_key *, const char *member,
		    const unsigned char box[SEAL_KEY], struct err *);

#endif
