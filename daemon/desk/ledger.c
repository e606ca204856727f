/*
 * The ledger: a row for every UID that a folder ever showed, so that no mail
 * can vanish between the mail server and a case without being missed.
 */
#include <stdlib.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

struct list {
	struct ledger_row	*rows;
	size_t			 n, room;
};

static int
add_row(void *ctx, const struct row *row, struct err *e)
{
	struct list *list = ctx;
	struct ledger_row *r, *rows;
	const char *state = row_text(row, 1);

	(void)e;
	if (list->n == list->room) {
		list->room = list->room == 0 ? 256 : 2 * list->room;
		rows = reallocarray(list->rows, list->room, sizeof(*rows));
		if (rows == NULL)
			mem_out();
		list->rows = rows;
	}
	r = &list->rows[list->n++];
	r->uid = row_int(row, 0);
	r->stored = state[0] != 't';	/* tried, stored, done */
	r->done = state[0] == 'd';
	r->attempts = row_int(row, 2);
	return 0;
}

int
ledger_list(struct desk *d, const char *mailbox, const char *folder,
    int64_t uidvalidity, struct ledger_row **rows, size_t *n, struct err *e)
{
	struct list list = { NULL, 0, 0 };

	if (store_run(d->store, STMT_LEDGER_LIST, ARGS(V_TEXT(mailbox),
	    V_TEXT(folder), V_INT(uidvalidity)), add_row, &list, e) == -1) {
		free(list.rows);
		return -1;
	}
	*rows = list.rows;
	*n = list.n;
	return 0;
}

int
ledger_try(struct desk *d, const char *mailbox, const char *folder,
    int64_t uidvalidity, int64_t uid, int64_t size, int64_t *attempts,
    struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (rows_int(d->store, STMT_LEDGER_TRY, ARGS(V_TEXT(mailbox),
	    V_TEXT(folder), V_INT(uidvalidity), V_INT(uid), V_INT(size),
	    V_INT(store_now(d->store))), 0, attempts, e) == -1 ||
	    store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		return -1;
	}
	return 0;
}

int
ledger_done(struct desk *d, const char *mailbox, const char *folder,
    int64_t uidvalidity, const int64_t *uids, size_t n, struct err *e)
{
	size_t i;

	if (store_begin(d->store, e) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (store_run(d->store, STMT_LEDGER_DONE, ARGS(
		    V_TEXT(mailbox), V_TEXT(folder), V_INT(uidvalidity),
		    V_INT(uids[i])), NULL, NULL, e) == -1) {
			store_rollback(d->store);
			return -1;
		}
	if (store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		return -1;
	}
	return 0;
}
