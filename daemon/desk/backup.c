/*
 * Backup and restore, as far as they are about what the rows mean.
 *
 * Taking: everything is read inside one reading transaction, so that content
 * and keys fit; the copy is stripped as a store of its own, whose
 * secure_delete leaves none of what is taken out.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/retire.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define LINE_MAX_BYTES	8192
#define BOX_MAX		4096

struct lines {
	FILE	*f;
	int64_t	 n;
};

static int
put_line(struct lines *l, json_t *o, struct err *e)
{
	size_t len;
	char *text = wire_print(o, &len);
	int bad = fwrite(text, 1, len, l->f) != len ||
	    fwrite("\n", 1, 1, l->f) != 1;

	json_decref(o);
	free(text);
	l->n++;
	if (bad)
		err_set(e, ERR_RETRY, "cannot write the keys file: %s",
		    strerror(errno));
	return bad ? -1 : 0;
}

static void
set_box(json_t *o, const struct row *row, int column)
{
	const void *bytes;
	size_t len;

	bytes = row_blob(row, column, &len);
	wire_set_base64(o, "box", bytes, len);
}

static int
put_case_key(void *ctx, const struct row *row, struct err *e)
{
	json_t *o = json_pack("{s:s, s:I}", "case", row_text(row, 0), "epoch",
	    (json_int_t)row_int(row, 1));

	set_box(o, row, 2);
	return put_line(ctx, o, e);
}

static int
put_team_key(void *ctx, const struct row *row, struct err *e)
{
	json_t *o = json_pack("{s:s, s:s, s:I, s:s}", "kind",
	    row_text(row, 0), "desk", row_text(row, 1), "epoch",
	    (json_int_t)row_int(row, 2), "member", row_text(row, 3));

	set_box(o, row, 4);
	return put_line(ctx, o, e);
}

static int
write_keys(struct store *s, const char *path, int64_t at, struct err *e)
{
	struct lines l = { fopen(path, "wxe"), 0 };
	int result = -1;

	if (l.f == NULL) {
		err_set(e, ERR_IO, "cannot make '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	if (put_line(&l, json_pack("{s:i, s:I}", "v", 1, "at",
	    (json_int_t)at), e) == -1)
		goto out;
	l.n = 0;
	if (store_run(s, STMT_BACKUP_CASE_KEYS, NO_ARGS, put_case_key, &l,
	    e) == -1 || store_run(s, STMT_BACKUP_TEAM_KEYS, NO_ARGS,
	    put_team_key, &l, e) == -1)
		goto out;
	result = put_line(&l, json_pack("{s:I}", "end", (json_int_t)l.n), e);
out:
	if (fclose(l.f) == EOF && result == 0) {
		err_set(e, ERR_RETRY, "there is no room for '%s'", path);
		result = -1;
	}
	return result;
}

static int
get_audit(void *ctx, const struct row *row, struct err *e)
{
	struct backup_heads *h = ctx;

	(void)e;
	h->audit_seq = row_int(row, 0);
	(void)row_bytes(row, 1, h->audit, SEAL_HASH);
	return 1;
}

static int
get_counts(void *ctx, const struct row *row, struct err *e)
{
	struct backup_heads *h = ctx;

	(void)e;
	h->cases = row_int(row, 0);
	h->parts = row_int(row, 1);
	return 1;
}

static void
open_roster(struct desk *d, const struct config *config, struct store *s)
{
	memset(d, 0, sizeof(*d));
	d->store = s;
	d->config = config;
	d->role = "admin";
	d->roster = roster_new();
}

int
backup_heads_now(const struct config *config, struct store *s,
    struct backup_heads *h, struct err *e)
{
	struct desk d;
	int result = -1;

	memset(h, 0, sizeof(*h));
	h->at = store_now(s);
	h->schema = SCHEMA_VERSION;
	open_roster(&d, config, s);
	if (desk_refresh(&d, e) == 0 &&
	    store_run(s, STMT_AUDIT_LAST, NO_ARGS, get_audit, h, e) != -1 &&
	    store_run(s, STMT_BACKUP_COUNTS, NO_ARGS, get_counts, h,
	    e) != -1) {
		h->roster_seq = roster_seq(d.roster);
		roster_head(d.roster, h->roster);
		result = 0;
	}
	roster_free(d.roster);
	return result;
}

/* The copy, as a store of its own, loses what belongs into no content. */
static int
strip(const char *folder, struct err *e)
{
	static const char *const left[] = { "store.db-wal", "store.db-shm",
	    "store.lock" };
	struct store *s = store_open(folder, STORE_USE, e);
	char path[PATH_MAX];
	int result = -1;
	size_t i;

	if (s == NULL)
		return -1;
	if (store_begin(s, e) == 0 &&
	    store_run(s, STMT_BACKUP_STRIP_CASES, ARGS(V_BLOB("", 0)), NULL,
	    NULL, e) != -1 &&
	    store_run(s, STMT_BACKUP_STRIP_TEAM, NO_ARGS, NULL, NULL,
	    e) != -1 &&
	    store_run(s, STMT_BACKUP_STRIP_POSTMAN, NO_ARGS, NULL, NULL,
	    e) != -1 &&
	    store_run(s, STMT_BACKUP_STRIP_AUTOMATIC, NO_ARGS, NULL, NULL,
	    e) != -1 && store_commit(s, e) == 0 &&
	    store_truncate(s, e) == 0)
		result = store_check(s, e);
	store_close(s);
	for (i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, left[i]);
		(void)unlink(path);
	}
	return result;
}

int
backup_take(const struct config *config, const char *folder,
    struct backup_heads *h, struct err *e)
{
	char content[PATH_MAX], keys[PATH_MAX];
	struct store *s;
	int result = -1;

	(void)snprintf(content, sizeof(content), "%s/" BACKUP_STORE, folder);
	(void)snprintf(keys, sizeof(keys), "%s/" BACKUP_KEYS, folder);
	if ((s = store_open(config->data, STORE_USE, e)) == NULL)
		return -1;
	if (store_read(s, e) == 0 &&
	    backup_heads_now(config, s, h, e) == 0 &&
	    store_copy(s, content, e) == 0)
		result = write_keys(s, keys, h->at, e);
	store_rollback(s);
	store_close(s);
	crash_point("backup: copied, not stripped");
	return result == 0 ? strip(folder, e) : -1;
}

static int
put_back(struct store *s, const json_t *o, struct err *e)
{
	const char *case_id, *kind, *desk, *member;
	struct buf box;
	int64_t epoch;
	int result = -1;

	if (wire_get_int(o, "epoch", 1, INT32_MAX, &epoch, e) == -1)
		return -1;
	if (wire_get_base64(o, "box", BOX_MAX, &box, e) == -1)
		goto out;
	if (json_object_get(o, "case") != NULL) {
		if (wire_get_string(o, "case", &case_id, e) == 0)
			result = store_run(s, STMT_RESTORE_CASE_KEY,
			    ARGS(V_TEXT(case_id), V_INT(epoch),
			    V_BLOB(box.bytes, box.len)), NULL, NULL,
			    e) == -1 ? -1 : 0;
	} else if (wire_get_string(o, "kind", &kind, e) == 0 &&
	    wire_get_string(o, "desk", &desk, e) == 0 &&
	    wire_get_string(o, "member", &member, e) == 0)
		result = store_run(s, STMT_SECRET_PUT, ARGS(V_TEXT(kind),
		    V_TEXT(desk), V_INT(epoch), V_TEXT(member),
		    V_BLOB(box.bytes, box.len)), NULL, NULL, e) == -1 ? -1 :
		    0;
out:
	buf_free(&box);
	return result;
}

static int
not_whole(const char *path, struct err *e)
{
	err_set(e, ERR_INPUT, "'%s' is not a whole keys file: take another "
	    "copy of it", path);
	return -1;
}

/* Within a transaction. *at: when the file was made. */
static int
read_keys(struct store *s, const char *path, int64_t *at, struct err *e)
{
	char line[LINE_MAX_BYTES];
	int64_t n = -1, end = -1;
	json_t *o;
	FILE *f;
	int result = 0;

	if ((f = fopen(path, "re")) == NULL) {
		err_set(e, ERR_GONE, "cannot open '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	while (result == 0 && end == -1 && fgets(line, sizeof(line), f) !=
	    NULL) {
		o = wire_parse(line, strcspn(line, "\n"), NULL);
		if (o == NULL)
			break;
		if (n++ == -1) {
			*at = json_integer_value(json_object_get(o, "at"));
			result = json_integer_value(json_object_get(o,
			    "v")) == 1 ? 0 : -1;
		} else if (json_object_get(o, "end") != NULL)
			end = json_integer_value(json_object_get(o, "end"));
		else
			result = put_back(s, o, e);
		json_decref(o);
	}
	(void)fclose(f);
	if (result == -1 && (e->code == ERR_IO || e->code == ERR_RETRY))
		return -1;
	return result == 0 && end != -1 && end == n - 1 ? 0 :
	    not_whole(path, e);
}

static int
get_case(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	(void)snprintf(ctx, CASE_ID_LEN + 1, "%.8s", row_text(row, 0));
	return 1;
}

/* A case of the list, if this store has it. */
static int
erase_listed(void *ctx, const char *id, struct err *e)
{
	struct desk *d = ctx;
	int64_t n = store_run(d->store, STMT_LINK_DESK, ARGS(V_TEXT(id)),
	    NULL, NULL, e);

	return n == 1 ? erase_rows(d, id, e) : (int)n;
}

/*
 * Within a transaction: what is gone stays gone. keys_at: an older keys file
 * lacks what is younger than it, which is no sign of anything.
 */
static int
erase_again(const struct config *config, struct store *s,
    const struct backup_from *from, int64_t keys_at, struct err *e)
{
	char id[CASE_ID_LEN + 1];
	struct desk d;
	int64_t n = 0;

	open_roster(&d, config, s);
	if (from->erased != NULL)
		n = erase_list_read(from->erased, erase_listed, &d, e);
	while (n != -1 && keys_at >= from->at && (n = store_run(s,
	    STMT_RESTORE_KEYLESS, NO_ARGS, get_case, id, e)) == 1)
		n = erase_rows(&d, id, e);
	roster_free(d.roster);
	return n == -1 ? -1 : 0;
}

int
backup_put_together(const struct config *config,
    const struct backup_from *from, struct backup_heads *h, struct err *e)
{
	struct store *s = store_open(config->data, STORE_RECOVER, e);
	int64_t keys_at = 0;
	int result = -1;

	if (s == NULL)
		return -1;
	if (backup_heads_now(config, s, h, e) == 0 &&
	    store_begin(s, e) == 0 &&
	    read_keys(s, from->keys, &keys_at, e) == 0 &&
	    erase_again(config, s, from, keys_at, e) == 0 &&
	    retire_forget(s, e) == 0 && quarantine_begin(s, h, e) == 0 &&
	    store_commit(s, e) == 0)
		result = store_check(s, e);
	store_close(s);
	return result;
}

int
backup_note(const struct config *config, const struct backup_heads *h,
    struct err *e)
{
	struct store *s = store_open(config->data, STORE_USE, e);
	int result = -1;

	if (s == NULL)
		return -1;
	if (store_begin(s, e) == 0 && store_run(s, STMT_BACKUP_ADD,
	    ARGS(V_INT(h->at), V_INT(h->audit_seq), V_BLOB(h->audit,
	    SEAL_HASH), V_INT(h->roster_seq)), NULL, NULL, e) != -1)
		result = store_commit(s, e);
	store_close(s);
	return result;
}

static int
get_covered(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	*(int64_t *)ctx = row_int(row, 1);
	return 1;
}

int
backup_covers(struct store *s, int64_t *audit_seq, struct err *e)
{
	*audit_seq = 0;
	return store_run(s, STMT_BACKUP_LAST, NO_ARGS, get_covered,
	    audit_seq, e) == -1 ? -1 : 0;
}
