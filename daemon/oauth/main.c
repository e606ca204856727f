/*
 * teduh-oauth: gives access tokens to teduhd, and is the only program that
 * sees the refresh token behind them.
 *
 * What it prints on standard output for `token` are the lines that
 * token_command wants; everything else it says goes to standard error, and
 * never holds a token.
 */
#include <config.h>	/* not our neighbour of that name */

#include <curl/curl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "daemon/crash.h"
#include "daemon/oauth/ask.h"
#include "daemon/oauth/grant.h"
#include "daemon/oauth/keep.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define TOKEN_MAX	8192
#define DEFAULT_S	300

static const char usage[] =
    "usage: teduh-oauth token FILE\n"
    "                      print an access token, how many seconds it is\n"
    "                      good for, and how many the login still lasts\n"
    "       teduh-oauth login FILE [--provider google|microsoft]\n"
    "                      [--client-id ID] [--client-secret FILE]\n"
    "                      [--authorize-url URL] [--token-url URL]\n"
    "                      [--scope SCOPE] [--redirect-url URL] [--ca FILE]\n"
    "                      [--days N]\n"
    "                      log in with a browser; later logins of the same\n"
    "                      FILE need no options\n"
    "       teduh-oauth show FILE\n"
    "                      how old the login is and when it ends\n"
    "       teduh-oauth --help, --version\n";

static const struct option options[] = {
	{ "provider", required_argument, NULL, 'p' },
	{ "client-id", required_argument, NULL, 'i' },
	{ "client-secret", required_argument, NULL, 's' },
	{ "authorize-url", required_argument, NULL, 'a' },
	{ "token-url", required_argument, NULL, 't' },
	{ "scope", required_argument, NULL, 'o' },
	{ "redirect-url", required_argument, NULL, 'r' },
	{ "ca", required_argument, NULL, 'c' },
	{ "days", required_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static const char *
get(const struct keep *k, const char *name)
{
	return json_string_value(json_object_get(k->o, name));
}

static int
need_login(const struct keep *k, struct err *e)
{
	if (k->o != NULL && get(k, "refresh_token") != NULL &&
	    get(k, "token_url") != NULL && get(k, "client_id") != NULL)
		return 0;
	err_set(e, ERR_DENIED, "nobody is logged in with '%s' yet: "
	    "'teduh-oauth login %s'", k->path, k->path);
	return -1;
}

/* What must be done about a no, as far as the word says it. */
static void
explain(const struct keep *k, const char *error, struct err *e)
{
	if (e->code != ERR_DENIED)
		return;
	if (strcmp(error, "invalid_grant") == 0)
		err_set(e, ERR_DENIED, "the provider does not take this login "
		    "any more (invalid_grant): log in again: 'teduh-oauth "
		    "login %s'", k->path);
	else if (strcmp(error, "invalid_client") == 0 ||
	    strcmp(error, "unauthorized_client") == 0)
		err_set(e, ERR_DENIED, "the provider does not know this "
		    "client (%s): check --client-id and --client-secret: "
		    "'teduh-oauth login %s ...'", error, k->path);
}

/* What came along goes into the file before it goes anywhere else. */
static int
keep_answer(struct keep *k, const json_t *answer, int64_t now,
    struct err *e)
{
	json_t *refresh = json_object_get(answer, "refresh_token");
	json_t *lasts = json_object_get(answer, "refresh_token_expires_in");

	if (json_is_string(refresh))
		(void)json_object_set(k->o, "refresh_token", refresh);
	(void)json_object_set_new(k->o, "refreshed_at", json_integer(now));
	if (json_is_integer(lasts) && json_integer_value(lasts) > 0 &&
	    json_integer_value(lasts) < INT32_MAX)
		(void)json_object_set_new(k->o, "ends_at", json_integer(now +
		    json_integer_value(lasts)));
	return keep_store(k, e);
}

static int
print_token(const struct keep *k, const json_t *answer, int64_t now,
    struct err *e)
{
	const char *token = json_string_value(json_object_get(answer,
	    "access_token")), *p;
	json_int_t good = json_integer_value(json_object_get(answer,
	    "expires_in"));
	json_int_t ends = json_integer_value(json_object_get(k->o,
	    "ends_at"));

	for (p = token; p != NULL && *p >= 0x21 && *p <= 0x7e; p++)
		;
	if (p == NULL || *p != '\0' || p == token ||
	    strlen(token) > TOKEN_MAX) {
		err_set(e, ERR_RETRY, "the provider gave no access token that "
		    "can be used");
		return -1;
	}
	if (good < 1 || good > INT32_MAX)
		good = DEFAULT_S;
	(void)printf("%s\n%" PRId64 "\n", token, (int64_t)good);
	if (ends > 0)
		(void)printf("%" PRId64 "\n", ends > now ?
		    (int64_t)ends - now : 0);
	if (fflush(stdout) == 0)
		return 0;
	err_set(e, ERR_RETRY, "nobody took the token");
	return -1;
}

static int
run_token(struct keep *k, const struct ask_options *o, int64_t now,
    struct err *e)
{
	char error[GRANT_ERROR_MAX];
	struct grant_field fields[6] = { { NULL, NULL } };
	json_t *answer = NULL;
	int result = -1;

	(void)o;
	if (need_login(k, e) == -1 || keep_room(k, e) == -1)
		return -1;
	fields[0] = (struct grant_field){ "grant_type", "refresh_token" };
	fields[1] = (struct grant_field){ "refresh_token",
	    get(k, "refresh_token") };
	fields[2] = (struct grant_field){ "client_id", get(k, "client_id") };
	fields[3] = (struct grant_field){ "client_secret",
	    get(k, "client_secret") };
	fields[4] = (struct grant_field){ "scope", get(k, "scope") };
	answer = grant_ask(get(k, "token_url"), get(k, "ca"), fields, error,
	    e);
	if (answer == NULL)
		explain(k, error, e);
	else if (keep_answer(k, answer, now, e) == 0)
		result = print_token(k, answer, now, e);
	json_decref(answer);
	return result;
}

static int
run_login(struct keep *k, const struct ask_options *o, int64_t now,
    struct err *e)
{
	if (ask_login(k, o, now, e) == -1)
		return -1;
	(void)printf("Logged in. 'teduh-oauth token %s' gives tokens from now "
	    "on.\n", k->path);
	return 0;
}

static int
run_show(struct keep *k, const struct ask_options *o, int64_t now,
    struct err *e)
{
	json_int_t login, last, ends;

	(void)o;
	if (need_login(k, e) == -1)
		return -1;
	login = json_integer_value(json_object_get(k->o, "login_at"));
	last = json_integer_value(json_object_get(k->o, "refreshed_at"));
	ends = json_integer_value(json_object_get(k->o, "ends_at"));
	(void)printf("logged in %" PRId64 " days ago, used %" PRId64
	    " hours ago\n", (now - (int64_t)login) / 86400,
	    (now - (int64_t)last) / 3600);
	if (ends == 0)
		(void)printf("when it ends is not known\n");
	else if (ends <= now)
		(void)printf("it has ended: 'teduh-oauth login %s'\n",
		    k->path);
	else
		(void)printf("it ends in %" PRId64 " days\n",
		    ((int64_t)ends - now) / 86400);
	return 0;
}

static const struct command {
	const char	*name;
	int		(*run)(struct keep *, const struct ask_options *,
			    int64_t now, struct err *);
} commands[] = {
	{ "token", run_token },
	{ "login", run_login },
	{ "show", run_show },
};

static const struct command *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int
bad_usage(const char *why)
{
	(void)fprintf(stderr, "teduh-oauth: %s: see 'teduh-oauth --help'\n",
	    why);
	return EX_USAGE;
}

/* A new token must reach the disk, whatever we are told meanwhile. */
static void
hold_signals(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
run(const struct command *command, const char *path,
    const struct ask_options *o)
{
	struct err e = ERR_INIT;
	struct keep k;
	int code = EX_OK;

	memset(&k, 0, sizeof(k));
	k.lock = k.next_fd = -1;
	if (command->run == run_token)
		hold_signals();
	wire_init();
	crash_open("oauth");
	if (seal_init(&e) == -1 || seal_harden_process(&e) == -1 ||
	    keep_open(&k, path, &e) == -1 ||
	    command->run(&k, o, (int64_t)time(NULL), &e) == -1) {
		(void)fprintf(stderr, "teduh-oauth: %s\n", e.text);
		code = err_exit(e.code);
	}
	keep_close(&k);
	return code;
}

int
main(int argc, char *argv[])
{
	struct ask_options o = { .provider = NULL };
	const struct command *command;
	int opt, given = 0, code;

	(void)umask(077);
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		given += opt != 'h' && opt != 'v';
		switch (opt) {
		case 'p': o.provider = optarg; break;
		case 'i': o.client_id = optarg; break;
		case 's': o.client_secret = optarg; break;
		case 'a': o.authorize_url = optarg; break;
		case 't': o.token_url = optarg; break;
		case 'o': o.scope = optarg; break;
		case 'r': o.redirect_url = optarg; break;
		case 'c': o.ca = optarg; break;
		case 'd': o.days = optarg; break;
		case 'h':
			(void)fputs(usage, stdout);
			return EX_OK;
		case 'v':
			(void)puts(PACKAGE_STRING);
			return EX_OK;
		default:
			return bad_usage("an option is unknown or lacks its "
			    "value");
		}
	}
	if (argc - optind != 2 || (command = find(argv[optind])) == NULL)
		return bad_usage("it wants token, login or show, and a file");
	if (given > 0 && command->run != run_login)
		return bad_usage("options go with login");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return EX_SOFTWARE;
	code = run(command, argv[optind + 1], &o);
	curl_global_cleanup();
	return code;
}
