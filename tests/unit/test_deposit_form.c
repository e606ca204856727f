/*
 * Letters by form over a real store: what is stored of them, the code that
 * leads to them and opens them, and the same form from two processes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/item.h"
#include "daemon/desk/seeker.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/publication.h"
#include "tests/unit/desk_kit.h"

#define RAW	"Content-Type: text/plain; charset=utf-8\r\n\r\nhelp me\r\n"

static unsigned char random_bytes[RETURN_CODE_FORM];

static json_t *
answers(void)
{
	return json_pack("{s:s, s:[s], s:s}", "age_group", "15-17", "areas",
	    "family", "notice", "1");
}

/* Sealed, of these random bytes, in this process's name. */
static struct deposit_form *
sealed(struct desk *d, const unsigned char *random, const char *flags)
{
	struct reading r = kit_reading("x@example.org", "help me", NULL);
	json_t *form = answers();
	struct arrival_form asked = { "youth", random, flags, form, "en",
	    NULL };
	struct arrival a;
	struct deposit_form *f;
	struct err e = ERR_INIT;

	(void)json_object_set_new(r.view, "from", json_null());
	(void)json_object_set_new(r.view, "class", json_string("suspect"));
	(void)json_array_append_new(json_object_get(r.view, "flags"),
	    json_string("ambiguous-from"));
	memset(&a, 0, sizeof(a));
	a.raw = RAW;
	a.len = strlen(RAW);
	a.reading = &r;
	a.form = &asked;
	if ((f = deposit_form_new(d, &a, &e)) == NULL)
		fail_msg("%s", e.text);
	reading_free(&r);
	json_decref(form);
	return f;
}

static const struct form_letter *
committed(struct desk *d, struct deposit_form *f)
{
	struct err e = ERR_INIT;

	if (deposit_forms_commit(d, &f, 1, &e) == -1)
		fail_msg("%s", e.text);
	return deposit_form_letter(f);
}

struct seen {
	int		 n;
	struct deposit	 dep;	/* without parts */
};

static int
see(void *ctx, const struct deposit *dep, const unsigned char *hash,
    struct err *e)
{
	struct seen *seen = ctx;

	(void)hash;
	(void)e;
	seen->n++;
	seen->dep = *dep;
	seen->dep.parts = NULL;
	return 0;
}

static void
a_form_is_a_case_without_an_address(void **state)
{
	int64_t began = store_now(kit_web.store);
	struct deposit_form *f = sealed(&kit_web, random_bytes, "");
	const struct form_letter *l = committed(&kit_web, f);
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	struct seen seen = { 0 };
	json_t *found, *person;
	int64_t n;

	(void)state;
	assert_int_equal(l->result, FORM_STORED);
	/* Seconds may pass in between, on a busy machine. */
	assert_in_range(l->due, began + 48 * 3600,
	    store_now(kit_web.store) + 48 * 3600);
	assert_int_equal(chain_walk(&kit_post, l->case_id, see, &seen, &e),
	    0);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.dep.role, "web");
	assert_string_equal(seen.dep.mode, "pickup");
	assert_string_equal(seen.dep.class, "person");
	assert_string_equal(seen.dep.flags, "");
	assert_true(seen.dep.has_seeker);
	if ((found = case_show(&kit_api, &anna, l->case_id, &e)) == NULL)
		fail_msg("%s", e.text);
	assert_string_equal(json_string_value(json_object_get(found,
	    "channel")), "web");
	assert_string_equal(json_string_value(json_object_get(found,
	    "language")), "en");
	person = json_array_get(json_object_get(found, "participants"), 0);
	assert_string_equal(json_string_value(json_object_get(person,
	    "mode")), "pickup");
	json_decref(found);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger"), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE "
	    "action = 'letter' AND detail = 'web' AND actor = 'web'"), 1);
	assert_int_equal(audit_verify(&kit_api, NULL, NULL, &n, &e), 0);
	deposit_form_free(f);
}

static int
get_bytes(void *ctx, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	return buf_add(ctx, bytes, len);
}

/* What the code opens of one part. */
static void
open_part(const struct form_letter *l, const struct deposit *dep,
    const char *which, uint32_t part, struct buf *out)
{
	unsigned char salt[RETURN_CODE_SALT], pub[SEAL_KEY], box[256];
	unsigned char hash[SEAL_HASH];
	char context[CONTEXT_MAX], sql[160], hex[2 * SEAL_ID + 1];
	struct secret *pair, *key;
	struct buf bytes;
	struct err e = ERR_INIT;
	size_t len;

	buf_init(&bytes, 1 << 20);
	buf_init(out, 1 << 20);
	(void)snprintf(sql, sizeof(sql), "SELECT salt FROM locator WHERE "
	    "locator = '%s'", l->code.locator);
	assert_int_equal(kit_blob(sql, salt, sizeof(salt)), sizeof(salt));
	pair = return_code_pair(&l->code, salt, pub);
	assert_memory_equal(pub, dep->seeker, SEAL_KEY);
	wire_hex(hex, dep->item, SEAL_ID);
	(void)snprintf(sql, sizeof(sql), "SELECT box FROM grants WHERE "
	    "hex(item) = upper('%s') AND recipient = 'seeker' AND which = "
	    "'%s' AND epoch = 0", hex, which);
	len = kit_blob(sql, box, sizeof(box));
	context_grant(context, l->case_id, dep->item, which, 0);
	if ((key = seal_box_open(pair, BOX_GRANT, context, box, len,
	    &e)) == NULL)
		fail_msg("%s", e.text);
	assert_int_equal(item_get(&kit_web, NULL, dep->item, part, get_bytes,
	    &bytes, &e), 0);
	assert_int_equal(open_part_bytes(key, dep->item, part, bytes.bytes,
	    bytes.len, out, hash, &e), 0);
	secret_free(pair);
	secret_free(key);
	buf_free(&bytes);
}

static void
the_code_opens_the_own_letter(void **state)
{
	struct deposit_form *f = sealed(&kit_web, random_bytes, "");
	const struct form_letter *l = committed(&kit_web, f);
	struct seen seen = { 0 };
	struct err e = ERR_INIT;
	json_t *view, *form;
	struct buf out;

	(void)state;
	assert_int_equal(chain_walk(&kit_post, l->case_id, see, &seen, &e),
	    0);
	open_part(l, &seen.dep, "raw", PART_RAW, &out);
	assert_string_equal(out.bytes, RAW);
	buf_free(&out);
	open_part(l, &seen.dep, "content", PART_VIEW, &out);
	assert_non_null(view = wire_parse(out.bytes, out.len, &e));
	buf_free(&out);
	form = answers();
	assert_true(json_equal(json_object_get(view, "form"), form));
	assert_string_equal(json_string_value(json_object_get(view, "text")),
	    "help me");
	assert_string_equal(json_string_value(json_object_get(view,
	    "class")), "person");
	assert_int_equal(json_array_size(json_object_get(view, "flags")), 0);
	json_decref(form);
	json_decref(view);
	deposit_form_free(f);
}

static void
the_same_form_is_one_letter(void **state)
{
	/* Both processes looked, and saw nothing; both sealed. */
	struct deposit_form *one = sealed(&kit_web, random_bytes, "");
	struct deposit_form *two = sealed(&kit_intake, random_bytes, "");
	const struct form_letter *first = committed(&kit_web, one);
	const struct form_letter *second = committed(&kit_intake, two);
	struct form_letter found;
	struct err e = ERR_INIT;
	unsigned char other[RETURN_CODE_FORM] = { 9 };

	(void)state;
	assert_int_equal(first->result, FORM_STORED);
	assert_int_equal(second->result, FORM_SAME);
	assert_string_equal(second->case_id, first->case_id);
	assert_string_equal(second->code.locator, first->code.locator);
	assert_memory_equal(second->code.number->bytes,
	    first->code.number->bytes, RETURN_CODE_NUMBER);
	assert_int_equal(second->due, first->due);
	assert_int_equal(deposit_form_find(&kit_web, random_bytes, &found,
	    &e), 1);
	assert_int_equal(found.result, FORM_SAME);
	assert_string_equal(found.case_id, first->case_id);
	assert_string_equal(found.code.locator, first->code.locator);
	return_code_free(&found.code);
	assert_int_equal(deposit_form_find(&kit_web, other, &found, &e), 0);
	deposit_form_free(one);
	deposit_form_free(two);
	assert_int_equal(kit_count("SELECT count(*) FROM cases"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM chunk WHERE item "
	    "NOT IN (SELECT id FROM item)"), 0);
}

/* Another form's letter has it. */
static void
take_locator(const char *locator)
{
	unsigned char random[RETURN_CODE_FORM] = { 0xff };
	struct deposit_form *f = sealed(&kit_web, random, "");
	char sql[128];

	assert_int_equal(committed(&kit_web, f)->result, FORM_STORED);
	deposit_form_free(f);
	(void)snprintf(sql, sizeof(sql), "UPDATE locator SET locator = '%s'",
	    locator);
	kit_meddle(sql);
}

static void
a_batch_is_one_transaction(void **state)
{
	unsigned char random[FORM_BATCH][RETURN_CODE_FORM];
	struct deposit_form *forms[FORM_BATCH];
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	memset(random, 0, sizeof(random));
	for (i = 0; i < FORM_BATCH; i++) {
		/* The last two are the same. */
		random[i][0] = (unsigned char)(i < FORM_BATCH - 1 ? i : i - 1);
		forms[i] = sealed(&kit_web, random[i], i == 0 ?
		    "tray suspect" : "");
	}
	/* The locator of the third goes to somebody else meanwhile. */
	take_locator(deposit_form_letter(forms[2])->code.locator);
	assert_int_equal(deposit_forms_commit(&kit_web, forms, FORM_BATCH,
	    &e), 0);
	for (i = 0; i < FORM_BATCH; i++)
		assert_int_equal(deposit_form_letter(forms[i])->result,
		    i == 2 ? FORM_AGAIN : i == FORM_BATCH - 1 ? FORM_SAME :
		    FORM_STORED);
	deposit_form_free(forms[2]);
	forms[2] = sealed(&kit_web, random[2], "");
	assert_int_equal(committed(&kit_web, forms[2])->result, FORM_STORED);
	for (i = 0; i < FORM_BATCH; i++)
		deposit_form_free(forms[i]);
	assert_int_equal(kit_count("SELECT count(*) FROM cases"), FORM_BATCH);
	assert_int_equal(kit_count("SELECT count(*) FROM locator WHERE "
	    "nth = 1"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE flags = "
	    "'tray suspect'"), 1);
}

static void
what_waits_is_bounded(void **state)
{
	struct deposit_form *forms[3];
	struct reading r = kit_reading("x@example.org", "long", NULL);
	unsigned char random[RETURN_CODE_FORM] = { 0 };
	struct arrival_form asked = { "youth", random, "", NULL, "xx",
	    NULL };
	struct arrival a;
	struct err e = ERR_INIT;
	size_t i, len = 3 << 20;
	char *raw = mem_alloc(len);

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(raw, 'x', len);
	a.raw = raw;
	a.len = len;
	a.reading = &r;
	a.form = &asked;
	for (i = 0; i < 3; i++) {
		random[0] = (unsigned char)i;
		forms[i] = deposit_form_new(&kit_web, &a, &e);
		if (forms[i] == NULL)
			fail_msg("%s", e.text);
	}
	assert_int_equal(kit_count("SELECT count(*) FROM chunk"), 0);
	/* The second, written ahead, is not kept; nor are its bytes. */
	take_locator(deposit_form_letter(forms[1])->code.locator);
	assert_int_equal(deposit_forms_commit(&kit_web, forms, 3, &e), 0);
	for (i = 0; i < 3; i++)
		deposit_form_free(forms[i]);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 3);
	assert_int_equal(kit_count("SELECT count(DISTINCT item) FROM chunk"),
	    3);
	assert_int_equal(kit_count("SELECT count(*) FROM upload"), 0);
	reading_free(&r);
	free(raw);
}

static void
what_does_not_fit_is_refused(void **state)
{
	struct arrival_form asked = { "nowhere", random_bytes, "", NULL,
	    "en", NULL };
	struct arrival a;
	struct err e = ERR_INIT;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.raw = RAW;
	a.len = strlen(RAW);
	a.form = &asked;
	assert_null(deposit_form_new(&kit_web, &a, &e));
	assert_int_equal(e.code, ERR_GONE);
	asked.desk = "careers";		/* which has no team key yet */
	assert_null(deposit_form_new(&kit_web, &a, &e));
	assert_int_equal(e.code, ERR_GONE);
}

/* Anna's answer, submitted; what maria approves it with. */
static json_t *
submitted(const char *case_id, int64_t *no, unsigned char item[SEAL_ID])
{
	char hex[2 * SEAL_ID + 1];
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	json_t *body = kit_written(kit_anna, case_id, hex), *draft;

	if ((draft = draft_save(&kit_api, &anna, case_id, body, &e)) == NULL)
		fail_msg("%s", e.text);
	*no = json_integer_value(json_object_get(draft, "no"));
	json_decref(draft);
	json_decref(body);
	body = kit_written(kit_anna, case_id, hex);
	anna = kit_actor(kit_anna);
	if ((draft = draft_submit(&kit_api, &anna, case_id, *no, body,
	    &e)) == NULL)
		fail_msg("%s", e.text);
	json_decref(draft);
	(void)json_object_set_new(body, "letter", json_string(hex));
	wire_set_base64(body, "postman", "postman box", 11);
	assert_int_equal(wire_unhex(item, SEAL_ID, hex), 0);
	return body;
}

static json_t *
approved(const char *case_id, int64_t no, json_t *body,
    const unsigned char key[SEAL_KEY], struct err *e)
{
	struct actor maria = kit_actor(kit_maria);
	json_t *seeker = json_object();

	wire_set_hex(seeker, "key", key, SEAL_KEY);
	wire_set_base64(seeker, "box", "seeker box", 10);
	(void)json_object_set_new(body, "seeker", seeker);
	return draft_approve(&kit_api, &maria, case_id, no, body, e);
}

static void
an_answer_is_published(void **state)
{
	struct deposit_form *f = sealed(&kit_web, random_bytes, "");
	const char *id = committed(&kit_web, f)->case_id;
	unsigned char key[SEAL_KEY], mailed[SEAL_ID];
	struct publication p = { .participant = 1, .at = 1795000000,
	    .roster = 9 };
	struct err e = ERR_INIT;
	struct delivery x;
	json_t *body, *draft;
	int64_t no;

	(void)state;
	kit_approved(kit_letter("a@example.org", "by mail", NULL), mailed);
	body = submitted(id, &no, p.item);
	memset(key, 9, sizeof(key));
	assert_null(approved(id, no, body, key, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(kit_blob("SELECT public FROM locator", key,
	    sizeof(key)), sizeof(key));
	assert_non_null(draft = approved(id, no, body, key, &e));
	assert_int_equal(seeker_can_open(&kit_post, p.item, &e), 1);
	assert_int_equal(seeker_can_open(&kit_post, mailed, &e), 0);
	/* The mail waits for a relay; this one needs none. */
	assert_int_equal(delivery_take_here(&kit_post, "1", &x, &e), 1);
	assert_memory_equal(x.item, p.item, SEAL_ID);
	memcpy(p.case_id, id, sizeof(p.case_id));
	if (delivery_publish(&kit_post, &x, &p, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(delivery_publish(&kit_post, &x, &p, &e), -1);
	assert_int_equal(delivery_take_here(&kit_post, "1", &x, &e), 0);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_memory_equal(x.item, mailed, SEAL_ID);
	assert_int_equal(kit_count("SELECT count(*) FROM publication"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery WHERE "
	    "state = 'published'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE state = "
	    "'answered'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM grants WHERE "
	    "recipient = 'postman'"), 1);
	json_decref(draft);
	json_decref(body);
	deposit_form_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_form_is_a_case_without_an_address, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    the_code_opens_the_own_letter, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(the_same_form_is_one_letter,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(a_batch_is_one_transaction,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(what_waits_is_bounded,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(an_answer_is_published,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused,
		    kit_begin, kit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
