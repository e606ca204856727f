/*
 * format=flowed: lines that end in a space go on in the next one of the same
 * quote depth.  Linear, keeps every word, ends every line with LF.
 */
#include <string.h>

#include "daemon/reader/flowed.h"
#include "lib/buf.h"

/* A line as RFC 3676 4.5 takes it apart. */
struct line {
	size_t		 depth;
	const char	*text;
	size_t		 len;
	int		 flows;
};

static struct line
split(const char *p, size_t n)
{
	struct line l = { 0, p, n, 0 };

	while (l.len > 0 && *l.text == '>') {
		l.depth++;
		l.text++;
		l.len--;
	}
	if (l.len > 0 && *l.text == ' ') {
		l.text++;
		l.len--;
	}
	l.flows = l.len > 0 && l.text[l.len - 1] == ' ' &&
	    !(l.len == 3 && memcmp(l.text, "-- ", 3) == 0);
	return l;
}

static void
begin(const struct line *l, struct buf *out)
{
	size_t i;

	for (i = 0; i < l->depth; i++)
		(void)buf_addc(out, '>');
	if (l->depth > 0)
		(void)buf_addc(out, ' ');
}

void
flowed_join(const char *p, size_t n, int delsp, struct buf *out)
{
	const char *end = p + n, *nl;
	struct line l, was = { 0, NULL, 0, 0 };

	while (p < end) {
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			nl = end;
		l = split(p, (size_t)(nl - p));
		/* The signature mark never continues a paragraph. */
		if (was.flows && (was.depth != l.depth ||
		    (l.len == 3 && memcmp(l.text, "-- ", 3) == 0))) {
			(void)buf_addc(out, '\n');
			was.flows = 0;
		}
		if (!was.flows)
			begin(&l, out);
		(void)buf_add(out, l.text,
		    l.len - (l.flows && delsp ? 1 : 0));
		if (!l.flows)
			(void)buf_addc(out, '\n');
		was = l;
		p = nl == end ? end : nl + 1;
	}
	if (was.flows)
		(void)buf_addc(out, '\n');
}
