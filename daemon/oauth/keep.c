/*
 * The file that holds a refresh token.
 *
 * Providers that rotate give a new token with every use and may bury the old
 * one at once, so a new one is on the disk before anything is done with what
 * came along.  Who dies in between leaves PATH.new behind: when it is whole
 * and newer it is the truth, else it is nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/crash.h"
#include "daemon/oauth/keep.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define FILE_MAX	(64 * 1024)
#define LOCK_TRIES	300
#define LOCK_MS		100

static int
cannot(enum err_code code, const char *what, const char *path, struct err *e)
{
	err_set(e, code, "cannot %s '%s': %s", what, path, strerror(errno));
	return -1;
}

static int
check_closed(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		err_set(e, ERR_INPUT, "'%s' is not a file", path);
		return -1;
	}
	if (st.st_uid != geteuid() ||
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		err_set(e, ERR_DENIED, "'%s' must belong to the user who runs "
		    "this and be closed to everybody else: chown it, and "
		    "chmod 600", path);
		return -1;
	}
	return 0;
}

/* 0 with *o (NULL: there is no such file), -1. */
static int
read_file(const char *path, json_t **o, struct err *e)
{
	struct secret *text = NULL;
	int fd, result = -1;
	ssize_t n;

	*o = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return cannot(ERR_DENIED, "open", path, e);
	text = secret_new(FILE_MAX);
	if (check_closed(fd, path, e) == -1)
		goto out;
	if ((n = read(fd, text->bytes, text->len)) == -1) {
		(void)cannot(ERR_RETRY, "read", path, e);
		goto out;
	}
	if ((*o = wire_parse(text->bytes, (size_t)n, e)) == NULL) {
		err_set(e, ERR_INPUT, "'%s' is damaged: log in again with "
		    "'teduh-oauth login'", path);
		goto out;
	}
	result = 0;
out:
	secret_free(text);
	(void)close(fd);
	return result;
}

static int64_t
number_of(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

/* What a death between writing and renaming left. */
static void
take_newer(struct keep *k)
{
	json_t *o = NULL;

	if (read_file(k->next, &o, NULL) == -1 || o == NULL)
		return;
	if (k->o != NULL && json_string_value(json_object_get(o,
	    "refresh_token")) != NULL && number_of(o, "turn") >
	    number_of(k->o, "turn") && rename(k->next, k->path) == 0) {
		json_decref(k->o);
		k->o = o;
		return;
	}
	json_decref(o);
}

static int
take_lock(struct keep *k, struct err *e)
{
	char path[PATH_MAX + 8];
	int i;

	(void)snprintf(path, sizeof(path), "%s.lock", k->path);
	k->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (k->lock == -1)
		return cannot(ERR_DENIED, "open", path, e);
	for (i = 0; i < LOCK_TRIES; i++) {
		if (flock(k->lock, LOCK_EX | LOCK_NB) == 0)
			return 0;
		(void)poll(NULL, 0, LOCK_MS);
	}
	err_set(e, ERR_RETRY, "another teduh-oauth works on '%s': try again",
	    k->path);
	return -1;
}

int
keep_open(struct keep *k, const char *path, struct err *e)
{
	memset(k, 0, sizeof(*k));
	k->lock = k->next_fd = -1;
	if (snprintf(k->path, sizeof(k->path), "%s", path) >
	    (int)sizeof(k->path) - 8) {
		err_set(e, ERR_INPUT, "the path '%.64s...' is too long",
		    path);
		return -1;
	}
	(void)snprintf(k->next, sizeof(k->next), "%.*s.new",
	    (int)sizeof(k->next) - 5, k->path);
	if (take_lock(k, e) == -1 || read_file(k->path, &k->o, e) == -1)
		return -1;
	take_newer(k);
	return 0;
}

int
keep_room(struct keep *k, struct err *e)
{
	int r;

	(void)unlink(k->next);
	k->next_fd = open(k->next, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (k->next_fd == -1)
		return cannot(ERR_RETRY, "make", k->next, e);
	if ((r = posix_fallocate(k->next_fd, 0, FILE_MAX)) == 0 &&
	    fsync(k->next_fd) == 0)
		return 0;
	errno = r != 0 ? r : errno;
	return cannot(ERR_RETRY, "make room for", k->next, e);
}

/* The name counts once the folder is on the disk. */
static int
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd, result = -1;

	(void)snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 :
	    slash == path ? 1 : (int)(slash - path), slash == NULL ? "." :
	    path);
	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1) {
		result = fsync(fd);
		(void)close(fd);
	}
	return result;
}

int
keep_store(struct keep *k, struct err *e)
{
	char *text;
	size_t n;
	int bad;

	(void)json_object_set_new(k->o, "turn", json_integer(number_of(k->o,
	    "turn") + 1));
	text = wire_print(k->o, &n);
	bad = n > FILE_MAX ||
	    pwrite(k->next_fd, text, n, 0) != (ssize_t)n ||
	    ftruncate(k->next_fd, (off_t)n) == -1 ||
	    fsync(k->next_fd) == -1;
	seal_wipe(text, n);
	free(text);
	bad |= close(k->next_fd) == -1;
	k->next_fd = -1;
	crash_point("oauth: written");
	if (bad || rename(k->next, k->path) == -1)
		return cannot(ERR_RETRY, "write", k->path, e);
	crash_point("oauth: renamed");
	return sync_folder(k->path) == -1 ?
	    cannot(ERR_RETRY, "write", k->path, e) : 0;
}

void
keep_close(struct keep *k)
{
	if (k->next_fd != -1) {
		(void)close(k->next_fd);
		(void)unlink(k->next);
	}
	if (k->lock != -1)
		(void)close(k->lock);
	json_decref(k->o);
	memset(k, 0, sizeof(*k));
	k->lock = k->next_fd = -1;
}
