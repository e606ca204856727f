/*
 * A copy of the store as one moment saw it, while others go on writing.
 * SQLite's own backup does it, page by page, inside the reading transaction
 * of the caller; the files of a living store are never copied as files.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "daemon/store/sqlite.h"
#include "lib/err.h"

#define PAGES_AT_ONCE	1024

static int
make_empty(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd != -1)
		return close(fd);
	err_set(e, ERR_IO, "cannot make '%s': %s", path, strerror(errno));
	return -1;
}

int
store_copy(struct store *s, const char *path, struct err *e)
{
	sqlite3_backup *backup;
	sqlite3 *to = NULL;
	int done, finished, rc;

	if (make_empty(path, e) == -1)
		return -1;
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc == SQLITE_OK && (backup = sqlite3_backup_init(to, "main",
	    s->db, "main")) == NULL)
		rc = sqlite3_extended_errcode(to);
	else if (rc == SQLITE_OK) {
		while ((rc = sqlite3_backup_step(backup, PAGES_AT_ONCE)) ==
		    SQLITE_OK)
			;
		done = rc == SQLITE_DONE;
		finished = sqlite3_backup_finish(backup);
		rc = done ? finished : rc;
	}
	(void)sqlite3_close(to);
	if (rc == SQLITE_OK)
		return 0;
	(void)unlink(path);
	/* The copy failed, not the store: nothing is wrong with that. */
	err_set(e, (rc & 0xff) == SQLITE_FULL ? ERR_RETRY : ERR_IO,
	    (rc & 0xff) == SQLITE_FULL ? "there is no room for the copy '%s': "
	    "make room and try again (%s)" : "cannot write the copy '%s': %s",
	    path, sqlite3_errstr(rc));
	return -1;
}
