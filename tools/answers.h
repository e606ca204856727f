#ifndef TEDUH_TOOLS_ANSWERS_H
#define TEDUH_TOOLS_ANSWERS_H

#include <stddef.h>

struct buf;
struct casefile;
struct err;
struct session;

/*
 * Templates of answers (config/answers/README): texts to begin with, in which
 * every {{hole}} says what a person has to write there.
 */

/*
 * The template of this name in the language of the case, appended. 0; -1 with
 * ERR_GONE, which lists those that there are.
 */
int	answers_read(struct session *, const struct casefile *,
	    const char *name, struct buf *out, struct err *);
/* 1 when nothing in the text is still to be filled, else -1 with *e. */
int	answers_filled(const char *text, struct err *);
/* The case's language where its desk has it, else the desk's first. */
const char *answers_language(struct session *, const struct casefile *,
	    struct err *);

#endif
