/*
 * A page before it is put on the screen.  It is written into memory first,
 * because a pager gets it whole and because the review lets two of them stand
 * side by side.  Every line passes text_terminal() here; marks are set around
 * it afterwards.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096
#define REFLOW_COLUMNS	64	/* shorter lines are meant to end */
#define TEXT_COLUMNS	80	/* of a page, however wide the terminal */
#define FLOW_BELOW	72	/* columns: mailers break lines there */

void
render_page_init(struct render_page *p, size_t columns, const char *indent,
    int64_t now_s)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->out, RENDER_PAGE_MAX);
	p->columns = columns < TEXT_COLUMNS ? columns : TEXT_COLUMNS;
	p->indent = indent;
	p->reflow = p->columns < FLOW_BELOW;
	p->now_s = now_s;
}

/* Wrapped lines of a page, each with its mark. */
static void
add_marked(struct render_page *p, const char *lines, const char *mark)
{
	size_t n;

	for (; *lines != '\0'; lines += n + (lines[n] == '\n')) {
		n = strcspn(lines, "\n");
		(void)buf_adds(&p->out, n == 0 ? "" : mark);
		(void)buf_add(&p->out, lines, n);
		(void)buf_adds(&p->out, n == 0 ? "\n" : SCREEN_PLAIN "\n");
	}
}

static void
put_line(struct render_page *p, const char *mark, const char *line)
{
	struct buf wrapped;

	if (*line == '\0') {
		(void)buf_addc(&p->out, '\n');
		return;
	}
	buf_init(&wrapped, RENDER_PAGE_MAX);
	(void)render_add(&wrapped, line, p->columns, "");
	if (mark == NULL)
		(void)buf_adds(&p->out, wrapped.bytes);
	else
		add_marked(p, wrapped.bytes, mark);
	buf_free(&wrapped);
}

void
render_put(struct render_page *p, const char *form, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, form);
	(void)vsnprintf(line, sizeof(line), form, ap);
	va_end(ap);
	put_line(p, NULL, line);
}

void
render_put_as(struct render_page *p, const char *mark, const char *form, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, form);
	(void)vsnprintf(line, sizeof(line), form, ap);
	va_end(ap);
	put_line(p, mark, line);
}

void
render_put_heading(struct render_page *p, const char *form, ...)
{
	char line[LINE_MAX_BYTES];
	struct buf safe;
	size_t at;
	va_list ap;

	va_start(ap, form);
	(void)vsnprintf(line, sizeof(line), form, ap);
	va_end(ap);
	buf_init(&safe, 4 * (size_t)LINE_MAX_BYTES);
	(void)text_terminal(line, strlen(line), 0, &safe);
	at = text_width(safe.bytes) + 4;
	if (at + 2 > p->columns)	/* narrow: it may wrap */
		put_line(p, SCREEN_STRONG, safe.bytes);
	else {
		(void)buf_addf(&p->out, SCREEN_QUIET RENDER_RULE RENDER_RULE
		    SCREEN_STRONG " %s " SCREEN_QUIET, safe.bytes);
		for (; at < p->columns; at++)
			(void)buf_adds(&p->out, RENDER_RULE);
		(void)buf_adds(&p->out, SCREEN_PLAIN "\n");
	}
	buf_free(&safe);
}

static void
put_field(struct render_page *p, const char *label, const char *value,
    const char *mark)
{
	size_t width = text_width(label), n;
	struct buf wrapped;
	const char *line;

	if (width < RENDER_LABEL)
		width = RENDER_LABEL;
	buf_init(&wrapped, RENDER_PAGE_MAX);
	(void)render_add(&wrapped, value, p->columns > 2 * width ?
	    p->columns - width - 1 : p->columns, "");
	for (line = wrapped.bytes; *line != '\0'; line += n + 1) {
		char *end = wrapped.bytes + (line - wrapped.bytes) +
		    (n = strcspn(line, "\n"));
		int turns;

		*end = '\0';
		turns = render_turns(line);
		(void)buf_addf(&p->out, "%s%s%*s %s%s%s%s" SCREEN_PLAIN "\n",
		    *label == '\0' ? "" : SCREEN_QUIET, label, (int)(width -
		    text_width(label)), "", mark, turns ? RENDER_ISOLATE : "",
		    line, turns ? RENDER_ISOLATED : "");
		label = "";
	}
	buf_free(&wrapped);
}

void
render_put_field(struct render_page *p, const char *label, const char *value)
{
	put_field(p, label, value, SCREEN_PLAIN);
}

void
render_put_hint(struct render_page *p, const char *words)
{
	put_field(p, "", words, SCREEN_QUIET);
}

/* Is the break before this line one that a mail program made? */
static int
is_soft(const char *line, size_t n, const char *next)
{
	char whole[2 * REFLOW_COLUMNS * 4];
	size_t word = strcspn(next, " \t\r\n");

	if (word == 0 || n == 0 || strchr(">-*#", *next) != NULL ||
	    *line == '>' || n + word + 2 > sizeof(whole))
		return 0;
	(void)snprintf(whole, sizeof(whole), "%.*s %.*s", (int)n, line,
	    (int)word, next);
	return text_width(whole) > REFLOW_COLUMNS;
}

/* In a narrow column lines that were broken before would be broken twice. */
static void
reflow(struct buf *out, const char *text)
{
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		(void)buf_add(out, text, n);
		if (text[n] == '\n')
			(void)buf_addc(out, is_soft(text, n, text + n + 1) ?
			    ' ' : '\n');
	}
}

void
render_put_block(struct render_page *p, const char *text, const char *front,
    const char *mark)
{
	struct buf flowing, wrapped;
	int bad = 0;

	buf_init(&flowing, RENDER_PAGE_MAX);
	buf_init(&wrapped, RENDER_PAGE_MAX);
	if (p->reflow)
		reflow(&flowing, text);
	bad = render_add(&wrapped, p->reflow ? flowing.bytes : text,
	    p->columns, front) == -1 || wrapped.len > p->out.max - p->out.len;
	if (bad)
		render_put(p, "%s", _("(The text is too long for the "
		    "terminal: ask for it with --json.)"));
	else if (mark == NULL)
		(void)buf_adds(&p->out, wrapped.bytes);
	else
		add_marked(p, wrapped.bytes, mark);
	buf_free(&wrapped);
	buf_free(&flowing);
}

void
render_put_first(struct render_page *p, const json_t *item)
{
	const char *line = json_string_value(json_object_get(item,
	    "first_line"));

	if (line == NULL)
		return;
	render_put_block(p, line, p->indent, SCREEN_QUIET);
	render_put(p, "%s", "");
}

void
render_put_text(struct render_page *p, const char *text)
{
	if (text[strspn(text, " \t\r\n")] == '\0')
		render_put_as(p, SCREEN_QUIET, "%s%s", p->indent,
		    _("(no words)"));
	else
		render_put_block(p, text, p->indent, NULL);
}
