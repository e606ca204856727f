/*
 * Give a case to a colleague of the same desk, or to another desk, with a
 * note that says why.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/note.h"
#include "tools/rekey.h"
#include "tools/session.h"
#include "tools/words.h"

/* The service asks the same; here the sentence names the desk. */
static int
check_colleague(const struct change *c, const char *to, struct err *e)
{
	const struct roster_person *p = roster_person(c->s->roster, to);
	const char *desk = casefile_desk(c->cf);

	if (strcmp(to, c->s->service.name) == 0)
		err_set(e, ERR_INPUT, _("the case is handed to somebody "
		    "else: '%s' are you"), to);
	else if (p == NULL || !p->active || p->rank == RANK_ADMIN ||
	    !roster_on_desk(p, desk))
		err_set(e, ERR_INPUT, _("there is no colleague '%s' who reads "
		    "the desk '%s': 'teduh staff list' shows who does"), to,
		    desk);
	else
		return 0;
	return -1;
}

/* It can be given there, and is ours to give. */
static int
check_desk(const struct change *c, const char *desk, struct err *e)
{
	const char *id = casefile_id(c->cf);
	unsigned char key[SEAL_KEY];
	int64_t epoch;

	if (strcmp(casefile_desk(c->cf), desk) == 0)
		err_set(e, ERR_CONFLICT, _("case %s is with the desk '%s' "
		    "already"), id, desk);
	else if (!roster_name_valid(desk) ||
	    roster_team(c->s->roster, desk, key, &epoch, NULL) == -1)
		err_set(e, ERR_INPUT, _("there is no desk '%s' that could "
		    "read it: 'teduh staff list' shows the desks"), desk);
	else if (casefile_key(c->cf, &epoch, key, e) == -1)
		return -1;
	else if (!casefile_opens(c->cf))
		err_set(e, ERR_DENIED, _("the keys of the case %s do not open "
		    "for you, so you cannot give it on: ask a supervisor"),
		    id);
	else
		return 0;
	return -1;
}

/* The claim as it was seen, whosever: a supervisor may end a colleague's. */
static void
add_fence(struct change *c)
{
	const json_t *claim = json_object_get(casefile_json(c->cf), "claim");
	json_t *fence = json_object_get(claim, "fence");

	(void)json_object_set_new(c->body, "fence", fence == NULL ?
	    json_null() : json_incref(fence));
}

static int
post(struct change *c, const char *desk, struct err *e)
{
	json_t *keys, *note, *answer;
	char path[64];

	if ((keys = rekey_move(c->s, c->cf, desk, e)) == NULL)
		return -1;
	(void)json_object_update(c->body, keys);
	json_decref(keys);
	if ((note = note_upload(c->s, c->cf, 0, c->why, e)) == NULL)
		return -1;
	(void)json_object_set_new(c->body, "note", note);
	add_fence(c);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/move",
	    casefile_id(c->cf));
	if ((answer = client_post(c->s->client, path, c->body, e)) == NULL)
		return -1;
	json_decref(answer);
	return 0;
}

static int
to_desk(struct session *s, const char *desk, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0 ||
	    (result = check_desk(&c, desk, e)) == -1 ||
	    (result = post(&c, desk, e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, json_pack("{s:s, s:s, s:s}", "id",
	    casefile_id(c.cf), "from", casefile_desk(c.cf), "desk", desk),
	    _("%s is with the desk %s now, which reads what came until now, "
	    "and your note in it; next: teduh next"), name, desk);
out:
	change_end(&c);
	return result;
}

static int
to_colleague(struct session *s, const char *to, struct err *e)
{
	char name[COMMANDS_NAME];
	struct change c;
	int64_t fence;
	int result;

	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0 ||
	    (result = check_colleague(&c, to, e)) == -1)
		goto out;
	fence = change_fence(&c);
	(void)json_object_set_new(c.body, "fence", fence == -1 ?
	    json_null() : json_integer(fence));
	(void)json_object_set_new(c.body, "to", json_string(to));
	if ((result = change_post(&c, "hand", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is with %s now, who sees your "
	    "note in it; next: teduh next"), name, to);
out:
	change_end(&c);
	return result;
}

int
hand_run(struct session *s, struct err *e)
{
	const struct args *a = &s->args;

	if (a->to != NULL && a->ndesks == 0)
		return to_colleague(s, a->to, e);
	if (a->to == NULL && a->ndesks == 1)
		return to_desk(s, a->desks[0], e);
	err_set(e, ERR_INPUT, _("say to whom, or to which one desk: teduh "
	    "hand CASE --to WHO -m WHY, or --desk DESK -m WHY"));
	return EXIT_USAGE;
}
