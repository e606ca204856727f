/*
 * Warnings about a draft, before a supervisor sees it.  They end with 0 even
 * where there are some: nothing is refused here.
 */
#include <inttypes.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/check_case.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/render.h"
#include "tools/session.h"

int
check_run(struct session *s, struct err *e)
{
	char name[CASEFILE_NAME_MAX];
	struct casefile *cf = NULL;
	json_t *found = NULL;
	struct code_ref ref;
	struct draft d;
	int result = -1;

	draft_init(&d);
	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 0, e)) == NULL ||
	    casefile_draft(cf, ref.draft, e) == NULL ||
	    draft_read(cf, ref.draft, 0, &d, e) == -1 ||
	    (found = check_case_draft(s, cf, &d, e)) == NULL)
		goto out;
	(void)snprintf(name, sizeof(name), "%s.d%" PRId64, casefile_id(cf),
	    ref.draft);
	if (s->args.json)
		render_json(found);
	else
		check_case_print(stdout, name, found);
	result = 0;
out:
	json_decref(found);
	draft_free(&d);
	casefile_free(cf);
	return result;
}
