/*
 * The folder in which a backup takes the store apart, and who may be in it.
 *
 * For a moment it holds a whole copy with wrapped keys, so that what a killed
 * backup left must not lie there until the next one.  A lock on the data
 * folder itself says whether somebody works in it: it ends with the process,
 * however that dies, and leaves no file behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "daemon/desk/backup.h"
#include "lib/err.h"

int
backup_lock(const char *data, struct err *e)
{
	int fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd != -1 && errno == EWOULDBLOCK)
		err_set(e, ERR_RETRY, "another backup of '%s' is being made: "
		    "wait for its end", data);
	else
		err_set(e, ERR_IO, "cannot lock '%s': %s", data,
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return -1;
}

void
backup_folder_remove(const char *folder)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir = opendir(folder);

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    snprintf(path, sizeof(path), "%s/%s", folder,
		    entry->d_name) >= (int)sizeof(path))
			continue;
		(void)unlink(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(folder);
}

int
backup_sweep(const char *data, struct err *e)
{
	struct err busy = ERR_INIT;
	char work[PATH_MAX];
	int fd, left = 0;

	if (snprintf(work, sizeof(work), "%s/" BACKUP_WORK, data) >=
	    (int)sizeof(work) || access(work, F_OK) == -1)
		return 0;
	if ((fd = backup_lock(data, &busy)) == -1) {
		if (busy.code == ERR_RETRY)
			return 0;
		err_set(e, busy.code, "%s", busy.text);
		return -1;
	}
	/* It may have come to its own end while we looked. */
	if (access(work, F_OK) == 0) {
		left = 1;
		backup_folder_remove(work);
		if (access(work, F_OK) == 0) {
			err_set(e, ERR_IO, "cannot remove '%s'", work);
			left = -1;
		}
	}
	(void)close(fd);
	return left;
}
