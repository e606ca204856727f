#ifndef TEDUH_READER_HTML_H
#define TEDUH_READER_HTML_H

#include <stddef.h>

struct buf;

/*
 * HTML to text that can be read in a terminal: paragraphs, lists, quotes
 * ("> "), links with their target; no scripts, styles or comments.  What the
 * page hides from its reader is shown as "[hidden: ...]".  Nothing is fetched
 * or resolved.  Input is valid UTF-8 without NULs.  Returns 1 if something
 * was hidden, 0 if not, -1 when *out is full (what fitted stands there).
 */
int	html_text(const char *, size_t, struct buf *out);

/*
 * The charset that the page itself names ("<meta charset=...>"), into out;
 * 0, or -1 when there is none.
 */
int	html_charset(const char *, size_t, char *out, size_t size);

#endif
