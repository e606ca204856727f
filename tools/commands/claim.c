/*
 * Take a case for a while.  A second claim by the same person prolongs it.
 */
#include <stdio.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

static json_t *
claim_case(struct session *s, const char *id, struct err *e)
{
	json_t *body = json_object(), *answer;
	char path[64];

	(void)snprintf(path, sizeof(path), "/v1/cases/%s/claim", id);
	answer = client_post(s->client, path, body, e);
	json_decref(body);
	return answer;
}

static void
say(struct session *s, struct casefile *cf, const json_t *claim)
{
	int64_t now_s = client_now(s->client), until_s;
	json_t *row = shape_row(cf, now_s);
	char name[COMMANDS_NAME], until[32], when[RENDER_WHEN];

	until_s = json_integer_value(json_object_get(claim, "until"));
	wire_time(until, until_s);
	(void)json_object_set_new(row, "claim", json_pack("{s:O?, s:s}",
	    "claimant", json_object_get(claim, "claimant"), "until", until));
	render_when(when, until_s, now_s);
	commands_name(name, casefile_id(cf), cf);
	commands_done(s, row, _("%s is yours until %s; next: teduh reply %s"),
	    name, when, casefile_id(cf));
}

/* From the hands of a colleague, with the reason. */
static int
take_over(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	const json_t *claim;
	struct change c;
	int result;

	if ((result = change_begin(&c, s, WHY_MUST, e)) != 0)
		goto out;
	claim = json_object_get(casefile_json(c.cf), "claim");
	(void)json_object_set_new(c.body, "fence", json_is_object(claim) ?
	    json_copy(json_object_get(claim, "fence")) : json_integer(0));
	if ((result = change_post(&c, "take", e)) == -1)
		goto out;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("%s is yours now, and your note "
	    "says why; next: teduh reply %s"), name, casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}

int
claim_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL, *after = NULL;
	json_t *claim = NULL;
	struct code_ref ref;
	int result = -1;

	if (s->args.take)
		return take_over(s, e);
	if (s->args.message != NULL) {
		err_set(e, ERR_INPUT, "%s", _("a note belongs to a case that "
		    "you take from a colleague: claim CASE --take -m WHY"));
		return EXIT_USAGE;
	}
	if (commands_case_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    (claim = claim_case(s, casefile_id(cf), e)) == NULL ||
	    (after = session_case(s, casefile_id(cf), 1, e)) == NULL)
		goto out;
	say(s, after, claim);
	result = 0;
out:
	json_decref(claim);
	casefile_free(after);
	casefile_free(cf);
	return result;
}
