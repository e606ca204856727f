/*
 * A founded service in one process.  Keys and signatures are real; what
 * stands in a draft does not matter to the desk, so it is a word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/founding.h"
#include "daemon/desk/item.h"
#include "daemon/store/store.h"
#include "lib/audit_action.h"
#include "lib/audit_chain.h"
#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tests/unit/desk_kit.h"

struct desk kit_intake, kit_web, kit_post, kit_api;
struct identity *kit_maria, *kit_anna, *kit_ben, *kit_olga;
struct secret *kit_postman, *kit_team;

static char folder[64];
static struct config *config;
static struct signer *intake_key, *post_key, *web_key, *clock_key, *founder;
static struct secret *pepper;
static unsigned char postman_pub[SEAL_KEY], team_pub[SEAL_KEY];

static const char conf[] =
    "data = \"data\"\nsecrets = \"secrets\"\nuser = \"nobody\"\n"
    "api { listen = \"unix:api\" }\n"
    "desk youth { languages = {\"en\"}\n"
    "from_address = \"desk@desk.example\" }\n"
    "desk careers { languages = {\"en\"}\n"
    "from_address = \"work@desk.example\" }\n"
    "mailbox pipe { desk = \"youth\"\nlisten = \"unix:pipe\" }\n";

static void
fail_with(const struct err *e)
{
	fail_msg("%s: %s", err_word(e->code), e->text);
}

static void
add_entry(json_t *entries, struct roster *r, const struct signer *by,
    char *text, size_t len)
{
	unsigned char sig[SIGN_LEN];
	struct err e = ERR_INIT;
	json_t *o = json_object();

	signature_make(by, PURPOSE_ROSTER, text, len, sig);
	if (roster_add(r, NULL, text, len, sig, &e) == -1)
		fail_with(&e);
	wire_set_base64(o, "entry", text, len);
	wire_set_hex(o, "signature", sig, sizeof(sig));
	(void)json_array_append_new(entries, o);
	free(text);
}

static char *
entry_of(struct roster *r, const char *name, const struct identity *who,
    enum roster_rank rank, const char *desk, size_t *len)
{
	struct roster_person p;

	memset(&p, 0, sizeof(p));
	(void)snprintf(p.name, sizeof(p.name), "%s", name);
	p.rank = rank;
	p.active = 1;
	p.ndesks = 1;
	(void)snprintf(p.desks[0], sizeof(p.desks[0]), "%s", desk);
	memcpy(p.sign, who->signer->pub, SIGN_PUBLIC);
	memcpy(p.box, who->box_pub, SEAL_KEY);
	return roster_entry_person(r, "maria", 1795000000, &p, len);
}

/* The first batch, as the founder's command line makes it. */
static json_t *
batch(void)
{
	const struct signer *maria = kit_maria->signer;
	struct roster *r = roster_new();
	json_t *entries = json_array(), *body = json_object();
	char *text;
	size_t n;

	text = entry_of(r, "maria", kit_maria, RANK_SUPERVISOR, "youth",
	    &n);
	add_entry(entries, r, maria, text, n);
	text = roster_entry_role(r, "maria", 1795000000, "intake",
	    intake_key->pub, NULL, &n);
	add_entry(entries, r, maria, text, n);
	text = roster_entry_role(r, "maria", 1795000000, "web",
	    web_key->pub, NULL, &n);
	add_entry(entries, r, maria, text, n);
	text = roster_entry_role(r, "maria", 1795000000, "post",
	    post_key->pub, postman_pub, &n);
	add_entry(entries, r, maria, text, n);
	text = roster_entry_key(r, "maria", 1795000000, "team", "youth", 1,
	    team_pub, &n);
	add_entry(entries, r, maria, text, n);
	text = entry_of(r, "anna", kit_anna, RANK_COUNSELLOR, "youth", &n);
	add_entry(entries, r, maria, text, n);
	text = entry_of(r, "ben", kit_ben, RANK_COUNSELLOR, "youth", &n);
	add_entry(entries, r, maria, text, n);
	text = entry_of(r, "olga", kit_olga, RANK_SUPERVISOR, "careers", &n);
	add_entry(entries, r, maria, text, n);
	roster_free(r);
	(void)json_object_set_new(body, "entries", entries);
	(void)json_object_set_new(body, "secrets", json_array());
	return body;
}

static void
found_service(void)
{
	struct request_proof proof = *kit_actor(kit_maria).proof;
	struct err e = ERR_INIT;
	json_t *body = batch(), *answer;

	memcpy(proof.key, founder->pub, SIGN_PUBLIC);
	signature_make(founder, PURPOSE_REQUEST, proof.base,
	    strlen(proof.base), proof.sig);
	if ((answer = founding_accept(&kit_api, &proof, body, &e)) == NULL)
		fail_with(&e);
	json_decref(answer);
	json_decref(body);
}

static void
open_desk(struct desk *d, const char *role, const struct signer *signer)
{
	struct err e = ERR_INIT;

	memset(d, 0, sizeof(*d));
	d->role = role;
	d->signer = signer;
	d->pepper = signer == NULL ? NULL : pepper;
	d->config = config;
	d->roster = roster_new();
	if ((d->store = store_open(folder, STORE_USE, &e)) == NULL)
		fail_with(&e);
}

int
kit_begin(void **state)
{
	struct founding_keys keys;
	char code[CODE_FOUNDER_LEN];
	struct err e = ERR_INIT;
	struct store *s;

	(void)state;
	if (seal_init(&e) == -1)
		return -1;
	(void)snprintf(folder, sizeof(folder), "/tmp/teduh-desk.XXXXXX");
	if (mkdtemp(folder) == NULL ||
	    (config = config_parse("/tmp/kit.conf", conf, &e)) == NULL)
		fail_with(&e);
	pepper = secret_random(SEAL_KEY);
	intake_key = signer_new();
	post_key = signer_new();
	web_key = signer_new();
	clock_key = signer_new();
	kit_postman = seal_pair_new(postman_pub);
	kit_team = seal_pair_new(team_pub);
	kit_maria = identity_new();
	kit_anna = identity_new();
	kit_ben = identity_new();
	kit_olga = identity_new();
	memcpy(keys.intake, intake_key->pub, SIGN_PUBLIC);
	memcpy(keys.web, web_key->pub, SIGN_PUBLIC);
	memcpy(keys.post, post_key->pub, SIGN_PUBLIC);
	memcpy(keys.clock, clock_key->pub, SIGN_PUBLIC);
	memcpy(keys.postman, postman_pub, SEAL_KEY);
	code_founder_new(code);
	founder = code_founder_signer(code, &e);
	if ((s = store_open(folder, STORE_CREATE, &e)) == NULL ||
	    founding_prepare(s, config, &keys, code, &e) == -1)
		fail_with(&e);
	store_close(s);
	open_desk(&kit_api, "api", NULL);
	open_desk(&kit_intake, "intake", intake_key);
	open_desk(&kit_web, "web", web_key);
	open_desk(&kit_post, "post", post_key);
	found_service();
	if (desk_refresh(&kit_api, &e) == -1 ||
	    desk_refresh(&kit_intake, &e) == -1 ||
	    desk_refresh(&kit_web, &e) == -1 ||
	    desk_refresh(&kit_post, &e) == -1)
		fail_with(&e);
	return 0;
}

static void
close_desk(struct desk *d)
{
	store_close(d->store);
	roster_free(d->roster);
}

int
kit_end(void **state)
{
	static const char *const files[] = { "store.db", "store.db-wal",
	    "store.db-shm", "store.lock", "state/roster",
	    "state/erased", "state", "" };
	char path[128];
	size_t i;

	(void)state;
	close_desk(&kit_api);
	close_desk(&kit_intake);
	close_desk(&kit_web);
	close_desk(&kit_post);
	config_free(config);
	signer_free(intake_key);
	signer_free(post_key);
	signer_free(web_key);
	signer_free(clock_key);
	signer_free(founder);
	secret_free(pepper);
	secret_free(kit_postman);
	secret_free(kit_team);
	identity_free(kit_maria);
	identity_free(kit_anna);
	identity_free(kit_ben);
	identity_free(kit_olga);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    files[i]);
		(void)remove(path);
	}
	return 0;
}

struct actor
kit_actor(const struct identity *who)
{
	static struct request_proof proofs[64];
	static size_t next;
	struct request_proof *proof = &proofs[next++ % 64];
	struct actor actor;

	memset(proof, 0, sizeof(*proof));
	memcpy(proof->key, who->signer->pub, SIGN_PUBLIC);
	seal_random(proof->nonce, sizeof(proof->nonce));
	proof->created = store_now(kit_api.store);
	(void)snprintf(proof->base, sizeof(proof->base), "a request");
	signature_make(who->signer, PURPOSE_REQUEST, proof->base,
	    strlen(proof->base), proof->sig);
	actor.proof = proof;
	actor.person = roster_person_by_key(kit_api.roster, proof->key);
	return actor;
}

/* The path of the request that asks for it; 0 when there is no such one. */
static int
path_of(char path[256], const char *pattern, const char *case_id,
    const char *detail)
{
	const char *s = pattern, *put;
	size_t n = 0;

	while (*s != '\0' && n < 200) {
		put = NULL;
		if (strncmp(s, "{case}", 6) == 0)
			put = case_id;
		else if (strncmp(s, "{n}", 3) == 0)
			put = case_id == NULL ? "1" : detail + 1;
		if (*s == '{' && put == NULL)
			return 0;
		if (put == NULL) {
			path[n++] = *s++;
			continue;
		}
		n += (size_t)snprintf(path + n, 256 - n, "%.40s", put);
		s = strchr(s, '}') + 1;
	}
	path[n] = '\0';
	return 1;
}

static const struct signer *
signer_of(const unsigned char key[SIGN_PUBLIC])
{
	const struct signer *all[] = { kit_maria->signer, kit_anna->signer,
	    kit_ben->signer, kit_olga->signer, founder };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (memcmp(all[i]->pub, key, SIGN_PUBLIC) == 0)
			return all[i];
	return NULL;
}

/* The request as it would have come over the wire. */
static int
sign_again(struct request_proof *out, const unsigned char key[SIGN_PUBLIC],
    const struct audit_entry *x)
{
	const struct audit_action *a = audit_action_find(x->action);
	const struct signer *signer = signer_of(key);
	int64_t now = store_now(kit_api.store);
	struct request_headers h;
	struct request q;
	char path[256];

	if (a == NULL || signer == NULL ||
	    !path_of(path, a->pattern, x->case_id, x->detail))
		return 0;
	q = (struct request){ a->method, "kit", path, "", "", 0 };
	assert_int_equal(request_sign(signer, &q, now, &h, NULL), 0);
	assert_int_equal(request_check(&q, h.digest, h.input, h.signature,
	    now, out, NULL), 0);
	return 1;
}

int
audit_asked(struct audit_entry *x, const struct request_proof *proof,
    struct err *e)
{
	static struct request_proof again;

	if (!sign_again(&again, proof->key, x))
		again = *proof;
	x->base = again.base;
	memcpy(x->signer, again.key, sizeof(x->signer));
	memcpy(x->signature, again.sig, sizeof(x->signature));
	if (audit_chain_asked(x) == 0)
		return 0;
	err_set(e, ERR_BUG, "the action '%s' has no row in "
	    "lib/audit_action.c, or its path is another", x->action);
	return -1;
}

struct reading
kit_reading(const char *from, const char *text, const char *token)
{
	struct reading r;
	json_t *tokens = json_array();

	memset(&r, 0, sizeof(r));
	if (token != NULL)
		(void)json_array_append_new(tokens, json_string(token));
	r.view = json_pack("{s:s, s:b, s:s, s:{s:n, s:s?}, s:s, s:s, s:s, s:[],"
	    " s:[], s:[], s:n, s:n, s:[], s:o, s:[]}", "class", "person",
	    "answerable", 0, "why", "", "from", "name", "address", from,
	    "subject", "a subject", "text", text, "text_origin", "plain",
	    "folded", "attachments", "flags", "message_id", "in_reply_to",
	    "references", "tokens", tokens, "triage");
	assert_non_null(r.view);
	return r;
}

const char *
kit_letter(const char *from, const char *text, const char *token)
{
	static char id[CASE_ID_LEN + 1];
	struct reading r = kit_reading(from, text, token);
	struct arrival a = { config_mailbox(config, "pipe"), "", 0, 0, text,
	    strlen(text), 0, &r, NULL };
	enum deposit_result result;
	struct err e = ERR_INIT;

	if (deposit_letter(&kit_intake, &a, &result, id, &e) == -1)
		fail_with(&e);
	json_decref(r.view);
	return id;
}

json_t *
kit_written(const struct identity *who, const char *case_id,
    char item_hex[2 * SEAL_ID + 1])
{
	unsigned char item[SEAL_ID], sig[SIGN_LEN];
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *body = json_object(), *grant = json_object(), *put;

	seal_random(item, sizeof(item));
	wire_hex(item_hex, item, sizeof(item));
	put = item_put(&kit_api, &actor, case_id, item_hex, PART_VIEW,
	    "sealed bytes", 12, &e);
	if (put == NULL)
		fail_with(&e);
	json_decref(put);
	signature_make(who->signer, PURPOSE_DRAFT, "words", 5, sig);
	(void)json_object_set_new(body, "no", json_null());
	(void)json_object_set_new(body, "participant", json_integer(1));
	(void)json_object_set_new(body, "seen", json_integer(1));
	(void)json_object_set_new(body, "item", json_string(item_hex));
	wire_set_hex(body, "signature", sig, sizeof(sig));
	(void)json_object_set_new(grant, "epoch", json_integer(1));
	wire_set_base64(grant, "box", "a box", 5);
	(void)json_object_set_new(body, "grant", grant);
	return body;
}

void
kit_approved(const char *case_id, unsigned char item[SEAL_ID])
{
	char hex[2 * SEAL_ID + 1], letter[2 * SEAL_ID + 1];
	struct err e = ERR_INIT;
	struct actor anna, maria;
	json_t *body, *draft;
	int64_t no;

	body = kit_written(kit_anna, case_id, hex);
	anna = kit_actor(kit_anna);
	if ((draft = draft_save(&kit_api, &anna, case_id, body, &e)) == NULL)
		fail_with(&e);
	no = json_integer_value(json_object_get(draft, "no"));
	json_decref(draft);
	json_decref(body);
	body = kit_written(kit_anna, case_id, letter);
	anna = kit_actor(kit_anna);
	if ((draft = draft_submit(&kit_api, &anna, case_id, no, body,
	    &e)) == NULL)
		fail_with(&e);
	json_decref(draft);
	wire_set_base64(body, "postman", "postman box", 11);
	(void)json_object_set_new(body, "letter", json_string(letter));
	maria = kit_actor(kit_maria);
	if ((draft = draft_approve(&kit_api, &maria, case_id, no, body,
	    &e)) == NULL)
		fail_with(&e);
	json_decref(draft);
	json_decref(body);
	assert_int_equal(wire_unhex(item, SEAL_ID, letter), 0);
}

int
kit_ended(void)
{
	char which[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;
	int n, all = 0;

	while ((n = erase_end_next(&kit_intake, which, &e)) > 0)
		all += n == 1;
	if (n == -1 || erase_sweep(&kit_intake, &e) == -1)
		fail_with(&e);
	return all;
}

static sqlite3 *
beside(void)
{
	char path[96];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/store.db", folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

void
kit_meddle(const char *sql)
{
	sqlite3 *db = beside();
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s", why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t
kit_count(const char *sql)
{
	sqlite3 *db = beside();
	sqlite3_stmt *st;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return n;
}

size_t
kit_blob(const char *sql, unsigned char *out, size_t max)
{
	sqlite3 *db = beside();
	sqlite3_stmt *st;
	size_t n;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = (size_t)sqlite3_column_bytes(st, 0);
	assert_true(n > 0 && n <= max);
	memcpy(out, sqlite3_column_blob(st, 0), n);
	(void)sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return n;
}
