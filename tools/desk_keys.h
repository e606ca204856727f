#ifndef TEDUH_TOOLS_DESK_KEYS_H
#define TEDUH_TOOLS_DESK_KEYS_H

#include <jansson.h>

#include "lib/roster.h"

struct err;
struct session;

/* 1 if the desk's team key (report: its report key) is for this person. */
int	desk_keys_are_for(const struct roster_person *, const char *desk,
	    int report);
/*
 * The next team key and report key of a desk, made here: their entries, which
 * are in the session's roster from then on, and their boxes for everybody of
 * the desk and the recovery key. 0 or -1.
 */
int	desk_keys_add(struct session *, const char *desk, json_t *entries,
	    json_t *secrets, struct err *);

#endif
