/*
 * The person's own folder.  Everything here is small, private and written
 * whole; the key is locked, drafts are sealed, the rest is public to staff.
 * What cannot be read back is treated as not there only where that is safe
 * (a cached roster, a local draft), never for the key or the service.
 */
#include <config.h>	/* not our neighbour of that name */

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/io.h"
#include "tools/vault.h"
#include "tools/vault_inside.h"
#include "tools/words.h"


static char *
join(const char *a, const char *b)
{
	size_t n = strlen(a) + strlen(b) + 1;
	char *s = mem_alloc(n);

	(void)snprintf(s, n, "%s%s", a, b);
	return s;
}

/* Where it is, by environment; NULL when there is no home at all. */
static char *
find_path(void)
{
	const char *s;

	if ((s = getenv("TEDUH_HOME")) != NULL && *s != '\0')
		return mem_strdup(s);
	if ((s = getenv("XDG_CONFIG_HOME")) != NULL && *s == '/')
		return join(s, "/teduh");
	if ((s = getenv("HOME")) != NULL && *s == '/')
		return join(s, "/.config/teduh");
	return NULL;
}

/* mkdir -p: all but the last may be there with any mode. */
static int
make_path(char *path, struct err *e)
{
	char *p;
	int bad = 0;

	for (p = path + 1; *p != '\0' && !bad; p++)
		if (*p == '/') {
			*p = '\0';
			bad = mkdir(path, 0700) == -1 && errno != EEXIST;
			*p = '/';
		}
	if (!bad && (mkdir(path, 0700) == 0 || errno == EEXIST))
		return 0;
	err_set(e, ERR_IO, _("cannot make the folder '%s': %s"), path,
	    strerror(errno));
	return -1;
}

static int
check_private(const struct vault *v, struct err *e)
{
	struct stat st;

	if (fstat(v->fd, &st) == -1) {
		err_set(e, ERR_IO, _("cannot look at '%s': %s"), v->path,
		    strerror(errno));
		return -1;
	}
	if (st.st_uid != geteuid() || st.st_mode & 077) {
		err_set(e, ERR_DENIED, _("'%s' holds your key and must be for "
		    "you alone: run 'chmod 700 %s' as its owner"), v->path,
		    v->path);
		return -1;
	}
	return 0;
}

static struct vault *
open_folder(int make, struct err *e)
{
	struct vault *v = mem_alloc(sizeof(*v));

	v->fd = -1;
	if ((v->path = find_path()) == NULL) {
		err_set(e, ERR_INPUT, _("there is no home folder: set "
		    "TEDUH_HOME"));
		goto fail;
	}
	if (make && make_path(v->path, e) == -1)
		goto fail;
	v->fd = open(v->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (v->fd == -1 && errno == ENOENT) {
		err_set(e, ERR_GONE, _("there is no key in '%s'; "
		    "'teduh join URL CODE' makes one"), v->path);
		goto fail;
	}
	if (v->fd == -1) {
		err_set(e, ERR_IO, _("cannot open '%s': %s"), v->path,
		    strerror(errno));
		goto fail;
	}
	if (check_private(v, e) == 0)
		return v;
fail:
	vault_free(v);
	return NULL;
}

struct vault *
vault_open(struct err *e)
{
	return open_folder(0, e);
}

struct vault *
vault_make(struct err *e)
{
	return open_folder(1, e);
}

void
vault_free(struct vault *v)
{
	if (v == NULL)
		return;
	if (v->fd != -1)
		(void)close(v->fd);
	free(v->path);
	free(v);
}

const char *
vault_path(const struct vault *v)
{
	return v->path;
}

/* What the system did not do; errno says why. */
int
vault_io(struct err *e, const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	err_vset(e, errno == ENOENT ? ERR_GONE : ERR_IO, form, ap);
	va_end(ap);
	return -1;
}

/* A file of ours, and its page has what it takes to make it anew. */
static void
damaged(const struct vault *v, const char *name, struct err *e)
{
	char why[sizeof(e->text)];

	(void)snprintf(why, sizeof(why), "%s", e->text);
	err_set(e, e->code, _("'%s/%s' is damaged (%s): 'teduh key restore' "
	    "makes it anew from your key on paper"), v->path, name, why);
}

/* The whole file, appended to *out. ERR_GONE when it is not there. */
int
vault_get_file(const struct vault *v, const char *name, struct buf *out,
    struct err *e)
{
	int fd, result;

	fd = openat(v->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return vault_io(e, _("cannot open '%s/%s': %s"), v->path,
		    name, strerror(errno));
	if ((result = io_read(fd, out)) == -1)
		(void)vault_io(e, _("cannot read '%s/%s': %s"), v->path,
		    name, strerror(errno));
	(void)close(fd);
	return result;
}

/* flock() of a folder is not to be had everywhere; files are whole anyway. */
int
vault_hold(const struct vault *v)
{
	int result;

	while ((result = flock(v->fd, LOCK_EX)) == -1 && errno == EINTR)
		;
	return result == 0;
}

void
vault_let_go(const struct vault *v)
{
	(void)flock(v->fd, LOCK_UN);
}

int
vault_put_file(const struct vault *v, const char *name, const void *bytes,
    size_t len, int held, struct err *e)
{
	char beside[VAULT_NAME_MAX + 32];
	int fd, bad;

	/* One name for all who hold it, so that a killed one's is swept. */
	(void)snprintf(beside, sizeof(beside), "%s.%ld.new", name, held ? 0L :
	    (long)getpid());
	fd = openat(v->fd, beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd == -1)
		return vault_io(e, _("cannot write '%s/%s': %s"), v->path,
		    beside, strerror(errno));
	bad = io_write(fd, bytes, len) == -1 || fsync(fd) == -1;
	bad |= close(fd) == -1;
	if (!bad && renameat(v->fd, beside, v->fd, name) == 0 &&
	    fsync(v->fd) == 0)
		return 0;
	(void)vault_io(e, _("cannot write '%s/%s': %s"), v->path,
	    name, strerror(errno));
	(void)unlinkat(v->fd, beside, 0);
	return -1;
}

int
vault_write_file(const struct vault *v, const char *name, const void *bytes,
    size_t len, struct err *e)
{
	int held = vault_hold(v), result;

	result = vault_put_file(v, name, bytes, len, held, e);
	vault_let_go(v);
	return result;
}

int
vault_has_key(const struct vault *v, struct err *e)
{
	struct stat st;

	if (fstatat(v->fd, "key", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	return errno == ENOENT ? 0 : vault_io(e,
	    _("cannot look at '%s/%s': %s"), v->path, "key", strerror(errno));
}

/* Nothing but the passphrase costs time; stories type one a thousand times. */
static int
lock(const struct identity *id, const struct secret *passphrase,
    struct buf *file, struct err *e)
{
#ifdef TEST_HOOKS
	if (getenv("TEDUH_LIGHT") != NULL)
		return identity_lock(id, passphrase, 1, 1024, file, e);
#endif
	return identity_lock(id, passphrase, IDENTITY_OPS, IDENTITY_MEM_KIB,
	    file, e);
}

int
vault_write_key(const struct vault *v, const struct identity *id,
    const struct secret *passphrase, struct err *e)
{
	struct buf file;
	int result = -1;

	buf_init(&file, IDENTITY_FILE_LEN);
	if (lock(id, passphrase, &file, e) == 0)
		result = vault_write_file(v, "key", file.bytes, file.len, e);
	buf_free(&file);
	return result;
}

int
vault_write_new_key(const struct vault *v, const struct identity *id,
    const struct secret *passphrase, struct err *e)
{
	struct buf file;
	int has, held, result = -1;

	buf_init(&file, IDENTITY_FILE_LEN);
	if (lock(id, passphrase, &file, e) == -1)
		goto out;
	held = vault_hold(v);
	if ((has = vault_has_key(v, e)) == 1)
		err_set(e, ERR_CONFLICT, _("there is a key in '%s' already; "
		    "it is not replaced, because nothing could open what was "
		    "sealed to it"), v->path);
	else if (has == 0)
		result = vault_put_file(v, "key", file.bytes, file.len, held,
		    e);
	vault_let_go(v);
out:
	buf_free(&file);
	return result;
}

int
vault_hash_key(const struct vault *v, const char *purpose,
    unsigned char out[SEAL_HASH])
{
	struct buf file;
	int result;

	buf_init(&file, 4096);
	if ((result = vault_get_file(v, "key", &file, NULL)) == 0)
		seal_hash(out, purpose, file.bytes, file.len);
	buf_free(&file);
	return result;
}

struct identity *
vault_read_key(const struct vault *v, const struct secret *passphrase,
    struct err *e)
{
	struct identity *id = NULL;
	struct buf file;

	buf_init(&file, 4096);
	if (vault_get_file(v, "key", &file, e) == -1) {
		if (e->code == ERR_GONE)
			err_set(e, ERR_GONE, _("there is no key in '%s'; "
			    "'teduh join URL CODE' makes one"), v->path);
		goto out;
	}
	id = identity_unlock(file.bytes, file.len, passphrase, e);
	if (id == NULL && e->code == ERR_DENIED)
		err_set(e, ERR_DENIED, _("the passphrase is not right (or "
		    "'%s/key' was changed)"), v->path);
	else if (id == NULL)
		damaged(v, "key", e);
out:
	buf_free(&file);
	return id;
}

void
vault_service_free(struct vault_service *s)
{
	free(s->url);
	free(s->ca);
	memset(s, 0, sizeof(*s));
}

static int
parse_service(const struct buf *file, struct vault_service *s, struct err *e)
{
	const char *url, *ca;
	json_t *o;
	int result = -1;

	if ((o = wire_parse(file->bytes, file->len, e)) == NULL ||
	    wire_get_string(o, "url", &url, e) == -1 ||
	    wire_get_string_opt(o, "ca", &ca, e) == -1 ||
	    roster_get_name(o, "name", s->name, e) == -1 ||
	    wire_get_hex(o, "pin", s->pin, SEAL_HASH, e) == -1 ||
	    wire_get_bool(o, "joined", &s->joined, e) == -1 ||
	    wire_get_int(o, "seq", 0, INT32_MAX, &s->seq, e) == -1 ||
	    wire_get_hex(o, "head", s->head, SEAL_HASH, e) == -1)
		goto out;
	s->url = mem_strdup(url);
	s->ca = ca == NULL ? NULL : mem_strdup(ca);
	result = 0;
out:
	json_decref(o);
	return result;
}

int
vault_read_service(const struct vault *v, struct vault_service *s,
    struct err *e)
{
	struct buf file;
	int result = -1;

	memset(s, 0, sizeof(*s));
	buf_init(&file, 65536);
	if (vault_get_file(v, "service", &file, e) == -1) {
		if (e->code == ERR_GONE)
			err_set(e, ERR_GONE, _("no service was joined from "
			    "'%s' yet: run 'teduh join URL CODE' with the "
			    "code that you were given"), v->path);
		goto out;
	}
	result = parse_service(&file, s, e);
	if (result == -1)
		damaged(v, "service", e);
out:
	buf_free(&file);
	return result;
}

static int
put_json(const struct vault *v, const char *name, const json_t *o, int held,
    struct err *e)
{
	size_t len;
	char *text = wire_print(o, &len);
	int result = vault_put_file(v, name, text, len, held, e);

	free(text);
	return result;
}

static json_t *
print_service(const struct vault_service *s)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "url", json_string(s->url));
	(void)json_object_set_new(o, "ca", s->ca == NULL ? json_null() :
	    json_string(s->ca));
	(void)json_object_set_new(o, "name", json_string(s->name));
	(void)json_object_set_new(o, "joined", json_boolean(s->joined));
	(void)json_object_set_new(o, "seq", json_integer(s->seq));
	wire_set_hex(o, "pin", s->pin, SEAL_HASH);
	wire_set_hex(o, "head", s->head, SEAL_HASH);
	return o;
}

int
vault_write_service(const struct vault *v, const struct vault_service *s,
    struct err *e)
{
	json_t *o = print_service(s);
	int held = vault_hold(v), result;

	result = put_json(v, "service", o, held, e);
	vault_let_go(v);
	json_decref(o);
	return result;
}

int
vault_remember(const struct vault *v, const struct vault_service *s,
    const json_t *roster, struct err *e)
{
	json_t *o = print_service(s);
	int held = vault_hold(v), result = 0;
	struct vault_service now;

	if (vault_read_service(v, &now, NULL) == -1 || now.seq <= s->seq) {
		if (roster != NULL)
			result = put_json(v, "roster", roster, held, e);
		if (result == 0)
			result = put_json(v, "service", o, held, e);
	}
	vault_let_go(v);
	vault_service_free(&now);
	json_decref(o);
	return result;
}

void
vault_forget_service(const struct vault *v)
{
	(void)unlinkat(v->fd, "service", 0);
	(void)unlinkat(v->fd, "roster", 0);
	(void)unlinkat(v->fd, "audit", 0);
}

static json_t *
read_array(const struct vault *v, const char *name)
{
	struct buf file;
	json_t *o = NULL;

	buf_init(&file, VAULT_FILE_MAX);
	if (vault_get_file(v, name, &file, NULL) == 0)
		o = wire_parse(file.bytes, file.len, NULL);
	buf_free(&file);
	if (o != NULL && !json_is_array(o)) {
		json_decref(o);
		o = NULL;
	}
	return o;
}

json_t *
vault_read_roster(const struct vault *v)
{
	return read_array(v, "roster");
}

json_t *
vault_read_heads(const struct vault *v)
{
	return read_array(v, "audit");
}

int
vault_write_heads(const struct vault *v, const json_t *heads, struct err *e)
{
	int held = vault_hold(v), result;

	result = put_json(v, "audit", heads, held, e);
	vault_let_go(v);
	return result;
}
