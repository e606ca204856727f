#ifndef TEDUH_READER_MATCH_H
#define TEDUH_READER_MATCH_H

#include <jansson.h>
#include <stddef.h>

#include "lib/rules.h"

struct err;

/*
 * What of a letter's words the rules look for.  Made once, before any letter
 * is there; one letter is then matched in one process.
 */
#define MATCH_FOUND_MAX	80	/* bytes of the words that are shown */
/* The "rule" that failed when a letter was too long to be looked at whole. */
#define MATCH_TOO_LONG	"too-long"

struct match;

/*
 * rules must live as long.  NULL with ERR_INPUT, "FILE:LINE: rule 'ID': ...",
 * when a phrase or a pattern of one cannot be used.
 */
struct match	*match_new(const struct rules *, struct err *);
void		 match_free(struct match *);
/*
 * [{"rule":ID,"found":WORDS|null,"failed":BOOL}] for each rule that found its
 * words or could not look to the end; no rule stands twice.  Both texts are
 * UTF-8; subject may be NULL.  Lines that begin with '>' are somebody else's.
 * The caller decrefs.
 */
json_t		*match_letter(const struct match *, const char *subject,
		    const char *text);

#endif
