#ifndef TEDUH_CONFIG_FIRST_H
#define TEDUH_CONFIG_FIRST_H

#include "daemon/config_parse.h"

/*
 * The neutral first line of every letter that leaves: so long that a lock
 * screen or a list of mails shows nothing else.
 */
#define FIRST_LINE_MIN	100	/* characters */
#define FIRST_LINE_MAX	1000	/* bytes */

/*
 * Key first_line of a desk: one line for each of its languages ("id en"), or
 * NULL when it is not there.
 */
char	**config_first_take(struct config_parse *, cfg_t *,
	    const char *languages);
/*
 * The line of a desk in one of its languages: its own, else that of the file
 * TEXTS/LANGUAGE/first-line.txt. One that is missing or not fit is replaced
 * by the built-in English one, so that no letter leaves without, and *good
 * (may be NULL) says so. The caller frees.
 */
char	*config_first_line(const struct config *, const struct config_desk *,
	    const char *language, int *good);

#endif
