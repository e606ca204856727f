/*
 * Tags and text to lines.
 *
 * Blocks owe line ends, inline text owes a space; both are paid when the next
 * visible character comes, so that no run of empty lines and no trailing
 * blanks appear.  The stack of open elements is bounded: deeper ones count
 * only as line breaks.  Hidden text is never dropped, it is marked.
 */
#include "config.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/html_sink.h"
#include "daemon/reader/html_style.h"
#include "lib/buf.h"

#define HREF_MAX	2000
#define LINES_MAX	3	/* line ends in a row */
#define LISTS_MAX	9	/* deeper ones have no edge of their own */
#define START_MAX	1000000

/* What an element does to the text; lines: before and after it. */
struct tag {
	const char	*name;
	short		 lines;
	char		 kind;	/* s skip, q quote, p pre, u ul, o ol, l li,
				 * a link, v void, r ruler, c cell, b break,
				 * i image */
};

static const struct tag tags[] = {
	{ "p", 2, ' ' }, { "div", 1, ' ' }, { "br", 0, 'b' },
	{ "h1", 2, ' ' }, { "h2", 2, ' ' }, { "h3", 2, ' ' },
	{ "h4", 2, ' ' }, { "h5", 2, ' ' }, { "h6", 2, ' ' },
	{ "ul", 1, 'u' }, { "ol", 1, 'o' }, { "li", 1, 'l' },
	{ "dl", 1, ' ' }, { "dt", 1, ' ' }, { "dd", 1, ' ' },
	{ "blockquote", 1, 'q' }, { "pre", 1, 'p' }, { "hr", 1, 'r' },
	{ "table", 1, ' ' }, { "tr", 1, ' ' }, { "td", 0, 'c' },
	{ "th", 0, 'c' }, { "tbody", 0, ' ' }, { "thead", 0, ' ' },
	{ "caption", 1, ' ' }, { "a", 0, 'a' }, { "img", 0, 'i' },
	{ "script", 0, 's' }, { "style", 0, 's' }, { "title", 0, 's' },
	{ "template", 0, 's' }, { "svg", 0, 's' }, { "math", 0, ' ' },
	{ "section", 1, ' ' }, { "article", 1, ' ' }, { "header", 1, ' ' },
	{ "footer", 1, ' ' }, { "main", 1, ' ' }, { "nav", 1, ' ' },
	{ "aside", 1, ' ' }, { "form", 1, ' ' }, { "fieldset", 1, ' ' },
	{ "address", 1, ' ' }, { "center", 1, ' ' }, { "figure", 1, ' ' },
	{ "figcaption", 1, ' ' }, { "option", 1, ' ' },
	{ "textarea", 1, 'p' }, { "span", 0, ' ' }, { "font", 0, ' ' },
	{ "b", 0, ' ' }, { "i", 0, ' ' }, { "u", 0, ' ' },
	{ "em", 0, ' ' }, { "strong", 0, ' ' }, { "small", 0, ' ' },
	{ "big", 0, ' ' }, { "sub", 0, ' ' }, { "sup", 0, ' ' },
	{ "html", 0, ' ' }, { "body", 0, ' ' }, { "head", 0, ' ' },
	{ "input", 0, 'v' }, { "meta", 0, 'v' }, { "link", 0, 'v' },
	{ "area", 0, 'v' }, { "base", 0, 'v' }, { "col", 0, 'v' },
	{ "embed", 0, 'v' }, { "source", 0, 'v' }, { "track", 0, 'v' },
	{ "wbr", 0, 'v' }, { "param", 0, 'v' }, { "basefont", 0, 'v' },
	{ "", 0, ' ' },		/* any other */
};
#define TAG_OTHER	((short)(sizeof(tags) / sizeof(tags[0]) - 1))

static short
tag_find(const char *name)
{
	short i;

	for (i = 0; i < TAG_OTHER; i++)
		if (tags[i].name[0] == g_ascii_tolower(name[0]) &&
		    strcasecmp(tags[i].name, name) == 0)
			break;
	return i;
}

static void
put(struct html_sink *s, const char *p, size_t n)
{
	if (buf_add(s->out, p, n) == -1)
		s->full = 1;
}

static void
begin_line(struct html_sink *s)
{
	int i;

	for (i = 0; i < s->quotes; i++)
		put(s, "> ", 2);
}

/*
 * Pay what is owed: line ends and quote marks, or a space.  Hidden text is
 * one line, whatever its tags say.
 */
static void
settle(struct html_sink *s)
{
	if (s->bracket) {
		if (s->lines > 0 || s->space)
			put(s, " ", 1);
	} else if (!s->begun) {
		begin_line(s);
	} else if (s->lines > 0) {
		put(s, "\n", 1);
		while (--s->lines > 0) {
			begin_line(s);
			put(s, "\n", 1);
		}
		begin_line(s);
	} else if (s->space) {
		put(s, " ", 1);
	}
	s->begun = 1;
	s->lines = s->space = s->marked = 0;
	if (s->hides > 0 && !s->bracket) {
		put(s, "[hidden: ", 9);
		s->bracket = s->hidden = 1;
	}
}

static void
owe(struct html_sink *s, int lines)
{
	if (s->marked)
		return;		/* <li><p>: one line with its mark */
	if (s->begun && s->lines < lines)
		s->lines = lines;
	s->space = 0;
}

static void
close_bracket(struct html_sink *s)
{
	if (s->bracket && s->hides == 0) {
		put(s, "]", 1);
		s->bracket = 0;
	}
}

/*
 * Bytes of the blank at p, 0 when it is none. A no-break space is layout,
 * too: programs write it where they want an empty line.
 */
static size_t
blank(const char *p, size_t n)
{
	if (n > 1 && p[0] == '\xc2' && p[1] == '\xa0')
		return 2;
	return strchr(" \t\r\n\f", p[0]) != NULL;
}

void
html_sink_text(struct html_sink *s, const char *p, size_t n)
{
	size_t i, from, skip;

	if (s->skips > 0 || s->full)
		return;
	for (i = 0; i < n && !s->full;) {
		if (s->pre > 0 && !s->bracket && p[i] == '\n') {
			if (s->begun)
				s->lines++;
			i++;
			continue;
		}
		if (s->pre == 0 && (skip = blank(p + i, n - i)) > 0) {
			s->space = s->begun && s->lines == 0;
			i += skip;
			continue;
		}
		for (from = i; i < n && (s->pre > 0 ? p[i] != '\n' :
		    blank(p + i, n - i) == 0); i++)
			;
		if (i == from)
			i++;
		settle(s);
		put(s, p + from, i - from);
	}
}

static const char *
attribute(const char *const *a, const char *name)
{
	for (; a != NULL && a[0] != NULL; a += 2)
		if (strcasecmp(a[0], name) == 0)
			return a[1] == NULL ? "" : a[1];
	return NULL;
}

/* A target worth showing: one line of a scheme that people know. */
static char *
target(const char *const *a)
{
	static const char *const schemes[] = { "http://", "https://",
	    "mailto:", "tel:", "ftp://" };
	const char *href = attribute(a, "href");
	size_t i;

	if (href == NULL)
		return NULL;
	while (g_ascii_isspace(*href))
		href++;
	for (i = 0; i < 5; i++)
		if (strncasecmp(href, schemes[i], strlen(schemes[i])) == 0)
			break;
	if (i == 5 || strlen(href) > HREF_MAX)
		return NULL;
	for (i = 0; href[i] != '\0'; i++)
		if ((unsigned char)href[i] <= 0x20)
			break;
	return g_strndup(href, i);
}

/* A number or a dash in front of a list entry, under its outer entry. */
static void
list_mark(struct html_sink *s)
{
	size_t i, lists = 0;
	char mark[24];

	if (s->skips > 0)
		return;
	for (i = 0; i < s->depth; i++)
		lists += s->open[i].list;
	i = s->depth;
	while (i > 0 && !s->open[i - 1].list)
		i--;
	if (i == 0 || s->open[i - 1].number == 0)
		g_snprintf(mark, sizeof(mark), "-");
	else
		g_snprintf(mark, sizeof(mark), "%d.",
		    s->open[i - 1].number++);
	settle(s);
	for (; lists > 1 && lists < LISTS_MAX; lists--)
		put(s, "  ", 2);
	put(s, mark, strlen(mark));
	s->space = s->marked = 1;
}

/* <ol start="3"> */
static int
list_start(const char *const *a)
{
	const char *start = attribute(a, "start");
	long n = start == NULL ? 1 : strtol(start, NULL, 10);

	return n < 1 || n > START_MAX ? 1 : (int)n;
}

static void
push(struct html_sink *s, short tag, const char *const *a)
{
	const char *style = attribute(a, "style");
	char kind = tags[tag].kind;
	struct html_open *o;

	if (s->depth == HTML_DEPTH_MAX)
		return;
	o = &s->open[s->depth++];
	memset(o, 0, sizeof(*o));
	o->tag = tag;
	o->hides = attribute(a, "hidden") != NULL ||
	    (style != NULL && html_style_hides(style));
	o->skips = kind == 's';
	o->quotes = kind == 'q';
	o->pre = kind == 'p';
	o->list = kind == 'u' || kind == 'o';
	o->number = kind == 'o' ? list_start(a) : 0;
	if (kind == 'a' && (o->href = target(a)) != NULL)
		o->mark = s->out->len;
	s->hides += o->hides;
	s->skips += o->skips;
	s->quotes += o->quotes;
	s->pre += o->pre;
}

/* " <target>" unless the text of the link says the same. */
static void
show_target(struct html_sink *s, const struct html_open *o)
{
	const char *text, *href = o->href, *bare = href;
	size_t len, n;

	if (s->skips > 0 || o->mark >= s->out->len)
		return;		/* a link around nothing or a picture */
	text = s->out->bytes + o->mark;
	len = s->out->len - o->mark;
	while (len > 0 && g_ascii_isspace(*text)) {
		text++;
		len--;
	}
	if (strncasecmp(bare, "mailto:", 7) == 0 ||
	    strncasecmp(bare, "tel:", 4) == 0)
		bare = strchr(bare, ':') + 1;
	else if ((bare = strstr(href, "://")) != NULL)
		bare += 3;
	else
		bare = href;
	n = strlen(bare);
	if (n > 0 && bare[n - 1] == '/')
		n--;
	if (len >= n && len <= strlen(href) + 4 &&
	    memmem(text, len, bare, n) != NULL)
		return;
	put(s, " <", 2);
	put(s, href, strlen(href));
	put(s, ">", 1);
}

static void
pop(struct html_sink *s)
{
	struct html_open *o = &s->open[--s->depth];

	if (o->href != NULL) {
		show_target(s, o);
		free(o->href);
	}
	s->hides -= o->hides;
	s->skips -= o->skips;
	s->quotes -= o->quotes;
	s->pre -= o->pre;
	close_bracket(s);
}

/* Programs put it there when nobody described the picture. */
static int
is_file_name(const char *alt)
{
	static const char *const ends[] = { ".png", ".jpg", ".jpeg", ".gif",
	    ".bmp", ".webp", ".tif" };
	size_t n = strlen(alt), i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (n > strlen(ends[i]) && strchr(alt, ' ') == NULL &&
		    strcasecmp(alt + n - strlen(ends[i]), ends[i]) == 0)
			return 1;
	return 0;
}

static void
show_image(struct html_sink *s, const char *const *a)
{
	const char *alt = attribute(a, "alt");

	if (alt == NULL || alt[strspn(alt, " \t\r\n")] == '\0' ||
	    is_file_name(alt) || s->skips > 0)
		return;
	html_sink_text(s, "[", 1);
	html_sink_text(s, alt, strlen(alt));
	html_sink_text(s, "]", 1);
}

void
html_sink_init(struct html_sink *s, struct buf *out)
{
	memset(s, 0, sizeof(*s));
	s->out = out;
}

void
html_sink_start(struct html_sink *s, const char *name, const char *const *a)
{
	short tag = tag_find(name);
	char kind = tags[tag].kind;

	if (s->full)
		return;
	if (tags[tag].lines > 0 && s->skips == 0)
		owe(s, tags[tag].lines);
	switch (kind) {
	case 'v':
		return;
	case 'b':
		if (s->skips == 0 && s->begun && !s->marked) {
			s->lines += s->lines < LINES_MAX;
			s->space = 0;
		}
		return;
	case 'i':
		show_image(s, a);
		return;
	case 'r':
		html_sink_text(s, "--------", 8);
		if (s->skips == 0)
			owe(s, 1);
		return;
	case 'c':
		if (s->begun && s->lines == 0)
			s->space = 1;
		break;
	default:
		break;
	}
	push(s, tag, a);
	if (kind == 'l')
		list_mark(s);
}

void
html_sink_end(struct html_sink *s, const char *name)
{
	short tag = tag_find(name);
	size_t i = s->depth;

	if (s->full)
		return;
	while (i > 0 && s->open[i - 1].tag != tag)
		i--;
	if (i > 0)
		while (s->depth >= i)
			pop(s);
	if (tags[tag].lines > 0 && s->skips == 0)
		owe(s, tags[tag].lines);
}

void
html_sink_finish(struct html_sink *s)
{
	while (s->depth > 0)
		pop(s);
	close_bracket(s);
	if (s->begun)
		put(s, "\n", 1);
}
