/*
 * Hand a draft to a supervisor: from here on it is a letter document with
 * the author's signature.
 */
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/session.h"
#include "tools/words.h"
#include "tools/writing.h"

/* What goes to the supervisor is the last that was written. */
static int
check_words(struct session *s, struct casefile *cf, int64_t no,
    struct err *e)
{
	const json_t *o = casefile_draft(cf, no, NULL);
	struct writing w = { .lock = -1 };
	const char *state, *author;
	struct draft d;
	int waits = -1;

	if (wire_get_string(o, "state", &state, NULL) == -1 ||
	    wire_get_string(o, "author", &author, NULL) == -1 ||
	    strcmp(state, "open") != 0 ||
	    strcmp(author, s->service.name) != 0)
		return 0;		/* draft_submit() says what is wrong */
	if (draft_read(cf, no, 0, &d, e) == 0 &&
	    writing_begin(&w, s, cf, &d, e) == 0)
		waits = writing_waits(&w, e);
	if (waits == 1)
		err_set(e, ERR_CONFLICT, _("what you wrote last has not "
		    "reached the service: 'teduh reply %s' goes on with it, "
		    "then submit again"), casefile_id(cf));
	writing_end(&w);
	draft_free(&d);
	return waits == 0 ? 0 : -1;
}

int
submit_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL;
	struct code_ref ref;
	json_t *answer = NULL;
	int result = -1;

	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    check_words(s, cf, ref.draft, e) == -1 ||
	    (answer = draft_submit(s, cf, ref.draft, e)) == NULL)
		goto out;
	commands_done_draft(s, cf, answer);
	result = 0;
out:
	json_decref(answer);
	casefile_free(cf);
	return result;
}
