/*
 * What is to leave the mail servers beside the letters where we put them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/copy.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define PLACE(p)	V_TEXT((p)->mailbox), V_TEXT((p)->folder),	\
			    V_INT((p)->uidvalidity)

int
removal_ask(struct desk *d, const char *case_id, enum removal_why why,
    struct err *e)
{
	return store_run(d->store, STMT_REMOVAL_ADD, ARGS(V_TEXT(case_id),
	    V_TEXT(why == REMOVAL_ERASE ? "erase" : "retention"),
	    V_INT(store_now(d->store))), NULL, NULL, e) == -1 ? -1 : 0;
}

int
removal_newest(struct desk *d, int64_t *no, struct err *e)
{
	return rows_int(d->store, STMT_REMOVAL_NEWEST, NO_ARGS, 0, no, e);
}

/* Within a transaction. */
static int
put_folder(struct desk *d, const struct ledger_place *p, const char *kind,
    int64_t highest, struct err *e)
{
	return store_run(d->store, STMT_COPIES_PUT, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_TEXT(kind), V_INT(p->uidvalidity),
	    V_INT(highest)), NULL, NULL, e) == -1 ? -1 : 0;
}

int
copies_begin(struct desk *d, const struct ledger_place *p, const char *kind,
    int64_t *highest, int64_t *lowest, struct err *e)
{
	int result;

	if (store_begin(d->store, e) == -1)
		return -1;
	result = rows_int(d->store, STMT_COPIES_HIGHEST, ARGS(PLACE(p)), 0,
	    highest, e) == -1 || put_folder(d, p, kind, *highest, e) == -1 ||
	    store_run(d->store, STMT_COPY_STALE, ARGS(PLACE(p)), NULL, NULL,
	    e) == -1 || rows_int(d->store, STMT_COPY_LOWEST, ARGS(PLACE(p)),
	    0, lowest, e) == -1 ? -1 : 0;
	if (result == 0 && *lowest == 0)
		*lowest = INT64_MAX;
	return store_end(d->store, result, e);
}

int
copies_looked(struct desk *d, const struct ledger_place *p,
    const char *kind, int64_t highest, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	return store_end(d->store, put_folder(d, p, kind, highest, e), e);
}

/* Of which letter it is a copy. */
struct origin {
	char		case_id[CASE_ID_LEN + 1];
	unsigned char	item[SEAL_ID];
	int		has_item;
	int64_t		at, audit_seq;	/* 0: under the newest entry */
};

static int
get_origin(void *ctx, const struct row *row, struct err *e)
{
	struct origin *o = ctx;
	const char *id = row_text(row, 0);

	(void)e;
	if (id != NULL)
		(void)snprintf(o->case_id, sizeof(o->case_id), "%s", id);
	o->has_item = row_bytes(row, 1, o->item, sizeof(o->item)) == 0;
	o->at = row_int(row, 2);
	o->audit_seq = row_columns(row) > 3 ? row_int(row, 3) : 0;
	return 1;
}

static int64_t
find_sent(struct desk *d, const char *message_id, struct origin *o,
    struct err *e)
{
	unsigned char hash[SEAL_HASH];

	memset(o, 0, sizeof(*o));
	desk_hash_token(d, "message-id", message_id, hash);
	return store_run(d->store, STMT_COPY_SENT, ARGS(V_BLOB(hash,
	    sizeof(hash))), get_origin, o, e);
}

int
copy_is_ours(struct desk *d, const char *message_id, struct err *e)
{
	struct origin o;

	return (int)find_sent(d, message_id, &o, e);
}

/* Within a transaction. o: NULL when it is none of ours. */
static int
add(struct desk *d, const struct ledger_place *p, const struct copy *c,
    const struct origin *o, struct err *e)
{
	static const struct origin none;
	const char *state = o == NULL ? "other" : "seen";

	if (o == NULL)
		o = &none;
	return store_run(d->store, STMT_COPY_ADD, ARGS(PLACE(p),
	    V_INT(c->uid), V_TEXT(state), V_INT(c->size),
	    V_BLOB(c->hash, SEAL_HASH), V_TEXT(o->case_id[0] == '\0' ? NULL :
	    o->case_id), V_BLOB(o->has_item ? o->item : NULL, SEAL_ID),
	    V_INT(o->at), V_INT(o->audit_seq)), NULL, NULL, e) == -1 ?
	    -1 : 0;
}

int
copy_add_sent(struct desk *d, const struct ledger_place *p,
    const struct copy *c, const char *message_id, struct err *e)
{
	struct origin o;
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = find_sent(d, message_id, &o, e);
	return store_end(d->store, n == -1 ||
	    (n > 0 && add(d, p, c, &o, e) == -1) ?
	    -1 : 0, e);
}

int
copy_add_trash(struct desk *d, const struct ledger_place *p,
    const struct copy *c, struct err *e)
{
	struct origin o;
	int64_t n;

	memset(&o, 0, sizeof(o));
	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, STMT_COPY_KNOWN, ARGS(V_TEXT(p->mailbox),
	    V_BLOB(c->hash, SEAL_HASH)), get_origin, &o, e);
	if (n != -1 && add(d, p, c, n > 0 ? &o : NULL, e) == -1)
		n = -1;
	return store_end(d->store, n, e) == -1 ? -1 : (int)n;
}

struct numbers {
	int64_t	*v;
	size_t	 n, room;
};

static int
add_number(void *ctx, const struct row *row, struct err *e)
{
	struct numbers *list = ctx;

	(void)e;
	if (list->n == list->room) {
		list->room = list->room == 0 ? 256 : 2 * list->room;
		list->v = reallocarray(list->v, list->room,
		    sizeof(*list->v));
		if (list->v == NULL)
			mem_out();
	}
	list->v[list->n++] = row_int(row, 0);
	return 0;
}

static int
give_numbers(int64_t got, struct numbers *list, int64_t **v, size_t *n)
{
	if (got == -1) {
		free(list->v);
		return -1;
	}
	*v = list->v;
	*n = list->n;
	return 0;
}

int
copy_sizes(struct desk *d, const char *mailbox, int64_t **sizes, size_t *n,
    struct err *e)
{
	struct numbers list = { NULL, 0, 0 };

	return give_numbers(store_run(d->store, STMT_COPY_SIZES,
	    ARGS(V_TEXT(mailbox)), add_number, &list, e), &list, sizes, n);
}

int
copy_list(struct desk *d, const struct ledger_place *p, int64_t **uids,
    size_t *n, struct err *e)
{
	struct numbers list = { NULL, 0, 0 };

	return give_numbers(store_run(d->store, STMT_COPY_LIST,
	    ARGS(PLACE(p)), add_number, &list, e), &list, uids, n);
}

int
copy_forget(struct desk *d, const struct ledger_place *p,
    const int64_t *uids, size_t n, struct err *e)
{
	size_t i;

	if (n == 0)
		return 0;
	if (store_begin(d->store, e) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (store_run(d->store, STMT_COPY_FORGET, ARGS(PLACE(p),
		    V_INT(uids[i])), NULL, NULL, e) == -1)
			return store_end(d->store, -1, e);
	return store_end(d->store, 0, e);
}
