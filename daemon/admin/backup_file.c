/*
 * Files of a backup: copied durably, hashed, and compared.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/admin/backup.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"
#include "lib/wire.h"

#define PIECE		(1024 * 1024)
#define PURPOSE		"teduh/backup/v1"

int
backup_path(char out[PATH_MAX], const char *folder, const char *name,
    struct err *e)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	err_set(e, ERR_INPUT, "the path '%.64s...' is too long", folder);
	return -1;
}

static int
fail(const char *what, const char *path, struct err *e)
{
	err_set(e, errno == ENOENT ? ERR_GONE : errno == ENOSPC ||
	    errno == EDQUOT ? ERR_RETRY : ERR_IO, "cannot %s '%s': %s", what,
	    path, strerror(errno));
	return -1;
}

static int
pour(int from, int to)
{
	char *piece = mem_alloc(PIECE);
	ssize_t n;

	while ((n = read(from, piece, PIECE)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || io_write(to, piece, (size_t)n) == -1)
			break;
	}
	free(piece);
	return n == 0 && fsync(to) == 0 ? 0 : -1;
}

json_t *
backup_file_look(const char *folder, const char *name, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	char path[PATH_MAX];
	struct stat st;
	void *map = NULL;
	json_t *o = NULL;
	int fd;

	if (backup_path(path, folder, name, e) == -1)
		return NULL;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1 ||
	    fstat(fd, &st) == -1) {
		(void)fail("look at", path, e);
		goto out;
	}
	if (st.st_size > 0 && (map = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_PRIVATE, fd, 0)) == MAP_FAILED) {
		map = NULL;
		(void)fail("read", path, e);
		goto out;
	}
	seal_hash(hash, PURPOSE, map == NULL ? "" : map, (size_t)st.st_size);
	o = json_pack("{s:s, s:I}", "name", name, "size",
	    (json_int_t)st.st_size);
	wire_set_hex(o, "hash", hash, sizeof(hash));
out:
	if (map != NULL)
		(void)munmap(map, (size_t)st.st_size);
	if (fd != -1)
		(void)close(fd);
	return o;
}

int
backup_file_copy(const char *from_folder, const char *to_folder,
    const char *name, json_t **o, struct err *e)
{
	char from[PATH_MAX], to[PATH_MAX];
	int in = -1, out = -1, result = -1;
	json_t *before = NULL, *after = NULL;

	if (backup_path(from, from_folder, name, e) == -1 ||
	    backup_path(to, to_folder, name, e) == -1)
		return -1;
	if ((in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1)
		return fail("open", from, e);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out == -1 || pour(in, out) == -1) {
		(void)fail("write", to, e);
		goto out;
	}
	/* What the disk says, not what we meant to write. */
	(void)posix_fadvise(out, 0, 0, POSIX_FADV_DONTNEED);
	if ((before = backup_file_look(from_folder, name, e)) == NULL ||
	    (after = backup_file_look(to_folder, name, e)) == NULL)
		goto out;
	if (!json_equal(before, after)) {
		err_set(e, ERR_IO, "'%s' does not read back as it was "
		    "written: try another disk", to);
		goto out;
	}
	result = 0;
out:
	if (result == 0 && o != NULL)
		*o = json_incref(after);
	json_decref(before);
	json_decref(after);
	(void)close(in);
	if (out != -1)
		(void)close(out);
	return result;
}

int
backup_file_write(const char *folder, const char *name, const char *text,
    size_t len, struct err *e)
{
	char path[PATH_MAX];
	int fd, bad;

	if (backup_path(path, folder, name, e) == -1)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return fail("make", path, e);
	bad = io_write(fd, text, len) == -1 || fsync(fd) == -1;
	if (bad)
		(void)fail("write", path, e);
	(void)close(fd);
	return bad ? -1 : 0;
}

int
backup_folder_sync(const char *folder, struct err *e)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int bad = fd == -1 || fsync(fd) == -1;

	if (bad)
		(void)fail("sync", folder, e);
	if (fd != -1)
		(void)close(fd);
	return bad ? -1 : 0;
}

json_t *
backup_heads_show(const struct backup_heads *h)
{
	json_t *o, *audit, *roster;

	audit = json_pack("{s:I}", "seq", (json_int_t)h->audit_seq);
	roster = json_pack("{s:I}", "seq", (json_int_t)h->roster_seq);
	wire_set_hex(audit, "hash", h->audit, SEAL_HASH);
	wire_set_hex(roster, "head", h->roster, SEAL_HASH);
	o = json_pack("{s:i, s:I, s:I, s:I, s:I, s:o, s:o}", "v", 1, "at",
	    (json_int_t)h->at, "schema", (json_int_t)h->schema, "cases",
	    (json_int_t)h->cases, "parts", (json_int_t)h->parts, "audit",
	    audit, "roster", roster);
	return o;
}

int
backup_heads_read(struct backup_heads *h, const json_t *o, struct err *e)
{
	const json_t *audit = json_object_get(o, "audit");
	const json_t *roster = json_object_get(o, "roster");
	int64_t v;

	memset(h, 0, sizeof(*h));
	if (wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_int(o, "at", 0, INT64_MAX / 2, &h->at, e) == -1 ||
	    wire_get_int(o, "schema", 1, INT32_MAX, &h->schema, e) == -1 ||
	    wire_get_int(o, "cases", 0, INT64_MAX / 2, &h->cases, e) == -1 ||
	    wire_get_int(o, "parts", 0, INT64_MAX / 2, &h->parts, e) == -1 ||
	    wire_get_int(audit, "seq", 0, INT64_MAX / 2, &h->audit_seq,
	    e) == -1 || wire_get_hex(audit, "hash", h->audit, SEAL_HASH,
	    e) == -1 || wire_get_int(roster, "seq", 0, INT32_MAX,
	    &h->roster_seq, e) == -1)
		return -1;
	return wire_get_hex(roster, "head", h->roster, SEAL_HASH, e);
}
