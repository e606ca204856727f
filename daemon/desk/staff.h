#ifndef TEDUH_STAFF_H
#define TEDUH_STAFF_H

#include <jansson.h>
#include <stdint.h>

#include "lib/signature.h"

struct actor;
struct desk;
struct err;
struct request_proof;

/*
 * Roster, team secrets and invitations as the API hands them out and takes
 * them (shapes: doc/api.md).  Functions that change open their own
 * transaction, store the request's nonce in it and write the audit.
 * Each returns the answer (the caller decrefs) or NULL with *e.
 */
json_t	*staff_roster(struct desk *, int64_t from, struct err *);
json_t	*staff_append(struct desk *, const struct actor *,
	    const json_t *body, struct err *);
json_t	*staff_team(struct desk *, const struct actor *, struct err *);
json_t	*staff_desks(struct desk *, const struct actor *, struct err *);

json_t	*staff_invite(struct desk *, const struct actor *,
	    const json_t *body, struct err *);
json_t	*staff_invitations(struct desk *, const struct actor *,
	    struct err *);
/* By the invitation's own key (proof), not by a person. */
json_t	*staff_invitation(struct desk *, const struct request_proof *,
	    int64_t number, struct err *);
json_t	*staff_card(struct desk *, const struct request_proof *,
	    int64_t number, const json_t *body, struct err *);
/* 1 if this is the key of an invitation that is not expired or used up. */
int	staff_is_invite_key(struct desk *,
	    const unsigned char key[SIGN_PUBLIC], struct err *);

/*
 * Begin the transaction of a person's changing request: the roster is read
 * anew, the person looked up again by the key (*now replaces the actor, whose
 * person may be gone), and the nonce spent. -1: ERR_DENIED when the person
 * is not active any more, or the nonce was used; nothing is begun then.
 */
int	staff_begin(struct desk *, const struct actor *, struct actor *now,
	    struct err *);
/* Commit when result is 0, else roll back. Returns 0 when it is durable. */
int	staff_end(struct desk *, int result, struct err *);

/*
 * Within a transaction: 0 and remembered, or -1 with ERR_DENIED when this
 * key has used this nonce before.
 */
int	staff_nonce(struct desk *, const struct request_proof *,
	    struct err *);

/*
 * By clock: forget nonces whose time is over, and invitations that expired
 * unused a week ago. How many rows, or -1.
 */
int	staff_sweep(struct desk *, struct err *);

/* Within a transaction: put SECRET objects (doc/api.md). */
int	staff_put_secrets(struct desk *, const json_t *array, struct err *);
/* Within a transaction: check and append entries {entry, signature}. */
int	staff_put_entries(struct desk *, const json_t *array, struct err *);

#endif
