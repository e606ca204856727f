/*
 * The end of what is ripe.  It is looked for three times: before the lock,
 * because mostly there is nothing; by the roster as it is now, since who is
 * on it decides whether the wish holds; and under the lock.
 */
#include "daemon/crash.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ripe.h"
#include "daemon/store/store.h"

int
ripe_end(struct desk *d, const struct ripe_way *way, struct ripe *r,
    struct err *e)
{
	int n;

	if ((n = way->find(d, r, e)) <= 0)
		return n;
	if (desk_refresh(d, e) == -1 || way->find(d, r, e) == -1 ||
	    (!r->wished && alarm_raise(d, "erasure-refused", r->id, "-",
	    e) == -1))
		return -1;
	crash_point(way->before);
	if (store_begin(d->store, e) == -1)
		return -1;
	if ((n = way->find(d, r, e)) == 1)
		n = way->end(d, r, e);
	if (n == -1 || store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		return -1;
	}
	crash_point(way->after);
	return n;
}
