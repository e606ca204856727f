/*
 * Sealing a letter: view, face, party and attachments under the key of its
 * content, the raw bytes under one of their own, both keys to the case.  All
 * of it happens before the lock is taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/deposit_inside.h"
#include "daemon/desk/item.h"
#include "daemon/desk/reading.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define EXCERPT_MAX	160

/* Both keys to one recipient; epoch 0 is the seeker. */
static int
seal_grants(struct taking *t, const unsigned char to[SEAL_KEY],
    int64_t epoch, struct buf *content, struct buf *raw, struct err *e)
{
	struct sealer *sealer;
	char context[CONTEXT_MAX];
	int result = -1;

	if ((sealer = sealer_new(to, e)) == NULL)
		return -1;
	context_grant(context, t->place.case_id, t->item, "content", epoch);
	if (sealer_seal(sealer, BOX_GRANT, context, t->content->bytes,
	    t->content->len, content, e) == -1)
		goto out;
	context_grant(context, t->place.case_id, t->item, "raw", epoch);
	if (sealer_seal(sealer, BOX_GRANT, context, t->raw->bytes,
	    t->raw->len, raw, e) == -1)
		goto out;
	result = 0;
out:
	sealer_free(sealer);
	return result;
}

int
deposit_seal_part(struct taking *t, const struct secret *key, uint32_t no,
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
	int result = deposit_seal_part(t, t->content, no, text, len, e);

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

/* What the reader says of a sender that it misses is of no use here. */
static json_t *
form_flags(const json_t *flags)
{
	json_t *left = json_array(), *flag;
	size_t i;

	json_array_foreach(flags, i, flag)
		if (strcmp(json_string_value(flag), "ambiguous-from") != 0)
			(void)json_array_append(left, flag);
	return left;
}

/* The view with what was ticked and typed beside the text. */
static json_t *
form_view(const struct taking *t, json_t *read)
{
	json_t *view = json_copy(read);

	json_decref(read);
	if (view == NULL)
		mem_out();
	(void)json_object_set_new(view, "form",
	    json_deep_copy(t->arrival->form->answers));
	(void)json_object_set_new(view, "from", json_null());
	if (t->unreadable)
		return view;
	(void)json_object_set_new(view, "class", json_string(t->class));
	(void)json_object_set_new(view, "answerable", json_false());
	(void)json_object_set_new(view, "why",
	    json_string("it came by form, without an address"));
	(void)json_object_set_new(view, "flags",
	    form_flags(json_object_get(view, "flags")));
	return view;
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
	deposit_weigh_face(t, face);
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
int
deposit_seal_reading(struct taking *t, struct err *e)
{
	const struct reading *r = t->arrival->reading;
	json_t *view;
	size_t i;
	int result = -1;

	view = t->unreadable ? unreadable_view(t) : json_incref(r->view);
	if (t->by_form)
		view = form_view(t, view);
	if ((view = deposit_weigh(t, view, e)) == NULL ||
	    seal_json(t, PART_VIEW, view, e) == -1 ||
	    seal_face(t, view, e) == -1 || seal_party(t, view, e) == -1)
		goto out;
	for (i = 0; !t->unreadable && i < r->nattachments; i++)
		if (deposit_seal_part(t, t->content,
		    PART_ATTACHMENT + (uint32_t)i,
		    r->attachments[i].bytes, r->attachments[i].size,
		    e) == -1)
			goto out;
	if (seal_grants(t, t->place.case_key, t->place.epoch,
	    &t->grant_content, &t->grant_raw, e) == -1 ||
	    (t->coded && seal_grants(t, t->seeker, 0, &t->seeker_content,
	    &t->seeker_raw, e) == -1))
		goto out;
	result = 0;
out:
	json_decref(view);
	return result;
}
