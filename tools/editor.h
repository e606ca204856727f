#ifndef TEDUH_TOOLS_EDITOR_H
#define TEDUH_TOOLS_EDITOR_H

#include <stddef.h>

struct err;

/*
 * Let the person write: start is what stands in the file at first, letter
 * (may be NULL) is shown below a line to cut at.  $VISUAL, $EDITOR or vi, in
 * a private folder that is in memory where the machine has one.
 * What was written above the line, as it is; the caller frees.  NULL with *e.
 */
char	*editor_write(const char *start, const char *letter, struct err *);

/*
 * Put a text that could not be saved into a new private file, the last
 * resort. 0 and its path, or -1.
 */
#define EDITOR_PATH_MAX	4096
int	editor_rescue(const char *text, char path[EDITOR_PATH_MAX]);

/*
 * A body as it may be sent: UTF-8 without controls, lines end in LF, no
 * spaces at their ends, no empty lines around, one newline at the end.  The
 * caller frees; NULL with ERR_INPUT that names the line.
 */
char	*editor_normalise(const char *text, size_t len, struct err *);

#endif
