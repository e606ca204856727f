/*
 * What is being written and was read on this machine, in the person's own
 * folder: answers sealed until the service has them, the lock of the window
 * in which one is written, the newest letter that was shown.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/vault.h"
#include "tools/vault_inside.h"
#include "tools/words.h"

#define DRAFT_PURPOSE	"teduh/local-draft/v1"

/* DIR/CASE or DIR/CASE-pN; the folder is made when it is missing. */
static void
local_name(const struct vault *v, char out[VAULT_NAME_MAX], const char *dir,
    const char *case_id, int64_t participant)
{
	(void)mkdirat(v->fd, dir, 0700);
	if (participant == 0)
		(void)snprintf(out, VAULT_NAME_MAX, "%s/%.8s", dir, case_id);
	else
		(void)snprintf(out, VAULT_NAME_MAX, "%s/%.8s-p%" PRId64, dir,
		    case_id, participant);
}

int
vault_save_draft(const struct vault *v, const struct identity *id,
    const char *case_id, int64_t participant, const json_t *draft,
    struct err *e)
{
	char name[VAULT_NAME_MAX], *text;
	struct buf box;
	size_t len;
	int result;

	local_name(v, name, "drafts", case_id, participant);
	text = wire_print(draft, &len);
	buf_init(&box, VAULT_FILE_MAX);
	result = seal_box(id->box_pub, DRAFT_PURPOSE, name, text, len, &box,
	    e);
	if (result == 0)
		result = vault_write_file(v, name, box.bytes, box.len, e);
	buf_free(&box);
	seal_wipe(text, len);
	free(text);
	return result;
}

json_t *
vault_read_draft(const struct vault *v, const struct identity *id,
    const char *case_id, int64_t participant)
{
	char name[VAULT_NAME_MAX];
	struct secret *plain = NULL;
	json_t *draft = NULL;
	struct buf box;

	local_name(v, name, "drafts", case_id, participant);
	buf_init(&box, VAULT_FILE_MAX);
	if (vault_get_file(v, name, &box, NULL) == 0)
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
	char name[VAULT_NAME_MAX];

	local_name(v, name, "drafts", case_id, participant);
	(void)unlinkat(v->fd, name, 0);
}

int
vault_lock_draft(const struct vault *v, const char *case_id,
    int64_t participant, char left[VAULT_FOLDER_MAX], struct err *e)
{
	char name[VAULT_NAME_MAX];
	size_t len;
	ssize_t n;
	int fd;

	local_name(v, name, "drafts", case_id, participant);
	len = strlen(name);
	(void)snprintf(name + len, sizeof(name) - len, ".open");
	fd = openat(v->fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return vault_io(e, _("cannot write '%s/%s': %s"), v->path,
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

void
vault_get_read(const struct vault *v, const char *case_id,
    struct vault_read *r)
{
	char name[VAULT_NAME_MAX], *end;
	struct buf file;

	memset(r, 0, sizeof(*r));
	local_name(v, name, "read", case_id, 0);
	buf_init(&file, 256);
	if (vault_get_file(v, name, &file, NULL) == 0 && file.len > 0 &&
	    file.bytes[file.len - 1] == '\n') {
		file.bytes[file.len - 1] = '\0';
		r->seq = strtoll(file.bytes, &end, 10);
		if (*end != ' ' || r->seq < 1 ||
		    wire_unhex(r->deposit, SEAL_HASH, end + 1) == -1)
			memset(r, 0, sizeof(*r));
	}
	buf_free(&file);
}

int
vault_note_read(const struct vault *v, const char *case_id,
    const struct vault_read *r, struct err *e)
{
	char name[VAULT_NAME_MAX], line[128], hex[2 * SEAL_HASH + 1];
	int held, n, result = 0;
	struct vault_read now;

	local_name(v, name, "read", case_id, 0);
	wire_hex(hex, r->deposit, SEAL_HASH);
	n = snprintf(line, sizeof(line), "%" PRId64 " %s\n", r->seq, hex);
	held = vault_hold(v);
	vault_get_read(v, case_id, &now);
	if (now.seq <= r->seq)
		result = vault_put_file(v, name, line, (size_t)n, held, e);
	vault_let_go(v);
	return result;
}
