#ifndef TEDUH_SAYING_H
#define TEDUH_SAYING_H

#include <jansson.h>

struct err;

/*
 * The words of the web door in one language: a text file of "key: text"
 * lines (config/texts/LANG/web.txt).  Lines that begin with a space go on;
 * a paragraph ends the line with an empty one that goes on.  Words in braces
 * stand for values.
 */
#define SAYING_FILE_MAX	((size_t)64 * 1024)
#define SAYING_VALUES	6

/* An object {key: text}. NULL with ERR_INPUT ("file:line: what"). */
json_t	*saying_load(const char *path, struct err *);
/*
 * Does `other` say what `first` says, with the same words in braces? 0, or
 * -1 with ERR_INPUT naming the first key that differs.
 */
int	 saying_same(const json_t *first, const json_t *other, struct err *);
/*
 * The text of a key with values for its words in braces: name, value, ...,
 * NULL. A key that is not there is "". The caller frees.
 */
char	*saying_fill(const json_t *, const char *key, ...)
	    __attribute__((sentinel));

#endif
