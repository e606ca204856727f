#ifndef TEDUH_ONCE_H
#define TEDUH_ONCE_H

#include <stdint.h>

#include "lib/return_code.h"
#include "lib/roster.h"
#include "lib/seal.h"

struct automatic;
struct deposit;
struct desk;
struct err;

/*
 * Links that make a return code, once, for people who began by mail.  The
 * acknowledgement carries one (a code is never mailed); what it ends with is
 * a token that follows from the mail's id and the pepper, and of which the
 * store has the keyed hash.  It is good for ONCE_S, until it is used, and no
 * longer than its case.
 */
#define ONCE_TOKEN	26			/* characters: 128 bits */
#define ONCE_S		(14 * 86400)
#define ONCE_AGAIN_S	600			/* the same code once more */
#define ONCE_PATH	"/l/"			/* behind the web door's url */
#define ONCE_URL_MAX	512

/* 1 when this service has a door to lead to. */
int	once_has_door(const struct desk *);
/* The address of the link in this mail; "" without a door. */
void	once_url(const struct desk *, const struct automatic *,
	    char out[ONCE_URL_MAX]);
/* Within a transaction: what this acknowledgement's link is good for. */
int	once_add(struct desk *, const struct automatic *, struct err *);

/* Whose desk's a link is, as long as it can still be used: 1, 0, -1. */
int	once_find(struct desk *, const char *token,
	    char desk[ROSTER_NAME_MAX + 1], struct err *);
/*
 * By role web: make the code.  1 and random are the bytes from which it
 * follows (deposit_form_find() shows it), the first time and for ONCE_AGAIN_S
 * after it; 0 the link is not good any more, or never was.  -1, ERR_RETRY and
 * ERR_CONFLICT: nothing has happened, try again.
 */
int	once_use(struct desk *, const char *token,
	    unsigned char random[RETURN_CODE_FORM], struct err *);

#endif
