#ifndef TEDUH_READER_INLINE_FILE_H
#define TEDUH_READER_INLINE_FILE_H

#include <glib.h>
#include <stddef.h>

/*
 * Files that old programs write into the text itself: uuencode (POSIX) and
 * yEnc (yenc.org, draft 1.3).  Looks for the next whole one from *at on;
 * in the text its name in brackets takes its place, and *at moves behind it.
 * 1 with *name (safe to create) and *file, both the caller's; 0: there is no
 * other, and the text is as it was.  One pass over the text for all of them.
 */
int	inline_file_take(GByteArray *text, size_t *at, char **name,
	    GByteArray **file);

#endif
