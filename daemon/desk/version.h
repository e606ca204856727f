#ifndef TEDUH_VERSION_H
#define TEDUH_VERSION_H

#include <stdint.h>

struct desk;
struct draft;
struct err;

/*
 * The letters of a draft that were submitted before the one that stands, so
 * that whoever reviews sees what was changed.  Only the newest stay, and only
 * until the draft is approved or thrown away.
 */
#define VERSION_KEEP	2

/*
 * Within a transaction, before the draft gets another letter: the one that it
 * has is a version from now on, older ones go. 0 or -1.
 */
int	version_keep(struct desk *, const char *case_id, int64_t no,
	    const struct draft *, struct err *);
/* Within a transaction: all of them go. 0 or -1. */
int	version_drop(struct desk *, const char *case_id, int64_t no,
	    struct err *);

#endif
