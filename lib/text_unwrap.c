/*
 * Lines that somebody's editor broke, whole again: a window may be narrower
 * than the lines are.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/text.h"

#define WRAPPED_MIN	55	/* characters of the longest line at least */
#define WRAPPED_MAX	80	/* and at most; else nobody wrapped it */

/* Of n bytes of UTF-8. */
static size_t
characters(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

/* Characters of the longest line. */
static size_t
longest_line(const char *text)
{
	size_t n, wide, most = 0;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		wide = characters(text, n);
		if (wide > most)
			most = wide;
	}
	return most;
}

/* Does this line begin something of its own: a list, a quote, a place? */
static int
stands_alone(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return strchr(" \t\n>-*+|#", *line) != NULL ||	/* the end as well */
	    (digits > 0 && strchr(".)", line[digits]) != NULL);
}

/* Was this line broken because the next word had no place on it? */
static int
is_broken(const char *line, size_t n, size_t most)
{
	const char *next = line + n + 1;
	size_t word;

	if (n == 0 || line[n] == '\0' || *line == '>' || stands_alone(next))
		return 0;
	word = characters(next, strcspn(next, " \t\n"));
	return characters(line, n) + 1 + word > most;
}

int
text_unwrap(const char *text, struct buf *out)
{
	size_t most = longest_line(text), n;
	int rc = 0;

	if (most < WRAPPED_MIN || most > WRAPPED_MAX)
		return buf_add(out, text, strlen(text));
	for (; rc == 0 && *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		rc = buf_add(out, text, n);
		if (rc == 0 && text[n] == '\n')
			rc = buf_add(out, is_broken(text, n, most) ?
			    " " : "\n", 1);
	}
	return rc;
}
