#ifndef TEDUH_CANARY_H
#define TEDUH_CANARY_H

#include <stdint.h>

#include "lib/seal.h"

struct arrival;
struct desk;
struct err;

/*
 * The canary: a letter that the service writes to itself through relay and
 * mail server, so that a way that is blocked is noticed while nobody writes.
 *
 * It is known by its Message-ID alone (128 random bits), which stands in its
 * References as well, for relays that put a Message-ID of their own on a
 * mail.  Whoever comes with another one, or comes later with the same one
 * and other bytes, is no canary and becomes a case like any letter.
 */
#define CANARY_LATE_S	(30 * 60)	/* then it is lost */

/*
 * By clock, within the transaction that adds its mail: a mail with this
 * Message-ID ("<...>") is on its way to this mailbox.
 */
int	canary_expect(struct desk *, const char *mailbox,
	    const char *message_id, struct err *);

/*
 * By intake: is this arrival a canary that its mailbox expects, or the same
 * mail once more? body: desk_hash_body() of its bytes. 1 with its hash, 0,
 * -1.
 */
int	canary_find(struct desk *, const struct arrival *,
	    const unsigned char body[SEAL_HASH],
	    unsigned char hash[SEAL_HASH], struct err *);
/* Within a transaction: it is back. */
int	canary_back(struct desk *, const unsigned char hash[SEAL_HASH],
	    const unsigned char body[SEAL_HASH], struct err *);

/*
 * By clock: is the next one to be written (every_s after the last), and
 * since when is one lost; 0: none, or a later one came back.
 */
struct canary_look {
	int	due;
	int64_t	lost_since;
};
int	canary_look(struct desk *, const char *mailbox, int64_t every_s,
	    struct canary_look *, struct err *);

#endif
