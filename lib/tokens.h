#ifndef TEDUH_TOKENS_H
#define TEDUH_TOKENS_H

#include <stddef.h>

/*
 * The words and sentences of a text (valid UTF-8), in order.  A word is a run
 * of letters, marks and digits; an apostrophe or a hyphen inside belongs to
 * it.  A sentence ends at . ! ? before a blank, and at an empty line.
 */
struct token {
	const char	*at;		/* in the text */
	size_t		 len;		/* bytes there */
	char		*folded;	/* owned: without case, NFKC */
	size_t		 characters;
	size_t		 line;		/* from 1 */
	size_t		 sentence;	/* index */
	int		 first;		/* a capital here means nothing */
	int		 capital;	/* "Rani", but neither "I" nor "OK" */
};

struct token_sentence {
	const char	*at;
	size_t		 len, line;
	size_t		 from, n;	/* its words */
	int		 asks;		/* ends with a question mark */
};

struct tokens {
	struct token	*words;
	size_t		 n;
	struct token_sentence *sentences;
	size_t		 nsentences;
};

/* text must live as long; free in any case. */
void	tokens_read(struct tokens *, const char *text);
void	tokens_free(struct tokens *);

#endif
