/*
 * An item that a role adds to a case's chain.  It is signed under the case
 * key that the newest deposit names, in the transaction that makes it the
 * newest; so it comes behind what its caller had read, or not at all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/deposit_find.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/entry.h"
#include "daemon/desk/item.h"
#include "daemon/store/store.h"
#include "lib/err.h"

#define GRANT_MAX	1024

static int
seal_view(struct entry *m, json_t *view, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct seal_stream *stream;
	size_t len;
	char *text = wire_print(view, &len);
	int result = -1;

	item_out_part(m->out, PART_VIEW);
	stream = seal_stream_new(m->key, m->item, PART_VIEW, item_out_sink,
	    m->out, e);
	if (stream != NULL && seal_stream_add(stream, text, len, e) == 0 &&
	    seal_stream_end(stream, hash, e) == 0) {
		item_out_end(m->out, hash);
		result = 0;
	}
	seal_stream_free(stream);
	seal_wipe(text, len);
	free(text);
	json_decref(view);
	return result;
}

int
entry_seal(struct entry *m, struct desk *d, const char *case_id,
    int64_t epoch, const unsigned char case_key[SEAL_KEY], json_t *view,
    struct err *e)
{
	char context[CONTEXT_MAX];

	memset(m, 0, sizeof(*m));
	m->desk = d;
	(void)snprintf(m->case_id, sizeof(m->case_id), "%s", case_id);
	m->epoch = epoch;
	memcpy(m->case_key, case_key, SEAL_KEY);
	buf_init(&m->grant, GRANT_MAX);
	seal_random(m->item, SEAL_ID);
	m->key = secret_random(SEAL_KEY);
	m->out = item_out_new(d->store, m->item);
	if (seal_view(m, view, e) == -1)
		return -1;
	context_grant(context, m->case_id, m->item, "content", epoch);
	return seal_box(case_key, BOX_GRANT, context, m->key->bytes,
	    m->key->len, &m->grant, e);
}

static int
fill(const struct entry *m, struct deposit *dep, struct err *e)
{
	const struct deposit_part *parts;

	(void)snprintf(dep->role, sizeof(dep->role), "%s", m->desk->role);
	memcpy(dep->case_id, m->case_id, sizeof(dep->case_id));
	memcpy(dep->item, m->item, SEAL_ID);
	parts = item_out_parts(m->out, &dep->nparts);
	dep->parts = mem_dup(parts, dep->nparts * sizeof(*parts));
	dep->epoch = m->epoch;
	memcpy(dep->case_key, m->case_key, SEAL_KEY);
	dep->at = store_now(m->desk->store);
	return deposit_case_head(m->desk, dep->case_id, &dep->seq, dep->prev,
	    e);
}

int
entry_write(struct entry *m, struct deposit *dep, struct err *e)
{
	unsigned char signature[SIGN_LEN], hash[SEAL_HASH];
	struct desk *d = m->desk;
	struct store *s = d->store;
	char *text;
	size_t len;
	int64_t n;

	if (fill(m, dep, e) == -1)
		return -1;
	text = deposit_print(dep, &len);
	deposit_hash(hash, text, len);
	signature_make(d->signer, PURPOSE_DEPOSIT, text, len, signature);
	n = store_run(s, STMT_ITEM_ADD, ARGS(V_BLOB(m->item, SEAL_ID),
	    V_TEXT(dep->case_id), V_INT(dep->seq), V_TEXT(dep->kind),
	    V_INT(dep->at), V_INT(dep->participant), V_TEXT(dep->class),
	    V_TEXT(dep->flags), V_BLOB(text, len), V_BLOB(hash, SEAL_HASH),
	    V_BLOB(d->signer->pub, SIGN_PUBLIC), V_BLOB(signature,
	    SIGN_LEN)), NULL, NULL, e);
	free(text);
	if (n == -1 || item_out_commit(m->out, e) == -1 ||
	    item_complete(s, m->item, e) == -1 ||
	    store_run(s, STMT_GRANT_ADD, ARGS(V_BLOB(m->item, SEAL_ID),
	    V_TEXT("case"), V_TEXT("content"), V_INT(dep->epoch),
	    V_BLOB(m->grant.bytes, m->grant.len)), NULL, NULL, e) == -1)
		return -1;
	return store_run(s, STMT_CASE_REPORTED, ARGS(V_TEXT(dep->case_id),
	    V_BLOB(hash, SEAL_HASH), V_INT(dep->at)), NULL, NULL, e) == -1 ?
	    -1 : 0;
}

void
entry_free(struct entry *m)
{
	item_out_free(m->out);
	secret_free(m->key);
	buf_free(&m->grant);
	memset(m, 0, sizeof(*m));
}
