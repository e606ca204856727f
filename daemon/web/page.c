/*
 * Pages as text files with holes.  A file is looked through once when it is
 * loaded, so that a mistake in it is said at the start and not to the one who
 * writes to us; rendering walks over the same text again.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_lines.h"
#include "daemon/web/page.h"
#include "lib/buf.h"
#include "lib/err.h"

#define NAME_MAX_LEN	64
#define SUFFIX		".html"
#define WORDS		"words."

struct page {
	char	 name[NAME_MAX_LEN + 1];
	char	*text;
};

struct pages {
	struct page	 page[PAGE_FILES_MAX];
	size_t		 n;
};

/* One {{...}}: where it begins, what it is, what follows. */
struct tag {
	const char	*begin, *after;
	char		 kind;		/* '#', '^', '/', '>', or 0 a value */
	char		 name[NAME_MAX_LEN + 1];
};

/* Where a name is looked for: the innermost first. */
struct scope {
	const struct scope	*outer;
	const json_t		*values;
};

struct rendering {
	const struct pages	*pages;
	struct buf		*out;
	int			 depth;
};

static int
is_name(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len > NAME_MAX_LEN)
		return 0;
	for (i = 0; i < len; i++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_.-",
		    s[i]) == NULL)
			return 0;
	}
	return 1;
}

/* The next tag from here: 1, 0 none, -1 it is not one of ours. */
static int
find_tag(const char *from, struct tag *tag)
{
	const char *name, *end;
	size_t len;

	if ((tag->begin = strstr(from, "{{")) == NULL)
		return 0;
	name = tag->begin + 2;
	if ((end = strstr(name, "}}")) == NULL)
		return -1;
	tag->after = end + 2;
	tag->kind = '\0';
	if (*name != '\0' && strchr("#^/>", *name) != NULL)
		tag->kind = *name++;
	if (tag->kind == '>')
		name += strspn(name, " ");
	len = (size_t)(end - name);
	if (!is_name(name, len))
		return -1;
	memcpy(tag->name, name, len);
	tag->name[len] = '\0';
	return 1;
}

/* The end tag of this section, with what is nested passed over. */
static int
find_end(const struct tag *open, struct tag *end)
{
	const char *at = open->after;
	int depth = 1;

	while (find_tag(at, end) == 1) {
		if (end->kind == '#' || end->kind == '^')
			depth++;
		else if (end->kind == '/' && --depth == 0)
			return 0;
		at = end->after;
	}
	return -1;
}

static const struct page *
find_page(const struct pages *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->page[i].name, name) == 0)
			return &p->page[i];
	return NULL;
}

static int
line_of(const struct page *page, const char *at)
{
	const char *s;
	int line = 1;

	for (s = page->text; s < at; s++)
		line += *s == '\n';
	return line;
}

/* Every tag known, every section closed by its own name. */
static int
check_page(const struct pages *p, const struct page *page, struct err *e)
{
	char open[PAGE_DEPTH_MAX][NAME_MAX_LEN + 1];
	const char *at = page->text, *what = NULL;
	struct tag tag;
	int depth = 0, found;

	while (what == NULL && (found = find_tag(at, &tag)) != 0) {
		if (found == -1)
			what = "this is not a hole: {{name}}, {{#name}}, "
			    "{{^name}}, {{/name}} and {{> file}} are";
		else if (tag.kind == '>' && find_page(p, tag.name) == NULL)
			what = "there is no such file";
		else if (tag.kind == '/' && (depth == 0 ||
		    strcmp(open[--depth], tag.name) != 0))
			what = "this ends no section that is open";
		else if ((tag.kind == '#' || tag.kind == '^') &&
		    depth == PAGE_DEPTH_MAX)
			what = "sections are nested too deep";
		else if (tag.kind == '#' || tag.kind == '^')
			memcpy(open[depth++], tag.name, sizeof(tag.name));
		at = found == 1 ? tag.after : at;
	}
	if (what == NULL && depth > 0) {
		err_set(e, ERR_INPUT, "%s" SUFFIX ": the section '%s' does "
		    "not end", page->name, open[depth - 1]);
		return -1;
	}
	if (what == NULL)
		return 0;
	err_set(e, ERR_INPUT, "%s" SUFFIX ":%d: %s", page->name,
	    line_of(page, tag.begin), what);
	return -1;
}

static int
is_page_file(const char *name)
{
	size_t len = strlen(name), tail = strlen(SUFFIX);

	return len > tail && strcmp(name + len - tail, SUFFIX) == 0 &&
	    is_name(name, len - tail);
}

static int
load_one(struct pages *p, const char *folder, const char *name,
    struct err *e)
{
	struct page *page = &p->page[p->n];
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((page->text = config_text(path, PAGE_FILE_MAX, e)) == NULL)
		return -1;
	memcpy(page->name, name, strlen(name) - strlen(SUFFIX));
	p->n++;
	return 0;
}

static int
load_folder(struct pages *p, const char *folder, struct err *e)
{
	struct dirent *entry;
	int bad = 0;
	DIR *dir;

	if ((dir = opendir(folder)) == NULL) {
		err_set(e, ERR_IO, "cannot open the folder '%s': %s", folder,
		    strerror(errno));
		return -1;
	}
	while (!bad && (entry = readdir(dir)) != NULL) {
		if (!is_page_file(entry->d_name))
			continue;
		if (p->n == PAGE_FILES_MAX) {
			err_set(e, ERR_INPUT, "'%s' holds more than %d pages",
			    folder, PAGE_FILES_MAX);
			bad = 1;
		} else
			bad = load_one(p, folder, entry->d_name, e) == -1;
	}
	(void)closedir(dir);
	return bad ? -1 : 0;
}

struct pages *
pages_load(const char *folder, struct err *e)
{
	struct pages *p = mem_alloc(sizeof(*p));
	size_t i;

	if (load_folder(p, folder, e) == -1)
		goto fail;
	for (i = 0; i < p->n; i++) {
		if (check_page(p, &p->page[i], e) == -1) {
			err_prefix(e, "%s", folder);
			goto fail;
		}
	}
	return p;
fail:
	pages_free(p);
	return NULL;
}

/* Why a page must not have it, or NULL. */
static const char *
why_unknown(const struct tag *tag, const char *const *names,
    const json_t *words)
{
	if (tag->kind == '>')
		return NULL;
	if (strncmp(tag->name, WORDS, strlen(WORDS)) == 0)
		return json_object_get(words, tag->name + strlen(WORDS)) !=
		    NULL ? NULL : "no key of web.txt";
	while (*names != NULL && strcmp(*names, tag->name) != 0)
		names++;
	return *names != NULL ? NULL : "nothing that pages are given; what "
	    "they are stands in teduh.conf(5), at 'pages'";
}

int
pages_know(const struct pages *p, const char *const *names,
    const json_t *words, struct err *e)
{
	const char *at, *why;
	struct tag tag;
	size_t i;

	for (i = 0; i < p->n; i++) {
		for (at = p->page[i].text; find_tag(at, &tag) == 1;
		    at = tag.after) {
			if ((why = why_unknown(&tag, names, words)) == NULL)
				continue;
			err_set(e, ERR_INPUT, "%s" SUFFIX ":%d: '%s' is %s",
			    p->page[i].name, line_of(&p->page[i], tag.begin),
			    tag.name, why);
			return -1;
		}
	}
	return 0;
}

int
pages_have(const struct pages *p, const char *name)
{
	return find_page(p, name) != NULL;
}

void
pages_free(struct pages *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		free(p->page[i].text);
	free(p);
}

int
page_escape(struct buf *out, const char *s)
{
	size_t n;
	int bad = 0;

	for (; *s != '\0' && !bad; s++) {
		n = strcspn(s, "&<>\"'");
		bad = buf_add(out, s, n) == -1;
		s += n;
		if (*s == '\0')
			break;
		bad |= buf_adds(out, *s == '&' ? "&amp;" : *s == '<' ?
		    "&lt;" : *s == '>' ? "&gt;" : *s == '"' ? "&quot;" :
		    "&#39;") == -1;
	}
	return bad ? -1 : 0;
}

/* "a.b" is b of a; NULL when it is nowhere. */
static const json_t *
look_up(const struct scope *scope, const char *name)
{
	char first[NAME_MAX_LEN + 1];
	size_t n = strcspn(name, ".");
	const json_t *value = NULL;

	memcpy(first, name, n);
	first[n] = '\0';
	for (; scope != NULL && value == NULL; scope = scope->outer)
		value = json_object_get(scope->values, first);
	while (value != NULL && name[n] == '.') {
		name += n + 1;
		n = strcspn(name, ".");
		memcpy(first, name, n);
		first[n] = '\0';
		value = json_object_get(value, first);
	}
	return value;
}

static int
is_nothing(const json_t *value)
{
	return value == NULL || json_is_false(value) || json_is_null(value) ||
	    (json_is_string(value) && json_string_length(value) == 0) ||
	    (json_is_array(value) && json_array_size(value) == 0);
}

static int
put_value(struct rendering *r, const json_t *value)
{
	if (json_is_string(value))
		return page_escape(r->out, json_string_value(value));
	if (json_is_integer(value))
		return buf_addf(r->out, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	return 0;
}

static int	render(struct rendering *, const char *text, const char *end,
		    const struct scope *);

/* What stands between the two tags, as often as the value says. */
static int
render_section(struct rendering *r, const struct tag *open,
    const struct tag *end, const struct scope *scope)
{
	const json_t *value = look_up(scope, open->name), *one;
	struct scope inner = { scope, NULL };
	int nothing = is_nothing(value);
	size_t i;

	if (open->kind == '^')
		return nothing ? render(r, open->after, end->begin, scope) :
		    0;
	if (nothing)
		return 0;
	if (!json_is_array(value)) {
		inner.values = value;
		return render(r, open->after, end->begin, &inner);
	}
	json_array_foreach(value, i, one) {
		inner.values = one;
		if (render(r, open->after, end->begin, &inner) == -1)
			return -1;
	}
	return 0;
}

static int
render_file(struct rendering *r, const char *name, const struct scope *scope)
{
	const struct page *page = find_page(r->pages, name);
	int result;

	if (page == NULL || r->depth == PAGE_DEPTH_MAX)
		return -1;
	r->depth++;
	result = render(r, page->text, page->text + strlen(page->text),
	    scope);
	r->depth--;
	return result;
}

static int
render(struct rendering *r, const char *text, const char *end,
    const struct scope *scope)
{
	struct tag tag, last;
	int bad = 0;

	while (!bad && find_tag(text, &tag) == 1 && tag.begin < end) {
		bad = buf_add(r->out, text, (size_t)(tag.begin - text)) == -1;
		text = tag.after;
		if (bad)
			break;
		if (tag.kind == '>')
			bad = render_file(r, tag.name, scope) == -1;
		else if (tag.kind == '\0')
			bad = put_value(r, look_up(scope, tag.name)) == -1;
		else if (find_end(&tag, &last) == -1)
			bad = 1;
		else {
			bad = render_section(r, &tag, &last, scope) == -1;
			text = last.after;
		}
	}
	return bad || buf_add(r->out, text, (size_t)(end - text)) == -1 ? -1 :
	    0;
}

int
pages_render(const struct pages *p, const char *name, const json_t *values,
    struct buf *out, struct err *e)
{
	const struct scope scope = { NULL, values };
	struct rendering r = { p, out, 0 };

	if (find_page(p, name) == NULL) {
		err_set(e, ERR_GONE, "there is no page '%s" SUFFIX "'", name);
		return -1;
	}
	if (render_file(&r, name, &scope) == -1) {
		err_set(e, ERR_INPUT, "the page '%s" SUFFIX "' becomes longer "
		    "than %zu bytes, or files in it call each other", name,
		    out->max);
		return -1;
	}
	return 0;
}
