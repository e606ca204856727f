#ifndef TEDUH_CONFIG_DUTY_H
#define TEDUH_CONFIG_DUTY_H

#include "daemon/config_parse.h"

/*
 * The key duty of a desk: when somebody reads what comes by form, in the
 * desk's own time.
 *
 *   "Mon-Fri 09:00-17:00"	every week; "Sat", or "Sat-Mon", as well; until
 *				a time that is not later: of the next day
 *   "2026-12-24 closed"	what begins on that day does not take place
 */
#define DUTY_LINES	64

void	config_duty_take(struct config_parse *, cfg_t *sec,
	    struct config_desk *);
void	config_duty_free(struct config_desk *);

/* One line of the first kind: 0, or -1 when it is none. */
int	config_duty_week(const char *line, struct config_duty *);

/*
 * 0: somebody reads at `now`, or nothing is said about it; else the moment
 * (Unix seconds) when somebody does again; -1 nobody, not within two months.
 * Sets TZ for a moment and leaves none.
 */
int64_t	config_duty_until(const struct config_desk *, int64_t now);

#endif
