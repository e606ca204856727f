/*
 * A note for colleagues, in the case; never a letter.
 */
#include "lib/buf.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/typed.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

#define INPUT_MAX	(1024 * 1024)

static int
get_text(struct change *c, struct typed *t, struct err *e)
{
	struct buf text;
	int result;

	if (c->why != NULL)
		return 0;
	buf_init(&text, INPUT_MAX);
	result = typed_get(t, c->s, "", _("--- A note for colleagues; it is "
	    "never sent."), &text, e);
	if (result == 0 &&
	    (c->why = note_text(text.bytes, text.len, e)) == NULL)
		result = -1;
	buf_free(&text);
	return result;
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
	char name[COMMANDS_NAME];
	struct typed t = { NULL };
	json_t *note = NULL;
	struct change c;
	int result, sent = 0;

	if ((result = typed_check(s, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = get_text(&c, &t, e)) == -1 ||
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
	typed_end(&t, sent, e);
	change_end(&c);
	return result;
}
