/*
 * What an author changed since the letter was submitted before: the words
 * that went and that came, within their lines.  The marks are characters, not
 * colours, so that a printed page and a reader of screens have them as well.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tools/diff.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

#define CHANGES_MAX	(1024 * 1024)

/* A line's end does not stand within marks: the line would not end. */
static void
add_run(void *ctx, enum diff_op op, const char *text, size_t len)
{
	static const char *const marks[][2] = { { "", "" }, { "[-", "-]" },
	    { "{+", "+}" } };
	struct buf *out = ctx;
	size_t n;

	for (; len > 0; text += n, len -= n) {
		for (n = 0; n < len && text[n] != '\n'; n++)
			;
		if (n > 0) {
			(void)buf_adds(out, marks[op][0]);
			(void)buf_add(out, text, n);
			(void)buf_adds(out, marks[op][1]);
		}
		if (n < len) {
			if (op != DIFF_SAME && n == 0)
				(void)buf_addf(out, "%s%s", marks[op][0],
				    marks[op][1]);
			(void)buf_addc(out, '\n');
			n++;
		}
	}
}

static void
put_changes(struct render_page *p, const char *before, const char *after)
{
	struct buf out;

	buf_init(&out, CHANGES_MAX);
	diff_words(before == NULL ? "" : before, after == NULL ? "" : after,
	    add_run, &out);
	render_put_text(p, out.bytes == NULL ? "" : out.bytes);
	buf_free(&out);
}

void
render_changes(const json_t *o, int64_t now_s)
{
	const json_t *before = json_object_get(o, "before");
	const char *was = json_string_value(json_object_get(before,
	    "subject"));
	const char *is = json_string_value(json_object_get(o, "subject"));
	char id[RENDER_WORD], author[RENDER_WORD], when[RENDER_WHEN];
	struct render_page p;

	render_page_init(&p, render_width(), "  ", now_s);
	render_when(when, render_time(before, "at"), now_s);
	render_put_heading(&p, _("%s  what changed since %s by %s"),
	    render_word(id, o, "id"), when, render_word(author, before,
	    "author"));
	if (was != NULL && is != NULL && strcmp(was, is) != 0) {
		put_changes(&p, was, is);
		render_put(&p, "%s", "");
	}
	put_changes(&p, json_string_value(json_object_get(before, "text")),
	    json_string_value(json_object_get(o, "body")));
	render_put(&p, "%s", "");
	render_put_as(&p, SCREEN_QUIET, "%s", _("[-went-] {+came+}"));
	screen_put(&p.out, 1);
	buf_free(&p.out);
}
