/*
 * Words for colleagues: notes, sheets, summaries.  When the service does not
 * take them, what was written in the editor stays where it is, and the
 * sentence says where.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/typed.h"
#include "tools/editor.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"

int
typed_check(const struct session *s, struct err *e)
{
	if (s->args.body == NULL || s->args.message == NULL)
		return 0;
	err_set(e, ERR_INPUT, _("give the text with -m or with --body, not "
	    "with both"));
	return EXIT_USAGE;
}

int
typed_get(struct typed *t, struct session *s, const char *start,
    const char *below, struct buf *out, struct err *e)
{
	const struct editor_job job = { .start = start, .below = below,
	    .lock = -1 };
	char *written;
	int result;

	t->folder = NULL;
	if (s->args.body != NULL)
		return commands_read_text(s->args.body, out, e);
	if (s->args.message != NULL)
		result = buf_adds(out, s->args.message);
	else if (editor_make(t->folder = editor_place(), e) == -1 ||
	    (written = editor_write(t->folder, &job, e)) == NULL)
		return -1;
	else {
		result = buf_adds(out, written);
		note_wipe(written);
	}
	if (result == -1)
		err_set(e, ERR_INPUT, _("the text is too long"));
	return result;
}

void
typed_end(struct typed *t, int sent, struct err *e)
{
	char why[sizeof(e->text)], *left;

	if (t->folder == NULL)
		return;
	left = sent ? NULL : editor_left(t->folder);
	if (left == NULL || left[strspn(left, " \t\r\n")] == '\0')
		editor_remove(t->folder);
	else {
		(void)snprintf(why, sizeof(why), "%s", e->text);
		err_set(e, e->code, _("%s; what you wrote stands in "
		    "'%s/answer.txt'"), why, t->folder);
	}
	note_wipe(left);
	free(t->folder);
	t->folder = NULL;
}
