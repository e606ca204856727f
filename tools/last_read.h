#ifndef TEDUH_TOOLS_LAST_READ_H
#define TEDUH_TOOLS_LAST_READ_H

#include <stdint.h>

#include "lib/letter.h"
#include "lib/still.h"
#include "tools/casefile.h"

struct err;
struct session;

/*
 * How far the cases of an answer reach: its own, those that are linked to it
 * or proposed, and those that the letter named before, each with its newest
 * letter.  A letter says how far they had been read, and a reading statement
 * how far they have been read since; post asks for no less.
 */
struct last_read {
	struct letter_read	list[LETTER_LAST_READ_MAX];
	size_t			n;
	int64_t			seen;	/* seq of the newest in its own case */
};

/* letter: whose cases belong in it too, or NULL. 0 or -1. */
int	last_read_now(struct session *, const struct casefile *,
	    const struct letter *, struct last_read *, struct err *);
/*
 * The same, and ERR_CONFLICT, with the command to type, when this person was
 * not shown one of them in `show`.
 */
int	last_read_shown(struct session *, const struct casefile *,
	    const struct letter *, struct last_read *, struct err *);
/* 1 when this list reaches as far as that, in every case. */
int	last_read_reaches(const struct letter_read *, size_t n,
	    const struct last_read *now);

/*
 * 1 when the letter (the view of this item) is not stale as things are now:
 * by its own last_read, or by a reading statement that its author or this
 * other person (may be NULL) signed. As post will see it. 0.
 */
int	last_read_holds(const struct session *, const struct casefile *,
	    const struct casefile_item *, const struct letter *,
	    const struct roster_person *other, const struct last_read *now);
/* Which letter a statement about this one names. */
void	last_read_about(const struct casefile_item *, const struct letter *,
	    struct still_letter *);

#endif
