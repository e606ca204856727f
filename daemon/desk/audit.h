#ifndef TEDUH_AUDIT_H
#define TEDUH_AUDIT_H

#include <stdint.h>

struct actor;
struct desk;
struct err;

/*
 * The audit chain.  Every change of state adds an entry in the same
 * transaction:
 *
 *   hash = BLAKE2b("teduh/audit/v1" NUL seq LF at LF actor LF action LF
 *          case LF detail LF base LF signer LF prev)    (hex, "" for NULL)
 *
 * A person's entry carries the signed request (base, signer, signature); a
 * role signs the hash.  detail holds ids, states and names of staff, never a
 * word that somebody wrote.
 */

/* Within a transaction. actor may be NULL: the role itself. */
int	audit_add(struct desk *, const struct actor *, const char *action,
	    const char *case_id, const char *detail, struct err *);

/*
 * Check the chain from the first entry on, and that each entry is signed by
 * whom it names, on the roster as it was last refreshed.
 * 0 with *count entries; -1 with ERR_DENIED naming the first bad one.
 * step (may be NULL) hears now and then how many hold so far.
 */
typedef void	 audit_step(void *ctx, int64_t done);
int	audit_verify(struct desk *, audit_step *, void *ctx, int64_t *count,
	    struct err *);

#endif
