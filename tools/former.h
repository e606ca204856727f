#ifndef TEDUH_TOOLS_FORMER_H
#define TEDUH_TOOLS_FORMER_H

#include <stdint.h>

struct casefile;
struct err;
struct letter;

/*
 * Who wrote a draft before its author: colleagues from whom it was adopted.
 * The service says so, and the signature on the draft's own words.
 */

/* Into *l, whose draft and author stand. 0, or -1 with *e: too many. */
int	former_set(const struct casefile *, struct letter *, struct err *);
/* The first of them whom the letter does not name, or NULL. */
const char *former_missing(const struct casefile *, const struct letter *);

#endif
