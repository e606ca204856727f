/*
 * Reports about letters of ours: which delivery they mark, what the case
 * shows then, when the flag goes, and that nothing without a token of ours
 * touches a case.
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
#include "daemon/desk/bounce.h"
#include "daemon/desk/casework.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/deposit.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define SEEKER		"seeker@example.org"
#define FLAGGED		"SELECT count(*) FROM cases WHERE " \
			"flags = 'delivery-problem'"

static char	id[CASE_ID_LEN + 1];
static char	token[24], message_id[64];
static int	letters;

/* An answer is accepted by the relay; its tokens are new each time. */
static void
answered(const char *case_id, struct delivery *x)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	char reply[24];

	letters++;
	(void)snprintf(token, sizeof(token), "b%016d", letters);
	(void)snprintf(reply, sizeof(reply), "%016d", 1000 + letters);
	(void)snprintf(message_id, sizeof(message_id), "<m%d@example.org>",
	    letters);
	kit_approved(case_id, item);
	assert_int_equal(delivery_take(&kit_post, "1", x, &e), 1);
	assert_memory_equal(x->item, item, SEAL_ID);
	assert_int_equal(delivery_tokens(&kit_post, x, message_id, reply,
	    token, &e), 0);
	assert_int_equal(delivery_dot(&kit_post, x, "1", &e), 0);
	assert_int_equal(delivery_settle(&kit_post, x, OUTCOME_ACCEPTED,
	    "250", NULL, &e), 0);
}

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	letters = 0;
	memcpy(id, kit_letter(SEEKER, "hello", NULL), sizeof(id));
	return 0;
}

/* A view as the reader makes it of a report. */
static json_t *
report_view(const char *kind, const char *action, const char *status,
    const char *to_token, const char *returned_id)
{
	static int n;
	char text[32];
	struct reading r;

	(void)snprintf(text, sizeof(text), "report %d", ++n);
	r = kit_reading("mailer-daemon@example.net", text, to_token);
	(void)json_object_set_new(r.view, "class", json_string(
	    strcmp(kind, "delivery") == 0 ? "bounce" : "automatic"));
	(void)json_object_set_new(r.view, "report", json_pack(
	    "{s:s, s:s?, s:s?, s:n, s:s?, s:n}", "kind", kind, "action",
	    action, "status", status, "recipient", "message_id", returned_id,
	    "token"));
	return r.view;
}

/* It comes in: the case it went to. */
static const char *
comes(json_t *view)
{
	static char where[CASE_ID_LEN + 1];
	struct reading r;
	struct arrival a;
	enum deposit_result result;
	struct err e = ERR_INIT;
	char *text = json_dumps(view, 0);

	memset(&r, 0, sizeof(r));
	r.view = view;
	memset(&a, 0, sizeof(a));
	a.mailbox = config_mailbox(kit_intake.config, "pipe");
	a.folder = "";
	a.raw = text;
	a.len = strlen(text);
	a.reading = &r;
	if (deposit_letter(&kit_intake, &a, &result, where, &e) == -1)
		fail_msg("%s", e.text);
	free(text);
	json_decref(view);
	return where;
}

static int64_t
count_where(const char *table, const char *where)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE %s",
	    table, where);
	return kit_count(sql);
}

static void
a_failure_opens_the_case(void **state)
{
	struct delivery x;

	(void)state;
	kit_meddle("UPDATE item SET at = at - 5000; "
	    "UPDATE cases SET created = created - 5000");
	answered(id, &x);
	assert_int_equal(count_where("cases", "state = 'answered'"), 1);
	assert_string_equal(comes(report_view("delivery", "failed", "5.1.1",
	    token, NULL)), id);
	assert_int_equal(count_where("delivery", "state = 'bounced' AND "
	    "was = 'accepted' AND code = '5.1.1'"), 1);
	assert_int_equal(count_where("cases", "state = 'open' AND flags = "
	    "'delivery-problem' AND waiting_since = due"), 1);
	/* The person waits since her letter, not since the report. */
	assert_int_equal(count_where("cases", "waiting_since = (SELECT at "
	    "FROM item WHERE seq = 1)"), 1);
	assert_int_equal(count_where("item", "class = 'bounce' AND "
	    "participant = 0 AND seq = 3"), 1);
	assert_int_equal(count_where("event", "kind = 'bounced' AND detail "
	    "= '5.1.1' AND behind = 3"), 1);
	assert_int_equal(count_where("ledger", "class = 'bounce'"), 1);
	assert_int_equal(count_where("audit", "action = 'bounced'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM cases"), 1);
}

static void
the_message_id_is_the_fallback(void **state)
{
	struct delivery x;

	(void)state;
	answered(id, &x);
	assert_string_equal(comes(report_view("delivery", "failed", NULL,
	    NULL, message_id)), id);
	assert_int_equal(count_where("delivery", "state = 'bounced' AND "
	    "code = '-'"), 1);
}

static void
without_a_token_it_is_a_case_of_its_own(void **state)
{
	struct delivery x;

	(void)state;
	answered(id, &x);
	assert_string_not_equal(comes(report_view("delivery", "failed",
	    "5.1.1", "b9999999999999999", "<guess@example.org>")), id);
	/* A reply token is no token of a return path. */
	assert_string_not_equal(comes(report_view("delivery", "failed",
	    "5.1.1", "0000000000001001", NULL)), id);
	assert_int_equal(count_where("delivery", "state = 'accepted'"), 1);
	assert_int_equal(kit_count(FLAGGED), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM cases"), 3);
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE "
	    "waiting_since IS NOT NULL"), 2);
}

static void
one_case_never_touches_another(void **state)
{
	char other[CASE_ID_LEN + 1], first_token[24];
	struct delivery x, y;

	(void)state;
	memcpy(other, kit_letter("b@example.org", "other", NULL),
	    sizeof(other));
	answered(id, &x);
	memcpy(first_token, token, sizeof(first_token));
	answered(other, &y);
	/* The token of one and the id of the other: neither is believed. */
	assert_string_not_equal(comes(report_view("delivery", "failed",
	    "5.1.1", first_token, message_id)), id);
	assert_int_equal(count_where("delivery", "state = 'accepted'"), 2);
	assert_string_equal(comes(report_view("delivery", "failed", "5.1.1",
	    first_token, NULL)), id);
	assert_int_equal(count_where("delivery", "state = 'bounced'"), 1);
	assert_int_equal(count_where("cases", "state = 'answered'"), 1);
}

static void
what_is_no_failure_is_an_event(void **state)
{
	static const char *const kinds[][2] = { { "delayed", "delayed" },
	    { "delivered", "delivered" }, { "relayed", "delivered" } };
	char where[64];
	struct delivery x;
	size_t i;

	(void)state;
	answered(id, &x);
	for (i = 0; i < 3; i++) {
		assert_string_equal(comes(report_view("delivery",
		    kinds[i][0], "4.4.1", token, NULL)), id);
		(void)snprintf(where, sizeof(where), "kind = '%s' AND behind "
		    "= %zu", kinds[i][1], 3 + i);
		assert_int_equal(count_where("event", where), 1);
	}
	assert_int_equal(count_where("delivery", "state = 'accepted'"), 1);
	assert_int_equal(count_where("cases", "state = 'answered' AND "
	    "waiting_since IS NULL AND flags = ''"), 1);
	assert_int_equal(count_where("item", "class = 'automatic'"), 3);
}

static void
late_ones_are_never_lost(void **state)
{
	struct delivery x;
	struct err e = ERR_INIT;

	(void)state;
	answered(id, &x);
	kit_meddle("UPDATE delivery SET at = at - 8 * 86400");
	assert_int_equal(delivery_settle_old(&kit_post, &e), 1);
	/* Nobody else says that it did not arrive: a human must look. */
	assert_string_equal(comes(report_view("delivery", "failed", "5.4.7",
	    token, NULL)), id);
	assert_int_equal(count_where("delivery", "state = 'settled'"), 1);
	assert_int_equal(kit_count(FLAGGED), 1);
	assert_int_equal(count_where("event", "kind = 'bounced'"), 1);
}

static void
told_twice_opens_once(void **state)
{
	struct delivery x, y;
	char first[24];

	(void)state;
	answered(id, &x);
	memcpy(first, token, sizeof(first));
	(void)comes(report_view("delivery", "failed", "5.1.1", first, NULL));
	answered(id, &y);
	assert_int_equal(count_where("cases", "state = 'answered' AND "
	    "flags = ''"), 1);
	assert_string_equal(comes(report_view("delivery", "failed", "5.1.1",
	    first, NULL)), id);
	assert_int_equal(count_where("cases", "state = 'answered' AND "
	    "flags = '' AND waiting_since IS NULL"), 1);
	assert_int_equal(count_where("event", "kind = 'bounced'"), 2);
	assert_int_equal(count_where("item", "participant = 0"), 2);
}

static void
doubt_ends_with_a_bounce(void **state)
{
	unsigned char item[SEAL_ID];
	struct delivery x;
	struct err e = ERR_INIT;

	(void)state;
	kit_approved(id, item);
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 1);
	assert_int_equal(delivery_tokens(&kit_post, &x, "<m@example.org>",
	    "0000000000000001", "b0000000000000001", &e), 0);
	assert_int_equal(delivery_dot(&kit_post, &x, "1", &e), 0);
	assert_int_equal(delivery_settle(&kit_post, &x, OUTCOME_UNKNOWN,
	    "timeout", NULL, &e), 0);
	assert_string_equal(comes(report_view("delivery", "failed", "5.1.1",
	    "b0000000000000001", NULL)), id);
	assert_int_equal(count_where("delivery", "state = 'bounced' AND was "
	    "= 'unknown'"), 1);
	assert_int_equal(count_where("grants", "recipient = 'postman'"), 0);
	kit_meddle("UPDATE delivery SET next_at = 0");
	assert_int_equal(delivery_take(&kit_post, "1", &x, &e), 0);
}

static void
an_unclear_one_marks_nothing(void **state)
{
	struct delivery x;

	(void)state;
	answered(id, &x);
	assert_string_equal(comes(report_view("delivery", NULL, NULL, token,
	    NULL)), id);
	assert_int_equal(count_where("delivery", "state = 'accepted'"), 1);
	assert_int_equal(kit_count(FLAGGED), 1);
	assert_int_equal(count_where("event", "kind = 'bounce'"), 1);
}

static void
closing_ends_the_problem(void **state)
{
	struct actor actor;
	struct delivery x;
	struct err e = ERR_INIT;
	json_t *body = json_object(), *answer;

	(void)state;
	answered(id, &x);
	(void)comes(report_view("delivery", "failed", "5.1.1", token, NULL));
	actor = kit_actor(kit_anna);
	answer = casework_close(&kit_api, &actor, id, body, &e);
	if (answer == NULL)
		fail_msg("%s", e.text);
	assert_int_equal(kit_count(FLAGGED), 0);
	assert_int_equal(count_where("cases", "state = 'closed'"), 1);
	json_decref(answer);
	json_decref(body);
}

static void
a_complaint_stops_machines(void **state)
{
	unsigned char address[SEAL_HASH];
	struct delivery x;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(desk_hash_address(&kit_post, SEEKER, address, &e),
	    0);
	answered(id, &x);
	assert_int_equal(bounce_no_automatic(&kit_post, address, &e), 0);
	/* Not one of ours: it is somebody's letter. */
	assert_string_not_equal(comes(report_view("feedback", "abuse", NULL,
	    NULL, "<guess@example.org>")), id);
	assert_int_equal(bounce_no_automatic(&kit_post, address, &e), 0);
	assert_string_equal(comes(report_view("feedback", "abuse", NULL,
	    NULL, message_id)), id);
	assert_int_equal(bounce_no_automatic(&kit_post, address, &e), 1);
	assert_int_equal(count_where("cases", "state = 'open' AND flags = "
	    "'no-automatic'"), 1);
	assert_int_equal(count_where("alarm", "kind = 'complaint' AND ended "
	    "IS NULL"), 1);
	assert_int_equal(count_where("delivery", "state = 'accepted'"), 1);
	assert_int_equal(count_where("event", "kind = 'complaint'"), 1);
}

#define STORY(f)	cmocka_unit_test_setup_teardown(f, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_failure_opens_the_case),
		STORY(the_message_id_is_the_fallback),
		STORY(without_a_token_it_is_a_case_of_its_own),
		STORY(one_case_never_touches_another),
		STORY(what_is_no_failure_is_an_event),
		STORY(late_ones_are_never_lost),
		STORY(told_twice_opens_once),
		STORY(doubt_ends_with_a_bounce),
		STORY(an_unclear_one_marks_nothing),
		STORY(closing_ends_the_problem),
		STORY(a_complaint_stops_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
