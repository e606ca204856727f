#ifndef TEDUH_CONFIG_WORDS_H
#define TEDUH_CONFIG_WORDS_H

#include "daemon/config.h"

/*
 * The frequent words of a desk's languages, from the files
 * TEXTS/LANGUAGE/common-words.txt (a word a line, comments behind '#'), in
 * the form that daemon/reader/language.h reads.  NULL when the desk has one
 * language only, or fewer than two have a file: then there is nothing to
 * tell apart.  The caller frees.
 */
#define CONFIG_WORDS_MAX	(64 * 1024)	/* bytes, all together */

char	*config_words(const struct config *, const struct config_desk *);

#endif
