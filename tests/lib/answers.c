/*
 * Many approved answers in the store of a service that stands still, as fast
 * as they can be made: letters taken by intake's own code, answers written,
 * signed, sealed, submitted and approved by the desk's, with the keys of two
 * persons of its staff.  What post does with them is another story's.
 *
 *   answers CONFIG AUTHOR-KEY APPROVER-KEY COUNT < their passphrases, a line
 *   each
 *
 * Prints a line for each: ADDRESS SECRET MESSAGE-ID; the secret stands in the
 * answer's body, and in the letter's name and subject, too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/case.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/item.h"
#include "daemon/desk/reading.h"
#include "daemon/sandbox.h"
#include "daemon/secrets.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/letter.h"

#define SECRET_BYTES	12
#define TEXT_MAX	(64 * 1024)
#define REFERENCES	20

struct staff {
	struct identity			*keys;
	const struct roster_person	*person;
};

struct maker {
	struct config	*config;
	struct desk	 intake, api;
	struct staff	 author, approver;
	int64_t		 now;
	int64_t		 number;		/* of the answer at hand */
	char		 secret[2 * SECRET_BYTES + 1];
	char		 address[64];
	char		 case_id[CASE_ID_LEN + 1];
	unsigned char	 deposit[SEAL_HASH], case_key[SEAL_KEY];
	unsigned char	 item[SEAL_ID];		/* of the letter */
	struct secret	*key;
	char		*document;
	size_t		 len;
};

static void __attribute__((noreturn))
die(const struct err *e)
{
	(void)fprintf(stderr, "answers: %s\n", e->text);
	exit(1);
}

static json_t *
must(json_t *o, const struct err *e)
{
	if (o == NULL)
		die(e);
	return o;
}

static struct secret *
read_line(void)
{
	char line[1024];

	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(2);
	line[strcspn(line, "\n")] = '\0';
	return secret_copy(line, strlen(line));
}

static struct identity *
read_key(const char *path)
{
	unsigned char bytes[IDENTITY_FILE_LEN + 1];
	struct secret *passphrase = read_line();
	struct identity *keys = NULL;
	struct err e = ERR_INIT;
	FILE *f = fopen(path, "r");

	err_set(&e, ERR_INPUT, "cannot read '%s'", path);
	if (f != NULL) {
		keys = identity_unlock(bytes, fread(bytes, 1, sizeof(bytes),
		    f), passphrase, &e);
		(void)fclose(f);
	}
	secret_free(passphrase);
	if (keys == NULL)
		die(&e);
	return keys;
}

static struct secrets *
load_secrets(const struct config *config)
{
	static const struct {
		const char *name;
		size_t size;
	} wanted[] = { { "pepper", SEAL_KEY }, { "intake.key", SEAL_KEY },
	    { "pin", SEAL_HASH } };
	struct secrets *s = secrets_new();
	struct secret *one;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		one = secrets_load(config->secrets, wanted[i].name,
		    wanted[i].size, &e);
		if (one == NULL)
			die(&e);
		secrets_put(s, wanted[i].name, one);
	}
	return s;
}

/*
 * As the request would have come over the wire, for what is kept in the audit
 * is held to it. what: "/drafts", "/drafts/1/submit".
 */
static struct actor
actor_of(const struct maker *m, const struct staff *who, const char *what,
    struct request_proof *proof)
{
	struct actor actor = { who->person, proof };
	struct err e = ERR_INIT;
	struct request_headers h;
	struct request q;
	char path[128];

	(void)snprintf(path, sizeof(path), "/v1/cases/%s%s", m->case_id,
	    what);
	q = (struct request){ "POST", "answers", path, "", "", 0 };
	if (request_sign(who->keys->signer, &q, m->now, &h, &e) == -1 ||
	    request_check(&q, h.digest, h.input, h.signature, m->now, proof,
	    &e) == -1)
		die(&e);
	return actor;
}

/* Long threads, too, with ids as long as they may be. */
static json_t *
references_of(int64_t number)
{
	json_t *list = json_array();
	char id[LETTER_ID_MAX + 1];
	int i;

	for (i = 0; number % 7 == 0 && i < REFERENCES; i++) {
		memset(id, 'r', sizeof(id));
		(void)snprintf(id, 16, "<%02d-%08" PRId64, i, number);
		id[strlen(id)] = 'r';
		(void)snprintf(id + LETTER_ID_MAX - 13, 14, "@example.org>");
		(void)json_array_append_new(list, json_string(id));
	}
	return list;
}

/* A letter comes, with what nobody but staff may ever see. */
static void
take_letter(struct maker *m)
{
	struct reading r = { .view = NULL };
	struct arrival a = { .mailbox = &m->config->mailboxes[0],
	    .folder = "", .reading = &r };
	enum deposit_result result;
	struct err e = ERR_INIT;
	char id[64], name[64], raw[256];

	(void)snprintf(id, sizeof(id), "<%s@example.org>", m->secret);
	(void)snprintf(name, sizeof(name), "Rani %s", m->secret);
	(void)snprintf(raw, sizeof(raw), "From: %s <%s>\r\n\r\n%s\r\n", name,
	    m->address, m->secret);
	r.view = json_pack("{s:s, s:b, s:s, s:{s:s, s:s}, s:s, s:s, s:s, "
	    "s:[], s:[], s:[], s:s, s:n, s:o, s:[], s:[]}", "class",
	    "person", "answerable", 0, "why", "", "from", "name", name,
	    "address", m->address, "subject", name, "text", m->secret,
	    "text_origin", "plain", "folded", "attachments", "flags",
	    "message_id", id, "in_reply_to", "references",
	    references_of(m->number), "tokens", "triage");
	a.raw = raw;
	a.len = strlen(raw);
	if (r.view == NULL || deposit_letter(&m->intake, &a, &result,
	    m->case_id, &e) == -1)
		die(&e);
	json_decref(r.view);
}

/* What the author has before the eyes: the newest letter, the case's key. */
static void
look(struct maker *m)
{
	struct request_proof proof;
	struct actor author = actor_of(m, &m->author, "", &proof);
	struct err e = ERR_INIT;
	const char *text;
	struct buf statement;
	json_t *o = must(case_show(&m->api, &author, m->case_id, &e), &e);

	buf_init(&statement, TEXT_MAX);
	text = json_string_value(json_object_get(json_array_get(
	    json_object_get(o, "letters"), 0), "statement"));
	if (text == NULL || wire_unbase64(&statement, text,
	    strlen(text)) == -1 || wire_get_hex(json_array_get(
	    json_object_get(o, "keys"), 0), "public", m->case_key, SEAL_KEY,
	    &e) == -1)
		die(&e);
	deposit_hash(m->deposit, statement.bytes, statement.len);
	buf_free(&statement);
	json_decref(o);
}

/* Words with everything that a line can be. */
static char *
words(const struct maker *m)
{
	struct buf b;
	int i;

	buf_init(&b, TEXT_MAX);
	(void)buf_addf(&b, "Tere! %s\n\n.\n..two dots\nFrom here on, õhtu "
	    "äär: ", m->secret);
	for (i = 0; i < (int)(m->number % 300); i++)
		(void)buf_adds(&b, "ja veel ");
	(void)buf_addf(&b, "\n= and =20\ttab \n%s\n-- \nTeduh\n",
	    m->number % 3 == 0 ? "." : "");
	return buf_take(&b, NULL);
}

static void
write_document(struct maker *m, int64_t no)
{
	struct letter l;
	struct err e = ERR_INIT;
	json_t *list = references_of(m->number);
	char id[64];
	size_t i;

	letter_init(&l);
	memcpy(l.case_id, m->case_id, sizeof(l.case_id));
	l.draft = no;
	l.revision = l.participant = 1;
	(void)snprintf(l.desk, sizeof(l.desk), "%s",
	    m->config->desks[0].name);
	(void)snprintf(l.author, sizeof(l.author), "%s",
	    m->author.person->name);
	l.to = mem_strdup(m->address);
	(void)snprintf(l.mode, sizeof(l.mode), "mail");
	l.subject = mem_strdup("Your letter");
	l.body = words(m);
	l.message_id = letter_message_id_new("desk.example");
	l.reply_token = letter_token_new();
	(void)snprintf(id, sizeof(id), "<%s@example.org>", m->secret);
	l.in_reply_to = mem_strdup(id);
	for (i = 0; i < json_array_size(list); i++)
		l.references[l.nreferences++] = mem_strdup(json_string_value(
		    json_array_get(list, i)));
	l.expires = m->now + LETTER_EXPIRES_S;
	memcpy(l.last_read[0].case_id, m->case_id, CASE_ID_LEN + 1);
	memcpy(l.last_read[0].deposit, m->deposit, SEAL_HASH);
	l.nlast_read = 1;
	if ((m->document = letter_print(&l, &m->len, &e)) == NULL)
		die(&e);
	(void)printf("%s %s %s\n", m->address, m->secret, l.message_id);
	letter_free(&l);
	json_decref(list);
}

/* Sealed, stored, and how the desk is told of it. */
static json_t *
upload(struct maker *m, const char *purpose, const char *bytes, size_t len)
{
	struct request_proof proof;
	struct actor author = actor_of(m, &m->author, "", &proof);
	unsigned char hash[SEAL_HASH], sig[SIGN_LEN];
	char hex[2 * SEAL_ID + 1], context[CONTEXT_MAX];
	json_t *body = json_object(), *grant = json_object();
	struct buf sealed, box;
	struct err e = ERR_INIT;

	buf_init(&sealed, 4 * TEXT_MAX);
	buf_init(&box, TEXT_MAX);
	secret_free(m->key);
	m->key = secret_random(SEAL_KEY);
	seal_random(m->item, SEAL_ID);
	wire_hex(hex, m->item, SEAL_ID);
	context_grant(context, m->case_id, m->item, "content", 1);
	if (seal_part_bytes(m->key, m->item, PART_VIEW, bytes, len, &sealed,
	    hash, &e) == -1 || seal_box(m->case_key, BOX_GRANT, context,
	    m->key->bytes, m->key->len, &box, &e) == -1)
		die(&e);
	json_decref(must(item_put(&m->api, &author, m->case_id, hex,
	    PART_VIEW, sealed.bytes, sealed.len, &e), &e));
	signature_make(m->author.keys->signer, purpose, bytes, len, sig);
	(void)json_object_set_new(body, "no", json_null());
	(void)json_object_set_new(body, "participant", json_integer(1));
	(void)json_object_set_new(body, "seen", json_integer(1));
	(void)json_object_set_new(body, "item", json_string(hex));
	wire_set_hex(body, "signature", sig, sizeof(sig));
	(void)json_object_set_new(grant, "epoch", json_integer(1));
	wire_set_base64(grant, "box", box.bytes, box.len);
	(void)json_object_set_new(body, "grant", grant);
	buf_free(&box);
	buf_free(&sealed);
	return body;
}

static void
approve(struct maker *m, int64_t no)
{
	struct request_proof proof;
	struct actor approver;
	char what[48];
	unsigned char sig[SIGN_LEN], postman[SEAL_KEY];
	char context[CONTEXT_MAX];
	json_t *body = json_object();
	struct err e = ERR_INIT;
	struct buf box;

	buf_init(&box, TEXT_MAX);
	context_grant(context, m->case_id, m->item, "content", 0);
	if (roster_postman(m->api.roster, postman, &e) == -1 ||
	    seal_box(postman, BOX_GRANT, context, m->key->bytes, m->key->len,
	    &box, &e) == -1)
		die(&e);
	signature_make(m->approver.keys->signer, PURPOSE_APPROVE, m->document,
	    m->len, sig);
	wire_set_hex(body, "letter", m->item, SEAL_ID);
	wire_set_hex(body, "signature", sig, sizeof(sig));
	wire_set_base64(body, "postman", box.bytes, box.len);
	(void)snprintf(what, sizeof(what), "/drafts/%" PRId64 "/approve", no);
	approver = actor_of(m, &m->approver, what, &proof);
	json_decref(must(draft_approve(&m->api, &approver, m->case_id, no,
	    body, &e), &e));
	buf_free(&box);
	json_decref(body);
}

static void
make_one(struct maker *m)
{
	unsigned char random[SECRET_BYTES];
	struct request_proof proof;
	char what[48];
	struct actor author;
	struct err e = ERR_INIT;
	json_t *body, *draft;
	int64_t no;

	m->now = store_now(m->api.store);
	seal_random(random, sizeof(random));
	wire_hex(m->secret, random, sizeof(random));
	(void)snprintf(m->address, sizeof(m->address), "seeker-%" PRId64
	    "@example.org", m->number);
	take_letter(m);
	look(m);
	body = upload(m, PURPOSE_DRAFT, "words", 5);
	author = actor_of(m, &m->author, "/drafts", &proof);
	draft = must(draft_save(&m->api, &author, m->case_id, body, &e), &e);
	no = json_integer_value(json_object_get(draft, "no"));
	json_decref(draft);
	json_decref(body);
	write_document(m, no);
	body = upload(m, PURPOSE_LETTER, m->document, m->len);
	(void)json_object_set_new(body, "postman", json_null());
	(void)snprintf(what, sizeof(what), "/drafts/%" PRId64 "/submit", no);
	author = actor_of(m, &m->author, what, &proof);
	json_decref(must(draft_submit(&m->api, &author, m->case_id, no, body,
	    &e), &e));
	json_decref(body);
	approve(m, no);
	free(m->document);
}

int
main(int argc, char *argv[])
{
	struct maker m;
	struct secrets *secrets;
	struct err e = ERR_INIT;
	char *text;
	int64_t count;

	memset(&m, 0, sizeof(m));
	if (argc != 5)
		return 2;
	wire_init();
	if (seal_init(&e) == -1 ||
	    (text = config_read(argv[1], NULL, &e)) == NULL ||
	    (m.config = config_parse(argv[1], text, &e)) == NULL)
		die(&e);
	m.author.keys = read_key(argv[2]);
	m.approver.keys = read_key(argv[3]);
	count = strtoll(argv[4], NULL, 10);
	secrets = load_secrets(m.config);
	if (sandbox_become(m.config->user, &e) == -1 ||
	    desk_open(&m.intake, "intake", m.config, secrets, DESK_PIN |
	    DESK_PEPPER | DESK_KEY, &e) == -1 || desk_open(&m.api, "api",
	    m.config, secrets, 0, &e) == -1 ||
	    desk_refresh(&m.intake, &e) == -1 ||
	    desk_refresh(&m.api, &e) == -1)
		die(&e);
	m.author.person = roster_person_by_key(m.api.roster,
	    m.author.keys->signer->pub);
	m.approver.person = roster_person_by_key(m.api.roster,
	    m.approver.keys->signer->pub);
	for (m.number = 1; m.number <= count; m.number++)
		make_one(&m);
	secret_free(m.key);
	identity_free(m.author.keys);
	identity_free(m.approver.keys);
	desk_close(&m.intake);
	desk_close(&m.api);
	secrets_free(secrets);
	config_free(m.config);
	free(text);
	return 0;
}
