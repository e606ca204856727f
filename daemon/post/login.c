/*
 * The login of post: who hands what to libcurl.  What is secret stands in
 * locked memory, and for the moment of handing it on on the stack, wiped.
 */
#include <string.h>

#include "daemon/config.h"
#include "daemon/post/login.h"
#include "lib/err.h"
#include "lib/seal.h"

static int tokens = -1;

void
login_tokens(int fd)
{
	tokens = fd;
}

int
login_get(const struct config_relay *relay, const struct secret *password,
    int64_t refused, struct login *l, struct err *e)
{
	memset(l, 0, sizeof(*l));
	l->user = relay->user;
	l->password = password;
	l->token.ends_s = -1;
	if (relay->user == NULL || relay->token_command == NULL)
		return 0;
	l->password = NULL;
	return token_ask(tokens, refused, &l->token, e);
}

void
login_free(struct login *l)
{
	token_free(&l->token);
}

static int
set(CURL *curl, CURLoption option, const struct secret *value)
{
	char text[TOKEN_MAX + 1];
	int bad;

	if (value == NULL || value->len >= sizeof(text))
		return -1;
	memcpy(text, value->bytes, value->len);
	text[value->len] = '\0';
	bad = curl_easy_setopt(curl, option, text) != CURLE_OK;
	seal_wipe(text, sizeof(text));
	return bad ? -1 : 0;
}

int
login_set(CURL *curl, const struct login *l)
{
	if (l->user == NULL)
		return 0;
	if (curl_easy_setopt(curl, CURLOPT_USERNAME, l->user) != CURLE_OK)
		return -1;
	if (l->token.value == NULL)
		return set(curl, CURLOPT_PASSWORD, l->password);
	/* A relay that offers something else hears no token. */
	return curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS,
	    "AUTH=XOAUTH2") != CURLE_OK ? -1 :
	    set(curl, CURLOPT_XOAUTH2_BEARER, l->token.value);
}
