/* A key in three parts, and what the roster lets it do. */
#include "lib/shares.h"
#include "tests/unit/people.h"

static void
any_two_make_it_and_one_says_nothing(void **state)
{
	struct secret *seed = secret_random(SEAL_KEY), *again;
	struct share parts[SHARES];
	size_t i, k;

	(void)state;
	shares_split(seed, parts);
	for (i = 0; i < SHARES; i++)
		for (k = 0; k < SHARES; k++) {
			again = shares_join(&parts[i], &parts[k], NULL);
			assert_int_equal(again != NULL, i != k);
			if (again != NULL)
				assert_memory_equal(again->bytes,
				    seed->bytes, SEAL_KEY);
			secret_free(again);
		}
	/* No piece is the seed, and none of a part gives it with its other. */
	for (i = 0; i < SHARES; i++) {
		struct share *p = &parts[i];

		assert_memory_not_equal(p->pieces[0]->bytes, seed->bytes,
		    SEAL_KEY);
		assert_memory_not_equal(p->pieces[1]->bytes, seed->bytes,
		    SEAL_KEY);
		for (k = 0; k < SEAL_KEY; k++)
			if ((p->pieces[0]->bytes[k] ^ p->pieces[1]->bytes[k])
			    != seed->bytes[k])
				break;
		assert_true(k < SEAL_KEY);
	}
	/* A part of another key with one of this. */
	secret_free(parts[0].pieces[0]);
	parts[0].pieces[0] = secret_random(SEAL_KEY);
	again = shares_join(&parts[0], &parts[1], NULL);
	assert_memory_not_equal(again->bytes, seed->bytes, SEAL_KEY);
	secret_free(again);
	for (i = 0; i < SHARES; i++)
		shares_free(&parts[i]);
	secret_free(seed);
}

static struct identity *recovery;

static int
add_recovery(struct roster *r, int by)
{
	struct roster_recovery x;

	memset(&x, 0, sizeof(x));
	memcpy(x.sign, recovery->signer->pub, SIGN_PUBLIC);
	memcpy(x.box, recovery->box_pub, SEAL_KEY);
	memcpy(x.custodians, (char [3][ROSTER_NAME_MAX + 1]){ "eva", "fay",
	    "gus" }, sizeof(x.custodians));
	return add(r, people[by]->signer, roster_entry_recovery(r, names[by],
	    AT, &x, NULL));
}

static int
appoint(struct roster *r, struct roster_person p)
{
	return add(r, recovery->signer, roster_entry_person(r,
	    ROSTER_RECOVERY, AT, &p, NULL));
}

static void
it_appoints_a_supervisor_and_does_nothing_else(void **state)
{
	struct roster *r = service();
	struct roster_person p;

	(void)state;
	recovery = identity_new();
	assert_null(roster_recovery(r));
	assert_int_equal(appoint(r, person(NEW, RANK_SUPERVISOR, "youth",
	    NULL)), -1);
	assert_int_equal(add_recovery(r, CEM), -1);
	assert_int_equal(add_recovery(r, ANA), 0);
	assert_string_equal(roster_recovery(r)->custodians[1], "fay");
	assert_int_equal(roster_recovery(r)->ndesks, 1);

	assert_int_equal(appoint(r, person(NEW, RANK_COUNSELLOR, "youth",
	    NULL)), -1);
	assert_int_equal(appoint(r, person(NEW, RANK_SUPERVISOR, "careers",
	    NULL)), -1);
	assert_int_equal(appoint(r, person(CEM, RANK_SUPERVISOR, "youth",
	    NULL)), -1);
	p = person(ANA, RANK_SUPERVISOR, "youth", NULL);
	p.active = 0;
	assert_int_equal(appoint(r, p), -1);
	assert_int_equal(add(r, recovery->signer, roster_entry_key(r,
	    ROSTER_RECOVERY, AT, "team", "youth", 2, box[3], NULL)), -1);
	/* Nobody else in its name, and it in nobody else's. */
	p = person(NEW, RANK_SUPERVISOR, "youth", NULL);
	assert_int_equal(add(r, people[CEM]->signer, roster_entry_person(r,
	    ROSTER_RECOVERY, AT, &p, NULL)), -1);
	assert_int_equal(add(r, recovery->signer, roster_entry_person(r,
	    "ana", AT, &p, NULL)), -1);

	assert_int_equal(appoint(r, p), 0);
	assert_int_equal(roster_person(r, "new")->rank, RANK_SUPERVISOR);
	assert_int_equal(appoint(r, p), -1);
	assert_int_equal(add_key(r, NEW, "team", "youth", 2, box[3]), 0);
	roster_free(r);
	identity_free(recovery);
}

static void
its_name_is_nobodys(void **state)
{
	struct roster *r = service();
	struct roster_person p = person(NEW, RANK_COUNSELLOR, "youth", NULL);

	(void)state;
	recovery = identity_new();
	memcpy(p.name, ROSTER_RECOVERY, sizeof(ROSTER_RECOVERY));
	assert_int_equal(add_recovery(r, ANA), 0);
	assert_int_equal(add_person(r, ANA, p), -1);
	roster_free(r);
	r = service();
	assert_int_equal(add_person(r, ANA, p), 0);
	assert_int_equal(add_recovery(r, ANA), -1);
	roster_free(r);
	identity_free(recovery);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two_make_it_and_one_says_nothing),
		cmocka_unit_test(
		    it_appoints_a_supervisor_and_does_nothing_else),
		cmocka_unit_test(its_name_is_nobodys),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
