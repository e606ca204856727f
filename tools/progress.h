#ifndef TEDUH_TOOLS_PROGRESS_H
#define TEDUH_TOOLS_PROGRESS_H

#include <stdint.h>

/*
 * How far long work is: one line on standard error that is written over and
 * goes at the end.  Nothing is shown with -q, where standard error is no
 * terminal, and for work that is done within a second.
 */
#define PROGRESS_LINE	160

struct progress {
	char		 what[PROGRESS_LINE / 2];
	uint64_t	 total, done;
	uint64_t	 found;		/* told when there is some */
	int64_t		 next_ms;	/* not shown again before */
	int		 on;
	int		 shown;		/* columns that are to be cleared */
};

/*
 * what: a few words of ours, as "reading cases"; never a subject or a name.
 * total: 0 when it is not known.
 */
void	progress_begin(struct progress *, const char *what, uint64_t total,
	    int quiet);
/* So much is done; as often as one likes. */
void	progress_step(struct progress *, uint64_t done);
/* Before anything else is printed; twice does no harm. */
void	progress_end(struct progress *);

#endif
