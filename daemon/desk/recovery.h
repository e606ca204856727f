#ifndef TEDUH_RECOVERY_H
#define TEDUH_RECOVERY_H

#include <jansson.h>

#include "lib/signature.h"

struct desk;
struct err;
struct request_proof;

/*
 * What the recovery key may ask for (lib/roster.h): every epoch of the desks'
 * keys, which lie here sealed to it, and to appoint a supervisor.  Each
 * request is signed by that key itself; two custodians had to come together.
 */

/* 1 when this is the roster's recovery key. */
int	 recovery_is_key(const struct desk *,
	    const unsigned char key[SIGN_PUBLIC]);
/* {secrets: [SECRET]}, or NULL with *e. */
json_t	*recovery_secrets(struct desk *, struct err *);
/*
 * {seq, entries: [one], secrets}: a supervisor is appointed, and gets the keys
 * of his desks. {seq}, or NULL with *e.
 */
json_t	*recovery_appoint(struct desk *, const struct request_proof *,
	    const json_t *body, struct err *);
/* It was tried, and the parts fit: {at}. */
json_t	*recovery_rehearsed(struct desk *, const struct request_proof *,
	    struct err *);
/* For who may ask: {rehearsed: AT|null} of the present key. */
json_t	*recovery_show(struct desk *, struct err *);

#endif
