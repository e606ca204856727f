/*
 * Whether the crisis path is open to a letter is asked of signatures alone:
 * the number beside the case may have been written by anybody who has the
 * store.
 */
#include "daemon/desk/desk.h"
#include "daemon/desk/urgency.h"
#include "daemon/post/urgent.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/letter.h"

int
urgent_of(struct desk *d, const struct delivery *x, const struct letter *l,
    int64_t *urgency, struct err *e)
{
	int r;

	*urgency = 0;
	if (!l->crisis)
		return 0;
	if (store_read(d->store, e) == -1)
		return -1;
	r = urgency_signed(d, x->case_id, urgency, e);
	store_rollback(d->store);
	if (r == -1 && e->code == ERR_DENIED) {
		*urgency = 0;
		return 0;
	}
	return r;
}
