/*
 * What passes with time: breath, leases, deliveries that did not come back,
 * nonces and invitations that are over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/breath.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tests/unit/desk_kit.h"

static json_t *
row_of(const json_t *list, const char *role)
{
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "role")),
		    role) == 0)
			return row;
	}
	fail_msg("no %s", role);
	return NULL;
}

static int
is_silent(const char *role, int64_t since)
{
	struct err e = ERR_INIT;
	json_t *list = breath_list(&kit_api, 1, since, &e);
	int silent = json_is_true(json_object_get(row_of(list, role),
	    "silent"));

	json_decref(list);
	return silent;
}

static void
breath_is_written_once_a_minute(void **state)
{
	struct breath b = { 0 };
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(breath_take(&b, &kit_api, "-", &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM breath"), 1);
	kit_meddle("UPDATE breath SET at = at - 30");
	assert_int_equal(breath_take(&b, &kit_api, "-", &e), 0);
	assert_true(kit_count("SELECT at FROM breath") < b.written_at);
	b.written_at -= BREATH_EVERY_S;
	assert_int_equal(breath_take(&b, &kit_api, "-", &e), 0);
	assert_int_equal(kit_count("SELECT at FROM breath"), b.written_at);
}

static void
who_does_not_breathe_is_silent(void **state)
{
	int64_t now = store_now(kit_api.store);
	struct breath b = { 0 };
	struct err e = ERR_INIT;

	(void)state;
	assert_true(is_silent("api", 0));
	assert_false(is_silent("api", now - 60));
	assert_int_equal(breath_take(&b, &kit_api, "-", &e), 0);
	assert_false(is_silent("api", 0));
	kit_meddle("UPDATE breath SET at = at - 601");
	assert_true(is_silent("api", 0));
	kit_meddle("UPDATE breath SET role = 'intake', name = 'pipe'");
	assert_false(is_silent("intake", 0));
	kit_meddle("UPDATE breath SET at = at - 601");
	assert_true(is_silent("intake", 0));
}

static void
after_a_pause_of_all_everybody_has_time(void **state)
{
	struct breath_watch w = { 0, 0 };

	(void)state;
	breath_look(&w, 1000);
	assert_int_equal(w.awake_since, 1000);
	breath_look(&w, 1060);
	breath_look(&w, 1120);
	assert_int_equal(w.awake_since, 1000);
	breath_look(&w, 90000);
	assert_int_equal(w.awake_since, 90000);
	breath_look(&w, 500);
	assert_int_equal(w.awake_since, 500);
}

static void
a_lease_that_is_over_ends_once_and_keeps_its_fence(void **state)
{
	struct actor anna = kit_actor(kit_anna);
	char id[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;

	(void)state;
	memcpy(id, kit_letter("a@example.org", "hello", NULL), sizeof(id));
	json_decref(claim_take(&kit_api, &anna, id, &e));
	assert_int_equal(claim_expire(&kit_post, &e), 0);
	kit_meddle("UPDATE claim SET until = until - 43201");
	assert_int_equal(claim_expire(&kit_post, &e), 1);
	assert_int_equal(claim_expire(&kit_post, &e), 0);
	assert_int_equal(kit_count("SELECT until FROM claim"), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM audit "
	    "WHERE action = 'expire'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM event "
	    "WHERE kind = 'ended' AND detail = 'anna'"), 1);
	anna = kit_actor(kit_anna);
	json_decref(claim_take(&kit_api, &anna, id, &e));
	assert_int_equal(kit_count("SELECT fence FROM claim"), 2);
}

static void
what_did_not_come_back_is_settled(void **state)
{
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;

	(void)state;
	kit_approved(kit_letter("a@example.org", "hello", NULL), item);
	assert_int_equal(delivery_settle_old(&kit_post, &e), 0);
	kit_meddle("UPDATE delivery SET was = 'sending', state = 'accepted'");
	assert_int_equal(delivery_settle_old(&kit_post, &e), 0);
	kit_meddle("UPDATE delivery SET at = at - 604801");
	assert_int_equal(delivery_settle_old(&kit_post, &e), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM delivery "
	    "WHERE was = 'accepted' AND state = 'settled'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM audit "
	    "WHERE action = 'settled'"), 1);
}

static void
rows_without_use_are_swept(void **state)
{
	struct actor anna = kit_actor(kit_anna);
	struct err e = ERR_INIT;

	(void)state;
	json_decref(claim_take(&kit_api, &anna,
	    kit_letter("a@example.org", "hello", NULL), &e));
	assert_int_equal(staff_sweep(&kit_post, &e), 0);
	kit_meddle("UPDATE nonce SET until = 7");
	kit_meddle("INSERT INTO invitation (number, name, expires, statement, "
	    "signature, signer, invite_key) VALUES "
	    "(1, 'eve', 9, x'00', x'00', x'00', x'00'), "
	    "(2, 'eva', 4000000000, x'00', x'00', x'00', x'00')");
	assert_true(staff_sweep(&kit_post, &e) >= 2);
	assert_int_equal(kit_count("SELECT count(*) FROM nonce"), 0);
	assert_int_equal(kit_count("SELECT number FROM invitation"), 2);
}

int
main(void)
{
#define STORY(f)	cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)
	static const struct CMUnitTest tests[] = {
		STORY(breath_is_written_once_a_minute),
		STORY(who_does_not_breathe_is_silent),
		cmocka_unit_test(after_a_pause_of_all_everybody_has_time),
		STORY(a_lease_that_is_over_ends_once_and_keeps_its_fence),
		STORY(what_did_not_come_back_is_settled),
		STORY(rows_without_use_are_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
