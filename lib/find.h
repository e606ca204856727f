#ifndef TEDUH_FIND_H
#define TEDUH_FIND_H

#include <stddef.h>

struct err;

/*
 * Finding words in what people wrote, as a reader would: upper and lower case
 * are the same, so are all kinds of blanks and line ends, and the forms in
 * which Unicode writes one character (UAX #15, NFKC).  A word is found inside
 * a longer one, because Indonesian and Estonian put a word's endings and
 * beginnings on it.  Letters with a mark: a word typed without marks finds
 * them too ("too" finds "töö"), one typed with marks finds just those.
 */
#define FIND_WORD_MAX	200	/* bytes of one word */

/* Between the fields of a text; no word goes across it. */
#define FIND_FIELD	"\037"

struct find;

/*
 * n words, or phrases with blanks in them. NULL with ERR_INPUT when one is
 * too long, not a line of UTF-8, or has nothing to look for.
 */
struct find	*find_new(const char *const *words, size_t n, struct err *);
void		 find_free(struct find *);

/* Where the first word stands: `len` bytes at `at` of its field, one line. */
struct find_place {
	char	*text;
	size_t	 at, len;
};

/*
 * 1 when every word is somewhere in the text (valid UTF-8) and *place is
 * filled; else 0, and *place is empty.
 */
int	find_in(const struct find *, const char *text,
	    struct find_place *place);
void	find_place_free(struct find_place *);

#endif
