/*
 * Remarks on passages and a proposed text in one: what a reviewer wrote into
 * the answer's words, as one would on paper.
 */
#include <string.h>

#include "lib/buf.h"
#include "tools/casefile.h"
#include "tools/marked.h"

const char *
marked_on(struct casefile *cf, int64_t draft)
{
	const struct casefile_item *note = casefile_note_on(cf, draft);

	return note == NULL ? NULL : json_string_value(json_object_get(
	    note->view, "marked"));
}

char *
marked_proposal(const char *marked)
{
	char *out = mem_alloc(strlen(marked) + 1);
	size_t at = 0, n;

	for (; *marked != '\0'; marked += n) {
		n = strcspn(marked, "\n");
		n += marked[n] == '\n';
		if (strncmp(marked, MARKED_SIGN, strlen(MARKED_SIGN)) == 0)
			continue;
		memcpy(out + at, marked, n);
		at += n;
	}
	return out;
}
