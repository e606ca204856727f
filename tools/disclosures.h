#ifndef TEDUH_TOOLS_DISCLOSURES_H
#define TEDUH_TOOLS_DISCLOSURES_H

#include <jansson.h>

struct casefile;
struct casefile_item;
struct err;
struct session;

/*
 * The disclosures of a case, verified: [{item, to, ground, by, at, second,
 * second_at}], second null while nobody has confirmed it; else somebody who
 * did not ask, and was a supervisor of its desk when it was asked or since.
 * What does not verify is a sentence in problems instead.
 */
json_t	*disclosures_shape(struct session *, struct casefile *,
	    json_t *problems);
/*
 * The note of the oldest one that waits for a second person, verified; NULL
 * with *e: ERR_GONE there is none.
 */
struct casefile_item *disclosures_waiting(struct casefile *, struct err *);

#endif
