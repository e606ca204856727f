/*
 * Cases that open for nobody: said once while it stands, ended once, and by
 * nobody to whom the case is foreign; of the case nothing changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/case.h"
#include "daemon/desk/unopened.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define STANDING	"SELECT count(*) FROM alarm WHERE kind = " \
	"'case-unopened' AND ended IS NULL"
#define ROWS		"SELECT (SELECT count(*) FROM alarm) + " \
	"(SELECT count(*) FROM audit) + (SELECT count(*) FROM event) + " \
	"(SELECT sum(active + last_seq + length(flags)) FROM cases)"

typedef json_t *say_fn(struct desk *, const struct actor *, const char *id,
	    struct err *);

static char	id[CASE_ID_LEN + 1];

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	memcpy(id, kit_letter("a@example.org", "hello", NULL), sizeof(id));
	return 0;
}

static enum err_code
say(say_fn *fn, const struct identity *who, const char *case_id)
{
	struct actor actor = kit_actor(who);
	struct err e = ERR_INIT;
	json_t *answer = fn(&kit_api, &actor, case_id, &e);

	if (answer == NULL)
		return e.code;
	assert_int_equal(json_object_size(answer), 0);
	json_decref(answer);
	return ERR_NONE;
}

static int64_t
entries(const char *action)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM audit WHERE "
	    "action = '%s' AND case_id = '%s'", action, id);
	return kit_count(sql);
}

static int
is_marked(void)
{
	struct err e = ERR_INIT;
	json_t *o = case_json(&kit_api, id, &e);
	int marked;

	assert_non_null(o);
	marked = json_is_true(json_object_get(o, "unopened"));
	json_decref(o);
	return marked;
}

static void
it_is_said_once_and_ends_once(void **state)
{
	int64_t rows;

	(void)state;
	assert_false(is_marked());
	assert_int_equal(say(unopened_report, kit_anna, id), ERR_NONE);
	assert_int_equal(kit_count(STANDING), 1);
	assert_int_equal(entries("unopened"), 1);
	assert_true(is_marked());
	rows = kit_count(ROWS);
	assert_int_equal(say(unopened_report, kit_anna, id), ERR_NONE);
	assert_int_equal(say(unopened_report, kit_ben, id), ERR_NONE);
	assert_int_equal(kit_count(ROWS), rows);
	assert_int_equal(say(unopened_over, kit_maria, id), ERR_NONE);
	assert_int_equal(kit_count(STANDING), 0);
	assert_int_equal(entries("opened"), 1);
	assert_false(is_marked());
	rows = kit_count(ROWS);
	assert_int_equal(say(unopened_over, kit_anna, id), ERR_NONE);
	assert_int_equal(kit_count(ROWS), rows);
	/* It may be so again, and is said again. */
	assert_int_equal(say(unopened_report, kit_ben, id), ERR_NONE);
	assert_int_equal(kit_count(STANDING), 1);
	assert_int_equal(entries("unopened"), 2);
}

static void
a_foreign_case_is_one_that_never_was(void **state)
{
	int64_t rows = kit_count(ROWS);

	(void)state;
	assert_int_equal(say(unopened_report, kit_olga, id), ERR_GONE);
	assert_int_equal(say(unopened_over, kit_olga, id), ERR_GONE);
	assert_int_equal(say(unopened_report, kit_anna, "00000000"),
	    ERR_GONE);
	assert_int_equal(say(unopened_over, kit_anna, "00000000"), ERR_GONE);
	/* The whole id, as for everything that changes something. */
	id[CASE_ID_LEN - 1] = '\0';
	assert_int_equal(say(unopened_report, kit_anna, id), ERR_GONE);
	assert_int_equal(kit_count(ROWS), rows);
}

static void
of_what_was_erased_nothing_is_said(void **state)
{
	int64_t rows;

	(void)state;
	kit_meddle("UPDATE cases SET was = 'new', state = 'open'");
	kit_meddle("UPDATE cases SET was = 'open', state = 'closed'");
	kit_meddle("UPDATE cases SET was = 'closed', state = 'erased'");
	rows = kit_count(ROWS);
	assert_int_equal(say(unopened_report, kit_anna, id), ERR_GONE);
	assert_int_equal(kit_count(ROWS), rows);
}

#define STORY(f)	cmocka_unit_test_setup_teardown(f, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(it_is_said_once_and_ends_once),
		STORY(a_foreign_case_is_one_that_never_was),
		STORY(of_what_was_erased_nothing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
