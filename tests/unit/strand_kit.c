/*
 * Letters by form and answers to them, as the command line and post make
 * them: documents that are signed, sealed parts, grants that open them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/delivery.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/item.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/publication.h"
#include "tests/unit/strand_kit.h"

const unsigned char kit_own_bytes[RETURN_CODE_FORM];
struct form_letter kit_own;

int
kit_strand_begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	kit_own = kit_form(kit_own_bytes, "please help me");
	return 0;
}

int
kit_strand_end(void **state)
{
	return_code_free(&kit_own.code);
	return kit_end(state);
}

static void
fail_with(const struct err *e)
{
	fail_msg("%s: %s", err_word(e->code), e->text);
}

struct form_letter
kit_form(const unsigned char random[RETURN_CODE_FORM], const char *text)
{
	struct reading r = kit_reading("x@example.org", text, NULL);
	json_t *answers = json_object();
	struct arrival_form asked = { .desk = "youth", .random = random,
	    .flags = "", .answers = answers, .language = "en" };
	struct form_letter letter;
	struct deposit_form *f;
	struct err e = ERR_INIT;
	struct arrival a;

	memset(&a, 0, sizeof(a));
	a.raw = text;
	a.len = strlen(text);
	a.reading = &r;
	a.form = &asked;
	if ((f = deposit_form_new(&kit_web, &a, &e)) == NULL ||
	    deposit_forms_commit(&kit_web, &f, 1, &e) == -1)
		fail_with(&e);
	assert_int_equal(deposit_form_find(&kit_web, random, &letter, &e),
	    1);
	deposit_form_free(f);
	reading_free(&r);
	json_decref(answers);
	return letter;
}

struct strand *
kit_opened(void)
{
	struct err e = ERR_INIT;
	struct strand *s = NULL;

	if (strand_open(&kit_web, "youth", &kit_own.code, &s, &e) != 1)
		fail_with(&e);
	return s;
}

static char *
copy(const char *text)
{
	return mem_strdup(text);
}

static void
fill_file(struct letter *l, const char *bytes)
{
	struct letter_attachment *a = &l->attachments[l->nattachments++];

	a->name = copy("plan.txt");
	a->type = copy("text/plain");
	a->size = (int64_t)strlen(bytes);
	seal_hash(a->hash, LETTER_ATTACHMENT_HASH, bytes, strlen(bytes));
}

/* The document's bytes; the caller frees. */
static char *
document(const char *case_id, const struct kit_answer *k, size_t *len)
{
	struct letter l;
	struct err e = ERR_INIT;
	char *text;

	letter_init(&l);
	(void)snprintf(l.case_id, sizeof(l.case_id), "%s",
	    k->document_case != NULL ? k->document_case : case_id);
	l.draft = k->draft;
	l.revision = 1;
	(void)snprintf(l.desk, sizeof(l.desk), "youth");
	(void)snprintf(l.author, sizeof(l.author), "%s", k->author);
	l.participant = 1;
	(void)snprintf(l.mode, sizeof(l.mode), "pickup");
	l.subject = copy("an answer");
	l.body = copy(k->text);
	if (k->file != NULL)
		fill_file(&l, k->file);
	l.message_id = letter_message_id_new("desk.example");
	l.reply_token = letter_token_new();
	l.expires = store_now(kit_post.store) + 1000;
	l.nlast_read = 1;
	memcpy(l.last_read[0].case_id, l.case_id, sizeof(l.case_id));
	if ((text = letter_print(&l, len, &e)) == NULL)
		fail_with(&e);
	letter_free(&l);
	return text;
}

static void
put_part(const struct kit_answer *k, const char *case_id, uint32_t part,
    const struct secret *key, const void *bytes, size_t len,
    unsigned char hash[SEAL_HASH])
{
	struct actor actor = kit_actor(k->by);
	char hex[2 * SEAL_ID + 1];
	struct err e = ERR_INIT;
	struct buf sealed;
	json_t *put;

	buf_init(&sealed, 1 << 20);
	wire_hex(hex, k->item, SEAL_ID);
	if (seal_part_bytes(key, k->item, part, bytes, len, &sealed, hash,
	    &e) == -1 ||
	    (put = item_put(&kit_api, &actor, case_id, hex, part,
	    sealed.bytes, sealed.len, &e)) == NULL)
		fail_with(&e);
	json_decref(put);
	buf_free(&sealed);
}

/* What is kept of an answer between submit and approve. */
static struct secret *last_key;
static char *last_document;
static size_t last_len;

static json_t *
written(const struct identity *by, const char *item, const char *purpose)
{
	json_t *body = json_object(), *grant = json_object();
	unsigned char sig[SIGN_LEN];

	signature_make(by->signer, purpose, last_document, last_len, sig);
	(void)json_object_set_new(body, "seen", json_integer(1));
	(void)json_object_set_new(body, "item", json_string(item));
	wire_set_hex(body, "signature", sig, sizeof(sig));
	(void)json_object_set_new(grant, "epoch", json_integer(1));
	wire_set_base64(grant, "box", "a box", 5);
	(void)json_object_set_new(body, "grant", grant);
	return body;
}

static int64_t
begin_draft(const char *case_id, const struct identity *by)
{
	char hex[2 * SEAL_ID + 1];
	struct actor actor = kit_actor(by);
	struct err e = ERR_INIT;
	json_t *body = kit_written(by, case_id, hex), *draft;
	int64_t no;

	if ((draft = draft_save(&kit_api, &actor, case_id, body,
	    &e)) == NULL)
		fail_with(&e);
	no = json_integer_value(json_object_get(draft, "no"));
	json_decref(draft);
	json_decref(body);
	return no;
}

static void
defaults(struct kit_answer *k)
{
	if (k->by == NULL)
		k->by = kit_anna;
	if (k->approver == NULL)
		k->approver = kit_maria;
	if (k->author == NULL)
		k->author = "anna";
	if (k->seen == 0)
		k->seen = 1;
}

void
kit_submit(const char *case_id, struct kit_answer *k)
{
	unsigned char hash[SEAL_HASH];
	char hex[2 * SEAL_ID + 1];
	struct err e = ERR_INIT;
	json_t *body, *draft;
	struct actor actor;

	defaults(k);
	k->draft = begin_draft(case_id, k->by);
	seal_random(k->item, SEAL_ID);
	wire_hex(hex, k->item, SEAL_ID);
	secret_free(last_key);
	free(last_document);
	last_key = secret_random(SEAL_KEY);
	last_document = document(case_id, k, &last_len);
	put_part(k, case_id, PART_VIEW, last_key, last_document, last_len,
	    k->sealed);
	if (k->file != NULL)
		put_part(k, case_id, PART_ATTACHMENT, last_key, k->file,
		    strlen(k->file), hash);
	body = written(k->by, hex, PURPOSE_LETTER);
	(void)json_object_set_new(body, "seen", json_integer(k->seen));
	actor = kit_actor(k->by);
	if ((draft = draft_submit(&kit_api, &actor, case_id, k->draft, body,
	    &e)) == NULL)
		fail_with(&e);
	json_decref(draft);
	json_decref(body);
}

/* The item's key to the key that the row has. */
static json_t *
to_seeker(const char *case_id, const unsigned char item[SEAL_ID])
{
	char sql[128], context[CONTEXT_MAX];
	unsigned char key[SEAL_KEY];
	json_t *o = json_object();
	struct err e = ERR_INIT;
	struct buf box;

	(void)snprintf(sql, sizeof(sql), "SELECT public FROM locator WHERE "
	    "case_id = '%s'", case_id);
	assert_int_equal(kit_blob(sql, key, sizeof(key)), SEAL_KEY);
	buf_init(&box, 1024);
	context_grant(context, case_id, item, "content", 0);
	if (seal_box(key, BOX_GRANT, context, last_key->bytes, SEAL_KEY,
	    &box, &e) == -1)
		fail_with(&e);
	wire_set_hex(o, "key", key, SEAL_KEY);
	wire_set_base64(o, "box", box.bytes, box.len);
	buf_free(&box);
	return o;
}

void
kit_approve(const char *case_id, struct kit_answer *k)
{
	struct actor maria = kit_actor(kit_maria);
	char hex[2 * SEAL_ID + 1];
	struct err e = ERR_INIT;
	json_t *body, *draft;

	wire_hex(hex, k->item, SEAL_ID);
	body = written(k->approver, hex, PURPOSE_APPROVE);
	(void)json_object_set_new(body, "letter", json_string(hex));
	wire_set_base64(body, "postman", "postman box", 11);
	(void)json_object_set_new(body, "seeker", to_seeker(case_id,
	    k->item));
	if ((draft = draft_approve(&kit_api, &maria, case_id, k->draft, body,
	    &e)) == NULL)
		fail_with(&e);
	json_decref(draft);
	json_decref(body);
	secret_free(last_key);
	free(last_document);
	last_key = NULL;
	last_document = NULL;
	if (k->unapproved)
		kit_meddle("UPDATE item SET approver = NULL, approval = NULL "
		    "WHERE kind = 'answer'");
}

void
kit_publish(const char *case_id, const struct kit_answer *k)
{
	struct publication p = { .participant = 1 };
	struct delivery x;
	struct err e = ERR_INIT;

	memcpy(p.case_id, case_id, sizeof(p.case_id));
	memcpy(p.item, k->item, SEAL_ID);
	memcpy(p.letter, k->sealed, SEAL_HASH);
	p.at = store_now(kit_post.store);
	p.roster = roster_seq(kit_post.roster);
	if (delivery_take_here(&kit_post, "1", &x, &e) != 1)
		fail_msg("nothing waits: %s", e.text);
	assert_memory_equal(x.item, k->item, SEAL_ID);
	if (delivery_publish(&kit_post, &x, &p, &e) == -1)
		fail_with(&e);
}

void
kit_answered(const char *case_id, struct kit_answer *k)
{
	kit_submit(case_id, k);
	kit_approve(case_id, k);
	kit_publish(case_id, k);
}
