#ifndef TEDUH_CONFIG_DAYS_H
#define TEDUH_CONFIG_DAYS_H

#include <time.h>

#include "daemon/config.h"

/* What the keys duty and calendar of a desk have in common. */

/*
 * "Mon", or "Mon-Fri", at the beginning of *s: bits by tm_wday, and *s is
 * behind it. 0: there is none.
 */
unsigned int config_days_week(const char **s);
/* "2026-12-24 closed": 20261224. -1: it is something else. */
int	config_days_closed(const char *);
int	config_days_number(const struct tm *);

/* localtime_r() and mktime() mean the desk's time from begin to end. */
void	config_days_begin(const struct config_desk *);
void	config_days_end(void);

#endif
