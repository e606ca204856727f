/*
 * A lock between processes that ends with its holder.
 *
 * Waiting is polling: Linux has no open-file-description lock with a time
 * limit, and a timer signal would reach into every role.  The pauses are
 * short because the lock is held for milliseconds, and differ from try to
 * try so that waiting processes do not march in step.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/store/lock.h"
#include "lib/err.h"

#define PAUSE_US	1000	/* and up to twice as much again */

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
pause_between(unsigned int try)
{
	struct timespec t = { 0, 0 };

	t.tv_nsec = 1000L * (PAUSE_US +
	    (long)(((unsigned int)getpid() + try * 7U) % 5U) * PAUSE_US / 2);
	(void)nanosleep(&t, NULL);
}

int
lock_open(const char *path, struct err *e)
{
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		err_set(e, errno == ENOENT ? ERR_GONE : errno == ENOSPC ||
		    errno == EDQUOT ? ERR_RETRY : ERR_IO,
		    "cannot open '%s': %s", path, strerror(errno));
	return fd;
}

int
lock_take(int fd, int timeout_ms, struct err *e)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat st;
	int64_t end = now_ms() + timeout_ms;
	unsigned int try;

	for (try = 0; fcntl(fd, F_OFD_SETLK, &lock) == -1; try++) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
			err_set(e, ERR_IO, "cannot lock: %s", strerror(errno));
			return -1;
		}
		if (now_ms() >= end) {
			err_set(e, ERR_RETRY,
			    "another process holds the lock");
			return -1;
		}
		pause_between(try);
	}
	/* Whoever removed the file has opened the door to a second holder. */
	if (fstat(fd, &st) == -1 || st.st_nlink == 0) {
		lock_drop(fd);
		err_set(e, ERR_IO, "the lock file was removed");
		return -1;
	}
	return 0;
}

int
lock_is_held(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void
lock_drop(int fd)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	(void)fcntl(fd, F_OFD_SETLK, &lock);
}
