#ifndef TEDUH_CONFIG_WATCH_H
#define TEDUH_CONFIG_WATCH_H

#include "daemon/config_parse.h"

/*
 * The keys of a mailbox by which it is watched: canary (how often a letter
 * to ourselves goes round) and silent_after (how long no mail may come).
 */
void	config_watch_take(struct config_parse *, cfg_t *sec,
	    struct config_mailbox *);
/* Of one on an IMAP server: purge_after, behind `after`. */
void	config_watch_purge(struct config_parse *, cfg_t *sec,
	    struct config_mailbox *);

#endif
