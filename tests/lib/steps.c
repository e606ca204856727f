/*
 * Ends a program at its N-th step, as kill -9 or a power cut does it.
 *
 * Loaded in front of libc (LD_PRELOAD) by tests/lib/steps.py: a step is a
 * call that somebody else could see the effect of, on a disk or on a line.
 * STEPS_AT=N dies before the N-th; STEPS_HALF=1 lets a write of that number
 * put half of its bytes first.  STEPS_COUNT=FILE has the number of steps at
 * the end.  Only the program STEPS_OF itself is meant, not what it starts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static pid_t own;
static long at, count;
static int half;
static const char *count_path;

static void __attribute__((constructor))
begin(void)
{
	const char *of = getenv("STEPS_OF"), *n = getenv("STEPS_AT");

	if (of == NULL || strcmp(of, program_invocation_short_name) != 0)
		return;
	own = getpid();
	at = n == NULL ? 0 : atol(n);
	half = getenv("STEPS_HALF") != NULL;
	count_path = getenv("STEPS_COUNT");
}

static void __attribute__((destructor))
end(void)
{
	FILE *f;

	if (own != getpid() || count_path == NULL)
		return;
	own = 0;
	if ((f = fopen(count_path, "w")) != NULL) {
		(void)fprintf(f, "%ld\n", count);
		(void)fclose(f);
	}
}

/* 1: this is the step to die in, after half of it. */
static int
step(int can_half)
{
	if (own == 0 || own != getpid() || ++count != at)
		return 0;
	if (half && can_half)
		return 1;
	(void)kill(own, SIGKILL);
	return 0;
}

static void *
real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (f == NULL)
		abort();
	return f;
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	ssize_t (*f)(int, const void *, size_t) = real("write");

	if (step(1)) {
		(void)f(fd, bytes, n / 2);
		(void)kill(own, SIGKILL);
	}
	return f(fd, bytes, n);
}

static ssize_t
at_offset(const char *name, int fd, const void *bytes, size_t n, off_t from)
{
	ssize_t (*f)(int, const void *, size_t, off_t) = real(name);

	if (step(1)) {
		(void)f(fd, bytes, n / 2, from);
		(void)kill(own, SIGKILL);
	}
	return f(fd, bytes, n, from);
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t from)
{
	return at_offset("pwrite", fd, bytes, n, from);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t n, off_t from)
{
	return at_offset("pwrite64", fd, bytes, n, from);
}

ssize_t
send(int fd, const void *bytes, size_t n, int flags)
{
	ssize_t (*f)(int, const void *, size_t, int) = real("send");

	if (step(1)) {
		(void)f(fd, bytes, n / 2, flags);
		(void)kill(own, SIGKILL);
	}
	return f(fd, bytes, n, flags);
}

ssize_t
recv(int fd, void *bytes, size_t n, int flags)
{
	ssize_t (*f)(int, void *, size_t, int) = real("recv");

	(void)step(0);
	return f(fd, bytes, n, flags);
}

static int
open_at(const char *name, int dir, const char *path, int flags, mode_t mode)
{
	int (*f)(int, const char *, int, ...) = real(name);

	if (flags & (O_CREAT | O_TRUNC))
		(void)step(0);
	return f(dir, path, flags, mode);
}

#define OPENAT(name)							\
int									\
name(int dir, const char *path, int flags, ...)				\
{									\
	va_list ap;							\
	mode_t mode = 0;						\
									\
	va_start(ap, flags);						\
	if (flags & (O_CREAT | __O_TMPFILE))				\
		mode = va_arg(ap, mode_t);				\
	va_end(ap);							\
	return open_at(#name, dir, path, flags, mode);			\
}
OPENAT(openat)
OPENAT(openat64)

#define OPEN(name)							\
int									\
name(const char *path, int flags, ...)					\
{									\
	int (*f)(const char *, int, ...) = real(#name);			\
	va_list ap;							\
	mode_t mode = 0;						\
									\
	va_start(ap, flags);						\
	if (flags & (O_CREAT | __O_TMPFILE)) {				\
		mode = va_arg(ap, mode_t);				\
		(void)step(0);						\
	}								\
	va_end(ap);							\
	return f(path, flags, mode);					\
}
OPEN(open)
OPEN(open64)

/* Calls of which nothing is half done. */
#define WHOLE(name, parameters, arguments)				\
int									\
name parameters								\
{									\
	int (*f)parameters = real(#name);				\
									\
	(void)step(0);							\
	return f arguments;						\
}
WHOLE(fsync, (int fd), (fd))
WHOLE(ftruncate, (int fd, off_t n), (fd, n))
WHOLE(ftruncate64, (int fd, off_t n), (fd, n))
WHOLE(rename, (const char *a, const char *b), (a, b))
WHOLE(renameat, (int x, const char *a, int y, const char *b), (x, a, y, b))
WHOLE(unlink, (const char *a), (a))
WHOLE(unlinkat, (int x, const char *a, int flags), (x, a, flags))
WHOLE(rmdir, (const char *a), (a))
WHOLE(mkdir, (const char *a, mode_t m), (a, m))
WHOLE(mkdirat, (int x, const char *a, mode_t m), (x, a, m))
WHOLE(flock, (int fd, int what), (fd, what))
WHOLE(connect, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))

char *
mkdtemp(char *path)
{
	char *(*f)(char *) = real("mkdtemp");

	(void)step(0);
	return f(path);
}

pid_t
fork(void)
{
	pid_t (*f)(void) = real("fork");

	(void)step(0);
	return f();
}

int
sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *t)
{
	int (*f)(const sigset_t *, siginfo_t *, const struct timespec *) =
	    real("sigtimedwait");

	(void)step(0);
	return f(set, info, t);
}
