#ifndef TEDUH_AUDIT_H
#define TEDUH_AUDIT_H

#include <stdint.h>

#include "lib/seal.h"

struct actor;
struct audit_entry;
struct desk;
struct err;
struct request_proof;

/*
 * The audit chain.  Every change of state adds one entry in the same
 * transaction (lib/audit_entry.h has its hash, lib/audit_chain.h what must
 * hold).  A person's entry carries the signed request (base, signer,
 * signature); a role signs the hash.  detail holds ids, states and names of
 * staff, never a word that somebody wrote.
 */

/*
 * Within a transaction. actor may be NULL: the role itself.  Of a person's
 * request it is one entry, and `action` must have its row in
 * lib/audit_action.c; else ERR_BUG, and nothing is written.
 */
int	audit_add(struct desk *, const struct actor *, const char *action,
	    const char *case_id, const char *detail, struct err *);

/*
 * Fill in who signed and what, from the request. 0, or -1 with ERR_BUG when
 * it did not ask for what the entry says. *x points into the proof.
 */
int	audit_asked(struct audit_entry *, const struct request_proof *,
	    struct err *);

/*
 * Whether this role itself, by the key that it has now, wrote entry want->seq
 * with just this action, case_id and detail (the rest of *want is not
 * looked at).  1 with *at, its time; 0; -1.
 */
int	audit_is_own(struct desk *, const struct audit_entry *want,
	    int64_t *at, struct err *);

/*
 * Check the chain from the first entry on, and that each entry is signed by
 * whom it names, on the roster as it was last refreshed.
 * 0 with *count entries; -1 with ERR_DENIED naming the first bad one.
 * step (may be NULL) hears now and then how many hold so far.
 */
typedef void	 audit_step(void *ctx, int64_t done);
int	audit_verify(struct desk *, audit_step *, void *ctx, int64_t *count,
	    struct err *);

/*
 * The same, and that the chain still has the entry that was seen before
 * (seq 0: none was); *now: its newest entry.
 */
struct audit_head {
	int64_t		seq;
	unsigned char	hash[SEAL_HASH];
};
int	audit_verify_seen(struct desk *, const struct audit_head *seen,
	    audit_step *, void *ctx, struct audit_head *now, struct err *);

#endif
