/*
 * Where there is no gettext, sentences come back as they are.  Functions, not
 * macros, so that the compiler treats formats as it does where there is one.
 */
#include "lib/words.h"

const char *
words_plain(const char *s)
{
	return s;
}

const char *
words_plain_count(const char *one, const char *many, unsigned long n)
{
	return n == 1 ? one : many;
}
