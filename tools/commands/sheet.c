/*
 * The reading sheet: four passes over a letter before it is answered.  It is
 * a note like others, so it stays in the case and can never be sent; one's
 * own last one is what the next begins with.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/typed.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"

#define INPUT_MAX	(1024 * 1024)

/* One's own newest sheet, or NULL. */
static const char *
last_sheet(const struct session *s, struct casefile *cf)
{
	struct casefile_item *item;
	const char *about, *text = NULL;
	int64_t seq = 0;
	size_t i;

	for (i = 0; (item = casefile_at(cf, i)) != NULL; i++) {
		if (item->kind != ITEM_NOTE || item->seq <= seq ||
		    item->author == NULL ||
		    strcmp(item->author, s->service.name) != 0 ||
		    casefile_read(cf, item, NULL) != 0)
			continue;
		about = json_string_value(json_object_get(item->view,
		    "about"));
		if (about == NULL || strcmp(about, "sheet") != 0)
			continue;
		seq = item->seq;
		text = json_string_value(json_object_get(item->view, "text"));
	}
	return text;
}

static int
get_text(struct change *c, struct typed *t, struct err *e)
{
	const char *last = last_sheet(c->s, c->cf);
	struct buf text;
	int result;

	buf_init(&text, INPUT_MAX);
	result = typed_get(t, c->s, last != NULL ? last : _(
	    "1. What the letter does to me: what I feel, what I would like "
	    "to do at once\n\n\n"
	    "2. Theme and picture: what it is about, which sentence stays "
	    "with me\n\n\n"
	    "3. What the person needs: what is asked for, what is asked for "
	    "between the lines\n\n\n"
	    "4. What I shall do: what to take up, what to leave, which first "
	    "step\n\n\n"), _("--- The reading sheet: read the letter four "
	    "times, once for each part. It is a note for colleagues and never "
	    "sent."), &text, e);
	if (result == 0 && (c->about = note_text(text.bytes, text.len,
	    e)) == NULL)
		result = -1;
	buf_free(&text);
	return result;
}

int
sheet_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct typed t = { NULL };
	json_t *note;
	struct change c;
	int result, sent = 0;

	if ((result = typed_check(s, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0 ||
	    (result = get_text(&c, &t, e)) == -1)
		goto out;
	result = -1;
	if ((note = note_upload_sheet(s, c.cf, c.about, e)) == NULL)
		goto out;
	(void)json_object_set_new(c.body, "note", note);
	if ((result = change_post(&c, "note", e)) == -1)
		goto out;
	sent = 1;
	commands_name(name, casefile_id(c.cf), c.cf);
	commands_done(s, change_row(&c), _("your reading sheet stands in %s; "
	    "'teduh sheet %s' goes on with it"), name, casefile_id(c.cf));
out:
	typed_end(&t, sent, e);
	change_end(&c);
	return result;
}
