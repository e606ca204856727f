#ifndef TEDUH_TOOLS_PAGER_H
#define TEDUH_TOOLS_PAGER_H

#include <stddef.h>

/*
 * Show text in $TEDUH_PAGER, $PAGER, else less, and wait until it is closed.
 * less is told to use the alternate screen, to keep no history, and to start
 * and write nothing; another pager is its user's own care.  The text goes
 * through a pipe, never through a file.  utf8: that is what the text is, even
 * if the machine lacks the locale that the environment names.
 *
 * 0 when it was shown, also when it was closed before its end; -1 when there
 * is no pager or it could not be started: nothing was shown.
 */
int	pager_show(const void *text, size_t len, int utf8);

#endif
