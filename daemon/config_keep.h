#ifndef TEDUH_CONFIG_KEEP_H
#define TEDUH_CONFIG_KEEP_H

#include "daemon/config_parse.h"

/*
 * How long a closed case is kept (keys reasons, retention, retention_raw of a
 * desk).  A reason is a word that staff close with; a span stands for all
 * cases ("180d"), or for those of one reason ("referred 30d", "abuse keep").
 */
#define KEEP_REASONS_MAX	24

struct config_keep {
	char	*reason;		/* NULL: of those that have no own */
	int64_t	 after_s;		/* 0: for good */
};

void	config_keep_take(struct config_parse *, cfg_t *,
	    struct config_desk *);
void	config_keep_free(struct config_desk *);
/*
 * Seconds that a case closed for this reason (NULL: none) is kept; 0: for
 * good.
 */
int64_t	config_keep_after(const struct config_desk *, const char *reason);

#endif
