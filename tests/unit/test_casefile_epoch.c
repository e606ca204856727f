/*
 * A case that got a new key: what is sealed from then on, and what is not;
 * and which keys open for nobody.
 */
#include "lib/epoch.h"
#include "tests/unit/case_kit.h"

/* CASE's records of new keys become one, by this person. */
static void
put_record(struct world *w, int by, int64_t team_epoch)
{
	struct epoch r = { .case_id = CASE, .desk = "youth", .epoch = 2 };
	unsigned char sig[SIGN_LEN];
	json_t *o = json_object();
	size_t len;
	char *text;

	memcpy(r.by, names[by], strlen(names[by]) + 1);
	r.team_epoch = team_epoch;
	memset(r.case_key, 7, SEAL_KEY);
	text = epoch_print(&r, &len);
	signature_make(people[by]->signer, PURPOSE_EPOCH, text, len, sig);
	wire_set_base64(o, "statement", text, len);
	wire_set_hex(o, "signer", people[by]->signer->pub, SIGN_PUBLIC);
	wire_set_hex(o, "signature", sig, SIGN_LEN);
	(void)json_object_set_new(w->o, "epochs", json_pack("[o]", o));
	free(text);
}

static void
seals_under_the_key_of_the_newest_record(void **state)
{
	struct casefile_item *item;
	unsigned char pub[SEAL_KEY];
	struct err e = ERR_INIT;
	int64_t epoch;
	struct world w;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	(void)open_case(&w);
	assert_true(casefile_opens(w.cf));
	put_record(&w, ANA, 2);
	item = open_case(&w);
	assert_int_equal(casefile_read(w.cf, item, NULL), 0);
	assert_null(item->problem);	/* under the key of before */
	assert_int_equal(casefile_key(w.cf, &epoch, pub, NULL), 0);
	assert_int_equal(epoch, 2);
	assert_int_equal(pub[0], 7);
	assert_false(casefile_opens(w.cf));	/* nothing gave us that one */
	put_record(&w, CEM, 2);
	(void)open_case(&w);
	assert_int_equal(casefile_key(w.cf, &epoch, pub, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	end(&w);
}

/* Another box for the case's only key. */
static void
put_box(struct world *w, const unsigned char team[SEAL_KEY],
    const struct secret *secret)
{
	(void)json_object_set_new(w->o, "keys", json_pack("[o]",
	    key_json(w->case_pub, secret, team)));
}

static void
knows_what_opens_for_nobody(void **state)
{
	unsigned char pub[SEAL_KEY];
	struct secret *other = seal_pair_new(pub);
	struct team *none;
	struct world w;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	(void)open_case(&w);
	assert_int_equal(casefile_shut(w.cf), 0);
	put_box(&w, pub, w.case_secret);	/* to whom nobody knows */
	(void)open_case(&w);
	assert_int_equal(casefile_shut(w.cf), 1);
	put_box(&w, w.team_pub, other);		/* it opens, to another key */
	(void)open_case(&w);
	assert_int_equal(casefile_shut(w.cf), 1);
	/* Who has no such team key cannot tell. */
	none = team_open(NULL, people[CEM], "cem", w.roster);
	team_free(w.team);
	w.team = none;
	(void)open_case(&w);
	assert_int_equal(casefile_shut(w.cf), -1);
	(void)json_object_set_new(w.o, "keys", json_array());
	(void)open_case(&w);
	assert_int_equal(casefile_shut(w.cf), -1);
	secret_free(other);
	end(&w);
}

/* One of several is enough: what came under it is not read. */
static void
knows_it_of_a_key_of_before(void **state)
{
	unsigned char pub[SEAL_KEY];
	struct secret *next;
	struct world w;
	json_t *one;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	next = seal_pair_new(pub);
	one = key_json(pub, next, w.team_pub);
	(void)json_object_set_new(one, "epoch", json_integer(2));
	(void)json_array_append_new(json_object_get(w.o, "keys"), one);
	(void)open_case(&w);
	assert_true(casefile_opens(w.cf));
	assert_int_equal(casefile_shut(w.cf), 1);
	secret_free(next);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_under_the_key_of_the_newest_record),
		cmocka_unit_test(knows_what_opens_for_nobody),
		cmocka_unit_test(knows_it_of_a_key_of_before),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
