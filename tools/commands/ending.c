/*
 * The end of a draft other than being sent.  The service decides whether it
 * may end so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/ending.h"
#include "tools/note.h"
#include "tools/session.h"

int
ending_post(struct ending *end, struct session *s, const char *what,
    const char *why, struct err *e)
{
	const json_t *draft;
	json_t *body, *note;
	char path[96];

	memset(end, 0, sizeof(*end));
	end->s = s;
	if (commands_draft(s, &end->cf, &draft, &end->no, e) == -1)
		return -1;
	body = json_object();
	if (why != NULL) {
		if ((note = note_upload(s, end->cf, 0, why, e)) == NULL) {
			json_decref(body);
			return -1;
		}
		(void)json_object_set_new(body, "note", note);
	}
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/%s", casefile_id(end->cf), end->no, what);
	end->draft = client_post(s->client, path, body, e);
	json_decref(body);
	return end->draft == NULL ? -1 : 0;
}

void
ending_free(struct ending *end)
{
	json_decref(end->draft);
	casefile_free(end->cf);
	memset(end, 0, sizeof(*end));
}
