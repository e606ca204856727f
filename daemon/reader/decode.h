#ifndef TEDUH_READER_DECODE_H
#define TEDUH_READER_DECODE_H

#include <stddef.h>

struct buf;

/*
 * Charsets to UTF-8.
 *
 * decode_preload() opens every charset of our table and keeps it open: once
 * the sandbox is closed none can be loaded any more.
 */
void	decode_preload(void);

/*
 * Bytes in the charset `label` (NULL: none declared) become valid UTF-8 at
 * the end of *out.  Chain: declared, UTF-8, then each of `fallbacks` (words
 * with blanks between; NULL: windows-1252).  Returns 0 when the declared
 * charset (or plain ASCII) was right, 1 when it was guessed; -1 when *out is
 * full (then it holds what fitted).
 */
int	decode_text(const char *label, const char *fallbacks, const void *,
	    size_t, struct buf *out);

/*
 * Decode encoded words (RFC 2047) in an unstructured header value or a
 * phrase; neighbours of one charset are joined before they are decoded.  Raw
 * 8-bit bytes go through decode_text(). Controls become spaces.
 */
int	decode_words(const char *fallbacks, const char *, size_t,
	    struct buf *out);

#endif
