/*
 * The end of what is ripe.  It is looked for three times: before the lock,
 * because mostly there is nothing; by the roster as it is now, since who is
 * on it decides whether the wish holds; and under the lock.
 */
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ripe.h"
#include "daemon/store/store.h"

int
ripe_id(const struct row *row, int column, char id[CASE_ID_LEN + 1])
{
	const void *bytes;
	size_t len;

	bytes = row_blob(row, column, &len);
	if (bytes == NULL || len != CASE_ID_LEN)
		return -1;
	memcpy(id, bytes, CASE_ID_LEN);
	id[CASE_ID_LEN] = '\0';
	return strlen(id) == CASE_ID_LEN && deposit_case_valid(id) ? 0 : -1;
}

int
ripe_row(void *ctx, const struct row *row, struct err *e)
{
	struct ripe *r = ctx;
	const void *text;
	size_t len;

	(void)e;
	if (ripe_id(row, 0, r->id) == -1)
		return 0;
	r->found = 1;
	text = row_blob(row, 1, &len);
	if (text == NULL || len > sizeof(r->text) ||
	    row_bytes(row, 2, r->is.signer, SIGN_PUBLIC) == -1 ||
	    row_bytes(row, 3, r->is.signature, SIGN_LEN) == -1)
		return 1;
	memcpy(r->text, text, len);
	r->is.text = r->text;
	r->is.len = len;
	r->whole = 1;
	return 1;
}

int
ripe_end(struct desk *d, const struct ripe_way *way, struct ripe *r,
    struct err *e)
{
	int n;

	if ((n = way->find(d, r, e)) <= 0)
		return n;
	if (desk_refresh(d, e) == -1)
		return -1;
	/* Meanwhile it may have been taken back. */
	if ((n = way->find(d, r, e)) <= 0)
		return n;
	if (!r->wished && alarm_raise(d, "erasure-refused", r->id, "-",
	    e) == -1)
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
