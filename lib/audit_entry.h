#ifndef TEDUH_AUDIT_ENTRY_H
#define TEDUH_AUDIT_ENTRY_H

#include <stdint.h>

#include "lib/seal.h"
#include "lib/signature.h"

/*
 * One entry of the audit chain, as server and command line both compute it.
 *
 *   hash = BLAKE2b("teduh/audit/v2" NUL then, one behind the other:
 *          seq at actor action case detail base signer prev)
 *
 * where each is written LENGTH ":" BYTES "," (numbers as decimal text, signer
 * and prev as their 32 bytes), and "-," when it is absent; so no two entries
 * are ever the same bytes.  Entries of version 1 have a line for each, hex for
 * signer and prev, and nothing in the line of what is absent, under
 * "teduh/audit/v1"; they are only verified, never made.
 */
#define AUDIT_VERSION	2

struct audit_entry {
	int64_t		 v, seq, at;
	const char	*actor, *action;
	const char	*case_id, *detail;	/* or NULL */
	const char	*base;			/* NULL: a role's entry */
	unsigned char	 signer[SIGN_PUBLIC];
	unsigned char	 signature[SIGN_LEN];
	unsigned char	 prev[SEAL_HASH];
	unsigned char	 hash[SEAL_HASH];
};

/* 0; -1: no entry of this version is like that. */
int		 audit_entry_hash(const struct audit_entry *,
		    unsigned char out[SEAL_HASH]);
/* What a role signs its hash with; NULL: there is no such version. */
const char	*audit_entry_purpose(int64_t version);

#endif
