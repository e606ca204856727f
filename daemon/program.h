#ifndef TEDUH_PROGRAM_H
#define TEDUH_PROGRAM_H

#include <limits.h>

struct err;

/*
 * Another program of ours: beside the one that runs, so that a tree that was
 * built and not installed works too, or else in `folder`, where it is
 * installed. 0, or -1 with *e.
 */
int	program_find(const char *name, const char *folder,
	    char out[PATH_MAX], struct err *);
/* The reader of strangers' mail (daemon/reader/). */
int	program_find_reader(char out[PATH_MAX], struct err *);

#endif
