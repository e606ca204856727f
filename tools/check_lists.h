#ifndef TEDUH_TOOLS_CHECK_LISTS_H
#define TEDUH_TOOLS_CHECK_LISTS_H

#include <stddef.h>

#include "lib/tokens.h"

struct err;

/*
 * The lists that `check` goes by, of one language: config/check/LANG, and on
 * top of it what stands in $TEDUH_HOME/check/LANG and in
 * $TEDUH_HOME/check/DESK/LANG.  A line is a word or a phrase; "*" behind it
 * stands for any ending; "#" begins a comment.
 */
enum check_list { LIST_ALLOWED, LIST_COMMON, LIST_FAMILIAR, LIST_NAMES,
    LIST_PLACES, LIST_POLITE, LIST_PROMISES, LIST_RISK, LIST_SAFETY,
    CHECK_LISTS };

struct check_phrase {
	char		*line;		/* owned, as it stands in the file */
	struct tokens	 words;
	int		 stem;
};

struct check_lists {
	struct {
		struct check_phrase *list;
		size_t	 n;
	} of[CHECK_LISTS];
	/* Numbers of the file `measures`. */
	long	 ease, longest, shortest, sentence;
};

/* 0, or -1 with *e. Free in any case. */
int	check_lists_read(struct check_lists *, const char *language,
	    const char *desk, const char *home, struct err *);
void	check_lists_free(struct check_lists *);
/*
 * The phrase of a list that stands in the text from word i on, or NULL; *n is
 * how many words it takes there.
 */
const struct check_phrase *check_lists_match(const struct check_lists *,
	    enum check_list, const struct tokens *, size_t i, size_t *n);

#endif
