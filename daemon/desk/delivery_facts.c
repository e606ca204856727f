/*
 * What a case's signed deposits say of a delivery: how the person is reached,
 * and whether somebody wrote after what the author had read.  The plain
 * columns are not asked.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/chain.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/desk.h"
#include "lib/err.h"

struct facts {
	struct delivery_facts	*out;
	const struct delivery	*delivery;
	const unsigned char	*last_read;
};

static int
collect(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct facts *f = ctx;

	(void)e;
	if (seal_equal(hash, f->last_read, SEAL_HASH))
		f->out->last_read_known = 1;
	else if (!f->out->last_read_known && chain_counts(dep))
		f->out->later_letter = 1;
	if (!f->out->has_participant &&
	    dep->participant == f->delivery->participant) {
		f->out->has_participant = 1;
		memcpy(f->out->check, dep->check, SEAL_HASH);
		(void)snprintf(f->out->mode, sizeof(f->out->mode), "%s",
		    dep->mode);
	}
	if (dep->participant == f->delivery->participant && dep->has_seeker)
		f->out->has_seeker = 1;
	return 0;
}

int
delivery_facts(struct desk *d, const struct delivery *x,
    const unsigned char last_read[SEAL_HASH], struct delivery_facts *out,
    struct err *e)
{
	struct facts f = { out, x, last_read };

	memset(out, 0, sizeof(*out));
	return chain_walk(d, x->case_id, collect, &f, e);
}
