/*
 * From an older schema to this one.
 *
 * All steps are one transaction of SQLite, with the new number in it, so
 * that whoever opens the store sees the old schema or the new one.  The copy
 * that is made before is for the case that a step is wrong, not for a crash;
 * it goes when the new store was found whole, because a copy that stays
 * would keep what is erased later.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/crash.h"
#include "daemon/store/lock.h"
#include "daemon/store/sqlite.h"
#include "lib/buf.h"
#include "lib/err.h"

#define COPY		"store.before"

/* The steps above `from`, and the new number, in one transaction. */
static int
apply(struct store *s, long from, struct err *e)
{
	const char *const *sql;
	char mark[64], found[32];
	long i;
	int rc;

	rc = sqlite3_exec(s->db, "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE",
	    NULL, NULL, NULL);
	for (i = from; i < SCHEMA_VERSION; i++) {
		for (sql = schema_sql[i]; rc == SQLITE_OK && *sql != NULL;
		    sql++)
			rc = sqlite3_exec(s->db, *sql, NULL, NULL, NULL);
	}
	(void)snprintf(mark, sizeof(mark), "PRAGMA user_version = %d",
	    SCHEMA_VERSION);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db, mark, NULL, NULL, NULL);
	crash_point("migrate: before the commit");
	if (rc == SQLITE_OK && store_ask(s, "PRAGMA foreign_key_check", found,
	    sizeof(found), e) == -1)
		return -1;
	if (rc == SQLITE_OK && found[0] != '\0') {
		err_set(e, ERR_IO, "after the change '%s' has rows without "
		    "their kin; nothing was changed", found);
		return -1;
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
	crash_point("migrate: after the commit");
	if (rc == SQLITE_OK)
		return 0;
	(void)store_fail(s, rc, "migrate", e);
	if (!s->dead && s->spoiled == ERR_BUG)
		err_set(e, ERR_BUG, "the new schema: %s",
		    sqlite3_errmsg(s->db));
	return -1;
}

/* Locked: 0, 1 nothing to do, -1. */
static int
migrate(struct store *s, long *from, struct err *e)
{
	char path[PATH_MAX], aside[PATH_MAX];

	if (store_path(path, s->data, "store.db", e) == -1 ||
	    store_path(aside, s->data, COPY, e) == -1 ||
	    store_connect(s, path, e) == -1)
		return -1;
	store_harden(s->db);
	if (store_schema(s, from, e) == -1)
		return -1;
	if (*from == SCHEMA_VERSION) {
		(void)unlink(aside);	/* of one that died at its end */
		return 1;
	}
	if (*from > SCHEMA_VERSION || *from < 1) {
		err_set(e, ERR_INPUT, "the store in '%s' has schema %ld; this "
		    "program knows 1 to %d: it belongs to a newer one",
		    s->data, *from, SCHEMA_VERSION);
		return -1;
	}
	(void)unlink(aside);		/* of one that was ended before */
	if (store_check_with(s, "PRAGMA integrity_check", e) == -1 ||
	    store_copy(s, aside, e) == -1 || store_sync(s->data, e) == -1)
		return -1;
	crash_point("migrate: copied");
	if (apply(s, *from, e) == -1 ||
	    store_check_with(s, "PRAGMA integrity_check", e) == -1)
		return -1;
	if (unlink(aside) == -1) {
		err_set(e, ERR_IO, "cannot remove '%s': %s", aside,
		    strerror(errno));
		return -1;
	}
	return store_sync(s->data, e);
}

int
store_migrate(const char *data, long *from, struct err *e)
{
	struct store *s = mem_alloc(sizeof(*s));
	char path[PATH_MAX], lock[PATH_MAX];
	int result = -1;

	s->data = mem_strdup(data);
	s->lock = -1;
	if (store_path(path, data, "store.db", e) == -1 ||
	    store_path(lock, data, "store.lock", e) == -1)
		goto out;
	if (access(path, F_OK) == -1) {
		err_set(e, errno == ENOENT ? ERR_GONE : ERR_IO,
		    "no store in '%s': %s", data, strerror(errno));
		goto out;
	}
	if ((s->lock = lock_open(lock, e)) == -1 ||
	    lock_take(s->lock, STORE_LOCK_MS, e) == -1)
		goto out;
	result = migrate(s, from, e);
	/* Closing rolls back what was not committed, under the lock. */
	(void)sqlite3_close(s->db);
	s->db = NULL;
out:
	store_close(s);
	return result;
}
