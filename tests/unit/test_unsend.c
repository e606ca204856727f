/*
 * A letter that was called back is noted in the file of sent letters, and a
 * store of before that does not bring it back to life.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/desk/draft.h"
#include "daemon/desk/recall.h"
#include "daemon/post/spent.h"
#include "daemon/post/unsend.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tests/unit/desk_kit.h"

static char file[160];
static struct spent *spent;

static int
begin(void **state)
{
	struct err e = ERR_INIT;

	if (kit_begin(state) == -1)
		return -1;
	(void)snprintf(file, sizeof(file), "%s/state/post",
	    store_data(kit_post.store));
	spent = spent_open(store_data(kit_post.store), &e);
	return spent == NULL ? -1 : 0;
}

static int
end(void **state)
{
	spent_close(spent);
	(void)unlink(file);
	return kit_end(state);
}

static void
called_back_for_ever(void **state)
{
	unsigned char item[SEAL_ID], other[SEAL_ID] = { 1 };
	char id[CASE_ID_LEN + 1];
	struct err e = ERR_INIT;
	struct actor anna;
	json_t *draft;

	(void)state;
	memcpy(id, kit_letter("seeker@example.org", "hello", NULL),
	    sizeof(id));
	kit_approved(id, item);
	assert_int_equal(unsend_note(&kit_post, spent, &e), 0);
	assert_int_equal(unsend_is(&kit_post, spent, item, &e), 0);
	kit_meddle("UPDATE delivery SET next_at = next_at + 300");
	anna = kit_actor(kit_anna);
	draft = draft_undo(&kit_api, &anna, id, 1, &e);
	if (draft == NULL)
		fail_msg("%s", e.text);
	json_decref(draft);
	assert_int_equal(unsend_note(&kit_post, spent, &e), 1);
	assert_int_equal(unsend_note(&kit_post, spent, &e), 0);
	assert_int_equal(unsend_is(&kit_post, spent, item, &e), 1);
	assert_int_equal(unsend_is(&kit_post, spent, other, &e), 0);
	/* Whatever the store says from now on, and told twice. */
	kit_meddle("INSERT INTO recall SELECT item FROM delivery");
	assert_int_equal(unsend_note(&kit_post, spent, &e), 1);
	spent_close(spent);
	spent = spent_open(store_data(kit_post.store), &e);
	assert_int_equal(unsend_is(&kit_post, spent, item, &e), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(called_back_for_ever, begin,
		    end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
