/*
 * Opens the parts of an item and holds them against what was signed: for a
 * letter the hashes in its deposit, for what staff wrote the author's
 * signature over the document itself and the hashes in it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/face.h"
#include "lib/letter.h"
#include "tools/casefile_inside.h"
#include "tools/words.h"

#define BOX_MAX		1024
#define PLAIN_MAX	(64 * 1024 * 1024)
#define FACE_MAX	(256 * 1024)

/* The item key that one grant holds, or NULL. */
static struct secret *
open_grant(const struct casefile *cf, const struct casefile_item *item,
    const json_t *grant, const char *which)
{
	const struct casefile_key *key;
	struct secret *secret = NULL;
	char context[CONTEXT_MAX];
	const char *its;
	int64_t epoch;
	struct buf box;

	if (wire_get_base64(grant, "box", BOX_MAX, &box, NULL) == -1 ||
	    wire_get_string(grant, "which", &its, NULL) == -1 ||
	    strcmp(its, which) != 0 ||
	    wire_get_int(grant, "epoch", 1, INT32_MAX, &epoch, NULL) == -1 ||
	    (key = casefile_case_key(cf, epoch)) == NULL ||
	    key->secret == NULL)
		goto out;
	context_grant(context, cf->id, item->id, which, epoch);
	secret = seal_box_open(key->secret, BOX_GRANT, context, box.bytes,
	    box.len, NULL);
	if (secret != NULL && secret->len != SEAL_KEY) {
		secret_free(secret);
		secret = NULL;
	}
out:
	buf_free(&box);
	return secret;
}

static struct secret *
open_grants(const struct casefile *cf, const struct casefile_item *item,
    const char *which)
{
	struct secret *secret = NULL;
	const json_t *grant;
	size_t i;

	json_array_foreach(json_object_get(item->json, "grants"), i, grant)
		if ((secret = open_grant(cf, item, grant, which)) != NULL)
			break;
	return secret;
}

/* ERR_DENIED with the sentence that becomes the item's problem. */
static int
deny(struct err *e, const char *text)
{
	err_set(e, ERR_DENIED, "%s", text);
	return -1;
}

/* Sealed bytes at hand -> plain, compared with a letter's deposit. */
static int
unseal(const struct casefile_item *item, const struct secret *key,
    uint32_t part, const struct buf *sealed, struct buf *out, struct err *e)
{
	const struct deposit_part *said = NULL;
	unsigned char hash[SEAL_HASH];

	if (casefile_deposited(item) &&
	    (said = deposit_part(&item->deposit, part)) == NULL)
		return deny(e, _("its deposit names no such part"));
	if (open_part_bytes(key, item->id, part, sealed->bytes, sealed->len,
	    out, hash, NULL) == -1)
		return deny(e, _("it does not open: it was changed, or is not "
		    "whole"));
	if (said != NULL && (!seal_equal(said->hash, hash, SEAL_HASH) ||
	    said->size != (int64_t)sealed->len))
		return deny(e, _("it is not what was deposited"));
	return 0;
}

static int
fetch(const struct casefile *cf, const struct casefile_item *item,
    const struct secret *key, uint32_t part, struct buf *out, struct err *e)
{
	struct buf sealed;
	int result;

	/* What came along with the case need not be asked for. */
	if (part == PART_VIEW && json_object_get(item->json, "view") != NULL)
		result = wire_get_base64(item->json, "view", PLAIN_MAX,
		    &sealed, e);
	else {
		buf_init(&sealed, PLAIN_MAX);
		result = cf->source.fetch(cf->source.ctx, item->id, part,
		    &sealed, e);
	}
	if (result == 0)
		result = unseal(item, key, part, &sealed, out, e);
	buf_free(&sealed);
	return result;
}

static int
need_key(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	if (item->problem != NULL)
		return deny(e, item->problem);
	if (item->key == NULL &&
	    (item->key = open_grants(cf, item, "content")) == NULL)
		return deny(e, _("its key does not open with the key of the "
		    "case"));
	return 0;
}

/* The approver's name when there is a second signature and it holds. */
static int
check_approval(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	const json_t *who = json_object_get(item->json, "approver");
	unsigned char key[SIGN_PUBLIC], signature[SIGN_LEN];

	if (who == NULL || json_is_null(who))
		return 0;
	if (wire_get_hex(item->json, "approver", key, SIGN_PUBLIC,
	    NULL) == -1 ||
	    wire_get_hex(item->json, "approval", signature, SIGN_LEN,
	    NULL) == -1 ||
	    (item->approver = roster_name_of_key(cf->source.roster,
	    key)) == NULL ||
	    !signature_check(key, PURPOSE_APPROVE, item->bytes, item->len,
	    signature)) {
		item->approver = NULL;
		return deny(e, _("its second signature does not hold"));
	}
	return 0;
}

/* What was sent stays, wherever the case went; a draft is of its desk. */
static int
check_letter(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	struct letter l;
	int bad;

	if (letter_parse(&l, item->bytes, item->len, NULL) == -1)
		return deny(e, _("it is not a letter that could be sent"));
	bad = strcmp(l.case_id, cf->id) != 0 ||
	    (strcmp(l.desk, cf->desk) != 0 &&
	    (item->seq == 0 || !casefile_was_on(cf, l.desk))) ||
	    strcmp(l.author, item->author) != 0;
	item->participant = l.participant;
	letter_free(&l);
	if (bad)
		return deny(e, _("it was written for somewhere else"));
	return check_approval(cf, item, e);
}

/* A draft or a note: who, and for which case. */
static int
check_document(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	const char *case_id, *author, *text;
	int is_note = item->kind == ITEM_NOTE;

	if (wire_get_string(item->view, "case", &case_id, NULL) == -1 ||
	    wire_get_string(item->view, "author", &author, NULL) == -1 ||
	    wire_get_string(item->view, is_note ? "text" : "body", &text,
	    NULL) == -1 || (!is_note && wire_get_int(item->view,
	    "participant", 1, INT32_MAX, &item->participant, NULL) == -1))
		return deny(e, _("it cannot be read"));
	if (strcmp(case_id, cf->id) != 0 ||
	    strcmp(author, item->author) != 0)
		return deny(e, _("it was written for somewhere else"));
	return 0;
}

const char *
casefile_words(const struct casefile_item *item, size_t *first)
{
	const char *text = json_string_value(json_object_get(item->view,
	    item->kind == ITEM_NOTE ? "text" : "body"));
	int64_t opening;

	*first = 0;
	if (text == NULL || item->kind != ITEM_ANSWER || wire_get_int(
	    item->view, "opening", 1, (int64_t)strlen(text), &opening,
	    NULL) == -1)
		return text;
	*first = strcspn(text, "\n");
	return text + opening;
}

static int
check_staff(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	static const char *const purposes[] = {
		[ITEM_ANSWER] = PURPOSE_LETTER,
		[ITEM_NOTE] = PURPOSE_NOTE,
		[ITEM_DRAFT] = PURPOSE_DRAFT
	};

	if (!signature_check(item->signer, purposes[item->kind], item->bytes,
	    item->len, item->signature))
		return deny(e, _("the signature of its author does not "
		    "hold"));
	return item->kind == ITEM_ANSWER ? check_letter(cf, item, e) :
	    check_document(cf, item, e);
}

static int
check_view(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	switch (item->kind) {
	case ITEM_LETTER:
	case ITEM_REACH:	/* its deposit says it all */
		return 0;
	case ITEM_PERSON:
		return casefile_check_person(cf, item, e);
	case ITEM_STATEMENT:
		return casefile_check_statement(cf, item, e);
	default:
		return check_staff(cf, item, e);
	}
}

static int
read_view(struct casefile *cf, struct casefile_item *item, struct err *e)
{
	struct buf plain;
	int result = -1;

	if (need_key(cf, item, e) == -1)
		return -1;
	buf_init(&plain, PLAIN_MAX);
	if (fetch(cf, item, item->key, PART_VIEW, &plain, e) == -1)
		goto out;
	item->view = wire_parse(plain.bytes, plain.len, NULL);
	item->bytes = buf_take(&plain, &item->len);
	if (!json_is_object(item->view))
		result = deny(e, _("it cannot be read"));
	else
		result = check_view(cf, item, e);
out:
	buf_free(&plain);
	return result;
}

int
casefile_read(struct casefile *cf, struct casefile_item *item, struct err *e)
{
	struct err why = ERR_INIT;

	if (item->problem != NULL)
		return 1;
	if (item->view != NULL)
		return 0;
	if (read_view(cf, item, &why) == 0)
		return 0;
	if (why.code == ERR_DENIED)
		casefile_doubt(item, "%s", why.text);
	else if (why.code == ERR_GONE)
		casefile_doubt(item, "%s", _("a part of it is missing"));
	else {
		if (e != NULL)
			*e = why;
		return -1;
	}
	json_decref(item->view);
	item->view = NULL;
	return 1;
}

/* An attachment that staff added: the hash stands in the signed document. */
static int
check_attachment(const struct casefile_item *item, uint32_t part,
    const char *bytes, size_t len, struct err *e)
{
	unsigned char said[SEAL_HASH], hash[SEAL_HASH];
	const json_t *o;

	o = json_array_get(json_object_get(item->view, "attachments"),
	    part - PART_ATTACHMENT);
	seal_hash(hash, LETTER_ATTACHMENT_HASH, bytes, len);
	if (part < PART_ATTACHMENT || o == NULL ||
	    wire_get_hex(o, "hash", said, SEAL_HASH, NULL) == -1 ||
	    !seal_equal(said, hash, SEAL_HASH))
		return deny(e, _("it is not what was signed"));
	return 0;
}

int
casefile_part(struct casefile *cf, struct casefile_item *item, uint32_t part,
    struct buf *out, struct err *e)
{
	size_t before = out->len;
	int result;

	if (!casefile_deposited(item) && casefile_read(cf, item, e) == -1)
		return -1;
	if (need_key(cf, item, e) == -1)
		return -1;
	result = fetch(cf, item, item->key, part, out, e);
	if (result == 0 && !casefile_deposited(item))
		result = check_attachment(item, part, out->bytes + before,
		    out->len - before, e);
	return result;
}

/* The rows of a part, one handful after the other, into an open stream. */
static int
stream_rows(struct casefile *cf, const struct casefile_item *item,
    const struct deposit_part *said, struct open_stream *stream,
    struct err *e)
{
	struct buf rows;
	int64_t got = 0;
	int result = -1;

	buf_init(&rows, CASEFILE_ROWS);
	while (got < said->size) {
		buf_clear(&rows);
		if (cf->source.fetch_rows(cf->source.ctx, item->id, said->no,
		    got / SEAL_CHUNK, &rows, e) == -1)
			goto out;
		got += (int64_t)rows.len;
		if (rows.len == 0 || got > said->size ||
		    (got < said->size && rows.len % SEAL_CHUNK != 0)) {
			(void)deny(e, _("it is not what was deposited"));
			goto out;
		}
		if (open_stream_add(stream, rows.bytes, rows.len, e) == -1)
			goto out;
	}
	result = 0;
out:
	buf_free(&rows);
	return result;
}

int64_t
casefile_raw_removed(const struct casefile_item *item)
{
	return json_integer_value(json_object_get(item->json,
	    "raw_removed"));
}

int
casefile_raw(struct casefile *cf, struct casefile_item *item, seal_sink *fn,
    void *ctx, struct err *e)
{
	const struct deposit_part *said;
	unsigned char hash[SEAL_HASH];
	struct open_stream *stream;
	struct secret *key;
	int result = -1;

	if (item->problem != NULL)
		return deny(e, item->problem);
	if ((said = deposit_part(&item->deposit, PART_RAW)) == NULL)
		return deny(e, _("its deposit names no such part"));
	if (casefile_raw_removed(item) != 0) {
		err_set(e, ERR_GONE, "%s", _("the mail as it came is removed, "
		    "as the desk wants it some time after closing; what was "
		    "read of it is here"));
		return -1;
	}
	if ((key = open_grants(cf, item, "raw")) == NULL)
		return deny(e, _("the key of the mail as it came does not "
		    "open"));
	stream = open_stream_new(key, item->id, PART_RAW, fn, ctx, e);
	if (stream == NULL || stream_rows(cf, item, said, stream, e) == -1 ||
	    open_stream_end(stream, hash, e) == -1)
		goto out;
	if (seal_equal(said->hash, hash, SEAL_HASH))
		result = 0;
	else
		(void)deny(e, _("it is not what was deposited"));
out:
	open_stream_free(stream);
	secret_free(key);
	return result;
}

json_t *
casefile_face(struct casefile *cf, struct err *e)
{
	const json_t *newest = json_object_get(cf->json, "newest");
	struct casefile_item *item;
	unsigned char id[SEAL_ID];
	struct buf sealed, plain;
	json_t *face = NULL;

	buf_init(&plain, FACE_MAX);
	if (wire_get_base64(newest, "face", FACE_MAX, &sealed, e) == -1 ||
	    wire_get_hex(newest, "id", id, SEAL_ID, e) == -1)
		goto out;
	if ((item = casefile_item_by_id(cf, id)) == NULL ||
	    item->kind != ITEM_LETTER) {
		(void)deny(e, _("the newest letter is none of the case's"));
		goto out;
	}
	if (need_key(cf, item, e) == 0 &&
	    unseal(item, item->key, PART_FACE, &sealed, &plain, e) == 0)
		face = wire_parse(plain.bytes, plain.len, e);
out:
	buf_free(&sealed);
	buf_free(&plain);
	return face;
}

/* The item that carries the face, as far as the service says. */
static int
face_item(const struct casefile *cf, const json_t *o,
    struct casefile_item *item, struct err *e)
{
	item->kind = ITEM_NOTE;		/* written by staff */
	item->json = json_object_get(o, "item");
	if (wire_get_hex(item->json, "id", item->id, SEAL_ID, NULL) == -1 ||
	    wire_get_hex(item->json, "signer", item->signer, SIGN_PUBLIC,
	    NULL) == -1 || wire_get_hex(item->json, "signature",
	    item->signature, SIGN_LEN, NULL) == -1)
		return deny(e, _("it cannot be read"));
	item->author = roster_name_of_key(cf->source.roster, item->signer);
	return item->author != NULL ? 0 : deny(e, _("who signed it was never "
	    "on the list of staff"));
}

static int
open_face(struct casefile *cf, const json_t *o, struct casefile_item *item,
    struct face *out, struct err *e)
{
	struct buf sealed, plain;
	int64_t fence, revision;
	int result = -1;

	buf_init(&plain, FACE_MAX);
	if (wire_get_base64(json_object_get(o, "item"), "view", FACE_MAX,
	    &sealed, NULL) == -1) {
		(void)deny(e, _("a part of it is missing"));
		goto out;
	}
	if (face_item(cf, o, item, e) == -1 || need_key(cf, item, e) == -1 ||
	    unseal(item, item->key, PART_VIEW, &sealed, &plain, e) == -1)
		goto out;
	if (!signature_check(item->signer, PURPOSE_FACE, plain.bytes,
	    plain.len, item->signature))
		(void)deny(e, _("the signature of its author does not hold"));
	else if (face_parse(out, plain.bytes, plain.len, NULL) == -1)
		(void)deny(e, _("it cannot be read"));
	else if (strcmp(out->case_id, cf->id) != 0 ||
	    strcmp(out->author, item->author) != 0 ||
	    wire_get_int(o, "fence", 0, INT64_MAX, &fence, NULL) == -1 ||
	    wire_get_int(o, "revision", 1, INT32_MAX, &revision,
	    NULL) == -1 || fence != out->fence || revision != out->revision)
		(void)deny(e, _("it was written for somewhere else"));
	else
		result = 0;
out:
	buf_free(&sealed);
	buf_free(&plain);
	return result;
}

int
casefile_own_face(struct casefile *cf, struct face *out, struct err *e)
{
	const json_t *o = json_object_get(cf->json, "face");
	struct casefile_item item;
	int result;

	memset(out, 0, sizeof(*out));
	if (!json_is_object(o))
		return 0;
	memset(&item, 0, sizeof(item));
	if ((result = open_face(cf, o, &item, out, e)) == -1) {
		memset(out, 0, sizeof(*out));
		(void)wire_get_int(o, "revision", 1, INT32_MAX,
		    &out->revision, NULL);
	}
	secret_free(item.key);
	return result;
}

/* What one item says of who wrote, or of whom it is about. */
static json_t *
party_of(struct casefile *cf, struct casefile_item *item, struct err *e)
{
	struct buf plain;
	int result;

	if (item->kind == ITEM_PERSON) {
		if ((result = casefile_read(cf, item, e)) == 1)
			(void)deny(e, item->problem);
		return result == 0 ? casefile_person_party(item, e) : NULL;
	}
	if (item->party != NULL)
		return json_incref(item->party);
	buf_init(&plain, FACE_MAX);
	if (casefile_part(cf, item, PART_PARTY, &plain, e) == 0)
		item->party = wire_parse(plain.bytes, plain.len, e);
	buf_free(&plain);
	return json_incref(item->party);
}

json_t *
casefile_party(struct casefile *cf, int64_t participant, struct err *e)
{
	static const unsigned char none[SEAL_HASH];
	const struct casefile_item *stands = casefile_stands(cf, participant);
	struct casefile_item *item;
	int known;
	json_t *party = NULL;
	size_t i;

	if (stands == NULL) {
		err_set(e, ERR_GONE, _("no letter of p%" PRId64 " in the case "
		    "%s could be verified"), participant, cf->id);
		return NULL;
	}
	/* By form and by wish no address is told; it stands further back. */
	known = !seal_equal(stands->deposit.address, none, SEAL_HASH);
	for (i = cf->nitems; i > 0; i--) {
		item = &cf->items[i - 1];
		if (!casefile_deposited(item) || item->kind == ITEM_REACH ||
		    item->problem != NULL ||
		    item->participant != participant ||
		    !seal_equal(item->deposit.check, stands->deposit.check,
		    SEAL_HASH))
			continue;
		json_decref(party);
		if ((party = party_of(cf, item, e)) == NULL || !known ||
		    json_is_string(json_object_get(party, "address")))
			return party;
	}
	if (party == NULL)
		(void)deny(e, _("nothing that was signed says who that is"));
	return party;
}

struct casefile_item *
casefile_note_on(struct casefile *cf, int64_t draft)
{
	struct casefile_item *item;
	int64_t no;
	size_t i;

	for (i = cf->nitems; i > 0; i--) {
		item = &cf->items[i - 1];
		if (item->kind == ITEM_NOTE &&
		    casefile_read(cf, item, NULL) == 0 &&
		    wire_get_int(item->view, "draft", 1, INT32_MAX, &no,
		    NULL) == 0 && no == draft)
			return item;
	}
	return NULL;
}

int
casefile_reach(struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	struct err why = ERR_INIT;

	if (item == NULL || casefile_read(cf, item, &why) == 0 ||
	    why.code != ERR_RETRY)
		return 0;
	*e = why;
	return -1;
}
