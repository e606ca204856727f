#ifndef TEDUH_FOUNDING_H
#define TEDUH_FOUNDING_H

#include <jansson.h>

#include "lib/seal.h"
#include "lib/signature.h"

struct config;
struct desk;
struct err;
struct request_proof;
struct store;

/*
 * How a service begins: init leaves a card of the public role keys, signed
 * with the founder code's pair; the founder's `join` brings entry 1 and the
 * first keys in one batch; `pin` makes it final.
 */
struct founding_keys {
	unsigned char	intake[SIGN_PUBLIC], web[SIGN_PUBLIC];
	unsigned char	post[SIGN_PUBLIC], clock[SIGN_PUBLIC];
	unsigned char	postman[SEAL_KEY];
};

/* Store the card. Opens its own transaction. */
int	founding_prepare(struct store *, const struct config *,
	    const struct founding_keys *, const char *founder_code,
	    struct err *);
/* {card, signature}, or NULL with ERR_GONE once there is a roster. */
json_t	*founding_card(struct store *, struct err *);
/* POST /v1/found: answer, or NULL. */
json_t	*founding_accept(struct desk *, const struct request_proof *,
	    const json_t *body, struct err *);
/* 0 if pin is the hash of entry 1; -1 ERR_GONE (none), ERR_DENIED. */
int	founding_check_pin(struct store *, const unsigned char pin[SEAL_HASH],
	    struct err *);

#endif
