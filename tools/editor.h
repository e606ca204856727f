#ifndef TEDUH_TOOLS_EDITOR_H
#define TEDUH_TOOLS_EDITOR_H

#include <stddef.h>

struct err;

/*
 * Let the person write: start is what stands in the file at first, letter
 * (may be NULL) is shown below a line to cut at.  $VISUAL, $EDITOR or vi, in
 * a private folder that is in memory where the machine has one.
 * What was written above the line, as it is; the caller frees.  NULL with
 * *e: when the text could not be taken over it stays in the file that the
 * sentence names.
 */
char	*editor_write(const char *start, const char *letter, struct err *);

/*
 * A body as it may be sent: UTF-8 without controls, lines end in LF, no
 * spaces at their ends, no empty lines around, one newline at the end.  The
 * caller frees; NULL with ERR_INPUT that names the line.
 */
char	*editor_normalise(const char *text, size_t len, struct err *);

#endif
