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
/*
 * This person's wish that a case be erased, at that time: {statement,
 * signature}. NULL with *e.
 */
json_t	*wishes_erase(struct session *, const char *case_id, int64_t at,
	    struct err *);
/* {case, desk, state, by, at, ends} with times as people write them. */
json_t	*wishes_erasure(const json_t *);

#endif
