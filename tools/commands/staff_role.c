/*
 * A colleague gets another role or other desks.  What is gained comes with
 * its keys in the same batch; what is lost is only told, because a key that
 * somebody held cannot be taken back.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define LOST_MAX	1024
#define SAY_MAX		2048

/* The command line, without looking at anybody; 0 or EXIT_USAGE. */
static int
check_words(const struct args *a, enum roster_rank *rank, struct err *e)
{
	size_t i, k;

	if (named_name("NAME", a->words[0], e) != 0)
		return EXIT_USAGE;
	if (a->role == NULL || roster_rank_parse(a->role, rank) == -1)
		return commands_misuse(e, _("say as what: --role trainee, "
		    "counsellor, supervisor or admin"));
	for (i = 0; i < a->ndesks; i++) {
		if (named_name("DESK", a->desks[i], e) != 0)
			return EXIT_USAGE;
		for (k = 0; k < i; k++)
			if (strcmp(a->desks[i], a->desks[k]) == 0)
				return commands_misuse(e, _("one desk stands "
				    "there twice: name each once"));
	}
	return 0;
}

static int
same_desks(const struct roster_person *a, const struct roster_person *b)
{
	size_t i;

	for (i = 0; i < a->ndesks; i++)
		if (!roster_on_desk(b, a->desks[i]))
			return 0;
	return a->ndesks == b->ndesks;
}

/* The person as the command line wants it; without desks they stay. */
static void
fill(struct roster_person *now, const struct args *a, enum roster_rank rank)
{
	size_t i;

	now->rank = rank;
	if (a->ndesks == 0)
		return;
	memset(now->desks, 0, sizeof(now->desks));
	for (i = 0; i < a->ndesks; i++)
		memcpy(now->desks[i], a->desks[i], strlen(a->desks[i]) + 1);
	now->ndesks = a->ndesks;
}

/* May I, and does everybody keep a supervisor? */
static int
check(struct session *s, const struct roster_person *was,
    const struct roster_person *now, struct err *e)
{
	if (staffing_may_decide(s, was, e) == -1 ||
	    staffing_may_decide(s, now, e) == -1)
		return -1;
	if (now->rank == was->rank && same_desks(was, now)) {
		err_set(e, ERR_CONFLICT, _("'%s' is %s on these desks "
		    "already: nothing was changed"), was->name,
		    words_for("role", roster_rank_word(was->rank)));
		return -1;
	}
	if (staffing_keeps(s, was, now, e) == -1)
		return -1;
	if (now->rank == RANK_SUPERVISOR || strcmp(was->name,
	    s->service.name) != 0)
		return 0;
	err_set(e, ERR_DENIED, _("nobody gives up being a supervisor alone: "
	    "another supervisor of your desks does that for you"));
	return -1;
}

static int
change_once(struct session *s, enum roster_rank rank,
    struct roster_person *was, struct roster_person *now, struct err *e)
{
	const char *name = s->args.words[0];
	const struct roster_person *found = staffing_active(s, name, e);
	json_t *secrets;
	int result;

	if (found == NULL)
		return -1;
	*was = *now = *found;
	fill(now, &s->args, rank);
	if (check(s, was, now, e) == -1 ||
	    (secrets = staffing_secrets(s, was, now, e)) == NULL)
		return -1;
	result = staffing_send(s, now, secrets, 0, e);
	json_decref(secrets);
	return result;
}

/* Desks whose letters the person can no longer ask for. */
static void
list_lost(char out[LOST_MAX], const struct roster_person *was,
    const struct roster_person *now)
{
	size_t i, n = 0;

	out[0] = '\0';
	for (i = 0; i < was->ndesks && n < LOST_MAX; i++)
		if (was->rank != RANK_ADMIN && (now->rank == RANK_ADMIN ||
		    !roster_on_desk(now, was->desks[i])))
			n += (size_t)snprintf(out + n, LOST_MAX - n, "%s%s",
			    n == 0 ? "" : ", ", was->desks[i]);
}

/* What was changed, and what this does not take back. */
static void
say(const struct session *s, json_t *o, const struct roster_person *was,
    const struct roster_person *now)
{
	char lost[LOST_MAX], text[SAY_MAX] = "";
	int demoted = was->rank == RANK_SUPERVISOR &&
	    now->rank != RANK_SUPERVISOR;

	list_lost(lost, was, now);
	if (lost[0] != '\0')
		(void)snprintf(text, sizeof(text), _("%s gets nothing more of "
		    "%s from the service, but the key stays where it is: with "
		    "it whatever was copied before can still be read."),
		    now->name, lost);
	else if (demoted)
		(void)snprintf(text, sizeof(text), _("%s no longer approves "
		    "or lets others in, but keeps the reports' key: reports "
		    "that were copied before can still be read."), now->name);
	commands_done(s, o, _("%s is a %s from now on.%s%s"), now->name,
	    words_for("role", roster_rank_word(now->rank)),
	    text[0] == '\0' ? "" : "\n", text);
}

static json_t *
shape(const struct roster_person *p)
{
	json_t *desks = json_array();
	size_t i;

	for (i = 0; i < p->ndesks; i++)
		(void)json_array_append_new(desks, json_string(p->desks[i]));
	return json_pack("{s:s, s:s, s:o, s:s}", "name", p->name, "role",
	    roster_rank_word(p->rank), "desks", desks, "state", "active");
}

int
staff_role_run(struct session *s, struct err *e)
{
	struct roster_person was, now;
	enum roster_rank rank;
	int result, tries = 0;
	int64_t seq;

	if ((result = check_words(&s->args, &rank, e)) != 0)
		return result;
	if (session_open(s, e) == -1)
		return -1;
	do {
		seq = roster_seq(s->roster);
		result = change_once(s, rank, &was, &now, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == 0)
		say(s, shape(&now), &was, &now);
	return result;
}
