/* What the rules sum to: weights, facts, failures, and steps down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/triage.h"
#include "lib/err.h"

#define RULE(id, weight, more)						\
	"rule " id "\nweight " weight "\nwhy of " id "\nowner o\n" more "\n"

static const char text[] =
    RULE("crisis", "60", "word x\narea b\narea a")
    RULE("big-d", "35", "word x\narea d") RULE("in-d", "25", "word x\narea d")
    RULE("big-e", "35", "word x\narea e") RULE("any", "15", "word x")
    RULE("high", "25", "word x\narea c") RULE("soon", "10", "word x")
    RULE("little", "9", "word x\narea a") RULE("joke", "-5", "word x\narea z")
    RULE("thanks", "-5", "word x")
    RULE("night", "25", "if night") RULE("often", "10", "if again 3")
    RULE("child", "25", "word x\nif age 0-12")
    RULE("grown", "10", "if age 27-120")
    RULE("ticked", "10", "if area violence")
    RULE("alone", "10", "if answer who_knows nobody")
    RULE("both", "60", "if night\nif again 3");

static struct rules rules;

static int
begin(void **state)
{
	(void)state;
	rules_init(&rules);
	return rules_add(&rules, "f", text, NULL);
}

static int
end(void **state)
{
	(void)state;
	rules_free(&rules);
	return 0;
}

/* Of rules with a space between; one with '!' in front failed. */
static json_t *
hits_of(const char *ids)
{
	json_t *hits = json_array();
	size_t n;

	for (; *ids != '\0'; ids += n + strspn(ids + n, " ")) {
		int failed = *ids == '!';

		ids += failed;
		n = strcspn(ids, " ");
		(void)json_array_append_new(hits, json_pack("{s:s%, s:o, "
		    "s:b}", "rule", ids, n, "found", failed ? json_null() :
		    json_string("x"), "failed", failed));
	}
	return hits;
}

static int
weighs(const char *ids, const struct triage_facts *facts, const char *fired)
{
	static const struct triage_facts none;
	json_t *hits = hits_of(ids), *one;
	struct triage t;
	char names[256] = "";
	size_t i;
	int urgency;

	triage_weigh(&rules, hits, facts == NULL ? &none : facts, &t);
	json_array_foreach(t.fired, i, one)
		(void)snprintf(names + strlen(names), sizeof(names) -
		    strlen(names), "%s%s", i > 0 ? " " : "",
		    json_string_value(json_object_get(one, "rule")));
	if (fired != NULL)
		assert_string_equal(names, fired);
	urgency = (int)t.urgency;
	triage_free(&t);
	json_decref(hits);
	return urgency;
}

static void
weights_are_summed(void **state)
{
	(void)state;
	assert_int_equal(weighs("", NULL, ""), 0);
	assert_int_equal(weighs("little", NULL, "little"), 0);
	assert_int_equal(weighs("soon", NULL, NULL), 1);
	assert_int_equal(weighs("soon little", NULL, NULL), 1);
	assert_int_equal(weighs("high", NULL, NULL), 2);
	assert_int_equal(weighs("high soon little", NULL, NULL), 2);
	assert_int_equal(weighs("crisis", NULL, NULL), 3);
	assert_int_equal(weighs("crisis high soon", NULL, NULL), 3);
	/* Within one area, where what names none counts as well. */
	assert_int_equal(weighs("in-d big-d", NULL, NULL), 3);
	assert_int_equal(weighs("big-d big-e", NULL, NULL), 2);
	assert_int_equal(weighs("big-d big-e soon", NULL, NULL), 2);
	assert_int_equal(weighs("big-d big-e soon child", NULL, NULL), 2);
	assert_int_equal(weighs("big-d big-e soon any", NULL, NULL), 3);
}

static void
a_joke_takes_one_step(void **state)
{
	(void)state;
	assert_int_equal(weighs("crisis joke", NULL, "crisis joke"), 2);
	assert_int_equal(weighs("crisis joke thanks", NULL, NULL), 2);
	assert_int_equal(weighs("soon joke", NULL, NULL), 0);
	assert_int_equal(weighs("joke", NULL, NULL), 0);
	/* Not when nobody knows whether it is one. */
	assert_int_equal(weighs("crisis !joke", NULL, NULL), 3);
}

static void
what_failed_counts(void **state)
{
	(void)state;
	assert_int_equal(weighs("!little", NULL, "little"), 2);
	assert_int_equal(weighs("!crisis", NULL, NULL), 3);
	assert_int_equal(weighs("!joke", NULL, NULL), 2);
	assert_int_equal(weighs("!too-long", NULL, "too-long"), 2);
	/* The reader cannot say that a fact holds. */
	assert_int_equal(weighs("night", NULL, "night"), 2);
	assert_int_equal(weighs("nobody-knows-it", NULL, NULL), 2);
}

static void
facts_are_asked(void **state)
{
	json_t *form = json_pack("{s:s, s:[s], s:[{s:s, s:s, s:s}]}",
	    "age_group", "0-12", "areas", "violence", "questions", "name",
	    "who_knows", "question", "Who?", "answer", "Nobody at all");
	struct triage_facts facts = { NULL, 0, 0 };

	(void)state;
	assert_int_equal(weighs("child", &facts, ""), 0);
	facts.night = 1;
	assert_int_equal(weighs("", &facts, "night"), 2);
	facts.again = 2;
	assert_int_equal(weighs("", &facts, "night"), 2);
	facts.again = 3;
	assert_int_equal(weighs("", &facts, "night often both"), 3);
	facts.again = facts.night = 0;
	facts.form = form;
	assert_int_equal(weighs("child", &facts, "child ticked alone"), 2);
	assert_int_equal(weighs("", &facts, "ticked alone"), 1);
	(void)json_object_set_new(form, "age_group", json_string("27+"));
	assert_int_equal(weighs("child", &facts, "grown ticked alone"), 2);
	(void)json_object_set_new(form, "age_group", json_string("13-18"));
	(void)json_object_set_new(form, "areas", json_pack("[s]", "money"));
	(void)json_object_del(form, "questions");
	assert_int_equal(weighs("child", &facts, ""), 0);
	json_decref(form);
}

static void
night_is_from_22_to_6(void **state)
{
	(void)state;
	assert_true(triage_is_night(22) && triage_is_night(0) &&
	    triage_is_night(5));
	assert_false(triage_is_night(6) || triage_is_night(21));
}

static void
says_what_colleagues_read(void **state)
{
	static const struct triage_facts none;
	json_t *hits = hits_of("high crisis joke"), *one;
	struct triage t;
	char *line;

	(void)state;
	triage_weigh(&rules, hits, &none, &t);
	line = json_dumps(t.areas, JSON_COMPACT);
	assert_string_equal(line, "[\"a\",\"b\",\"c\"]");
	free(line);
	one = json_array_get(t.fired, 1);
	line = json_dumps(one, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(line, "{\"areas\":[\"b\",\"a\"],\"failed\":false,"
	    "\"found\":\"x\",\"owner\":\"o\",\"rule\":\"crisis\","
	    "\"weight\":60,\"why\":\"of crisis\"}");
	free(line);
	triage_free(&t);
	json_decref(hits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_are_summed),
		cmocka_unit_test(a_joke_takes_one_step),
		cmocka_unit_test(what_failed_counts),
		cmocka_unit_test(facts_are_asked),
		cmocka_unit_test(night_is_from_22_to_6),
		cmocka_unit_test(says_what_colleagues_read),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
