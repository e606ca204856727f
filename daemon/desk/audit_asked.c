/*
 * The request of a person in the audit entry that it brought about.  It stands
 * alone here because the kit of the unit tests (desk_kit.h), where nothing
 * comes over a wire, puts its own in this place.
 */
#include <string.h>

#include "daemon/desk/audit.h"
#include "lib/audit_chain.h"
#include "lib/err.h"

int
audit_asked(struct audit_entry *x, const struct request_proof *proof,
    struct err *e)
{
	x->base = proof->base;
	memcpy(x->signer, proof->key, sizeof(x->signer));
	memcpy(x->signature, proof->sig, sizeof(x->signature));
	if (audit_chain_asked(x) == 0)
		return 0;
	err_set(e, ERR_BUG, "an audit entry '%s' that its request did not ask "
	    "for, or that lib/audit_action.c does not know", x->action);
	return -1;
}
