/*
 * Shared by the tests of the store: see store_kit.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/store_kit.h"

char kit_folder[64], kit_path[KIT_FILES][96];
static const char *const names[KIT_FILES] = { "store.db", "store.db-wal",
    "store.db-shm", "store.lock", "clock" };

int
kit_with_folder(void **state)
{
	int i;

	(void)state;
	(void)snprintf(kit_folder, sizeof(kit_folder),
	    "/tmp/test_store.XXXXXX");
	if (mkdtemp(kit_folder) == NULL)
		return -1;
	for (i = 0; i < KIT_FILES; i++)
		(void)snprintf(kit_path[i], sizeof(kit_path[i]), "%s/%s",
		    kit_folder, names[i]);
	return 0;
}

int
kit_without_folder(void **state)
{
	struct dirent *entry;
	char file[400];
	DIR *d;

	(void)state;
	if ((d = opendir(kit_folder)) == NULL)
		return -1;
	while ((entry = readdir(d)) != NULL) {
		(void)snprintf(file, sizeof(file), "%s/%s", kit_folder,
		    entry->d_name);
		(void)unlink(file);
	}
	(void)closedir(d);
	return rmdir(kit_folder);
}

struct store *
kit_open(enum store_mode mode)
{
	struct err e = ERR_INIT;
	struct store *s;

	if ((s = store_open(kit_folder, mode, &e)) == NULL)
		fail_msg("store_open: %s", e.text);
	return s;
}

void
kit_refused(enum store_mode mode, enum err_code code)
{
	struct err e = ERR_INIT;

	assert_null(store_open(kit_folder, mode, &e));
	assert_int_equal(e.code, code);
	assert_true(e.text[0] != '\0');
}

int
kit_with_store(void **state)
{
	if (kit_with_folder(state) == -1)
		return -1;
	*state = kit_open(STORE_CREATE);
	return 0;
}

int
kit_without_store(void **state)
{
	store_close(*state);
	return kit_without_folder(state);
}

void
kit_meddle(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(kit_path[KIT_DB], &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int
take_number(void *ctx, const struct row *r, struct err *e)
{
	size_t len;

	(void)e;
	assert_string_equal(row_text(r, 3), "m");
	*(int64_t *)ctx = strtoll(row_blob(r, 4, &len), NULL, 10);
	return 0;
}

int64_t
kit_get(struct store *s)
{
	struct err e = ERR_INIT;
	int64_t n = 0;

	assert_int_not_equal(store_run(s, STMT_SECRET_JSON,
	    ARGS(V_TEXT("m")), take_number, &n, &e), -1);
	return n;
}

int64_t
kit_put(struct store *s, int64_t n, struct err *e)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%lld", (long long)n);

	return store_run(s, STMT_SECRET_PUT, ARGS(V_TEXT("team"),
	    V_TEXT("youth"), V_INT(1), V_TEXT("m"),
	    V_BLOB(text, (size_t)len + 1)), NULL, NULL, e);
}

void
kit_commit(struct store *s, int64_t n)
{
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(kit_put(s, n, &e), 1);
	assert_int_equal(store_commit(s, &e), 0);
}

int64_t
kit_chunk(struct store *s, int64_t no, const void *bytes, size_t len,
    struct err *e)
{
	return store_run(s, STMT_CHUNK_ADD, ARGS(V_BLOB(KIT_ITEM, 16),
	    V_INT(0), V_INT(no), V_BLOB(bytes, len)), NULL, NULL, e);
}

int64_t
kit_size(const char *file)
{
	struct stat st;

	return stat(file, &st) == -1 ? -1 : st.st_size;
}
