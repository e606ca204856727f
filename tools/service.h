#ifndef TEDUH_TOOLS_SERVICE_H
#define TEDUH_TOOLS_SERVICE_H

#include "lib/err.h"

/*
 * The service refuses in English, because it knows nobody's language.  Its
 * sentence in the reader's: out is filled and 1 returned when it is one that
 * this teduh knows, else 0.  What stands in the sentence (names, ids,
 * numbers) is copied, never taken for a format.
 */
#define SERVICE_SENTENCE_MAX	sizeof(((struct err *)0)->text)
int	service_sentence(char out[SERVICE_SENTENCE_MAX], const char *text);

#endif
