#ifndef TEDUH_ACKNOWLEDGE_H
#define TEDUH_ACKNOWLEDGE_H

#include <jansson.h>

#include "daemon/desk/automatic.h"

struct config_mailbox;
struct deposit;
struct desk;
struct err;

/*
 * The acknowledgement of a letter, asked for by intake in the transaction
 * that takes it (C1): only of the first letter of a case that waits openly
 * (no flag at all), of class person, whose view says that a machine may
 * answer it, and only where the desk wants one.
 */
struct acknowledge {
	int			wanted;
	struct automatic	mail;
	unsigned char		reply[SEAL_HASH], message[SEAL_HASH];
};

/*
 * Before the lock: decide, and seal the address.  view: NULL when nobody
 * could read it.  flags: those the new case begins with.  Nothing that goes
 * wrong here keeps a letter out: then none is wanted.
 */
void	acknowledge_prepare(struct acknowledge *, struct desk *,
	    const struct config_mailbox *, const json_t *view,
	    const char *flags);
/*
 * Within the transaction, when the letter's deposit is written: the row, and
 * the tokens by which an answer to it finds the case. 0 or -1.
 */
int	acknowledge_write(struct acknowledge *, struct desk *,
	    const struct deposit *, struct err *);

#endif
