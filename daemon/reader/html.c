/*
 * HTML to text: libxml2's forgiving parser feeds the sink; where it gives up
 * or finds nothing, our own tag stripper reads the page again.  No tree is
 * built, no entity or address is loaded.
 */
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <glib.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/html.h"
#include "daemon/reader/html_sink.h"
#include "lib/buf.h"

/* libxml2 is quadratic in open elements; such pages go to the scanner. */
#define TAGS_MAX	60000

static void
on_start(void *sink, const xmlChar *name, const xmlChar **a)
{
	html_sink_start(sink, (const char *)name, (const char *const *)a);
}

static void
on_end(void *sink, const xmlChar *name)
{
	html_sink_end(sink, (const char *)name);
}

static void
on_text(void *sink, const xmlChar *text, int n)
{
	if (n > 0)
		html_sink_text(sink, (const char *)text, (size_t)n);
}

static size_t
count_tags(const char *p, size_t n)
{
	const char *end = p + n;
	size_t tags = 0;

	while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		tags++;
		p++;
	}
	return tags;
}

/* 0 when libxml2 read the page to its end. */
static int
parse(struct html_sink *sink, const char *p, size_t n)
{
	htmlParserCtxtPtr ctxt;
	htmlDocPtr doc;
	int rc = -1;

	if (n > INT_MAX || (ctxt = htmlNewParserCtxt()) == NULL)
		return -1;
	memset(ctxt->sax, 0, sizeof(*ctxt->sax));
	ctxt->sax->startElement = on_start;
	ctxt->sax->endElement = on_end;
	ctxt->sax->characters = on_text;
	ctxt->sax->ignorableWhitespace = on_text;
	ctxt->userData = sink;
	(void)htmlHandleOmittedElem(0);	/* no <p> that nobody wrote */
	doc = htmlCtxtReadMemory(ctxt, p, (int)n, NULL, "UTF-8",
	    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
	    HTML_PARSE_NONET | HTML_PARSE_NOIMPLIED | HTML_PARSE_IGNORE_ENC |
	    HTML_PARSE_NODEFDTD);
	if (ctxt->disableSAX == 0 && ctxt->errNo != XML_ERR_NO_MEMORY)
		rc = 0;
	if (doc != NULL)
		xmlFreeDoc(doc);
	htmlFreeParserCtxt(ctxt);
	return rc;
}

/* No-break spaces are layout here: spaces, so that words can be found. */
static void
plain_spaces(struct buf *out, size_t from)
{
	size_t i, to = from;

	for (i = from; i < out->len; i++) {
		if (out->bytes[i] == '\xc2' && i + 1 < out->len &&
		    out->bytes[i + 1] == '\xa0') {
			out->bytes[to++] = ' ';
			i++;
		} else {
			out->bytes[to++] = out->bytes[i];
		}
	}
	out->len = to;
	out->bytes[to] = '\0';
}

int
html_text(const char *p, size_t n, struct buf *out)
{
	struct html_sink sink;
	size_t mark = out->len;
	int ok = 0;

	if (count_tags(p, n) <= TAGS_MAX) {
		html_sink_init(&sink, out);
		ok = parse(&sink, p, n) == 0;
		html_sink_finish(&sink);
		ok = ok && (sink.begun || sink.full);
	}
	if (!ok) {
		out->len = mark;
		out->bytes[mark] = '\0';
		html_sink_init(&sink, out);
		html_scan(&sink, p, n);
		html_sink_finish(&sink);
	}
	plain_spaces(out, mark);
	return sink.full ? -1 : sink.hidden;
}

int
html_charset(const char *p, size_t n, char *out, size_t size)
{
	const char *end = p + (n > 2048 ? 2048 : n);
	size_t len = 0;

	for (; end - p > 8; p++)
		if (strncasecmp(p, "charset=", 8) == 0)
			break;
	if (end - p <= 8)
		return -1;
	for (p += 8; p < end && (*p == '"' || *p == '\''); p++)
		;
	for (; p < end && (g_ascii_isalnum(*p) || *p == '-' || *p == '_');
	    p++) {
		if (len + 1 >= size)
			return -1;
		out[len++] = *p;
	}
	out[len] = '\0';
	return len > 0 ? 0 : -1;
}
