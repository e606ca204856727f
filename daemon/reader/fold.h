#ifndef TEDUH_READER_FOLD_H
#define TEDUH_READER_FOLD_H

#include <stddef.h>

/*
 * Which lines of a text are quotes, signatures or rulers: 1-based, inclusive,
 * ascending, never touching.  Careful rather than complete: a person's own
 * words are never folded, a quote may stay unfolded.
 */
#define FOLD_MAX	500

struct fold {
	size_t	first, last;
};

/* How many were found (at most FOLD_MAX). */
size_t	fold_find(const char *text, size_t n,
	    struct fold out[FOLD_MAX]);

#endif
