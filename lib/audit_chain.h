#ifndef TEDUH_AUDIT_CHAIN_H
#define TEDUH_AUDIT_CHAIN_H

#include <stdint.h>

#include "lib/audit_entry.h"

struct err;
struct roster;

/*
 * The audit chain, entry by entry from the first on: each names the one
 * before, says what was hashed, and is signed by whom it names: a role by the
 * hash, a person by the request that asked for just this, which counts once.
 * An invitation's card is signed by a key that an invitation before named.
 *
 * Memory grows by 32 bytes for each entry of a person.
 */
struct audit_chain;

/* The roster stays the caller's and must last as long. */
struct audit_chain *audit_chain_new(const struct roster *);
void	audit_chain_free(struct audit_chain *);	/* NULL is fine */

/* The next one. 0; -1 with ERR_DENIED, which names it and says why. */
int	audit_chain_next(struct audit_chain *, const struct audit_entry *,
	    struct err *);

/*
 * What was seen of the chain before (seq 0: nothing): that entry must come
 * again, with this hash.  Of several the earlier first, and all before the
 * first entry.  audit_chain_end() asks when no more come: 0, or -1
 * with ERR_DENIED, which names the first that is missing.
 */
void	audit_chain_pin(struct audit_chain *, int64_t seq,
	    const unsigned char hash[SEAL_HASH]);
int	audit_chain_end(const struct audit_chain *, struct err *);

int64_t	audit_chain_seq(const struct audit_chain *);	/* 0: none yet */
void	audit_chain_head(const struct audit_chain *,
	    unsigned char out[SEAL_HASH]);

/*
 * Whether a request may stand under this entry: what audit_add() asks before
 * it writes one. 0; -1: it did not ask for that, or the action has no row in
 * lib/audit_action.c.
 */
int	audit_chain_asked(const struct audit_entry *);

/* The detail of an `invite` entry: whom, and the key of the code. */
#define AUDIT_INVITE_MAX	128
void	audit_chain_invite(char out[AUDIT_INVITE_MAX], const char *name,
	    const unsigned char key[SIGN_PUBLIC]);

#endif
