/*
 * Letters that were submitted and came back.  A letter that once had a place
 * in the case (it was approved and called back, or blocked) stays there when
 * it is no version any more; any other is deleted with all of it.
 */
#include "daemon/desk/desk.h"
#include "daemon/desk/draft_inside.h"
#include "daemon/desk/version.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define BATCH	16

struct behind {
	unsigned char	items[BATCH][SEAL_ID];
	int		placed[BATCH];
	size_t		n;
};

static int
get_behind(void *ctx, const struct row *row, struct err *e)
{
	struct behind *b = ctx;

	(void)e;
	if (row_bytes(row, 0, b->items[b->n], SEAL_ID) == 0) {
		b->placed[b->n] = row_type(row, 1) != VALUE_NULL;
		b->n++;
	}
	return b->n == BATCH;
}

/* All but the newest `keep`. */
static int
drop_behind(struct desk *d, const char *case_id, int64_t no, int64_t keep,
    struct err *e)
{
	struct behind b;
	size_t i;

	do {
		b.n = 0;
		if (store_run(d->store, STMT_VERSION_BEHIND,
		    ARGS(V_TEXT(case_id), V_INT(no), V_INT(keep)),
		    get_behind, &b, e) == -1)
			return -1;
		for (i = 0; i < b.n; i++)
			if (store_run(d->store, STMT_VERSION_DELETE,
			    ARGS(V_BLOB(b.items[i], SEAL_ID)), NULL, NULL,
			    e) == -1 || (!b.placed[i] &&
			    written_drop(d, b.items[i], e) == -1))
				return -1;
	} while (b.n == BATCH);
	return 0;
}

int
version_keep(struct desk *d, const char *case_id, int64_t no,
    const struct draft *draft, struct err *e)
{
	if (!draft->has_letter)
		return 0;
	if (store_run(d->store, STMT_VERSION_ADD, ARGS(V_BLOB(draft->letter,
	    SEAL_ID), V_TEXT(case_id), V_INT(no), V_INT(draft->revision),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1)
		return -1;
	return drop_behind(d, case_id, no, VERSION_KEEP, e);
}

int
version_drop(struct desk *d, const char *case_id, int64_t no, struct err *e)
{
	return drop_behind(d, case_id, no, 0, e);
}
