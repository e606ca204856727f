/*
 * Counting who can open what, from the roster and the boxes that are there.
 */
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/readers.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/roster.h"

struct counting {
	const struct roster	*roster;
	const char		*desk;
	int64_t			 n;
};

static int
get_member(void *ctx, const struct row *row, struct err *e)
{
	struct counting *c = ctx;
	const struct roster_person *p = roster_person(c->roster,
	    row_text(row, 0));

	(void)e;
	c->n += p != NULL && p->active && p->rank != RANK_ADMIN &&
	    roster_on_desk(p, c->desk);
	return 0;
}

int
readers_of(struct desk *d, const char *desk, int64_t epoch, int64_t *n,
    struct err *e)
{
	struct counting c = { d->roster, desk, 0 };

	if (store_run(d->store, STMT_READERS, ARGS(V_TEXT(desk),
	    V_INT(epoch)), get_member, &c, e) == -1)
		return -1;
	*n = c.n;
	return 0;
}

int
readers_few(struct desk *d, const char *desk, int64_t *cases, struct err *e)
{
	unsigned char box[SEAL_KEY];
	struct err none = ERR_INIT;
	int64_t newest, epoch, n, some;

	*cases = 0;
	if (roster_team(d->roster, desk, box, &newest, &none) == -1)
		return 0;	/* a desk that has not begun */
	for (epoch = 1; epoch <= newest; epoch++) {
		if (readers_of(d, desk, epoch, &n, e) == -1)
			return -1;
		if (n >= READERS_FEW)
			continue;
		if (rows_int(d->store, STMT_READERS_CASES, ARGS(V_TEXT(desk),
		    V_INT(epoch)), 0, &some, e) == -1)
			return -1;
		*cases += some;
	}
	return 0;
}
