#ifndef TEDUH_PUBLICATION_H
#define TEDUH_PUBLICATION_H

#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"
#include "lib/wire.h"

struct err;

/*
 * Post's word that an answer may be shown to whoever opens the mailbox with
 * the return code; nothing else is shown there.  It is signed with
 * PURPOSE_PUBLICATION and kept beside the item:
 *
 *   {"v":1,"case":ID,"participant":N,"item":HEX,"letter":HEX,"at":N,
 *    "roster":N}
 *
 * letter: seal_part_hash() of the sealed letter document (PART_VIEW) as post
 * opened and checked it, so that no other document can take its place.
 * roster: the number of the entry that was the newest when post did, for
 * those who check the letter again when people have come and gone.
 */
struct publication {
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 participant;
	unsigned char	 item[SEAL_ID];
	unsigned char	 letter[SEAL_HASH];
	int64_t		 at;		/* Unix seconds */
	int64_t		 roster;
};

/* The bytes to sign; the caller frees. */
char	*publication_print(const struct publication *, size_t *len);
/* 0, or -1 with ERR_INPUT. */
int	 publication_parse(struct publication *, const void *, size_t len,
	    struct err *);

#endif
