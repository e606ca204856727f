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
#include "tools/commands/folder.h"
#include "tools/words.h"

#define OPEN_FOLDERS	8

int
folder_write(int fd, const struct buf *bytes, const char *name,
    struct err *e)
{
	size_t done = 0;
	ssize_t n = 0;
	int result = -1;

	while (done < bytes->len) {
		n = write(fd, bytes->bytes + done, bytes->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		done += (size_t)n;
	}
	if (n == -1 || fsync(fd) == -1)
		err_set(e, ERR_IO, _("cannot write '%s': %s"), name,
		    strerror(errno));
	else
		result = 0;
	if (close(fd) == -1 && result == 0) {
		err_set(e, ERR_IO, _("cannot write '%s': %s"), name,
		    strerror(errno));
		result = -1;
	}
	return result;
}

int
folder_file(int dir, const char *name, const struct buf *bytes,
    struct err *e)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);

	if (fd != -1)
		return folder_write(fd, bytes, name, e);
	err_set(e, ERR_IO, _("cannot write '%s': %s"), name,
	    strerror(errno));
	return -1;
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
