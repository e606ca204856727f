#ifndef TEDUH_CONFIG_ALARM_H
#define TEDUH_CONFIG_ALARM_H

#include "daemon/config_parse.h"

/* Section alarm of the configuration; it may be absent (sec is then empty). */
void	config_alarm_take(struct config_parse *, cfg_t *sec,
	    struct config_alarm *);
void	config_alarm_free(struct config_alarm *);

#endif
