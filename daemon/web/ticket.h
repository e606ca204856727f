#ifndef TEDUH_TICKET_H
#define TEDUH_TICKET_H

#include <stdint.h>

#include "daemon/web/token.h"

struct desk;

/*
 * The cookie that leads from a sent letter to the page with its code: the
 * form's random bytes and the page's language, sealed to this service under a
 * sub-key of the pepper.  It is good for a few minutes and one desk, and says
 * nothing to who finds it.
 */
#define TICKET_S	600
#define TICKET_LEN	1024		/* printed, with NUL */
#define TICKET_LANGUAGE	16

struct ticket {
	unsigned char	random[TOKEN_RANDOM];
	char		language[TICKET_LANGUAGE];
};

void	ticket_make(const struct desk *, const char *desk_name, int64_t now,
	    const struct ticket *, char out[TICKET_LEN]);
/* text need not end with NUL. 1 and *ticket is filled; 0: it is not good. */
int	ticket_open(const struct desk *, const char *desk_name, int64_t now,
	    const char *text, size_t len, struct ticket *);

#endif
