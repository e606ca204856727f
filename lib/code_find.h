#ifndef TEDUH_CODE_FIND_H
#define TEDUH_CODE_FIND_H

#include <stddef.h>
#include <stdint.h>

struct return_code;
struct word_list;

/*
 * Whole return codes within a text: eight words of one list in a row, or 32
 * digits in a row, with nothing between them that lib/return_code.h would not
 * forgive in a code that is typed; but between its two halves up to three
 * words may stand, as they do on the page that shows it.  People put theirs
 * into a letter.
 *
 * What is found is possible, no more: in Indonesian an ordinary sentence may
 * be eight words of the list in a row.  So ask whether it opens something
 * before doing anything about it.
 */
#define CODE_FIND_GAP	3
/* No letter has so many that could be one; for the time that it takes. */
#define CODE_FIND_LOOKS	4000
/* The most parts of a code, each digit alone, and what stands between. */
#define CODE_FIND_PARTS	(32 + CODE_FIND_GAP)

/* A word or a group of digits, by its bytes. */
struct code_find_part {
	size_t		begin, end;
	unsigned int	digits;		/* how many, when it has only these */
	uint32_t	in;		/* lists that have it, a bit for each */
};

struct code_find {
	const char	*text;		/* UTF-8 that ends with NUL */
	size_t		 len, at;
	const struct word_list *const *lists;	/* NULL behind the last */
	struct code_find_part parts[CODE_FIND_PARTS];	/* newest at n - 1 */
	size_t		 n, gaps;	/* gaps still to be tried there */
	size_t		 looks;
};

void	code_find_begin(struct code_find *, const char *text,
	    const struct word_list *const *lists);
/*
 * 1: the bytes from *begin to *end are a code, to be freed with
 * return_code_free(); several may overlap.  0 there is no more, or so many
 * were looked at that this is no letter.
 */
int	code_find_next(struct code_find *, size_t *begin, size_t *end,
	    struct return_code *);
/* Go on from there and forget what was before; the text may have changed. */
void	code_find_resume(struct code_find *, size_t at);

#endif
