/*
 * Opening, making and closing the store on SQLite.
 *
 * All of it happens under the store lock: a log left hot by a dead process
 * is recovered by one process alone, and the last one out folds the log.  A
 * new store is made aside and renamed, so that a half-made one never has the
 * name.  Each setting is asked back: SQLite ignores a PRAGMA it does not
 * know.  From then on the connection can do what statements.sql does and no
 * more (the authorizer); audit and roster can only grow.
 */
#include "config.h"

#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/store/lock.h"
#include "daemon/store/sqlite.h"
#include "lib/buf.h"
#include "lib/err.h"

#define APPLICATION_ID	0x54647568	/* "Tduh" */
#define OPEN_FLAGS	(SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |	\
			    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE)

/* PRAGMA, value, and what it says when it took. */
static const struct setting {
	const char	*name, *value, *want;
} settings[] = {
	{ "journal_mode", "WAL", "wal" },
	{ "synchronous", "FULL", "2" },
	{ "foreign_keys", "ON", "1" },
	{ "secure_delete", "ON", "1" },
	{ "temp_store", "MEMORY", "2" },
	{ "cell_size_check", "ON", "1" },
	{ "mmap_size", "0", "0" },	/* a bad page is an error, no signal */
	{ "journal_size_limit", "8388608", "8388608" },
	{ NULL, NULL, NULL }
};

static const struct limit {
	int	which, value;
} limits[] = {
	{ SQLITE_LIMIT_LENGTH, 4 * 1024 * 1024 },
	{ SQLITE_LIMIT_SQL_LENGTH, 64 * 1024 },
	{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 },
	{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256 },
	{ SQLITE_LIMIT_ATTACHED, 0 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	{ -1, 0 }
};

int
store_path(char out[PATH_MAX], const char *data, const char *name,
    struct err *e)
{
	if (snprintf(out, PATH_MAX, "%s/%s", data, name) < PATH_MAX)
		return 0;
	err_set(e, ERR_INPUT, "the path '%.64s...' is too long", data);
	return -1;
}

/* The first column of the first row as text, "" when there is none. */
int
store_ask(struct store *s, const char *sql, char *out, size_t size,
    struct err *e)
{
	sqlite3_stmt *st = NULL;
	const unsigned char *text;
	int rc;

	out[0] = '\0';
	rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		text = sqlite3_column_text(st, 0);
		(void)snprintf(out, size, "%s",
		    text == NULL ? "" : (const char *)text);
		rc = SQLITE_DONE;
	}
	(void)sqlite3_finalize(st);
	if (rc == SQLITE_DONE)
		return 0;
	(void)store_fail(s, rc, sql, e);
	if ((rc & 0xff) == SQLITE_NOTADB)
		err_set(e, ERR_INPUT, "'%s' holds no store of ours",
		    s->data);
	return -1;
}

static int
log_grew(void *ctx, sqlite3 *db, const char *name, int pages)
{
	struct store *s = ctx;

	(void)db;
	(void)name;
	s->log_pages = pages;
	return SQLITE_OK;
}

static int
named(const char *name, const char *const *list)
{
	for (; name != NULL && *list != NULL; list++) {
		if (sqlite3_stricmp(name, *list) == 0)
			return 1;
	}
	return 0;
}

static int
authorize(void *ctx, int action, const char *what, const char *detail,
    const char *schema, const char *trigger)
{
	static const char *const only_grow[] = { "audit", "roster", NULL };
	static const char *const pragmas[] = { "data_version",
	    "quick_check", "integrity_check", "foreign_key_check", NULL };

	(void)ctx;
	(void)detail;
	(void)schema;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
	case SQLITE_FUNCTION:
	case SQLITE_INSERT:
	case SQLITE_TRANSACTION:
		return SQLITE_OK;
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		return named(what, only_grow) ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_PRAGMA:
		return named(what, pragmas) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

int
store_connect(struct store *s, const char *path, struct err *e)
{
	int rc;

	rc = sqlite3_open_v2(path, &s->db, OPEN_FLAGS, NULL);
	if (rc != SQLITE_OK)
		return store_fail(s, rc, "open", e);
	if (sqlite3_db_readonly(s->db, "main") != 0) {
		err_set(e, ERR_IO, "'%s' cannot be written", path);
		return -1;
	}
	(void)sqlite3_busy_timeout(s->db, STORE_LOCK_MS);
	return 0;
}

int
store_schema(struct store *s, long *version, struct err *e)
{
	char text[32];

	if (store_ask(s, "PRAGMA application_id", text, sizeof(text), e) == -1)
		return -1;
	if (strtol(text, NULL, 10) != APPLICATION_ID) {
		err_set(e, ERR_INPUT, "'%s' holds no store of ours",
		    s->data);
		return -1;
	}
	if (store_ask(s, "PRAGMA user_version", text, sizeof(text), e) == -1)
		return -1;
	*version = strtol(text, NULL, 10);
	return 0;
}

/* Before any setting: a file that is not ours must stay as it is. */
static int
check_identity(struct store *s, struct err *e)
{
	long version;

	if (store_schema(s, &version, e) == -1)
		return -1;
	if (version == SCHEMA_VERSION)
		return 0;
	err_set(e, ERR_INPUT, "the store in '%s' has schema %ld, this "
	    "program wants %d%s", s->data, version, SCHEMA_VERSION,
	    version < SCHEMA_VERSION ? ": run teduh-admin migrate" : "");
	return -1;
}

static int
set_one(struct store *s, const struct setting *set, struct err *e)
{
	char sql[96], text[32];

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s = %s", set->name,
	    set->value);
	if (store_ask(s, sql, text, sizeof(text), e) == -1)
		return -1;
	(void)snprintf(sql, sizeof(sql), "PRAGMA %s", set->name);
	if (store_ask(s, sql, text, sizeof(text), e) == -1)
		return -1;
	if (strcmp(text, set->want) != 0) {
		err_set(e, ERR_IO, "the store does not take '%s = %s'",
		    set->name, set->value);
		return -1;
	}
	return 0;
}

void
store_harden(sqlite3 *db)
{
	static const struct { int op, on; } switches[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		(void)sqlite3_db_config(db, switches[i].op, switches[i].on,
		    (int *)NULL);
	for (i = 0; limits[i].which != -1; i++)
		(void)sqlite3_limit(db, limits[i].which, limits[i].value);
}

static int
configure(struct store *s, struct err *e)
{
	int i, keep = 1;

	for (i = 0; settings[i].name != NULL; i++) {
		if (set_one(s, &settings[i], e) == -1)
			return -1;
	}
	/* The log file stays: making it anew needs the folder and time. */
	(void)sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL,
	    &keep);
	/* In the place of the automatic checkpoint, which knows no lock. */
	(void)sqlite3_wal_hook(s->db, log_grew, s);
	(void)sqlite3_set_authorizer(s->db, authorize, s);
	return 0;
}

static int
prepare_one(struct store *s, const char *name, const char *sql,
    sqlite3_stmt **st, struct err *e)
{
	const char *tail = "";
	int rc;

	rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, st,
	    &tail);
	if (rc != SQLITE_OK) {
		(void)store_fail(s, rc, name, e);
		if (!s->dead)
			err_set(e, ERR_BUG, "statement '%s': %s", name,
			    sqlite3_errmsg(s->db));
		return -1;
	}
	while (isspace((unsigned char)*tail))
		tail++;
	if (*st == NULL || *tail != '\0') {
		err_set(e, ERR_BUG, "statement '%s' is not one statement",
		    name);
		return -1;
	}
	return 0;
}

static int
prepare_all(struct store *s, struct err *e)
{
	int i;

	for (i = 0; i < STATEMENT_COUNT; i++) {
		if (prepare_one(s, statement_name[i], statement_sql[i],
		    &s->statement[i], e) == -1)
			return -1;
	}
	if (prepare_one(s, "data_version", "PRAGMA data_version",
	    &s->version, e) == -1)
		return -1;
	(void)store_changed(s);
	return 0;
}

/* Durable names: the rename counts once the folder is on the disk. */
int
store_sync(const char *data, struct err *e)
{
	int fd, result = -1;

	if ((fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1)
		result = fsync(fd);
	if (result == -1)
		err_set(e, ERR_IO, "cannot sync '%s': %s", data,
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return result;
}

static int
apply_schema(struct store *s, struct err *e)
{
	const char *const *sql;
	char mark[96];
	int i, rc;

	(void)snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; "
	    "PRAGMA user_version = %d; COMMIT", APPLICATION_ID,
	    SCHEMA_VERSION);
	rc = sqlite3_exec(s->db, "PRAGMA journal_mode = MEMORY; BEGIN", NULL,
	    NULL, NULL);
	for (i = 0; i < SCHEMA_VERSION; i++) {
		for (sql = schema_sql[i]; rc == SQLITE_OK && *sql != NULL;
		    sql++)
			rc = sqlite3_exec(s->db, *sql, NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db, mark, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return 0;
	(void)store_fail(s, rc, "schema", e);
	if (!s->dead && s->spoiled == ERR_BUG)
		err_set(e, ERR_BUG, "the schema: %s", sqlite3_errmsg(s->db));
	return -1;
}

static int
make_file(struct store *s, const char *path, struct err *e)
{
	char aside[PATH_MAX], log[PATH_MAX];
	int fd, result = -1;

	if (store_path(aside, s->data, "store.new", e) == -1 ||
	    store_path(log, s->data, "store.db-wal", e) == -1)
		return -1;
	/* A log without its store would be replayed into the new one. */
	if (access(path, F_OK) == 0 || access(log, F_OK) == 0) {
		err_set(e, ERR_CONFLICT, "there is a store in '%s' already",
		    s->data);
		return -1;
	}
	(void)unlink(aside);
	fd = open(aside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1) {
		err_set(e, ERR_IO, "cannot make '%s': %s", aside,
		    strerror(errno));
		return -1;
	}
	(void)close(fd);
	if (store_connect(s, aside, e) == 0 && apply_schema(s, e) == 0)
		result = 0;
	(void)sqlite3_close(s->db);
	s->db = NULL;
	if (result == 0 && rename(aside, path) == -1) {
		err_set(e, ERR_IO, "cannot name '%s': %s", path,
		    strerror(errno));
		result = -1;
	}
	if (result == 0)
		return store_sync(s->data, e);
	(void)unlink(aside);
	return -1;
}

static int
open_locked(struct store *s, const char *path, enum store_mode mode,
    struct err *e)
{
	int result;

	if (lock_take(s->lock, STORE_LOCK_MS, e) == -1)
		return -1;
	if (mode == STORE_CREATE && make_file(s, path, e) == -1)
		result = -1;
	else if (store_connect(s, path, e) == -1)
		result = -1;
	else {
		store_harden(s->db);
		result = check_identity(s, e);
	}
	if (result == 0 && (configure(s, e) == -1 || prepare_all(s, e) == -1))
		result = -1;
	lock_drop(s->lock);
	return result;
}

/*
 * Every table but the sealed bytes themselves: they are most of the file and
 * each chunk proves itself when it is opened, so that starting takes no
 * longer because letters are long.  store_check() reads them as well.
 */
static int
check_tables(struct store *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	const char *name;
	char sql[96];
	int rc, result = 0;

	rc = sqlite3_prepare_v2(s->db, "SELECT name FROM sqlite_schema "
	    "WHERE type = 'table' AND name <> 'chunk'", -1, &st, NULL);
	while (result == 0 && rc == SQLITE_OK &&
	    (rc = sqlite3_step(st)) == SQLITE_ROW) {
		name = (const char *)sqlite3_column_text(st, 0);
		(void)snprintf(sql, sizeof(sql), "PRAGMA quick_check(%s)",
		    name);
		result = store_check_with(s, sql, e);
		rc = SQLITE_OK;
	}
	if (result == 0 && rc != SQLITE_DONE)
		result = store_fail(s, rc, "check", e);
	(void)sqlite3_finalize(st);
	return result;
}

struct store *
store_open(const char *data, enum store_mode mode, struct err *e)
{
	struct store *s = mem_alloc(sizeof(*s));
	char path[PATH_MAX], lock[PATH_MAX];
	struct stat st;
	int ok = 0;

	s->lock = -1;
	s->data = mem_strdup(data);
	if (store_path(path, data, "store.db", e) == -1 ||
	    store_path(lock, data, "store.lock", e) == -1)
		goto out;
	if (mode != STORE_CREATE && stat(path, &st) == -1) {
		err_set(e, errno == ENOENT ? ERR_GONE : ERR_IO,
		    "no store in '%s': %s", data, strerror(errno));
		goto out;
	}
	if ((s->lock = lock_open(lock, e)) == -1 ||
	    open_locked(s, path, mode, e) == -1)
		goto out;
	if (mode == STORE_RECOVER && check_tables(s, e) == -1)
		goto out;
	ok = 1;
out:
	if (!ok) {
		store_close(s);
		s = NULL;
	}
	return s;
}

void
store_close(struct store *s)
{
	int i;

	if (s == NULL)
		return;
	store_rollback(s);
	/* The last one out folds the log, so only under the lock. */
	if (s->db != NULL && (s->dead || s->lock == -1 ||
	    lock_take(s->lock, STORE_LOCK_MS, NULL) == -1))
		(void)sqlite3_db_config(s->db,
		    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
	for (i = 0; i < STATEMENT_COUNT; i++)
		(void)sqlite3_finalize(s->statement[i]);
	(void)sqlite3_finalize(s->version);
	(void)sqlite3_close(s->db);
	if (s->lock != -1)
		(void)close(s->lock);
	free(s->data);
	free(s);
}
