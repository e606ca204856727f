/*
 * The service's secrets: files that only their owner may see, and the way
 * from the keeper to a role.
 *
 * A folder or file that others could read or replace is refused, because it
 * may hold anybody's secret by now.  Values live in locked memory from the
 * read on; what passes between processes is a memfd that can no longer be
 * changed.
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

#include "daemon/secrets.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"
#include "lib/seal.h"

#define NAME_LEN	255
#define VALUE_MAX	65535
#define RECORDS_MAX	(1024 * 1024)
#define SEALS		(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |	\
			    F_SEAL_WRITE)

struct record {
	char		*name;
	struct secret	*value;
	struct record	*next;
};

struct secrets {
	struct record	*first;
};

struct secrets *
secrets_new(void)
{
	return mem_alloc(sizeof(struct secrets));
}

void
secrets_free(struct secrets *s)
{
	struct record *r;

	if (s == NULL)
		return;
	while ((r = s->first) != NULL) {
		s->first = r->next;
		secret_free(r->value);
		free(r->name);
		free(r);
	}
	free(s);
}

void
secrets_put(struct secrets *s, const char *name, struct secret *value)
{
	struct record *r = mem_alloc(sizeof(*r));

	r->name = mem_strdup(name);
	r->value = value;
	r->next = s->first;
	s->first = r;
}

const struct secret *
secrets_get(const struct secrets *s, const char *name)
{
	const struct record *r;

	for (r = s->first; r != NULL; r = r->next) {
		if (strcmp(r->name, name) == 0)
			return r->value;
	}
	return NULL;
}

static int
path_make(char out[PATH_MAX], const char *folder, const char *name,
    struct err *e)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	err_set(e, ERR_INPUT, "the path '%.64s...' is too long", folder);
	return -1;
}

static int
no_access(const char *path, struct err *e)
{
	err_set(e, errno == ENOENT ? ERR_GONE : errno == EACCES ||
	    errno == ELOOP ? ERR_DENIED : ERR_IO, "cannot open '%s': %s",
	    path, strerror(errno));
	return -1;
}

static int
check_closed(const char *path, const struct stat *st, struct err *e)
{
	if (st->st_uid != geteuid()) {
		err_set(e, ERR_DENIED, "'%s' belongs to user %lu and must "
		    "belong to user %lu", path, (unsigned long)st->st_uid,
		    (unsigned long)geteuid());
		return -1;
	}
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		err_set(e, ERR_DENIED, "'%s' is open to others (mode %04o): "
		    "it must be closed to group and world", path,
		    (unsigned int)st->st_mode & 07777U);
		return -1;
	}
	return 0;
}

int
secrets_check(const char *folder, struct err *e)
{
	struct stat st;

	if (stat(folder, &st) == -1)
		return no_access(folder, e);
	if (!S_ISDIR(st.st_mode)) {
		err_set(e, ERR_INPUT, "'%s' is not a folder", folder);
		return -1;
	}
	return check_closed(folder, &st, e);
}

/* Exactly n bytes from the beginning of a file. */
static int
read_at_start(int fd, unsigned char *out, size_t n)
{
	size_t at = 0;
	ssize_t got;

	while (at < n) {
		got = pread(fd, out + at, n - at, (off_t)at);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		at += (size_t)got;
	}
	return 0;
}

static struct secret *
load_fd(int fd, const char *path, size_t size, struct err *e)
{
	struct secret *s;
	struct stat st;
	size_t n;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		err_set(e, ERR_INPUT, "'%s' is not a file", path);
		return NULL;
	}
	if (check_closed(path, &st, e) == -1)
		return NULL;
	n = (size_t)st.st_size;
	if (size != 0 ? n != size : n == 0 || n > SECRETS_PASSWORD_MAX) {
		err_set(e, ERR_INPUT, "'%s' has %zu bytes and should have "
		    "%s%zu", path, n, size != 0 ? "" : "1 to ",
		    size != 0 ? size : (size_t)SECRETS_PASSWORD_MAX);
		return NULL;
	}
	s = secret_new(n);
	if (read_at_start(fd, s->bytes, n) == 0)
		return s;
	secret_free(s);
	err_set(e, ERR_IO, "cannot read '%s'", path);
	return NULL;
}

/* A password without the line end that editors leave. */
static struct secret *
cut_newline(struct secret *s, const char *path, struct err *e)
{
	struct secret *cut = NULL;
	size_t n = s->len;

	if (s->bytes[n - 1] == '\n')
		n--;
	if (n > 0 && s->bytes[n - 1] == '\r')
		n--;
	if (n == 0)
		err_set(e, ERR_INPUT, "'%s' has no password in it", path);
	else
		cut = secret_copy(s->bytes, n);
	secret_free(s);
	return cut;
}

struct secret *
secrets_load(const char *folder, const char *name, size_t size,
    struct err *e)
{
	struct secret *s;
	char path[PATH_MAX];
	int fd;

	if (path_make(path, folder, name, e) == -1)
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1) {
		(void)no_access(path, e);
		return NULL;
	}
	s = load_fd(fd, path, size, e);
	(void)close(fd);
	if (s != NULL && size == 0)
		s = cut_newline(s, path, e);
	return s;
}

/* The name counts once the folder is on the disk. */
static int
sync_folder(const char *folder)
{
	int fd, result = -1;

	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		result = fsync(fd);
		(void)close(fd);
	}
	return result;
}

int
secrets_store(const char *folder, const char *name,
    const struct secret *value, struct err *e)
{
	char path[PATH_MAX];
	int fd, bad;

	if (path_make(path, folder, name, e) == -1)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd == -1) {
		err_set(e, errno == EEXIST ? ERR_CONFLICT : ERR_IO,
		    "cannot make '%s': %s", path, strerror(errno));
		return -1;
	}
	bad = io_write(fd, value->bytes, value->len) == -1 ||
	    fsync(fd) == -1;
	if (close(fd) == -1 || bad || sync_folder(folder) == -1) {
		err_set(e, ERR_IO, "cannot write '%s': %s", path,
		    strerror(errno));
		(void)unlink(path);
		return -1;
	}
	return 0;
}

static int
memory_fail(int fd, const char *name, struct err *e)
{
	err_set(e, ERR_IO, "cannot hold '%s' in memory: %s", name,
	    strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return -1;
}

int
secrets_memory(const char *name, const void *bytes, size_t len,
    struct err *e)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1 || io_write(fd, bytes, len) == -1 ||
	    fcntl(fd, F_ADD_SEALS, SEALS) == -1)
		return memory_fail(fd, name, e);
	return fd;
}

int
secrets_to_fd(const struct secrets *s, struct err *e)
{
	const struct record *r;
	unsigned char len[2];
	struct buf all;
	int fd = -1;

	buf_init(&all, RECORDS_MAX);
	for (r = s->first; r != NULL; r = r->next) {
		if (strlen(r->name) > NAME_LEN || r->value->len > VALUE_MAX) {
			err_set(e, ERR_BUG, "the secret '%.64s' is too long",
			    r->name);
			goto out;
		}
		len[0] = (unsigned char)(r->value->len >> 8);
		len[1] = (unsigned char)(r->value->len & 0xff);
		if (buf_addc(&all, (char)strlen(r->name)) == -1 ||
		    buf_adds(&all, r->name) == -1 ||
		    buf_add(&all, len, sizeof(len)) == -1 ||
		    buf_add(&all, r->value->bytes, r->value->len) == -1) {
			err_set(e, ERR_BUG, "too many secrets");
			goto out;
		}
	}
	fd = secrets_memory("secrets", all.bytes, all.len, e);
out:
	buf_free(&all);		/* wiped */
	return fd;
}

/* Take one record off; bytes that were used, 0 when it is not whole. */
static size_t
take_record(struct secrets *s, const unsigned char *at, size_t left)
{
	char name[NAME_LEN + 1];
	size_t n, len;

	if (left < 1 || (n = at[0]) == 0 || left < 1 + n + 2)
		return 0;
	memcpy(name, at + 1, n);
	name[n] = '\0';
	len = (size_t)at[1 + n] << 8 | at[2 + n];
	if (strlen(name) != n || left - (3 + n) < len)
		return 0;
	secrets_put(s, name, secret_copy(at + 3 + n, len));
	return 3 + n + len;
}

struct secrets *
secrets_from_fd(int fd, struct err *e)
{
	struct secrets *s = secrets_new();
	struct secret *all = NULL;
	struct stat st;
	size_t at = 0, n;

	if (fstat(fd, &st) == -1 || st.st_size > RECORDS_MAX) {
		err_set(e, ERR_IO, "cannot see the secrets handed on");
		goto bad;
	}
	all = secret_new((size_t)st.st_size);
	if (read_at_start(fd, all->bytes, all->len) == -1) {
		err_set(e, ERR_IO, "cannot read the secrets handed on");
		goto bad;
	}
	for (; at < all->len; at += n) {
		n = take_record(s, all->bytes + at, all->len - at);
		if (n == 0) {
			err_set(e, ERR_BUG, "the secrets handed on are "
			    "damaged");
			goto bad;
		}
	}
	secret_free(all);
	return s;
bad:
	secret_free(all);
	secrets_free(s);
	return NULL;
}

static struct secret *
read_memory(int fd, off_t size, struct err *e)
{
	struct secret *all = NULL;

	if (size <= RECORDS_MAX) {
		all = secret_new((size_t)size);
		if (read_at_start(fd, all->bytes, all->len) == 0)
			return all;
	}
	secret_free(all);
	err_set(e, ERR_IO, "cannot read secrets that are held");
	return NULL;
}

int
secrets_same(int one, int other, struct err *e)
{
	struct secret *a, *b = NULL;
	struct stat st, st2;
	int same = -1;

	if (fstat(one, &st) == -1 || fstat(other, &st2) == -1) {
		err_set(e, ERR_IO, "cannot see secrets that are held");
		return -1;
	}
	if (st.st_dev == st2.st_dev && st.st_ino == st2.st_ino)
		return 1;
	if (st.st_size != st2.st_size)
		return 0;
	if ((a = read_memory(one, st.st_size, e)) != NULL &&
	    (b = read_memory(other, st2.st_size, e)) != NULL)
		same = seal_equal(a->bytes, b->bytes, a->len);
	secret_free(a);
	secret_free(b);
	return same;
}
