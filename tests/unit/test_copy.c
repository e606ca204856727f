/*
 * What is to leave the mail servers: of which cases it was asked, which
 * copies are known, and by what; and how old generations shrink.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/copy.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/generation.h"
#include "daemon/desk/ledger.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "tests/unit/desk_kit.h"

#define ID	"<0123456789abcdef0123456789abcdef@desk.example>"

static const struct ledger_place sent = { "pipe", "Sent", 7, LEDGER_COPY };
static const struct ledger_place trash = { "pipe", "Trash", 8, LEDGER_COPY };

static void
ask(const char *case_id, enum removal_why why)
{
	struct err e = ERR_INIT;

	assert_int_equal(store_begin(kit_api.store, &e), 0);
	assert_int_equal(removal_ask(&kit_api, case_id, why, &e), 0);
	assert_int_equal(store_commit(kit_api.store, &e), 0);
}

static int64_t
newest(void)
{
	struct err e = ERR_INIT;
	int64_t no;

	assert_int_equal(removal_newest(&kit_intake, &no, &e), 0);
	return no;
}

/* How many may go there, when backups hold up to seq and nothing is old. */
static size_t
removable(const struct ledger_place *p, int64_t seq, int64_t before)
{
	struct ledger_removables list;
	struct err e = ERR_INIT;

	assert_int_equal(ledger_removable(&kit_intake, p, seq, before, &list,
	    &e), 0);
	free(list.rows);
	return list.n;
}

/* The one row of the ledger as if it came by IMAP and was told. */
static struct ledger_place
told(void)
{
	struct ledger_place p = { "pipe", "INBOX", 5, LEDGER_CAME };

	kit_meddle("UPDATE ledger SET folder = 'INBOX', uidvalidity = 5, "
	    "was = 'stored', state = 'done'");
	return p;
}

static void
asks_are_numbered_and_erase_stays(void **state)
{
	const char *id = kit_letter("a@example.org", "one", NULL);

	(void)state;
	assert_int_equal(newest(), 0);
	ask(id, REMOVAL_RETENTION);
	assert_int_equal(newest(), 1);
	ask(id, REMOVAL_ERASE);
	assert_int_equal(newest(), 2);
	ask(id, REMOVAL_RETENTION);
	assert_int_equal(newest(), 3);
	assert_int_equal(kit_count("SELECT count(*) FROM removal WHERE why = "
	    "'erase'"), 1);
}

static void
no_case_that_is_not_there_is_asked_of(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(store_begin(kit_api.store, &e), 0);
	assert_int_equal(removal_ask(&kit_api, "7K2M9Q4X", REMOVAL_ERASE,
	    &e), -1);
	store_rollback(kit_api.store);
	assert_int_equal(newest(), 0);
}

static void
what_was_asked_needs_no_age_and_erase_no_backup(void **state)
{
	const char *id = kit_letter("a@example.org", "one", NULL);
	struct ledger_place p = told();

	(void)state;
	assert_int_equal(removable(&p, INT64_MAX, -1), 0);
	assert_int_equal(removable(&p, INT64_MAX, INT64_MAX), 1);
	assert_int_equal(removable(&p, 0, INT64_MAX), 0);
	ask(id, REMOVAL_RETENTION);
	assert_int_equal(removable(&p, INT64_MAX, -1), 1);
	assert_int_equal(removable(&p, 0, -1), 0);
	ask(id, REMOVAL_ERASE);
	assert_int_equal(removable(&p, 0, -1), 1);
}

/* A delivery of ours with this Message-ID. */
static void
send(unsigned char item[SEAL_ID])
{
	struct delivery x;
	struct err e = ERR_INIT;
	const char *id = kit_letter("a@example.org", "one", NULL);

	memset(&x, 0, sizeof(x));
	kit_approved(id, item);
	memcpy(x.item, item, SEAL_ID);
	memcpy(x.case_id, id, sizeof(x.case_id));
	x.participant = 1;
	assert_int_equal(delivery_tokens(&kit_post, &x, ID, "rtoken",
	    "btoken", &e), 0);
}

static void
a_copy_of_ours_is_known_by_its_id(void **state)
{
	struct copy c = { 3, 100, { 1 } };
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	int64_t highest, lowest;

	(void)state;
	send(item);
	assert_int_equal(copy_is_ours(&kit_intake, ID, &e), 1);
	assert_int_equal(copy_is_ours(&kit_intake, "<x@desk.example>", &e),
	    0);
	assert_int_equal(copies_begin(&kit_intake, &sent, "sent", &highest,
	    &lowest, &e), 0);
	assert_int_equal(highest, 0);
	assert_true(lowest == INT64_MAX);
	assert_int_equal(copy_add_sent(&kit_intake, &sent, &c, ID, &e), 0);
	assert_int_equal(copies_looked(&kit_intake, &sent, "sent", 9, &e), 0);
	assert_int_equal(copies_begin(&kit_intake, &sent, "sent", &highest,
	    &lowest, &e), 0);
	assert_int_equal(highest, 9);
	assert_int_equal(lowest, 3);
	assert_int_equal(removable(&sent, INT64_MAX, INT64_MAX), 1);
	/* Whether it left can be seen there: it stays as long. */
	kit_meddle("UPDATE delivery SET was = 'due', state = 'sending'");
	assert_int_equal(removable(&sent, INT64_MAX, INT64_MAX), 0);
}

static void
another_generation_forgets_what_was_found(void **state)
{
	struct ledger_place anew = { "pipe", "Sent", 70, LEDGER_COPY };
	struct copy c = { 3, 100, { 1 } };
	unsigned char item[SEAL_ID];
	struct err e = ERR_INIT;
	int64_t highest, lowest;

	(void)state;
	send(item);
	assert_int_equal(copies_begin(&kit_intake, &sent, "sent", &highest,
	    &lowest, &e), 0);
	assert_int_equal(copy_add_sent(&kit_intake, &sent, &c, ID, &e), 0);
	assert_int_equal(copies_looked(&kit_intake, &sent, "sent", 9, &e), 0);
	assert_int_equal(copies_begin(&kit_intake, &anew, "sent", &highest,
	    &lowest, &e), 0);
	assert_int_equal(highest, 0);
	assert_true(lowest == INT64_MAX);
	assert_int_equal(removable(&sent, INT64_MAX, INT64_MAX), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM copy"), 0);
}

static void
in_the_trash_the_bytes_alone_count(void **state)
{
	struct copy ours = { 1, 3, { 0 } }, other = { 2, 3, { 9 } };
	struct err e = ERR_INIT;
	int64_t *sizes, *uids;
	size_t n;

	(void)state;
	(void)kit_letter("a@example.org", "one", NULL);
	kit_meddle("UPDATE ledger SET hash = zeroblob(32), size = 3");
	assert_int_equal(copy_sizes(&kit_intake, "pipe", &sizes, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(sizes[0], 3);
	free(sizes);
	assert_int_equal(copy_add_trash(&kit_intake, &trash, &ours, &e), 1);
	assert_int_equal(copy_add_trash(&kit_intake, &trash, &other, &e), 0);
	assert_int_equal(removable(&trash, INT64_MAX, INT64_MAX), 1);
	assert_int_equal(copy_list(&kit_intake, &trash, &uids, &n, &e), 0);
	assert_int_equal(n, 2);
	assert_int_equal(copy_forget(&kit_intake, &trash, uids, n, &e), 0);
	free(uids);
	assert_int_equal(kit_count("SELECT count(*) FROM copy"), 0);
}

static void
an_old_generation_shrinks_to_hash_and_fate(void **state)
{
	struct ledger_place p, anew = { "pipe", "INBOX", 6, LEDGER_CAME };
	struct err e = ERR_INIT;

	(void)state;
	(void)kit_letter("a@example.org", "one", NULL);
	p = told();
	assert_int_equal(generation_note(&kit_intake, &p, &e), 0);
	assert_int_equal(generation_note(&kit_intake, &anew, &e), 0);
	/* Young: the rhythm of the mailbox is made of it. */
	assert_int_equal(generation_shrink(&kit_intake, &anew, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger WHERE at > "
	    "0 AND audit_seq > 0"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM generation WHERE "
	    "shrunk IS NOT NULL"), 0);
	kit_meddle("UPDATE ledger SET at = at - 71 * 86400");
	/* The present one stays as it is. */
	assert_int_equal(generation_shrink(&kit_intake, &p, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger WHERE at > "
	    "0"), 1);
	assert_int_equal(generation_shrink(&kit_intake, &anew, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM ledger WHERE at = 0 "
	    "AND audit_seq IS NULL AND attempts = 0 AND length(hash) = 32 "
	    "AND item IS NOT NULL AND case_id IS NOT NULL AND size > 0 AND "
	    "class IS NOT NULL AND state = 'done'"), 1);
	assert_int_equal(kit_count("SELECT count(*) FROM generation WHERE "
	    "shrunk IS NOT NULL AND uidvalidity = 5"), 1);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, kit_begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asks_are_numbered_and_erase_stays),
		TEST(no_case_that_is_not_there_is_asked_of),
		TEST(what_was_asked_needs_no_age_and_erase_no_backup),
		TEST(a_copy_of_ours_is_known_by_its_id),
		TEST(another_generation_forgets_what_was_found),
		TEST(in_the_trash_the_bytes_alone_count),
		TEST(an_old_generation_shrinks_to_hash_and_fate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
