/*
 * What the rules make of a letter, before it is sealed.  The reader says which
 * of them found their words; here is what the desk knows beside: how many
 * letters were before it in the case, the hour on the desk's clocks, what was
 * ticked on the form.  The view keeps all that counted, for the people who
 * read the letter; in clear stands the urgency alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/config_quiet.h"
#include "daemon/config_rules.h"
#include "daemon/desk/deposit.h"
#include "daemon/desk/deposit_form.h"
#include "daemon/desk/deposit_inside.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/event.h"
#include "daemon/desk/quiet.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

static int
gather(const struct taking *t, struct triage_facts *facts, struct err *e)
{
	struct store *s = t->desk->store;
	struct tm tm;

	facts->form = t->by_form ? t->arrival->form->answers : NULL;
	config_local(t->line, store_now(s), &tm);
	facts->night = triage_is_night(tm.tm_hour);
	facts->again = 0;
	return t->place.joins ? rows_int(s, STMT_TRIAGE_AGAIN,
	    ARGS(V_TEXT(t->place.case_id)), 0, &facts->again, e) : 0;
}

/* Nobody could look: somebody must, soon. */
static json_t *
weigh_unread(struct taking *t, json_t *view)
{
	t->triage.urgency = TRIAGE_FAILED_URGENCY;
	(void)json_object_set_new(view, "urgency",
	    json_integer(t->triage.urgency));
	return view;
}

json_t *
deposit_weigh(struct taking *t, json_t *read, struct err *e)
{
	const struct rules *rules = config_rules_of(t->desk->rules,
	    t->line->name);
	struct triage_facts facts;
	json_t *view;

	/* Machines' reports about a letter of ours ask for nobody's help. */
	if (rules == NULL || t->place.reports)
		return read;
	view = json_copy(read);
	json_decref(read);
	if (view == NULL)
		mem_out();
	if (t->unreadable)
		return weigh_unread(t, view);
	if (gather(t, &facts, e) == -1) {
		json_decref(view);
		return NULL;
	}
	triage_weigh(rules, json_object_get(view, "triage"), &facts,
	    &t->triage);
	(void)json_object_set(view, "triage", t->triage.fired);
	(void)json_object_set_new(view, "urgency",
	    json_integer(t->triage.urgency));
	return view;
}

void
deposit_weigh_face(const struct taking *t, json_t *face)
{
	json_t *why = json_array(), *one;
	size_t i;

	json_array_foreach(t->triage.fired, i, one)
		if (json_integer_value(json_object_get(one, "weight")) > 1 ||
		    json_is_true(json_object_get(one, "failed")))
			if (json_array_size(why) < DEPOSIT_FACE_WHY)
				(void)json_array_append(why,
				    json_object_get(one, "why"));
	if (json_array_size(why) > 0)
		(void)json_object_set(face, "triage", why);
	if (json_array_size(t->triage.areas) > 0)
		(void)json_object_set(face, "areas", t->triage.areas);
	json_decref(why);
}

int
deposit_raise(const struct taking *t, const struct deposit *dep,
    struct err *e)
{
	struct desk *d = t->desk;
	char detail[8];
	int64_t n, was;

	if (dep->urgency == 0)
		return 0;
	if (due_urgency_of(d, dep->case_id, &was, e) == -1)
		return -1;
	n = store_run(d->store, STMT_CASE_RAISE, ARGS(V_TEXT(dep->case_id),
	    V_INT(dep->urgency), V_INT(-dep->urgency)), NULL, NULL, e);
	(void)snprintf(detail, sizeof(detail), "%d", (int)dep->urgency);
	if (n <= 0)
		return n == 0 ? 0 : -1;
	return due_urgency(d, dep->case_id, was, e) == -1 ||
	    event_add(d, NULL, dep->case_id, "raised", detail, e) == -1 ||
	    (dep->urgency >= QUIET_URGENCY &&
	    quiet_wake(d, dep->case_id, e) == -1) ? -1 : 0;
}
