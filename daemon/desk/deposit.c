/*
 * Taking a letter.  It is sealed before the lock is taken; then one
 * transaction holds everything: ledger row, case, item, keys, the signed
 * deposit, audit.  Until that is durable nobody is told anything.
 *
 * The case key's secret half lives here for a moment, in locked memory, when
 * a case begins: it is sealed to the team and wiped.  From then on this
 * process can add to the case and can not read it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/acknowledge.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_find.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/item.h"
#include "daemon/desk/reading.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/wire.h"

#define GRANT_MAX	1024
#define VIEW_MAX	(64 * 1024 * 1024)
#define EXCERPT_MAX	160

/* A letter on its way into the store. */
struct taking {
	struct desk		*desk;
	const struct arrival	*arrival;
	struct deposit_place	 place;
	struct buf		 case_box;	/* of a new case */
	int64_t			 team_epoch;
	unsigned char		 item[SEAL_ID];
	struct secret		*content, *raw;
	struct item_out		*out;
	struct buf		 grant_content, grant_raw;
	const char		*from;		/* NULL: nobody to answer */
	const char		*class;
	int			 unreadable;
	int64_t			 size;
	unsigned char		 body[SEAL_HASH];
	int			 has_body;
	struct acknowledge	 acknowledge;
};

static const char *
view_string(const struct arrival *a, const char *name)
{
	if (a->reading == NULL || a->reading->unreadable)
		return NULL;
	return json_string_value(json_object_get(a->reading->view, name));
}

static void
taking_free(struct taking *t)
{
	buf_free(&t->case_box);
	buf_free(&t->grant_content);
	buf_free(&t->grant_raw);
	secret_free(t->content);
	secret_free(t->raw);
	item_out_free(t->out);
}

static void
who_wrote(struct taking *t)
{
	const struct arrival *a = t->arrival;

	t->unreadable = a->reading == NULL || a->reading->unreadable;
	t->class = view_string(a, "class");
	if (!t->unreadable)
		t->from = json_string_value(json_object_get(json_object_get(
		    a->reading->view, "from"), "address"));
}

static int
case_exists(struct desk *d, const char *id, struct err *e)
{
	int64_t n = store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(id)), NULL,
	    NULL, e);

	return n == -1 ? -1 : n > 0;
}

/* A new case: id, key pair, the secret half sealed to the team. */
static int
begin_case(struct taking *t, struct err *e)
{
	struct deposit_place *p = &t->place;
	const char *desk = t->arrival->mailbox->desk;
	unsigned char team[SEAL_KEY];
	char context[CONTEXT_MAX];
	struct secret *secret;
	int taken, bad;

	if (roster_team(t->desk->roster, desk, team, &t->team_epoch,
	    e) == -1)
		return -1;
	do {
		code_random(p->case_id, CASE_ID_LEN);
		if ((taken = case_exists(t->desk, p->case_id, e)) == -1)
			return -1;
	} while (taken);
	p->epoch = 1;
	p->participant = 1;
	secret = seal_pair_new(p->case_key);
	context_case(context, p->case_id, p->epoch, desk, t->team_epoch);
	bad = seal_box(team, BOX_CASE, context, secret->bytes, secret->len,
	    &t->case_box, e);
	secret_free(secret);
	return bad;
}

static void
taking_init(struct taking *t, struct desk *d, const struct arrival *a)
{
	memset(t, 0, sizeof(*t));
	t->desk = d;
	t->arrival = a;
	t->size = (int64_t)a->len;
	buf_init(&t->case_box, GRANT_MAX);
	buf_init(&t->grant_content, GRANT_MAX);
	buf_init(&t->grant_raw, GRANT_MAX);
	t->content = secret_random(SEAL_KEY);
	t->raw = secret_random(SEAL_KEY);
	seal_random(t->item, sizeof(t->item));
	t->out = item_out_new(d->store, t->item);
	who_wrote(t);
}

/* Where it goes; a new case is begun. */
static int
taking_begin(struct taking *t, struct err *e)
{
	if (deposit_find(t->desk, t->arrival, t->from, &t->place, e) == -1)
		return -1;
	if (t->place.reports) {
		t->from = NULL;		/* nobody's strand */
		t->class = bounce_class(&t->place.bounce);
	}
	return t->place.joins ? 0 : begin_case(t, e);
}

static int
seal_grants(struct taking *t, struct err *e)
{
	struct sealer *sealer;
	char context[CONTEXT_MAX];
	int result = -1;

	if ((sealer = sealer_new(t->place.case_key, e)) == NULL)
		return -1;
	context_grant(context, t->place.case_id, t->item, "content",
	    t->place.epoch);
	if (sealer_seal(sealer, BOX_GRANT, context, t->content->bytes,
	    t->content->len, &t->grant_content, e) == -1)
		goto out;
	context_grant(context, t->place.case_id, t->item, "raw",
	    t->place.epoch);
	if (sealer_seal(sealer, BOX_GRANT, context, t->raw->bytes,
	    t->raw->len, &t->grant_raw, e) == -1)
		goto out;
	result = 0;
out:
	sealer_free(sealer);
	return result;
}

static int
seal_part(struct taking *t, const struct secret *key, uint32_t no,
    const void *bytes, size_t len, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct seal_stream *stream;
	int result = -1;

	item_out_part(t->out, no);
	if ((stream = seal_stream_new(key, t->item, no, item_out_sink, t->out,
	    e)) == NULL)
		return -1;
	if (seal_stream_add(stream, bytes, len, e) == 0 &&
	    seal_stream_end(stream, hash, e) == 0) {
		item_out_end(t->out, hash);
		result = 0;
	}
	seal_stream_free(stream);
	return result;
}

static int
seal_json(struct taking *t, uint32_t no, const json_t *json, struct err *e)
{
	size_t len;
	char *text = wire_print(json, &len);
	int result = seal_part(t, t->content, no, text, len, e);

	explicit_bzero(text, len);
	free(text);
	return result;
}

/* What the view says of a letter that nobody could read. */
static json_t *
unreadable_view(const struct taking *t)
{
	const struct reading *r = t->arrival->reading;

	return json_pack("{s:n, s:b, s:s, s:n, s:b, s:n, s:s, s:s, s:[], s:[],"
	    " s:[s], s:[], s:n, s:n, s:[], s:n, s:[], s:[], s:[]}",
	    "class", "answerable", 0, "why",
	    r == NULL ? "it is too large to be read" : r->why, "from",
	    "verified", 0, "subject", "text", "", "text_origin", "none",
	    "folded", "attachments", "flags", "unreadable", "triage",
	    "message_id", "in_reply_to", "references", "date", "to", "cc",
	    "tokens");
}

/* The first words that nobody quoted, one space between them. */
static void
excerpt(const json_t *view, struct buf *out)
{
	const char *text = json_string_value(json_object_get(view, "text"));
	size_t n;

	while (text != NULL && *text != '\0') {
		n = strcspn(text, "\n\r\t ");
		if (text[0] == '>')
			n = strcspn(text, "\n");
		else if (n > 0 && (out->max - out->len <= n ||
		    (out->len > 0 && buf_addc(out, ' ') == -1) ||
		    buf_add(out, text, n) == -1))
			return;
		text += n + strspn(text + n, "\n\r\t ");
	}
}

static int
seal_face(struct taking *t, const json_t *view, struct err *e)
{
	struct buf words;
	json_t *face;
	int result;

	buf_init(&words, EXCERPT_MAX);
	excerpt(view, &words);
	face = json_object();
	(void)json_object_set(face, "subject",
	    json_object_get(view, "subject"));
	(void)json_object_set_new(face, "excerpt", json_string(words.bytes));
	result = seal_json(t, PART_FACE, face, e);
	json_decref(face);
	buf_free(&words);
	return result;
}

static int
seal_party(struct taking *t, const json_t *view, struct err *e)
{
	const json_t *from = json_object_get(view, "from");
	json_t *party;
	int result;

	party = json_object();
	(void)json_object_set_new(party, "name", json_null());
	(void)json_object_set_new(party, "address", json_null());
	if (t->from != NULL) {
		(void)json_object_set(party, "name",
		    json_object_get(from, "name"));
		(void)json_object_set(party, "address",
		    json_object_get(from, "address"));
	}
	result = seal_json(t, PART_PARTY, party, e);
	json_decref(party);
	return result;
}

/* Everything but the raw bytes. */
static int
seal_reading(struct taking *t, struct err *e)
{
	const struct reading *r = t->arrival->reading;
	json_t *view;
	size_t i;
	int result = -1;

	view = t->unreadable ? unreadable_view(t) : json_incref(r->view);
	if (seal_json(t, PART_VIEW, view, e) == -1 ||
	    seal_face(t, view, e) == -1 || seal_party(t, view, e) == -1)
		goto out;
	for (i = 0; !t->unreadable && i < r->nattachments; i++)
		if (seal_part(t, t->content, PART_ATTACHMENT + (uint32_t)i,
		    r->attachments[i].bytes, r->attachments[i].size,
		    e) == -1)
			goto out;
	result = seal_grants(t, e);
out:
	json_decref(view);
	return result;
}

/* The case's row, new or grown; gives the item's seq and the last hash. */
static int
write_case(struct taking *t, int64_t at, int64_t *seq,
    unsigned char prev[SEAL_HASH], struct err *e)
{
	struct desk *d = t->desk;
	struct deposit_place *p = &t->place;
	const struct config_desk *desk;
	int64_t due;

	*seq = 1;
	memset(prev, 0, SEAL_HASH);
	if (p->joins)
		return deposit_case_head(d, p->case_id, seq, prev, e);
	desk = config_desk(d->config, t->arrival->mailbox->desk);
	due = at + desk->due_first_s;
	if (store_run(d->store, STMT_CASE_ADD, ARGS(V_TEXT(p->case_id),
	    V_TEXT(desk->name), V_TEXT(t->unreadable ? "unreadable" : ""),
	    V_TEXT("mail"), V_INT(at), V_INT(due),
	    V_BLOB(prev, SEAL_HASH)), NULL, NULL, e) == -1 ||
	    store_run(d->store, STMT_CASE_KEY_ADD, ARGS(V_TEXT(p->case_id),
	    V_INT(p->epoch), V_BLOB(p->case_key, SEAL_KEY),
	    V_INT(t->team_epoch), V_BLOB(t->case_box.bytes,
	    t->case_box.len)), NULL, NULL, e) == -1)
		return -1;
	return 0;
}

static void
fill_deposit(const struct taking *t, struct deposit *dep, int64_t at,
    int64_t seq, const unsigned char prev[SEAL_HASH])
{
	const struct deposit_place *p = &t->place;
	const struct deposit_part *parts;

	memset(dep, 0, sizeof(*dep));
	(void)snprintf(dep->role, sizeof(dep->role), "%s", t->desk->role);
	memcpy(dep->case_id, p->case_id, sizeof(dep->case_id));
	dep->seq = seq;
	(void)snprintf(dep->kind, sizeof(dep->kind), "letter");
	memcpy(dep->item, t->item, sizeof(dep->item));
	parts = item_out_parts(t->out, &dep->nparts);
	dep->parts = mem_dup(parts, dep->nparts * sizeof(*parts));
	dep->epoch = p->epoch;
	memcpy(dep->case_key, p->case_key, sizeof(dep->case_key));
	dep->participant = p->participant;
	(void)snprintf(dep->mode, sizeof(dep->mode), "%s",
	    t->from == NULL ? "pickup" : "mail");
	memcpy(dep->address, p->address, sizeof(dep->address));
	desk_hash_check(t->desk, p->case_id, p->participant,
	    t->from == NULL ? "" : t->from, dep->check);
	(void)snprintf(dep->class, sizeof(dep->class), "%s",
	    t->class == NULL ? "" : t->class);
	(void)snprintf(dep->flags, sizeof(dep->flags), "%s",
	    t->unreadable ? "unreadable" : "");
	dep->at = at;
	memcpy(dep->prev, prev, SEAL_HASH);
}

static int
write_item(struct taking *t, const struct deposit *dep,
    unsigned char hash[SEAL_HASH], struct err *e)
{
	struct desk *d = t->desk;
	unsigned char signature[SIGN_LEN];
	char *statement;
	size_t len;
	int result = -1;

	statement = deposit_print(dep, &len);
	deposit_hash(hash, statement, len);
	signature_make(d->signer, PURPOSE_DEPOSIT, statement, len, signature);
	if (store_run(d->store, STMT_ITEM_ADD, ARGS(V_BLOB(t->item, SEAL_ID),
	    V_TEXT(dep->case_id), V_INT(dep->seq), V_TEXT(dep->kind),
	    V_INT(dep->at), V_INT(dep->participant), V_TEXT(t->class),
	    V_TEXT(dep->flags), V_BLOB(statement, len),
	    V_BLOB(hash, SEAL_HASH), V_BLOB(d->signer->pub, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    item_out_commit(t->out, e) == -1 ||
	    item_complete(d->store, t->item, e) == -1)
		goto out;
	if (store_run(d->store, STMT_GRANT_ADD, ARGS(V_BLOB(t->item, SEAL_ID),
	    V_TEXT("case"), V_TEXT("content"), V_INT(dep->epoch),
	    V_BLOB(t->grant_content.bytes, t->grant_content.len)), NULL,
	    NULL, e) == -1 ||
	    store_run(d->store, STMT_GRANT_ADD, ARGS(V_BLOB(t->item, SEAL_ID),
	    V_TEXT("case"), V_TEXT("raw"), V_INT(dep->epoch),
	    V_BLOB(t->grant_raw.bytes, t->grant_raw.len)), NULL, NULL,
	    e) == -1)
		goto out;
	result = 0;
out:
	free(statement);
	return result;
}

/* The case learns of its letter; a new one of its participant as well. */
static int
finish_case(struct taking *t, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct desk *d = t->desk;

	if (t->place.reports)
		return bounce_mark(d, &t->place.bounce, dep, hash, e);
	if (!t->place.joins && store_run(d->store, STMT_PARTICIPANT_ADD,
	    ARGS(V_TEXT(dep->case_id), V_INT(dep->participant),
	    V_TEXT("seeker"), V_TEXT(dep->mode),
	    V_BLOB(dep->address, SEAL_HASH)), NULL, NULL, e) == -1)
		return -1;
	return deposit_case_grow(d, dep, hash, t->place.joins,
	    t->unreadable, e);
}

/* Behind the audit entry of the same letter: it is what counts. */
static int
write_ledger(struct taking *t, int64_t at, const char *class,
    const char *case_id, const unsigned char *item, struct err *e)
{
	const struct arrival *a = t->arrival;
	struct desk *d = t->desk;
	int64_t uid = a->uid;

	if (uid == 0 && rows_int(d->store, STMT_LEDGER_NEXT,
	    ARGS(V_TEXT(a->mailbox->name), V_TEXT(a->folder),
	    V_INT(a->uidvalidity)), 1, &uid, e) == -1)
		return -1;
	return store_run(d->store, STMT_LEDGER_STORED, ARGS(
	    V_TEXT(a->mailbox->name), V_TEXT(a->folder),
	    V_INT(a->uidvalidity), V_INT(uid), V_INT(t->size),
	    V_BLOB(t->has_body ? t->body : NULL, SEAL_HASH), V_TEXT(class),
	    V_TEXT(case_id), V_BLOB(item, SEAL_ID), V_INT(at)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

static int
write_all(struct taking *t, struct err *e)
{
	unsigned char prev[SEAL_HASH], hash[SEAL_HASH];
	struct deposit dep;
	int64_t seq, at = store_now(t->desk->store);
	int result = -1;

	memset(&dep, 0, sizeof(dep));
	if (write_case(t, at, &seq, prev, e) == -1)
		goto out;
	fill_deposit(t, &dep, at, seq, prev);
	if (write_item(t, &dep, hash, e) == -1 ||
	    finish_case(t, &dep, hash, e) == -1 ||
	    audit_add(t->desk, NULL, "letter", dep.case_id,
	    t->arrival->mailbox->name, e) == -1 ||
	    write_ledger(t, at, t->class, dep.case_id, t->item, e) == -1 ||
	    acknowledge_write(&t->acknowledge, t->desk, &dep, e) == -1)
		goto out;
	result = 0;
out:
	deposit_free(&dep);
	return result;
}

/* C1 */
static int
taking_commit(struct taking *t, struct err *e)
{
	struct store *s = t->desk->store;

	crash_point("C1 before");
	if (store_begin(s, e) == -1)
		return -1;
	if (write_all(t, e) == -1 || store_commit(s, e) == -1) {
		store_rollback(s);
		return -1;
	}
	crash_point("C1 after");
	return 0;
}

static int
note_duplicate(struct taking *t, struct err *e)
{
	struct store *s = t->desk->store;

	crash_point("C1 before");
	if (store_begin(s, e) == -1)
		return -1;
	if (audit_add(t->desk, NULL, "duplicate", t->place.case_id,
	    t->arrival->mailbox->name, e) == -1 ||
	    write_ledger(t, store_now(s), "duplicate", t->place.case_id, NULL,
	    e) == -1 ||
	    store_commit(s, e) == -1) {
		store_rollback(s);
		return -1;
	}
	crash_point("C1 after");
	return 0;
}

int
deposit_letter(struct desk *d, const struct arrival *a,
    enum deposit_result *result, char case_id[CASE_ID_LEN + 1],
    struct err *e)
{
	struct taking t;
	int same, bad = -1;

	taking_init(&t, d, a);
	t.has_body = 1;
	desk_hash_body(d, a->raw, a->len, t.body);
	same = deposit_seen(d, a, t.body, t.place.case_id, e);
	if (same == 1) {
		*result = DEPOSIT_DUPLICATE;
		memcpy(case_id, t.place.case_id, CASE_ID_LEN + 1);
		bad = note_duplicate(&t, e);
	}
	if (same != 0 || taking_begin(&t, e) == -1)
		goto out;
	if (!t.place.joins && !t.unreadable)
		acknowledge_prepare(&t.acknowledge, d, a->mailbox,
		    a->reading->view, "");
	if (seal_part(&t, t.raw, PART_RAW, a->raw, a->len, e) == -1 ||
	    seal_reading(&t, e) == -1 || taking_commit(&t, e) == -1)
		goto out;
	*result = t.place.joins ? DEPOSIT_JOINED : DEPOSIT_NEW;
	memcpy(case_id, t.place.case_id, CASE_ID_LEN + 1);
	bad = 0;
out:
	taking_free(&t);
	return bad;
}

struct deposit_stream {
	struct taking		 taking;
	struct arrival		 arrival;
	struct seal_stream	*raw;
};

struct deposit_stream *
deposit_stream_new(struct desk *d, const struct arrival *a, struct err *e)
{
	struct deposit_stream *s = mem_alloc(sizeof(*s));

	s->arrival = *a;
	s->arrival.reading = NULL;
	taking_init(&s->taking, d, &s->arrival);
	if (taking_begin(&s->taking, e) == -1)
		goto fail;
	item_out_part(s->taking.out, PART_RAW);
	s->raw = seal_stream_new(s->taking.raw, s->taking.item, PART_RAW,
	    item_out_sink, s->taking.out, e);
	if (s->raw != NULL)
		return s;
fail:
	deposit_stream_free(s);
	return NULL;
}

int
deposit_stream_add(struct deposit_stream *s, const void *bytes, size_t len,
    struct err *e)
{
	s->taking.size += (int64_t)len;
	return seal_stream_add(s->raw, bytes, len, e);
}

int
deposit_stream_end(struct deposit_stream *s, char case_id[CASE_ID_LEN + 1],
    struct err *e)
{
	unsigned char hash[SEAL_HASH];

	if (seal_stream_end(s->raw, hash, e) == -1)
		return -1;
	item_out_end(s->taking.out, hash);
	if (seal_reading(&s->taking, e) == -1 ||
	    taking_commit(&s->taking, e) == -1)
		return -1;
	memcpy(case_id, s->taking.place.case_id, CASE_ID_LEN + 1);
	return 0;
}

void
deposit_stream_free(struct deposit_stream *s)
{
	if (s == NULL)
		return;
	seal_stream_free(s->raw);
	taking_free(&s->taking);
	free(s);
}
