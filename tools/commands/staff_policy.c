/*
 * Whose answers a second person reads before they leave: of a desk, and of
 * one person where that differs.  It stands on the list of staff, signed by a
 * supervisor, so that nobody but supervisors can change it; the service and
 * whoever sends ask the list, not this command.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/render.h"
#include "tools/render_staff.h"
#include "tools/session.h"
#include "tools/shape_staff.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define SAY_MAX		2048

/* What the command line wants; -1: as it is. */
struct wish {
	int	review;		/* enum roster_review, or OF_DESK */
	int	self, crisis;
};
#define OF_DESK	3

static int
yes_or_no(const char *typed, int *out)
{
	if (typed == NULL)
		return 0;
	if (strcmp(typed, "yes") == 0)
		*out = 1;
	else if (strcmp(typed, "no") == 0)
		*out = 0;
	else
		return -1;
	return 0;
}

/* Of a person or of a desk; 0 or EXIT_USAGE. */
static int
check_review(const char *typed, int person, struct wish *w, struct err *e)
{
	static const char *const words[] = { "always", "trainees", "never",
	    "desk" };
	int i;

	if (typed == NULL)
		return 0;
	for (i = 0; i <= OF_DESK; i++)
		if (strcmp(words[i], typed) == 0)
			w->review = i;
	if (person && (w->review == -1 || w->review == REVIEW_TRAINEES))
		return commands_misuse(e, _("a person's answers are reviewed "
		    "always, never, or as the desk has it: --review always, "
		    "never or desk"));
	if (!person && (w->review == -1 || w->review == OF_DESK))
		return commands_misuse(e, _("a desk reviews always, or the "
		    "answers of trainees, which is also what never means: "
		    "--review always, trainees or never"));
	return 0;
}

/* The command line, without looking at anybody; 0 or EXIT_USAGE. */
static int
check_words(const struct args *a, struct wish *w, struct err *e)
{
	int person = a->nwords > 0, result;

	if (person && named_name("NAME", a->words[0], e) != 0)
		return EXIT_USAGE;
	if (a->ndesks > 1 || (person && (a->ndesks > 0 || a->self != NULL ||
	    a->crisis != NULL)))
		return commands_misuse(e, _("say it of one desk, or of one "
		    "person: teduh staff policy --desk DESK --review HOW, or "
		    "teduh staff policy NAME --review HOW"));
	if (a->ndesks > 0 && named_name("DESK", a->desks[0], e) != 0)
		return EXIT_USAGE;
	if ((result = check_review(a->review, person, w, e)) != 0)
		return result;
	if (yes_or_no(a->self, &w->self) == -1 ||
	    yes_or_no(a->crisis, &w->crisis) == -1)
		return commands_misuse(e, _("--self and --crisis-path want yes "
		    "or no"));
	if (a->ndesks == 0 && !person && a->given & (OPT_REVIEW | OPT_SELF |
	    OPT_CRISIS_PATH))
		return commands_misuse(e, _("say of which desk or of whom: "
		    "--desk DESK, or a name"));
	if ((person && w->review == -1) || (a->ndesks > 0 &&
	    w->review == -1 && w->self == -1 && w->crisis == -1))
		return commands_misuse(e, _("say how: --review HOW"));
	return 0;
}

static const char *
review_word(enum roster_review review)
{
	return review == REVIEW_ALWAYS ? "always" : review == REVIEW_NEVER ?
	    "never" : "trainees";
}

static json_t *
shape_person(const struct roster_person *p)
{
	return json_pack("{s:s, s:s, s:s}", "name", p->name, "role",
	    roster_rank_word(p->rank), "review", p->review_set ?
	    review_word(p->review) : "desk");
}

static void
say_desk(char out[SAY_MAX], const char *desk, const struct roster_policy *p)
{
	json_t *o = shape_staff_policy(desk, p);
	char how[RENDER_REVIEW];

	render_staff_review(how, o);
	(void)snprintf(out, SAY_MAX, "%s: %s", desk, how);
	json_decref(o);
}

static void
say_person(char out[SAY_MAX], const struct roster_person *p)
{
	if (!p->review_set)
		(void)snprintf(out, SAY_MAX, _("Answers of %s are read as "
		    "the desk has it."), p->name);
	else if (p->review == REVIEW_NEVER)
		(void)snprintf(out, SAY_MAX, _("Answers of %s leave without "
		    "a review, whatever the desk has."), p->name);
	else
		(void)snprintf(out, SAY_MAX, _("Every answer of %s is read "
		    "by a supervisor before it leaves, whatever the desk "
		    "has."), p->name);
}

/* Everything that stands: of my desks, and of people where it differs. */
static int
list(struct session *s, struct err *e)
{
	const struct roster_person *me = session_person(s, e), *p;
	json_t *desks = json_array(), *people = json_array();
	char line[SAY_MAX];
	size_t i;

	for (i = 0; me != NULL && i < me->ndesks; i++) {
		struct roster_policy policy = roster_policy(s->roster,
		    me->desks[i]);

		(void)json_array_append_new(desks, shape_staff_policy(
		    me->desks[i], &policy));
		say_desk(line, me->desks[i], &policy);
		if (!s->args.json && !s->args.quiet)
			render_say(stdout, line);
	}
	for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++) {
		if (!p->active || !p->review_set)
			continue;
		(void)json_array_append_new(people, shape_person(p));
		say_person(line, p);
		if (!s->args.json && !s->args.quiet)
			render_say(stdout, line);
	}
	if (s->args.json) {
		json_t *o = json_pack("{s:O, s:O}", "desks", desks, "people",
		    people);

		render_json(o);
		json_decref(o);
	}
	json_decref(desks);
	json_decref(people);
	return me == NULL ? -1 : 0;
}

static int
check_desk(struct session *s, const char *desk, struct err *e)
{
	const struct roster_person *me = session_person(s, e);

	if (me == NULL)
		return -1;
	if (me->rank == RANK_SUPERVISOR && roster_on_desk(me, desk))
		return 0;
	err_set(e, ERR_DENIED, _("only a supervisor of the desk '%s' says "
	    "how it reviews"), desk);
	return -1;
}

static int
nothing_changed(struct err *e)
{
	err_set(e, ERR_CONFLICT, _("it is so already: nothing was changed"));
	return -1;
}

static int
change_desk(struct session *s, const struct wish *w,
    struct roster_policy *now, struct err *e)
{
	const char *desk = s->args.desks[0];
	struct roster_policy was;

	if (check_desk(s, desk, e) == -1)
		return -1;
	was = *now = roster_policy(s->roster, desk);
	if (w->review != -1)
		now->review = (enum roster_review)w->review;
	if (w->self != -1)
		now->self = w->self;
	if (w->crisis != -1)
		now->crisis = w->crisis;
	if (now->review == was.review && now->self == was.self &&
	    now->crisis == was.crisis)
		return nothing_changed(e);
	return staffing_policy(s, desk, now, e);
}

/* Nobody lifts the review of own letters; the list itself refuses it, too. */
static int
check_person(struct session *s, const struct roster_person *was,
    const struct roster_person *now, struct err *e)
{
	if (staffing_may_decide(s, was, e) == -1)
		return -1;
	if (now->review_set && now->review == REVIEW_NEVER &&
	    was->rank == RANK_TRAINEE) {
		err_set(e, ERR_DENIED, _("'%s' is a trainee, whose answers "
		    "are always reviewed"), was->name);
		return -1;
	}
	if (strcmp(was->name, s->service.name) == 0 &&
	    roster_own_review(now) < roster_own_review(was)) {
		err_set(e, ERR_DENIED, _("nobody lifts the review of own "
		    "answers: another supervisor does that for you"));
		return -1;
	}
	return roster_own_review(now) == roster_own_review(was) ?
	    nothing_changed(e) : 0;
}

static int
change_person(struct session *s, const struct wish *w,
    struct roster_person *now, struct err *e)
{
	const struct roster_person *was = staffing_active(s,
	    s->args.words[0], e);
	json_t *none;
	int result;

	if (was == NULL)
		return -1;
	*now = *was;
	now->review_set = w->review != OF_DESK;
	now->review = now->review_set ? (enum roster_review)w->review :
	    REVIEW_ALWAYS;
	if (check_person(s, was, now, e) == -1)
		return -1;
	none = json_array();
	result = staffing_send(s, now, none, 0, e);
	json_decref(none);
	return result;
}

int
staff_policy_run(struct session *s, struct err *e)
{
	struct roster_person person;
	struct roster_policy policy;
	struct wish w = { -1, -1, -1 };
	char line[SAY_MAX];
	int result, tries = 0, is_person = s->args.nwords > 0;
	int64_t seq;

	if ((result = check_words(&s->args, &w, e)) != 0)
		return result;
	if (session_open(s, e) == -1)
		return -1;
	if (!is_person && s->args.ndesks == 0)
		return list(s, e);
	do {
		seq = roster_seq(s->roster);
		result = is_person ? change_person(s, &w, &person, e) :
		    change_desk(s, &w, &policy, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == -1)
		return -1;
	if (is_person)
		say_person(line, &person);
	else
		say_desk(line, s->args.desks[0], &policy);
	commands_done(s, is_person ? shape_person(&person) :
	    shape_staff_policy(s->args.desks[0], &policy), "%s", line);
	return 0;
}
