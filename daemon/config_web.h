#ifndef TEDUH_CONFIG_WEB_H
#define TEDUH_CONFIG_WEB_H

#include "daemon/config_parse.h"

/* Section web of the configuration; there: it stands in the file. */
void	config_web_take(struct config_parse *, cfg_t *sec, int there,
	    struct config_web *);
void	config_web_free(struct config_web *);

#endif
