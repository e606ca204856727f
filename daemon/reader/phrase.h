#ifndef TEDUH_READER_PHRASE_H
#define TEDUH_READER_PHRASE_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/reader/plain.h"

/*
 * Phrases of rules: words with a space between; "a|b" is one of them, "abc*"
 * a word that begins so, ".." up to four words of anything, "a?" a word that
 * may be missing.  All of a phrase stands in one sentence.  A word of the
 * letter whose last letter is doubled is also taken with one of them.
 */
#define PHRASE_GAP	4
#define PHRASE_WORDS	12	/* of one phrase */
#define PHRASE_DRAWN	3	/* a word drawn out has more letters */

struct err;
struct phrase;

/* NULL with ERR_INPUT and what is wrong when it is not one. Free it. */
struct phrase	*phrase_new(const char *, struct err *);
void		 phrase_free(struct phrase *);
/*
 * The words, or with *stem their beginnings, that may stand first; `len`
 * bytes each, at least one.  They live as long as the phrase.
 */
size_t		 phrase_firsts(const struct phrase *);
const char	*phrase_first(const struct phrase *, size_t i, size_t *len,
		    int *stem);
/* Whether this word is drawn out by its last letter. */
int		 phrase_drawn(const char *, size_t n);
/*
 * The word behind the last one when the phrase stands at word `at`, else 0.
 * Each comparison takes one off *steps; at 0 it finds nothing any more.
 */
size_t		 phrase_at(const struct phrase *, const struct plain *,
		    size_t at, int64_t *steps);

#endif
