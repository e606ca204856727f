/*
 * What `search` has found: where it stands, from whom, and below it the words
 * themselves, on one line with the match in its middle.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tools/render_hits.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

#define INDENT		4
#define ELLIPSIS	"\342\200\246"

/* The end of a text that takes at most so many columns. */
static const char *
last_columns(const char *text, size_t columns)
{
	uint32_t c;

	while (text_width(text) > columns)
		text += screen_character(&c, text);
	return text;
}

/* The match whole where it fits, and before it a third, or what is left. */
static void
add_words(struct buf *out, const json_t *hit, size_t columns)
{
	char before[RENDER_WORD], match[RENDER_WORD], after[RENDER_WORD];
	const char *front;
	size_t left, room;
	int turns;

	(void)render_word(before, hit, "before");
	(void)render_word(match, hit, "match");
	(void)render_word(after, hit, "after");
	match[text_fit(match, columns - 2)] = '\0';
	left = columns - text_width(match);
	room = text_width(after) < left - left / 3 ?
	    left - text_width(after) : left / 3;
	front = last_columns(before, room);
	if (front != before)
		front = last_columns(before, room - 1);
	left -= text_width(front) + (front != before);
	if (text_width(after) > left) {
		after[text_fit(after, left - 1)] = '\0';
		(void)strncat(after, ELLIPSIS, sizeof(after) - strlen(after) -
		    1);
	}
	turns = render_turns(before) || render_turns(match) ||
	    render_turns(after);
	(void)buf_addf(out, "%*s%s%s%s" SCREEN_STRONG "%s" SCREEN_PLAIN
	    "%s%s\n", INDENT, "", turns ? RENDER_ISOLATE : "",
	    front != before ? ELLIPSIS : "", front, match, after,
	    turns ? RENDER_ISOLATED : "");
}

static void
add_hit(struct buf *out, const json_t *hit, size_t columns, int64_t now_s)
{
	char id[RENDER_WORD], kind[RENDER_WORD], who[RENDER_WORD];
	char when[RENDER_WHEN], line[4 * RENDER_WORD];
	const json_t *from = json_object_get(hit, "from");
	int turns;

	if (*render_word(who, from, "name") == '\0')
		(void)render_word(who, from, "address");
	turns = render_turns(who);
	render_when(when, render_time(hit, "at"), now_s);
	(void)render_word(id, hit, "id");
	(void)snprintf(line, sizeof(line), "  %s, %s%s%s%s%s",
	    render_kind(kind, hit), when, *who == '\0' ? "" : ", ",
	    turns ? RENDER_ISOLATE : "", who, turns ? RENDER_ISOLATED : "");
	line[text_fit(line, columns - text_width(id))] = '\0';
	(void)buf_addf(out, SCREEN_STRONG "%s" SCREEN_PLAIN "%s\n", id, line);
	add_words(out, hit, columns - INDENT);
}

void
render_hits(const json_t *hits, uint64_t ncases, int64_t now_s)
{
	size_t i, columns = render_width(), n = json_array_size(hits);
	const json_t *hit;
	struct buf page;

	if (n == 0) {
		(void)printf(words_count("Nothing found in %" PRIu64
		    " case.\n", "Nothing found in %" PRIu64 " cases.\n",
		    ncases), ncases);
		return;
	}
	buf_init(&page, RENDER_PAGE_MAX);
	json_array_foreach(hits, i, hit)
		add_hit(&page, hit, columns, now_s);
	(void)buf_addf(&page, words_count("%zu place, newest first.\n",
	    "%zu places, newest first.\n", n), n);
	screen_put(&page, 1);
	buf_free(&page);
}
