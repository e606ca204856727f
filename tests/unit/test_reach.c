/*
 * Reply modes over a real store: what a person may decide with a return
 * code, what is signed of it, and what post and the queue make of that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/case.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/reach.h"
#include "daemon/desk/whole.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define WRITER	"ada@example.org"

static struct reach
wish_of(const char *case_id, const char *mode, int code)
{
	struct reach r;

	memset(&r, 0, sizeof(r));
	(void)snprintf(r.case_id, sizeof(r.case_id), "%s", case_id);
	(void)snprintf(r.mode, sizeof(r.mode), "%s", mode);
	r.participant = 1;
	r.has_seeker = code;
	memset(r.seeker, 7, SEAL_KEY);
	return r;
}

static int
set(struct desk *d, const char *case_id, const char *mode, int code,
    enum err_code *why)
{
	struct reach wish = wish_of(case_id, mode, code);
	struct err e = ERR_INIT;
	int r = reach_set(d, &wish, &e);

	*why = r == -1 ? e.code : ERR_NONE;
	return r;
}

struct newest {
	int		n;
	struct deposit	first, letter;	/* newest, oldest; no parts */
};

static int
see(void *ctx, const struct deposit *dep, const unsigned char *hash,
    struct err *e)
{
	struct newest *seen = ctx;

	(void)hash;
	(void)e;
	if (seen->n++ == 0)
		seen->first = *dep;
	seen->letter = *dep;
	seen->first.parts = seen->letter.parts = NULL;
	return 0;
}

static void
a_wish_is_signed_and_keeps_the_address(void **state)
{
	const char *id = kit_letter(WRITER, "help me", NULL);
	struct newest seen = { .n = 0 };
	enum err_code why;
	struct err e = ERR_INIT;
	char case_id[CASE_ID_LEN + 1];
	int64_t n;

	(void)state;
	(void)snprintf(case_id, sizeof(case_id), "%s", id);
	assert_int_equal(set(&kit_web, case_id, "", 1, &why), 0);
	assert_int_equal(set(&kit_web, case_id, "notice", 0, &why), 0);
	assert_int_equal(set(&kit_web, case_id, "notice", 0, &why), 1);
	assert_int_equal(chain_walk(&kit_post, case_id, see, &seen, &e), 0);
	assert_int_equal(seen.n, 3);
	assert_string_equal(seen.first.kind, "reach");
	assert_string_equal(seen.first.role, "web");
	assert_string_equal(seen.first.mode, "notice");
	assert_string_equal(seen.letter.mode, "mail");
	assert_memory_equal(seen.first.address, seen.letter.address,
	    SEAL_HASH);
	assert_memory_equal(seen.first.check, seen.letter.check, SEAL_HASH);
	assert_int_equal(kit_count("SELECT count(*) FROM participant WHERE "
	    "mode = 'notice'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM event WHERE kind IN "
	    "('code', 'mode-notice') AND detail = 'p1'"), 2);
	/* Nobody wrote: the case waits as it did. */
	assert_int_equal(kit_count("SELECT count(*) FROM cases WHERE state = "
	    "'new' AND last_seq = 3"), 1);
	assert_int_equal(audit_verify(&kit_api, NULL, NULL, &n, &e), 0);
}

static void
what_cannot_be_is_refused(void **state)
{
	char case_id[CASE_ID_LEN + 1];
	enum err_code why;
	struct reach wish;
	struct err e = ERR_INIT;

	(void)state;
	(void)snprintf(case_id, sizeof(case_id), "%s", kit_letter(WRITER,
	    "again", NULL));
	assert_int_equal(set(&kit_web, case_id, "notice", 0, &why), -1);
	assert_int_equal(why, ERR_INPUT);	/* without a code */
	assert_int_equal(set(&kit_web, case_id, "pickup", 0, &why), -1);
	assert_int_equal(set(&kit_web, case_id, "pigeon", 1, &why), -1);
	wish = wish_of(case_id, "mail", 0);
	wish.participant = 2;
	assert_int_equal(reach_set(&kit_web, &wish, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	assert_int_equal(set(&kit_web, "0000000Z", "mail", 0, &why), -1);
	assert_int_equal(kit_count("SELECT count(*) FROM item WHERE kind = "
	    "'reach'"), 0);
	assert_int_equal(set(&kit_web, case_id, "pickup", 1, &why), 0);
	/* Back to mail: the address was never forgotten. */
	assert_int_equal(set(&kit_web, case_id, "mail", 0, &why), 0);
}

static void
who_has_no_address_gets_no_mail(void **state)
{
	char case_id[CASE_ID_LEN + 1];
	enum err_code why;

	(void)state;
	(void)snprintf(case_id, sizeof(case_id), "%s", kit_letter(NULL,
	    "nobody", NULL));
	assert_int_equal(set(&kit_web, case_id, "mail", 1, &why), -1);
	assert_int_equal(why, ERR_INPUT);
	assert_int_equal(set(&kit_web, case_id, "notice", 1, &why), -1);
	assert_int_equal(set(&kit_web, case_id, "pickup", 1, &why), 0);
}

static void
no_other_role_says_so(void **state)
{
	char case_id[CASE_ID_LEN + 1];
	struct newest seen = { .n = 0 };
	struct err e = ERR_INIT;
	enum err_code why;

	(void)state;
	(void)snprintf(case_id, sizeof(case_id), "%s", kit_letter(WRITER,
	    "third", NULL));
	assert_int_equal(set(&kit_web, case_id, "mail", 1, &why), 0);
	assert_int_equal(set(&kit_intake, case_id, "pickup", 0, &why), 0);
	assert_int_equal(chain_walk(&kit_post, case_id, see, &seen, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
}

static void
two_at_once_do_not_pass_each_other(void **state)
{
	char case_id[CASE_ID_LEN + 1];
	struct reach_making *one, *two;
	struct reach a, b;
	struct err e = ERR_INIT;

	(void)state;
	(void)snprintf(case_id, sizeof(case_id), "%s", kit_letter(WRITER,
	    "fourth", NULL));
	a = wish_of(case_id, "pickup", 1);
	b = wish_of(case_id, "notice", 1);
	assert_non_null(one = reach_new(&kit_web, &a, &e));
	assert_non_null(two = reach_new(&kit_web, &b, &e));
	assert_int_equal(store_begin(kit_web.store, &e), 0);
	assert_int_equal(reach_write(one, &e), 0);
	assert_int_equal(store_commit(kit_web.store, &e), 0);
	assert_int_equal(store_begin(kit_web.store, &e), 0);
	assert_int_equal(reach_write(two, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	store_rollback(kit_web.store);
	reach_free(one);
	reach_free(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_wish_is_signed_and_keeps_the_address, kit_begin,
		    kit_end),
		cmocka_unit_test_setup_teardown(what_cannot_be_is_refused,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    who_has_no_address_gets_no_mail, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(no_other_role_says_so,
		    kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
		    two_at_once_do_not_pass_each_other, kit_begin, kit_end),
	};

	return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
