#ifndef TEDUH_BOUNCE_H
#define TEDUH_BOUNCE_H

#include <jansson.h>

#include "lib/wire.h"

struct desk;
struct err;

/*
 * What a machine reports about a letter of ours (RFC 3464, 5965): it belongs
 * to the case of that letter, never opens another one, and marks a delivery
 * only by what nobody can guess: the token of our return path, or our
 * Message-ID in the headers that came back.  Where both stand there and do
 * not mean the same letter, nothing is believed.
 *
 * It is kept as an item of participant 0, nobody's strand: so that it never
 * moves an address.  Class `bounce` when a human must look: the case opens,
 * at the top of its urgency, with the flag `delivery-problem`, until an
 * answer to that participant is accepted or a human closes the case.  Class
 * `automatic` when it changes nothing (late, arrived, told before): then the
 * event alone says it.
 */
enum bounce_kind {
	BOUNCE_FAILED,		/* the letter did not arrive */
	BOUNCE_UNCLEAR,		/* nobody can read what it says */
	BOUNCE_AGAIN,		/* about one that is known to have failed */
	BOUNCE_DELAYED,
	BOUNCE_DELIVERED,
	BOUNCE_COMPLAINT	/* somebody calls our letter unwanted */
};

struct bounce {
	enum bounce_kind kind;
	char		case_id[CASE_ID_LEN + 1];
	unsigned char	item[SEAL_ID];	/* the letter that it is about */
	char		code[12];	/* "5.1.1"; "-": not said */
	int64_t		epoch;		/* the case's newest key, as a */
	unsigned char	case_key[SEAL_KEY];	/* role signed it */
};

/* 1 and *b filled when this view reports about a letter of ours; 0; -1. */
int	bounce_find(struct desk *, const json_t *view, struct bounce *,
	    struct err *);
/* Under which class it is kept. */
const char *bounce_class(const struct bounce *);
/*
 * Within the transaction that stores its item, in place of what another
 * letter does to its case: the delivery, the case with its newest deposit,
 * event, audit and the alarm of
 * a complaint. 0 or -1.
 */
int	bounce_mark(struct desk *, const struct bounce *,
	    const struct deposit *, const unsigned char hash[SEAL_HASH],
	    struct err *);
/*
 * A relay may send a letter back before post has heard, or written down, that
 * the relay took it. The report is kept and the case opened at once; what it
 * says of the delivery waits with that. Both within the transaction that ends
 * the sending:
 *
 * bounce_came_first(), before it: 1 with *b filled (case, item, code), 0, -1.
 * bounce_catch_up(), after it, for *b: a delivery that is now accepted or
 * unknown becomes bounced, and its case waits again. 0 or -1.
 */
int	bounce_came_first(struct desk *, const char *case_id,
	    const unsigned char item[SEAL_ID], struct bounce *, struct err *);
int	bounce_catch_up(struct desk *, const struct bounce *, struct err *);
/*
 * 1 when this letter bears a Message-ID of ours: a forwarder or a list sends
 * our own words back under another name. 0, -1.
 */
int	bounce_is_ours(struct desk *, const json_t *view, struct err *);

/*
 * 1 when somebody complained about mail to this address (its keyed hash, of
 * desk_hash_address): no machine writes to it any more. 0, -1.
 */
int	bounce_no_automatic(struct desk *,
	    const unsigned char address[SEAL_HASH], struct err *);

#endif
