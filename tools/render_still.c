/*
 * What was written after an answer, and the answer, before a person's
 * signature says that it is still right: they have read it all, here it is
 * once more side by side in short.
 */
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

static void
put_newer(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], words[RENDER_WORD], when[RENDER_WHEN];

	render_when(when, render_time(item, "at"), p->now_s);
	render_first_words(words, item);
	render_put(p, "%s  %s  %s", render_word(id, item, "id"), when, words);
}

void
render_still(const json_t *newer, const json_t *answer, int64_t now_s)
{
	const char *text = json_string_value(json_object_get(answer, "text"));
	struct render_page p;
	const json_t *item;
	size_t i;

	render_page_init(&p, render_width(), "  ", now_s);
	render_put_heading(&p, "%s", _("written after the answer"));
	json_array_foreach(newer, i, item)
		put_newer(&p, item);
	render_put(&p, "%s", "");
	render_put_heading(&p, "%s", _("the answer"));
	render_put_subject(&p, answer);
	render_put_attachments(&p, answer, "review");
	render_put(&p, "%s", "");
	render_put_first(&p, answer);
	render_put_text(&p, text == NULL ? "" : text);
	screen_put(&p.out, 1);
	buf_free(&p.out);
}
