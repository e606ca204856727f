#ifndef TEDUH_CODE_FIND_H
#define TEDUH_CODE_FIND_H

#include <stddef.h>

struct return_code;
struct word_list;

/*
 * Whole return codes within a text: eight words of one list in a row, or 32
 * digits in a row, with nothing between them that lib/return_code.h would not
 * forgive in a code that is typed.  People put theirs into a letter.
 *
 * What is found is possible, no more: in Indonesian an ordinary sentence may
 * be eight words of the list in a row.  So ask whether it opens something
 * before doing anything about it.
 */
struct code_find {
	const char	*text;		/* UTF-8 that ends with NUL */
	const struct word_list *const *lists;	/* NULL behind the last */
	size_t		 at;		/* where to look on; 0 to begin */
	size_t		 len;		/* filled in */
};

/*
 * 1: the bytes from *begin to *end are a code, to be freed with
 * return_code_free(); the next call looks on behind its first word, or from
 * wherever `at` is set to.  0 there is no more.
 */
int	code_find_next(struct code_find *, size_t *begin, size_t *end,
	    struct return_code *);

#endif
