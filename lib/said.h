#ifndef TEDUH_SAID_H
#define TEDUH_SAID_H

#include "lib/roster.h"
#include "lib/wire.h"

struct err;

/*
 * What signed statements about a case have in common (urgency, reading, wish,
 * link, key record), whatever they say of it: "v" is 1, "case", who says it
 * ("by") and when ("at", Unix seconds).  The other members are the caller's to
 * read.
 *
 * 0, or -1 with ERR_INPUT: also when the object has a member that is not in
 * the list (ends with NULL).
 */
int	said_head(const json_t *, const char *const *members,
	    char case_id[CASE_ID_LEN + 1], char by[ROSTER_NAME_MAX + 1],
	    int64_t *at, struct err *);

#endif
