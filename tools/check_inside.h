#ifndef TEDUH_TOOLS_CHECK_INSIDE_H
#define TEDUH_TOOLS_CHECK_INSIDE_H

#include <jansson.h>

#include "lib/tokens.h"
#include "tools/check.h"
#include "tools/check_lists.h"

/* Between the files check*.c: a check under way. */
struct check {
	const struct check_job *job;
	struct check_lists lists;
	struct tokens	 words;		/* of the answer */
	struct tokens	 own;		/* of the addressee's name */
	json_t		*found;
};

/* line 0: about the whole. words: n bytes as they stand there. */
void	check_add(struct check *, const char *warning, size_t line,
	    const char *words, size_t n, const char *why);
/* A sentence with numbers in it, instead of words of the text. */
void	check_say(struct check *, const char *warning, size_t line,
	    const char *why, const char *form, ...)
	    __attribute__((format(printf, 5, 6)));

/* check_people.c */
void	check_names(struct check *);
void	check_places(struct check *);
void	check_numbers(struct check *);
void	check_addresses(struct check *);
void	check_links(struct check *);
/* check_letter.c: the answer beside the letter and the case */
void	check_questions(struct check *);
void	check_safety(struct check *);
void	check_others(struct check *);

#endif
