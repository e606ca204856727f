/*
 * Quarantine of a store that was put back from a backup.
 *
 * The setting is read wherever something would leave.  It ends with a roster
 * entry of kind bridge, signed by a supervisor: the roster from which work
 * goes on has a mark that everybody sees, and a CLI that knows of later
 * entries can tell a restored service from a forged one (doc/protocol.md).
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/foreign.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define SETTING		"quarantine"
#define SETTING_MAX	1024

/* May have left since, by who went on; so a human looks at each. */
static int
stop_all(struct store *s, struct err *e)
{
	int64_t now = store_now(s);

	return store_run(s, STMT_RESTORE_DELIVERIES, ARGS(V_INT(now)), NULL,
	    NULL, e) == -1 || store_run(s, STMT_RESTORE_DRAFTS,
	    ARGS(V_INT(now)), NULL, NULL, e) == -1 ||
	    store_run(s, STMT_RESTORE_WISHES, NO_ARGS, NULL, NULL, e) == -1 ||
	    store_run(s, STMT_RESTORE_AUTOMATIC, NO_ARGS, NULL, NULL,
	    e) == -1 || foreign_forget(s, e) == -1 ? -1 : 0;
}

int
quarantine_begin(struct store *s, const struct backup_heads *h,
    struct err *e)
{
	json_t *o;
	char *text;
	size_t len;
	int64_t n;

	if (stop_all(s, e) == -1)
		return -1;
	o = json_object();
	(void)json_object_set_new(o, "at", json_integer(h->at));
	(void)json_object_set_new(o, "audit_seq", json_integer(h->audit_seq));
	(void)json_object_set_new(o, "roster_seq",
	    json_integer(h->roster_seq));
	wire_set_hex(o, "audit", h->audit, SEAL_HASH);
	wire_set_hex(o, "roster", h->roster, SEAL_HASH);
	text = wire_print(o, &len);
	json_decref(o);
	n = store_run(s, STMT_SETTING_DELETE, ARGS(V_TEXT(SETTING)), NULL,
	    NULL, e);
	if (n != -1)
		n = store_run(s, STMT_SETTING_PUT, ARGS(V_TEXT(SETTING),
		    V_BLOB(text, len)), NULL, NULL, e);
	free(text);
	return n == -1 ? -1 : 0;
}

static int
keep(void *ctx, const struct row *row, struct err *e)
{
	struct buf *b = ctx;
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (bytes == NULL || buf_add(b, bytes, len) == -1) {
		err_set(e, ERR_INPUT, "the setting '" SETTING "' is broken");
		return -1;
	}
	return 1;
}

int
quarantine_is(struct store *s, struct err *e)
{
	return (int)store_run(s, STMT_SETTING_GET, ARGS(V_TEXT(SETTING)),
	    NULL, NULL, e);
}

json_t *
quarantine_show(struct store *s, struct err *e)
{
	json_t *o = NULL;
	struct buf b;
	int64_t n;

	buf_init(&b, SETTING_MAX);
	n = store_run(s, STMT_SETTING_GET, ARGS(V_TEXT(SETTING)), keep, &b,
	    e);
	if (n == 0)
		o = json_null();
	else if (n == 1)
		o = wire_parse(b.bytes, b.len, e);
	buf_free(&b);
	return o;
}

/* The one entry is a bridge; all else that it says the roster checks. */
static int
is_bridge(const json_t *entry, struct err *e)
{
	const char *kind = NULL;
	json_t *o = NULL;
	struct buf b;
	int yes = 0;

	if (wire_get_base64(entry, "entry", ROSTER_ENTRY_MAX, &b, e) == 0 &&
	    (o = wire_parse(b.bytes, b.len, e)) != NULL &&
	    wire_get_string(o, "kind", &kind, e) == 0) {
		yes = strcmp(kind, "bridge") == 0;
		if (!yes)
			err_set(e, ERR_INPUT, "a quarantine ends with an "
			    "entry of kind 'bridge'");
	}
	json_decref(o);
	buf_free(&b);
	return yes ? 0 : -1;
}

static int
end_within(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	json_t *list;
	int64_t seq;
	int result;

	if ((result = quarantine_is(d->store, e)) != 1) {
		if (result == 0)
			err_set(e, ERR_GONE, "this service is not in "
			    "quarantine: there is nothing to accept");
		return -1;
	}
	if (wire_get_int(body, "seq", 1, INT32_MAX, &seq, e) == -1 ||
	    is_bridge(body, e) == -1)
		return -1;
	if (seq != roster_seq(d->roster) + 1) {
		err_set(e, ERR_CONFLICT, "the list of staff has changed "
		    "meanwhile; run the command again");
		return -1;
	}
	list = json_pack("[O]", body);
	result = audit_add(d, actor, "restore", NULL, NULL, e) == -1 ||
	    staff_put_entries(d, list, e) == -1 ? -1 : 0;
	json_decref(list);
	return result == -1 || store_run(d->store, STMT_SETTING_DELETE,
	    ARGS(V_TEXT(SETTING)), NULL, NULL, e) == -1 ? -1 : 0;
}

json_t *
quarantine_end(struct desk *d, const struct actor *actor,
    const json_t *body, struct err *e)
{
	struct actor me;

	crash_point("restore accept: before");
	if (staff_begin(d, actor, &me, e) == -1)
		return NULL;
	if (staff_end(d, end_within(d, &me, body, e), e) == -1) {
		/* It may hold an entry that was not committed. */
		roster_free(d->roster);
		d->roster = roster_new();
		return NULL;
	}
	crash_point("restore accept: after");
	return json_pack("{s:I}", "seq", (json_int_t)roster_seq(d->roster));
}
