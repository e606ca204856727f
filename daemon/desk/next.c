/*
 * Whom to help next.  The rules stand here and not in the command line, so
 * that all who ask at the same moment are asked by the same.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/case.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/hours.h"
#include "daemon/desk/next.h"
#include "daemon/desk/queue.h"
#include "daemon/desk/rows.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/wire.h"

#define HIGH	2	/* from here on nobody waits for anybody */
#define CRISIS	3

/* Why a case is left to others. */
enum left { LEFT_NOT, LEFT_WITH, LEFT_OWN, LEFT_LANGUAGE, LEFT_PAUSED,
    LEFT_CAP, LEFT_REASONS };

static const char *const left_words[LEFT_REASONS] = { NULL, "with", "own",
    "language", "paused", "cap" };

struct seek {
	struct desk		*desk;
	const struct actor	*actor;
	int64_t			 now;
	struct hours		 hours;
	int64_t			 left[LEFT_REASONS];
	int64_t			 urgency;	/* of the first found */
	json_t			*found;
};

struct facts {
	char	holder[ROSTER_NAME_MAX + 1];
	int	busy, wrote;
};

static int
get_facts(void *ctx, const struct row *row, struct err *e)
{
	struct facts *f = ctx;

	(void)e;
	(void)snprintf(f->holder, sizeof(f->holder), "%s", row_text(row, 0));
	f->busy = row_int(row, 1) != 0;
	f->wrote = row_int(row, 2) != 0;
	return 1;
}

static int
get_name(void *ctx, const struct row *row, struct err *e)
{
	(void)e;
	(void)snprintf(ctx, ROSTER_NAME_MAX + 1, "%s", row_text(row, 0));
	return 1;
}

static const char *
text_of(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text == NULL ? "" : text;
}

static int64_t
number_of(const json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

static int
has_flag(const json_t *row, const char *word)
{
	const json_t *flag;
	size_t i;

	json_array_foreach(json_object_get(row, "flags"), i, flag)
		if (json_is_string(flag) &&
		    strcmp(json_string_value(flag), word) == 0)
			return 1;
	return 0;
}

/* Who has said nothing reads whatever comes. */
static int
reads(const struct roster_person *p, const char *language)
{
	size_t i;

	for (i = 0; i < p->nlanguages; i++)
		if (strcmp(p->languages[i], language) == 0)
			return 1;
	return p->nlanguages == 0;
}

/* 1 when a colleague who is here reads what the actor does not; -1. */
static int
another_reads(struct seek *s, const json_t *row, struct err *e)
{
	const char *language = text_of(row, "language");
	const struct roster_person *p;
	struct actor other = { NULL, NULL };
	struct hours h;
	size_t i;

	if (*language == '\0' || reads(s->actor->person, language))
		return 0;
	for (i = 0; i < roster_count(s->desk->roster); i++) {
		other.person = p = roster_at(s->desk->roster, i);
		if (!case_may_read(&other, text_of(row, "desk")) ||
		    !reads(p, language))
			continue;
		if (hours_get(s->desk, p->name, &h, e) == -1)
			return -1;
		if (!hours_away(&h, s->now))
			return 1;
	}
	return 0;
}

/* 1 when somebody else has the first right to it still; -1. */
static int
anothers_right(struct seek *s, const json_t *row, struct err *e)
{
	const char *desk = text_of(row, "desk");
	const struct config_desk *config = config_desk(s->desk->config, desk);
	char own[ROSTER_NAME_MAX + 1] = "";
	const struct roster_person *p;
	struct hours h;
	int64_t until;
	int failed;

	until = number_of(row, "waiting_since") + (config == NULL ? 0 :
	    config->first_right_s);
	if (until <= s->now)
		return 0;
	if (store_run(s->desk->store, STMT_NEXT_OWN,
	    ARGS(V_TEXT(text_of(row, "id"))), get_name, own, e) == -1)
		return -1;
	if (own[0] == '\0')
		return 0;
	p = hours_stands(s->desk, own, desk, s->now, &failed, e);
	if (failed || p == NULL)
		return failed ? -1 : 0;
	if (strcmp(p->name, s->actor->person->name) == 0)
		return 0;
	if (hours_get(s->desk, p->name, &h, e) == -1)
		return -1;
	return hours_works(&h, config->timezone, s->now, until);
}

/* Enough is in hand already. */
static int
is_full(const struct seek *s, int64_t urgency)
{
	const struct hours *h = &s->hours;

	if (urgency == CRISIS)
		return 0;
	if (urgency == HIGH)
		return h->cap_high != HOURS_NONE &&
		    h->held_high >= h->cap_high;
	return h->cap != HOURS_NONE && h->held >= h->cap;
}

/* An enum left, or -1. */
static int
why_not(struct seek *s, const json_t *row, struct err *e)
{
	const char *me = s->actor->person->name;
	int64_t urgency = number_of(row, "urgency");
	struct facts f;
	int r;

	memset(&f, 0, sizeof(f));
	if (store_run(s->desk->store, STMT_NEXT_FACTS, ARGS(
	    V_TEXT(text_of(row, "id")), V_INT(s->now), V_TEXT(me)),
	    get_facts, &f, e) == -1)
		return -1;
	if (f.busy || (f.wrote && has_flag(row, "other")) ||
	    (f.holder[0] != '\0' && strcmp(f.holder, me) != 0))
		return LEFT_WITH;
	if (f.holder[0] != '\0')
		return LEFT_NOT;
	if (urgency < HIGH && number_of(row, "paused_until") > s->now)
		return LEFT_PAUSED;
	if ((r = another_reads(s, row, e)) != 0)
		return r == 1 ? LEFT_LANGUAGE : -1;
	if (urgency < HIGH && (r = anothers_right(s, row, e)) != 0)
		return r == 1 ? LEFT_OWN : -1;
	return is_full(s, urgency) ? LEFT_CAP : LEFT_NOT;
}

/* 1 when enough was found, 0 to go on, -1. */
static int
look_at(struct seek *s, const json_t *row, struct err *e)
{
	size_t n = json_array_size(s->found);
	json_t *o;
	int why;

	if (n == NEXT_MAX || (n > 0 && number_of(row, "urgency") !=
	    s->urgency))
		return 1;
	if ((why = why_not(s, row, e)) == -1)
		return -1;
	if (why != LEFT_NOT) {
		s->left[why]++;
		return 0;
	}
	o = json_deep_copy(row);
	if (case_fill(s->desk, o, text_of(row, "id"), e) == -1) {
		json_decref(o);
		return -1;
	}
	s->urgency = number_of(row, "urgency");
	(void)json_array_append_new(s->found, o);
	return 0;
}

static int
seek_all(struct seek *s, struct err *e)
{
	struct queue_place place = { -1, 0, 0, "" };
	int more = 1, done = 0;
	json_t *rows, *row;
	size_t i;

	while (more && !done) {
		if ((rows = queue_rows(s->desk, s->actor, &place, &more,
		    e)) == NULL)
			return -1;
		json_array_foreach(rows, i, row)
			if ((done = look_at(s, row, e)) != 0)
				break;
		json_decref(rows);
	}
	return done == -1 ? -1 : 0;
}

static json_t *
print(struct seek *s)
{
	json_t *answer = json_object(), *left = json_object();
	int i;

	for (i = LEFT_WITH; i < LEFT_REASONS; i++)
		wire_set(left, left_words[i], json_integer(s->left[i]));
	wire_set(answer, "now", json_integer(s->now));
	wire_set(answer, "cases", json_incref(s->found));
	wire_set(answer, "left", left);
	wire_set(answer, "away", hours_away(&s->hours, s->now) ?
	    json_integer(s->hours.away_until) : json_null());
	wire_set(answer, "held", json_integer(s->hours.held));
	return answer;
}

json_t *
next_case(struct desk *d, const struct actor *actor, struct err *e)
{
	struct seek s;
	json_t *answer = NULL;

	memset(&s, 0, sizeof(s));
	s.desk = d;
	s.actor = actor;
	s.now = store_now(d->store);
	s.found = json_array();
	if (store_read(d->store, e) == -1)
		goto out;
	if (hours_get(d, actor->person->name, &s.hours, e) == 0 &&
	    (hours_away(&s.hours, s.now) || seek_all(&s, e) == 0))
		answer = print(&s);
	store_rollback(d->store);
out:
	json_decref(s.found);
	return answer;
}
