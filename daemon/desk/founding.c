/*
 * How a service begins.  The founder code is printed once by init and never
 * stored; what is stored is its public half and the card it signed.  The
 * first batch is accepted once, whole, and only under that key.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/founding.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/wire.h"

#define ENTRIES_MAX	512
#define SECRETS_MAX	512

static json_t *
role_json(const unsigned char *sign, const unsigned char *box)
{
	json_t *role = json_object();

	wire_set_hex(role, "sign", sign, SIGN_PUBLIC);
	if (box != NULL)
		wire_set_hex(role, "box", box, SEAL_KEY);
	return role;
}

static char *
print_card(const struct config *config, const struct founding_keys *keys,
    size_t *len)
{
	json_t *card = json_object(), *desks = json_array();
	json_t *roles = json_object();
	char *text;
	size_t i;

	for (i = 0; i < config->ndesks; i++)
		(void)json_array_append_new(desks,
		    json_string(config->desks[i].name));
	(void)json_object_set_new(roles, "intake",
	    role_json(keys->intake, NULL));
	(void)json_object_set_new(roles, "web", role_json(keys->web, NULL));
	(void)json_object_set_new(roles, "post",
	    role_json(keys->post, keys->postman));
	(void)json_object_set_new(roles, "clock",
	    role_json(keys->clock, NULL));
	(void)json_object_set_new(card, "v", json_integer(1));
	(void)json_object_set_new(card, "kind", json_string("service"));
	(void)json_object_set_new(card, "desks", desks);
	(void)json_object_set_new(card, "roles", roles);
	text = wire_print(card, len);
	json_decref(card);
	return text;
}

static int
put(struct store *s, const char *name, const void *bytes, size_t len,
    struct err *e)
{
	return store_run(s, STMT_SETTING_PUT, ARGS(V_TEXT(name),
	    V_BLOB(bytes, len)), NULL, NULL, e) == -1 ? -1 : 0;
}

int
founding_prepare(struct store *s, const struct config *config,
    const struct founding_keys *keys, const char *founder_code,
    struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct signer *founder;
	char *card = NULL;
	size_t len;
	int result = -1;

	if ((founder = code_founder_signer(founder_code, e)) == NULL)
		return -1;
	card = print_card(config, keys, &len);
	signature_make(founder, PURPOSE_CARD, card, len, signature);
	if (store_begin(s, e) == -1)
		goto out;
	if (put(s, "founder", founder->pub, SIGN_PUBLIC, e) == -1 ||
	    put(s, "card", card, len, e) == -1 ||
	    put(s, "card_signature", signature, SIGN_LEN, e) == -1 ||
	    store_commit(s, e) == -1) {
		store_rollback(s);
		goto out;
	}
	result = 0;
out:
	free(card);
	signer_free(founder);
	return result;
}

static int
add_blob(void *ctx, const struct row *row, struct err *e)
{
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (buf_add(ctx, bytes, len) == -1) {
		err_set(e, ERR_IO, "a setting is larger than it can be");
		return -1;
	}
	return 1;
}

/* *out is initialised here; free it in any case. */
static int
get(struct store *s, const char *name, struct buf *out, struct err *e)
{
	int64_t n;

	buf_init(out, 65536);
	n = store_run(s, STMT_SETTING_GET, ARGS(V_TEXT(name)), add_blob, out,
	    e);
	if (n == 0)
		err_set(e, ERR_GONE, "this store has no '%s'; it was not "
		    "made by teduh-admin init", name);
	return n > 0 ? 0 : -1;
}

static int
is_founded(struct store *s, struct err *e)
{
	int64_t n = store_run(s, STMT_ROSTER_ANY, NO_ARGS, NULL, NULL, e);

	return n == -1 ? -1 : n > 0;
}

json_t *
founding_card(struct store *s, struct err *e)
{
	struct buf card, signature;
	json_t *answer = NULL;
	int founded;

	if ((founded = is_founded(s, e)) != 0) {
		if (founded == 1)
			err_set(e, ERR_GONE, "this service is founded "
			    "already; ask a supervisor for an invitation");
		return NULL;
	}
	memset(&signature, 0, sizeof(signature));
	if (get(s, "card", &card, e) == 0 &&
	    get(s, "card_signature", &signature, e) == 0) {
		answer = json_object();
		wire_set_base64(answer, "card", card.bytes, card.len);
		wire_set_hex(answer, "signature", signature.bytes,
		    signature.len);
	}
	buf_free(&card);
	buf_free(&signature);
	return answer;
}

static int
is_founder(struct store *s, const struct request_proof *proof, struct err *e)
{
	struct buf key;
	int same;

	if (get(s, "founder", &key, e) == -1) {
		buf_free(&key);
		return -1;
	}
	same = key.len == SIGN_PUBLIC &&
	    seal_equal(key.bytes, proof->key, SIGN_PUBLIC);
	buf_free(&key);
	if (!same)
		err_set(e, ERR_DENIED, "this is not the founder code of this "
		    "service");
	return same ? 0 : -1;
}

static int
accept_within(struct desk *d, const struct request_proof *proof,
    const json_t *entries, const json_t *secrets, struct err *e)
{
	struct actor founder = { NULL, proof };
	int founded;

	if (is_founder(d->store, proof, e) == -1 ||
	    staff_nonce(d, proof, e) == -1 ||
	    (founded = is_founded(d->store, e)) == -1)
		return -1;
	if (founded) {
		err_set(e, ERR_CONFLICT, "this service is founded already");
		return -1;
	}
	if (staff_put_entries(d, entries, e) == -1 ||
	    staff_put_secrets(d, secrets, e) == -1)
		return -1;
	return audit_add(d, &founder, "found", NULL, NULL, e);
}

json_t *
founding_accept(struct desk *d, const struct request_proof *proof,
    const json_t *body, struct err *e)
{
	json_t *entries, *secrets, *answer;

	if (wire_get_array(body, "entries", ENTRIES_MAX, &entries, e) == -1 ||
	    wire_get_array(body, "secrets", SECRETS_MAX, &secrets, e) == -1)
		return NULL;
	if (store_begin(d->store, e) == -1)
		return NULL;
	if (accept_within(d, proof, entries, secrets, e) == -1 ||
	    store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		roster_free(d->roster);	/* holds entries that do not exist */
		d->roster = roster_new();
		return NULL;
	}
	answer = json_object();
	(void)json_object_set_new(answer, "seq",
	    json_integer(roster_seq(d->roster)));
	return answer;
}

struct first {
	struct buf	entry;
	unsigned char	signature[SIGN_LEN];
};

static int
get_first(void *ctx, const struct row *row, struct err *e)
{
	struct first *first = ctx;
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 1, &len);
	if (bytes == NULL || buf_add(&first->entry, bytes, len) == -1 ||
	    row_bytes(row, 2, first->signature, SIGN_LEN) == -1) {
		err_set(e, ERR_DENIED, "roster entry 1 is not whole");
		return -1;
	}
	return 1;
}

int
founding_check_pin(struct store *s, const unsigned char pin[SEAL_HASH],
    struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct first first;
	int64_t n;
	int result = -1;

	buf_init(&first.entry, ROSTER_ENTRY_MAX);
	n = store_run(s, STMT_ROSTER_FROM, ARGS(V_INT(1), V_INT(1)),
	    get_first, &first, e);
	if (n == 0)
		err_set(e, ERR_GONE, "nobody has joined yet: the founder "
		    "runs 'teduh join URL CODE' first");
	if (n <= 0)
		goto out;
	roster_hash(hash, first.entry.bytes, first.entry.len,
	    first.signature);
	if (!seal_equal(hash, pin, sizeof(hash))) {
		err_set(e, ERR_DENIED, "this is not the pin of this service: "
		    "the first roster entry has another hash; compare it "
		    "with what 'teduh join' printed");
		goto out;
	}
	result = 0;
out:
	buf_free(&first.entry);
	return result;
}
