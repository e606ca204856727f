/*
 * The roster as it stood at one of its entries.  What the desk has in hand is
 * the newest one; an older one is put together again from the same rows.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/roster_then.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define ROWS	500

static int
add_entry(void *ctx, const struct row *row, struct err *e)
{
	struct roster_then *t = ctx;
	unsigned char signature[SIGN_LEN];
	const void *entry;
	size_t len;

	entry = row_blob(row, 1, &len);
	if (entry == NULL ||
	    row_bytes(row, 2, signature, sizeof(signature)) == -1) {
		err_set(e, ERR_DENIED, "roster entry %" PRId64
		    " is not whole", row_int(row, 0));
		return -1;
	}
	return roster_add(t->then, t->desk->has_pin ? t->desk->pin : NULL,
	    entry, len, signature, e);
}

static int
grow(struct roster_then *t, int64_t seq, struct err *e)
{
	int64_t left;

	while ((left = seq - roster_seq(t->then)) > 0)
		if (store_run(t->desk->store, STMT_ROSTER_FROM,
		    ARGS(V_INT(roster_seq(t->then) + 1),
		    V_INT(left < ROWS ? left : ROWS)), add_entry, t,
		    e) <= 0)
			return -1;
	return 0;
}

const struct roster *
roster_then(struct roster_then *t, int64_t seq, struct err *e)
{
	struct desk *d = t->desk;

	/* Somebody may have seen an entry that came just now. */
	if (seq > roster_seq(d->roster) && desk_refresh(d, e) == -1)
		return NULL;
	if (seq == roster_seq(d->roster))
		return d->roster;
	err_set(e, ERR_DENIED, "the roster has no entry %" PRId64, seq);
	if (seq < 1 || seq > roster_seq(d->roster))
		return NULL;
	if (t->then != NULL && roster_seq(t->then) > seq)
		roster_then_free(t);
	if (t->then == NULL)
		t->then = roster_new();
	if (grow(t, seq, e) == 0)
		return t->then;
	roster_then_free(t);
	return NULL;
}

void
roster_then_free(struct roster_then *t)
{
	roster_free(t->then);
	t->then = NULL;
}
