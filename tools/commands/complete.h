#ifndef TEDUH_TOOLS_COMPLETE_H
#define TEDUH_TOOLS_COMPLETE_H

#include "lib/buf.h"

/*
 * What could stand next on the command line, for the completion of shells
 * (config/completion/), which know nothing themselves.
 *
 *   teduh --complete WORD ... LAST
 *
 * prints what LAST, which may be empty, could become: a word on each line,
 * with a tab and what it means where there is something to say; or ":files"
 * or ":folders", which the shell knows better.  Nothing is ever asked, no
 * error said, and it ends within seconds.
 */
void	complete_run(int n, char *const words[]);

/* What is found so far. */
struct complete {
	const char	*last;		/* the beginning of a word */
	struct buf	 out;
};

/* Take this word if it begins so; what may be NULL. */
void	complete_add(struct complete *, const char *word, const char *what);

/*
 * The words that an argument of this kind can be, by how usage lines call
 * it: CASE, DRAFT, FILE, ROLE ...
 */
void	complete_values(struct complete *, const char *kind);

#endif
