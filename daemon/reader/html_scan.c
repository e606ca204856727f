/*
 * The tag stripper of our own: the way that always works when the real HTML
 * parser gives up (its limits on depth and number of tags) and the one that
 * is small enough to be read.  One pass, no recursion, never fails: what is no
 * tag is text.
 */
#include "config.h"

#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/html_sink.h"
#include "lib/buf.h"

#define NAME_MAX_LEN	32
#define ATTRIBUTES_MAX	24
#define VALUE_MAX	2048

struct entity {
	const char	*name, *text;
};

/* The ones that people's programs write; others stay as they are. */
static const struct entity entities[] = {
	{ "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" },
	{ "apos", "'" }, { "nbsp", "\xc2\xa0" }, { "auml", "ä" },
	{ "ouml", "ö" }, { "uuml", "ü" }, { "otilde", "õ" },
	{ "Auml", "Ä" }, { "Ouml", "Ö" }, { "Uuml", "Ü" },
	{ "Otilde", "Õ" }, { "szlig", "ß" }, { "eacute", "é" },
	{ "egrave", "è" }, { "agrave", "à" }, { "aring", "å" },
	{ "oslash", "ø" }, { "ndash", "–" }, { "mdash", "—" },
	{ "lsquo", "‘" }, { "rsquo", "’" }, { "ldquo", "“" },
	{ "rdquo", "”" }, { "bdquo", "„" }, { "laquo", "«" },
	{ "raquo", "»" }, { "hellip", "…" }, { "bull", "•" },
	{ "euro", "€" }, { "copy", "©" }, { "middot", "·" },
};

static size_t
put_number(const char *p, size_t n, char *out)
{
	int hex = n > 1 && (p[1] == 'x' || p[1] == 'X');
	gunichar c = 0;
	size_t i = hex ? 2 : 1;

	if (i >= n)
		return 0;
	for (; i < n; i++) {
		int digit = hex ? g_ascii_xdigit_value(p[i]) :
		    g_ascii_digit_value(p[i]);

		if (digit < 0 || c > 0x10ffff)
			return 0;
		c = c * (hex ? 16 : 10) + (gunichar)digit;
	}
	if (c == 0 || !g_unichar_validate(c))
		c = 0xfffd;
	return (size_t)g_unichar_to_utf8(c, out);
}

/* p stands at '&'. Bytes of input that were used, 0 when it is no entity. */
static size_t
entity(const char *p, const char *end, char out[8], size_t *len)
{
	size_t n, i;

	for (n = 1; n < 12 && p + n < end &&
	    (g_ascii_isalnum(p[n]) || p[n] == '#'); n++)
		;
	if (n == 1)
		return 0;
	*len = 0;
	if (p[1] == '#') {
		*len = put_number(p + 1, n - 1, out);
	} else {
		for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
			if (strlen(entities[i].name) == n - 1 &&
			    memcmp(entities[i].name, p + 1, n - 1) == 0) {
				*len = strlen(entities[i].text);
				memcpy(out, entities[i].text, *len);
			}
	}
	if (*len == 0)
		return 0;
	return p + n < end && p[n] == ';' ? n + 1 : n;
}

static void
text(struct html_sink *s, const char *p, const char *end)
{
	const char *amp;
	char out[8];
	size_t used, len = 0;

	while (p < end) {
		if ((amp = memchr(p, '&', (size_t)(end - p))) == NULL)
			amp = end;
		if (amp > p)
			html_sink_text(s, p, (size_t)(amp - p));
		if (amp == end)
			return;
		if ((used = entity(amp, end, out, &len)) > 0) {
			html_sink_text(s, out, len);
			p = amp + used;
		} else {
			html_sink_text(s, "&", 1);
			p = amp + 1;
		}
	}
}

/* Names and values of one tag, each with its NUL, in one buffer. */
struct attributes {
	const char	*v[2 * ATTRIBUTES_MAX + 1];
	size_t		 at[2 * ATTRIBUTES_MAX];
	size_t		 n;
	struct buf	 bytes;
};

static const char *
add_value(struct attributes *a, const char *p, const char *end)
{
	char quote = '\0', out[8];
	size_t used, len = 0, from = a->bytes.len;

	if (p < end && (*p == '"' || *p == '\''))
		quote = *p++;
	for (; p < end && (quote != '\0' ? *p != quote :
	    !g_ascii_isspace(*p) && *p != '>'); p++) {
		if (a->bytes.len - from > VALUE_MAX)
			continue;
		if (*p == '&' && (used = entity(p, end, out, &len)) > 0) {
			(void)buf_add(&a->bytes, out, len);
			p += used - 1;
		} else {
			(void)buf_addc(&a->bytes, *p);
		}
	}
	return p < end && quote != '\0' ? p + 1 : p;
}

/* p stands behind the tag's name; returns behind its '>'. */
static const char *
attributes(struct attributes *a, const char *p, const char *end)
{
	const char *name;

	while (p < end && *p != '>') {
		if (g_ascii_isspace(*p) || *p == '/') {
			p++;
			continue;
		}
		name = p;
		while (p < end && !g_ascii_isspace(*p) && *p != '=' &&
		    *p != '>' && *p != '/')
			p++;
		if (p == name)
			p++;
		if (a->n + 2 > 2 * ATTRIBUTES_MAX)
			continue;
		a->at[a->n++] = a->bytes.len;
		(void)buf_add(&a->bytes, name,
		    p - name > NAME_MAX_LEN ? NAME_MAX_LEN :
		    (size_t)(p - name));
		(void)buf_addc(&a->bytes, '\0');
		a->at[a->n++] = a->bytes.len;
		while (p < end && g_ascii_isspace(*p))
			p++;
		if (p < end && *p == '=') {
			for (p++; p < end && g_ascii_isspace(*p); p++)
				;
			p = add_value(a, p, end);
		}
		(void)buf_addc(&a->bytes, '\0');
	}
	return p < end ? p + 1 : p;
}

/* The end of a comment or declaration that starts at p ("<!"). */
static const char *
skip_declaration(const char *p, const char *end)
{
	const char *q;

	if (end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
		q = memmem(p + 4, (size_t)(end - p - 4), "-->", 3);
		return q == NULL ? end : q + 3;
	}
	q = memchr(p, '>', (size_t)(end - p));
	return q == NULL ? end : q + 1;
}

/* Behind "</name" of an element whose content is no HTML. */
static const char *
skip_raw(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	for (; p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL;
	    p++)
		if ((size_t)(end - p) > n + 1 && p[1] == '/' &&
		    strncasecmp(p + 2, name, n) == 0)
			return p;
	return end;
}

static const char *
tag(struct html_sink *s, struct attributes *a, const char *p,
    const char *end)
{
	char name[NAME_MAX_LEN + 1];
	int closing = p[1] == '/';
	size_t n = 0, i;

	p += closing ? 2 : 1;
	for (; p < end && !g_ascii_isspace(*p) && *p != '>' && *p != '/' &&
	    *p != '<'; p++)
		if (n < NAME_MAX_LEN)
			name[n++] = *p;
	name[n] = '\0';
	a->n = 0;
	buf_clear(&a->bytes);
	p = attributes(a, p, end);
	for (i = 0; i < a->n; i++)
		a->v[i] = a->bytes.bytes + a->at[i];
	a->v[a->n] = NULL;
	if (closing) {
		html_sink_end(s, name);
		return p;
	}
	html_sink_start(s, name, a->v);
	if (strcasecmp(name, "script") == 0 || strcasecmp(name, "style") == 0)
		p = skip_raw(p, end, name);
	return p;
}

void
html_scan(struct html_sink *s, const char *p, size_t n)
{
	const char *end = p + n, *lt;
	struct attributes a;

	memset(&a, 0, sizeof(a));
	buf_init(&a.bytes, ATTRIBUTES_MAX * (NAME_MAX_LEN + VALUE_MAX + 16));
	while (p < end) {
		if ((lt = memchr(p, '<', (size_t)(end - p))) == NULL)
			lt = end;
		text(s, p, lt);
		if (lt == end)
			break;
		if (end - lt > 1 && (lt[1] == '!' || lt[1] == '?')) {
			p = skip_declaration(lt, end);
		} else if (end - lt > 2 && (g_ascii_isalpha(lt[1]) ||
		    (lt[1] == '/' && g_ascii_isalpha(lt[2])))) {
			p = tag(s, &a, lt, end);
		} else {
			html_sink_text(s, "<", 1);
			p = lt + 1;
		}
	}
	buf_free(&a.bytes);
}
