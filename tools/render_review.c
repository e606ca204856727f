/*
 * Puts a letter and its answer on a terminal, so that they can be compared:
 * side by side where there is room, else one below the other, with what the
 * reviewer may do next in the last line.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096
#define BESIDE_COLUMNS	110	/* from here on two pages have room */

/* Hebrew, Arabic and their like turn whole lines around on a terminal. */
static int
turns(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));
	const unsigned char *s = (const unsigned char *)text;

	for (; s != NULL && *s != '\0'; s++)
		if ((s[0] >= 0xd6 && s[0] <= 0xdf) ||
		    (s[0] == 0xe0 && s[1] >= 0xa0 && s[1] <= 0xa3) ||
		    (s[0] == 0xef && s[1] >= 0xac && s[1] <= 0xbb))
			return 1;
	return 0;
}

static int
fits_beside(const json_t *o, size_t width)
{
	const json_t *letter = json_object_get(o, "letter");

	return width >= BESIDE_COLUMNS && isatty(STDOUT_FILENO) &&
	    json_is_object(letter) && !turns(letter, "text") &&
	    !turns(letter, "subject") && !turns(o, "body") &&
	    !turns(o, "subject");
}

/* Line by line, each in its column. */
static void
put_beside(const struct render_page *a, const struct render_page *b)
{
	const char *left = a->out.bytes, *right = b->out.bytes;
	char cut[LINE_MAX_BYTES];
	size_t n, columns;

	while (*left != '\0' || *right != '\0') {
		n = strcspn(left, "\n");
		(void)snprintf(cut, sizeof(cut), "%.*s", (int)n, left);
		left += n + (left[n] == '\n');
		(void)fputs(cut, stdout);
		for (columns = text_width(cut); columns < a->columns;
		    columns++)
			(void)putchar(' ');
		n = strcspn(right, "\n");
		(void)printf("%s%.*s\n", n == 0 ? " |" : " | ", (int)n,
		    right);
		right += n + (right[n] == '\n');
	}
}

/* The answer's page, under a line like the letter's. */
static void
put_answer(struct render_page *p, const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "body"));
	char id[RENDER_WORD], author[RENDER_WORD], to[RENDER_WORD];
	char when[RENDER_WHEN] = "";
	int64_t at = render_time(o, "submitted_at");

	if (at > 0)
		render_when(when, at, p->now_s);
	render_put(p, _("--- %s  answer by %s%s%s"), render_word(id, o, "id"),
	    render_word(author, o, "author"), at > 0 ? ", " : "", when);
	(void)render_word(to, o, "address");
	render_put(p, _("To: %s"), *to == '\0' ? _("(picked up here)") : to);
	render_put_subject(p, o);
	render_put_attachments(p, o, "review");
	render_put(p, "%s", "");
	render_put_text(p, text == NULL ? "" : text);
}

/* What has to be known before the answer is read. */
static void
put_warnings(struct render_page *p, const json_t *o, const json_t *note)
{
	const char *text = json_string_value(json_object_get(note, "text"));
	char name[RENDER_WORD], when[RENDER_WHEN], why[RENDER_WORD];

	if (json_is_true(json_object_get(o, "stale")))
		render_put(p, "%s", _("Careful: somebody wrote again after "
		    "this was written."));
	if (*render_word(why, o, "blocked") != '\0')
		render_put(p, _("It was not sent: %s."), why);
	if (text == NULL)
		return;
	render_when(when, render_time(note, "at"), p->now_s);
	render_put(p, _("Given back before by %s, %s:"), render_word(name,
	    json_object_get(note, "from"), "name"), when);
	render_put_text(p, text);
	render_put(p, "%s", "");
}

static void
put_next(struct render_page *p, const json_t *o)
{
	char id[RENDER_WORD], state[RENDER_WORD];

	if (strcmp(render_word(state, o, "state"), "submitted") != 0)
		return;
	(void)render_word(id, o, "id");
	render_put(p, _("\nnext: teduh approve %s, or teduh return %s -m "
	    "WHY; the whole case: teduh show %.8s"), id, id, id);
}

void
render_review(const json_t *o, const json_t *note, int64_t now_s)
{
	const json_t *letter = json_object_get(o, "letter");
	char id[RENDER_WORD], flags[RENDER_WORD], when[RENDER_WHEN];
	size_t width = render_width();
	struct render_page top, a, b, end;
	int beside = fits_beside(o, width);

	render_page_init(&top, width, "  ", now_s);
	render_page_init(&end, width, "  ", now_s);
	render_page_init(&a, beside ? (width - 3) / 2 : width,
	    beside ? "" : "  ", now_s);
	render_page_init(&b, beside ? (width - 3) / 2 : width, a.indent,
	    now_s);
	a.reflow = b.reflow = beside;
	put_warnings(&top, o, note);
	if (json_is_object(letter)) {
		render_when(when, render_time(letter, "at"), now_s);
		render_flags(flags, letter);
		render_put(&a, _("--- %s  letter, %s%s"),
		    render_word(id, letter, "id"), when, flags);
		render_put_content(&a, letter);
	}
	put_answer(&b, o);
	put_next(&end, o);
	(void)fputs(top.out.bytes, stdout);
	if (beside)
		put_beside(&a, &b);
	else
		(void)printf("%s\n%s", a.out.bytes, b.out.bytes);
	(void)fputs(end.out.bytes, stdout);
	buf_free(&top.out);
	buf_free(&a.out);
	buf_free(&b.out);
	buf_free(&end.out);
}
