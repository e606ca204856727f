#ifndef TEDUH_READER_AUTH_H
#define TEDUH_READER_AUTH_H

#include "daemon/reader/mail.h"

/*
 * Does our own mail server vouch for the writer?  1 only if the topmost
 * Authentication-Results (RFC 8601) bears our authserv-id and says dmarc=pass
 * for the domain of `from`, or spf=pass or dkim=pass for that domain or a
 * parent of it.  0 otherwise, and always when authserv_id or from is NULL.
 */
int	auth_verified(const struct mail *, const char *authserv_id,
	    const char *from);

#endif
