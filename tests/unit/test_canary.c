/*
 * The canary: known by its Message-ID, wherever a relay left it; once, by its
 * own mailbox; lost when it does not come back in time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/config.h"
#include "daemon/desk/canary.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/reading.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define ID	"<0123456789abcdef0123456789abcdef@desk.example>"
#define HOUR	3600

static const unsigned char body[SEAL_HASH] = { 1 };
static const unsigned char other_body[SEAL_HASH] = { 2 };

static void
expect(const char *mailbox, const char *id)
{
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(kit_post.store, &e), 0);
	assert_int_equal(canary_expect(&kit_post, mailbox, id, &e), 0);
	assert_int_equal(store_commit(kit_post.store, &e), 0);
}

/* How a mail with this id (as itself, or as a reference) is taken. */
static int
find(const char *id, int reference, const unsigned char of[SEAL_HASH],
    unsigned char hash[SEAL_HASH])
{
	struct reading r = kit_reading("youth@desk.example", "tweet", NULL);
	struct arrival a;
	struct err e = ERR_INIT;
	int found;

	memset(&a, 0, sizeof(a));
	a.mailbox = config_mailbox(kit_intake.config, "pipe");
	a.reading = &r;
	if (reference)
		(void)json_array_append_new(json_object_get(r.view,
		    "references"), json_string(id));
	else
		(void)json_object_set_new(r.view, "message_id",
		    json_string(id));
	found = canary_find(&kit_intake, &a, of, hash, &e);
	reading_free(&r);
	return found;
}

static void
come_back(const unsigned char hash[SEAL_HASH])
{
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(kit_intake.store, &e), 0);
	assert_int_equal(canary_back(&kit_intake, hash, body, &e), 0);
	assert_int_equal(store_commit(kit_intake.store, &e), 0);
}

static struct canary_look
look(int64_t every_s)
{
	struct canary_look l;
	struct err e = ERR_INIT;

	assert_int_equal(canary_look(&kit_post, "pipe", every_s, &l, &e), 0);
	return l;
}

static void
is_known_by_its_id_alone(void **state)
{
	unsigned char hash[SEAL_HASH];

	(void)state;
	assert_int_equal(find(ID, 0, body, hash), 0);
	expect("pipe", ID);
	assert_int_equal(find(ID, 0, body, hash), 1);
	assert_int_equal(find(ID, 1, body, hash), 1);
	assert_int_equal(find("<0123@desk.example>", 0, body, hash), 0);
}

static void
belongs_to_its_mailbox(void **state)
{
	unsigned char hash[SEAL_HASH];

	(void)state;
	expect("another", ID);
	assert_int_equal(find(ID, 0, body, hash), 0);
}

static void
comes_back_once_and_then_only_as_itself(void **state)
{
	unsigned char hash[SEAL_HASH];

	(void)state;
	expect("pipe", ID);
	assert_int_equal(find(ID, 0, body, hash), 1);
	come_back(hash);
	assert_int_equal(find(ID, 0, body, hash), 1);
	assert_int_equal(find(ID, 0, other_body, hash), 0);
}

static void
is_due_again_and_lost_in_time(void **state)
{
	unsigned char hash[SEAL_HASH];
	struct canary_look l;

	(void)state;
	assert_true(look(HOUR).due);
	expect("pipe", ID);
	l = look(HOUR);
	assert_false(l.due);
	assert_int_equal(l.lost_since, 0);
	kit_meddle("UPDATE canary SET sent_at = sent_at - 1801");
	l = look(HOUR);
	assert_false(l.due);
	assert_int_not_equal(l.lost_since, 0);
	assert_true(look(1800).due);
	/* A later one is back: the way is free again. */
	expect("pipe", "<fedcba9876543210fedcba9876543210@desk.example>");
	assert_int_not_equal(look(HOUR).lost_since, 0);
	assert_int_equal(find("<fedcba9876543210fedcba9876543210@desk"
	    ".example>", 0, body, hash), 1);
	come_back(hash);
	assert_int_equal(look(HOUR).lost_since, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_known_by_its_id_alone,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(belongs_to_its_mailbox,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    comes_back_once_and_then_only_as_itself, kit_begin,
		    kit_end),
		cmocka_unit_test_setup_teardown(
		    is_due_again_and_lost_in_time, kit_begin, kit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
