#ifndef TEDUH_CONFIG_CALENDAR_H
#define TEDUH_CONFIG_CALENDAR_H

#include "daemon/config_parse.h"

/*
 * The key calendar of a desk: the days on which due times run, in the desk's
 * own time.  A day counts whole or not at all, for 48 hours are promised and
 * not 48 hours of an office.
 *
 *   "Mon-Fri"			these days of every week
 *   "2026-12-24 closed"	not this one
 *
 * Without the key every day counts.
 */
#define CALENDAR_LINES	400

void	config_calendar_take(struct config_parse *, cfg_t *sec,
	    struct config_desk *);
void	config_calendar_free(struct config_desk *);

/*
 * So many seconds of working days behind `from` (Unix seconds). Seconds
 * below zero, and a calendar without a day within ten years, are taken as
 * they are. Sets TZ for a moment and leaves none.
 */
int64_t	config_calendar_add(const struct config_desk *, int64_t from,
	    int64_t seconds);

#endif
