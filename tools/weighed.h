#ifndef TEDUH_TOOLS_WEIGHED_H
#define TEDUH_TOOLS_WEIGHED_H

#include <jansson.h>

#include "tools/casefile.h"

struct session;

/*
 * Into what `show` prints of a case: "weighed", who stands with a signature
 * for its urgency: {by: NAME, at}, {by: "rules", at: null} when a letter was
 * deposited with it, or null when it is 0 or signed by nobody (lib/urgency.h).
 */
void	weighed_show(const struct session *, const struct casefile *,
	    json_t *shown);

#endif
