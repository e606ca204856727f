#ifndef TEDUH_TOOLS_CHECK_H
#define TEDUH_TOOLS_CHECK_H

#include <jansson.h>
#include <stddef.h>

struct err;

/*
 * Warnings about an answer before it is submitted.  They never block: who
 * writes knows more than a list of words.  The lists are files by language
 * (config/check/README), so that a service can make them its own.
 */
#define CHECK_NAMES_MAX	64
#define CHECK_OTHERS_MAX	8

/* Words of somebody else, so that none of them goes to the wrong person. */
struct check_other {
	char		*id;		/* the case's; owned */
	char		*text;		/* its letters; owned */
	char		*names;		/* of who writes there; owned */
};

struct check_job {
	const char	*text;		/* the answer */
	const char	*letter;	/* it answers this one; or NULL */
	const char	*language;	/* "en", "et", "id" */
	const char	*desk;
	const char	*home;		/* the person's folder, own lists */
	const char	*names;		/* the addressee's own: may stand */
	const char	*const *tags;	/* of the case */
	size_t		 ntags;
	int		 risk;		/* urgency 2 or 3, or flag crisis */
	struct check_other others[CHECK_OTHERS_MAX];
	size_t		 nothers;
};

/*
 * [{warning, line, words, why}], in the order of the lines; line null where
 * it is about the whole.  why is for people, in their language.  NULL with
 * *e: a list is missing or cannot be read.
 */
json_t	*check_text(const struct check_job *, struct err *);
void	check_job_free(struct check_job *);	/* the others' words */

#endif
