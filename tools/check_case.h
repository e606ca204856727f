#ifndef TEDUH_TOOLS_CHECK_CASE_H
#define TEDUH_TOOLS_CHECK_CASE_H

#include <jansson.h>
#include <stdio.h>

struct casefile;
struct draft;
struct err;
struct session;

/*
 * The warnings about a draft (tools/check.h), beside the letter that it
 * answers, the case, and the other cases that this person holds. NULL with
 * *e.
 */
json_t	*check_case_draft(struct session *, struct casefile *,
	    const struct draft *, struct err *);
/* The same for people; name is the draft's. */
void	check_case_print(FILE *, const char *name, const json_t *found);
/*
 * On stderr, when a draft was submitted: what was found, or (NULL) why it was
 * not checked.  Nothing that goes wrong there holds anything up.
 */
void	check_case_tell(const struct casefile *, const struct draft *,
	    const json_t *found, const struct err *why);

#endif
