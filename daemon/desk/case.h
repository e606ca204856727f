#ifndef TEDUH_CASE_H
#define TEDUH_CASE_H

#include <jansson.h>
#include <stdint.h>

#include "lib/wire.h"

struct actor;
struct desk;
struct err;

/*
 * Cases as the API shows them (shapes: doc/api.md), and who may see them: an
 * active trainee, counsellor or supervisor of the case's desk.  Unknown and
 * foreign cases are the same ERR_GONE.
 */
#define CASE_LEASE_S	(12 * 3600)	/* how long a claim lasts */

/* Whole id from a prefix (canonical); ERR_INPUT when ambiguous. */
int	case_resolve(struct desk *, const struct actor *, const char *prefix,
	    char id[CASE_ID_LEN + 1], struct err *);
/* 0 if the actor may read the case with this whole id, else ERR_GONE. */
int	case_access(struct desk *, const struct actor *, const char *id,
	    struct err *);
/* Answers; the caller decrefs. NULL with *e. */
json_t	*case_queue(struct desk *, const struct actor *, struct err *);
json_t	*case_show(struct desk *, const struct actor *, const char *prefix,
	    struct err *);
/* POST .../claim. ERR_CONFLICT names who holds it. */
json_t	*case_claim(struct desk *, const struct actor *, const char *id,
	    struct err *);

/*
 * Within a transaction: take the claim if it is free or the actor's own, and
 * move a new case to open. 0, or -1 with ERR_CONFLICT naming the holder.
 */
int	case_claim_within(struct desk *, const struct actor *,
	    const char *id, struct err *);

#endif
