/*
 * A note for colleagues, in the case; never a letter.  When the service does
 * not take it, what was written in the editor stays where it is, and the
 * sentence says where.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/editor.h"
#include "tools/note.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

#define INPUT_MAX	(1024 * 1024)

/* From --body, or from the editor, whose folder stays for now. */
static int
get_text(struct change *c, char **folder, struct err *e)
{
	const struct editor_job job = { .start = "", .below = _("--- A note "
	    "for colleagues; it is never sent."), .lock = -1 };
	const char *path = c->s->args.body;
	struct buf text;
	char *written;
	int result = -1;

	if (c->why != NULL)
		return 0;
	buf_init(&text, INPUT_MAX);
	if (path != NULL)
		result = commands_read_text(path, &text, e);
	else if (editor_make(*folder = editor_place(), e) == 0 &&
	    (written = editor_write(*folder, &job, e)) != NULL) {
		result = buf_adds(&text, written);
		note_wipe(written);
		if (result == -1)
			err_set(e, ERR_INPUT, _("the text is too long"));
	}
	if (result == 0 &&
	    (c->why = note_text(text.bytes, text.len, e)) == NULL)
		result = -1;
	buf_free(&text);
	return result;
}

/* The editor's folder goes, unless words stand there and nowhere else. */
static void
leave(char *folder, int sent, struct err *e)
{
	char why[sizeof(e->text)], *left;

	if (folder == NULL)
		return;
	left = sent ? NULL : editor_left(folder);
	if (left == NULL || left[strspn(left, " \t\r\n")] == '\0')
		editor_remove(folder);
	else {
		(void)snprintf(why, sizeof(why), "%s", e->text);
		err_set(e, e->code, _("%s; what you wrote stands in "
		    "'%s/answer.txt'"), why, folder);
	}
	note_wipe(left);
	free(folder);
}

/* The note as it stands in the case now: the last one. */
static json_t *
shape_note(struct change *c, struct err *e)
{
	json_t *problems = json_array(), *shown = NULL;
	struct casefile_item *item, *last = NULL;
	size_t i;

	for (i = 0; (item = casefile_at(c->cf, i)) != NULL; i++)
		if (item->kind == ITEM_NOTE && (last == NULL ||
		    item->seq > last->seq))
			last = item;
	if (last != NULL)
		shown = shape_item(c->cf, last, problems, e);
	json_decref(problems);
	return shown;
}

int
note_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME], *folder = NULL;
	json_t *note = NULL;
	struct change c;
	int result, sent = 0;

	if (s->args.body != NULL && s->args.message != NULL) {
		err_set(e, ERR_INPUT, _("give the note with -m or with "
		    "--body, not with both"));
		return EXIT_USAGE;
	}
	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = get_text(&c, &folder, e)) == -1 ||
	    (result = change_post(&c, "note", e)) == -1)
		goto out;
	sent = 1;
	if ((note = shape_note(&c, e)) == NULL) {
		result = -1;
		goto out;
	}
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, note, _("your note stands in %s; colleagues see it "
	    "with teduh show %s"), name, casefile_id(c.cf));
out:
	leave(folder, sent, e);
	change_end(&c);
	return result;
}
