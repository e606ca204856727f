#ifndef TEDUH_READER_FIRSTS_H
#define TEDUH_READER_FIRSTS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/reader/phrase.h"

/*
 * Which phrases may begin at a word: by a table of their first words, so that
 * a letter's words are not compared with each phrase of each rule.
 */
struct firsts;

struct firsts	*firsts_new(void);
void		 firsts_free(struct firsts *);
/* The phrase number `phrase` of rule `one`; it must live as long. */
void		 firsts_add(struct firsts *, const struct phrase *,
		    uint32_t one, uint32_t phrase);
/*
 * fn for each that may begin at word `at`; for some that do not, and for one
 * of several first words more than once.
 */
void		 firsts_each(const struct firsts *, const struct plain *,
		    size_t at, void (*fn)(void *, uint32_t one,
		    uint32_t phrase), void *ctx);

#endif
