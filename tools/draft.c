/*
 * Drafts: what a counsellor writes, sealed and signed here, so that the
 * service keeps bytes that it cannot read.  Every saving is a new item with
 * a key of its own; the one before is dropped by the service.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/draft.h"
#include "tools/words.h"

#define BOX_MAX		1024
#define SEALED_MAX	(32 * 1024 * 1024)

void
draft_init(struct draft *d)
{
	memset(d, 0, sizeof(*d));
}

static void
wipe(char *bytes, size_t len)
{
	if (bytes != NULL)
		seal_wipe(bytes, len);
	free(bytes);
}

void
draft_free(struct draft *d)
{
	size_t i;

	free(d->subject);
	wipe(d->body, d->body == NULL ? 0 : strlen(d->body));
	for (i = 0; i < d->nfiles; i++) {
		free(d->files[i].about.name);
		free(d->files[i].about.type);
		wipe(d->files[i].bytes, (size_t)d->files[i].about.size);
	}
	draft_init(d);
}

static const char *
type_of(const char *name)
{
	static const char *const types[][2] = {
		{ ".txt", "text/plain" }, { ".pdf", "application/pdf" },
		{ ".png", "image/png" }, { ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" }, { ".gif", "image/gif" },
		{ ".odt", "application/vnd.oasis.opendocument.text" },
		{ ".docx", "application/vnd.openxmlformats-officedocument."
		    "wordprocessingml.document" },
		{ ".csv", "text/csv" }, { ".mp3", "audio/mpeg" },
		{ ".zip", "application/zip" }
	};
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static int
read_whole(int fd, char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = read(fd, bytes, len)) == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int
draft_attach(struct draft *d, const char *path, struct err *e)
{
	const char *base = strrchr(path, '/');
	struct draft_file *f;
	int64_t total = 0;
	struct stat st;
	size_t i;
	int fd, result = -1;

	for (i = 0; i < d->nfiles; i++)
		total += d->files[i].about.size;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1 ||
	    fstat(fd, &st) == -1) {
		err_set(e, ERR_INPUT, _("cannot attach '%s': %s"), path,
		    strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode) || d->nfiles == LETTER_ATTACHMENTS_MAX ||
	    st.st_size > DRAFT_FILES_MAX - total) {
		err_set(e, ERR_INPUT, _("cannot attach '%s': an answer takes "
		    "%d files, and %d MiB together"), path,
		    LETTER_ATTACHMENTS_MAX, DRAFT_FILES_MAX / 1048576);
		goto out;
	}
	f = &d->files[d->nfiles++];
	f->about.name = text_file_name(base == NULL ? path : base + 1);
	f->about.type = mem_strdup(type_of(f->about.name));
	f->about.size = (int64_t)st.st_size;
	f->bytes = mem_alloc((size_t)st.st_size + 1);
	if (read_whole(fd, f->bytes, (size_t)st.st_size) == -1) {
		err_set(e, ERR_IO, _("'%s' changed while it was read: "
		    "attach it again"), path);
		goto out;
	}
	seal_hash(f->about.hash, LETTER_ATTACHMENT_HASH, f->bytes,
	    (size_t)st.st_size);
	result = letter_attachment_check(&f->about, e);
out:
	if (fd != -1)
		(void)close(fd);
	return result;
}

static json_t *
print_files(const struct draft *d)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < d->nfiles; i++) {
		const struct letter_attachment *a = &d->files[i].about;

		o = json_object();
		(void)json_object_set_new(o, "name", json_string(a->name));
		(void)json_object_set_new(o, "type", json_string(a->type));
		(void)json_object_set_new(o, "size", json_integer(a->size));
		wire_set_hex(o, "hash", a->hash, SEAL_HASH);
		(void)json_array_append_new(list, o);
	}
	return list;
}

/* One attachment of a saved draft; its bytes when they are wanted. */
static int
read_file(struct casefile *cf, struct casefile_item *item, size_t i,
    int bytes, struct draft *d, struct err *e)
{
	const json_t *o = json_array_get(json_object_get(item->view,
	    "attachments"), i);
	struct draft_file *f = &d->files[i];
	const char *name, *type;
	struct buf plain;
	size_t len;
	int result = -1;

	if (wire_get_string(o, "name", &name, e) == -1 ||
	    wire_get_string(o, "type", &type, e) == -1 ||
	    wire_get_int(o, "size", 0, DRAFT_FILES_MAX, &f->about.size,
	    e) == -1 ||
	    wire_get_hex(o, "hash", f->about.hash, SEAL_HASH, e) == -1)
		return -1;
	f->about.name = mem_strdup(name);
	f->about.type = mem_strdup(type);
	d->nfiles = i + 1;
	if (!bytes)
		return 0;
	buf_init(&plain, DRAFT_FILES_MAX);
	result = casefile_part(cf, item, PART_ATTACHMENT + (uint32_t)i,
	    &plain, e);
	if (result == 0) {
		f->bytes = buf_take(&plain, &len);
		f->about.size = (int64_t)len;
	}
	buf_free(&plain);
	return result;
}

static int
read_view(struct casefile *cf, struct casefile_item *item, int files,
    struct draft *d, struct err *e)
{
	const char *subject, *body;
	json_t *list;
	size_t i;

	if (wire_get_string_opt(item->view, "subject", &subject, e) == -1 ||
	    wire_get_string(item->view, "body", &body, e) == -1 ||
	    wire_get_array(item->view, "attachments", LETTER_ATTACHMENTS_MAX,
	    &list, e) == -1)
		return -1;
	d->participant = item->participant;
	d->subject = subject == NULL ? NULL : mem_strdup(subject);
	d->body = mem_strdup(body);
	for (i = 0; i < json_array_size(list); i++)
		if (read_file(cf, item, i, files, d, e) == -1)
			return -1;
	return 0;
}

int
draft_read(struct casefile *cf, int64_t no, int files, struct draft *d,
    struct err *e)
{
	struct casefile_item *item;
	unsigned char id[SEAL_ID];
	const json_t *o;
	int result;

	draft_init(d);
	if ((o = casefile_draft(cf, no, e)) == NULL ||
	    wire_get_hex(o, "item", id, SEAL_ID, e) == -1 ||
	    wire_get_int(o, "revision", 1, INT32_MAX, &d->revision, e) == -1)
		return -1;
	d->no = no;
	item = casefile_item_by_id(cf, id);
	if (item == NULL || item->kind != ITEM_DRAFT) {
		err_set(e, ERR_DENIED, _("the text of the draft %s.d%" PRId64
		    " is missing; tell the people who run the service"),
		    casefile_id(cf), no);
		return -1;
	}
	if ((result = casefile_read(cf, item, e)) == 1)
		err_set(e, ERR_DENIED, _("the draft %s.d%" PRId64 " is not "
		    "genuine: %s; tell the people who run the service"),
		    casefile_id(cf), no, item->problem);
	return result == 0 ? read_view(cf, item, files, d, e) : -1;
}

static int
put_part(struct session *s, const struct casefile *cf,
    const struct draft_document *doc, uint32_t part, const void *bytes,
    size_t len, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	char hex[2 * SEAL_ID + 1], path[128];
	struct buf sealed;
	int result = -1;

	buf_init(&sealed, SEALED_MAX);
	wire_hex(hex, doc->item, SEAL_ID);
	(void)snprintf(path, sizeof(path), "/v1/items/%s/parts/%" PRIu32
	    "?case=%s", hex, part, casefile_id(cf));
	if (seal_part_bytes(doc->key, doc->item, part, bytes, len, &sealed,
	    hash, e) == 0)
		result = client_put_bytes(s->client, path, sealed.bytes,
		    sealed.len, e);
	buf_free(&sealed);
	return result;
}

/* The item's key, for the case. */
static json_t *
make_grant(const struct casefile *cf, const struct draft_document *doc,
    struct err *e)
{
	unsigned char pub[SEAL_KEY];
	char context[CONTEXT_MAX];
	json_t *grant = NULL;
	struct buf box;
	int64_t epoch;

	if (casefile_key(cf, &epoch, pub, e) == -1)
		return NULL;
	buf_init(&box, BOX_MAX);
	context_grant(context, casefile_id(cf), doc->item, "content", epoch);
	if (seal_box(pub, BOX_GRANT, context, doc->key->bytes, doc->key->len,
	    &box, e) == 0) {
		grant = json_object();
		(void)json_object_set_new(grant, "epoch",
		    json_integer(epoch));
		wire_set_base64(grant, "box", box.bytes, box.len);
	}
	buf_free(&box);
	return grant;
}

json_t *
draft_upload(struct session *s, const struct casefile *cf,
    struct draft_document *doc, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *o, *grant;
	size_t i;

	doc->key = secret_random(SEAL_KEY);
	seal_random(doc->item, SEAL_ID);
	if ((grant = make_grant(cf, doc, e)) == NULL)
		return NULL;
	for (i = 0; i < doc->nfiles; i++)
		if (put_part(s, cf, doc, PART_ATTACHMENT + (uint32_t)i,
		    doc->files[i].bytes, (size_t)doc->files[i].about.size,
		    e) == -1)
			goto fail;
	if (put_part(s, cf, doc, PART_VIEW, doc->bytes, doc->len, e) == -1)
		goto fail;
	signature_make(s->me->signer, doc->purpose, doc->bytes, doc->len,
	    signature);
	o = json_object();
	wire_set_hex(o, "item", doc->item, SEAL_ID);
	wire_set_hex(o, "signature", signature, SIGN_LEN);
	(void)json_object_set_new(o, "grant", grant);
	return o;
fail:
	json_decref(grant);
	return NULL;
}

/* The item's key, to somebody without a place in the case. */
static json_t *
seal_key(const struct casefile *cf, const unsigned char pub[SEAL_KEY],
    const unsigned char item[SEAL_ID], const struct secret *key,
    struct err *e)
{
	char context[CONTEXT_MAX], *text;
	json_t *box = NULL;
	struct buf sealed;

	buf_init(&sealed, BOX_MAX);
	context_grant(context, casefile_id(cf), item, "content", 0);
	if (seal_box(pub, BOX_GRANT, context, key->bytes, key->len, &sealed,
	    e) == 0) {
		text = wire_base64(sealed.bytes, sealed.len);
		box = json_string(text);
		free(text);
	}
	buf_free(&sealed);
	return box;
}

json_t *
draft_postman(struct session *s, const struct casefile *cf,
    const unsigned char item[SEAL_ID], const struct secret *key,
    struct err *e)
{
	unsigned char pub[SEAL_KEY];

	return roster_postman(s->roster, pub, e) == -1 ? NULL :
	    seal_key(cf, pub, item, key, e);
}

json_t *
draft_seeker(const struct casefile *cf, int64_t participant,
    const unsigned char item[SEAL_ID], const struct secret *key,
    struct err *e)
{
	unsigned char pub[SEAL_KEY];
	json_t *o, *box;

	if (!casefile_seeker(cf, participant, pub))
		return json_null();
	if ((box = seal_key(cf, pub, item, key, e)) == NULL)
		return NULL;
	o = json_object();
	wire_set_hex(o, "key", pub, SEAL_KEY);
	(void)json_object_set_new(o, "box", box);
	return o;
}

static char *
print_draft(const struct session *s, const struct casefile *cf,
    const struct draft *d, size_t *len)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "v", json_integer(1));
	(void)json_object_set_new(o, "case", json_string(casefile_id(cf)));
	(void)json_object_set_new(o, "participant",
	    json_integer(d->participant));
	(void)json_object_set_new(o, "author", json_string(s->service.name));
	(void)json_object_set_new(o, "subject", d->subject == NULL ?
	    json_null() : json_string(d->subject));
	(void)json_object_set_new(o, "body", json_string(d->body));
	(void)json_object_set_new(o, "attachments", print_files(d));
	(void)json_object_set_new(o, "at",
	    json_integer(client_now(s->client)));
	return wire_print_free(o, len);
}

json_t *
draft_fence(const struct session *s, const struct casefile *cf)
{
	const json_t *claim = json_object_get(casefile_json(cf), "claim");
	const char *claimant = json_string_value(json_object_get(claim,
	    "claimant"));

	return claimant == NULL || strcmp(claimant, s->service.name) != 0 ?
	    json_null() : json_copy(json_object_get(claim, "fence"));
}

json_t *
draft_save(struct session *s, struct casefile *cf, const struct draft *d,
    json_t *fence, struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_DRAFT,
	    .files = d->files, .nfiles = d->nfiles };
	json_t *body, *answer = NULL;
	char *text, path[64];

	text = print_draft(s, cf, d, &doc.len);
	doc.bytes = text;
	if ((body = draft_upload(s, cf, &doc, e)) == NULL)
		goto out;
	(void)json_object_set(body, "fence", fence);
	(void)json_object_set_new(body, "no", d->no == 0 ? json_null() :
	    json_integer(d->no));
	(void)json_object_set_new(body, "participant",
	    json_integer(d->participant));
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts",
	    casefile_id(cf));
	answer = client_post(s->client, path, body, e);
out:
	json_decref(body);
	secret_free(doc.key);
	wipe(text, doc.len);
	return answer;
}
