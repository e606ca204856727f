/*
 * Logging in (RFC 6749 section 4.1, with PKCE): a human does it in a browser
 * anywhere, and pastes the address at which the provider left it.  That page
 * does not open, because nobody listens there; its address is what counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/oauth/ask.h"
#include "daemon/oauth/grant.h"
#include "daemon/oauth/keep.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "lib/wire.h"

#define LINE_MAX_BYTES	8192
#define SECRET_MAX	1024
#define WORD_BYTES	32
#define DAYS_MAX	3650
#define REDIRECT	"http://localhost:1/"

static const struct provider {
	const char	*name, *authorize_url, *token_url, *scope, *more;
} providers[] = {
	{ "google", "https://accounts.google.com/o/oauth2/v2/auth",
	    "https://oauth2.googleapis.com/token", "https://mail.google.com/",
	    "access_type=offline&prompt=consent" },
	{ "microsoft",
	    "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
	    "https://login.microsoftonline.com/common/oauth2/v2.0/token",
	    "offline_access "
	    "https://outlook.office.com/IMAP.AccessAsUser.All "
	    "https://outlook.office.com/SMTP.Send", "prompt=select_account" },
};

static void
set(struct keep *k, const char *name, const char *value)
{
	if (value != NULL)
		(void)json_object_set_new(k->o, name, json_string(value));
}

static const char *
get(const struct keep *k, const char *name)
{
	return json_string_value(json_object_get(k->o, name));
}

static int
set_provider(struct keep *k, const char *name, struct err *e)
{
	size_t i;

	for (i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
		if (strcmp(providers[i].name, name) != 0)
			continue;
		set(k, "authorize_url", providers[i].authorize_url);
		set(k, "token_url", providers[i].token_url);
		set(k, "scope", providers[i].scope);
		set(k, "more", providers[i].more);
		return 0;
	}
	err_set(e, ERR_INPUT, "'%.64s' is no provider that is known here: "
	    "google, microsoft, or give --authorize-url, --token-url and "
	    "--scope", name);
	return -1;
}

/* From a file, because what stands on a command line is seen by all. */
static int
set_client_secret(struct keep *k, const char *path, struct err *e)
{
	char text[SECRET_MAX + 1];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1) {
		n = read(fd, text, SECRET_MAX);
		(void)close(fd);
	}
	if (n > 0) {
		text[n] = '\0';
		text[strcspn(text, "\r\n")] = '\0';
	}
	if (n <= 0 || text[0] == '\0' || !text_is_line(text))
		err_set(e, ERR_INPUT, "cannot read a client secret from "
		    "'%s'", path);
	else
		set(k, "client_secret", text);
	n = n <= 0 || text[0] == '\0' || !text_is_line(text) ? -1 : 0;
	seal_wipe(text, sizeof(text));
	return (int)n;
}

static int
set_days(struct keep *k, const char *days, struct err *e)
{
	char *end;
	long n = strtol(days, &end, 10);

	if (*days >= '0' && *days <= '9' && *end == '\0' && n >= 1 &&
	    n <= DAYS_MAX) {
		(void)json_object_set_new(k->o, "days", json_integer(n));
		return 0;
	}
	err_set(e, ERR_INPUT, "--days is a number from 1 to %d", DAYS_MAX);
	return -1;
}

static int
set_options(struct keep *k, const struct ask_options *o, struct err *e)
{
	static const char *const must[] = { "authorize_url", "token_url",
	    "scope", "client_id" };
	size_t i;

	if (k->o == NULL)
		k->o = json_pack("{s:i, s:s}", "v", 1, "redirect_url",
		    REDIRECT);
	if (o->provider != NULL && set_provider(k, o->provider, e) == -1)
		return -1;
	set(k, "authorize_url", o->authorize_url);
	set(k, "token_url", o->token_url);
	set(k, "scope", o->scope);
	set(k, "redirect_url", o->redirect_url);
	set(k, "client_id", o->client_id);
	set(k, "ca", o->ca);
	if ((o->client_secret != NULL &&
	    set_client_secret(k, o->client_secret, e) == -1) ||
	    (o->days != NULL && set_days(k, o->days, e) == -1))
		return -1;
	for (i = 0; i < sizeof(must) / sizeof(must[0]); i++) {
		if (get(k, must[i]) != NULL)
			continue;
		err_set(e, ERR_INPUT, "the first login of '%s' wants "
		    "--provider (or --authorize-url, --token-url and --scope) "
		    "and --client-id", k->path);
		return -1;
	}
	return 0;
}

/* RFC 4648 section 5, without padding. */
static char *
base64url(const void *bytes, size_t n)
{
	char *text = wire_base64(bytes, n), *p;

	for (p = text; *p != '\0'; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	while (p > text && p[-1] == '=')
		*--p = '\0';
	return text;
}

static char *
random_word(void)
{
	unsigned char bytes[WORD_BYTES];

	seal_random(bytes, sizeof(bytes));
	return base64url(bytes, sizeof(bytes));
}

static void
print_address(const struct keep *k, const char *state, const char *challenge)
{
	const struct grant_field fields[] = {
		{ "response_type", "code" },
		{ "client_id", get(k, "client_id") },
		{ "redirect_uri", get(k, "redirect_url") },
		{ "scope", get(k, "scope") },
		{ "state", state },
		{ "code_challenge", challenge },
		{ "code_challenge_method", "S256" },
		{ NULL, NULL }
	};
	const char *more = get(k, "more");
	char *query = grant_form(fields);

	(void)printf("Open this address in a browser and log in as the "
	    "mailbox:\n\n%s?%s%s%s\n\nThe browser then goes to a page that "
	    "does not open. Paste the address of that page here:\n",
	    get(k, "authorize_url"), query, more == NULL ? "" : "&",
	    more == NULL ? "" : more);
	(void)fflush(stdout);
	free(query);
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A parameter of an address, unescaped; NULL: not there. The caller frees. */
static char *
parameter(const char *address, const char *name)
{
	const char *at = strchr(address, '?');
	size_t n = strlen(name);
	char *value, *out;

	while (at != NULL && (strncmp(at + 1, name, n) != 0 ||
	    at[n + 1] != '='))
		at = strchr(at + 1, '&');
	if (at == NULL)
		return NULL;
	at += n + 2;
	value = out = mem_strdup(at);
	for (; *at != '\0' && *at != '&' && *at != '#'; at++) {
		if (*at == '%' && digit_of(at[1]) != -1 &&
		    digit_of(at[2]) != -1) {
			*out++ = (char)(digit_of(at[1]) * 16 +
			    digit_of(at[2]));
			at += 2;
		} else {
			*out++ = *at;
		}
	}
	*out = '\0';
	return value;
}

/* The code in the address that was pasted; the caller frees. */
static char *
read_code(const char *state, struct err *e)
{
	char line[LINE_MAX_BYTES], *code = NULL, *its = NULL;

	if (fgets(line, sizeof(line), stdin) == NULL) {
		err_set(e, ERR_INPUT, "nothing was pasted, so nothing was "
		    "done");
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	its = parameter(line, "state");
	code = parameter(line, "code");
	if (its == NULL || strcmp(its, state) != 0 || code == NULL ||
	    *code == '\0') {
		err_set(e, ERR_INPUT, its != NULL && strcmp(its, state) == 0 ?
		    "the provider did not let you in: look at the page, and "
		    "log in again" : "this is not the address that belongs to "
		    "this login: run it again, and paste the whole address");
		free(code);
		code = NULL;
	}
	free(its);
	seal_wipe(line, sizeof(line));
	return code;
}

static int
take_answer(struct keep *k, const json_t *answer, int64_t now, struct err *e)
{
	const char *refresh = json_string_value(json_object_get(answer,
	    "refresh_token"));
	json_int_t days = json_integer_value(json_object_get(k->o, "days"));

	if (refresh == NULL) {
		err_set(e, ERR_DENIED, "the provider gave no refresh token: "
		    "its scope must allow offline access");
		return -1;
	}
	set(k, "refresh_token", refresh);
	(void)json_object_set_new(k->o, "login_at", json_integer(now));
	(void)json_object_set_new(k->o, "refreshed_at", json_integer(now));
	(void)json_object_set_new(k->o, "ends_at", days == 0 ? json_null() :
	    json_integer(now + days * 86400));
	return 0;
}

static json_t *
exchange(const struct keep *k, const char *code, const char *verifier,
    struct err *e)
{
	const struct grant_field fields[] = {
		{ "grant_type", "authorization_code" },
		{ "code", code },
		{ "redirect_uri", get(k, "redirect_url") },
		{ "client_id", get(k, "client_id") },
		{ "client_secret", get(k, "client_secret") },
		{ "code_verifier", verifier },
		{ NULL, NULL }
	};
	char error[GRANT_ERROR_MAX];

	return grant_ask(get(k, "token_url"), get(k, "ca"), fields, error, e);
}

int
ask_login(struct keep *k, const struct ask_options *o, int64_t now,
    struct err *e)
{
	unsigned char hash[32];
	char *verifier = random_word(), *state = random_word();
	char *challenge = NULL, *code = NULL;
	json_t *answer = NULL;
	int result = -1;

	if (set_options(k, o, e) == -1 || keep_room(k, e) == -1)
		goto out;
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, verifier, strlen(verifier),
	    hash) < 0) {
		err_set(e, ERR_BUG, "there is no SHA-256");
		goto out;
	}
	challenge = base64url(hash, sizeof(hash));
	print_address(k, state, challenge);
	if ((code = read_code(state, e)) == NULL ||
	    (answer = exchange(k, code, verifier, e)) == NULL ||
	    take_answer(k, answer, now, e) == -1)
		goto out;
	result = keep_store(k, e);
out:
	json_decref(answer);
	free(verifier);
	free(state);
	free(challenge);
	free(code);
	return result;
}
