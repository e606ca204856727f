/*
 * The ledger: a row for every UID that a folder ever showed, so that no mail
 * can vanish between the mail server and a case without being missed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

/* Rows of this size with room for one more than n. */
static void *
make_room(void *rows, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return rows;
	*room = *room == 0 ? 256 : 2 * *room;
	if ((rows = reallocarray(rows, *room, size)) == NULL)
		mem_out();
	return rows;
}

struct list {
	struct ledger_row	*rows;
	size_t			 n, room;
};

static int
add_row(void *ctx, const struct row *row, struct err *e)
{
	struct list *list = ctx;
	struct ledger_row *r;
	const char *state = row_text(row, 1);
	int64_t uid = row_int(row, 0);

	(void)e;
	/* Tried where it lies now, and taken where it lay before: taken. */
	if (list->n > 0 && list->rows[list->n - 1].uid == uid)
		r = &list->rows[list->n - 1];
	else {
		list->rows = make_room(list->rows, list->n, &list->room,
		    sizeof(*r));
		r = &list->rows[list->n++];
		memset(r, 0, sizeof(*r));
	}
	r->uid = uid;
	r->stored |= state[0] != 't';	/* tried, stored, done */
	r->done |= state[0] == 'd';
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
ledger_list_moved(struct desk *d, const struct ledger_place *p,
    struct ledger_row **rows, size_t *n, struct err *e)
{
	struct list list = { NULL, 0, 0 };

	if (store_run(d->store, STMT_LEDGER_LIST_MOVED, ARGS(
	    V_TEXT(p->mailbox), V_TEXT(p->folder), V_INT(p->uidvalidity)),
	    add_row, &list, e) == -1) {
		free(list.rows);
		return -1;
	}
	*rows = list.rows;
	*n = list.n;
	return 0;
}

static int
moved_each(struct desk *d, const struct ledger_place *from,
    const int64_t *uids, const struct ledger_place *to,
    const int64_t *there, size_t n, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (there[i] != 0 && store_run(d->store, STMT_LEDGER_MOVED,
		    ARGS(V_TEXT(from->mailbox), V_TEXT(from->folder),
		    V_INT(from->uidvalidity), V_INT(uids[i]),
		    V_TEXT(to->folder), V_INT(to->uidvalidity),
		    V_INT(there[i])), NULL, NULL, e) == -1)
			return -1;
	return 0;
}

int
ledger_moved(struct desk *d, const struct ledger_place *from,
    const int64_t *uids, const struct ledger_place *to,
    const int64_t *there, size_t n, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (moved_each(d, from, uids, to, there, n, e) == 0 &&
	    store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

int
ledger_adopt(struct desk *d, const struct ledger_place *to, int64_t uid,
    const unsigned char *hash, int64_t size, struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	if (hash != NULL)
		n = store_run(d->store, STMT_LEDGER_ADOPT, ARGS(
		    V_TEXT(to->mailbox), V_BLOB(hash, SEAL_HASH),
		    V_TEXT(to->folder), V_INT(to->uidvalidity), V_INT(uid)),
		    NULL, NULL, e);
	else
		n = store_run(d->store, STMT_LEDGER_ADOPT_UNHASHED, ARGS(
		    V_TEXT(to->mailbox), V_INT(size), V_TEXT(to->folder),
		    V_INT(to->uidvalidity), V_INT(uid)), NULL, NULL, e);
	if (n != -1 && store_commit(d->store, e) == 0)
		return n > 0;
	store_rollback(d->store);
	return -1;
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

/* Within a transaction: the same change for each of these. */
static int
change_each(struct desk *d, enum statement statement,
    const struct ledger_place *p, const int64_t *uids, size_t n,
    struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (store_run(d->store, statement, ARGS(V_TEXT(p->mailbox),
		    V_TEXT(p->folder), V_INT(p->uidvalidity),
		    V_INT(uids[i])), NULL, NULL, e) == -1)
			return -1;
	return 0;
}

/* A transaction of its own. */
static int
change_all(struct desk *d, enum statement statement,
    const struct ledger_place *p, const int64_t *uids, size_t n,
    struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (change_each(d, statement, p, uids, n, e) == 0 &&
	    store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

int
ledger_done(struct desk *d, const char *mailbox, const char *folder,
    int64_t uidvalidity, const int64_t *uids, size_t n, struct err *e)
{
	struct ledger_place p = { mailbox, folder, uidvalidity,
	    LEDGER_CAME };

	return change_all(d, STMT_LEDGER_DONE, &p, uids, n, e);
}

static int
add_removable(void *ctx, const struct row *row, struct err *e)
{
	struct ledger_removables *list = ctx;
	struct ledger_removable *r;

	(void)e;
	list->rows = make_room(list->rows, list->n, &list->room, sizeof(*r));
	r = &list->rows[list->n++];
	r->uid = row_int(row, 0);
	r->size = row_int(row, 1);
	r->deleting = strcmp(row_text(row, 2), "deleting") == 0;
	return 0;
}

int
ledger_removable(struct desk *d, const struct ledger_place *p,
    int64_t audit_seq, int64_t before, struct ledger_removables *list,
    struct err *e)
{
	static const enum statement of[] = { STMT_LEDGER_REMOVABLE,
	    STMT_LEDGER_REMOVABLE_MOVED, STMT_COPY_REMOVABLE };

	memset(list, 0, sizeof(*list));
	if (store_run(d->store, of[p->kind], ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(p->uidvalidity), V_INT(audit_seq),
	    V_INT(before)), add_removable, list, e) != -1)
		return 0;
	free(list->rows);
	memset(list, 0, sizeof(*list));
	return -1;
}

int
ledger_deleting(struct desk *d, const struct ledger_place *p,
    const int64_t *uids, size_t n, struct err *e)
{
	static const enum statement of[] = { STMT_LEDGER_DELETING,
	    STMT_LEDGER_DELETING_MOVED, STMT_COPY_DELETING };

	return change_all(d, of[p->kind], p, uids, n, e);
}

int
ledger_deleted(struct desk *d, const struct ledger_place *p,
    const int64_t *uids, size_t n, struct err *e)
{
	static const enum statement of[] = { STMT_LEDGER_DELETED,
	    STMT_LEDGER_DELETED_MOVED, STMT_COPY_DELETED };
	char detail[64];

	(void)snprintf(detail, sizeof(detail), "%s %zu%s", p->mailbox, n,
	    p->kind == LEDGER_COPY ? " copies" : "");
	if (store_begin(d->store, e) == -1)
		return -1;
	if (change_each(d, of[p->kind], p, uids, n, e) == 0 &&
	    audit_add(d, NULL, "delete", NULL, detail, e) == 0 &&
	    store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}
