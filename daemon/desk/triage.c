/*
 * Sums what the rules found and what the desk knows beside the letter.  When
 * in doubt a letter is more urgent, not less: a human looks sooner.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/desk/triage.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/find.h"

#define NIGHT_FROM	22
#define NIGHT_TO	6
#define AGE_TOP		120

static const int steps[] = { 10, 25 };	/* to urgency 1, 2 */
#define NSTEPS	(sizeof(steps) / sizeof(steps[0]))
#define CRISIS	60			/* to 3, within one area */

int
triage_is_night(int hour)
{
	return hour >= NIGHT_FROM || hour < NIGHT_TO;
}

/* "13-18", "27+": does any of these years lie within the rule's? */
static int
age_holds(const struct rule *r, const json_t *form)
{
	const char *s = json_string_value(json_object_get(form,
	    "age_group"));
	long from, to;
	char *end;

	if (s == NULL)
		return 0;
	from = strtol(s, &end, 10);
	if (end == s)
		return 0;
	to = *end == '-' ? strtol(end + 1, NULL, 10) : AGE_TOP;
	return from <= r->age_to && to >= r->age_from;
}

static int
area_holds(const struct rule *r, const json_t *form)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(form, "areas"), i, one) {
		const char *s = json_string_value(one);

		if (s != NULL && strcmp(s, r->area) == 0)
			return 1;
	}
	return 0;
}

/* The word stands in what was answered to that question. */
static int
answer_holds(const struct rule *r, const json_t *form)
{
	const char *word = r->answer_is, *name, *text;
	struct find *find = find_new(&word, 1, NULL);
	struct find_place place;
	const json_t *one;
	size_t i;
	int found = 0;

	json_array_foreach(json_object_get(form, "questions"), i, one) {
		name = json_string_value(json_object_get(one, "name"));
		text = json_string_value(json_object_get(one, "answer"));
		if (find == NULL || name == NULL || text == NULL ||
		    strcmp(name, r->answer) != 0 ||
		    !find_in(find, text, &place))
			continue;
		find_place_free(&place);
		found = 1;
	}
	find_free(find);
	return found;
}

static int
holds(const struct rule *r, const struct triage_facts *facts)
{
	if (r->again > 0 && facts->again < r->again)
		return 0;
	if (r->night && !facts->night)
		return 0;
	if (r->age_from != -1 && !age_holds(r, facts->form))
		return 0;
	if (r->area != NULL && !area_holds(r, facts->form))
		return 0;
	return r->answer == NULL || answer_holds(r, facts->form);
}

static void
add_area(json_t *areas, const char *area)
{
	size_t i, n = json_array_size(areas);

	for (i = 0; i < n; i++) {
		int d = strcmp(json_string_value(json_array_get(areas, i)),
		    area);

		if (d == 0)
			return;
		if (d > 0)
			break;
	}
	if (json_array_insert_new(areas, i, json_string(area)) == -1)
		mem_out();
}

static void
add_fired(struct triage *t, const struct rule *r, const json_t *hit,
    int failed)
{
	json_t *areas = json_array(), *one;
	size_t i;

	for (i = 0; i < r->nareas; i++) {
		(void)json_array_append_new(areas, json_string(r->areas[i]));
		if (r->weight > 0)
			add_area(t->areas, r->areas[i]);
	}
	one = json_pack("{s:s, s:i, s:s, s:s, s:o, s:O?, s:b}", "rule", r->id,
	    "weight", r->weight, "why", r->why, "owner", r->owner, "areas",
	    areas, "found", json_object_get(hit, "found"), "failed", failed);
	if (one == NULL || json_array_append_new(t->fired, one) == -1)
		mem_out();
}

/* A rule that is not there any more, or no rule: the letter's length. */
static void
add_unknown(struct triage *t, const char *id)
{
	json_t *one = json_pack("{s:s, s:i, s:s, s:s, s:[], s:n, s:b}",
	    "rule", id, "weight", 0, "why", "not all of the letter could be "
	    "looked at", "owner", "teduh", "areas", "found", "failed", 1);

	t->failed = 1;
	if (one == NULL || json_array_append_new(t->fired, one) == -1)
		mem_out();
}

struct sum {
	int	 plus, minus;
	int	 anywhere;	/* of what names no area */
	json_t	*areas;		/* {area: sum} */
};

static void
add_weight(struct sum *sum, const struct rule *r)
{
	json_int_t was;
	size_t i;

	sum->plus += r->weight;
	if (r->nareas == 0)
		sum->anywhere += r->weight;
	for (i = 0; i < r->nareas; i++) {
		was = json_integer_value(json_object_get(sum->areas,
		    r->areas[i]));
		if (json_object_set_new(sum->areas, r->areas[i],
		    json_integer(was + r->weight)) == -1)
			mem_out();
	}
}

/* Signs of one trouble make a crisis, several troubles do not. */
static int
is_crisis(const struct sum *sum)
{
	const char *area;
	json_t *one;

	json_object_foreach(sum->areas, area, one)
		if (json_integer_value(one) + sum->anywhere >= CRISIS)
			return 1;
	return sum->anywhere >= CRISIS;
}

static void
count(struct triage *t, struct sum *sum, const struct rule *r,
    const json_t *hit, int failed)
{
	if (failed)
		t->failed = 1;
	if (r->weight < 0) {
		if (failed)
			return;		/* nothing is taken off by chance */
		sum->minus = 1;
	} else
		add_weight(sum, r);
	add_fired(t, r, hit, failed);
}

static void
weigh_hits(const struct rules *rules, const json_t *hits,
    const struct triage_facts *facts, struct triage *t, struct sum *sum)
{
	const struct rule *r;
	const json_t *hit;
	const char *id;
	size_t i;

	json_array_foreach(hits, i, hit) {
		id = json_string_value(json_object_get(hit, "rule"));
		if (id == NULL || (r = rules_find(rules, id)) == NULL ||
		    !rules_reads(r))
			add_unknown(t, id == NULL ? "-" : id);
		else if (holds(r, facts))
			count(t, sum, r, hit, json_is_true(
			    json_object_get(hit, "failed")));
	}
}

void
triage_weigh(const struct rules *rules, const json_t *hits,
    const struct triage_facts *facts, struct triage *t)
{
	struct sum sum = { 0, 0, 0, json_object() };
	size_t i;

	memset(t, 0, sizeof(*t));
	t->fired = json_array();
	t->areas = json_array();
	weigh_hits(rules, hits, facts, t, &sum);
	for (i = 0; i < rules->n; i++)
		if (!rules_reads(&rules->v[i]) && holds(&rules->v[i], facts))
			count(t, &sum, &rules->v[i], NULL, 0);
	for (i = 0; i < NSTEPS; i++)
		t->urgency += sum.plus >= steps[i];
	t->urgency += is_crisis(&sum);
	json_decref(sum.areas);
	if (sum.minus && t->urgency > 0)
		t->urgency--;
	if (t->failed && t->urgency < TRIAGE_FAILED_URGENCY)
		t->urgency = TRIAGE_FAILED_URGENCY;
}

void
triage_free(struct triage *t)
{
	json_decref(t->fired);
	json_decref(t->areas);
	memset(t, 0, sizeof(*t));
}
