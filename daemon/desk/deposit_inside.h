#ifndef TEDUH_DEPOSIT_INSIDE_H
#define TEDUH_DEPOSIT_INSIDE_H

#include <stdint.h>

#include "daemon/desk/acknowledge.h"
#include "daemon/desk/deposit_find.h"
#include "lib/buf.h"
#include "lib/seal.h"

struct arrival;
struct desk;
struct err;
struct item_out;

/*
 * What the files of deposit.h share.  deposit.c is the order of things and
 * the transaction, deposit_find.c asks where a letter belongs,
 * deposit_seal.c seals it before the lock is taken, deposit_write.c writes
 * the rows within the transaction.
 */

/* A letter on its way into the store. */
struct taking {
	struct desk		*desk;
	const struct arrival	*arrival;
	struct deposit_place	 place;
	struct buf		 case_box;	/* of a new case */
	int64_t			 team_epoch;
	unsigned char		 item[SEAL_ID];
	struct secret		*content, *raw;
	struct item_out		*out;
	struct buf		 grant_content, grant_raw;
	const char		*from;		/* NULL: nobody to answer */
	const char		*class;
	const char		*language;	/* one of the desk's; or NULL */
	int			 unreadable;
	int64_t			 size;
	unsigned char		 body[SEAL_HASH];
	int			 has_body;
	int			 is_canary;
	unsigned char		 canary[SEAL_HASH];
	struct acknowledge	 acknowledge;
};

/* Seal one part from memory; everything but the raw bytes; 0 or -1. */
int	deposit_seal_part(struct taking *, const struct secret *key,
	    uint32_t no, const void *, size_t len, struct err *);
int	deposit_seal_reading(struct taking *, struct err *);
/*
 * Within the transaction: case, item with its signed deposit, participant.
 * *dep says what was signed; the caller frees it, also after -1.
 */
int	deposit_write_letter(struct taking *, int64_t at, struct deposit *dep,
	    struct err *);

#endif
