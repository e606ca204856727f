#ifndef TEDUH_TOOLS_CASEFILE_INSIDE_H
#define TEDUH_TOOLS_CASEFILE_INSIDE_H

#include "tools/casefile.h"

/*
 * Between casefile.c, which opens keys and holds the chain, and
 * casefile_read.c, which opens parts.  Nobody else includes this.
 */
struct casefile_key {
	int64_t		 epoch;
	unsigned char	 pub[SEAL_KEY];
	struct secret	*secret;	/* NULL: not for us */
	char		*problem;	/* why it is NULL */
};

struct casefile {
	char			 id[CASE_ID_LEN + 1];
	char			 desk[ROSTER_NAME_MAX + 1];
	json_t			*json;
	struct casefile_source	 source;
	struct casefile_key	*keys;
	size_t			 nkeys;
	struct casefile_item	*items;
	size_t			 nitems;
};

/* The first sentence counts. */
void	casefile_doubt(struct casefile_item *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
const struct casefile_key *casefile_case_key(const struct casefile *,
	    int64_t epoch);

#endif
