/*
 * Files in a folder of the person's own: new ones, 0600, all or none.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"
#include "tools/commands/folder.h"
#include "tools/words.h"

#define OPEN_FOLDERS	8

static int
failed(const char *name, struct err *e)
{
	err_set(e, ERR_IO, _("cannot write '%s': %s"), name,
	    strerror(errno));
	return -1;
}

int
folder_open(int dir, const char *name, struct err *e)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);

	return fd == -1 ? failed(name, e) : fd;
}

int
folder_add(int fd, const void *bytes, size_t len, const char *name,
    struct err *e)
{
	return io_write(fd, bytes, len) == -1 ? failed(name, e) : 0;
}

int
folder_close(int fd, const char *name, struct err *e)
{
	int bad = fsync(fd) == -1 ? failed(name, e) : 0;

	return close(fd) == -1 && bad == 0 ? failed(name, e) : bad;
}

int
folder_write(int fd, const struct buf *bytes, const char *name,
    struct err *e)
{
	if (folder_add(fd, bytes->bytes, bytes->len, name, e) == 0)
		return folder_close(fd, name, e);
	(void)close(fd);
	return -1;
}

int
folder_file(int dir, const char *name, const struct buf *bytes,
    struct err *e)
{
	int fd = folder_open(dir, name, e);

	return fd == -1 ? -1 : folder_write(fd, bytes, name, e);
}

int
folder_in(int dir, const char *name, struct err *e)
{
	int fd = -1;

	if (mkdirat(dir, name, 0700) == 0)
		fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
	if (fd == -1)
		err_set(e, ERR_IO, _("cannot make the folder '%s': %s"),
		    name, strerror(errno));
	return fd;
}

static int
remove_one(const char *path, const struct stat *st, int kind,
    struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	(void)remove(path);
	return 0;
}

void
folder_remove(const char *path)
{
	(void)nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}
