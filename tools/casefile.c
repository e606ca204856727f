/*
 * Opens a case: its keys, and the chain of deposits that roles signed.
 *
 * The service is not believed.  Which letters there are, from whom, in which
 * mode and under which case key is taken from signed deposits only; a case
 * key counts when its secret, sealed to a team key of the roster, makes the
 * public half that the deposit names.  Anything else gets a problem and is
 * never shown as genuine.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/casefile_inside.h"
#include "tools/team.h"
#include "tools/words.h"

#define BOX_MAX		1024
#define STATEMENT_MAX	(256 * 1024)
#define KEYS_MAX	1000
#define ITEMS_MAX	100000
#define PROBLEM_MAX	300

/* As the service calls them. */
static const char *const kinds[] = { "letter", "answer", "note", "draft",
    "participant", "statement", "reach" };

void
casefile_doubt(struct casefile_item *item, const char *form, ...)
{
	char text[PROBLEM_MAX];
	va_list ap;

	if (item->problem != NULL)
		return;
	va_start(ap, form);
	(void)vsnprintf(text, sizeof(text), form, ap);
	va_end(ap);
	item->problem = mem_strdup(text);
}

const struct casefile_key *
casefile_case_key(const struct casefile *cf, int64_t epoch)
{
	size_t i;

	for (i = 0; i < cf->nkeys; i++)
		if (cf->keys[i].epoch == epoch)
			return &cf->keys[i];
	return NULL;
}

/* The secret half out of the team's box; a problem in key when not. */
static void
unseal_key(const struct casefile *cf, struct casefile_key *key,
    int64_t team_epoch, const struct buf *box)
{
	const struct secret *team;
	char context[CONTEXT_MAX], text[PROBLEM_MAX] = "";
	unsigned char pub[SEAL_KEY];
	struct secret *secret = NULL;

	team = team_secret(cf->source.team, cf->desk, team_epoch);
	if (team == NULL) {
		(void)snprintf(text, sizeof(text), _("you hold no key of the "
		    "desk '%s' for it (epoch %" PRId64 "): ask a supervisor"),
		    cf->desk, team_epoch);
		goto out;
	}
	context_case(context, cf->id, key->epoch, cf->desk, team_epoch);
	secret = seal_box_open(team, BOX_CASE, context, box->bytes, box->len,
	    NULL);
	if (secret == NULL || secret->len != SEAL_KEY) {
		(void)snprintf(text, sizeof(text), "%s", _("its case key does "
		    "not open with the desk's key"));
		goto out;
	}
	seal_pair_public(secret, pub);
	if (!seal_equal(pub, key->pub, SEAL_KEY)) {
		(void)snprintf(text, sizeof(text), "%s", _("its case key is "
		    "not the one that it says it is"));
		goto out;
	}
	key->secret = secret;
	secret = NULL;
out:
	secret_free(secret);
	/* The team's key is the roster's (team.h): it opens for all or none. */
	key->shut = team != NULL && key->secret == NULL;
	if (text[0] != '\0')
		key->problem = mem_strdup(text);
}

static int
open_key(struct casefile *cf, const json_t *o, struct err *e)
{
	struct casefile_key *key = &cf->keys[cf->nkeys];
	int64_t team_epoch;
	struct buf box;
	int result = -1;

	if (wire_get_base64(o, "box", BOX_MAX, &box, e) == -1 ||
	    wire_get_int(o, "epoch", 1, INT32_MAX, &key->epoch, e) == -1 ||
	    wire_get_int(o, "team_epoch", 1, INT32_MAX, &team_epoch,
	    e) == -1 ||
	    wire_get_hex(o, "public", key->pub, SEAL_KEY, e) == -1)
		goto out;
	if (casefile_case_key(cf, key->epoch) != NULL) {
		err_set(e, ERR_INPUT, "'keys' has an epoch twice");
		goto out;
	}
	unseal_key(cf, key, team_epoch, &box);
	cf->nkeys++;
	result = 0;
out:
	buf_free(&box);
	return result;
}

static int
open_keys(struct casefile *cf, struct err *e)
{
	json_t *list, *o;
	size_t i;

	if (wire_get_array(cf->json, "keys", KEYS_MAX, &list, e) == -1)
		return -1;
	cf->keys = mem_alloc((json_array_size(list) + 1) *
	    sizeof(*cf->keys));
	json_array_foreach(list, i, o)
		if (open_key(cf, o, e) == -1)
			return -1;
	return 0;
}

/* The statement's bytes, parsed, when their signature holds. */
static int
signed_deposit(struct casefile_item *item)
{
	struct deposit dep;
	struct buf bytes;
	int result = -1;

	if (wire_get_base64(item->json, "statement", STATEMENT_MAX, &bytes,
	    NULL) == -1)
		casefile_doubt(item, "%s", _("it has no signed deposit"));
	else if (!signature_check(item->signer, PURPOSE_DEPOSIT, bytes.bytes,
	    bytes.len, item->signature))
		casefile_doubt(item, "%s", _("the signature of its deposit "
		    "does not hold"));
	else if (deposit_parse(&dep, bytes.bytes, bytes.len, NULL) == -1)
		casefile_doubt(item, "%s", _("its deposit cannot be read"));
	else {
		item->deposit = dep;
		deposit_hash(item->hash, bytes.bytes, bytes.len);
		result = 0;
	}
	buf_free(&bytes);
	return result;
}

static void
check_deposit(const struct casefile *cf, struct casefile_item *item)
{
	const struct deposit *dep = &item->deposit;
	const struct casefile_key *key;

	if (signed_deposit(item) == -1)
		return;
	if (!roster_is_role_key(cf->source.roster, dep->role, item->signer,
	    0))
		casefile_doubt(item, "%s", _("who signed its deposit is not "
		    "on the list of staff and roles"));
	else if (strcmp(dep->case_id, cf->id) != 0 ||
	    !seal_equal(dep->item, item->id, SEAL_ID) ||
	    dep->seq != item->seq || strcmp(dep->kind, kinds[item->kind]) !=
	    0 || (item->kind == ITEM_PERSON &&
	    strcmp(dep->role, "post") != 0) || (item->kind == ITEM_REACH &&
	    strcmp(dep->role, "web") != 0))
		casefile_doubt(item, "%s", _("it was deposited somewhere "
		    "else"));
	else if ((key = casefile_case_key(cf, dep->epoch)) == NULL ||
	    !seal_equal(key->pub, dep->case_key, SEAL_KEY))
		casefile_doubt(item, "%s", _("it was deposited under another "
		    "key of the case"));
	else if (key->secret == NULL)
		casefile_doubt(item, "%s", key->problem);
	item->at = dep->at;
	item->participant = dep->participant;
}

static int
kind_of(const char *word, enum casefile_kind *kind)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i], word) == 0) {
			*kind = (enum casefile_kind)i;
			return 0;
		}
	return -1;
}

static int
get_number(const json_t *o, const char *name, int64_t *out, struct err *e)
{
	const json_t *m = json_object_get(o, name);

	*out = 0;
	if (m == NULL || json_is_null(m))
		return 0;
	return wire_get_int(o, name, 0, INT64_MAX / 2, out, e);
}

/* 0, 1 when it is of a kind that this program does not know, -1. */
static int
add_item(struct casefile *cf, const json_t *o, struct err *e)
{
	struct casefile_item *item = &cf->items[cf->nitems];
	const char *kind;

	if (wire_get_string(o, "kind", &kind, e) == -1)
		return -1;
	if (kind_of(kind, &item->kind) == -1)
		return 1;
	item->json = o;
	if (wire_get_hex(o, "id", item->id, SEAL_ID, e) == -1 ||
	    get_number(o, "seq", &item->seq, e) == -1 ||
	    get_number(o, "participant", &item->participant, e) == -1 ||
	    wire_get_int(o, "at", 0, INT64_MAX / 2, &item->at, e) == -1 ||
	    wire_get_hex(o, "signer", item->signer, SIGN_PUBLIC, e) == -1 ||
	    wire_get_hex(o, "signature", item->signature, SIGN_LEN, e) == -1)
		return -1;
	cf->nitems++;
	if (casefile_deposited(item))
		check_deposit(cf, item);
	else if ((item->author = roster_name_of_key(cf->source.roster,
	    item->signer)) == NULL)
		casefile_doubt(item, "%s", _("who signed it was never on the "
		    "list of staff"));
	return 0;
}

/*
 * Each deposit names the one before it; the first names none.  A role takes
 * the newest key, so no deposit goes back to a key of before: it would be
 * signed as if the case were still where it was then.
 */
static void
check_chain(struct casefile *cf)
{
	unsigned char last[SEAL_HASH] = { 0 };
	int64_t seq = 0, epoch = 0;
	size_t i;

	for (i = 0; i < cf->nitems; i++) {
		struct casefile_item *item = &cf->items[i];

		if (!casefile_deposited(item) || item->problem != NULL)
			continue;
		if (item->seq <= seq) {
			casefile_doubt(item, "%s", _("it stands in the case "
			    "twice"));
			continue;
		}
		if (item->deposit.epoch < epoch) {
			casefile_doubt(item, "%s", _("it came under a key "
			    "that the case had before"));
			continue;
		}
		item->gap = !seal_equal(item->deposit.prev, last, SEAL_HASH);
		memcpy(last, item->hash, SEAL_HASH);
		seq = item->seq;
		epoch = item->deposit.epoch;
	}
}

static int
by_seq(const void *a, const void *b)
{
	const struct casefile_item *x = a, *y = b;

	if ((x->seq == 0) != (y->seq == 0))
		return x->seq == 0 ? 1 : -1;	/* drafts stand last */
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* All items, or, in a row of the queue, the newest letter alone. */
static int
open_items(struct casefile *cf, struct err *e)
{
	const json_t *newest = json_object_get(cf->json, "newest");
	json_t *list, *o;
	size_t i;

	if (json_object_get(cf->json, "letters") == NULL) {
		cf->items = mem_alloc(sizeof(*cf->items));
		return newest == NULL || json_is_null(newest) ||
		    add_item(cf, newest, e) != -1 ? 0 : -1;
	}
	if (wire_get_array(cf->json, "letters", ITEMS_MAX, &list, e) == -1)
		return -1;
	cf->items = mem_alloc((json_array_size(list) + 1) *
	    sizeof(*cf->items));
	json_array_foreach(list, i, o)
		if (add_item(cf, o, e) == -1)
			return -1;
	qsort(cf->items, cf->nitems, sizeof(*cf->items), by_seq);
	check_chain(cf);
	return 0;
}

struct casefile *
casefile_open(const json_t *o, const struct casefile_source *source,
    struct err *e)
{
	struct casefile *cf = mem_alloc(sizeof(*cf));

	cf->source = *source;
	cf->json = json_deep_copy(o);
	if (deposit_get_case(o, "id", cf->id, e) == 0 &&
	    roster_get_name(o, "desk", cf->desk, e) == 0 &&
	    open_keys(cf, e) == 0 && open_items(cf, e) == 0 &&
	    casefile_epochs(cf, e) == 0)
		return cf;
	err_prefix(e, _("the service's answer cannot be read"));
	casefile_free(cf);
	return NULL;
}

static void
free_item(struct casefile_item *item)
{
	deposit_free(&item->deposit);
	secret_free(item->key);
	if (item->bytes != NULL)
		seal_wipe(item->bytes, item->len);
	free(item->bytes);
	json_decref(item->view);
	json_decref(item->party);
	free(item->problem);
}

void
casefile_free(struct casefile *cf)
{
	size_t i;

	if (cf == NULL)
		return;
	for (i = 0; i < cf->nitems; i++)
		free_item(&cf->items[i]);
	for (i = 0; i < cf->nkeys; i++) {
		secret_free(cf->keys[i].secret);
		free(cf->keys[i].problem);
	}
	free(cf->items);
	free(cf->keys);
	free(cf->former);
	free(cf->records);
	json_decref(cf->json);
	free(cf);
}

const char *
casefile_id(const struct casefile *cf)
{
	return cf->id;
}

const char *
casefile_desk(const struct casefile *cf)
{
	return cf->desk;
}

const json_t *
casefile_json(const struct casefile *cf)
{
	return cf->json;
}

size_t
casefile_count(const struct casefile *cf)
{
	return cf->nitems;
}

struct casefile_item *
casefile_at(const struct casefile *cf, size_t i)
{
	return i < cf->nitems ? &cf->items[i] : NULL;
}

struct casefile_item *
casefile_item(const struct casefile *cf, int64_t seq)
{
	size_t i;

	for (i = 0; i < cf->nitems; i++)
		if (seq > 0 && cf->items[i].seq == seq)
			return &cf->items[i];
	return NULL;
}

struct casefile_item *
casefile_item_by_id(const struct casefile *cf,
    const unsigned char id[SEAL_ID])
{
	size_t i;

	for (i = 0; i < cf->nitems; i++)
		if (seal_equal(cf->items[i].id, id, SEAL_ID))
			return &cf->items[i];
	return NULL;
}

/* The newest of one or more kinds that verified; participant 0: any. */
#define OF(kind)	(1u << (kind))
static struct casefile_item *
newest_of(const struct casefile *cf, int64_t participant, unsigned int of)
{
	size_t i;

	for (i = cf->nitems; i > 0; i--) {
		struct casefile_item *item = &cf->items[i - 1];

		if ((OF(item->kind) & of) != 0 && item->problem == NULL &&
		    (participant == 0 || item->participant == participant))
			return item;
	}
	return NULL;
}

struct casefile_item *
casefile_newest_of(const struct casefile *cf, int64_t participant)
{
	return newest_of(cf, participant, OF(ITEM_LETTER));
}

struct casefile_item *
casefile_stands(const struct casefile *cf, int64_t participant)
{
	return newest_of(cf, participant, OF(ITEM_LETTER) |
	    OF(ITEM_PERSON) | OF(ITEM_REACH));
}

struct casefile_item *
casefile_stated(const struct casefile *cf, int64_t participant)
{
	return newest_of(cf, participant, OF(ITEM_PERSON));
}

struct casefile_item *
casefile_newest(const struct casefile *cf)
{
	return casefile_newest_of(cf, 0);
}

int
casefile_doubtful(const struct casefile *cf)
{
	size_t i;

	for (i = 0; i < cf->nitems; i++)
		if (casefile_deposited(&cf->items[i]) &&
		    (cf->items[i].gap || cf->items[i].problem != NULL))
			return 1;
	return 0;
}

const json_t *
casefile_draft(const struct casefile *cf, int64_t no, struct err *e)
{
	const json_t *o;
	int64_t its;
	size_t i;

	json_array_foreach(json_object_get(cf->json, "drafts"), i, o)
		if (wire_get_int(o, "no", 1, INT32_MAX, &its, NULL) == 0 &&
		    its == no)
			return o;
	err_set(e, ERR_GONE, _("there is no draft %s.d%" PRId64 ": 'teduh "
	    "drafts' lists them"), cf->id, no);
	return NULL;
}

/* The number of the draft that an item belongs to, or 0. */
static int64_t
draft_of(const struct casefile *cf, const struct casefile_item *item)
{
	char hex[2 * SEAL_ID + 1];
	const json_t *o, *draft, *letter;
	size_t i;

	wire_hex(hex, item->id, SEAL_ID);
	json_array_foreach(json_object_get(cf->json, "drafts"), i, o) {
		draft = json_object_get(o, "item");
		letter = json_object_get(o, "letter");
		if ((json_is_string(draft) &&
		    strcmp(json_string_value(draft), hex) == 0) ||
		    (json_is_string(letter) &&
		    strcmp(json_string_value(letter), hex) == 0))
			return json_integer_value(json_object_get(o, "no"));
	}
	return 0;
}

void
casefile_name(const struct casefile *cf, const struct casefile_item *item,
    char out[CASEFILE_NAME_MAX])
{
	int64_t no;

	if (item->seq > 0)
		(void)snprintf(out, CASEFILE_NAME_MAX, "%s.%" PRId64, cf->id,
		    item->seq);
	else if ((no = draft_of(cf, item)) > 0)
		(void)snprintf(out, CASEFILE_NAME_MAX, "%s.d%" PRId64,
		    cf->id, no);
	else
		(void)snprintf(out, CASEFILE_NAME_MAX, "%s", cf->id);
}
