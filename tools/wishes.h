#ifndef TEDUH_TOOLS_WISHES_H
#define TEDUH_TOOLS_WISHES_H

#include <jansson.h>

#include "tools/casefile.h"

struct session;

/*
 * Into what `show` prints of a case: "erasure" {state, by, at, ends} or null,
 * and "wishes" [{participant, wish, at}] that role web signed; any other is a
 * sentence in problems.
 */
void	wishes_show(const struct session *, const struct casefile *,
	    json_t *shown, json_t *problems);
/* {case, desk, state, by, at, ends} with times as people write them. */
json_t	*wishes_erasure(const json_t *);

#endif
