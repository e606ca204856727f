/*
 * Give an answer back to its author, with a note that says why.  The note is
 * signed and sealed like everything that staff writes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"

static json_t *
give_back(struct session *s, const struct casefile *cf, int64_t no,
    const char *text, struct err *e)
{
	json_t *note, *body, *answer;
	char path[96];

	if ((note = note_upload(s, cf, no, text, e)) == NULL)
		return NULL;
	body = json_object();
	(void)json_object_set_new(body, "note", note);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/return", casefile_id(cf), no);
	answer = client_post(s->client, path, body, e);
	json_decref(body);
	return answer;
}

int
return_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL;
	struct code_ref ref;
	json_t *answer = NULL;
	char *text = NULL;
	int result = -1;

	if (s->args.message == NULL) {
		err_set(e, ERR_INPUT, _("say why, so that the author knows "
		    "what to change: teduh return DRAFT -m WHY"));
		return EXIT_USAGE;
	}
	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    (text = note_text(s->args.message, strlen(s->args.message),
	    e)) == NULL)
		goto out;
	if (session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    casefile_draft(cf, ref.draft, e) == NULL ||
	    (answer = give_back(s, cf, ref.draft, text, e)) == NULL)
		goto out;
	commands_done_draft(s, cf, answer);
	result = 0;
out:
	note_wipe(text);
	json_decref(answer);
	casefile_free(cf);
	return result;
}
