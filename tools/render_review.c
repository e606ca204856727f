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
#include "tools/screen.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096
#define BESIDE_COLUMNS	110	/* from here on two pages have room */

static int
turns(const json_t *o, const char *name)
{
	return render_turns(json_string_value(json_object_get(o, name)));
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
add_beside(struct buf *out, const struct render_page *a,
    const struct render_page *b)
{
	const char *left = a->out.bytes, *right = b->out.bytes;
	char cut[LINE_MAX_BYTES];
	size_t n;

	while (*left != '\0' || *right != '\0') {
		n = strcspn(left, "\n");
		(void)snprintf(cut, sizeof(cut), "%.*s", (int)n, left);
		left += n + (left[n] == '\n');
		n = strcspn(right, "\n");
		(void)buf_addf(out, "%s%*s" SCREEN_QUIET " " RENDER_BAR
		    SCREEN_PLAIN "%s", cut, (int)(a->columns -
		    text_width(cut)), "", n == 0 ? "" : " ");
		(void)buf_add(out, right, n);
		(void)buf_addc(out, '\n');
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
	render_put_heading(p, _("%s  answer by %s%s%s"), render_word(id, o,
	    "id"), render_word(author, o, "author"), at > 0 ? ", " : "", when);
	(void)render_word(to, o, "address");
	render_put_field(p, _("To"), *to == '\0' ? _("(picked up here)") :
	    to);
	if (strcmp(render_word(to, o, "mode"), "notice") == 0)
		render_put_field(p, _("By"), _("a notice without content; "
		    "the answer waits behind the return code"));
	render_put_subject(p, o);
	render_put_attachments(p, o, "review");
	render_put(p, "%s", "");
	render_put_first(p, o);
	render_put_text(p, text == NULL ? "" : text);
}

/* What has to be known before the answer is read. */
static void
put_warnings(struct render_page *p, const json_t *o, const json_t *note)
{
	const char *text = json_string_value(json_object_get(note, "text"));
	char name[RENDER_WORD], when[RENDER_WHEN], why[RENDER_WORD];

	render_put_erasure(p, json_object_get(o, "erasure"),
	    render_word(name, o, "case"));
	if (json_is_true(json_object_get(o, "stale")))
		render_put_as(p, SCREEN_ALARM, "%s", _("Careful: somebody "
		    "wrote again after this was written."));
	if (json_is_true(json_object_get(o, "unsigned")))
		render_put_as(p, SCREEN_ALARM, "%s", _("It left in a crisis, "
		    "before a second person read it."));
	if (*render_word(why, o, "blocked") != '\0')
		render_put_as(p, SCREEN_ALARM, _("It was not sent: %s."),
		    words_for("blocked", why));
	if (strcmp(render_word(why, json_object_get(o, "delivery"), "state"),
	    "unknown") == 0)
		render_put_as(p, SCREEN_ALARM, "%s", _("It is not known "
		    "whether it was sent."));
	if (json_is_object(json_object_get(o, "before")))
		render_put(p, _("It was submitted before; what changed: teduh "
		    "review %s --diff"), render_word(name, o, "id"));
	if (text == NULL)
		return;
	render_when(when, render_time(note, "at"), p->now_s);
	render_put(p, _("Given back before by %s, %s:"), render_word(name,
	    json_object_get(note, "from"), "name"), when);
	render_put_text(p, text);
	render_put(p, "%s", "");
	if ((text = json_string_value(json_object_get(note, "marked"))) ==
	    NULL)
		return;
	render_put(p, "%s", _("With remarks (>>) and changes in its words:"));
	render_put_text(p, text);
	render_put(p, "%s", "");
}

static void
put_next(struct render_page *p, const json_t *o)
{
	char id[RENDER_WORD], state[RENDER_WORD], advice[LINE_MAX_BYTES];

	if (json_is_true(json_object_get(o, "unsigned"))) {
		render_put(p, "%s", "");
		render_put_as(p, SCREEN_QUIET, _("Next: teduh approve %s "
		    "signs that you have read it"), render_word(id, o,
		    "id"));
		return;
	}
	if (strcmp(render_word(state, o, "state"), "submitted") != 0) {
		render_advice(advice, sizeof(advice), json_object_get(o,
		    "delivery"), p->now_s);
		if (*advice != '\0') {
			render_put(p, "%s", "");
			render_put_as(p, SCREEN_QUIET, "%s", advice);
		}
		return;
	}
	(void)render_word(id, o, "id");
	render_put(p, "%s", "");
	if (json_is_true(json_object_get(o, "stale"))) {
		render_put_as(p, SCREEN_QUIET, _("Next: teduh show %.8s, then "
		    "teduh still-right %s, or teduh return %s -m WHY"), id,
		    id, id);
		return;
	}
	render_put_as(p, SCREEN_QUIET, _("Next: teduh approve %s, or teduh "
	    "return %s -m WHY; the whole case: teduh show %.8s"), id, id, id);
}

void
render_review(const json_t *o, const json_t *note, const json_t *earlier,
    int64_t now_s)
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
	if (beside)
		a.reflow = b.reflow = 1;
	put_warnings(&top, o, note);
	if (json_is_object(letter)) {
		render_when(when, render_time(letter, "at"), now_s);
		render_flags(flags, letter);
		render_put_heading(&a, _("%s  letter, %s%s"),
		    render_word(id, letter, "id"), when, flags);
		render_put_content(&a, letter);
	}
	put_answer(&b, o);
	if (earlier != NULL)
		render_put_earlier(&end, earlier, json_array_size(
		    json_object_get(earlier, "items")));
	put_next(&end, o);
	if (beside)
		add_beside(&top.out, &a, &b);
	else
		(void)buf_addf(&top.out, "%s\n%s", a.out.bytes, b.out.bytes);
	(void)buf_adds(&top.out, end.out.bytes);
	screen_put(&top.out, 1);
	buf_free(&top.out);
	buf_free(&a.out);
	buf_free(&b.out);
	buf_free(&end.out);
}
