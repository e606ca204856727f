#ifndef TEDUH_TOOLS_ENTRIES_H
#define TEDUH_TOOLS_ENTRIES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/identity.h"
#include "lib/roster.h"

struct err;

/*
 * Roster entries made here.  Each is signed, added to our own roster by the
 * rules that everybody applies, and only then appended to what is sent.
 */

/* entry is freed. 0, or -1 with *e: it would not be valid. */
int	entries_add(json_t *entries, struct roster *, const struct signer *,
	    char *entry, size_t len, struct err *);

/*
 * The founder's batch for POST /v1/found from init's card: {entries,
 * secrets}.  roster must be empty and is filled; pin is the hash of entry 1.
 * NULL with *e.
 */
json_t	*entries_found(struct roster *, const struct identity *,
	    const char *name, const void *card, size_t len, int64_t now_s,
	    unsigned char pin[SEAL_HASH], struct err *);

#endif
