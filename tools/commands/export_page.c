/*
 * The pages of an exported case.  Who holds them has no Teduh, so everything
 * is said in them: which times these are, where the files lie, and that what
 * colleagues noted for each other stands apart.
 */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/wire.h"
#include "tools/commands/export.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

#define PAGE_COLUMNS	78

static int
is_kind(const json_t *item, const char *kind)
{
	const char *its = json_string_value(json_object_get(item, "kind"));

	return its != NULL && strcmp(its, kind) == 0;
}

static void
put_files(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], name[RENDER_WORD];
	char line[2 * RENDER_WORD + 32];
	const json_t *one;
	size_t i;

	(void)render_word(id, item, "id");
	if (is_kind(item, "letter")) {
		(void)snprintf(line, sizeof(line), "letters/%s.eml", id);
		render_put_field(p, _("Mail"), line);
	}
	json_array_foreach(json_object_get(item, "attachments"), i, one) {
		(void)snprintf(line, sizeof(line), "attachments/%s (%s)",
		    render_word(id, one, "id"), render_word(name, one,
		    "name"));
		render_put_field(p, i > 0 ? "" : _("Files"), line);
	}
}

static void
put_item(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], kind[RENDER_WORD], at[RENDER_WORD];
	const char *text = json_string_value(json_object_get(item, "text"));
	const json_t *one;
	size_t i;

	render_put(p, "%s", "");
	render_put_heading(p, "%s  %s, %s", render_word(id, item, "id"),
	    render_kind(kind, item), render_word(at, item, "at"));
	render_put_person(p, _("From"), json_object_get(item, "from"));
	json_array_foreach(json_object_get(item, "to"), i, one)
		render_put_person(p, _("To"), one);
	render_put_subject(p, item);
	render_put_form(p, item);
	put_files(p, item);
	render_put(p, "%s", "");
	render_put_text(p, text == NULL ? "" : text);
	render_put_questions(p, item);
}

/* Marks are for terminals; a file is plain. */
static void
finish(struct render_page *p, struct buf *out)
{
	static const struct screen_can plain = { 0, 1 };

	(void)screen_paint(p->out.bytes, &plain, out);
	buf_free(&p->out);
}

/* What is in the folder, and what is not. */
static void
put_what(struct render_page *p, int for_person)
{
	if (for_person)
		render_put(p, "%s", _("Times are UTC. Letters as they came "
		    "are in letters/, attached files in attachments/ under "
		    "their numbers. case.json has the same for programs. This "
		    "is what one person wrote and was answered; what others "
		    "wrote, and what colleagues noted for each other, is not "
		    "in it."));
	else
		render_put(p, "%s", _("Times are UTC. Letters as they came "
		    "are in letters/, attached files in attachments/ under "
		    "their numbers. case.json has all of it for programs. "
		    "What colleagues noted for each other is in notes.txt and "
		    "case.json: before you hand the folder over, ask whether "
		    "those may go with it."));
}

void
export_page(struct buf *out, const json_t *shown, const char *by,
    const char *url, int64_t now_s)
{
	char id[RENDER_WORD], desk[RENDER_WORD], at[32];
	struct render_page p;
	const json_t *item;
	size_t i;

	render_page_init(&p, PAGE_COLUMNS, "", now_s);
	wire_time(at, now_s);
	render_put(&p, _("Case %s of the desk %s"), render_word(id, shown,
	    "id"), render_word(desk, shown, "desk"));
	render_put(&p, _("Exported by %s from %s at %s."), by, url, at);
	render_put(&p, "%s", "");
	render_put(&p, "%s", _("What a person in need has written is in "
	    "confidence. Keep this folder where nobody else can read it, and "
	    "delete it when it has served its purpose."));
	render_put(&p, "%s", "");
	put_what(&p, json_object_get(shown, "for") != NULL);
	json_array_foreach(json_object_get(shown, "items"), i, item)
		if (json_is_object(item) && !is_kind(item, "note"))
			put_item(&p, item);
	finish(&p, out);
}

int
export_notes(struct buf *out, const json_t *shown)
{
	struct render_page p;
	const json_t *item;
	size_t i, n = 0;

	render_page_init(&p, PAGE_COLUMNS, "", 0);
	json_array_foreach(json_object_get(shown, "items"), i, item)
		if (json_is_object(item) && is_kind(item, "note")) {
			put_item(&p, item);
			n++;
		}
	finish(&p, out);
	return n > 0;
}
