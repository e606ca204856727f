#ifndef TEDUH_AWAITS_H
#define TEDUH_AWAITS_H

#include <jansson.h>
#include <stdint.h>

#include "lib/seal.h"

struct actor;
struct desk;
struct err;

/*
 * The mail without content that tells a person of reply mode `notice` that an
 * answer awaits behind the return code.  Who releases the answer asks for it;
 * it leaves when post has published that answer, and not without it.  All
 * within the transaction of the change.
 */

/*
 * body may have notice: {statement, signature, address: BOX}, for this answer
 * to this participant. 0; -1 with *e.
 */
int	awaits_ask(struct desk *, const struct actor *, const char *case_id,
	    int64_t participant, const unsigned char item[SEAL_ID],
	    const json_t *body, struct err *);
/* It is published: the mail may leave. */
int	awaits_go(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);
/* The answer does not go after all, and neither does the mail. */
int	awaits_forget(struct desk *, const unsigned char item[SEAL_ID],
	    struct err *);

#endif
