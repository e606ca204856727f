#ifndef TEDUH_WHEN_H
#define TEDUH_WHEN_H

#include <stdint.h>

struct door_desk;
struct door_language;

/*
 * Moments as people say them, in the desk's own time and the words of the
 * language (web.txt: moment, date, day_1 for Monday to day_7, month_1 to
 * month_12).  The caller frees.
 */
/* "Tuesday, 1 December, 17:00" */
char	*when_moment(const struct door_desk *, const struct door_language *,
	    int64_t at);
/* The same of the full hour at or after it: a promise need be no sharper. */
char	*when_hour(const struct door_desk *, const struct door_language *,
	    int64_t at);
/* "1 December 2026", of a day as it stands in a file (UTC). */
char	*when_date(const struct door_language *, int64_t day);

#endif
