#ifndef TEDUH_TOOLS_SHAPE_STAFF_H
#define TEDUH_TOOLS_SHAPE_STAFF_H

#include <jansson.h>
#include <stdint.h>

#include "lib/roster.h"

struct err;
struct session;

/*
 * What the list of staff says besides who is on it; each of it was signed,
 * and was verified when the list was read.
 */

/* The entry with this number, read; the caller decrefs. NULL: no such. */
json_t	*shape_staff_entry(const struct session *, int64_t seq);
/* When an entry was signed, for --json. */
json_t	*shape_staff_time(const json_t *entry);
/* {desk, review, self, crisis_path}: how a desk reviews. */
json_t	*shape_staff_policy(const char *desk, const struct roster_policy *);
/*
 * The desks that somebody works at, as they come: how each reviews, and
 * key: {epoch, since, by}, the present team key, or null.
 */
json_t	*shape_staff_desks(const struct session *);
/*
 * {custodians, since, by, rehearsed} of the recovery key, null when there is
 * none; when it was last tried is what the service says.  NULL with *e when
 * it could not be asked.
 */
json_t	*shape_staff_recovery(const struct session *, struct err *);

#endif
