#ifndef TEDUH_OAUTH_KEEP_H
#define TEDUH_OAUTH_KEEP_H

#include <jansson.h>
#include <limits.h>

struct err;

/*
 * The file of one login: {v, authorize_url, token_url, client_id,
 * client_secret, scope, redirect_url, ca, refresh_token, login_at,
 * refreshed_at, ends_at}, of mode 0600 and the caller's own.  It is always
 * whole: a new one is written beside it, made durable, and renamed.
 */
struct keep {
	char	path[PATH_MAX];
	char	next[PATH_MAX];		/* PATH.new */
	int	lock;			/* on PATH.lock, or -1 */
	int	next_fd;		/* room that was made, or -1 */
	json_t	*o;			/* what stands in it; NULL: no file */
};

/*
 * Take the lock (one at a time; waits half a minute) and read. 0; -1 with *e:
 * ERR_RETRY somebody else is at it, ERR_DENIED the file is open to others,
 * ERR_INPUT it is not such a file. A file that is not there is not an error.
 */
int	keep_open(struct keep *, const char *path, struct err *);
/*
 * Make room on the disk for what is to be stored, before the provider is
 * asked for what cannot be had twice. 0, -1 with ERR_RETRY.
 */
int	keep_room(struct keep *, struct err *);
/* k->o, durable when it returns 0; needs keep_room(). */
int	keep_store(struct keep *, struct err *);
void	keep_close(struct keep *);

#endif
