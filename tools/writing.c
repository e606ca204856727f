/*
 * While an answer is written its words stand in the editor's file, and after
 * every saving also sealed in the vault.  Where the editor works is noted
 * under a lock that the editor holds too: so a second window is told, and the
 * next `reply` finds what an ended one left.  Words are dropped here only
 * when the service has them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/check_case.h"
#include "tools/draft.h"
#include "tools/editor.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/words.h"
#include "tools/writing.h"

#define WHOLE_MAX	(4 * 1024 * 1024)
#define BELOW_COLUMNS	78	/* an editor may not wrap lines */

static int
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static void
wipe(char *text)
{
	if (text != NULL)
		seal_wipe(text, strlen(text));
	free(text);
}

int
writing_begin(struct writing *w, struct session *s, struct casefile *cf,
    const struct draft *d, struct err *e)
{
	memset(w, 0, sizeof(*w));
	w->s = s;
	w->cf = cf;
	w->d = d;
	w->lock = vault_lock_draft(s->vault, casefile_id(cf), d->participant,
	    w->folder, e);
	return w->lock == -1 ? -1 : 0;
}

int
writing_renew(struct writing *w, struct casefile **cf, struct err *e)
{
	struct casefile *now = session_case(w->s, casefile_id(*cf), 1, e);

	if (now == NULL)
		return -1;
	casefile_free(*cf);
	*cf = w->cf = now;
	return 0;
}

/* The editor's folder goes when its words are elsewhere. */
static void
leave_folder(struct writing *w)
{
	if (w->folder[0] == '/')
		editor_remove(w->folder);
	w->folder[0] = '\0';
	(void)vault_note_folder(w->lock, "", NULL);
}

void
writing_end(struct writing *w)
{
	/* start: the editor was open, so the folder is this window's. */
	if (w->lock != -1 && w->start != NULL && (w->sealed || !w->wrote))
		leave_folder(w);
	if (w->lock != -1)
		(void)close(w->lock);
	w->lock = -1;
	wipe(w->start);
	w->start = NULL;
	json_decref(w->fence);
	w->fence = NULL;
}

static int
seal(struct writing *w, const char *body, struct err *e)
{
	struct buf whole;
	json_t *o = json_object();
	int result;

	buf_init(&whole, WHOLE_MAX);
	(void)text_repair(body, strlen(body), &whole);
	(void)json_object_set_new(o, "subject", w->d->subject == NULL ?
	    json_null() : json_string(w->d->subject));
	(void)json_object_set_new(o, "body", json_string(whole.bytes));
	result = vault_save_draft(w->s->vault, w->s->me, casefile_id(w->cf),
	    w->d->participant, o, e);
	json_decref(o);
	buf_free(&whole);
	w->sealed = result == 0;
	return result;
}

/* What waits in the vault; the caller frees. NULL: nothing. */
static char *
waiting(const struct writing *w)
{
	const char *body;
	char *copy = NULL;
	json_t *o;

	o = vault_read_draft(w->s->vault, w->s->me, casefile_id(w->cf),
	    w->d->participant);
	body = json_string_value(json_object_get(o, "body"));
	if (body != NULL && !is_blank(body))
		copy = mem_strdup(body);
	json_decref(o);
	return copy;
}

/* Do other words than these wait? Blanks around them do not count. */
static int
others_wait(const struct writing *w, const char *body)
{
	char *text = waiting(w), *its = NULL;
	int other = 0;

	if (text != NULL) {
		its = editor_normalise(text, strlen(text), NULL);
		other = strcmp(its == NULL ? text : its, body) != 0;
	}
	wipe(its);
	wipe(text);
	return other;
}

int
writing_keep(struct writing *w, const char *body, struct err *e)
{
	if (w->start == NULL && others_wait(w, body))
		return 0;
	return seal(w, body, e);
}

void
writing_done(struct writing *w, const char *body)
{
	if (w->start == NULL && others_wait(w, body))
		return;
	vault_drop_draft(w->s->vault, casefile_id(w->cf),
	    w->d->participant);
	w->sealed = 1;
}

void
writing_comfort(const struct writing *w, struct err *e)
{
	char why[sizeof(e->text)];

	(void)snprintf(why, sizeof(why), "%s", e->text);
	if (w->sealed)
		err_set(e, e->code, _("%s; what you wrote is kept, sealed, on "
		    "this machine: 'teduh reply %s' goes on with it"), why,
		    casefile_id(w->cf));
	else if (w->wrote && w->folder[0] != '\0')
		err_set(e, e->code, _("%s; what you wrote stands in "
		    "'%s/answer.txt'"), why, w->folder);
}

/* After every saving in the editor. */
static void
keep(void *ctx, const char *text)
{
	struct writing *w = ctx;
	size_t n = strlen(w->start);

	if (is_blank(text) || (strncmp(text, w->start, n) == 0 &&
	    is_blank(text + n)))
		return;
	w->wrote = 1;
	(void)seal(w, text, NULL);
}

/* Of a teduh that was ended in the middle: its words into the vault. */
static int
recover(struct writing *w, struct err *e)
{
	char *text;
	int result = 0;

	if (w->folder[0] != '/')
		return 0;
	if ((text = editor_left(w->folder)) != NULL && !is_blank(text))
		result = seal(w, text, e);
	wipe(text);
	if (result == 0)
		leave_folder(w);
	return result;
}

int
writing_waits(struct writing *w, struct err *e)
{
	if (recover(w, e) == -1)
		return -1;
	return others_wait(w, w->d->body == NULL ? "" : w->d->body);
}

/* A part of what stands below the line, under a heading. */
static int
add_part(struct buf *out, const char *heading, const char *text)
{
	if (buf_addf(out, "%s\n\n", heading) == -1 ||
	    render_add(out, text, BELOW_COLUMNS, "") == -1)
		return -1;
	return buf_addc(out, '\n');
}

static int
add_note(struct writing *w, struct buf *out)
{
	struct casefile_item *note = casefile_note_on(w->cf, w->d->no);
	const char *text;
	char heading[128];

	if (w->d->no == 0 || note == NULL || (text = json_string_value(
	    json_object_get(note->view, "text"))) == NULL)
		return 0;
	(void)snprintf(heading, sizeof(heading), _("--- %s gave it back:"),
	    note->author);
	return add_part(out, heading, text);
}

/* What the person wants to see while writing. */
static int
add_below(struct writing *w, const char *unsent, struct buf *out,
    struct err *e)
{
	struct casefile_item *letter;
	const char *text = NULL;
	int bad = 0;

	letter = casefile_newest_of(w->cf, w->d->participant);
	if (letter == NULL && casefile_stands(w->cf,
	    w->d->participant) == NULL) {
		err_set(e, ERR_DENIED, _("no letter of p%" PRId64 " could "
		    "be verified, so it is not answered; tell the people "
		    "who run the service"), w->d->participant);
		return -1;
	}
	if (letter != NULL && casefile_read(w->cf, letter, e) == -1)
		return -1;
	if (unsent != NULL)
		bad = buf_adds(out, _("What stands above had not reached the "
		    "service before.\n\n"));
	if (unsent != NULL && w->d->body != NULL)
		bad |= add_part(out, _("--- The service has this:"),
		    w->d->body);
	bad |= add_note(w, out);
	if (letter != NULL && letter->view != NULL)
		text = json_string_value(json_object_get(letter->view,
		    "text"));
	if (letter != NULL)
		bad |= add_part(out, _("--- The letter:"), text == NULL ? "" :
		    text);
	if (bad)
		err_set(e, ERR_INPUT, _("the letter is too long for an "
		    "editor: give the text with --body FILE"));
	return bad ? -1 : 0;
}

/* A folder of this window, noted before it is made. */
static int
open_folder(struct writing *w, struct err *e)
{
	char *folder = editor_place();
	int result = -1;

	if (strlen(folder) + 1 >= sizeof(w->folder))
		err_set(e, ERR_INPUT, _("the path '%.100s' is too long: "
		    "set TMPDIR to a shorter one"),
		    folder);
	else if (vault_note_folder(w->lock, folder, e) == 0 &&
	    (result = editor_make(folder, e)) == 0)
		memcpy(w->folder, folder, strlen(folder) + 1);
	free(folder);
	return result;
}

/* The editor, and its words into the vault. */
static int
edit(struct writing *w, const char *below, struct buf *out, struct err *e)
{
	const struct editor_job job = { .start = w->start, .below = below,
	    .lock = w->lock, .keep = keep, .ctx = w };
	char *text;
	int result = -1;

	if ((text = editor_write(w->folder, &job, e)) == NULL)
		return -1;
	if (is_blank(text)) {		/* all was taken out, on purpose */
		w->wrote = w->sealed = 0;
		vault_drop_draft(w->s->vault, casefile_id(w->cf),
		    w->d->participant);
		if (w->d->no == 0)
			err_set(e, ERR_INPUT, _("the text is empty, so "
			    "nothing was saved; the case stays yours until "
			    "'teduh release %s'"), casefile_id(w->cf));
		else
			err_set(e, ERR_INPUT, _("the text is empty, so the "
			    "draft stays as it was"));
	} else {
		w->wrote = 1;
		(void)seal(w, text, NULL);	/* or it stays in the folder */
		if ((result = buf_adds(out, text)) == -1)
			err_set(e, ERR_INPUT, _("the text is too long"));
	}
	wipe(text);
	return result;
}

/* Words that are there, and the template behind them; neither is lost. */
static void
set_start(struct writing *w, const char *words)
{
	struct buf start;

	buf_init(&start, WHOLE_MAX);
	if (words != NULL)
		(void)buf_adds(&start, words);
	if (w->template != NULL)
		(void)buf_addf(&start, "%s%s", start.len == 0 ? "" : "\n",
		    w->template);
	w->start = buf_take(&start, NULL);
}

int
writing_edit(struct writing *w, struct buf *out, struct err *e)
{
	char *unsent = NULL, *normal = NULL;
	struct buf below;
	int result = -1;

	buf_init(&below, WHOLE_MAX);
	if (recover(w, e) == -1)
		goto out;
	w->sealed = 0;
	if ((unsent = waiting(w)) != NULL && w->d->body != NULL &&
	    (normal = editor_normalise(unsent, strlen(unsent), NULL)) !=
	    NULL && strcmp(normal, w->d->body) == 0) {
		wipe(unsent);		/* the service has it */
		unsent = NULL;
	}
	if (add_below(w, unsent, &below, e) == -1 || open_folder(w, e) == -1)
		goto out;
	set_start(w, unsent != NULL ? unsent : w->d->body);
	result = edit(w, below.bytes, out, e);
out:
	wipe(normal);
	wipe(unsent);
	buf_free(&below);
	return result;
}

/* What goes to the supervisor is the last that was written. */
static int
check_last(struct writing *w, struct err *e)
{
	int waits = writing_waits(w, e);

	if (waits == 1)
		err_set(e, ERR_CONFLICT, _("what you wrote last has not "
		    "reached the service: 'teduh reply %s' goes on with it, "
		    "then submit again"), casefile_id(w->cf));
	return waits == 0 ? 0 : -1;
}

/* Is it one that its author may be writing at this moment? */
static int
is_mine(const struct session *s, const struct casefile *cf, int64_t no,
    int64_t *participant)
{
	const json_t *o = casefile_draft(cf, no, NULL);
	const char *state, *author;

	return o != NULL && wire_get_string(o, "state", &state, NULL) == 0 &&
	    wire_get_string(o, "author", &author, NULL) == 0 &&
	    wire_get_int(o, "participant", 1, INT32_MAX, participant, NULL) ==
	    0 && strcmp(state, "open") == 0 &&
	    strcmp(author, s->service.name) == 0;
}

json_t *
writing_submit(struct session *s, struct casefile **cf, int64_t no,
    struct err *e)
{
	struct writing w = { .lock = -1 };
	int tell = !s->args.json && !s->args.quiet;
	json_t *answer = NULL, *found = NULL;
	struct err why = ERR_INIT;
	struct draft d;

	draft_init(&d);
	if (!is_mine(s, *cf, no, &d.participant))
		return draft_submit(s, *cf, no, e);	/* which says why */
	if (writing_begin(&w, s, *cf, &d, e) == 0 &&
	    writing_renew(&w, cf, e) == 0 &&
	    draft_read(*cf, no, 0, &d, e) == 0 && check_last(&w, e) == 0) {
		found = tell ? check_case_draft(s, *cf, &d, &why) : NULL;
		if (why.code == ERR_RETRY)	/* nor would it arrive */
			*e = why;
		else if ((answer = draft_submit(s, *cf, no, e)) != NULL &&
		    tell)
			check_case_tell(*cf, &d, found, &why);
	}
	json_decref(found);
	writing_end(&w);
	draft_free(&d);
	return answer;
}
