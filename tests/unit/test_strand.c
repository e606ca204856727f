/*
 * What a return code opens, over a real store: own letters, answers that
 * post has published, how far the next one is; and everything that somebody
 * who has the file, but nobody's key, may try.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/claim.h"
#include "daemon/desk/draft.h"
#include "daemon/desk/strand.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/publication.h"
#include "tests/unit/strand_kit.h"

static const char *const id = kit_own.case_id;

/* Every statement that ran, in order. */
static int ran[4096];
static size_t nran;

int64_t	__real_store_run(struct store *, enum statement,
	    const struct value *, size_t, store_row *, void *, struct err *);
int64_t	__wrap_store_run(struct store *, enum statement,
	    const struct value *, size_t, store_row *, void *, struct err *);

int64_t
__wrap_store_run(struct store *s, enum statement statement,
    const struct value *args, size_t nargs, store_row *fn, void *ctx,
    struct err *e)
{
	if (nran < sizeof(ran) / sizeof(ran[0]))
		ran[nran++] = (int)statement;
	return __real_store_run(s, statement, args, nargs, fn, ctx, e);
}

static int
opens(const char *desk, const struct return_code *code)
{
	struct err e = ERR_INIT;
	struct strand *s = NULL;
	int r = strand_open(&kit_web, desk, code, &s, &e);

	assert_true((r == 1) == (s != NULL));
	strand_free(s);
	return r;
}

static enum strand_status
status(void)
{
	struct strand *s = kit_opened();
	enum strand_status is = s->status;

	strand_free(s);
	return is;
}

static void
the_own_letter_is_there(void **state)
{
	struct strand *s = kit_opened();

	(void)state;
	assert_string_equal(s->case_id, id);
	assert_int_equal(s->participant, 1);
	assert_string_equal(s->desk, "youth");
	assert_string_equal(s->mode, "pickup");
	assert_int_equal(s->status, STRAND_RECEIVED);
	assert_int_equal(s->due, kit_own.due);
	assert_int_equal(s->nitems, 1);
	assert_int_equal(s->items[0].ours, 0);
	assert_string_equal(s->items[0].text, "please help me");
	assert_int_equal(s->items[0].nfiles, 0);
	assert_int_equal(s->refused + s->older, 0);
	strand_free(s);
	strand_free(NULL);
}

static void
an_answer_is_shown(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n",
	    .file = "call first" };
	struct err e = ERR_INIT;
	struct strand *s;
	struct buf out;

	(void)state;
	kit_answered(id, &a);
	s = kit_opened();
	assert_int_equal(s->status, STRAND_ANSWERED);
	assert_int_equal(s->due, 0);
	assert_int_equal(s->nitems, 2);
	assert_int_equal(s->items[0].ours, 0);
	assert_int_equal(s->items[1].ours, 1);
	assert_string_equal(s->items[1].text, "You are not alone.\n");
	assert_int_equal(s->items[1].nfiles, 1);
	assert_string_equal(s->items[1].files[0].name, "plan.txt");
	buf_init(&out, s->items[1].files[0].size);
	assert_int_equal(strand_fetch(&kit_web, s, 1, 0, &out, &e), 0);
	assert_string_equal(out.bytes, "call first");
	buf_free(&out);
	/* Other bytes than were signed. */
	memset(s->items[1].files[0].hash, 1, SEAL_HASH);
	buf_init(&out, s->items[1].files[0].size);
	assert_int_equal(strand_fetch(&kit_web, s, 1, 0, &out, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	buf_free(&out);
	strand_free(s);
}

/* Nothing of ours is shown, for this reason. */
static void
hidden(const char *why)
{
	struct strand *s = kit_opened();

	assert_int_equal(s->nitems, 1);
	assert_int_equal(s->items[0].ours, 0);
	assert_int_not_equal(s->status, STRAND_ANSWERED);
	if (why == NULL) {
		assert_int_equal(s->refused, 0);
	} else {
		assert_int_equal(s->refused, 1);
		assert_string_equal(s->why, why);
	}
	strand_free(s);
}

static void
what_is_not_published_is_not_shown(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };

	(void)state;
	kit_submit(id, &a);
	hidden(NULL);
	kit_approve(id, &a);
	hidden(NULL);
	kit_meddle("UPDATE delivery SET was = 'sending', state = "
	    "'published'");
	hidden(NULL);
}

/* Some statement, signed by somebody, in the place of post's. */
static void
forge(const struct signer *by, const struct publication *p)
{
	unsigned char sig[SIGN_LEN];
	char key[2 * SIGN_PUBLIC + 1], hex[2 * SIGN_LEN + 1], sql[1024];
	size_t len;
	char *statement = publication_print(p, &len);

	signature_make(by, PURPOSE_PUBLICATION, statement, len, sig);
	wire_hex(key, by->pub, SIGN_PUBLIC);
	wire_hex(hex, sig, SIGN_LEN);
	(void)snprintf(sql, sizeof(sql), "UPDATE publication SET statement = "
	    "CAST('%s' AS BLOB), signer = x'%s', signature = x'%s'",
	    statement, key, hex);
	kit_meddle(sql);
	free(statement);
}

static void
only_post_publishes(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };
	struct publication p = { .participant = 1, .at = 1795000000 };

	(void)state;
	kit_answered(id, &a);
	kit_meddle("UPDATE publication SET signature = zeroblob(64)");
	hidden("publication");
	memcpy(p.case_id, id, sizeof(p.case_id));
	memcpy(p.item, a.item, SEAL_ID);
	memcpy(p.letter, a.sealed, SEAL_HASH);
	p.roster = roster_seq(kit_post.roster);
	forge(kit_web.signer, &p);
	hidden("publication");
	forge(kit_maria->signer, &p);
	hidden("publication");
	p.participant = 2;
	forge(kit_post.signer, &p);
	hidden("publication");
	p.participant = 1;
	p.letter[0] ^= 1;
	forge(kit_post.signer, &p);
	hidden("publication");
	p.letter[0] ^= 1;
	p.roster += 1;
	forge(kit_post.signer, &p);
	hidden("publication");
	p.roster -= 1;
	forge(kit_post.signer, &p);
	assert_int_equal(status(), STRAND_ANSWERED);
}

static void
who_signed_is_asked_again(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n",
	    .unapproved = 1 };

	(void)state;
	kit_answered(id, &a);
	hidden("approver");
	/* Its author's own second signature is none. */
	kit_meddle("UPDATE item SET approver = signer, approval = signature "
	    "WHERE kind = 'answer'");
	hidden("signature");
}

static void
whoever_signs_must_be_who_is_named(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n",
	    .author = "ben" };

	(void)state;
	kit_answered(id, &a);
	hidden("author");
}

static void
an_approval_is_over_these_bytes(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n",
	    .approver = NULL };

	(void)state;
	a.approver = kit_olga;
	kit_answered(id, &a);
	hidden("signature");
}

/* Another person's case, and its answer. */
static const char *
other_case(struct kit_answer *a)
{
	static struct form_letter other;
	unsigned char random[RETURN_CODE_FORM] = { 7 };

	other = kit_form(random, "another one's letter");
	return_code_free(&other.code);
	kit_answered(other.case_id, a);
	return other.case_id;
}

static void
nothing_of_another_strand_is_shown(void **state)
{
	struct kit_answer a = { .text = "For somebody else.\n" };
	const char *other = other_case(&a);
	char sql[256];

	(void)state;
	hidden(NULL);
	(void)snprintf(sql, sizeof(sql), "UPDATE item SET seq = 9, "
	    "case_id = '%s' WHERE case_id = '%s' AND kind = 'answer'", id,
	    other);
	kit_meddle(sql);
	hidden("publication");
}

static void
a_document_for_another_case_is_not_shown(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n",
	    .document_case = "7K2M9Q4X" };

	(void)state;
	kit_answered(id, &a);
	hidden("document");
}

static void
notes_of_staff_are_never_shown(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };
	struct strand *s;

	(void)state;
	kit_answered(id, &a);
	kit_meddle("UPDATE item SET kind = 'note' WHERE kind = 'answer'");
	hidden(NULL);
	kit_meddle("UPDATE item SET kind = 'answer', participant = 2 "
	    "WHERE kind = 'note'");
	s = kit_opened();
	assert_int_equal(s->nitems, 1);
	strand_free(s);
}

/* The next entry of the roster, by maria. */
static void
add_entry(char *text, size_t len)
{
	unsigned char sig[SIGN_LEN];
	char *entry = mem_alloc(2 * len + 1), hex[2 * SIGN_LEN + 1];
	char sql[8192];
	struct err e = ERR_INIT;

	signature_make(kit_maria->signer, PURPOSE_ROSTER, text, len, sig);
	wire_hex(entry, text, len);
	wire_hex(hex, sig, SIGN_LEN);
	(void)snprintf(sql, sizeof(sql), "INSERT INTO roster (seq, entry, "
	    "signature) SELECT max(seq) + 1, x'%s', x'%s' FROM roster",
	    entry, hex);
	kit_meddle(sql);
	free(entry);
	free(text);
	if (desk_refresh(&kit_web, &e) == -1 ||
	    desk_refresh(&kit_post, &e) == -1)
		fail_msg("%s", e.text);
}

static void
an_answer_stays_when_its_author_leaves(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };
	struct roster_policy never = { REVIEW_NEVER, 0, 0 };
	struct roster_person anna;
	struct strand *s;
	size_t len;
	char *text;

	(void)state;
	kit_answered(id, &a);
	anna = *roster_person(kit_web.roster, "anna");
	anna.active = 0;
	text = roster_entry_person(kit_web.roster, "maria", 1795000000,
	    &anna, &len);
	add_entry(text, len);
	text = roster_entry_policy(kit_web.roster, "maria", 1795000000,
	    "youth", &never, &len);
	add_entry(text, len);
	s = kit_opened();
	assert_int_equal(s->nitems, 2);
	assert_string_equal(s->items[1].text, "You are not alone.\n");
	strand_free(s);
	/* What the desk asks for now was not so when it was published. */
	kit_meddle("UPDATE item SET approver = NULL, approval = NULL "
	    "WHERE kind = 'answer'");
	s = kit_opened();
	assert_int_equal(s->nitems, 1);
	assert_string_equal(s->why, "approver");
	/* It was shown once: that is not taken back. */
	assert_int_equal(s->status, STRAND_ANSWERED);
	strand_free(s);
}

static void
a_code_of_elsewhere_opens_nothing(void **state)
{
	struct return_code wrong, unknown;
	size_t n;
	int first[16];

	(void)state;
	wrong = kit_own.code;
	wrong.number = secret_copy(kit_own.code.number->bytes,
	    kit_own.code.number->len);
	wrong.number->bytes[23] = wrong.number->bytes[23] == '0' ? '1' : '0';
	unknown = kit_own.code;
	unknown.locator[0] = unknown.locator[0] == '0' ? '1' : '0';
	nran = 0;
	assert_int_equal(opens("youth", &wrong), 0);
	assert_in_range(n = nran, 1, 16);
	memcpy(first, ran, n * sizeof(*ran));
	/* The same is asked of the store, so that no answer takes longer. */
	nran = 0;
	assert_int_equal(opens("youth", &unknown), 0);
	assert_int_equal(nran, n);
	assert_memory_equal(ran, first, n * sizeof(*ran));
	/* Who has the right one makes it look whether the case went there. */
	nran = 0;
	assert_int_equal(opens("careers", &kit_own.code), 0);
	assert_int_equal(nran, n + 2);
	assert_int_equal(ran[n], STMT_ITEM_FIRST_DEPOSIT);
	assert_int_equal(ran[n + 1], STMT_EPOCH_RECORDS);
	assert_memory_equal(ran, first, n * sizeof(*ran));
	kit_meddle("UPDATE cases SET was = 'closed', state = 'erased'");
	nran = 0;
	assert_int_equal(opens("youth", &kit_own.code), 0);
	assert_int_equal(nran, n);
	assert_memory_equal(ran, first, n * sizeof(*ran));
	secret_free(wrong.number);
}

/* Another code is written into the row. */
static void
a_planted_code_opens_nothing(void **state)
{
	unsigned char random[RETURN_CODE_FORM] = { 3 };
	unsigned char salt[RETURN_CODE_SALT] = { 5 }, pub[SEAL_KEY];
	char sql[512], a[2 * SEAL_KEY + 1], b[2 * SEAL_KEY + 1];
	struct return_code mine;

	(void)state;
	return_code_make(&mine, kit_web.pepper, random, 0);
	memcpy(mine.locator, kit_own.code.locator, sizeof(mine.locator));
	secret_free(return_code_pair(&mine, salt, pub));
	wire_hex(a, salt, sizeof(salt));
	wire_hex(b, pub, sizeof(pub));
	(void)snprintf(sql, sizeof(sql), "UPDATE locator SET salt = x'%s', "
	    "public = x'%s'", a, b);
	kit_meddle(sql);
	assert_int_equal(opens("youth", &mine), 0);
	return_code_free(&mine);
}

static void
a_case_that_was_meddled_with_is_not_opened(void **state)
{
	struct err e = ERR_INIT;
	struct strand *s = NULL;

	(void)state;
	kit_meddle("UPDATE item SET statement = CAST(replace(statement, "
	    "'pickup', 'notice') AS BLOB)");
	assert_int_equal(strand_open(&kit_web, "youth", &kit_own.code, &s,
	    &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	assert_null(s);
}

static void
a_letter_of_other_bytes_is_not_shown(void **state)
{
	struct strand *s;

	(void)state;
	kit_meddle("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE "
	    "part = 0");
	s = kit_opened();
	assert_int_equal(s->nitems, 0);
	assert_int_equal(s->refused, 1);
	assert_string_equal(s->why, "sealed");
	strand_free(s);
}

static void
claim(int take)
{
	struct actor anna = kit_actor(kit_anna);
	json_t *body = json_pack("{s:i}", "fence", 1), *done;
	struct err e = ERR_INIT;

	done = take ? claim_take(&kit_api, &anna, id, &e) :
	    claim_release(&kit_api, &anna, id, body, &e);
	if (done == NULL)
		fail_msg("%s", e.text);
	json_decref(done);
	json_decref(body);
}

static void
the_status_only_rises(void **state)
{
	struct kit_answer a = { .text = "You are not alone.\n" };

	(void)state;
	assert_int_equal(status(), STRAND_RECEIVED);
	claim(1);
	assert_int_equal(status(), STRAND_READING);
	claim(0);
	assert_int_equal(status(), STRAND_READING);
	kit_submit(id, &a);
	assert_int_equal(status(), STRAND_COMING);
	kit_meddle("UPDATE draft SET was = 'submitted', state = 'returned'");
	assert_int_equal(status(), STRAND_COMING);
	kit_meddle("UPDATE draft SET was = 'open', state = 'submitted'");
	kit_approve(id, &a);
	assert_int_equal(status(), STRAND_COMING);
	kit_publish(id, &a);
	assert_int_equal(status(), STRAND_ANSWERED);
}

/* What a claim that ended said is not forgotten, nor is one in between. */
static void
the_status_is_that_of_the_case(void **state)
{
	(void)state;
	claim(1);
	claim(0);
	assert_int_equal(status(), STRAND_READING);
	kit_meddle("DELETE FROM event");
	assert_int_equal(status(), STRAND_READING);
	/* Of an older letter: it begins anew. */
	kit_meddle("UPDATE locator SET shown_seq = 0");
	assert_int_equal(status(), STRAND_RECEIVED);
}

static void
a_status_is_written_once(void **state)
{
	int64_t before;

	(void)state;
	claim(1);
	assert_int_equal(status(), STRAND_READING);
	before = kit_count("SELECT count(*) FROM audit");
	nran = 0;
	assert_int_equal(status(), STRAND_READING);
	while (nran > 0)
		assert_int_not_equal(ran[--nran], STMT_STRAND_SHOWN);
	assert_int_equal(kit_count("SELECT count(*) FROM audit"), before);
}

/* What cannot be remembered is not said; the letters are there. */
static void
letters_are_shown_while_nothing_can_be_written(void **state)
{
	struct err e = ERR_INIT;
	struct strand *s;

	(void)state;
	claim(1);
	assert_int_equal(store_begin(kit_api.store, &e), 0);
	s = kit_opened();
	store_rollback(kit_api.store);
	assert_int_equal(s->status, STRAND_RECEIVED);
	assert_int_equal(s->nitems, 1);
	strand_free(s);
	assert_int_equal(status(), STRAND_READING);
}

#define T(name)	cmocka_unit_test_setup_teardown(name, kit_strand_begin, \
    kit_strand_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_own_letter_is_there),
		T(an_answer_is_shown),
		T(what_is_not_published_is_not_shown),
		T(only_post_publishes),
		T(who_signed_is_asked_again),
		T(whoever_signs_must_be_who_is_named),
		T(an_approval_is_over_these_bytes),
		T(nothing_of_another_strand_is_shown),
		T(a_document_for_another_case_is_not_shown),
		T(notes_of_staff_are_never_shown),
		T(an_answer_stays_when_its_author_leaves),
		T(a_code_of_elsewhere_opens_nothing),
		T(a_planted_code_opens_nothing),
		T(a_case_that_was_meddled_with_is_not_opened),
		T(a_letter_of_other_bytes_is_not_shown),
		T(the_status_only_rises),
		T(the_status_is_that_of_the_case),
		T(a_status_is_written_once),
		T(letters_are_shown_while_nothing_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
