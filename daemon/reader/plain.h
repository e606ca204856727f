#ifndef TEDUH_READER_PLAIN_H
#define TEDUH_READER_PLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

/*
 * A text as words to compare: folded (libunistring, full case folding of the
 * compatibility form), without marks and apostrophes, with the digits that
 * young people write for letters.  "SÖÖMA", "sooma" and "s66ma" are one word,
 * "don't" is "dont".  A sentence ends at . ! ? ; and at an empty line, not at
 * the dots of somebody who hesitates.
 */
struct plain_word {
	uint32_t	at;		/* in text */
	uint16_t	len;
	uint8_t		run;		/* a letter stands three times */
	uint8_t		hidden;		/* it has '*' for letters */
	uint32_t	sentence;	/* counted from 0 */
};

struct plain {
	struct buf	 text;	/* words with a space between, sentences '\n' */
	struct plain_word *words;
	size_t		 n;
	int		 cut;		/* there was more than PLAIN_MAX */
};

#define PLAIN_MAX	(512 * 1024)	/* bytes of text that are looked at */
#define PLAIN_WORD_MAX	64		/* of a longer word the first bytes */

/* Valid UTF-8; free it in any case. */
void	plain_make(struct plain *, const char *, size_t len);
void	plain_free(struct plain *);
/* Each run of one letter becomes one; out has room for n + 1. */
size_t	plain_squeeze(const char *, size_t n, char *out);

#endif
