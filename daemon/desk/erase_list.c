/*
 * The list of cases that are gone.  It is no part of the store and outlives
 * it where it can: a restore reads it, so that an older backup brings none
 * of them back.  A line that is there twice does no harm.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define LINE_BYTES	64

int
erase_list_add(struct desk *d, const char *case_id, struct err *e)
{
	char path[PATH_MAX], line[LINE_BYTES];
	int fd, n, bad;

	(void)snprintf(path, sizeof(path), "%s/state",
	    store_data(d->store));
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/" ERASE_LIST,
	    store_data(d->store));
	/* What a power cut left of the one before is a line of its own. */
	n = snprintf(line, sizeof(line), "\n%s %" PRId64 "\n", case_id,
	    store_now(d->store));
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	bad = fd == -1 || write(fd, line, (size_t)n) != n || fsync(fd) == -1;
	if (bad)
		err_set(e, errno == ENOSPC ? ERR_RETRY : ERR_IO,
		    "cannot write '%s': %s", path, strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return bad ? -1 : 0;
}

int
erase_list_read(const char *path, erase_list_fn *fn, void *ctx,
    struct err *e)
{
	char line[LINE_BYTES], id[CASE_ID_LEN + 1];
	FILE *f = fopen(path, "re");
	int result = 0, lines = 0, ids = 0;

	if (f == NULL) {
		err_set(e, ERR_GONE, "cannot open '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	while (result == 0 && fgets(line, sizeof(line), f) != NULL) {
		lines++;
		(void)snprintf(id, sizeof(id), "%.8s", line);
		if (strlen(line) <= CASE_ID_LEN || line[CASE_ID_LEN] != ' ' ||
		    !deposit_case_valid(id))
			continue;
		ids++;
		result = fn(ctx, id, e);
	}
	(void)fclose(f);
	if (result == 0 && lines > 0 && ids == 0) {
		err_set(e, ERR_INPUT, "'%s' is not a list of erased cases: "
		    "its lines are a case and a time", path);
		result = -1;
	}
	return result;
}
