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
/* 1 if the actor may read the cases of this desk. */
int	case_may_read(const struct actor *, const char *desk);
/* Whole id from a prefix (canonical); ERR_INPUT when ambiguous. */
int	case_resolve(struct desk *, const struct actor *, const char *prefix,
	    char id[CASE_ID_LEN + 1], struct err *);
/* 0 if the actor may read the case with this whole id, else ERR_GONE. */
int	case_access(struct desk *, const struct actor *, const char *id,
	    struct err *);
/* Within a transaction: what rows of the queue have beside their columns. */
int	case_fill(struct desk *, json_t *, const char *id, struct err *);
/* Answers; the caller decrefs. NULL with *e. */
json_t	*case_show(struct desk *, const struct actor *, const char *prefix,
	    struct err *);
/* The whole CASE with this id, for who has changed it. */
json_t	*case_json(struct desk *, const char *id, struct err *);
/* The same within a transaction. */
json_t	*case_within(struct desk *, const char *id, struct err *);

/*
 * One change of a case by a person: the actor must be able to see it; fn does
 * it, with its audit entry, in the same transaction as the nonce; an own
 * claim is renewed. The CASE as it is then; NULL with *e, nothing changed.
 */
typedef int case_fn(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*case_change(struct desk *, const struct actor *, const char *id,
	    case_fn *fn, const json_t *body, struct err *);

#endif
