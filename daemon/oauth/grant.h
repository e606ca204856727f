#ifndef TEDUH_OAUTH_GRANT_H
#define TEDUH_OAUTH_GRANT_H

#include <jansson.h>

struct err;

/* One field of a form; the last one has no name. */
struct grant_field {
	const char	*name, *value;	/* value NULL: left out */
};

/*
 * POST a form to a token endpoint (RFC 6749), over https only; ca: a file
 * that alone is trusted, or NULL. The answer's object (decref it); NULL with
 * *e: ERR_RETRY the provider cannot be reached or has trouble, ERR_DENIED it
 * said no and a human must do something; *error is then its word
 * ("invalid_grant"), or "".
 */
#define GRANT_ERROR_MAX	64
json_t	*grant_ask(const char *url, const char *ca,
	    const struct grant_field *, char error[GRANT_ERROR_MAX],
	    struct err *);
/* name=value&..., escaped; the caller wipes and frees. */
char	*grant_form(const struct grant_field *);

#endif
