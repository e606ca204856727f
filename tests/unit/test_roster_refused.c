/*
 * The roster: every entry that must be refused.  A refused entry leaves the
 * roster as it was, so one roster serves many refusals.
 */
#include "tests/unit/people.h"

static void
refuses_other_beginnings(void **state)
{
	struct roster *r = roster_new();
	struct roster_person p = person(ANA, RANK_SUPERVISOR, "youth", NULL);
	const struct signer *ana = people[ANA]->signer;

	(void)state;
	assert_int_equal(add(r, people[SOL]->signer,
	    roster_entry_person(r, "ana", AT, &p, NULL)), -1);
	assert_int_equal(add(r, ana,
	    roster_entry_person(r, "sol", AT, &p, NULL)), -1);
	p.rank = RANK_COUNSELLOR;
	assert_int_equal(add_person(r, ANA, p), -1);
	p.rank = RANK_SUPERVISOR;
	p.active = 0;
	assert_int_equal(add_person(r, ANA, p), -1);
	assert_int_equal(add_role(r, ANA, "intake", roles[0], NULL), -1);
	assert_int_equal(add_key(r, ANA, "team", "youth", 1, box[1]), -1);
	p.active = 1;
	assert_int_equal(add_person(r, ANA, p), 0);
	roster_free(r);
}

static void
refuses_wrong_signers(void **state)
{
	struct roster *r = service();
	struct roster_person p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	struct roster_policy never = { REVIEW_NEVER, 1, 1 };

	(void)state;
	/* The name of one, the key of another. */
	assert_int_equal(add(r, people[SOL]->signer,
	    roster_entry_person(r, "ana", AT, &p, NULL)), -1);
	/* A counsellor, a trainee, nobody, a role. */
	assert_int_equal(add_person(r, CEM, p), -1);
	assert_int_equal(add_person(r, TIA, p), -1);
	assert_int_equal(add_person(r, NEW, p), -1);
	assert_int_equal(add(r, roles[0],
	    roster_entry_person(r, "ana", AT, &p, NULL)), -1);
	assert_int_equal(add_role(r, CEM, "clock", roles[3], NULL), -1);
	/* A supervisor of another desk. */
	assert_int_equal(add_person(r, SOL, p), -1);
	assert_int_equal(add_key(r, SOL, "team", "youth", 2, box[3]), -1);
	assert_int_equal(add_key(r, SOL, "report", "youth", 2, box[3]), -1);
	assert_int_equal(add_policy(r, SOL, "youth", never), -1);
	assert_int_equal(add_policy(r, CEM, "youth", never), -1);
	assert_int_equal(revoke(r, SOL, CEM, RANK_COUNSELLOR, "youth"), -1);
	assert_int_equal(add_person(r, SOL, person(SOL, RANK_SUPERVISOR,
	    "careers", "youth")), -1);
	assert_int_equal(add_person(r, ANA, person(ANA, RANK_SUPERVISOR,
	    "youth", "careers")), -1);
	/* Neither by leaving out the desks that somebody had. */
	assert_int_equal(add_person(r, SOL, person(CEM, RANK_COUNSELLOR,
	    NULL, NULL)), -1);
	assert_int_equal(add_person(r, SOL, person(CEM, RANK_COUNSELLOR,
	    "careers", NULL)), -1);
	assert_int_equal(add_person(r, ANA, p), 0);
	roster_free(r);
}

static void
lets_nobody_lift_the_review_of_own_letters(void **state)
{
	struct roster_person ana = person(ANA, RANK_SUPERVISOR, "youth",
	    NULL);
	struct roster_person new = person(NEW, RANK_SUPERVISOR, "youth",
	    NULL);
	struct roster *r = service();

	(void)state;
	ana.review_set = 1;
	ana.review = REVIEW_NEVER;
	assert_int_equal(add_person(r, ANA, ana), -1);
	assert_int_equal(add_person(r, ANA, new), 0);
	ana.review = REVIEW_ALWAYS;		/* stricter: one may */
	assert_int_equal(add_person(r, ANA, ana), 0);
	ana.review_set = 0;
	assert_int_equal(add_person(r, ANA, ana), -1);
	ana.review_set = 1;
	ana.review = REVIEW_NEVER;
	assert_int_equal(add_person(r, ANA, ana), -1);
	assert_int_equal(add_person(r, NEW, ana), 0);
	ana.crisis = 1;				/* what stands may stay */
	assert_int_equal(add_person(r, ANA, ana), 0);
	roster_free(r);
}

static void
refuses_the_revoked(void **state)
{
	struct roster *r = service();

	(void)state;
	assert_int_equal(add_person(r, ANA, person(NEW, RANK_SUPERVISOR,
	    "youth", NULL)), 0);
	assert_int_equal(revoke(r, NEW, ANA, RANK_SUPERVISOR, "youth"), 0);
	/* Revoked the entry before. */
	assert_int_equal(add_role(r, ANA, "clock", roles[3], NULL), -1);
	assert_int_equal(revoke(r, ANA, NEW, RANK_SUPERVISOR, "youth"), -1);
	/* A supervisor no longer. */
	assert_int_equal(add_person(r, SOL, person(SOL, RANK_COUNSELLOR,
	    "careers", NULL)), 0);
	assert_int_equal(add_role(r, SOL, "clock", roles[3], NULL), -1);
	assert_int_equal(add_role(r, NEW, "clock", roles[3], NULL), 0);
	roster_free(r);
}

/*
 * Nobody has ever supervised a new desk: any supervisor may begin it.  One
 * that lost its supervisors is not new: it is not there to be taken.
 */
static void
guards_desks_without_supervisor(void **state)
{
	struct roster *r = service();

	(void)state;
	assert_int_equal(add_key(r, CEM, "team", "work", 1, box[3]), -1);
	assert_int_equal(add_key(r, SOL, "team", "work", 1, box[3]), 0);
	assert_int_equal(add_person(r, ANA, person(NEW, RANK_SUPERVISOR,
	    "work", NULL)), 0);
	assert_int_equal(add_key(r, SOL, "team", "work", 2, box[4]), -1);
	assert_int_equal(revoke(r, NEW, NEW, RANK_SUPERVISOR, "work"), 0);
	assert_int_equal(add_key(r, SOL, "team", "work", 2, box[4]), -1);
	assert_int_equal(add_person(r, ANA, person(ANA, RANK_SUPERVISOR,
	    "youth", "work")), -1);
	roster_free(r);
}

static void
refuses_used_names_and_keys(void **state)
{
	struct roster *r = service();
	struct roster_person p;

	(void)state;
	/* The name of an active person with keys of another. */
	p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	memcpy(p.name, "cem", 4);
	assert_int_equal(add_person(r, ANA, p), -1);
	/* Only one of the two keys is another. */
	p = person(CEM, RANK_COUNSELLOR, "youth", NULL);
	memcpy(p.box, people[NEW]->box_pub, SEAL_KEY);
	assert_int_equal(add_person(r, ANA, p), -1);
	/* A new name with a key that somebody has, in whatever place. */
	p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	memcpy(p.sign, people[CEM]->signer->pub, SIGN_PUBLIC);
	assert_int_equal(add_person(r, ANA, p), -1);
	memcpy(p.sign, people[CEM]->box_pub, SIGN_PUBLIC);
	assert_int_equal(add_person(r, ANA, p), -1);
	memcpy(p.sign, roles[0]->pub, SIGN_PUBLIC);
	assert_int_equal(add_person(r, ANA, p), -1);
	memset(p.sign, 0, SIGN_PUBLIC);
	assert_int_equal(add_person(r, ANA, p), -1);
	p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	memcpy(p.box, box[1], SEAL_KEY);
	assert_int_equal(add_person(r, ANA, p), -1);
	memcpy(p.box, p.sign, SEAL_KEY);
	assert_int_equal(add_person(r, ANA, p), -1);
	/* Keys of roles and desks. */
	assert_int_equal(add_role(r, ANA, "clock", roles[0], NULL), -1);
	assert_int_equal(add_role(r, ANA, "intake", roles[0], NULL), -1);
	assert_int_equal(add_role(r, ANA, "clock", people[CEM]->signer,
	    NULL), -1);
	assert_int_equal(add_role(r, ANA, "post", roles[3], box[0]), -1);
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[1]), -1);
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[0]), -1);
	assert_int_equal(add_key(r, ANA, "report", "youth", 2, box[1]), -1);
	roster_free(r);
}

static void
takes_back_with_new_keys_only(void **state)
{
	struct roster *r = service();
	struct roster_person p = person(CEM, RANK_COUNSELLOR, "youth", NULL);
	struct roster_person other = p;

	(void)state;
	assert_int_equal(revoke(r, ANA, NEW, RANK_COUNSELLOR, "youth"), -1);
	assert_int_equal(revoke(r, ANA, CEM, RANK_COUNSELLOR, "youth"), 0);
	assert_int_equal(add_person(r, ANA, p), -1);
	memcpy(other.name, "cam", 4);		/* nor under another name */
	assert_int_equal(add_person(r, ANA, other), -1);
	memcpy(p.sign, people[NEW]->signer->pub, SIGN_PUBLIC);
	assert_int_equal(add_person(r, ANA, p), -1);	/* the old box */
	memcpy(p.box, people[NEW]->box_pub, SEAL_KEY);
	assert_int_equal(add_person(r, SOL, p), -1);
	assert_int_equal(add_person(r, ANA, p), 0);
	assert_string_equal(roster_name_of_key(r, people[CEM]->signer->pub),
	    "cem");
	assert_null(roster_person_by_key(r, people[CEM]->signer->pub));
	assert_non_null(roster_person_by_key(r, people[NEW]->signer->pub));
	roster_free(r);
}

static void
counts_epochs(void **state)
{
	struct roster *r = service();

	(void)state;
	assert_int_equal(add_key(r, ANA, "team", "youth", 1, box[3]), -1);
	assert_int_equal(add_key(r, ANA, "team", "youth", 3, box[3]), -1);
	assert_int_equal(add_key(r, ANA, "report", "youth", 3, box[3]), -1);
	assert_int_equal(add_key(r, SOL, "team", "careers", 2, box[3]), -1);
	assert_int_equal(add_key(r, SOL, "team", "careers", 0, box[3]), -1);
	assert_int_equal(add_key(r, SOL, "team", "careers", 1, box[3]), 0);
	assert_int_equal(add_key(r, ANA, "report", "youth", 2, box[4]), 0);
	roster_free(r);
}

/* An entry as the writer makes it, with `was` replaced. */
static int
add_swapped(struct roster *r, char *text, const char *was, const char *is)
{
	size_t size = strlen(text) + 20000;
	char *at = strstr(text, was), *bad = malloc(size);

	assert_non_null(at);
	(void)snprintf(bad, size, "%.*s%s%s", (int)(at - text), text, is,
	    at + strlen(was));
	free(text);
	return add(r, people[ANA]->signer, bad);
}

static void
refuses_gaps_and_forks(void **state)
{
	struct roster *r = service();
	struct roster_person p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	unsigned char head[SEAL_HASH];
	char was[2 * SEAL_HASH + 1], other[2 * SEAL_HASH + 1];

	(void)state;
	roster_head(r, head);
	wire_hex(was, head, SEAL_HASH);
	head[31] ^= 1;
	wire_hex(other, head, SEAL_HASH);
	assert_int_equal(add_swapped(r, roster_entry_person(r, "ana", AT, &p,
	    NULL), "\"seq\":10", "\"seq\":11"), -1);
	assert_int_equal(add_swapped(r, roster_entry_person(r, "ana", AT, &p,
	    NULL), "\"seq\":10", "\"seq\":9"), -1);
	assert_int_equal(add_swapped(r, roster_entry_person(r, "ana", AT, &p,
	    NULL), was, other), -1);
	roster_free(r);
}

static void
refuses_what_it_does_not_know(void **state)
{
	static const char *const bad[][2] = {
		{ "\"kind\":\"person\"", "\"kind\":\"owner\"" },
		{ "\"kind\":\"person\"", "\"kind\":\"role\"" },
		{ "\"v\":1", "\"v\":2" }, { "\"v\":1", "\"v\":1,\"w\":1" },
		{ "\"role\":\"counsellor\"", "\"role\":\"king\"" },
		{ "\"flags\":[]", "\"flags\":[\"vip\"]" },
		{ "\"flags\":[]", "\"flags\":[\"crisis\",\"crisis\"]" },
		{ "\"flags\":[],", "" }, { "\"active\"", "\"asleep\"" },
		{ "[\"youth\"]", "[\"youth\",\"youth\"]" },
		{ "[\"youth\"]", "[\"Youth\"]" }, { "[\"youth\"]", "[1]" },
		{ "[\"youth\"]", "\"youth\"" },
		{ "\"name\":\"new\"", "\"name\":\"n ew\"" },
		{ "\"name\":\"new\"", "\"name\":\"\"" },
		{ "\"name\":\"new\"", "\"name\":\"new\",\"name\":\"new\"" },
		{ "\"at\":1795000000", "\"at\":\"now\"" },
	};
	struct roster *r = service();
	struct roster_person p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	struct roster_policy policy = { REVIEW_ALWAYS, 0, 0 };
	char spaces[20000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(add_swapped(r, roster_entry_person(r, "ana",
		    AT, &p, NULL), bad[i][0], bad[i][1]), -1);
	memset(spaces, ' ', sizeof(spaces));
	memcpy(spaces + 17000, "\"v\":1", 6);
	assert_int_equal(add_swapped(r, roster_entry_person(r, "ana", AT, &p,
	    NULL), "\"v\":1", spaces), -1);
	assert_int_equal(add_role(r, ANA, "api", roles[3], NULL), -1);
	assert_int_equal(add_role(r, ANA, "clock", roles[3], box[3]), -1);
	assert_int_equal(add_role(r, ANA, "post", roles[3], NULL), -1);
	assert_int_equal(add_swapped(r, roster_entry_policy(r, "ana", AT,
	    "youth", &policy, NULL), "\"always\"", "\"seldom\""), -1);
	assert_int_equal(add_swapped(r, roster_entry_policy(r, "ana", AT,
	    "youth", &policy, NULL), "\"self\":false", "\"self\":0"), -1);
	roster_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_other_beginnings),
		cmocka_unit_test(refuses_wrong_signers),
		cmocka_unit_test(lets_nobody_lift_the_review_of_own_letters),
		cmocka_unit_test(refuses_the_revoked),
		cmocka_unit_test(guards_desks_without_supervisor),
		cmocka_unit_test(refuses_used_names_and_keys),
		cmocka_unit_test(takes_back_with_new_keys_only),
		cmocka_unit_test(counts_epochs),
		cmocka_unit_test(refuses_gaps_and_forks),
		cmocka_unit_test(refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
