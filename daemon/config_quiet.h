#ifndef TEDUH_CONFIG_QUIET_H
#define TEDUH_CONFIG_QUIET_H

#include <time.h>

#include "daemon/config_parse.h"

/*
 * The keys timezone and quiet of a desk: its rule of local time, and between
 * which minutes of the day no mail is to wake anybody.
 */
void	config_quiet_take(struct config_parse *, cfg_t *sec,
	    struct config_desk *);

/*
 * When the quiet hours are over that `now` lies in (Unix seconds); 0 when it
 * lies in none. Sets TZ for a moment and leaves none.
 */
int64_t	config_quiet_until(const struct config_desk *, int64_t now);

/* What the clocks of the desk show at that moment; likewise. */
void	config_local(const struct config_desk *, int64_t at, struct tm *);

#endif
