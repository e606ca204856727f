/*
 * Hand a draft to a supervisor: from here on it is a letter document with
 * the author's signature.
 */
#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/session.h"
#include "tools/writing.h"

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
	    (answer = writing_submit(s, &cf, ref.draft, e)) == NULL)
		goto out;
	commands_done_draft(s, cf, answer);
	result = 0;
out:
	json_decref(answer);
	casefile_free(cf);
	return result;
}
