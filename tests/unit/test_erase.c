/*
 * Erasing a case: who may ask, what is so from then on, taking it back,
 * keeping it, and what is left when the time is over.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/queue.h"
#include "daemon/desk/casework.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/wish.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/wish.h"
#include "tests/unit/desk_kit.h"

#define SEEKER	"seeker@example.org"

typedef json_t	*change(struct desk *, const struct actor *, const char *id,
		    const json_t *body, struct err *);

static char	id[CASE_ID_LEN + 1];
static int64_t	later;		/* seconds that went by in a test */

int64_t	__real_store_now(const struct store *);
int64_t	__wrap_store_now(const struct store *);

int64_t
__wrap_store_now(const struct store *s)
{
	return __real_store_now(s) + later;
}

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	later = 0;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	return 0;
}

static json_t *
wish(const struct identity *who, const char *name, const char *case_id)
{
	unsigned char signature[SIGN_LEN];
	json_t *body = json_object();
	struct wish w;
	char *text;
	size_t len;

	memset(&w, 0, sizeof(w));
	w.kind = WISH_ERASE;
	w.at = store_now(kit_api.store);
	(void)snprintf(w.by, sizeof(w.by), "%s", name);
	(void)snprintf(w.case_id, sizeof(w.case_id), "%s", case_id);
	text = wish_print(&w, &len);
	signature_make(who->signer, PURPOSE_WISH, text, len, signature);
	(void)json_object_set_new(body, "statement", json_string(text));
	wire_set_hex(body, "signature", signature, sizeof(signature));
	free(text);
	return body;
}

static void
does(const struct identity *who, change *fn, json_t *body)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *found = fn(&kit_api, &actor, id, body, &e);

	if (found == NULL)
		fail_msg("%s", e.text);
	json_decref(found);
	json_decref(body);
}

static void
refused(const struct identity *who, change *fn, json_t *body,
    enum err_code code)
{
	int64_t audit = kit_count("SELECT count(*) FROM audit");
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;

	assert_null(fn(&kit_api, &actor, id, body, &e));
	assert_int_equal(e.code, code);
	assert_int_equal(kit_count("SELECT count(*) FROM audit"), audit);
	json_decref(body);
}

static enum erase_state
stands(struct erasure *x)
{
	struct err e = ERR_INIT;

	assert_int_equal(erase_look(&kit_api, id, x, &e), 0);
	return x->state;
}

/* The time of every wish that clock saw is over. */
static void
long_ago(void)
{
	assert_int_equal(kit_ended(), 0);
	later += ERASE_WAIT_S;
}

static json_t *
queue(void)
{
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;
	json_t *o = queue_page(&kit_api, &anna, NULL, &e);

	assert_non_null(o);
	return o;
}

static size_t
count(const json_t *o, const char *name)
{
	return json_array_size(json_object_get(o, name));
}

static json_t *
with_note(const struct identity *who)
{
	char hex[2 * SEAL_ID + 1];

	return json_pack("{s:o}", "note", kit_written(who, id, hex));
}

static void
asked_it_leaves_the_queue_and_comes_back(void **state)
{
	struct erasure x;
	json_t *o;

	(void)state;
	assert_int_equal(stands(&x), ERASE_NONE);
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	assert_int_equal(stands(&x), ERASE_ASKED);
	assert_string_equal(x.by, "anna");
	assert_int_equal(x.ends - x.at, ERASE_WAIT_S);
	o = queue();
	assert_int_equal(count(o, "cases"), 0);
	assert_int_equal(count(o, "erasing"), 1);
	json_decref(o);
	refused(kit_ben, erase_ask, wish(kit_ben, "ben", id), ERR_CONFLICT);
	refused(kit_ben, erase_undo, json_object(), ERR_DENIED);
	does(kit_anna, erase_undo, json_object());
	assert_int_equal(stands(&x), ERASE_NONE);
	o = queue();
	assert_int_equal(count(o, "cases"), 1);
	assert_int_equal(count(o, "erasing"), 0);
	json_decref(o);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE flags "
	    "<> ''"), 0);
	refused(kit_maria, erase_undo, json_object(), ERR_CONFLICT);
}

static void
only_what_the_person_signed_counts(void **state)
{
	(void)state;
	refused(kit_anna, erase_ask, wish(kit_ben, "anna", id), ERR_DENIED);
	refused(kit_anna, erase_ask, wish(kit_anna, "ben", id), ERR_DENIED);
	refused(kit_anna, erase_ask, wish(kit_anna, "anna", "7K2M9Q4X"),
	    ERR_DENIED);
	refused(kit_anna, erase_ask, json_object(), ERR_INPUT);
	refused(kit_olga, erase_ask, wish(kit_olga, "olga", id), ERR_GONE);
}

static void
a_supervisor_keeps_it(void **state)
{
	struct erasure x;

	(void)state;
	refused(kit_maria, erase_hold, with_note(kit_maria), ERR_CONFLICT);
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	refused(kit_anna, erase_hold, with_note(kit_anna), ERR_DENIED);
	refused(kit_maria, erase_hold, json_object(), ERR_INPUT);
	does(kit_maria, erase_hold, with_note(kit_maria));
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE flags "
	    "= 'erase legal-hold'"), 1);
	long_ago();
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(&x), ERASE_HELD);
	refused(kit_anna, erase_lift, json_object(), ERR_DENIED);
	does(kit_maria, erase_lift, json_object());
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE flags "
	    "= 'erase'"), 1);
	assert_int_equal(kit_ended(), 1);
	assert_int_equal(stands(&x), ERASE_OVER);
}

static void
it_does_not_end_before_its_time(void **state)
{
	struct erasure x;

	(void)state;
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(&x), ERASE_ASKED);
	later += ERASE_WAIT_S - 60;
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(&x), ERASE_ASKED);
}

/* The time goes by what was signed, not by the row. */
static void
nobody_shortens_its_time(void **state)
{
	struct erasure x;

	(void)state;
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	assert_int_equal(kit_ended(), 0);
	kit_meddle("UPDATE erasure SET asked_at = 1, ends_at = 1");
	later += ERASE_WAIT_S - 60;
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(&x), ERASE_REFUSED);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 1);
}

/* Everything that this case has, in every table. */
static const char *const about_case[] = { "claim", "participant", "case_key",
    "item", "draft", "delivery", "event", "face", "locator", "link",
    "person", "no_automatic", "wish", "form" };
static const char *const about_items[] = { "part", "chunk", "grants",
    "publication", "still", "recall", "upload" };

static void
when_it_is_over_nothing_is_left(void **state)
{
	struct actor anna = kit_actor(kit_anna);
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	char sql[128];
	int64_t n;
	size_t i;

	(void)state;
	kit_approved(id, item);
	does(kit_maria, casework_note, with_note(kit_maria));
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	long_ago();
	assert_int_equal(kit_ended(), 1);
	for (i = 0; i < sizeof(about_case) / sizeof(about_case[0]); i++) {
		(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s",
		    about_case[i]);
		assert_int_equal(kit_count(sql), 0);
	}
	for (i = 0; i < sizeof(about_items) / sizeof(about_items[0]); i++) {
		(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s",
		    about_items[i]);
		assert_int_equal(kit_count(sql), 0);
	}
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE state = "
	    "'erased' AND flags = '' AND language IS NULL AND created % "
	    "86400 = 0 AND length(deposit_hash) = 0"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM removal WHERE why = "
	    "'erase'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger WHERE hash "
	    "IS NOT NULL AND at % 86400 = 0"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM erasure WHERE state "
	    "= 'done' AND statement IS NULL"), 1);
	assert_int_equal(audit_verify(&kit_api, NULL, NULL, &n, &e), 0);
	assert_null(case_show(&kit_api, &anna, id, &e));
	assert_int_equal(e.code, ERR_GONE);
}

static void
who_reads_is_waited_for(void **state)
{
	char which[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;

	(void)state;
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	long_ago();
	assert_int_equal(store_read(kit_api.store, &e), 0);
	assert_int_not_equal(store_run(kit_api.store, STMT_ERASURE_DEAD,
	    NO_ARGS, NULL, NULL, &e), -1);
	assert_int_equal(erase_end_next(&kit_intake, which, &e), 1);
	assert_int_equal(erase_sweep(&kit_intake, &e), 1);
	store_rollback(kit_api.store);
	assert_int_equal(erase_sweep(&kit_intake, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM erasure WHERE state "
	    "= 'done'"), 1);
}

static void
nothing_leaves_meanwhile(void **state)
{
	struct delivery x;
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;

	(void)state;
	kit_approved(id, item);
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	kit_meddle("UPDATE delivery SET next_at = 0");
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 0);
	assert_true(delivery_wait_ms(&kit_post, 60000, &e) > 50000);
	does(kit_anna, erase_undo, json_object());
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	/* What is just leaving is waited for. */
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	long_ago();
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_ACCEPTED,
	    "250", NULL, &e), 0);
	assert_int_equal(kit_ended(), 1);
}

static void
who_writes_meanwhile_begins_anew(void **state)
{
	const char *other;

	(void)state;
	kit_meddle("UPDATE cases SET state = 'open', was = 'new'");
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	other = kit_letter(SEEKER, "again", NULL);
	assert_string_not_equal(other, id);
	assert_int_equal(kit_count("SELECT count(*) FROM link"), 0);
	long_ago();
	assert_int_equal(kit_ended(), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM item"), 1);
}

/* Rows that somebody with the file wrote ask for nothing. */
static void
what_nobody_signed_is_kept(void **state)
{
	char sql[512];
	struct erasure x;

	(void)state;
	(void)snprintf(sql, sizeof(sql), "INSERT INTO erasure (case_id, state, "
	    "asked_by, asked_at, ends_at, statement, signer, signature) "
	    "VALUES ('%s', 'asked', 'p1', 1, 1, CAST('{\"at\":1,\"by\":"
	    "\"web\",\"case\":\"%s\",\"participant\":1,\"v\":1,\"wish\":"
	    "\"erase\"}' AS BLOB), zeroblob(32), zeroblob(64))", id, id);
	kit_meddle(sql);
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(&x), ERASE_REFUSED);
	assert_int_equal(kit_count("SELECT count(*) FROM alarm WHERE kind = "
	    "'erasure-refused' AND ended IS NULL"), 1);
	does(kit_maria, erase_undo, json_object());
	assert_int_equal(stands(&x), ERASE_NONE);
	assert_int_equal(kit_count("SELECT count(*) FROM alarm WHERE kind = "
	    "'erasure-refused' AND ended IS NULL"), 0);
	/* Nor does a wish about another case serve for this one. */
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	kit_meddle("UPDATE erasure SET statement = CAST(replace(statement, "
	    "'erase', 'other') AS BLOB)");
	long_ago();
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(&x), ERASE_REFUSED);
}

static void
with_the_code_it_is_asked_and_taken_back(void **state)
{
	struct err e = ERR_INIT;
	struct erasure x;

	(void)state;
	assert_int_equal(erase_by_code(&kit_web, id, 1, &e), 0);
	assert_int_equal(erase_by_code(&kit_web, id, 1, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action "
	    "= 'erase-ask'"), 1);
	assert_int_equal(stands(&x), ERASE_ASKED);
	assert_string_equal(x.by, "p1");
	refused(kit_anna, erase_undo, json_object(), ERR_DENIED);
	assert_int_equal(erase_back_by_code(&kit_web, id, 1, &e), 0);
	assert_int_equal(erase_back_by_code(&kit_web, id, 1, &e), 0);
	assert_int_equal(stands(&x), ERASE_NONE);
	/* What staff asked is not the person's to take back. */
	does(kit_anna, erase_ask, wish(kit_anna, "anna", id));
	assert_int_equal(erase_back_by_code(&kit_web, id, 1, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	does(kit_maria, erase_undo, json_object());
	assert_int_equal(erase_by_code(&kit_web, id, 1, &e), 0);
	long_ago();
	assert_int_equal(kit_ended(), 1);
	assert_int_equal(erase_back_by_code(&kit_web, id, 1, &e), -1);
	assert_int_equal(erase_by_code(&kit_web, "7K2M9Q4X", 1, &e), -1);
}

static void
told_with_the_code_the_case_waits_again(void **state)
{
	struct actor anna = kit_actor(kit_anna);
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	json_t *o, *body = json_object();

	(void)state;
	kit_approved(id, item);
	kit_meddle("UPDATE cases SET was = 'open', state = 'answered', "
	    "waiting_since = NULL, due = NULL");
	assert_int_equal(wish_by_code(&kit_web, id, 1, WISH_OTHER, &e), 0);
	assert_int_equal(wish_by_code(&kit_web, id, 1, WISH_OTHER, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM audit WHERE action "
	    "= 'wish-other'"), 1);
	assert_int_equal(wish_by_code(&kit_web, id, 1, WISH_UNHAPPY, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE state = "
	    "'open' AND waiting_since IS NOT NULL AND due > waiting_since "
	    "AND flags = 'other unhappy'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM claim WHERE until "
	    "> 0"), 0);
	o = case_json(&kit_api, id, &e);
	assert_int_equal(count(o, "wishes"), 2);
	json_decref(o);
	kit_meddle("UPDATE delivery SET was = 'due', state = 'cancelled'");
	o = casework_close(&kit_api, &anna, id, body, &e);
	json_decref(body);
	if (o == NULL)
		fail_msg("%s", e.text);
	assert_int_equal(count(o, "wishes"), 0);
	json_decref(o);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE flags "
	    "= ''"), 1);
	assert_int_equal(erase_by_code(&kit_web, id, 1, &e), 0);
	assert_int_equal(wish_by_code(&kit_web, id, 1, WISH_OTHER, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
}

/* What is signed is read strictly; who may wish what stands in it. */
static void
only_a_wish_that_somebody_may_have_is_one(void **state)
{
	static const struct {
		const char	*text;
		int		 good;
	} all[] = {
		{ "{\"at\":1,\"by\":\"web\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":1,\"v\":1,\"wish\":\"unhappy\"}", 1 },
		{ "{\"at\":1,\"by\":\"anna\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":0,\"v\":1,\"wish\":\"erase\"}", 1 },
		/* staff wishes nothing else, and for nobody else */
		{ "{\"at\":1,\"by\":\"anna\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":0,\"v\":1,\"wish\":\"other\"}", 0 },
		{ "{\"at\":1,\"by\":\"anna\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":1,\"v\":1,\"wish\":\"erase\"}", 0 },
		{ "{\"at\":1,\"by\":\"web\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":1,\"v\":1,\"wish\":\"mode\"}", 0 },
		{ "{\"at\":1,\"by\":\"web\",\"case\":\"7k2m9q4x\","
		    "\"participant\":1,\"v\":1,\"wish\":\"erase\"}", 0 },
		{ "{\"at\":1,\"by\":\"web\",\"case\":\"7K2M9Q4X\",\"x\":1,"
		    "\"participant\":1,\"v\":1,\"wish\":\"erase\"}", 0 },
		{ "{\"at\":1,\"by\":\"web\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":1,\"v\":2,\"wish\":\"erase\"}", 0 },
		{ "{\"by\":\"web\",\"case\":\"7K2M9Q4X\","
		    "\"participant\":1,\"v\":1,\"wish\":\"erase\"}", 0 },
		{ "[]", 0 }
	};
	struct wish w;
	char *text;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(wish_parse(&w, all[i].text,
		    strlen(all[i].text), NULL), all[i].good ? 0 : -1);
	assert_int_equal(wish_parse(&w, all[0].text, strlen(all[0].text),
	    NULL), 0);
	text = wish_print(&w, &len);
	assert_string_equal(text, all[0].text);
	free(text);
}

struct heard {
	char	ids[8][CASE_ID_LEN + 1];
	int	n;
};

static int
hear(void *ctx, const char *case_id, struct err *e)
{
	struct heard *h = ctx;

	(void)e;
	memcpy(h->ids[h->n++], case_id, CASE_ID_LEN + 1);
	return 0;
}

static void
a_torn_line_of_the_list_costs_no_other(void **state)
{
	struct err e = ERR_INIT;
	struct heard h = { .n = 0 };
	char path[256];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/" ERASE_LIST,
	    store_data(kit_api.store));
	assert_int_equal(erase_list_add(&kit_api, "7K2M9Q4X", &e), 0);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "\n00000", 6), 6);
	(void)close(fd);
	assert_int_equal(erase_list_add(&kit_api, "0000000Z", &e), 0);
	assert_int_equal(erase_list_read(path, hear, &h, &e), 0);
	assert_int_equal(h.n, 2);
	assert_string_equal(h.ids[0], "7K2M9Q4X");
	assert_string_equal(h.ids[1], "0000000Z");
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "root:x:0\n", 9), 9);
	(void)close(fd);
	assert_int_equal(erase_list_read(path, hear, &h, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
}

#define STORY(fn)	cmocka_unit_test_setup_teardown(fn, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(asked_it_leaves_the_queue_and_comes_back),
		STORY(only_what_the_person_signed_counts),
		STORY(a_supervisor_keeps_it),
		STORY(it_does_not_end_before_its_time),
		STORY(nobody_shortens_its_time),
		STORY(when_it_is_over_nothing_is_left),
		STORY(who_reads_is_waited_for),
		STORY(nothing_leaves_meanwhile),
		STORY(who_writes_meanwhile_begins_anew),
		STORY(what_nobody_signed_is_kept),
		STORY(with_the_code_it_is_asked_and_taken_back),
		STORY(told_with_the_code_the_case_waits_again),
		STORY(only_a_wish_that_somebody_may_have_is_one),
		STORY(a_torn_line_of_the_list_costs_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
