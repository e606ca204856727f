/*
 * Who is on the list of staff, since when, and who is on the way in; which
 * key each desk has and how it reviews; who has the recovery key.  What is
 * shown was verified from the pin on: the roster itself, its entries for the
 * times, and each invitation by the signature of who made it.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/render.h"
#include "tools/render_staff.h"
#include "tools/session.h"
#include "tools/shape_staff.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define INVITATIONS_MAX	10000
#define SUPERVISORS_MIN	2

static json_t *
desk_list(char desks[][ROSTER_NAME_MAX + 1], size_t n)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_string(desks[i]));
	return list;
}

static json_t *
shape_person(struct session *s, const struct roster_person *p)
{
	json_t *o = json_object(), *entry;
	char fingerprint[CODE_FINGERPRINT_LEN], desks[ROSTER_DESKS_MAX]
	    [ROSTER_NAME_MAX + 1];

	entry = shape_staff_entry(s, p->since_seq);
	memcpy(desks, p->desks, sizeof(desks));
	code_fingerprint(fingerprint, p->sign, p->box);
	(void)json_object_set_new(o, "name", json_string(p->name));
	(void)json_object_set_new(o, "role", json_string(
	    roster_rank_word(p->rank)));
	(void)json_object_set_new(o, "desks", desk_list(desks, p->ndesks));
	(void)json_object_set_new(o, "state", json_string(p->active ?
	    "active" : "revoked"));
	(void)json_object_set_new(o, "fingerprint",
	    json_string(fingerprint));
	(void)json_object_set_new(o, "since", shape_staff_time(entry));
	(void)json_object_set_new(o, "you", json_boolean(p->active &&
	    seal_equal(p->sign, s->me->signer->pub, SIGN_PUBLIC)));
	json_decref(entry);
	return o;
}

/* Active people first, in the order in which they came. */
static json_t *
shape_people(struct session *s)
{
	const struct roster_person *p;
	json_t *list = json_array();
	int active;
	size_t i;

	for (active = 1; active >= 0; active--)
		for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++)
			if (p->active == active)
				(void)json_array_append_new(list,
				    shape_person(s, p));
	return list;
}

/* card: of who has used it, or NULL. */
static json_t *
shape_invitation(const struct roster_invite *v,
    const struct roster_card *card)
{
	char expires[32], desks[ROSTER_DESKS_MAX][ROSTER_NAME_MAX + 1];
	char fingerprint[CODE_FINGERPRINT_LEN];
	json_t *o = json_object();

	memcpy(desks, v->desks, sizeof(desks));
	wire_time(expires, v->expires);
	(void)json_object_set_new(o, "number", json_integer(v->number));
	(void)json_object_set_new(o, "name", json_string(v->name));
	(void)json_object_set_new(o, "role", json_string(
	    roster_rank_word(v->rank)));
	(void)json_object_set_new(o, "desks", desk_list(desks, v->ndesks));
	(void)json_object_set_new(o, "by", json_string(v->by));
	(void)json_object_set_new(o, "expires", json_string(expires));
	(void)json_object_set_new(o, "joined", json_boolean(card != NULL));
	if (card != NULL) {
		code_fingerprint(fingerprint, card->sign, card->box);
		(void)json_object_set_new(o, "fingerprint",
		    json_string(fingerprint));
	}
	return o;
}

static void
tell_unsigned(json_t *problems, const json_t *o, const struct err *why)
{
	(void)json_array_append_new(problems, json_sprintf(_("the invitation "
	    "number %lld is not shown: %s; tell the people who run the "
	    "service"), (long long)json_integer_value(json_object_get(o,
	    "number")), why->text));
}

/*
 * Those that wait, for supervisors: nobody else may ask.  Of one that does
 * not verify stands a sentence in problems.
 */
static json_t *
shape_invitations(struct session *s, json_t *problems, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	json_t *shown = json_array(), *answer = NULL, *list = NULL;
	struct roster_invite v;
	struct roster_card card;
	const json_t *o;
	size_t i;

	if (me == NULL)
		goto fail;
	if (me->rank != RANK_SUPERVISOR)
		return shown;
	if ((answer = client_get(s->client, "/v1/invitations", e)) == NULL ||
	    wire_get_array(answer, "invitations", INVITATIONS_MAX, &list,
	    e) == -1)
		goto fail;
	json_array_foreach(list, i, o) {
		struct err why = ERR_INIT;
		int used = json_is_string(json_object_get(o, "card"));

		if (staffing_invitation(s, o, &v, &why) == 0 &&
		    (!used || staffing_card(o, &v, &card, &why) == 0))
			(void)json_array_append_new(shown,
			    shape_invitation(&v, used ? &card : NULL));
		else
			tell_unsigned(problems, o, &why);
	}
	json_decref(answer);
	return shown;
fail:
	json_decref(answer);
	json_decref(shown);
	return NULL;
}

static void
count_supervisor(json_t *counts, const struct roster_person *p,
    const char *desk)
{
	json_int_t n = json_integer_value(json_object_get(counts, desk));

	if (p->rank == RANK_SUPERVISOR)
		n++;
	(void)json_object_set_new(counts, desk, json_integer(n));
}

/* Desks where one lost key or one departure would lock the others out. */
static json_t *
shape_few(struct session *s)
{
	json_t *counts = json_object(), *few = json_array(), *n;
	const struct roster_person *p;
	const char *desk;
	size_t i, k;

	for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++)
		for (k = 0; p->active && k < p->ndesks; k++)
			count_supervisor(counts, p, p->desks[k]);
	json_object_foreach(counts, desk, n)
		if (json_integer_value(n) < SUPERVISORS_MIN)
			(void)json_array_append_new(few, json_string(desk));
	json_decref(counts);
	return few;
}

static int
list_all(struct session *s, struct err *e)
{
	json_t *invitations, *o = NULL, *problems = json_array(), *recovery;
	int result = -1;

	if ((invitations = shape_invitations(s, problems, e)) == NULL)
		goto out;
	o = json_object();
	(void)json_object_set_new(o, "staff", shape_people(s));
	(void)json_object_set_new(o, "invitations", invitations);
	(void)json_object_set_new(o, "few_supervisors", shape_few(s));
	(void)json_object_set_new(o, "desks", shape_staff_desks(s));
	if ((recovery = shape_staff_recovery(s, e)) == NULL)
		goto out;
	(void)json_object_set_new(o, "recovery", recovery);
	if (s->args.json)
		render_json(o);
	else
		render_staff(o, client_now(s->client));
	result = commands_problems(problems);
out:
	json_decref(o);
	json_decref(problems);
	return result;
}

/* Of a person's entry, what the roster knows of a key: its fingerprint. */
static void
set_fingerprint(json_t *o, const json_t *entry)
{
	unsigned char sign[SIGN_PUBLIC], box[SEAL_KEY];
	char fingerprint[CODE_FINGERPRINT_LEN];

	if (wire_get_hex(entry, "sign", sign, sizeof(sign), NULL) == -1 ||
	    wire_get_hex(entry, "box", box, sizeof(box), NULL) == -1)
		return;
	code_fingerprint(fingerprint, sign, box);
	(void)json_object_set_new(o, "fingerprint",
	    json_string(fingerprint));
}

/* One entry; `before` is the one of this person before it, or NULL. */
static json_t *
shape_change(const json_t *entry, const json_t *before)
{
	static const char *const members[] = { "seq", "by", "role", "desks",
	    "state", "flags", "review", "languages", "areas" };
	static const char *const compared[] = { "fingerprint", "role",
	    "desks", "state", "flags", "review", "languages", "areas" };
	json_t *o = json_object(), *changed = json_array();
	size_t k;

	(void)json_object_set_new(o, "at", shape_staff_time(entry));
	for (k = 0; k < sizeof(members) / sizeof(*members); k++)
		(void)json_object_set(o, members[k],
		    json_object_get(entry, members[k]));
	set_fingerprint(o, entry);
	for (k = 0; k < sizeof(compared) / sizeof(*compared); k++)
		if (!json_equal(json_object_get(o, compared[k]),
		    json_object_get(before, compared[k])) &&
		    (json_object_get(o, compared[k]) != NULL ||
		    json_object_get(before, compared[k]) != NULL))
			(void)json_array_append_new(changed,
			    json_string(compared[k]));
	(void)json_object_set_new(o, "changed", changed);
	return o;
}

/* Every entry that named this person, oldest first. */
static json_t *
shape_history(const struct session *s, const char *name)
{
	json_t *list = json_array(), *entry, *o = NULL;
	const char *its;
	int64_t seq;

	for (seq = 1; seq <= roster_seq(s->roster); seq++) {
		if ((entry = shape_staff_entry(s, seq)) == NULL)
			continue;
		its = json_string_value(json_object_get(entry, "name"));
		if (its != NULL && strcmp(its, name) == 0) {
			o = shape_change(entry, o);
			(void)json_array_append_new(list, o);
		}
		json_decref(entry);
	}
	return list;
}

static int
list_one(struct session *s, const char *name, struct err *e)
{
	const struct roster_person *p = roster_person(s->roster, name);
	json_t *o;

	if (p == NULL) {
		err_set(e, ERR_GONE, _("there is no '%s' on the list of "
		    "staff: 'teduh staff list' shows who is"), name);
		return -1;
	}
	o = shape_person(s, p);
	(void)json_object_set_new(o, "history", shape_history(s, name));
	if (s->args.json)
		render_json(o);
	else
		render_staff_one(o, client_now(s->client));
	json_decref(o);
	return 0;
}

int
staff_list_run(struct session *s, struct err *e)
{
	const struct args *a = &s->args;

	if (a->nwords > 0 && named_name("NAME", a->words[0], e) != 0)
		return EXIT_USAGE;
	if (session_open(s, e) == -1)
		return -1;
	return a->nwords == 0 ? list_all(s, e) :
	    list_one(s, a->words[0], e);
}
