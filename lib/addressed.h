#ifndef TEDUH_ADDRESSED_H
#define TEDUH_ADDRESSED_H

#include <stddef.h>

#include "lib/seal.h"

struct buf;
struct err;
struct letter;

/*
 * Whom an automatic mail goes to, sealed to the postman by whoever asks for
 * the mail: the members to, message_id, reply_token, in_reply_to and
 * references of a letter.  The box is bound to the id of its mail, and the
 * mail's signed statement names it by its hash (doc/protocol.md, Automatic
 * mail).
 */
#define ADDRESSED_MAX	8192	/* bytes of a box */

/* The box, appended. 0, or -1 with *e: ERR_INPUT, it is too long. */
int	addressed_seal(const unsigned char postman[SEAL_KEY],
	    const unsigned char id[SEAL_ID], const struct letter *,
	    struct buf *box, struct err *);
/* As the statement names it. */
void	addressed_hash(unsigned char hash[SEAL_HASH], const void *box,
	    size_t len);
/*
 * *l is initialised by the call and holds the five; letter_free() it in any
 * case. -1 with ERR_DENIED when the box is not that of this mail.
 */
int	addressed_open(const struct secret *postman,
	    const unsigned char id[SEAL_ID], const void *box, size_t len,
	    struct letter *l, struct err *);

#endif
