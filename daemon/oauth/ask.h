#ifndef TEDUH_OAUTH_ASK_H
#define TEDUH_OAUTH_ASK_H

#include <stdint.h>

struct err;
struct keep;

/* What the command line of `login` says; NULL: as the file has it. */
struct ask_options {
	const char	*provider;	/* "google", "microsoft" */
	const char	*authorize_url, *token_url, *scope, *redirect_url;
	const char	*client_id;
	const char	*client_secret;	/* a file */
	const char	*ca;
	const char	*days;		/* that a login lasts there */
};

/*
 * Log in: print the provider's address, read the one that the browser came to
 * afterwards from standard input, and store what it is good for. 0, -1.
 */
int	ask_login(struct keep *, const struct ask_options *, int64_t now,
	    struct err *);

#endif
