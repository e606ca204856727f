/*
 * The words of the web door: one file per language, "key: text".
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_lines.h"
#include "daemon/web/saying.h"
#include "lib/buf.h"
#include "lib/err.h"

#define KEY_CHARACTERS	"abcdefghijklmnopqrstuvwxyz0123456789_"

/* A file under way. */
struct loading {
	struct config_lines lines;
	json_t		*words;
	char		 key[64];	/* "" before the first */
	struct buf	 text;		/* of that key so far */
};

static int
fail(const struct loading *l, const char *what, struct err *e)
{
	return config_lines_fail(&l->lines, what, e);
}

/* The key at hand is whole. */
static int
end_key(struct loading *l, struct err *e)
{
	if (l->key[0] == '\0')
		return 0;
	while (l->text.len > 0 && l->text.bytes[l->text.len - 1] == '\n')
		l->text.bytes[--l->text.len] = '\0';
	if (l->text.len == 0)
		return fail(l, "the key before has no text", e);
	if (json_object_set_new(l->words, l->key,
	    json_string(l->text.bytes)) == -1)
		mem_out();
	buf_clear(&l->text);
	return 0;
}

static int
begin_key(struct loading *l, const char *s, struct err *e)
{
	size_t n = strspn(s, KEY_CHARACTERS);

	if (n == 0 || n >= sizeof(l->key) || s[n] != ':')
		return fail(l, "a line is \"key: text\", begins with # or, "
		    "to go on, with a space", e);
	memcpy(l->key, s, n);
	l->key[n] = '\0';
	if (json_object_get(l->words, l->key) != NULL)
		return fail(l, "this key stands twice", e);
	s += n + 1;
	return buf_adds(&l->text, s + strspn(s, " ")) == -1 ?
	    fail(l, "the text is too long", e) : 0;
}

/* An empty line that goes on is a new paragraph, any other one a space. */
static int
go_on(struct loading *l, const char *s, struct err *e)
{
	int paragraph;

	if (l->key[0] == '\0')
		return fail(l, "there is nothing to go on with", e);
	s += strspn(s, " ");
	paragraph = l->text.len > 0 &&
	    l->text.bytes[l->text.len - 1] == '\n';
	return (l->text.len > 0 && !paragraph &&
	    buf_addc(&l->text, ' ') == -1) || buf_adds(&l->text, s) == -1 ?
	    fail(l, "the text is too long", e) : 0;
}

/* A new paragraph in what goes on, and nothing before that. */
static int
take_empty(struct loading *l, struct err *e)
{
	int paragraph = l->text.len > 0 &&
	    l->text.bytes[l->text.len - 1] == '\n';

	if (l->key[0] == '\0' || paragraph ||
	    buf_adds(&l->text, "\n\n") == 0)
		return 0;
	return fail(l, "the text is too long", e);
}

static int
take_line(struct loading *l, const char *s, struct err *e)
{
	if (s[0] == '#')
		return 0;
	if (s[0] == '\0')
		return take_empty(l, e);
	if (s[0] == ' ')
		return go_on(l, s, e);
	return end_key(l, e) == -1 || begin_key(l, s, e) == -1 ? -1 : 0;
}

json_t *
saying_load(const char *path, struct err *e)
{
	struct loading l;
	int bad = -1, got = 0;
	char *line;

	memset(&l, 0, sizeof(l));
	if ((l.words = json_object()) == NULL)
		mem_out();
	buf_init(&l.text, SAYING_FILE_MAX);
	if (config_lines_open(&l.lines, path, SAYING_FILE_MAX, e) == -1)
		goto out;
	while ((got = config_lines_next(&l.lines, &line, e)) == 1)
		if (take_line(&l, line, e) == -1)
			goto out;
	bad = got == -1 ? -1 : end_key(&l, e);
out:
	config_lines_close(&l.lines);
	buf_free(&l.text);
	if (bad == 0)
		return l.words;
	json_decref(l.words);
	return NULL;
}

/* The next word in braces from *s: its length with them, or 0. */
static size_t
next_hole(const char **s)
{
	const char *at;
	size_t n;

	for (at = strchr(*s, '{'); at != NULL; at = strchr(at + 1, '{')) {
		n = strspn(at + 1, KEY_CHARACTERS);
		if (n > 0 && at[n + 1] == '}') {
			*s = at;
			return n + 2;
		}
	}
	return 0;
}

/* Each word in braces of `a` stands in `b` as well. */
static int
has_holes(const char *a, const char *b)
{
	char hole[80];
	size_t n;

	while ((n = next_hole(&a)) > 0) {
		if (n >= sizeof(hole))
			return 0;
		memcpy(hole, a, n);
		hole[n] = '\0';
		if (strstr(b, hole) == NULL)
			return 0;
		a += n;
	}
	return 1;
}

int
saying_same(const json_t *first, const json_t *other, struct err *e)
{
	const char *key, *here, *there;
	json_t *value;

	json_object_foreach((json_t *)first, key, value) {
		here = json_string_value(value);
		there = json_string_value(json_object_get(other, key));
		if (there == NULL)
			err_set(e, ERR_INPUT, "the key '%s' is missing", key);
		else if (!has_holes(here, there) || !has_holes(there, here))
			err_set(e, ERR_INPUT, "the words in braces of '%s' "
			    "are not those of '%s'", key, here);
		else
			continue;
		return -1;
	}
	json_object_foreach((json_t *)other, key, value) {
		if (json_object_get(first, key) != NULL)
			continue;
		err_set(e, ERR_INPUT, "the key '%s' is not one of ours", key);
		return -1;
	}
	return 0;
}

/* The value for the word in braces, or NULL. */
static const char *
value_of(const char *names[], const char *values[], size_t n,
    const char *hole, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(names[i]) + 2 == len &&
		    strncmp(names[i], hole + 1, len - 2) == 0)
			return values[i];
	return NULL;
}

char *
saying_fill(const json_t *words, const char *key, ...)
{
	const char *names[SAYING_VALUES], *values[SAYING_VALUES], *s, *from,
	    *value;
	struct buf out;
	size_t n = 0, len;
	va_list ap;

	va_start(ap, key);
	while (n < SAYING_VALUES && (names[n] = va_arg(ap,
	    const char *)) != NULL)
		values[n++] = va_arg(ap, const char *);
	va_end(ap);
	if ((s = json_string_value(json_object_get(words, key))) == NULL)
		s = "";
	buf_init(&out, SAYING_FILE_MAX);
	for (from = s; (len = next_hole(&s)) > 0; from = s) {
		value = value_of(names, values, n, s, len);
		(void)buf_add(&out, from, (size_t)(s - from));
		(void)(value != NULL ? buf_adds(&out, value) :
		    buf_add(&out, s, len));
		s += len;
	}
	(void)buf_adds(&out, from);
	return buf_take(&out, NULL);
}
