/*
 * The person's own folder.  Everything here is small, private and written
 * whole; the key is locked, drafts are sealed, the rest is public to staff.
 * What cannot be read back is treated as not there only where that is safe
 * (a cached roster, a local draft), never for the key or the service.
 */
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
#include "tools/vault.h"
#include "tools/words.h"

#define FILE_MAX	(16 * 1024 * 1024)
#define DRAFT_PURPOSE	"teduh/local-draft/v1"
#define NAME_MAX_LOCAL	96

struct vault {
	char	*path;
	int	 fd;		/* the folder */
};

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

static int io(struct err *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* What the system did not do; errno says why. */
static int
io(struct err *e, const char *form, ...)
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
static int
read_file(const struct vault *v, const char *name, struct buf *out,
    struct err *e)
{
	char piece[4096];
	ssize_t n = -1;
	int fd;

	fd = openat(v->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return io(e, _("cannot open '%s/%s': %s"), v->path,
		    name, strerror(errno));
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		if (buf_add(out, piece, (size_t)n) == -1) {
			errno = EFBIG;
			n = -1;
			break;
		}
	if (n == -1)
		(void)io(e, _("cannot read '%s/%s': %s"), v->path,
		    name, strerror(errno));
	seal_wipe(piece, sizeof(piece));
	(void)close(fd);
	return n == -1 ? -1 : 0;
}

static int
write_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, p, len)) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		p += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

/* Durable when it returns 0; the old file stands until then. */
static int
write_file(const struct vault *v, const char *name, const void *bytes,
    size_t len, struct err *e)
{
	char beside[NAME_MAX_LOCAL + 32];
	int fd, bad;

	(void)snprintf(beside, sizeof(beside), "%s.%ld.new", name,
	    (long)getpid());
	fd = openat(v->fd, beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	if (fd == -1)
		return io(e, _("cannot write '%s/%s': %s"), v->path,
		    beside, strerror(errno));
	bad = write_all(fd, bytes, len) == -1;
	bad |= close(fd) == -1;
	if (!bad && renameat(v->fd, beside, v->fd, name) == 0 &&
	    fsync(v->fd) == 0)
		return 0;
	(void)io(e, _("cannot write '%s/%s': %s"), v->path,
		    name, strerror(errno));
	(void)unlinkat(v->fd, beside, 0);
	return -1;
}

int
vault_has_key(const struct vault *v, struct err *e)
{
	struct stat st;

	if (fstatat(v->fd, "key", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	return errno == ENOENT ? 0 : io(e, _("cannot look at '%s/%s': %s"),
	    v->path, "key", strerror(errno));
}

int
vault_write_key(const struct vault *v, const struct identity *id,
    const struct secret *passphrase, struct err *e)
{
	struct buf file;
	int result = -1;

	buf_init(&file, IDENTITY_FILE_LEN);
	if (identity_lock(id, passphrase, IDENTITY_OPS, IDENTITY_MEM_KIB,
	    &file, e) == 0)
		result = write_file(v, "key", file.bytes, file.len, e);
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
	if ((result = read_file(v, "key", &file, NULL)) == 0)
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
	if (read_file(v, "key", &file, e) == -1) {
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
	const char *url, *ca, *name;
	json_t *o;
	int result = -1;

	if ((o = wire_parse(file->bytes, file->len, e)) == NULL ||
	    wire_get_string(o, "url", &url, e) == -1 ||
	    wire_get_string_opt(o, "ca", &ca, e) == -1 ||
	    wire_get_string(o, "name", &name, e) == -1 ||
	    wire_get_hex(o, "pin", s->pin, SEAL_HASH, e) == -1 ||
	    wire_get_bool(o, "joined", &s->joined, e) == -1 ||
	    wire_get_int(o, "seq", 0, INT32_MAX, &s->seq, e) == -1 ||
	    wire_get_hex(o, "head", s->head, SEAL_HASH, e) == -1)
		goto out;
	if (!roster_name_valid(name)) {
		err_set(e, ERR_INPUT, "'name' is not a name");
		goto out;
	}
	s->url = mem_strdup(url);
	s->ca = ca == NULL ? NULL : mem_strdup(ca);
	memcpy(s->name, name, strlen(name) + 1);
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
	if (read_file(v, "service", &file, e) == -1) {
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
write_json(const struct vault *v, const char *name, const json_t *o,
    struct err *e)
{
	size_t len;
	char *text = wire_print(o, &len);
	int result = write_file(v, name, text, len, e);

	free(text);
	return result;
}

int
vault_write_service(const struct vault *v, const struct vault_service *s,
    struct err *e)
{
	json_t *o = json_object();
	int result;

	(void)json_object_set_new(o, "url", json_string(s->url));
	(void)json_object_set_new(o, "ca", s->ca == NULL ? json_null() :
	    json_string(s->ca));
	(void)json_object_set_new(o, "name", json_string(s->name));
	(void)json_object_set_new(o, "joined", json_boolean(s->joined));
	(void)json_object_set_new(o, "seq", json_integer(s->seq));
	wire_set_hex(o, "pin", s->pin, SEAL_HASH);
	wire_set_hex(o, "head", s->head, SEAL_HASH);
	result = write_json(v, "service", o, e);
	json_decref(o);
	return result;
}

void
vault_forget_service(const struct vault *v)
{
	(void)unlinkat(v->fd, "service", 0);
	(void)unlinkat(v->fd, "roster", 0);
}

json_t *
vault_read_roster(const struct vault *v)
{
	struct buf file;
	json_t *o = NULL;

	buf_init(&file, FILE_MAX);
	if (read_file(v, "roster", &file, NULL) == 0)
		o = wire_parse(file.bytes, file.len, NULL);
	buf_free(&file);
	if (o != NULL && !json_is_array(o)) {
		json_decref(o);
		o = NULL;
	}
	return o;
}

int
vault_write_roster(const struct vault *v, const json_t *entries,
    struct err *e)
{
	return write_json(v, "roster", entries, e);
}

/* DIR/CASE or DIR/CASE-pN; the folder is made when it is missing. */
static void
local_name(const struct vault *v, char out[NAME_MAX_LOCAL], const char *dir,
    const char *case_id, int64_t participant)
{
	(void)mkdirat(v->fd, dir, 0700);
	if (participant == 0)
		(void)snprintf(out, NAME_MAX_LOCAL, "%s/%.8s", dir, case_id);
	else
		(void)snprintf(out, NAME_MAX_LOCAL, "%s/%.8s-p%" PRId64, dir,
		    case_id, participant);
}

int
vault_save_draft(const struct vault *v, const struct identity *id,
    const char *case_id, int64_t participant, const json_t *draft,
    struct err *e)
{
	char name[NAME_MAX_LOCAL], *text;
	struct buf box;
	size_t len;
	int result;

	local_name(v, name, "drafts", case_id, participant);
	text = wire_print(draft, &len);
	buf_init(&box, FILE_MAX);
	result = seal_box(id->box_pub, DRAFT_PURPOSE, name, text, len, &box,
	    e);
	if (result == 0)
		result = write_file(v, name, box.bytes, box.len, e);
	buf_free(&box);
	seal_wipe(text, len);
	free(text);
	return result;
}

json_t *
vault_read_draft(const struct vault *v, const struct identity *id,
    const char *case_id, int64_t participant)
{
	char name[NAME_MAX_LOCAL];
	struct secret *plain = NULL;
	json_t *draft = NULL;
	struct buf box;

	local_name(v, name, "drafts", case_id, participant);
	buf_init(&box, FILE_MAX);
	if (read_file(v, name, &box, NULL) == 0)
		plain = seal_box_open(id->box, DRAFT_PURPOSE, name, box.bytes,
		    box.len, NULL);
	if (plain != NULL)
		draft = wire_parse(plain->bytes, plain->len, NULL);
	secret_free(plain);
	buf_free(&box);
	return draft;
}

void
vault_drop_draft(const struct vault *v, const char *case_id,
    int64_t participant)
{
	char name[NAME_MAX_LOCAL];

	local_name(v, name, "drafts", case_id, participant);
	(void)unlinkat(v->fd, name, 0);
}

int
vault_lock_draft(const struct vault *v, const char *case_id,
    int64_t participant, char left[VAULT_FOLDER_MAX], struct err *e)
{
	char name[NAME_MAX_LOCAL];
	size_t len;
	ssize_t n;
	int fd;

	local_name(v, name, "drafts", case_id, participant);
	len = strlen(name);
	(void)snprintf(name + len, sizeof(name) - len, ".open");
	fd = openat(v->fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return io(e, _("cannot write '%s/%s': %s"), v->path,
		    name, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		err_set(e, ERR_CONFLICT, _("you are writing this answer in "
		    "another window: save it and close the editor there"));
		(void)close(fd);
		return -1;
	}
	/* Whole only with its newline: half a path is another folder's. */
	n = pread(fd, left, VAULT_FOLDER_MAX - 1, 0);
	left[n > 0 && left[n - 1] == '\n' ? n - 1 : 0] = '\0';
	return fd;
}

int
vault_note_folder(int lock, const char *folder, struct err *e)
{
	char line[VAULT_FOLDER_MAX];
	int n = snprintf(line, sizeof(line), "%s%s", folder, *folder == '\0' ?
	    "" : "\n");

	if (n >= 0 && (size_t)n < sizeof(line) && ftruncate(lock, 0) == 0 &&
	    pwrite(lock, line, (size_t)n, 0) == n && fsync(lock) == 0)
		return 0;
	err_set(e, ERR_IO, _("your own folder cannot be written to, so no "
	    "editor was started: %s"),
	    strerror(errno));
	return -1;
}

int
vault_note_read(const struct vault *v, const char *case_id,
    const struct vault_read *r, struct err *e)
{
	char name[NAME_MAX_LOCAL], line[128], hex[2 * SEAL_HASH + 1];
	int n;

	local_name(v, name, "read", case_id, 0);
	wire_hex(hex, r->deposit, SEAL_HASH);
	n = snprintf(line, sizeof(line), "%" PRId64 " %s\n", r->seq, hex);
	return write_file(v, name, line, (size_t)n, e);
}

void
vault_get_read(const struct vault *v, const char *case_id,
    struct vault_read *r)
{
	char name[NAME_MAX_LOCAL], *end;
	struct buf file;

	memset(r, 0, sizeof(*r));
	local_name(v, name, "read", case_id, 0);
	buf_init(&file, 256);
	if (read_file(v, name, &file, NULL) == 0 && file.len > 0 &&
	    file.bytes[file.len - 1] == '\n') {
		file.bytes[file.len - 1] = '\0';
		r->seq = strtoll(file.bytes, &end, 10);
		if (*end != ' ' || r->seq < 1 ||
		    wire_unhex(r->deposit, SEAL_HASH, end + 1) == -1)
			memset(r, 0, sizeof(*r));
	}
	buf_free(&file);
}
