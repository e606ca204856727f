/*
 * The store when things go wrong around it: several writers, a death in the
 * middle, a lock that is held, a disk that is full or broken; and what stays
 * on the disk of what was deleted.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <errno.h>
#include <signal.h>
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

#define MARK	"CANARY-7f3a91-secure-delete"

/* Other processes. */

static int
exit_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void
count_up(int times)
{
	struct err e = ERR_INIT;
	struct store *s;
	int64_t n;
	int i;

	/* On a busy machine one may wait longer than the lock's deadline. */
	while ((s = store_open(kit_folder, STORE_USE, &e)) == NULL) {
		if (e.code != ERR_RETRY)
			_exit(3);
	}
	for (i = 0; i < times; i++) {
		while (store_begin(s, &e) == -1) {
			if (e.code != ERR_RETRY)
				_exit(1);
		}
		n = kit_get(s);
		if (kit_put(s, n + 1, &e) != 1 || store_commit(s, &e) != 0)
			_exit(2);
	}
	store_close(s);
	_exit(0);
}

static void
test_no_lost_update(void **state)
{
	struct store *s;
	pid_t pid[4];
	int i;

	(void)state;
	store_close(kit_open(STORE_CREATE));
	for (i = 0; i < 4; i++) {
		if ((pid[i] = fork()) == 0)
			count_up(200);
		assert_int_not_equal(pid[i], -1);
	}
	for (i = 0; i < 4; i++)
		assert_int_equal(exit_of(pid[i]), 0);
	s = kit_open(STORE_RECOVER);
	assert_int_equal(kit_get(s), 800);
	store_close(s);
}

/*
 * A child that commits 7, writes 8, and stops in the middle with the lock
 * held. Returns when it is there.
 */
static pid_t
start_half_writer(void)
{
	struct err e = ERR_INIT;
	struct store *s;
	char c = 0;
	int ready[2];
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		s = kit_open(STORE_USE);
		kit_commit(s, 7);
		if (store_begin(s, &e) != 0 || kit_put(s, 8, &e) != 1 ||
		    sqlite3_db_cacheflush(s->db) != SQLITE_OK ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	assert_int_not_equal(pid, -1);
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	(void)close(ready[0]);
	return pid;
}

static void
end_by_kill(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
test_death_in_transaction(void **state)
{
	struct store *s;

	(void)state;
	store_close(kit_open(STORE_CREATE));
	end_by_kill(start_half_writer());
	assert_true(kit_size(kit_path[KIT_LOG]) > 0);
	s = kit_open(STORE_RECOVER);
	assert_int_equal(kit_get(s), 7);
	kit_commit(s, 9);
	store_close(s);
}

static void
test_lock_deadline(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;
	struct timespec a, b;
	pid_t holder;

	holder = start_half_writer();
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(store_begin(s, &e), -1);
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	assert_int_equal(e.code, ERR_RETRY);
	assert_in_range((b.tv_sec - a.tv_sec) * 1000 +
	    (b.tv_nsec - a.tv_nsec) / 1000000, 1900, 5000);
	assert_int_equal(kit_get(s), 7);	/* reading needs no lock */
	assert_int_equal(store_truncate(s, &e), 1);
	end_by_kill(holder);
	kit_commit(s, 9);
	assert_int_equal(kit_get(s), 9);
}

/* Clean-up on the disk. */

static int
file_has(const char *file, const char *word)
{
	struct stat st;
	char *bytes;
	int fd, found;

	fd = open(file, O_RDONLY);
	assert_int_not_equal(fd, -1);
	assert_int_equal(fstat(fd, &st), 0);
	bytes = mem_alloc((size_t)st.st_size);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	(void)close(fd);
	found = memmem(bytes, (size_t)st.st_size, word, strlen(word)) !=
	    NULL;
	free(bytes);
	return found;
}

static void
test_secure_delete(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(kit_chunk(s, 0, MARK, strlen(MARK), &e), 1);
	assert_int_equal(store_commit(s, &e), 0);
	assert_true(file_has(kit_path[KIT_LOG], MARK));
	assert_int_equal(store_truncate(s, &e), 0);
	assert_true(file_has(kit_path[KIT_DB], MARK));
	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(store_run(s, STMT_CHUNK_DELETE_ALL,
	    ARGS(V_BLOB(KIT_ITEM, 16)), NULL, NULL, &e), 1);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_truncate(s, &e), 0);
	assert_false(file_has(kit_path[KIT_DB], MARK));
	assert_int_equal(kit_size(kit_path[KIT_LOG]), 0);
}

static void
test_truncate_never_waits(void **state)
{
	struct store *s = *state, *other = kit_open(STORE_USE);
	struct err e = ERR_INIT;

	assert_int_equal(store_read(other, &e), 0);
	assert_int_equal(kit_get(other), 0);
	kit_commit(s, 1);
	assert_int_equal(store_truncate(s, &e), 1);
	store_rollback(other);
	assert_int_equal(store_truncate(s, &e), 0);
	store_close(other);
}

/* 32 MiB pass through; the log stays near its thousand pages. */
static void
test_log_stays_short(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;
	char *chunk = mem_alloc(65536);
	int i, k;

	for (i = 0; i < 32; i++) {
		assert_int_equal(store_begin(s, &e), 0);
		for (k = 0; k < 16; k++)
			assert_int_equal(kit_chunk(s, i * 16 + k, chunk,
			    65536, &e), 1);
		assert_int_equal(store_commit(s, &e), 0);
	}
	assert_true(kit_size(kit_path[KIT_LOG]) < 8 * 1024 * 1024);
	assert_true(kit_size(kit_path[KIT_DB]) > 24 * 1024 * 1024);
	free(chunk);
}

/* A disk that fails on demand: the file methods of SQLite, overlaid. */

static sqlite3_vfs disk;
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int,
    int *);
static int (*real_write)(sqlite3_file *, const void *, int, sqlite3_int64);
static int (*real_sync)(sqlite3_file *, int);
/* A table for files with locks and one for those without (the log). */
static const sqlite3_io_methods *real[2];
static sqlite3_io_methods overlay[2];
static int fail_write, fail_sync;	/* the code to fail with, or 0 */

static int
disk_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	if (fail_write == 0)
		return real_write(f, bytes, n, at);
	errno = ENOSPC;
	return fail_write;
}

static int
disk_sync(sqlite3_file *f, int flags)
{
	if (fail_sync == 0)
		return real_sync(f, flags);
	errno = ENOSPC;		/* even so: a failed fsync is the end */
	return fail_sync;
}

static int
disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *out)
{
	int i, rc;

	rc = real_open(vfs, name, f, flags, out);
	if (rc != SQLITE_OK || f->pMethods == NULL)
		return rc;
	i = real[0] == NULL || real[0] == f->pMethods ? 0 : 1;
	if (real[i] == NULL) {
		real[i] = f->pMethods;
		overlay[i] = *real[i];
		real_write = real[i]->xWrite;
		real_sync = real[i]->xSync;
		overlay[i].xWrite = disk_write;
		overlay[i].xSync = disk_sync;
	}
	assert_ptr_equal(real[i], f->pMethods);
	f->pMethods = &overlay[i];
	return rc;
}

static int
with_bad_disk(void **state)
{
	disk = *sqlite3_vfs_find("unix");
	real_open = disk.xOpen;
	disk.xOpen = disk_open;
	disk.zName = "bad";
	fail_write = fail_sync = 0;
	if (sqlite3_vfs_register(&disk, 1) != SQLITE_OK)
		return -1;
	return kit_with_store(state);
}

static int
without_bad_disk(void **state)
{
	int result;

	fail_write = fail_sync = 0;
	result = kit_without_store(state);
	(void)sqlite3_vfs_unregister(&disk);
	return result;
}

/* Try to write 2; says which code came, and checks that 1 still stands. */
static enum err_code
write_on_bad_disk(struct store *s)
{
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(kit_put(s, 2, &e), 1);
	assert_int_equal(store_commit(s, &e), -1);
	fail_write = fail_sync = 0;
	return e.code;
}

static void
test_disk_full(void **state)
{
	static const int codes[] = { SQLITE_FULL, SQLITE_IOERR_WRITE };
	struct store *s = *state;
	size_t i;

	kit_commit(s, 1);
	for (i = 0; i < 2; i++) {
		fail_write = codes[i];
		assert_int_equal(write_on_bad_disk(s), ERR_RETRY);
		assert_int_equal(kit_get(s), 1);
	}
	kit_commit(s, 3);		/* recovers by itself */
	assert_int_equal(kit_get(s), 3);
}

/* Full in the middle of a transaction: nothing of it is taken. */
static void
test_disk_full_midway(void **state)
{
	struct store *s = *state;
	struct err e = ERR_INIT;

	kit_commit(s, 1);
	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(kit_put(s, 2, &e), 1);
	assert_int_equal(store_fail(s, SQLITE_FULL, "test", &e), -1);
	assert_int_equal(kit_put(s, 3, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
	assert_int_equal(store_commit(s, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
	assert_int_equal(kit_get(s), 1);
	kit_commit(s, 4);
}

static void
test_disk_broken(void **state)
{
	struct store *s = *state, *other;
	struct err e = ERR_INIT;

	kit_commit(s, 1);
	fail_sync = SQLITE_IOERR_FSYNC;
	assert_int_equal(write_on_bad_disk(s), ERR_IO);
	/* The disk is well again, this store never. */
	assert_int_equal(store_begin(s, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_int_equal(store_read(s, &e), -1);
	assert_int_equal(store_truncate(s, &e), -1);
	assert_int_equal(store_check(s, &e), -1);
	assert_int_equal(store_run(s, STMT_SECRET_JSON, ARGS(V_TEXT("m")),
	    NULL, NULL, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	/* It holds no lock that would stop the others. */
	other = kit_open(STORE_USE);
	kit_commit(other, 5);
	store_close(other);
}

#define WITH_FOLDER(f)	cmocka_unit_test_setup_teardown(f,	\
			    kit_with_folder, kit_without_folder)
#define WITH_STORE(f)	cmocka_unit_test_setup_teardown(f,	\
			    kit_with_store, kit_without_store)
#define BAD_DISK(f)	cmocka_unit_test_setup_teardown(f,	\
			    with_bad_disk, without_bad_disk)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(test_no_lost_update),
		WITH_FOLDER(test_death_in_transaction),
		WITH_STORE(test_lock_deadline),
		WITH_STORE(test_secure_delete),
		WITH_STORE(test_truncate_never_waits),
		WITH_STORE(test_log_stays_short),
		BAD_DISK(test_disk_full),
		BAD_DISK(test_disk_full_midway),
		BAD_DISK(test_disk_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
