/*
 * Sealed bytes as rows.  Here nobody has a key: bytes come sealed, are cut
 * into rows of one chunk each, hashed, and handed out again as they were.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
#include "daemon/desk/looked.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define AHEAD_MAX	(4 * 1024 * 1024)

struct waiting {
	uint32_t	 part;
	int64_t		 no;
	char		*bytes;
	size_t		 len;
	struct waiting	*next;
};

struct item_out {
	struct store		*store;
	unsigned char		 item[SEAL_ID];
	struct deposit_part	 parts[ITEM_PARTS_MAX];
	size_t			 nparts;
	int64_t			 row;		/* next row of this part */
	struct buf		 gather;	/* less than one row */
	struct waiting		*first, **last;
	size_t			 waiting;	/* bytes */
	int			 ahead;		/* some were written before */
};

struct item_out *
item_out_new(struct store *s, const unsigned char item[SEAL_ID])
{
	struct item_out *out = mem_alloc(sizeof(*out));

	out->store = s;
	memcpy(out->item, item, SEAL_ID);
	buf_init(&out->gather, SEAL_CHUNK);
	out->last = &out->first;
	return out;
}

static void
drop_waiting(struct item_out *out)
{
	struct waiting *w;

	while ((w = out->first) != NULL) {
		out->first = w->next;
		free(w->bytes);
		free(w);
	}
	out->last = &out->first;
	out->waiting = 0;
}

/* Whether the item has a head; an upload comes before it. */
static int
has_head(struct store *s, const unsigned char item[SEAL_ID], struct err *e)
{
	int64_t n = store_run(s, STMT_ITEM_HEAD, ARGS(V_BLOB(item, SEAL_ID)),
	    NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}

/* Run a statement about one item: rows, or -1. */
static int64_t
run_item(struct store *s, enum statement statement,
    const unsigned char item[SEAL_ID], struct err *e)
{
	return store_run(s, statement, ARGS(V_BLOB(item, SEAL_ID)), NULL,
	    NULL, e);
}

/* 1 when chunks are left, 0 when nothing is, -1. */
static int
drop_some(struct store *s, const unsigned char item[SEAL_ID], struct err *e)
{
	int64_t n = 0;
	int head;

	if ((head = has_head(s, item, e)) == -1 ||
	    (!head && (n = run_item(s, STMT_CHUNK_DELETE_SOME, item,
	    e)) == -1))
		return -1;
	if (n > 0)
		return 1;
	if ((!head && run_item(s, STMT_PART_DELETE_ALL, item, e) == -1) ||
	    run_item(s, STMT_UPLOAD_DONE, item, e) == -1)
		return -1;
	return 0;
}

/* An upload without a head, a few chunks in each transaction. */
static int
drop_upload(struct store *s, const unsigned char item[SEAL_ID],
    struct err *e)
{
	int more = 1;

	while (more) {
		if (store_begin(s, e) == -1)
			return -1;
		if ((more = drop_some(s, item, e)) == -1 ||
		    store_commit(s, e) == -1) {
			store_rollback(s);
			return -1;
		}
	}
	return 0;
}

void
item_out_free(struct item_out *out)
{
	if (out == NULL)
		return;
	if (out->ahead)		/* if it fails: item_sweep() */
		(void)drop_upload(out->store, out->item, NULL);
	drop_waiting(out);
	buf_free(&out->gather);
	free(out);
}

void
item_out_part(struct item_out *out, uint32_t no)
{
	struct deposit_part *part;

	if (out->nparts == ITEM_PARTS_MAX)
		mem_out();	/* callers count attachments against it */
	part = &out->parts[out->nparts++];
	memset(part, 0, sizeof(*part));
	part->no = no;
	out->row = 0;
}

/* The gathered bytes become a row that waits. */
static void
row_done(struct item_out *out)
{
	struct waiting *w;

	if (out->gather.len == 0)
		return;
	w = mem_alloc(sizeof(*w));
	w->part = out->parts[out->nparts - 1].no;
	w->no = out->row++;
	w->len = out->gather.len;
	w->bytes = mem_dup(out->gather.bytes, out->gather.len);
	*out->last = w;
	out->last = &w->next;
	out->waiting += w->len;
	buf_clear(&out->gather);
}

static int
write_waiting(struct item_out *out, struct err *e)
{
	const struct waiting *w;

	for (w = out->first; w != NULL; w = w->next)
		if (store_run(out->store, STMT_CHUNK_ADD,
		    ARGS(V_BLOB(out->item, SEAL_ID), V_INT(w->part),
		    V_INT(w->no), V_BLOB(w->bytes, w->len)), NULL, NULL,
		    e) == -1)
			return -1;
	drop_waiting(out);
	return 0;
}

static int
note_upload(struct item_out *out, struct err *e)
{
	return store_run(out->store, STMT_UPLOAD_ADD,
	    ARGS(V_BLOB(out->item, SEAL_ID), V_INT(store_now(out->store))),
	    NULL, NULL, e) == -1 ? -1 : 0;
}

static int
write_ahead(struct item_out *out, struct err *e)
{
	if (store_begin(out->store, e) == -1)
		return -1;
	if (note_upload(out, e) == -1 || write_waiting(out, e) == -1) {
		store_rollback(out->store);
		return -1;
	}
	out->ahead = 1;
	return store_commit(out->store, e);
}

int
item_out_sink(void *ctx, const void *bytes, size_t len, struct err *e)
{
	struct item_out *out = ctx;
	const char *p = bytes;
	size_t n;

	out->parts[out->nparts - 1].size += (int64_t)len;
	while (len > 0) {
		n = out->gather.max - out->gather.len;
		n = n < len ? n : len;
		(void)buf_add(&out->gather, p, n);
		p += n;
		len -= n;
		if (out->gather.len == out->gather.max)
			row_done(out);
	}
	return out->waiting > AHEAD_MAX ? write_ahead(out, e) : 0;
}

void
item_out_end(struct item_out *out, const unsigned char hash[SEAL_HASH])
{
	row_done(out);
	memcpy(out->parts[out->nparts - 1].hash, hash, SEAL_HASH);
}

int
item_out_fit(struct item_out *out, size_t *room, struct err *e)
{
	if (out->waiting > *room)
		return write_ahead(out, e);
	*room -= out->waiting;
	return 0;
}

const struct deposit_part *
item_out_parts(const struct item_out *out, size_t *n)
{
	*n = out->nparts;
	return out->parts;
}

int
item_out_commit(struct item_out *out, struct err *e)
{
	const struct deposit_part *part;
	size_t i;

	if (write_waiting(out, e) == -1)
		return -1;
	for (i = 0; i < out->nparts; i++) {
		part = &out->parts[i];
		if (store_run(out->store, STMT_PART_ADD,
		    ARGS(V_BLOB(out->item, SEAL_ID), V_INT(part->no),
		    V_INT(part->size), V_BLOB(part->hash, SEAL_HASH)), NULL,
		    NULL, e) == -1)
			return -1;
	}
	return 0;
}

int
item_complete(struct store *s, const unsigned char item[SEAL_ID],
    struct err *e)
{
	return run_item(s, STMT_UPLOAD_DONE, item, e) == -1 ? -1 : 0;
}

static int
get_item(void *ctx, const struct row *row, struct err *e)
{
	if (row_bytes(row, 0, ctx, SEAL_ID) == 0)
		return 1;
	err_set(e, ERR_DENIED, "an upload without an item");
	return -1;
}

int
item_sweep(struct store *s, int64_t before, struct err *e)
{
	unsigned char item[SEAL_ID];
	int64_t n;
	int swept;

	for (swept = 0;; swept++) {
		n = store_run(s, STMT_UPLOAD_BEFORE, ARGS(V_INT(before)),
		    get_item, item, e);
		if (n <= 0)
			return n == 0 ? swept : -1;
		if (drop_upload(s, item, e) == -1)
			return -1;
	}
}

static int
put_within(struct desk *d, const struct actor *actor, const char *case_id,
    struct item_out *out, struct err *e)
{
	uint32_t no = out->parts[0].no;
	int head;

	if (case_access(d, actor, case_id, e) == -1 ||
	    (head = has_head(d->store, out->item, e)) == -1)
		return -1;
	if (head) {
		err_set(e, ERR_CONFLICT, "this item is complete; nothing "
		    "can be added to it");
		return -1;
	}
	if (store_run(d->store, STMT_CHUNK_DELETE,
	    ARGS(V_BLOB(out->item, SEAL_ID), V_INT(no)), NULL, NULL,
	    e) == -1 || note_upload(out, e) == -1)
		return -1;
	return item_out_commit(out, e);
}

json_t *
item_put(struct desk *d, const struct actor *actor, const char *case_id,
    const char *item_hex, int64_t part, const void *bytes, size_t len,
    struct err *e)
{
	unsigned char item[SEAL_ID], hash[SEAL_HASH];
	struct item_out *out = NULL;
	json_t *answer = NULL;
	struct actor me;

	if (wire_unhex(item, sizeof(item), item_hex) == -1 || part < 0 ||
	    part >= PART_ATTACHMENT + 1000) {
		err_set(e, ERR_INPUT, "an item is 32 hex digits, a part a "
		    "number below %d", PART_ATTACHMENT + 1000);
		return NULL;
	}
	seal_part_hash(hash, bytes, len);
	out = item_out_new(d->store, item);
	item_out_part(out, (uint32_t)part);
	/* Rows are cut without writing ahead: a request is one transaction. */
	while (len > 0) {
		size_t n = len < SEAL_CHUNK ? len : SEAL_CHUNK;

		(void)buf_add(&out->gather, bytes, n);
		row_done(out);
		out->parts[0].size += (int64_t)n;
		bytes = (const char *)bytes + n;
		len -= n;
	}
	memcpy(out->parts[0].hash, hash, sizeof(hash));
	if (staff_begin(d, actor, &me, e) == -1 ||
	    staff_end(d, put_within(d, &me, case_id, out, e), e) == -1)
		goto out;
	answer = json_object();
	(void)json_object_set_new(answer, "size",
	    json_integer(out->parts[0].size));
	wire_set_hex(answer, "hash", hash, sizeof(hash));
out:
	item_out_free(out);
	return answer;
}

struct reading_out {
	seal_sink	*fn;
	void		*ctx;
};

static int
give_chunk(void *ctx, const struct row *row, struct err *e)
{
	const struct reading_out *r = ctx;
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	return r->fn(r->ctx, bytes, len, e);
}

static int
get_case(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	(void)strncpy(ctx, row_text(row, 0), CASE_ID_LEN);
	return 1;
}

/* May the actor (NULL: a role) have parts of this item? */
static int
may_get(struct desk *d, const struct actor *actor,
    const unsigned char item[SEAL_ID], struct err *e)
{
	char case_id[CASE_ID_LEN + 1] = "";

	if (actor == NULL)
		return 0;
	return store_run(d->store, STMT_ITEM_HEAD,
	    ARGS(V_BLOB(item, SEAL_ID)), get_case, case_id, e) == -1 ||
	    case_access(d, actor, case_id, e) == -1 ||
	    looked_check(d, actor, case_id, e) == -1 ? -1 : 0;
}

int
item_get(struct desk *d, const struct actor *actor,
    const unsigned char item[SEAL_ID], uint32_t part, seal_sink *fn,
    void *ctx, struct err *e)
{
	struct reading_out out = { fn, ctx };
	int64_t n;

	if (may_get(d, actor, item, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CHUNK_GET, ARGS(V_BLOB(item, SEAL_ID),
	    V_INT(part)), give_chunk, &out, e);
	if (n == 0)
		err_set(e, ERR_GONE, "there is no such part");
	return n > 0 ? 0 : -1;
}

int
item_get_rows(struct desk *d, const struct actor *actor,
    const struct item_rows *rows, seal_sink *fn, void *ctx, struct err *e)
{
	struct reading_out out = { fn, ctx };
	int64_t n;

	if (may_get(d, actor, rows->item, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CHUNK_ROWS, ARGS(V_BLOB(rows->item,
	    SEAL_ID), V_INT(rows->part), V_INT(rows->from),
	    V_INT(ITEM_ROWS_MAX)), give_chunk, &out, e);
	if (n == 0)
		err_set(e, ERR_GONE, "there is no such part");
	return n > 0 ? 0 : -1;
}
