#ifndef TEDUH_PARCEL_H
#define TEDUH_PARCEL_H

#include <stddef.h>

#include "daemon/desk/delivery.h"
#include "lib/buf.h"
#include "lib/letter.h"
#include "lib/publication.h"
#include "lib/seal.h"

struct config_desk;
struct desk;
struct err;
struct secret;

/*
 * A letter on its way: opened with the postman key, parsed once its
 * signatures hold, rendered, wiped.  The functions are called in this order;
 * each returns 0, -1 with *e when the machine is at fault (the delivery is
 * then as before), or 1 with *why set to the word under which the delivery
 * is blocked: "sealed" it cannot be opened, "attachment" one is missing or
 * another one, "document", "signature", "desk" the desk is not configured.
 */
#define PARCEL_ADDRESS_MAX	255
#define PARCEL_SIZE_MAX		((size_t)64 * 1024 * 1024)

struct parcel {
	struct secret	*key;		/* of the item */
	struct buf	 document;
	unsigned char	 sealed[SEAL_HASH]; /* seal_part_hash() of it */
	unsigned char	 hash[SEAL_HASH]; /* keyed; known to the spent file */
	struct letter	 letter;
	struct buf	 attachments[LETTER_ATTACHMENTS_MAX];
	char		 token[32];	/* of the return path */
	char		 return_path[PARCEL_ADDRESS_MAX];
	char		 reply_to[PARCEL_ADDRESS_MAX];
	struct buf	 message;
};

void	parcel_init(struct parcel *);
void	parcel_free(struct parcel *);

/* The document alone, of whatever kind: nothing of it is checked yet. */
int	parcel_document(struct parcel *, struct desk *,
	    const struct delivery *, const struct secret *postman,
	    const char **why, struct err *);
/* Document, signatures, hash, letter. */
int	parcel_open(struct parcel *, struct desk *, const struct delivery *,
	    const struct secret *postman, const char **why, struct err *);
/* Attachments alone, of a letter that is not sent. */
int	parcel_attachments(struct parcel *, struct desk *,
	    const struct delivery *, const char **why, struct err *);
/* What is signed when such a letter may be shown. */
void	parcel_publication(const struct parcel *, const struct desk *,
	    const struct delivery *, struct publication *);
/* Attachments, addresses with fresh tokens, the message. */
int	parcel_compose(struct parcel *, struct desk *,
	    const struct delivery *, const struct config_desk *,
	    const char **why, struct err *);

/* local+word@domain: 0, or -1 with ERR_INPUT when it has no room. */
int	parcel_plus_address(char out[PARCEL_ADDRESS_MAX],
	    const char *address, const char *word, struct err *);

#endif
