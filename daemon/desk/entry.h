#ifndef TEDUH_ENTRY_H
#define TEDUH_ENTRY_H

#include <jansson.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/seal.h"
#include "lib/wire.h"

struct desk;
struct err;
struct item_out;

/*
 * What a role adds to the chain of a case's deposits beside letters: an item
 * of one small part (PART_VIEW), sealed to the case key before the lock is
 * taken.  So everybody who asks for a participant's newest deposit finds it.
 */
struct entry {
	struct desk	*desk;
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 epoch;
	unsigned char	 case_key[SEAL_KEY];
	unsigned char	 item[SEAL_ID];
	struct secret	*key;
	struct item_out	*out;
	struct buf	 grant;
};

/*
 * Sealed under this case key; nothing is in the store after it but chunks
 * without a head. Takes the view. Free it also after -1.
 */
int	entry_seal(struct entry *, struct desk *, const char *case_id,
	    int64_t epoch, const unsigned char case_key[SEAL_KEY],
	    json_t *view, struct err *);
/*
 * Within the transaction.  The caller has set kind, participant, mode, class,
 * address, check and perhaps seeker of *dep, the rest is set here; it is
 * signed, the item is there, and the case names its newest deposit.  0 or -1;
 * deposit_free(dep) in any case.
 */
int	entry_write(struct entry *, struct deposit *dep, struct err *);
void	entry_free(struct entry *);	/* an empty one is fine */

#endif
