#ifndef TEDUH_TOOLS_DATES_H
#define TEDUH_TOOLS_DATES_H

#include <stdint.h>

struct err;

/*
 * A day or a moment as people type it, in their own time: "2026-12-24",
 * "2026-12-24 09:00" (or with a T between), "3d" and "12h" from now on.  of a
 * day alone: its beginning, or with end its end.  0; -1 with ERR_INPUT.
 */
int	dates_parse(const char *typed, int64_t now_s, int end, int64_t *out,
	    struct err *);

#endif
