#ifndef TEDUH_READER_PATTERN_H
#define TEDUH_READER_PATTERN_H

#include <stddef.h>

struct err;

/*
 * Patterns of rules (PCRE2), matched against plain text (plain.h: small
 * letters without marks, a space between words, a line per sentence).  UTF and
 * UCP, no \C, no JIT; how much a match may compute, how deep it may go and how
 * much memory it may take is limited, and how large a pattern may be.
 */
#define PATTERN_MAX	1000	/* bytes */
#define PATTERN_NEST	50	/* brackets in brackets */

struct pattern;

/* NULL with ERR_INPUT and PCRE2's own words when it is wrong. Free it. */
struct pattern	*pattern_new(const char *, struct err *);
void		 pattern_free(struct pattern *);
/* 1 and the range of the first match; 0 none; -1 a limit was reached. */
int		 pattern_find(const struct pattern *, const char *, size_t len,
		    size_t *from, size_t *to);

#endif
