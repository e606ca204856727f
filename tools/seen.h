#ifndef TEDUH_TOOLS_SEEN_H
#define TEDUH_TOOLS_SEEN_H

#include <jansson.h>

/*
 * What a case has seen before: the words of its earlier letters and answers,
 * so that a quote is folded only where it brings nothing new.
 */
struct seen;

struct seen	*seen_new(void);
void		 seen_free(struct seen *);
/* One earlier text; it is kept by reference until seen_free(). */
void		 seen_add(struct seen *, const char *text);
/*
 * Of the ranges of lines [[first, last]] that look like quotes or signatures
 * those parts whose every word stood, in this order, in one of the texts.  A
 * new array; what is in doubt is left out of it, and thus shown.
 */
json_t		*seen_folds(struct seen *, const char *text,
		    const json_t *folded);

#endif
