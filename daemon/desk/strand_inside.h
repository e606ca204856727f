#ifndef TEDUH_STRAND_INSIDE_H
#define TEDUH_STRAND_INSIDE_H

#include "daemon/desk/epoch.h"
#include "daemon/desk/roster_then.h"
#include "daemon/desk/strand.h"

/* What the files strand*.c share; nobody else includes this. */

/* A strand that is being opened. */
struct opening {
	struct desk	*desk;
	struct strand	*strand;
	int64_t		 before;		/* items of a smaller seq */
	struct deposit	 own[STRAND_ITEMS_MAX];	/* letters, newest first */
	size_t		 nown, nletters;	/* here; before that are */
	int64_t		 newest;		/* seq of the newest */
	int64_t		 answered;		/* seq of the newest shown */
	int64_t		 shown, shown_seq;	/* as the row has them */
	struct epoch_former former;		/* its desks before this one */
	struct roster_then then;		/* for answers, by time */
};

/*
 * Open what own[] tells of and what is published, into the strand. What fails
 * a check is counted; -1 when the store cannot be read.
 */
int	strand_open_items(struct opening *, struct err *);

#endif
