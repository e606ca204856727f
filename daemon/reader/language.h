#ifndef TEDUH_READER_LANGUAGE_H
#define TEDUH_READER_LANGUAGE_H

#include <stddef.h>

#include "daemon/reader/fold.h"

/*
 * Which of the desk's languages a letter is written in, by its frequent
 * words.
 *
 * words: for each language a line with its code, then a line for each word,
 * then an empty one; a "word" of one letter that is not ASCII stands for any
 * word with that letter in it.  NULL or one language: nothing is asked.
 * folds: lines that are not the person's own.  header: Content-Language, or
 * NULL.
 *
 * 1 and the code in *out when that is clear, else 0.
 */
#define LANGUAGE_SIZE	16

int	language_guess(const char *text, size_t len,
	    const struct fold *folds, size_t nfolds, const char *words,
	    const char *header, char out[LANGUAGE_SIZE]);

#endif
