/*
 * Items that staff wrote: drafts, letters, notes.  The server sees who
 * signed and how long it is, nothing else.
 */
#include <string.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/item.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define BOX_MAX	1024

int
written_parse(struct written *w, const json_t *body, struct err *e)
{
	json_t *grant;

	memset(w, 0, sizeof(*w));
	if (wire_get_hex(body, "item", w->item, SEAL_ID, e) == -1 ||
	    wire_get_hex(body, "signature", w->signature, SIGN_LEN,
	    e) == -1 || wire_get_object(body, "grant", &grant, e) == -1 ||
	    wire_get_int(grant, "epoch", 1, INT32_MAX, &w->epoch, e) == -1 ||
	    wire_get_base64(grant, "box", BOX_MAX, &w->box, e) == -1)
		return -1;
	return 0;
}

void
written_free(struct written *w)
{
	buf_free(&w->box);
}

int
written_add(struct desk *d, const struct actor *actor,
    const struct written *w, const char *case_id, const char *kind,
    int64_t seq, int64_t participant, struct err *e)
{
	struct value no_int = V_NULL;
	struct value seq_value = V_INT(seq), who_value = V_INT(participant);
	int64_t size;

	if (epoch_unmoved(d, case_id, w->epoch, e) == -1 ||
	    rows_int(d->store, STMT_PART_SIZE, ARGS(V_BLOB(w->item, SEAL_ID),
	    V_INT(PART_VIEW)), 0, &size, e) == -1)
		return -1;
	if (size == 0) {
		err_set(e, ERR_INPUT, "the item's bytes were not uploaded");
		return -1;
	}
	if (store_run(d->store, STMT_ITEM_ADD, ARGS(V_BLOB(w->item, SEAL_ID),
	    V_TEXT(case_id), seq == 0 ? no_int : seq_value, V_TEXT(kind),
	    V_INT(store_now(d->store)),
	    participant == 0 ? no_int : who_value, V_NULL, V_TEXT(""),
	    V_NULL, V_NULL, V_BLOB(actor->person->sign, SIGN_PUBLIC),
	    V_BLOB(w->signature, SIGN_LEN)), NULL, NULL, e) == -1 ||
	    item_complete(d->store, w->item, e) == -1)
		return -1;
	return store_run(d->store, STMT_GRANT_ADD,
	    ARGS(V_BLOB(w->item, SEAL_ID), V_TEXT("case"), V_TEXT("content"),
	    V_INT(w->epoch), V_BLOB(w->box.bytes, w->box.len)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

int
written_note(struct desk *d, const struct actor *actor, const char *case_id,
    const json_t *body, struct err *e)
{
	struct written w;
	json_t *note;
	int64_t seq;
	int result = -1;

	memset(&w, 0, sizeof(w));
	if (wire_get_object(body, "note", &note, e) == -1 ||
	    written_parse(&w, note, e) == -1 || rows_int(d->store,
	    STMT_CASE_NEXT_SEQ, ARGS(V_TEXT(case_id),
	    V_INT(store_now(d->store))), 0, &seq, e) == -1)
		goto out;
	if (seq == 0)
		err_set(e, ERR_GONE, "there is no case '%s'", case_id);
	else
		result = written_add(d, actor, &w, case_id, "note", seq, 0,
		    e);
out:
	written_free(&w);
	return result;
}

int
written_note_opt(struct desk *d, const struct actor *actor,
    const char *case_id, const json_t *body, struct err *e)
{
	const json_t *note = json_object_get(body, "note");

	return note == NULL || json_is_null(note) ? 0 :
	    written_note(d, actor, case_id, body, e);
}

int
written_drop(struct desk *d, const unsigned char item[SEAL_ID], struct err *e)
{
	static const enum statement all[] = { STMT_GRANT_DELETE_ALL,
	    STMT_STILL_DELETE, STMT_CHUNK_DELETE_ALL,
	    STMT_PART_DELETE_ALL, STMT_ITEM_DELETE };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (store_run(d->store, all[i], ARGS(V_BLOB(item, SEAL_ID)),
		    NULL, NULL, e) == -1)
			return -1;
	return 0;
}
