/*
 * What post refuses: one letter that may leave, and each way in which it
 * must not, by the word under which it is blocked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/letter_check.h"
#include "daemon/post/check.h"
#include "lib/letter.h"
#include "tests/unit/people.h"

#define CASE	"7K2M9Q4X"
#define OTHER	"7K2M9Q4Y"
#define TO	"seeker@example.org"

/* Everything that a check sees; each test spoils one thing. */
struct scene {
	struct desk		 desk;
	struct delivery		 delivery;
	struct letter		 letter;
	struct delivery_facts	 facts[LETTER_LAST_READ_MAX];
	struct spent_state	 spent;
	struct check		 check;
};

static struct secret *pepper;

static void
set_name(char *out, const char *name)
{
	memcpy(out, name, strlen(name) + 1);
}

static void
set_address(struct scene *s, const char *to)
{
	free(s->letter.to);
	s->letter.to = strdup(to);
}

static void
by(struct scene *s, int author, int approver)
{
	set_name(s->letter.author, names[author]);
	memcpy(s->delivery.signer, people[author]->signer->pub, SIGN_PUBLIC);
	s->delivery.has_approval = approver != NPEOPLE;
	if (approver != NPEOPLE)
		memcpy(s->delivery.approver, people[approver]->signer->pub,
		    SIGN_PUBLIC);
}

static int
set_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	letter_init(&s->letter);
	s->desk.roster = service();
	s->desk.pepper = pepper;
	set_name(s->delivery.case_id, CASE);
	set_name(s->delivery.desk, "youth");
	s->delivery.draft = 2;
	s->delivery.participant = 1;
	set_name(s->letter.case_id, CASE);
	set_name(s->letter.desk, "youth");
	set_name(s->letter.mode, "mail");
	s->letter.draft = 2;
	s->letter.participant = 1;
	s->letter.not_before = AT - 10;
	s->letter.expires = AT + 10;
	s->letter.nlast_read = 1;
	set_name(s->letter.last_read[0].case_id, CASE);
	set_address(s, TO);
	by(s, CEM, ANA);
	s->facts[0].has_participant = 1;
	s->facts[0].last_read_known = 1;
	set_name(s->facts[0].mode, "mail");
	desk_hash_check(&s->desk, CASE, 1, TO, s->facts[0].check);
	s->check = (struct check){ &s->desk, &s->delivery, &s->letter,
	    s->facts, AT, &s->spent, 0 };
	*state = s;
	return 0;
}

static int
strike_scene(void **state)
{
	struct scene *s = *state;

	roster_free(s->desk.roster);
	letter_free(&s->letter);
	free(s);
	return 0;
}

static void
blocked(struct scene *s, const char *word)
{
	const char *why = check_letter(&s->check);

	assert_non_null(why);
	assert_string_equal(why, word);
}

static void
passes(struct scene *s)
{
	const char *why = check_letter(&s->check);

	if (why != NULL)
		fail_msg("blocked: %s", why);
}

static void
lets_the_right_one_leave(void **state)
{
	passes(*state);
}

static void
holds_signatures_to_the_bytes(void **state)
{
	static const char text[] = "{\"v\":1}", other[] = "{\"v\":2}";
	struct scene *s = *state;
	struct delivery *x = &s->delivery;

	signature_make(people[CEM]->signer, PURPOSE_LETTER, text,
	    sizeof(text), x->signature);
	signature_make(people[ANA]->signer, PURPOSE_APPROVE, text,
	    sizeof(text), x->approval);
	assert_null(letter_check_signatures(x, text, sizeof(text)));
	assert_string_equal(letter_check_signatures(x, other, sizeof(other)),
	    "signature");
	/* A signature for something else is none. */
	signature_make(people[ANA]->signer, PURPOSE_LETTER, text,
	    sizeof(text), x->approval);
	assert_string_equal(letter_check_signatures(x, text, sizeof(text)),
	    "signature");
	x->has_approval = 0;
	assert_null(letter_check_signatures(x, text, sizeof(text)));
	signature_make(people[CEM]->signer, PURPOSE_DRAFT, text,
	    sizeof(text), x->signature);
	assert_string_equal(letter_check_signatures(x, text, sizeof(text)),
	    "signature");
}

static void
knows_its_delivery(void **state)
{
	struct scene *s = *state;

	set_name(s->letter.case_id, OTHER);
	blocked(s, "document");
	set_name(s->letter.case_id, CASE);
	s->letter.draft = 3;
	blocked(s, "document");
	s->letter.draft = 2;
	s->letter.participant = 2;
	blocked(s, "document");
	s->letter.participant = 1;
	set_name(s->letter.desk, "careers");
	blocked(s, "document");
}

static void
knows_the_author(void **state)
{
	struct scene *s = *state;

	set_name(s->letter.author, "tia");	/* signed by cem's key */
	blocked(s, "author");
	set_name(s->letter.author, "nobody");
	blocked(s, "author");
	by(s, SOL, ANA);			/* of another desk */
	blocked(s, "author");
	by(s, NEW, ANA);			/* not let in */
	blocked(s, "author");
	by(s, TIA, ANA);
	passes(s);
	by(s, CEM, ANA);
	assert_int_equal(revoke(s->desk.roster, ANA, CEM, RANK_COUNSELLOR,
	    "youth"), 0);
	blocked(s, "author");
	assert_int_equal(add_person(s->desk.roster, ANA, person(NEW,
	    RANK_ADMIN, "youth", NULL)), 0);
	by(s, NEW, ANA);
	blocked(s, "author");
}

static void
knows_the_approver(void **state)
{
	struct roster_policy policy = { REVIEW_ALWAYS, 0, 0 };
	struct scene *s = *state;

	by(s, CEM, NPEOPLE);			/* nobody */
	blocked(s, "approver");
	by(s, CEM, TIA);			/* no supervisor */
	blocked(s, "approver");
	by(s, CEM, SOL);			/* of another desk */
	blocked(s, "approver");
	by(s, CEM, NEW);			/* unknown */
	blocked(s, "approver");
	by(s, ANA, ANA);			/* oneself */
	blocked(s, "approver");
	policy.self = 1;
	assert_int_equal(add_policy(s->desk.roster, ANA, "youth", policy),
	    0);
	passes(s);
}

static void
asks_for_review_as_the_policy_says(void **state)
{
	struct roster_policy policy = { REVIEW_TRAINEES, 0, 0 };
	struct scene *s = *state;

	assert_int_equal(add_policy(s->desk.roster, ANA, "youth", policy),
	    0);
	by(s, CEM, NPEOPLE);
	passes(s);
	by(s, TIA, NPEOPLE);
	blocked(s, "approver");
	policy.review = REVIEW_NEVER;
	assert_int_equal(add_policy(s->desk.roster, ANA, "youth", policy),
	    0);
	by(s, CEM, NPEOPLE);
	passes(s);
	/* An approval that nobody asked for must hold, too. */
	by(s, CEM, SOL);
	blocked(s, "approver");
}

static void
asks_for_review_as_is_said_of_the_person(void **state)
{
	struct roster_policy policy = { REVIEW_NEVER, 0, 0 };
	struct roster_person cem = person(CEM, RANK_COUNSELLOR, "youth",
	    NULL), tia = person(TIA, RANK_TRAINEE, "youth", NULL);
	struct scene *s = *state;

	cem.review_set = tia.review_set = 1;
	cem.review = tia.review = REVIEW_NEVER;
	assert_int_equal(add_person(s->desk.roster, ANA, cem), 0);
	assert_int_equal(add_person(s->desk.roster, ANA, tia), 0);
	by(s, CEM, NPEOPLE);
	passes(s);
	by(s, TIA, NPEOPLE);
	blocked(s, "approver");
	by(s, ANA, NPEOPLE);
	blocked(s, "approver");
	assert_int_equal(add_policy(s->desk.roster, ANA, "youth", policy),
	    0);
	passes(s);
	cem.review = REVIEW_ALWAYS;
	assert_int_equal(add_person(s->desk.roster, ANA, cem), 0);
	by(s, CEM, NPEOPLE);
	blocked(s, "approver");
	by(s, CEM, ANA);
	passes(s);
}

static void
a_former_author_approves_nothing(void **state)
{
	struct roster_policy policy = { REVIEW_ALWAYS, 1, 0 };
	struct scene *s = *state;

	set_name(s->letter.former[0], "tia");
	s->letter.nformer = 1;
	passes(s);
	set_name(s->letter.former[1], "ana");
	s->letter.nformer = 2;
	blocked(s, "approver");
	assert_int_equal(add_person(s->desk.roster, ANA, person(NEW,
	    RANK_SUPERVISOR, "youth", NULL)), 0);
	by(s, CEM, NEW);
	passes(s);
	/* Where one may approve an own answer, one may this as well. */
	by(s, CEM, ANA);
	blocked(s, "approver");
	assert_int_equal(add_policy(s->desk.roster, ANA, "youth", policy),
	    0);
	passes(s);
}

static void
an_approver_who_left_approves_nothing(void **state)
{
	struct scene *s = *state;

	assert_int_equal(add_person(s->desk.roster, ANA, person(NEW,
	    RANK_SUPERVISOR, "youth", NULL)), 0);
	by(s, CEM, NEW);
	passes(s);
	assert_int_equal(revoke(s->desk.roster, ANA, NEW, RANK_SUPERVISOR,
	    "youth"), 0);
	blocked(s, "approver");
}

/* cem has the flag, or not, on a desk that has the path, or not. */
static void
crisis_path(struct scene *s, int path, int flag, enum roster_rank rank)
{
	struct roster_policy policy = { REVIEW_ALWAYS, 0, path };
	struct roster_person cem = person(CEM, rank, "youth", NULL);

	cem.crisis = flag;
	assert_int_equal(add_person(s->desk.roster, ANA, cem), 0);
	assert_int_equal(add_policy(s->desk.roster, ANA, "youth", policy),
	    0);
}

static void
keeps_the_crisis_path_narrow(void **state)
{
	struct scene *s = *state;

	s->letter.crisis = 1;
	s->check.urgency = 3;
	blocked(s, "crisis");			/* approved, and yet */
	by(s, CEM, NPEOPLE);
	blocked(s, "crisis");
	crisis_path(s, 1, 0, RANK_COUNSELLOR);
	blocked(s, "crisis");			/* without the flag */
	crisis_path(s, 0, 1, RANK_COUNSELLOR);
	blocked(s, "crisis");			/* on this desk */
	crisis_path(s, 1, 1, RANK_TRAINEE);
	blocked(s, "crisis");
	crisis_path(s, 1, 1, RANK_COUNSELLOR);
	passes(s);
	s->check.urgency = 2;			/* of the case, by what is */
	blocked(s, "crisis");			/* signed */
	by(s, CEM, ANA);			/* meanwhile approved */
	passes(s);
	by(s, CEM, SOL);
	blocked(s, "crisis");
	by(s, CEM, NPEOPLE);
	s->letter.crisis = 0;			/* and nothing else by it */
	s->check.urgency = 3;
	blocked(s, "approver");
	s->letter.crisis = 1;
	s->facts[0].later_letter = 1;
	blocked(s, "stale");
}

static void
keeps_to_its_time(void **state)
{
	struct scene *s = *state;

	s->check.now = s->letter.expires - 1;
	passes(s);
	s->check.now++;
	blocked(s, "expired");
	s->check.now = s->letter.not_before;
	passes(s);
	s->check.now--;
	blocked(s, "early");
}

static void
writes_to_the_signed_address_only(void **state)
{
	struct scene *s = *state;

	set_address(s, "Seeker@example.org");	/* the exact one */
	blocked(s, "address");
	set_address(s, TO);
	desk_hash_check(&s->desk, CASE, 2, TO, s->facts[0].check);
	blocked(s, "address");
	desk_hash_check(&s->desk, OTHER, 1, TO, s->facts[0].check);
	blocked(s, "address");
	desk_hash_check(&s->desk, CASE, 1, TO, s->facts[0].check);
	passes(s);
	s->facts[0].has_participant = 0;
	blocked(s, "address");
	s->facts[0].has_participant = 1;
	free(s->letter.to);
	s->letter.to = NULL;
	blocked(s, "address");
}

static void
keeps_the_participants_mode(void **state)
{
	struct scene *s = *state;

	set_name(s->facts[0].mode, "pickup");
	blocked(s, "mode");
	set_name(s->facts[0].mode, "notice");
	blocked(s, "mode");
	set_name(s->letter.mode, "notice");
	blocked(s, "mode");			/* agreed, but without a code */
	s->facts[0].has_seeker = 1;
	passes(s);
	desk_hash_check(&s->desk, CASE, 1, "x@example.org",
	    s->facts[0].check);
	blocked(s, "address");			/* the notice's */
	free(s->letter.to);
	s->letter.to = NULL;
	blocked(s, "address");
}

/* Nobody is sent it; whoever has the code is shown it. */
static void
lets_a_code_open_it(void **state)
{
	struct scene *s = *state;

	free(s->letter.to);
	s->letter.to = NULL;
	set_name(s->letter.mode, "pickup");
	blocked(s, "mode");			/* the person wrote by mail */
	set_name(s->facts[0].mode, "pickup");
	blocked(s, "mode");			/* no code was ever made */
	s->facts[0].has_seeker = 1;
	passes(s);
	set_address(s, TO);
	blocked(s, "address");			/* it goes to nobody */
	free(s->letter.to);
	s->letter.to = NULL;
	/* The file has heard of it and the store has not. */
	s->spent.final = 1;
	s->spent.mark = SPENT_PUBLISHED;
	passes(s);
	s->spent.mark = SPENT_CANCELLED;
	blocked(s, "spent");
	s->spent.final = 0;
	s->facts[0].has_participant = 0;
	blocked(s, "address");
}

static void
is_stale_when_somebody_wrote(void **state)
{
	struct scene *s = *state;

	s->facts[0].later_letter = 1;
	blocked(s, "stale");
	s->facts[0].later_letter = 0;
	s->facts[0].last_read_known = 0;
	blocked(s, "stale");
	s->facts[0].last_read_known = 1;
	passes(s);
	set_name(s->letter.last_read[0].case_id, OTHER);
	blocked(s, "stale");			/* its own case unread */
	s->letter.nlast_read = 0;
	blocked(s, "stale");
}

static void
is_stale_by_a_linked_case_too(void **state)
{
	struct scene *s = *state;

	/* The own case stands second; the other has no participant 1. */
	s->letter.nlast_read = 2;
	set_name(s->letter.last_read[0].case_id, OTHER);
	set_name(s->letter.last_read[1].case_id, CASE);
	s->facts[1] = s->facts[0];
	memset(&s->facts[0], 0, sizeof(s->facts[0]));
	s->facts[0].last_read_known = 1;
	passes(s);
	s->facts[0].later_letter = 1;
	blocked(s, "stale");
}

static void
goes_once(void **state)
{
	struct scene *s = *state;

	s->spent.open = 1;			/* the one repeat */
	passes(s);
	s->spent.open = 2;
	blocked(s, "spent");
	s->spent.open = 0;
	s->spent.final = 1;
	blocked(s, "spent");
}

static int
begin(void **state)
{
	if (people_begin(state) == -1)
		return -1;
	pepper = secret_random(32);
	return 0;
}

static int
finish(void **state)
{
	secret_free(pepper);
	return people_end(state);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, set_scene, strike_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(lets_the_right_one_leave),
		SCENE(holds_signatures_to_the_bytes),
		SCENE(knows_its_delivery),
		SCENE(knows_the_author),
		SCENE(knows_the_approver),
		SCENE(asks_for_review_as_the_policy_says),
		SCENE(asks_for_review_as_is_said_of_the_person),
		SCENE(a_former_author_approves_nothing),
		SCENE(an_approver_who_left_approves_nothing),
		SCENE(keeps_the_crisis_path_narrow),
		SCENE(keeps_to_its_time),
		SCENE(writes_to_the_signed_address_only),
		SCENE(keeps_the_participants_mode),
		SCENE(lets_a_code_open_it),
		SCENE(is_stale_when_somebody_wrote),
		SCENE(is_stale_by_a_linked_case_too),
		SCENE(goes_once),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
