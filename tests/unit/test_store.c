/*
 * The store engine: what may be opened, what a transaction is, what the
 * database refuses, and that statements find their rows by an index.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/store/sqlite.h"	/* to ask the connection itself */
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "tests/unit/store_kit.h"

#define CASE	"7K2M9Q4X"

/* Opening. */

static void
test_open_modes(void **state)
{
	struct store *s, *other;
	struct stat st;
	int i;

	(void)state;
	kit_refused(STORE_USE, ERR_GONE);
	kit_refused(STORE_RECOVER, ERR_GONE);
	assert_int_equal(kit_size(kit_path[KIT_LOCK]), -1);
	s = kit_open(STORE_CREATE);
	kit_refused(STORE_CREATE, ERR_CONFLICT);
	other = kit_open(STORE_USE);
	assert_string_equal(store_data(other), kit_folder);
	for (i = 0; i <= KIT_LOCK; i++) {
		assert_int_equal(stat(kit_path[i], &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	store_close(other);
	store_close(s);
	store_close(NULL);
	assert_int_equal(kit_size(kit_path[KIT_LOG]), 0);
	store_close(kit_open(STORE_RECOVER));
}

static void
test_open_strangers(void **state)
{
	int64_t before;
	int fd;

	(void)state;
	/* A log without its store would be replayed into a new one. */
	fd = open(kit_path[KIT_LOG], O_WRONLY | O_CREAT, 0600);
	(void)close(fd);
	kit_refused(STORE_CREATE, ERR_CONFLICT);
	(void)unlink(kit_path[KIT_LOG]);

	fd = open(kit_path[KIT_DB], O_WRONLY | O_CREAT, 0600);
	kit_refused(STORE_USE, ERR_INPUT);		/* empty */
	assert_int_equal(write(fd, "this is no database, this is a page "
	    "of prose that happens to be longer than a header of hundred "
	    "bytes", 101), 101);
	kit_refused(STORE_USE, ERR_INPUT);
	kit_refused(STORE_CREATE, ERR_CONFLICT);
	(void)close(fd);
	(void)unlink(kit_path[KIT_DB]);

	kit_meddle("CREATE TABLE theirs (a)");
	before = kit_size(kit_path[KIT_DB]);
	kit_refused(STORE_USE, ERR_INPUT);
	assert_int_equal(kit_size(kit_path[KIT_DB]), before);
	/* Nor was it turned to another way of writing. */
	assert_int_equal(kit_size(kit_path[KIT_LOG]), -1);
}

static void
test_open_versions(void **state)
{
	char sql[64];

	(void)state;
	store_close(kit_open(STORE_CREATE));
	(void)snprintf(sql, sizeof(sql), "PRAGMA user_version = %d",
	    SCHEMA_VERSION + 1);
	kit_meddle(sql);
	kit_refused(STORE_USE, ERR_INPUT);
	kit_refused(STORE_RECOVER, ERR_INPUT);
	kit_meddle("PRAGMA user_version = 0");
	kit_refused(STORE_USE, ERR_INPUT);
}

static void
test_open_damaged(void **state)
{
	char noise[4096];
	struct store *s;
	int64_t at;
	int fd;

	(void)state;
	s = kit_open(STORE_CREATE);
	kit_commit(s, 1);
	store_close(s);
	memset(noise, 0xa5, sizeof(noise));
	fd = open(kit_path[KIT_DB], O_WRONLY);
	for (at = 4096 * 2; at < kit_size(kit_path[KIT_DB]); at += 4096)
		assert_int_equal(pwrite(fd, noise, 4096, at), 4096);
	(void)close(fd);
	kit_refused(STORE_RECOVER, ERR_IO);
}

/* The connection can do what statements.sql does, and no more. */
static void
test_authorizer(void **state)
{
	static const char *const forbidden[] = {
		"DELETE FROM audit", "UPDATE audit SET at = 0",
		"DELETE FROM roster", "UPDATE roster SET seq = 0",
		"ATTACH ':memory:' AS x", "PRAGMA writable_schema = 1",
		"PRAGMA journal_mode = DELETE", "DROP TABLE cases",
		"CREATE TABLE x (a)", "CREATE TEMP TABLE x (a)",
		"ALTER TABLE cases ADD COLUMN x", "REINDEX", "ANALYZE",
		"SELECT \"text\"", "SELECT load_extension('x')",
	};
	struct store *s = *state;
	sqlite3_stmt *st;
	size_t i;

	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		if (sqlite3_prepare_v2(s->db, forbidden[i], -1, &st, NULL) ==
		    SQLITE_OK && sqlite3_step(st) != SQLITE_ERROR)
			fail_msg("'%s' is possible", forbidden[i]);
		(void)sqlite3_finalize(st);
	}
	/* REPLACE deletes and the authorizer is not asked. */
	for (i = 0; i < STATEMENT_COUNT; i++) {
		assert_null(strstr(statement_sql[i], "REPLACE INTO"));
		assert_null(strstr(statement_sql[i], "OR REPLACE"));
	}
}

/* Transactions. */

static int
nest(void *ctx, const struct row *r, struct err *e)
{
	struct store *s = ctx;
	struct err inner = ERR_INIT;

	(void)r;
	(void)e;
	assert_int_equal(store_begin(s, &inner), -1);
	assert_int_equal(inner.code, ERR_BUG);
	assert_int_equal(store_run(s, STMT_SECRET_JSON, ARGS(V_TEXT("m")),
	    NULL, NULL, &inner), -1);
	assert_int_equal(inner.code, ERR_BUG);
	err_set(e, ERR_DENIED, "enough");
	return -1;
}

static void
test_rules(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;

	store_rollback(s);				/* harmless */
	assert_int_equal(kit_put(s, 1, &e), -1);
	assert_int_equal(e.code, ERR_BUG);
	assert_int_equal(store_commit(s, &e), -1);
	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(store_begin(s, &e), -1);
	assert_int_equal(e.code, ERR_BUG);
	assert_int_equal(store_read(s, &e), -1);
	assert_int_equal(store_truncate(s, &e), -1);
	assert_int_equal(store_run(s, STMT_SETTING_GET, NO_ARGS, NULL, NULL,
	    &e), -1);
	assert_int_equal(e.code, ERR_BUG);
	assert_non_null(strstr(e.text, "setting_get"));
	assert_int_equal(kit_put(s, 1, &e), 1);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_read(s, &e), 0);
	assert_int_equal(kit_put(s, 2, &e), -1);
	store_rollback(s);
	assert_int_equal(store_run(s, STMT_SECRET_JSON, ARGS(V_TEXT("m")),
	    nest, s, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(kit_get(s), 1);
}

static void
test_rollback_and_view(void **state)
{
	struct store *s = *state, *other = kit_open(STORE_USE);
	struct err e = ERR_INIT;

	kit_commit(s, 1);
	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(kit_put(s, 2, &e), 1);
	assert_int_equal(kit_get(other), 1);
	store_rollback(s);
	assert_int_equal(kit_get(s), 1);

	assert_int_equal(store_read(other, &e), 0);
	assert_int_equal(kit_get(other), 1);
	kit_commit(s, 3);
	assert_int_equal(kit_get(other), 1);		/* still its view */
	store_rollback(other);
	assert_int_equal(kit_get(other), 3);
	store_close(other);
}

static int
look_at_row(void *ctx, const struct row *r, struct err *e)
{
	unsigned char bytes[4];
	size_t len = 9;

	(void)ctx;
	(void)e;
	assert_int_equal(row_columns(r), 1);
	assert_string_equal(row_name(r, 0), "bytes");
	assert_int_equal(row_type(r, 0), VALUE_BLOB);
	assert_non_null(row_blob(r, 0, &len));
	if (len != 0) {
		assert_int_equal(row_bytes(r, 0, bytes, 3), -1);
		assert_int_equal(row_bytes(r, 0, bytes, 4), 0);
		assert_memory_equal(bytes, "\0a\0b", 4);
	}
	return len == 0 ? 0 : 1;			/* 1: stop */
}

static void
test_rows(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;
	char *big = mem_alloc(5 * 1024 * 1024);

	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(kit_chunk(s, 0, "", 0, &e), 1);
	assert_int_equal(kit_chunk(s, 1, "\0a\0b", 4, &e), 1);
	assert_int_equal(kit_chunk(s, 2, "\0a\0b", 4, &e), 1);
	/* Too big is the caller's to say; the transaction lives on. */
	assert_int_equal(kit_chunk(s, 3, big, 5 * 1024 * 1024, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_run(s, STMT_CHUNK_GET,
	    ARGS(V_BLOB(KIT_ITEM, 16), V_INT(0)), look_at_row,
	    NULL, &e), 2);
	free(big);
}

/* A case with a delivery that is held. */
static void
put_delivery(struct store *s)
{
	static const unsigned char zeros[64];
	struct err e = ERR_INIT;

	assert_int_equal(store_run(s, STMT_CASE_ADD, ARGS(V_TEXT(CASE),
	    V_TEXT("youth"), V_TEXT(""), V_TEXT("mail"), V_INT(1),
	    V_NULL, V_BLOB(zeros, 32), V_NULL), NULL, NULL, &e), 1);
	assert_int_equal(store_run(s, STMT_ITEM_ADD, ARGS(V_BLOB(zeros, 16),
	    V_TEXT(CASE), V_INT(1), V_TEXT("answer"), V_INT(1), V_INT(1),
	    V_NULL, V_TEXT(""), V_NULL, V_NULL, V_BLOB(zeros, 32),
	    V_BLOB(zeros, 64)), NULL, NULL, &e), 1);
	assert_int_equal(store_run(s, STMT_DELIVERY_ADD,
	    ARGS(V_BLOB(zeros, 16), V_TEXT(CASE), V_INT(1), V_INT(1),
	    V_INT(1), V_INT(1)), NULL, NULL, &e), 1);
}

static int64_t
move_delivery(struct store *s, const char *was, const char *state,
    struct err *e)
{
	static const unsigned char zeros[16];

	return store_run(s, STMT_DELIVERY_MOVE, ARGS(V_BLOB(zeros, 16),
	    V_TEXT(state), V_NULL, V_INT(2), V_INT(2), V_INT(0), V_NULL,
	    V_TEXT(was)), NULL, NULL, e);
}

static void
test_conflicts(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(s, &e), 0);
	put_delivery(s);
	assert_int_equal(move_delivery(s, "held", "bounced", &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.text, "delivery_move"));
	assert_null(strstr(e.text, "UPDATE"));
	assert_int_equal(move_delivery(s, "held", "no such", &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(move_delivery(s, "due", "sending", &e), 0);
	assert_int_equal(move_delivery(s, "held", "due", &e), 1);
	assert_int_equal(kit_chunk(s, 0, "x", 1, &e), 1);
	assert_int_equal(kit_chunk(s, 0, "x", 1, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_check(s, &e), 0);
}

static void
test_waiting(void **state)
{
	struct store *s = *state, *other = kit_open(STORE_USE);

	(void)store_changed(s);
	kit_commit(s, 1);
	assert_int_equal(store_changed(s), 0);		/* our own */
	kit_commit(other, 2);
	assert_int_equal(store_wait(s, 60000), 1);
	assert_int_equal(store_changed(s), 0);
	assert_int_equal(store_wait(s, 20), 0);
	store_close(other);
}

static void
test_clock(void **state)
{
	struct store *s = *state;
	int64_t before = time(NULL);
	int fd;

	assert_in_range(store_now(s), before, before + 60);
	fd = open(kit_path[KIT_CLOCK], O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "86400\n", 6), 6);
	(void)close(fd);
#ifdef TEST_HOOKS
	before += 86400;
#endif
	assert_in_range(store_now(s), before, before + 60);
}

/* Plans. */

/* An index over the few rows that somebody waits for may be walked. */
static int
is_partial_index(sqlite3 *db, const char *plan)
{
	const char *name = strstr(plan, "INDEX ");
	sqlite3_stmt *st;
	int found;

	if (name == NULL)
		return 0;
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_schema"
	    " WHERE name = ?1 AND sql LIKE '% WHERE %'", -1, &st, NULL),
	    SQLITE_OK);
	name += strlen("INDEX ");
	(void)sqlite3_bind_text(st, 1, name, (int)strcspn(name, " "),
	    SQLITE_STATIC);
	found = sqlite3_step(st) == SQLITE_ROW;
	(void)sqlite3_finalize(st);
	return found;
}

/* Walking through a table that grows with the mail is a bug. */
static int
walks_a_big_table(sqlite3 *db, const char *plan)
{
	static const char *const big[] = { "cases", "participant", "claim",
	    "case_key", "item", "part", "chunk", "grants", "draft",
	    "delivery", "token", "ledger", "copy", "nonce",
	    "case_epoch", NULL };
	char scan[64];
	size_t i, n;

	for (i = 0; big[i] != NULL; i++) {
		n = (size_t)snprintf(scan, sizeof(scan), "SCAN %s", big[i]);
		if (strncmp(plan, scan, n) == 0 &&
		    (plan[n] == '\0' || plan[n] == ' '))
			return !is_partial_index(db, plan);
	}
	return 0;
}

/* A table of which each row walks through another one. */
static int
is_square(const char *plan)
{
	return strncmp(plan, "SCAN ", 5) == 0 &&
	    strstr(plan, " LEFT-JOIN") != NULL;
}

/*
 * Backup, check and balance are about every row; no role runs the first two,
 * and clock draws a balance once a day.
 */
static int
is_about_all(const char *name)
{
	return strncmp(name, "backup_", 7) == 0 ||
	    strncmp(name, "restore_", 8) == 0 ||
	    strncmp(name, "whole_", 6) == 0 ||
	    strncmp(name, "balance_", 8) == 0;
}

static void
test_plans(void **state)
{
	char sql[16384];
	const char *plan;
	sqlite3_stmt *st;
	sqlite3 *db;
	int i, walks = 0, seen = 0;

	(void)state;
	assert_int_equal(sqlite3_open(kit_path[KIT_DB], &db), SQLITE_OK);
	for (i = 0; i < STATEMENT_COUNT; i++) {
		(void)snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
		    statement_sql[i]);
		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL),
		    SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			plan = (const char *)sqlite3_column_text(st, 3);
			seen++;
			if (!is_square(plan) &&
			    (!walks_a_big_table(db, plan) ||
			    is_about_all(statement_name[i])))
				continue;
			walks++;
			print_error("'%s': %s\n", statement_name[i], plan);
		}
		(void)sqlite3_finalize(st);
	}
	assert_true(seen > STATEMENT_COUNT / 2);
	assert_int_equal(walks, 0);
	/* And the test can tell. */
	assert_true(walks_a_big_table(db, "SCAN cases"));
	assert_true(walks_a_big_table(db,
	    "SCAN participant USING COVERING INDEX participant_address"));
	assert_false(walks_a_big_table(db,
	    "SCAN cases USING INDEX cases_queue"));
	assert_false(walks_a_big_table(db,
	    "SEARCH cases USING PRIMARY KEY (id=?)"));
	(void)sqlite3_close(db);
}

#define WITH_FOLDER(f)	cmocka_unit_test_setup_teardown(f,	\
			    kit_with_folder, kit_without_folder)
#define WITH_STORE(f)	cmocka_unit_test_setup_teardown(f,	\
			    kit_with_store, kit_without_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(test_open_modes),
		WITH_FOLDER(test_open_strangers),
		WITH_FOLDER(test_open_versions),
		WITH_FOLDER(test_open_damaged),
		WITH_STORE(test_authorizer),
		WITH_STORE(test_rules),
		WITH_STORE(test_rollback_and_view),
		WITH_STORE(test_rows),
		WITH_STORE(test_conflicts),
		WITH_STORE(test_waiting),
		WITH_STORE(test_clock),
		WITH_STORE(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
