#ifndef TEDUH_TRIAGE_H
#define TEDUH_TRIAGE_H

#include <jansson.h>
#include <stdint.h>

#include "lib/rules.h"

/*
 * How urgent a letter is by the rules.  The reader says which rules found
 * their words (daemon/reader/match.h); here the facts that no letter holds
 * are asked, and the weights summed: from 10 on urgency 1, from 25 on 2, and
 * from 60 on within one area 3.  Rules with a weight below 0 take one step
 * down together, never more.  A rule that could not look to its end counts as
 * found, and a letter with one is at least urgency 2.  The result sorts the
 * queue; nothing else hangs on it.
 */
#define TRIAGE_FAILED_URGENCY	2

struct triage_facts {
	const json_t	*form;		/* its answers, or NULL */
	int64_t		 again;		/* letters before it in its case */
	int		 night;		/* on the desk's clocks: 22 to 6 */
};

struct triage {
	int64_t	 urgency;
	int	 failed;
	/*
	 * What counted: [{rule, weight, why, owner, areas, found, failed}];
	 * found: the words, null where a fact alone counted.
	 */
	json_t	*fired;
	json_t	*areas;		/* of all of them, sorted, each once */
};

/*
 * hits: the reader's [{rule, found, failed}]; what names no rule of these is
 * a rule that failed.  Free the result with triage_free().
 */
void	triage_weigh(const struct rules *, const json_t *hits,
	    const struct triage_facts *, struct triage *);
void	triage_free(struct triage *);
/* Local hours that count as night. */
int	triage_is_night(int hour);

#endif
