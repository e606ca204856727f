#ifndef TEDUH_LOGIN_H
#define TEDUH_LOGIN_H

#include <curl/curl.h>

#include "daemon/token.h"

struct config_relay;
struct err;
struct secret;

/*
 * How post logs in at the relay: not at all, with a password, or with an
 * access token (XOAUTH2) where the configuration has a token_command.
 */
struct login {
	const char		*user;		/* NULL: no login */
	const struct secret	*password;	/* not owned; or NULL */
	struct token		 token;
};

/* Where tokens are asked for (role_args), -1: nowhere. Once, at the start. */
void	login_tokens(int fd);
/*
 * refused: the serial of a token that the relay did not take, or 0. 0 with
 * *l (free it); -1 with ERR_RETRY or ERR_DENIED: there is no token.
 */
int	login_get(const struct config_relay *, const struct secret *password,
	    int64_t refused, struct login *, struct err *);
void	login_free(struct login *);
/* 0, or -1 when libcurl does not take it. */
int	login_set(CURL *, const struct login *);

#endif
