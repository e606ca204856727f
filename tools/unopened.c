/*
 * Cases that open for nobody.  A box is noise to the service, so whoever
 * holds the key of the team is the only one who can notice that a case was
 * given away, or rotated, with boxes that are none, or that one was damaged.
 */
#include <stdio.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/unopened.h"
#include "tools/words.h"

#define LINE_BYTES	1024

/* 1 the first time in this command. */
static int
is_first(struct session *s, const char *id)
{
	if (s->unopened == NULL)
		s->unopened = json_object();
	if (json_object_get(s->unopened, id) != NULL)
		return 0;
	(void)json_object_set_new(s->unopened, id, json_true());
	return 1;
}

static int
tell_service(struct session *s, const char *id, const char *what)
{
	json_t *body = json_object(), *answer;
	struct err why = ERR_INIT;
	char path[64];

	(void)snprintf(path, sizeof(path), "/v1/cases/%s/%s", id, what);
	answer = client_post(s->client, path, body, &why);
	json_decref(body);
	json_decref(answer);
	return answer == NULL ? -1 : 0;
}

/* A service of the version before says nothing of it, and hears nothing. */
static int
service_knows(struct session *s, const char *id, const json_t *known)
{
	return json_is_true(known) || (json_is_false(known) &&
	    tell_service(s, id, "unopened") == 0);
}

static void
tell_person(const char *id, int known)
{
	char line[LINE_BYTES];

	(void)snprintf(line, sizeof(line), known ? _("teduh: the case %s does "
	    "not open with the key of its team, so nobody of the desk can "
	    "read all of it; the supervisors are told, and only a backup of "
	    "before can have its keys: 'A case that opens for nobody' in "
	    "teduh(1)") :
	    _("teduh: the case %s does not open with the key of its team, so "
	    "nobody of the desk can read all of it; the service could not be "
	    "told, so tell a supervisor: 'A case that opens for nobody' in "
	    "teduh(1)"), id);
	render_say(stderr, line);
}

void
unopened_look(struct session *s, const struct casefile *cf)
{
	const json_t *known = json_object_get(casefile_json(cf), "unopened");
	const char *id = casefile_id(cf);
	int shut = casefile_shut(cf), told;

	if (shut == -1 || (!shut && !json_is_true(known)) || !is_first(s, id))
		return;
	if (!shut) {
		(void)tell_service(s, id, "opened");
		return;
	}
	told = service_knows(s, id, known);
	if (!s->args.quiet || !told)
		tell_person(id, told);
}
