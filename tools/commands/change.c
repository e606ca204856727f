/*
 * Commands that change a case.  The service decides whether the change may
 * be; here stands what all of them send and print.
 */
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

static void
init(struct change *c, struct session *s)
{
	memset(c, 0, sizeof(*c));
	c->s = s;
	c->body = json_object();
}

int
change_open(struct change *c, struct session *s, const char *id,
    struct err *e)
{
	init(c, s);
	return (c->cf = session_case(s, id, 1, e)) == NULL ? -1 : 0;
}

int
change_begin(struct change *c, struct session *s, enum change_why why,
    struct err *e)
{
	const char *message = why == WHY_NONE ? NULL : s->args.message;
	struct code_ref ref;

	init(c, s);
	if (message == NULL && why == WHY_MUST) {
		err_set(e, ERR_INPUT, _("say why, so that your colleagues "
		    "know: add -m WHY"));
		return EXIT_USAGE;
	}
	if (message != NULL &&
	    (c->why = note_text(message, strlen(message), e)) == NULL)
		return -1;
	if (commands_case_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (c->cf = session_case(s, ref.case_prefix, 1, e)) == NULL)
		return -1;
	return 0;
}

void
change_end(struct change *c)
{
	json_decref(c->body);
	note_wipe(c->why);
	note_wipe(c->about);
	casefile_free(c->cf);
	memset(c, 0, sizeof(*c));
}

int
change_post(struct change *c, const char *what, struct err *e)
{
	struct casefile *after;
	json_t *note, *answer;
	char path[64];

	if (c->why != NULL) {
		if ((note = note_upload(c->s, c->cf, 0, c->why, e)) == NULL)
			return -1;
		(void)json_object_set_new(c->body, "note", note);
	}
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/%s",
	    casefile_id(c->cf), what);
	if ((answer = client_post(c->s->client, path, c->body, e)) == NULL)
		return -1;
	after = session_row(c->s, answer, e);
	json_decref(answer);
	if (after == NULL)
		return -1;
	casefile_free(c->cf);
	c->cf = after;
	return 0;
}

int64_t
change_fence(const struct change *c)
{
	const json_t *claim = json_object_get(casefile_json(c->cf), "claim");
	const char *claimant = json_string_value(json_object_get(claim,
	    "claimant"));

	if (claimant == NULL || strcmp(claimant, c->s->service.name) != 0)
		return -1;
	return json_integer_value(json_object_get(claim, "fence"));
}

json_t *
change_row(const struct change *c)
{
	const json_t *claim = json_object_get(casefile_json(c->cf), "claim");
	json_t *row = shape_row(c->cf, client_now(c->s->client));

	(void)json_object_set_new(row, "claim", shape_claim(claim));
	return row;
}
