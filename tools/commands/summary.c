/*
 * The summary of a case: a few sentences that stand above its letters, for
 * who comes to it next.  It is sealed in the case's face, like its tags.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/face.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/face_change.h"
#include "tools/commands/typed.h"
#include "tools/note.h"
#include "tools/session.h"
#include "tools/words.h"

#define INPUT_MAX	(1024 * 1024)

/* c->about is the summary, or NULL to have none. */
static int
apply(const struct change *c, struct face *f, struct err *e)
{
	const char *text = c->about == NULL ? "" : c->about;

	if (strlen(text) > FACE_SUMMARY_MAX) {
		err_set(e, ERR_INPUT, _("a summary has at most %d bytes; "
		    "yours has %zu: notes ('teduh note %s') may be long"),
		    FACE_SUMMARY_MAX, strlen(text), casefile_id(c->cf));
		return -1;
	}
	if (strcmp(f->summary, text) == 0)
		return 1;
	memset(f->summary, 0, sizeof(f->summary));
	memcpy(f->summary, text, strlen(text));
	return 0;
}

static int
get_text(struct change *c, struct typed *t, struct err *e)
{
	struct face f;
	struct buf text;
	int result;

	buf_init(&text, INPUT_MAX);
	(void)casefile_own_face(c->cf, &f, NULL);
	result = typed_get(t, c->s, f.summary, _("--- The summary of the "
	    "case, for colleagues; it is never sent."), &text, e);
	if (result == 0 && text.bytes[strspn(text.bytes, " \t\r\n")] != '\0' &&
	    (c->about = note_text(text.bytes, text.len, e)) == NULL)
		result = -1;
	buf_free(&text);
	seal_wipe(&f, sizeof(f));
	return result;
}

int
summary_run(struct session *s, struct err *e)
{
	char name[COMMANDS_NAME];
	struct typed t = { NULL };
	struct change c;
	int result, sent = 0;

	if ((result = typed_check(s, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_NONE, e)) != 0 ||
	    (result = get_text(&c, &t, e)) == -1 ||
	    (result = face_change(&c, apply, e)) == -1)
		goto out;
	sent = 1;
	result = 0;
	commands_name(name, casefile_id(c.cf), c.cf);
	if (c.about == NULL)
		commands_done(s, change_row(&c), _("%s has no summary now"),
		    name);
	else
		commands_done(s, change_row(&c), _("%s has this summary now, "
		    "above its letters in 'teduh show %s'"), name,
		    casefile_id(c.cf));
out:
	typed_end(&t, sent, e);
	change_end(&c);
	return result;
}
