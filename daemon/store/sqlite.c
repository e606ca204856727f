/*
 * The store on SQLite: transactions, statements, rows, waiting.
 *
 * Invariants: nobody writes or checkpoints without the store lock, and
 * nobody waits for it inside a read transaction or a statement (two
 * connections that do may corrupt the file: SQLite before 3.51.3 can reset
 * the log under a checkpoint).  A transaction in which something failed can
 * only be rolled back.  After an I/O error the store is dead: what a later
 * fsync says about pages that an earlier one lost means nothing.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/store/lock.h"
#include "daemon/store/sqlite.h"
#include "lib/err.h"

#define LOG_PAGES	1000	/* of 4 KiB: fold the log from here on */

struct row {
	sqlite3_stmt	*st;
};

/* Errors. */

static const char *
constraint_word(int rc)
{
	switch (rc) {
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return "a foreign key";
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
	case SQLITE_CONSTRAINT_UNIQUE:
		return "it is there already";
	case SQLITE_CONSTRAINT_NOTNULL:
		return "a value is missing";
	case SQLITE_CONSTRAINT_DATATYPE:
		return "a value of the wrong type";
	default:
		return "a constraint";
	}
}

/*
 * Full is not broken: what was not written was refused before any fsync.
 * errno, because sqlite3_system_errno() is not set by a failing COMMIT.
 * The log's index is no promise to anybody; without room for it we wait.
 */
static int
disk_is_full(int rc)
{
	if (rc == SQLITE_IOERR_WRITE)
		return errno == ENOSPC || errno == EDQUOT;
	return rc == SQLITE_FULL || rc == SQLITE_IOERR_SHMSIZE ||
	    rc == SQLITE_IOERR_SHMMAP;
}

static enum err_code
code_of(int rc)
{
	if (disk_is_full(rc) || rc == SQLITE_IOERR_NOMEM)
		return ERR_RETRY;
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return rc == SQLITE_CONSTRAINT_DATATYPE ? ERR_BUG :
		    ERR_CONFLICT;
	case SQLITE_TOOBIG:
		return ERR_INPUT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
	case SQLITE_NOMEM:
		return ERR_RETRY;
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return ERR_IO;
	default:
		return ERR_BUG;
	}
}

int
store_fail(struct store *s, int rc, const char *what, struct err *e)
{
	enum err_code code = code_of(rc);

	if ((rc & 0xff) == SQLITE_CONSTRAINT) {
		err_set(e, code, "'%s' is refused: %s", what,
		    constraint_word(rc));
		return -1;
	}
	if (code == ERR_RETRY && disk_is_full(rc))
		err_set(e, code, "'%s' failed: no space on the disk", what);
	else
		err_set(e, code, "'%s' failed: %s (%d)", what,
		    sqlite3_errstr(rc), rc);
	if (code == ERR_IO)
		s->dead = 1;
	if (code != ERR_INPUT)
		s->spoiled = code;
	return -1;
}

static int
is_dead(const struct store *s, struct err *e)
{
	if (s->dead)
		err_set(e, ERR_IO, "the store failed before and is closed");
	return s->dead;
}

/* Transactions. */

static int
execute(struct store *s, const char *sql, struct err *e)
{
	int rc;

	if ((rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL)) != SQLITE_OK)
		return store_fail(s, rc, sql, e);
	return 0;
}

/* A transaction may begin: none is open and no statement is half read. */
static int
is_idle(struct store *s, struct err *e)
{
	if (is_dead(s, e))
		return 0;
	if (s->state != STORE_IDLE || s->running > 0) {
		err_set(e, ERR_BUG, "transactions do not nest");
		return 0;
	}
	s->spoiled = ERR_NONE;
	return 1;
}

int
store_begin(struct store *s, struct err *e)
{
	if (!is_idle(s, e) || lock_take(s->lock, STORE_LOCK_MS, e) == -1)
		return -1;
	s->state = STORE_WRITING;
	if (execute(s, "BEGIN IMMEDIATE", e) == -1) {
		store_rollback(s);
		return -1;
	}
	return 0;
}

int
store_read(struct store *s, struct err *e)
{
	if (!is_idle(s, e) || execute(s, "BEGIN", e) == -1)
		return -1;
	s->state = STORE_READING;
	return 0;
}

void
store_rollback(struct store *s)
{
	/* SQLite may have rolled back by itself. */
	if (s->db != NULL && !sqlite3_get_autocommit(s->db))
		(void)execute(s, "ROLLBACK", NULL);
	if (s->state == STORE_WRITING)
		lock_drop(s->lock);
	s->state = STORE_IDLE;
}

/* Still under the lock. The commit stands, whatever comes of this. */
static void
fold_long_log(struct store *s)
{
	int rc;

	if (s->log_pages < LOG_PAGES)
		return;
	rc = sqlite3_wal_checkpoint_v2(s->db, "main",
	    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (rc == SQLITE_OK)
		s->log_pages = 0;
	else
		(void)store_fail(s, rc, "checkpoint", NULL);
}

int
store_commit(struct store *s, struct err *e)
{
	int result = -1;

	if (s->state != STORE_WRITING || s->running > 0)
		err_set(e, ERR_BUG, "nothing to commit, or not yet");
	else if (s->spoiled != ERR_NONE || sqlite3_get_autocommit(s->db))
		err_set(e, s->spoiled != ERR_NONE ? s->spoiled : ERR_BUG,
		    "the transaction had failed before its end");
	else if (execute(s, "COMMIT", e) == 0) {
		fold_long_log(s);
		result = 0;
	}
	store_rollback(s);	/* after a commit: only lets go of the lock */
	return result;
}

int
store_end(struct store *s, int64_t result, struct err *e)
{
	if (result != -1 && store_commit(s, e) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

/* Rows. */

int
row_columns(const struct row *r)
{
	return sqlite3_column_count(r->st);
}

const char *
row_name(const struct row *r, int column)
{
	return sqlite3_column_name(r->st, column);
}

enum value_type
row_type(const struct row *r, int column)
{
	switch (sqlite3_column_type(r->st, column)) {
	case SQLITE_NULL:
		return VALUE_NULL;
	case SQLITE_TEXT:
		return VALUE_TEXT;
	case SQLITE_BLOB:
		return VALUE_BLOB;
	default:
		return VALUE_INT;
	}
}

int64_t
row_int(const struct row *r, int column)
{
	return sqlite3_column_int64(r->st, column);
}

const char *
row_text(const struct row *r, int column)
{
	return (const char *)sqlite3_column_text(r->st, column);
}

const void *
row_blob(const struct row *r, int column, size_t *len)
{
	const void *bytes = sqlite3_column_blob(r->st, column);

	*len = (size_t)sqlite3_column_bytes(r->st, column);
	if (bytes == NULL && row_type(r, column) == VALUE_BLOB)
		return "";	/* an empty blob is not NULL */
	return bytes;
}

int
row_bytes(const struct row *r, int column, void *out, size_t n)
{
	size_t len;
	const void *bytes = row_blob(r, column, &len);

	if (bytes == NULL || len != n)
		return -1;
	memcpy(out, bytes, n);
	return 0;
}

/* Statements. */

static int
bind_one(sqlite3_stmt *st, int at, const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		return sqlite3_bind_int64(st, at, v->integer);
	case VALUE_TEXT:
		return sqlite3_bind_text64(st, at, v->bytes,
		    v->len > 0 ? v->len : strlen(v->bytes), SQLITE_STATIC,
		    SQLITE_UTF8);
	case VALUE_BLOB:
		return sqlite3_bind_blob64(st, at, v->bytes, v->len,
		    SQLITE_STATIC);
	case VALUE_NULL:
		break;
	}
	return sqlite3_bind_null(st, at);
}

static int
bind_all(struct store *s, enum statement which, const struct value *args,
    size_t nargs, struct err *e)
{
	sqlite3_stmt *st = s->statement[which];
	size_t i;
	int rc;

	if ((int)nargs != sqlite3_bind_parameter_count(st)) {
		err_set(e, ERR_BUG, "'%s' takes %d arguments, not %zu",
		    statement_name[which], sqlite3_bind_parameter_count(st),
		    nargs);
		return -1;
	}
	for (i = 0; i < nargs; i++) {
		if ((rc = bind_one(st, (int)i + 1, &args[i])) != SQLITE_OK)
			return store_fail(s, rc, statement_name[which], e);
	}
	return 0;
}

/* May this statement run now? */
static int
may_run(struct store *s, enum statement which, struct err *e)
{
	sqlite3_stmt *st = s->statement[which];

	if (is_dead(s, e))
		return 0;
	if (s->state == STORE_WRITING && (s->spoiled != ERR_NONE ||
	    sqlite3_get_autocommit(s->db))) {
		err_set(e, s->spoiled != ERR_NONE ? s->spoiled : ERR_BUG,
		    "'%s' comes after the transaction failed",
		    statement_name[which]);
		return 0;
	}
	if (s->state != STORE_WRITING && !sqlite3_stmt_readonly(st)) {
		err_set(e, ERR_BUG, "'%s' writes outside a transaction",
		    statement_name[which]);
		return 0;
	}
	if (sqlite3_stmt_busy(st)) {
		err_set(e, ERR_BUG, "'%s' is running already",
		    statement_name[which]);
		return 0;
	}
	return 1;
}

/* Step to the end, or until fn has enough. */
static int64_t
step_all(struct store *s, enum statement which, store_row *fn, void *ctx,
    struct err *e)
{
	sqlite3_stmt *st = s->statement[which];
	struct row row = { st };
	int64_t rows = 0;
	int rc, said = 0;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (said == 0) {
			rows++;
			said = fn == NULL ? 0 : fn(ctx, &row, e);
		}
		/* A change is whole only when it was stepped to its end. */
		if (said != 0 && sqlite3_stmt_readonly(st))
			return said == -1 ? -1 : rows;
	}
	if (rc != SQLITE_DONE)
		return store_fail(s, rc, statement_name[which], e);
	if (said == -1)
		return -1;
	if (sqlite3_column_count(st) == 0)
		return sqlite3_changes64(s->db);
	return rows;
}

int64_t
store_run(struct store *s, enum statement which, const struct value *args,
    size_t nargs, store_row *fn, void *ctx, struct err *e)
{
	int64_t result = -1;

	if (!may_run(s, which, e))
		return -1;
	if (bind_all(s, which, args, nargs, e) == 0) {
		s->running++;
		result = step_all(s, which, fn, ctx, e);
		s->running--;
	}
	(void)sqlite3_reset(s->statement[which]);
	(void)sqlite3_clear_bindings(s->statement[which]);
	return result;
}

/* Waiting. */

int
store_changed(struct store *s)
{
	int64_t now = s->version_seen;

	if (s->dead)
		return 1;
	if (sqlite3_step(s->version) == SQLITE_ROW)
		now = sqlite3_column_int64(s->version, 0);
	(void)sqlite3_reset(s->version);
	if (now == s->version_seen)
		return 0;
	s->version_seen = now;
	return 1;
}

int
store_wait(struct store *s, int timeout_ms)
{
	struct timespec t = { 0, 0 };
	int waited, step;

	for (waited = 0; !store_changed(s); waited += step) {
		if (waited >= timeout_ms)
			return 0;
		step = waited < 1000 ? 100 : 250;
		if (step > timeout_ms - waited)
			step = timeout_ms - waited;
		t.tv_nsec = step * 1000000L;
		if (nanosleep(&t, NULL) == -1)
			return 0;	/* a signal: the caller looks up */
	}
	return 1;
}

/* Care. */

int
store_truncate(struct store *s, struct err *e)
{
	struct err busy = ERR_INIT;
	int rc;

	if (!is_idle(s, e))
		return -1;
	if (lock_take(s->lock, 0, &busy) == -1) {
		if (busy.code == ERR_RETRY)
			return 1;
		err_set(e, busy.code, "%s", busy.text);
		return -1;
	}
	(void)sqlite3_busy_timeout(s->db, 0);
	rc = sqlite3_wal_checkpoint_v2(s->db, "main",
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	(void)sqlite3_busy_timeout(s->db, STORE_LOCK_MS);
	lock_drop(s->lock);
	if (rc == SQLITE_OK)
		return 0;
	if (code_of(rc) == ERR_RETRY)
		return 1;
	return store_fail(s, rc, "checkpoint", e);
}

int
store_check_with(struct store *s, const char *sql, struct err *e)
{
	sqlite3_stmt *st = NULL;
	const char *found;
	int rc, result = -1;

	if ((rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL)) !=
	    SQLITE_OK) {
		(void)store_fail(s, rc, "check", e);
		goto out;
	}
	if ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		found = (const char *)sqlite3_column_text(st, 0);
		if (found != NULL && strcmp(found, "ok") == 0) {
			result = 0;
			goto out;
		}
		s->dead = 1;
		err_set(e, ERR_IO, "the store is damaged: %s",
		    found == NULL ? "unknown" : found);
	} else if (rc == SQLITE_DONE)
		result = 0;
	else
		(void)store_fail(s, rc, "check", e);
out:
	(void)sqlite3_finalize(st);
	return result;
}

int
store_check_file(struct store *s, struct err *e)
{
	return is_dead(s, e) ? -1 :
	    store_check_with(s, "PRAGMA integrity_check(1)", e);
}

int
store_check(struct store *s, struct err *e)
{
	if (store_check_file(s, e) == -1)
		return -1;
	return store_check_with(s, "PRAGMA foreign_key_check", e);
}

#ifdef TEST_HOOKS
static int64_t
clock_offset(const struct store *s)
{
	char path[PATH_MAX], text[32];
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "%s/clock", s->data) >=
	    (int)sizeof(path))
		return 0;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return strtoll(text, NULL, 10);
}
#endif

int64_t
store_now(const struct store *s)
{
	int64_t now = time(NULL);

#ifdef TEST_HOOKS
	now += clock_offset(s);
#else
	(void)s;
#endif
	return now;
}

const char *
store_data(const struct store *s)
{
	return s->data;
}
