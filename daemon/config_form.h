#ifndef TEDUH_CONFIG_FORM_H
#define TEDUH_CONFIG_FORM_H

#include "daemon/config_parse.h"

/*
 * What a desk asks in its form, and what it says there of itself: the keys
 * areas, questions, capacity and duty.  Areas and questions are words; what
 * people read for each stands in the texts.
 */
#define FORM_AREAS	24
#define FORM_QUESTIONS	12
#define FORM_WORD_MAX	32	/* bytes of one */
#define CAPACITY_MAX	10000

void	config_form_take(struct config_parse *, cfg_t *sec,
	    struct config_desk *);
void	config_form_free(struct config_desk *);

#endif
