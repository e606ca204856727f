#ifndef TEDUH_FEED_H
#define TEDUH_FEED_H

#include <jansson.h>
#include <stdint.h>

struct actor;
struct desk;
struct err;

/*
 * What happens in the cases that somebody may read, as it happens: the audit's
 * words, who and which case; never a word that anybody wrote.
 */
/* How far the audit is. 0 or -1. */
int	feed_last(struct desk *, int64_t *seq, struct err *);
/*
 * {events: [{seq, at, actor, action, case, desk, detail}], next: SEQ}, behind
 * seq; next is what to ask for then. NULL with *e; the caller decrefs.
 */
json_t	*feed_since(struct desk *, const struct actor *, int64_t seq,
	    struct err *);

#endif
