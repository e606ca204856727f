/*
 * The wait before a case is erased begins when clock sees the wish: whatever
 * time stands in it, and whatever somebody who writes to the store makes of
 * the row and of what clock said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/backup.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/ripe.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/identity.h"
#include "lib/wire.h"
#include "lib/wish.h"
#include "tests/unit/desk_kit.h"

#define HOUR	3600
#define DAY	86400
#define DETAIL	(2 * SEAL_HASH)

static char	id[CASE_ID_LEN + 1];
static int64_t	later;		/* seconds that went by in a test */

/* A wish, as a row keeps it. */
struct row_of {
	char	statement[2 * WISH_MAX + 1], signer[2 * SIGN_PUBLIC + 1],
		signature[2 * SIGN_LEN + 1];
};

int64_t	__real_store_now(const struct store *);
int64_t	__wrap_store_now(const struct store *);

int64_t
__wrap_store_now(const struct store *s)
{
	return __real_store_now(s) + later;
}

/* From now on `id` is a case of theirs. */
static void
writes(const char *address)
{
	char before[CASE_ID_LEN + 1];

	memcpy(before, id, sizeof(before));
	memcpy(id, kit_letter(address, address, NULL), sizeof(id));
	assert_string_not_equal(id, before);
}

static int
begin(void **state)
{
	if (kit_begin(state) == -1)
		return -1;
	later = 0;
	writes("seeker@example.org");
	return 0;
}

static int64_t
now(void)
{
	return store_now(kit_api.store);
}

/* Signed so long ago; participant 0: by one of the staff. */
static void
sign(struct row_of *row, const struct signer *who, const char *name,
    int64_t participant, int64_t ago_s)
{
	unsigned char signature[SIGN_LEN];
	struct wish w;
	size_t len;
	char *text;

	memset(&w, 0, sizeof(w));
	w.kind = WISH_ERASE;
	w.participant = participant;
	w.at = now() - ago_s;
	(void)snprintf(w.by, sizeof(w.by), "%s", name);
	(void)snprintf(w.case_id, sizeof(w.case_id), "%s", id);
	text = wish_print(&w, &len);
	signature_make(who, PURPOSE_WISH, text, len, signature);
	wire_hex(row->statement, (const unsigned char *)text, len);
	wire_hex(row->signer, who->pub, SIGN_PUBLIC);
	wire_hex(row->signature, signature, sizeof(signature));
	free(text);
}

/* Into the store as somebody writes it who has the file. */
static void
put(const struct row_of *row, const char *state, int64_t seen)
{
	char sql[2048], entry[32] = "NULL";

	if (seen != 0)
		(void)snprintf(entry, sizeof(entry), "%lld", (long long)seen);
	(void)snprintf(sql, sizeof(sql), "INSERT OR REPLACE INTO erasure "
	    "(case_id, state, asked_by, asked_at, ends_at, statement, signer, "
	    "signature, seen) VALUES ('%s', '%s', 'anna', 1, 1, x'%s', x'%s', "
	    "x'%s', %s)", id, state, row->statement, row->signer,
	    row->signature, entry);
	kit_meddle(sql);
}

static void
plant(struct row_of *row)
{
	sign(row, kit_anna->signer, "anna", 0, 4 * DAY);
	put(row, "asked", 0);
}

static enum erase_state
stands(void)
{
	struct err e = ERR_INIT;
	struct erasure x;

	assert_int_equal(erase_look(&kit_api, id, &x, &e), 0);
	return x.state;
}

/* The entry that this case's row names. */
static int64_t
seen(void)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "SELECT coalesce(max(seen), 0) FROM "
	    "erasure WHERE case_id = '%s'", id);
	return kit_count(sql);
}

static int64_t
sightings(void)
{
	return kit_count("SELECT count(*) FROM audit WHERE action = "
	    "'erase-seen'");
}

/* From now on it is as long as from any wish, and then it is over. */
static void
waits_in_full(void)
{
	int64_t from = now(), before = sightings();
	struct err e = ERR_INIT;
	struct erasure x;

	assert_int_equal(kit_ended(), 0);
	assert_int_equal(sightings(), before + 1);
	assert_int_equal(erase_look(&kit_api, id, &x, &e), 0);
	assert_int_equal(x.state, ERASE_ASKED);
	assert_true(x.ends >= from + ERASE_WAIT_S);
	later += ERASE_WAIT_S - 60;
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(), ERASE_ASKED);
	later += 120;
	assert_int_equal(kit_ended(), 1);
	assert_int_equal(stands(), ERASE_OVER);
	assert_int_equal(sightings(), before + 1);
	assert_int_equal(kit_count("SELECT count(*) FROM erasure WHERE seen "
	    "IS NOT NULL"), 0);
}

static void
of_staff_with_a_time_of_its_own(void **state)
{
	struct row_of row;
	struct err e = ERR_INIT;
	int64_t n;

	(void)state;
	plant(&row);
	waits_in_full();
	assert_int_equal(audit_verify(&kit_api, NULL, NULL, &n, &e), 0);
}

static void
of_role_web_with_a_time_of_its_own(void **state)
{
	struct row_of row;

	(void)state;
	sign(&row, kit_web.signer, "web", 1, 4 * DAY);
	put(&row, "asked", 0);
	waits_in_full();
}

/* What clock saw stands, whoever is clock after it. */
static void
it_is_seen_once(void **state)
{
	struct row_of row;

	(void)state;
	plant(&row);
	assert_int_equal(kit_ended(), 0);
	later += HOUR;
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(sightings(), 1);
	/* The time goes by what was signed, not by the row. */
	kit_meddle("UPDATE erasure SET ends_at = 1");
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(), ERASE_REFUSED);
	assert_int_equal(sightings(), 1);
}

/* None of this stands for what clock said of this wish. */
static void
what_was_done_to_it_lets_the_wait_begin_anew(void **state)
{
	static const char *const all[] = {
		"UPDATE erasure SET seen = NULL WHERE state = 'asked'",
		"UPDATE erasure SET seen = 1 WHERE state = 'asked'",
		"UPDATE erasure SET seen = 1000000 WHERE state = 'asked'",
		"DELETE FROM audit WHERE action = 'erase-seen'",
		"UPDATE audit SET at = at - 864000 "
		    "WHERE action = 'erase-seen'",
		"UPDATE audit SET v = 1 WHERE action = 'erase-seen'",
	};
	char address[32];
	struct row_of row;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		(void)snprintf(address, sizeof(address), "s%zu@example.org",
		    i);
		writes(address);
		plant(&row);
		assert_int_equal(kit_ended(), 0);
		later += ERASE_WAIT_S - HOUR;
		kit_meddle(all[i]);
		kit_meddle("UPDATE erasure SET ends_at = 1 "
		    "WHERE state = 'asked'");
		waits_in_full();
	}
}

static void
of_another_wish_it_does_not_count(void **state)
{
	struct row_of row, other;
	int64_t entry;

	(void)state;
	plant(&row);
	assert_int_equal(kit_ended(), 0);
	entry = seen();
	later += ERASE_WAIT_S + HOUR;
	/* For the same case, and by the same person. */
	sign(&other, kit_anna->signer, "anna", 0, 9 * DAY);
	put(&other, "asked", entry);
	waits_in_full();
	/* For another case. */
	writes("other@example.org");
	sign(&other, kit_anna->signer, "anna", 0, 9 * DAY);
	put(&other, "asked", entry);
	waits_in_full();
}

/* Role web has a key and may write to the audit in its own name. */
static void
another_role_cannot_say_it(void **state)
{
	char detail[DETAIL + 1] = "";
	struct err e = ERR_INIT;
	struct row_of row;

	(void)state;
	plant(&row);
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(kit_blob("SELECT CAST(detail AS BLOB) FROM audit "
	    "WHERE action = 'erase-seen'", (unsigned char *)detail, DETAIL),
	    DETAIL);
	later -= 4 * DAY;
	assert_int_equal(store_begin(kit_web.store, &e), 0);
	assert_int_equal(audit_add(&kit_web, NULL, "erase-seen", id, detail,
	    &e), 0);
	assert_int_equal(store_commit(kit_web.store, &e), 0);
	later += 4 * DAY;
	put(&row, "asked", kit_count("SELECT max(seq) FROM audit"));
	waits_in_full();
}

static void
taken_back_it_is_not_put_again(void **state)
{
	struct actor maria = kit_actor(kit_maria);
	struct err e = ERR_INIT;
	json_t *body = json_object(), *o;
	struct row_of row;
	int64_t entry;

	(void)state;
	plant(&row);
	assert_int_equal(kit_ended(), 0);
	entry = seen();
	o = erase_undo(&kit_api, &maria, id, body, &e);
	assert_non_null(o);
	json_decref(o);
	json_decref(body);
	later += 9 * DAY;
	put(&row, "asked", entry);
	waits_in_full();
}

/* Its time runs while it is held; one that nobody signed is found out. */
static void
held_it_is_seen_all_the_same(void **state)
{
	struct row_of row;

	(void)state;
	sign(&row, kit_anna->signer, "anna", 0, 0);
	put(&row, "held", 0);
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(sightings(), 1);
	later += ERASE_WAIT_S;
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(), ERASE_HELD);
	kit_meddle("UPDATE erasure SET state = 'asked'");
	assert_int_equal(kit_ended(), 1);
	writes("other@example.org");
	put(&row, "held", 0);
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(), ERASE_REFUSED);
	assert_int_equal(sightings(), 1);
}

static void
what_is_put_back_waits_anew(void **state)
{
	struct backup_heads heads;
	struct err e = ERR_INIT;
	struct row_of row;

	(void)state;
	plant(&row);
	assert_int_equal(kit_ended(), 0);
	later += ERASE_WAIT_S + HOUR;
	memset(&heads, 0, sizeof(heads));
	assert_int_equal(store_begin(kit_api.store, &e), 0);
	assert_int_equal(quarantine_begin(kit_api.store, &heads, &e), 0);
	assert_int_equal(store_commit(kit_api.store, &e), 0);
	waits_in_full();
}

/* A day of closing lies years ahead: nobody waits 72 hours to hear of it. */
static void
signed_for_later_it_is_refused_at_once(void **state)
{
	struct row_of row;

	(void)state;
	sign(&row, kit_anna->signer, "anna", 0, -DAY);
	put(&row, "asked", 0);
	assert_int_equal(kit_ended(), 0);
	assert_int_equal(stands(), ERASE_REFUSED);
	assert_int_equal(sightings(), 0);
}

static int	looks;

/* There at the first look, and taken back behind it. */
static int
find_once(struct desk *d, struct ripe *r, struct err *e)
{
	(void)d;
	(void)e;
	memset(r, 0, sizeof(*r));
	if (looks++ > 0)
		return 0;
	memcpy(r->id, id, sizeof(r->id));
	return r->found = 1;
}

static int
end_nothing(struct desk *d, struct ripe *r, struct err *e)
{
	(void)d;
	(void)r;
	(void)e;
	fail_msg("what was taken back is ended");
	return -1;
}

static void
taken_back_between_two_looks_it_is_nothing(void **state)
{
	static const struct ripe_way way = { find_once, end_nothing, "a",
	    "b" };
	struct err e = ERR_INIT;
	struct ripe r;

	(void)state;
	looks = 0;
	assert_int_equal(ripe_end(&kit_intake, &way, &r, &e), 0);
	assert_int_equal(kit_count("SELECT count(*) FROM alarm WHERE kind = "
	    "'erasure-refused'"), 0);
}

#define STORY(fn)	cmocka_unit_test_setup_teardown(fn, begin, kit_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(of_staff_with_a_time_of_its_own),
		STORY(of_role_web_with_a_time_of_its_own),
		STORY(it_is_seen_once),
		STORY(what_was_done_to_it_lets_the_wait_begin_anew),
		STORY(of_another_wish_it_does_not_count),
		STORY(another_role_cannot_say_it),
		STORY(taken_back_it_is_not_put_again),
		STORY(held_it_is_seen_all_the_same),
		STORY(what_is_put_back_waits_anew),
		STORY(signed_for_later_it_is_refused_at_once),
		STORY(taken_back_between_two_looks_it_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
