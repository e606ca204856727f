/*
 * The balance.  Each row of the ledger has one fate, decided by what stands
 * in the store and not by what the row says of itself: a letter of which the
 * item is gone is a gap, whatever class it had.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/balance.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/ledger.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define WAIT_S	3600	/* what is begun is stored before that */

/* A listing and the ledger, both by rising UID, walked side by side. */
struct noting {
	struct desk			*desk;
	const struct ledger_place	*place;
	const int64_t			*uids;
	size_t				 n, at;
	int				 stays;
	int64_t				 unknown, missing;
};

static int
note_unknown(struct noting *g, int64_t below, struct err *e)
{
	for (; g->at < g->n && g->uids[g->at] < below; g->at++) {
		if (g->unknown++ < BALANCE_LIST_MAX && store_run(
		    g->desk->store, STMT_LISTING_UNKNOWN_ADD, ARGS(
		    V_TEXT(g->place->mailbox), V_TEXT(g->place->folder),
		    V_INT(g->uids[g->at])), NULL, NULL, e) == -1)
			return -1;
	}
	return 0;
}

static int
compare_row(void *ctx, const struct row *row, struct err *e)
{
	struct noting *g = ctx;
	int64_t uid = row_int(row, 0);

	if (note_unknown(g, uid, e) == -1)
		return -1;
	if (g->at < g->n && g->uids[g->at] == uid)
		g->at++;
	else
		g->missing += g->stays && row_int(row, 1) != 0;
	return 0;
}

static int
note(struct noting *g, struct err *e)
{
	const struct ledger_place *p = g->place;
	struct store *s = g->desk->store;

	if (store_run(s, STMT_LISTING_UNKNOWN_CLEAR, ARGS(
	    V_TEXT(p->mailbox), V_TEXT(p->folder)), NULL, NULL, e) == -1 ||
	    store_run(s, STMT_LISTING_KNOWN, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(p->uidvalidity)), compare_row, g, e) ==
	    -1 || note_unknown(g, INT64_MAX, e) == -1)
		return -1;
	return store_run(s, STMT_LISTING_PUT, ARGS(V_TEXT(p->mailbox),
	    V_TEXT(p->folder), V_INT(p->uidvalidity), V_INT(store_now(s)),
	    V_INT((int64_t)g->n), V_INT(g->unknown), V_INT(g->missing)),
	    NULL, NULL, e) == -1 ? -1 : 0;
}

int
balance_note(struct desk *d, const struct ledger_place *place, int stays,
    const int64_t *uids, size_t n, struct err *e)
{
	struct noting g = { d, place, uids, n, 0, stays, 0, 0 };

	if (store_begin(d->store, e) == -1)
		return -1;
	if (note(&g, e) == 0 && store_commit(d->store, e) == 0)
		return g.unknown > INT32_MAX ? INT32_MAX : (int)g.unknown;
	store_rollback(d->store);
	return -1;
}

/* What is drawn so far. */
struct drawing {
	json_t		*folders;
	const char	*only;		/* NULL: every mailbox */
};

static json_t *
empty_folder(const char *mailbox, const char *folder)
{
	return json_pack("{s:s, s:s, s:i, s:i, s:i, s:{s:i, s:i, s:i}, s:i,"
	    " s:i, s:i, s:i, s:i, s:n, s:i, s:i, s:i, s:[], s:i}", "mailbox",
	    mailbox, "folder", folder, "seen", 0, "cases", 0, "tray", 0,
	    "settled", "bounce", 0, "canary", 0, "duplicate", 0, "erased", 0,
	    "waiting", 0, "untold", 0, "moved", 0, "deleted", 0, "listed_at",
	    "present", 0, "unknown", 0, "missing", 0, "gaps", "more", 0);
}

/* The folder's object, made when it is new; NULL: not asked for. */
static json_t *
folder_of(struct drawing *g, const struct row *row)
{
	const char *mailbox = row_text(row, 0), *name = row_text(row, 1);
	json_t *folder;
	size_t i;

	if (g->only != NULL && strcmp(g->only, mailbox) != 0)
		return NULL;
	json_array_foreach(g->folders, i, folder) {
		if (strcmp(json_string_value(json_object_get(folder,
		    "mailbox")), mailbox) == 0 &&
		    strcmp(json_string_value(json_object_get(folder,
		    "folder")), name) == 0)
			return folder;
	}
	folder = empty_folder(mailbox, name);
	(void)json_array_append_new(g->folders, folder);
	return folder;
}

static void
add(json_t *object, const char *name, int64_t n)
{
	(void)json_object_set_new(object, name, json_integer(n +
	    json_integer_value(json_object_get(object, name))));
}

static int
add_fate(void *ctx, const struct row *row, struct err *e)
{
	const char *fate = row_text(row, 2), *state = row_text(row, 3);
	json_t *folder = folder_of(ctx, row), *settled;
	int64_t n = row_int(row, 4);

	(void)e;
	if (folder == NULL)
		return 0;
	settled = json_object_get(folder, "settled");
	add(folder, "seen", n);
	if (json_object_get(settled, fate) != NULL)
		add(settled, fate, n);
	else if (json_object_get(folder, fate) != NULL)
		add(folder, fate, n);
	else
		add(folder, "more", n);		/* named below, or not */
	if (strcmp(state, "stored") == 0)
		add(folder, "untold", n);
	else if (strcmp(state, "deleted") == 0)
		add(folder, "deleted", n);
	else if (row_int(row, 5))
		add(folder, "moved", n);
	return 0;
}

static void
add_gap(json_t *folder, int64_t uid, const char *why)
{
	json_t *gaps = json_object_get(folder, "gaps");

	if (folder == NULL)
		return;
	if (json_array_size(gaps) < BALANCE_LIST_MAX) {
		(void)json_array_append_new(gaps, json_pack("{s:I, s:s}",
		    "uid", (json_int_t)uid, "why", why));
		add(folder, "more", -1);
	}
}

static int
add_lost(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	add_gap(folder_of(ctx, row), row_int(row, 2), row_text(row, 3));
	return 0;
}

static int
add_listing(void *ctx, const struct row *row, struct err *e)
{
	static const char *const names[] = { "listed_at", "present",
	    "unknown", "missing" };
	json_t *folder = folder_of(ctx, row);
	int i;

	(void)e;
	for (i = 0; folder != NULL && i < 4; i++)
		(void)json_object_set_new(folder, names[i],
		    json_integer(row_int(row, 2 + i)));
	if (folder != NULL)
		add(folder, "more", row_int(row, 4));
	return 0;
}

static int
draw(struct desk *d, struct drawing *g, struct err *e)
{
	int64_t old = store_now(d->store) - WAIT_S;

	return store_run(d->store, STMT_BALANCE_FATES, ARGS(V_INT(old)),
	    add_fate, g, e) == -1 ||
	    store_run(d->store, STMT_BALANCE_LISTINGS, NO_ARGS, add_listing,
	    g, e) == -1 ||
	    store_run(d->store, STMT_BALANCE_LOST, ARGS(V_INT(old)),
	    add_lost, g, e) == -1 ||
	    store_run(d->store, STMT_BALANCE_UNKNOWN, NO_ARGS, add_lost, g,
	    e) == -1 ? -1 : 0;
}

json_t *
balance_list(struct desk *d, const char *mailbox, struct err *e)
{
	struct drawing g = { json_array(), mailbox };
	int bad;

	if (store_read(d->store, e) == -1)
		bad = -1;
	else {
		bad = draw(d, &g, e);
		store_rollback(d->store);
	}
	if (bad == 0)
		return g.folders;
	json_decref(g.folders);
	return NULL;
}

static int
add_unledgered(void *ctx, const struct row *row, struct err *e)
{
	struct deposit dep;
	const void *statement;
	char id[CASE_ID_LEN + 24];
	size_t len;
	int by_mail;

	(void)e;
	statement = row_blob(row, 2, &len);
	if (statement == NULL || deposit_parse(&dep, statement, len,
	    NULL) == -1)
		return 0;	/* no letter of a role: 'check' tells of it */
	by_mail = strcmp(dep.role, "intake") == 0;
	deposit_free(&dep);
	if (!by_mail)
		return 0;
	(void)snprintf(id, sizeof(id), "%.*s.%" PRId64, CASE_ID_LEN,
	    row_text(row, 0), row_int(row, 1));
	(void)json_array_append_new(ctx, json_string(id));
	return json_array_size(ctx) == BALANCE_LIST_MAX;
}

json_t *
balance_unledgered(struct desk *d, struct err *e)
{
	json_t *list = json_array();

	if (store_run(d->store, STMT_WHOLE_UNLEDGERED, NO_ARGS,
	    add_unledgered, list, e) != -1)
		return list;
	json_decref(list);
	return NULL;
}

static int
add_copies(void *ctx, const struct row *row, struct err *e)
{
	struct drawing *g = ctx;

	(void)e;
	if (g->only == NULL || strcmp(g->only, row_text(row, 0)) == 0)
		(void)json_array_append_new(g->folders, json_pack("{s:s, s:s,"
		    " s:s, s:I, s:I}", "mailbox", row_text(row, 0), "folder",
		    row_text(row, 1), "kind", row_text(row, 2), "there",
		    (json_int_t)row_int(row, 3), "removed",
		    (json_int_t)row_int(row, 4)));
	return 0;
}

json_t *
balance_copies(struct desk *d, const char *mailbox, struct err *e)
{
	struct drawing g = { json_array(), mailbox };

	if (store_run(d->store, STMT_BALANCE_COPIES, NO_ARGS, add_copies, &g,
	    e) != -1)
		return g.folders;
	json_decref(g.folders);
	return NULL;
}

int64_t
balance_gaps(const json_t *folder)
{
	return (int64_t)json_array_size(json_object_get(folder, "gaps")) +
	    json_integer_value(json_object_get(folder, "more"));
}
