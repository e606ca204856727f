/*
 * The lock between processes: one holder, a deadline for the others, and an
 * end with its holder however that dies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/store/lock.h"
#include "lib/err.h"

static char folder[64], path[96];

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/test_lock.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/lock", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A child that holds the lock until it is killed. */
static pid_t
start_holder(void)
{
	int ready[2], fd;
	char c = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if ((fd = lock_open(path, NULL)) == -1 ||
		    lock_take(fd, 0, NULL) == -1 ||
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
end_holder(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
test_file(void **state)
{
	struct err e = ERR_INIT;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(lock_open("/nonexistent/lock", &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	fd = lock_open(path, &e);
	assert_int_not_equal(fd, -1);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	lock_drop(fd);			/* not held: harmless */
	(void)close(fd);
}

/* Unlike fcntl(2) locks, also between descriptors of one process. */
static void
test_one_holder(void **state)
{
	struct err e = ERR_INIT;
	int a, b, third;

	(void)state;
	a = lock_open(path, &e);
	b = lock_open(path, &e);
	assert_int_equal(lock_take(a, 0, &e), 0);
	assert_int_equal(lock_take(b, 0, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
	/* Closing another descriptor of the file lets nobody in. */
	third = lock_open(path, &e);
	(void)close(third);
	assert_int_equal(lock_take(b, 0, &e), -1);
	lock_drop(a);
	assert_int_equal(lock_take(b, 0, &e), 0);
	(void)close(b);
	assert_int_equal(lock_take(a, 0, &e), 0);
	(void)close(a);
}

static void
test_deadline_and_death(void **state)
{
	struct err e = ERR_INIT;
	int64_t began, took;
	pid_t holder;
	int fd;

	(void)state;
	holder = start_holder();
	fd = lock_open(path, &e);
	began = now_ms();
	assert_int_equal(lock_take(fd, 300, &e), -1);
	took = now_ms() - began;
	assert_int_equal(e.code, ERR_RETRY);
	assert_in_range(took, 300, 2000);
	end_holder(holder);
	assert_int_equal(lock_take(fd, 0, &e), 0);
	(void)close(fd);
}

/* A file that was unlinked under us no longer keeps anybody out. */
static void
test_removed(void **state)
{
	struct err e = ERR_INIT;
	int fd;

	(void)state;
	fd = lock_open(path, &e);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(lock_take(fd, 0, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_one_holder, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_deadline_and_death,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_removed, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
