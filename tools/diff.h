#ifndef TEDUH_TOOLS_DIFF_H
#define TEDUH_TOOLS_DIFF_H

#include <stddef.h>

/*
 * What was changed between two texts, word by word: a word with the blanks
 * behind it, or the end of a line.  Runs come in the order of the texts, what
 * was taken out before what came in.  Texts that have too little in common
 * are one run out and one run in.
 */
enum diff_op { DIFF_SAME, DIFF_OUT, DIFF_IN };

typedef void	diff_run(void *ctx, enum diff_op, const char *text,
		    size_t len);
void	diff_words(const char *before, const char *after, diff_run *,
	    void *ctx);

#endif
