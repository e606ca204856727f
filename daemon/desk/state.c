/*
 * How the service is: what the store says and how full its disk is.  Reads
 * only, in one view.
 */
#include <string.h>
#include <sys/statvfs.h>

#include "daemon/config.h"
#include "daemon/desk/alarm.h"
#include "daemon/desk/breath.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/foreign.h"
#include "daemon/desk/help_now.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/retire.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/state.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

/* One number of the store into object[name]; null when there is none. */
static int
put_number(struct desk *d, json_t *object, const char *name,
    enum statement statement, const struct value *args, size_t nargs,
    struct err *e)
{
	int64_t n;

	if (rows_int(d->store, statement, args, nargs, -1, &n, e) == -1)
		return -1;
	(void)json_object_set_new(object, name, n == -1 ? json_null() :
	    json_integer(n));
	return 0;
}

static int
put_desks(struct desk *d, json_t *out, struct err *e)
{
	json_t *list = json_array(), *object;
	const struct config_desk *desk;
	int64_t late;
	size_t i;

	(void)json_object_set_new(out, "desks", list);
	for (i = 0; i < d->config->ndesks; i++) {
		desk = &d->config->desks[i];
		object = json_object();
		(void)json_array_append_new(list, object);
		(void)json_object_set_new(object, "name",
		    json_string(desk->name));
		if (put_number(d, object, "waiting", STMT_CASE_LATE,
		    ARGS(V_TEXT(desk->name), V_INT(0), V_INT(3),
		    V_INT(INT64_MAX)), e) == -1 ||
		    due_late(d, desk, &late, e) == -1 ||
		    put_number(d, object, "oldest", STMT_CASE_OLDEST,
		    ARGS(V_TEXT(desk->name)), e) == -1)
			return -1;
		(void)json_object_set_new(object, "late",
		    json_integer(late));
	}
	return 0;
}

static int
put_mailboxes(struct desk *d, json_t *out, struct err *e)
{
	json_t *list = json_array(), *object;
	const struct config_mailbox *box;
	size_t i;

	(void)json_object_set_new(out, "mailboxes", list);
	for (i = 0; i < d->config->nmailboxes; i++) {
		box = &d->config->mailboxes[i];
		object = json_object();
		(void)json_array_append_new(list, object);
		(void)json_object_set_new(object, "name",
		    json_string(box->name));
		(void)json_object_set_new(object, "desk",
		    json_string(box->desk));
		(void)json_object_set_new(object, "deletes",
		    json_boolean(box->after == AFTER_DELETE));
		if (put_number(d, object, "marked", STMT_MARKED_TAKEN,
		    ARGS(V_TEXT(box->name)), e) == -1)
			return -1;
		if (put_number(d, object, "last_mail", STMT_LEDGER_NEWEST,
		    ARGS(V_TEXT(box->name)), e) == -1)
			return -1;
	}
	return 0;
}

static int
put_deliveries(struct desk *d, json_t *out, struct err *e)
{
	static const char *const states[] = { "held", "due", "sending",
	    "deferred", "unknown", "blocked", "refused" };
	json_t *object = json_object();
	int held;
	size_t i;

	(void)json_object_set_new(out, "deliveries", object);
	if ((held = foreign_holds(d, e)) == -1)
		return -1;
	(void)json_object_set_new(out, "held", json_boolean(held));
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (put_number(d, object, states[i], STMT_DELIVERY_COUNT,
		    ARGS(V_TEXT(states[i])), e) == -1)
			return -1;
	}
	return put_number(d, out, "unsent_alarms", STMT_AUTOMATIC_COUNT,
	    NO_ARGS, e);
}

/* The last complete backup; were we put back from one, or left behind? */
static int
put_backup(struct desk *d, json_t *out, struct err *e)
{
	json_t *quarantine;
	int64_t at = 0;
	int retired;

	if (put_number(d, out, "last_backup", STMT_BACKUP_LAST, NO_ARGS,
	    e) == -1 || (retired = retire_is(d->store, &at, e)) == -1 ||
	    (quarantine = quarantine_show(d->store, e)) == NULL)
		return -1;
	(void)json_object_set_new(out, "quarantine", quarantine);
	(void)json_object_set_new(out, "retired", retired ? json_integer(at) :
	    json_null());
	return 0;
}

/* Whom people can call: of each desk what is good for the shortest. */
static void
put_help(struct desk *d, json_t *out)
{
	json_t *list = json_array(), *object;
	char language[HELP_LANGUAGE] = "";
	const struct config_desk *desk;
	struct err e = ERR_INIT;
	struct help_days days;
	int readable;
	size_t i;

	(void)json_object_set_new(out, "help_now", list);
	for (i = 0; d->config->web.listen != NULL && i < d->config->ndesks;
	    i++) {
		desk = &d->config->desks[i];
		readable = help_now_shortest(d->config, desk, language, &days,
		    &e) == 0;
		object = json_object();
		(void)json_array_append_new(list, object);
		(void)json_object_set_new(object, "desk",
		    json_string(desk->name));
		(void)json_object_set_new(object, "language",
		    json_string(language));
		(void)json_object_set_new(object, "days", json_integer(
		    readable ? help_now_left(&days, store_now(d->store)) :
		    0));
	}
}

static void
put_disk(struct desk *d, json_t *out)
{
	json_t *object = json_object();
	struct statvfs fs;

	(void)json_object_set_new(out, "disk", object);
	if (statvfs(store_data(d->store), &fs) == -1 || fs.f_blocks == 0)
		return;
	(void)json_object_set_new(object, "free", json_integer(
	    (json_int_t)((uint64_t)fs.f_bavail * fs.f_frsize)));
	(void)json_object_set_new(object, "percent", json_integer(
	    (json_int_t)(fs.f_bavail * 100 / fs.f_blocks)));
}

static void
put_roster(struct desk *d, json_t *out)
{
	unsigned char head[SEAL_HASH];
	json_t *object = json_object();

	(void)json_object_set_new(out, "roster", object);
	(void)json_object_set_new(object, "seq",
	    json_integer(roster_seq(d->roster)));
	if (roster_seq(d->roster) == 0)
		return;
	roster_head(d->roster, head);
	wire_set_hex(object, "head", head, sizeof(head));
}

json_t *
state_show(struct desk *d, struct err *e)
{
	json_t *out = json_object(), *list;
	int result = -1;

	if (desk_refresh(d, e) == -1 || store_read(d->store, e) == -1)
		goto out;
	(void)json_object_set_new(out, "now",
	    json_integer(store_now(d->store)));
	(void)json_object_set_new(out, "schema",
	    json_integer(SCHEMA_VERSION));
	put_roster(d, out);
	put_disk(d, out);
	put_help(d, out);
	if ((list = breath_list(d, roster_seq(d->roster) > 0, 0, e)) == NULL)
		goto out;
	(void)json_object_set_new(out, "roles", list);
	if ((list = alarm_list(d, e)) == NULL)
		goto out;
	(void)json_object_set_new(out, "alarms", list);
	result = put_desks(d, out, e) == -1 ||
	    put_mailboxes(d, out, e) == -1 ||
	    put_backup(d, out, e) == -1 ||
	    put_deliveries(d, out, e) == -1 ? -1 : 0;
out:
	store_rollback(d->store);
	if (result == 0)
		return out;
	json_decref(out);
	return NULL;
}
