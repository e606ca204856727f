/*
 * The roster: vectors of every signed form, the look-ups after a normal life,
 * and what the first entry of a roster is held to.
 */
#include "tests/unit/people.h"

#define ENTRY \
	"{\"at\":1795000000,\"box\":\"9a2fad139775eed96297d5239426977ade5" \
	"400c6f4f060cb29642243457ec70e\",\"by\":\"ana\",\"desks\":[\"yout" \
	"h\"],\"flags\":[\"crisis\"],\"kind\":\"person\",\"name\":\"ana\"" \
	",\"prev\":\"0000000000000000000000000000000000000000000000000000" \
	"000000000000\",\"role\":\"supervisor\",\"seq\":1,\"sign\":\"f1af" \
	"80af6e4aaca3c578f9c6eab2b9f6c75d4381683de7446a1b8af58c0bf53c\"," \
	"\"state\":\"active\",\"v\":1}"
#define ENTRY_SIGNATURE \
	"50d198bbf627f83796ccb65152ae6bf1c4190ea03e8b8d4239242237468c729f" \
	"b8308c263ea769046db20e089a06ce403241c16d71badf466f27ed0c268d640a"
#define ENTRY_HASH \
	"efccd39bded81939fcd5e53c50aaf2339c910b1952854b602cae406140644e20"
#define INVITATION \
	"{\"by\":\"ana\",\"desks\":[\"youth\"],\"expires\":1795600000,\"k" \
	"ey\":\"7050f182c7d058d5855afc2d9cc4a7f4f3d6c2df9112a3ad324ac55c2" \
	"3a3c264\",\"name\":\"ben\",\"number\":3,\"role\":\"counsellor\"," \
	"\"v\":1}"
#define CARD \
	"{\"box\":\"4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd7" \
	"1deac73ca01\",\"invite\":3,\"kind\":\"person\",\"name\":\"ben\"," \
	"\"sign\":\"03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8" \
	"664125531b8\",\"v\":1}"

static void
adds_the_vector(void **state)
{
	struct roster *r = roster_new();
	struct err e = ERR_INIT;
	unsigned char sig[SIGN_LEN], pin[SEAL_HASH], hash[SEAL_HASH];
	const struct roster_person *p;
	char *text;

	(void)state;
	assert_int_equal(wire_unhex(sig, SIGN_LEN, ENTRY_SIGNATURE), 0);
	assert_int_equal(wire_unhex(pin, SEAL_HASH, ENTRY_HASH), 0);
	pin[0] ^= 1;
	assert_int_equal(roster_add(r, pin, ENTRY, strlen(ENTRY), sig, &e),
	    -1);
	assert_int_equal(e.code, ERR_DENIED);
	assert_string_equal(e.text,
	    "roster entry 1: it is not the entry that was pinned");
	assert_int_equal(roster_seq(r), 0);
	pin[0] ^= 1;
	assert_int_equal(roster_add(r, pin, ENTRY, strlen(ENTRY), sig, &e),
	    0);
	roster_head(r, hash);
	assert_memory_equal(hash, pin, SEAL_HASH);
	assert_non_null(p = roster_person(r, "ana"));
	assert_true(p->active && p->crisis && p->rank == RANK_SUPERVISOR);
	assert_true(roster_on_desk(p, "youth"));
	assert_false(roster_on_desk(p, "careers"));
	assert_int_equal(p->since_seq, 1);
	roster_free(r);
	r = roster_new();
	text = roster_entry_person(r, "ana", AT, &(struct roster_person){
	    .name = "ana", .rank = RANK_SUPERVISOR, .active = 1, .crisis = 1,
	    .desks = { "youth" }, .ndesks = 1 }, NULL);
	assert_non_null(strstr(text, "\"flags\":[\"crisis\"]"));
	assert_int_equal(strlen(text), strlen(ENTRY));
	free(text);
	roster_free(r);
	roster_free(NULL);
}

/* Each byte of entry and signature matters. */
static void
refuses_altered_bytes(void **state)
{
	struct roster *r = roster_new();
	struct err e = ERR_INIT;
	unsigned char sig[SIGN_LEN];
	char text[] = ENTRY;
	size_t i;

	(void)state;
	assert_int_equal(wire_unhex(sig, SIGN_LEN, ENTRY_SIGNATURE), 0);
	for (i = 0; i < sizeof(text) - 1; i++) {
		text[i] ^= 1;
		assert_int_equal(roster_add(r, NULL, text, sizeof(text) - 1,
		    sig, &e), -1);
		assert_int_equal(e.code, ERR_DENIED);
		text[i] ^= 1;
	}
	for (i = 0; i < SIGN_LEN; i++) {
		sig[i] ^= 1;
		assert_int_equal(roster_add(r, NULL, text, sizeof(text) - 1,
		    sig, &e), -1);
		sig[i] ^= 1;
	}
	assert_int_equal(roster_add(r, NULL, text, sizeof(text) - 2, sig,
	    &e), -1);
	assert_int_equal(roster_add(r, NULL, text, sizeof(text) - 1, sig,
	    &e), 0);
	assert_int_equal(roster_add(r, NULL, text, sizeof(text) - 1, sig,
	    &e), -1);			/* not again */
	roster_free(r);
}

static void
finds_persons(void **state)
{
	struct roster *r = service();
	const struct roster_person *p;

	(void)state;
	assert_int_equal(roster_count(r), 4);
	assert_string_equal(roster_at(r, 1)->name, "sol");
	assert_null(roster_at(r, 4));
	assert_null(roster_person(r, "new"));
	p = roster_person_by_key(r, people[CEM]->signer->pub);
	assert_non_null(p);
	assert_string_equal(p->name, "cem");
	assert_null(roster_person_by_key(r, people[NEW]->signer->pub));
	assert_null(roster_person_by_key(r, people[CEM]->box_pub));
	assert_null(roster_name_of_key(r, people[CEM]->box_pub));
	assert_null(roster_name_of_key(r, roles[0]->pub));
	assert_int_equal(revoke(r, ANA, CEM, RANK_COUNSELLOR, "youth"), 0);
	assert_null(roster_person_by_key(r, people[CEM]->signer->pub));
	assert_string_equal(roster_name_of_key(r, people[CEM]->signer->pub),
	    "cem");
	assert_int_equal(roster_person(r, "cem")->active, 0);
	roster_free(r);
}

static void
finds_keys(void **state)
{
	struct roster *r = service();
	struct err e = ERR_INIT;
	unsigned char key[SEAL_KEY];
	int64_t epoch;

	(void)state;
	assert_int_equal(roster_is_role_key(r, "intake", roles[0]->pub, 1),
	    1);
	assert_int_equal(roster_is_role_key(r, "web", roles[0]->pub, 0), 0);
	assert_int_equal(roster_postman(r, key, &e), 0);
	assert_memory_equal(key, box[0], SEAL_KEY);
	assert_int_equal(roster_team(r, "careers", key, &epoch, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	assert_int_equal(roster_report(r, "youth", key, &epoch, &e), 0);
	assert_memory_equal(key, box[2], SEAL_KEY);
	assert_int_equal(add_key(r, ANA, "team", "youth", 2, box[3]), 0);
	assert_int_equal(roster_team(r, "youth", key, &epoch, &e), 0);
	assert_int_equal(epoch, 2);
	assert_memory_equal(key, box[3], SEAL_KEY);
	assert_int_equal(roster_is_team_key(r, "youth", 1, box[1]), 1);
	assert_int_equal(roster_is_team_key(r, "youth", 2, box[3]), 1);
	assert_int_equal(roster_is_team_key(r, "youth", 1, box[3]), 0);
	assert_int_equal(roster_is_team_key(r, "careers", 1, box[1]), 0);
	assert_int_equal(roster_is_team_key(r, "youth", 1, box[2]), 0);
	/* Given again, a role's key replaces the present one. */
	assert_int_equal(add_role(r, SOL, "intake", roles[3], NULL), 0);
	assert_int_equal(roster_is_role_key(r, "intake", roles[3]->pub, 1),
	    1);
	assert_int_equal(roster_is_role_key(r, "intake", roles[0]->pub, 1),
	    0);
	assert_int_equal(roster_is_role_key(r, "intake", roles[0]->pub, 0),
	    1);
	roster_free(r);
	r = roster_new();
	assert_int_equal(roster_postman(r, key, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	roster_free(r);
}

static void
follows_policies(void **state)
{
	struct roster *r = service();
	struct roster_policy p = roster_policy(r, "youth");
	const struct roster_person *ana, *cem, *tia, *sol;

	(void)state;
	assert_true(p.review == REVIEW_ALWAYS && !p.self && !p.crisis);
	p = roster_policy(r, "nowhere");
	assert_true(p.review == REVIEW_ALWAYS && !p.self && !p.crisis);
	ana = roster_person(r, "ana");
	cem = roster_person(r, "cem");
	assert_int_equal(roster_needs_review(r, "youth", ana), 1);
	assert_int_equal(roster_needs_review(r, "youth", cem), 1);
	p.review = REVIEW_TRAINEES;
	p.crisis = 1;
	assert_int_equal(add_policy(r, ANA, "youth", p), 0);
	p = roster_policy(r, "youth");
	assert_true(p.review == REVIEW_TRAINEES && !p.self && p.crisis);
	ana = roster_person(r, "ana");
	cem = roster_person(r, "cem");
	tia = roster_person(r, "tia");
	sol = roster_person(r, "sol");
	assert_int_equal(roster_needs_review(r, "youth", ana), 0);
	assert_int_equal(roster_needs_review(r, "youth", cem), 0);
	assert_int_equal(roster_needs_review(r, "youth", tia), 1);
	assert_int_equal(roster_needs_review(r, "youth", sol), 1);
	assert_int_equal(roster_needs_review(r, "careers", sol), 1);
	assert_int_equal(roster_needs_review(r, "youth", NULL), 1);
	p.review = REVIEW_NEVER;
	p.self = 1;
	assert_int_equal(add_policy(r, ANA, "youth", p), 0);
	assert_int_equal(roster_needs_review(r, "youth",
	    roster_person(r, "tia")), 1);
	assert_int_equal(roster_policy(r, "youth").self, 1);
	assert_int_equal(revoke(r, ANA, CEM, RANK_COUNSELLOR, "youth"), 0);
	assert_int_equal(roster_needs_review(r, "youth",
	    roster_person(r, "cem")), 1);
	roster_free(r);
}

/* The same person, of whom this is said now. */
static struct roster_person
reviewed(int who, enum roster_rank rank, enum roster_review review)
{
	struct roster_person p = person(who, rank, "youth", NULL);

	p.review_set = review != REVIEW_TRAINEES;
	p.review = review;
	return p;
}

static int
needs(const struct roster *r, const char *name)
{
	return roster_needs_review(r, "youth", roster_person(r, name));
}

static void
follows_what_is_said_of_a_person(void **state)
{
	struct roster_policy never = { REVIEW_NEVER, 0, 0 };
	struct roster *r = service();

	(void)state;
	assert_int_equal(roster_own_review(roster_person(r, "cem")), 1);
	assert_int_equal(add_person(r, ANA, reviewed(CEM, RANK_COUNSELLOR,
	    REVIEW_NEVER)), 0);
	assert_int_equal(roster_own_review(roster_person(r, "cem")), 0);
	assert_int_equal(needs(r, "cem"), 0);
	assert_int_equal(needs(r, "ana"), 1);
	/* Only on the own desks. */
	assert_int_equal(roster_needs_review(r, "careers", roster_person(r,
	    "cem")), 1);
	assert_int_equal(add_policy(r, ANA, "youth", never), 0);
	assert_int_equal(needs(r, "ana"), 0);
	assert_int_equal(add_person(r, ANA, reviewed(CEM, RANK_COUNSELLOR,
	    REVIEW_ALWAYS)), 0);
	assert_int_equal(roster_own_review(roster_person(r, "cem")), 2);
	assert_int_equal(needs(r, "cem"), 1);
	/* A trainee is always read, an admin never writes. */
	assert_int_equal(add_person(r, ANA, reviewed(TIA, RANK_TRAINEE,
	    REVIEW_NEVER)), 0);
	assert_int_equal(needs(r, "tia"), 1);
	assert_int_equal(add_person(r, ANA, reviewed(CEM, RANK_ADMIN,
	    REVIEW_NEVER)), 0);
	assert_int_equal(needs(r, "cem"), 1);
	assert_int_equal(add_person(r, ANA, reviewed(CEM, RANK_COUNSELLOR,
	    REVIEW_TRAINEES)), 0);
	assert_int_equal(needs(r, "cem"), 0);
	roster_free(r);
}

/* Reserved kinds take their place in the chain, but not just anything. */
static void
keeps_a_place_for_the_future(void **state)
{
	struct roster *r = service();
	char key[80], bridge[200];
	char *text;
	int i;

	(void)state;
	wire_hex(bridge, box[5], SEAL_KEY);
	(void)snprintf(key, sizeof(key), "\"box\":\"%.64s\"", bridge);
	(void)snprintf(bridge, sizeof(bridge), "\"head\":\"%s\"", ENTRY_HASH);
	for (i = 0; i < 5; i++) {
		const char *is[] = { key, key, "\"box\":null", bridge,
		    "\"head\":null" };
		const char *kind = i < 3 ? "recovery" : "bridge";
		unsigned char head[SEAL_HASH];
		char hex[2 * SEAL_HASH + 1];

		roster_head(r, head);
		wire_hex(hex, head, SEAL_HASH);
		text = malloc(1000);
		(void)snprintf(text, 1000, "{\"v\":1,\"seq\":%d,\"prev\":"
		    "\"%s\",\"at\":1,\"by\":\"ana\",\"kind\":\"%s\",%s}",
		    (int)roster_seq(r) + 1, hex, kind, is[i]);
		assert_int_equal(add(r, people[ANA]->signer, text),
		    i == 1 || i == 4 ? -1 : 0);	/* a key again; no head */
	}
	assert_int_equal(roster_seq(r), 12);
	roster_free(r);
}

static void
holds_many(void **state)
{
	struct roster *r = service();
	struct identity *id;
	struct roster_person p = person(NEW, RANK_COUNSELLOR, "youth", NULL);
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		id = identity_new();
		(void)snprintf(p.name, sizeof(p.name), "c%d", i);
		memcpy(p.sign, id->signer->pub, SIGN_PUBLIC);
		memcpy(p.box, id->box_pub, SEAL_KEY);
		assert_int_equal(add_person(r, ANA, p), 0);
		identity_free(id);
	}
	assert_int_equal(roster_count(r), 44);
	assert_string_equal(roster_at(r, 0)->name, "ana");
	assert_string_equal(roster_at(r, 43)->name, "c39");
	assert_memory_equal(roster_person(r, "c39")->sign, p.sign,
	    SIGN_PUBLIC);
	roster_free(r);
}

static void
knows_words_and_names(void **state)
{
	enum roster_rank rank;

	(void)state;
	assert_string_equal(roster_rank_word(RANK_TRAINEE), "trainee");
	assert_int_equal(roster_rank_parse("admin", &rank), 0);
	assert_int_equal(rank, RANK_ADMIN);
	assert_int_equal(roster_rank_parse("Admin", &rank), -1);
	assert_int_equal(roster_name_valid("a"), 1);
	assert_int_equal(roster_name_valid("ana.b-c_9"), 1);
	assert_int_equal(roster_name_valid(""), 0);
	assert_int_equal(roster_name_valid("9a"), 0);
	assert_int_equal(roster_name_valid("a/b"), 0);
	assert_int_equal(roster_name_valid("anA"), 0);
	assert_int_equal(roster_name_valid(
	    "abcdefghijklmnopqrstuvwxyz012345"), 1);
	assert_int_equal(roster_name_valid(
	    "abcdefghijklmnopqrstuvwxyz0123456"), 0);
}

static void
reads_cards_and_invitations(void **state)
{
	struct roster_invite i;
	struct roster_card c;
	struct err e = ERR_INIT;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(roster_invite_parse(&i, INVITATION,
	    strlen(INVITATION), &e), 0);
	assert_true(i.number == 3 && i.rank == RANK_COUNSELLOR &&
	    i.ndesks == 1 && i.expires == 1795600000);
	assert_string_equal(i.name, "ben");
	assert_string_equal(i.desks[0], "youth");
	assert_string_equal(i.by, "ana");
	text = roster_invite_print(&i, &len);
	assert_string_equal(text, INVITATION);
	free(text);
	assert_int_equal(roster_card_parse(&c, CARD, strlen(CARD), &e), 0);
	assert_int_equal(c.invite, 3);
	assert_string_equal(c.name, "ben");
	text = roster_card_print(&c, &len);
	assert_string_equal(text, CARD);
	free(text);
	/* One is not the other, and a card has two different keys. */
	assert_int_equal(roster_card_parse(&c, INVITATION,
	    strlen(INVITATION), &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(roster_invite_parse(&i, CARD, strlen(CARD), &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(roster_card_parse(&c, CARD, strlen(CARD) - 1, &e),
	    -1);
	memcpy(c.name, "ben", 4);
	c.invite = 3;
	text = roster_card_print(&c, &len);
	assert_int_equal(roster_card_parse(&c, text, len, &e), -1);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_the_vector),
		cmocka_unit_test(refuses_altered_bytes),
		cmocka_unit_test(finds_persons),
		cmocka_unit_test(finds_keys),
		cmocka_unit_test(follows_policies),
		cmocka_unit_test(follows_what_is_said_of_a_person),
		cmocka_unit_test(keeps_a_place_for_the_future),
		cmocka_unit_test(holds_many),
		cmocka_unit_test(knows_words_and_names),
		cmocka_unit_test(reads_cards_and_invitations),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
