/*
 * Bodies of HTML forms: which of the two kinds, the simple kind, and what
 * both have in common.
 *
 * The library's own post processor wants a connection and guesses where it
 * can; here a body is whole, and what could be understood in two ways is
 * refused.  Names and values are copied into one block that is wiped in the
 * end.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/http/form_inside.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/text.h"

#define TYPE_SIMPLE	"application/x-www-form-urlencoded"
#define TYPE_PARTS	"multipart/form-data"
#define NAME_CHARS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
			"0123456789_-.[]"
/* RFC 2046 5.1.1, without the blank. */
#define BOUNDARY_CHARS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
			"0123456789'()+_,-./:=?"

int
form_fault(struct form *f, enum form_fault fault, struct err *e,
    const char *format, ...)
{
	va_list list;

	if (fault > f->fault) {
		f->fault = fault;
		va_start(list, format);
		err_vset(e, ERR_INPUT, format, list);
		va_end(list);
	}
	return fault >= FORM_FIELDS ? -1 : 0;
}

/* Room for everything from the beginning, so that nothing ever moves. */
static void
keep(struct form *f, char c)
{
	if (f->used == f->room)
		mem_out();
	f->text[f->used++] = c;
}

const char *
form_keep(struct form *f, const void *bytes, size_t n)
{
	char *kept = f->text + f->used;

	if (n > f->room - f->used)
		mem_out();
	if (n > 0)
		memcpy(kept, bytes, n);
	f->used += n;
	keep(f, '\0');
	return kept;
}

int
form_check_name(struct form *f, const char *name, size_t n, struct err *e)
{
	if (n > 0 && n <= FORM_NAME_MAX && strspn(name, NAME_CHARS) == n)
		return 0;
	return form_fault(f, FORM_BROKEN, e, "a field of the form has no "
	    "name, or one that is not possible");
}

static const struct form_field *
find_field(const struct form *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n_fields; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return &f->fields[i];
	return NULL;
}

int
form_add_field(struct form *f, const char *name, const char *value,
    size_t len, struct err *e)
{
	struct form_field *field;
	size_t i;

	if (f->n_fields == f->limits.fields)
		return form_fault(f, FORM_FIELDS, e, "the form has more than "
		    "%zu fields", f->limits.fields);
	if (find_field(f, name) != NULL)
		return form_fault(f, FORM_BROKEN, e, "the form has two fields "
		    "'%s'", name);
	for (i = 0; i < f->n_files; i++)
		if (strcmp(f->files[i].field, name) == 0)
			return form_fault(f, FORM_BROKEN, e, "'%s' is a file "
			    "and a field of the form", name);
	if (memchr(value, '\0', len) != NULL || !text_is_utf8(value, len))
		return form_fault(f, FORM_CHARSET, e, "'%s' of the form is "
		    "not text in UTF-8", name);
	field = &f->fields[f->n_fields++];
	field->name = name;
	field->value = value;
	field->len = len;
	if (len > f->limits.text)
		return form_fault(f, FORM_LONG, e, "'%s' of the form is "
		    "longer than %zu bytes", name, f->limits.text);
	return 0;
}

int
form_add_file(struct form *f, const struct form_file *file, struct err *e)
{
	if (find_field(f, file->field) != NULL)
		return form_fault(f, FORM_BROKEN, e, "'%s' is a file and a "
		    "field of the form", file->field);
	if (f->n_files == f->limits.files)
		return form_fault(f, FORM_FILES, e, "the form has more than "
		    "%zu files", f->limits.files);
	f->files[f->n_files++] = *file;
	return 0;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode n bytes and keep them; NULL when a '%' has no two digits. */
static const char *
decode(struct form *f, const char *p, size_t n, size_t *len)
{
	const char *kept = f->text + f->used, *end = p + n;
	char c;

	for (; p < end; p++) {
		c = *p == '+' ? ' ' : *p;
		if (c == '%') {
			if (end - p < 3 || hex(p[1]) == -1 || hex(p[2]) == -1)
				return NULL;
			c = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		}
		keep(f, c);
	}
	*len = (size_t)(f->text + f->used - kept);
	keep(f, '\0');
	return kept;
}

/* One "name=value". */
static int
simple_field(struct form *f, const char *p, size_t n, struct err *e)
{
	const char *equal = memchr(p, '=', n), *name, *value;
	size_t name_len, len;

	if (equal == NULL)
		return form_fault(f, FORM_BROKEN, e, "a field of the form has "
		    "no value");
	name = decode(f, p, (size_t)(equal - p), &name_len);
	value = decode(f, equal + 1, n - (size_t)(equal - p) - 1, &len);
	if (name == NULL || value == NULL)
		return form_fault(f, FORM_BROKEN, e, "a field of the form is "
		    "not percent-encoded");
	if (form_check_name(f, name, name_len, e) == -1)
		return -1;
	return form_add_field(f, name, value, len, e);
}

static int
simple(struct form *f, const char *body, size_t len, struct err *e)
{
	const char *p = body, *end = body + len, *next;

	while (len > 0) {
		if ((next = memchr(p, '&', (size_t)(end - p))) == NULL)
			next = end;
		if (simple_field(f, p, (size_t)(next - p), e) == -1)
			return -1;
		if (next == end)
			break;
		p = next + 1;
	}
	return 0;
}

/*
 * One parameter of a Content-Type, "; name=value" or "; name="value"", moved
 * past; 0, or -1 when it is none. There are no escapes in what we need.
 */
static int
parameter(const char **p, const char **name, size_t *name_len,
    const char **value, size_t *len)
{
	const char *s = *p + strspn(*p, " \t");

	if (*s++ != ';')
		return -1;
	s += strspn(s, " \t");
	*name = s;
	s += *name_len = strcspn(s, "= \t;\"");
	if (*name_len == 0 || *s++ != '=')
		return -1;
	if (*s == '"') {
		*value = ++s;
		s += *len = strcspn(s, "\"\\");
		if (*s++ != '"')
			return -1;
	} else {
		*value = s;
		s += *len = strcspn(s, " \t;\"");
	}
	*p = s + strspn(s, " \t");
	return *len == 0 || (**p != '\0' && **p != ';') ? -1 : 0;
}

/*
 * Whatever stands behind the type: a boundary or, with charset, only UTF-8.
 * 0, or -1.
 */
static int
parameters(const char *p, char boundary[FORM_BOUNDARY_MAX + 1])
{
	const char *name, *value;
	size_t n, len;

	boundary[0] = '\0';
	for (p += strspn(p, " \t"); *p != '\0';) {
		if (parameter(&p, &name, &n, &value, &len) == -1)
			return -1;
		if (n == 7 && strncasecmp(name, "charset", n) == 0) {
			if (len != 5 || strncasecmp(value, "utf-8", 5) != 0)
				return -1;
		} else if (n == 8 && strncasecmp(name, "boundary", n) == 0) {
			if (boundary[0] != '\0' || len > FORM_BOUNDARY_MAX ||
			    strspn(value, BOUNDARY_CHARS) < len)
				return -1;
			memcpy(boundary, value, len);
			boundary[len] = '\0';
		}
	}
	return 0;
}

/* The type itself, and nothing longer. */
static int
is_type(const char *type, const char *what)
{
	size_t n = strlen(what);

	return strncasecmp(type, what, n) == 0 &&
	    (type[n] == '\0' || strchr("; \t", type[n]) != NULL);
}

static int
parse(struct form *f, const char *type, const char *body, size_t len,
    struct err *e)
{
	char boundary[FORM_BOUNDARY_MAX + 1];

	if (len > f->limits.all)
		(void)form_fault(f, FORM_LARGE, e, "the form is larger than "
		    "%zu bytes", f->limits.all);
	if (type == NULL)
		type = "";
	if (is_type(type, TYPE_SIMPLE)) {
		if (parameters(type + strlen(TYPE_SIMPLE), boundary) == 0 &&
		    boundary[0] == '\0')
			return simple(f, body, len, e);
	} else if (is_type(type, TYPE_PARTS)) {
		if (parameters(type + strlen(TYPE_PARTS), boundary) == 0 &&
		    boundary[0] != '\0')
			return form_multipart(f, boundary, body, len, e);
	}
	return form_fault(f, FORM_BROKEN, e, "this is not the body of a form: "
	    "its Content-Type is neither " TYPE_SIMPLE " nor " TYPE_PARTS);
}

int
form_parse(struct form *f, const char *type, const void *body, size_t len,
    const struct form_limits *limits, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->limits = *limits;
	f->fields = mem_alloc((limits->fields + 1) * sizeof(*f->fields));
	f->files = mem_alloc((limits->files + 1) * sizeof(*f->files));
	/* A byte each, and a NUL for what at least a byte separates. */
	f->room = 2 * len + 2;
	f->text = mem_alloc(f->room);
	if (parse(f, type, body, len, e) == -1 || f->fault != FORM_FINE)
		return -1;
	return 0;
}

void
form_free(struct form *f)
{
	if (f->text != NULL)
		seal_wipe(f->text, f->used);
	free(f->text);
	free(f->fields);
	free(f->files);
	memset(f, 0, sizeof(*f));
}

const char *
form_value(const struct form *f, const char *name)
{
	const struct form_field *field = find_field(f, name);

	return field == NULL ? NULL : field->value;
}
