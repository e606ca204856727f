#ifndef TEDUH_READER_SETS_H
#define TEDUH_READER_SETS_H

#include <jansson.h>
#include <stddef.h>

/*
 * The rules of all desks, as the parent hands them over before any letter is
 * there (daemon/config_rules.h): compiled once, used by every letter's
 * process.  What cannot be used is not left out in silence: the parent hears
 * why, and every letter of that desk says that a rule failed.
 */
#define SETS_FD		2	/* where the text is, else nothing */

/* Read SETS_FD and close it. */
void	sets_load(void);
/* The same from memory. */
void	sets_take(char *text, size_t len);
void	sets_free(void);
/* "FILE:LINE: ..." of the first that cannot be used, "" when all can. */
const char *sets_wrong(void);
/*
 * match_letter() by the rules of this desk, NULL: of none; an empty array
 * when it has none. The caller decrefs.
 */
json_t	*sets_match(const char *desk, const char *subject, const char *text,
	    const char *more);

#endif
