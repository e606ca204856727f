/*
 * SMTP by libcurl, one handle for one message, destroyed after it: a handle
 * that is kept may take a late reply for the answer to the next message, or
 * reuse a connection that has no TLS.  There is no way to send in clear.
 *
 * Which phase was reached is followed by watching what libcurl says and
 * hears.  When it knows the size it sends the dot right after the last byte
 * without asking for more, so the dot hook runs before the last two bytes
 * are handed on, not at the end of the file.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/post/login.h"
#include "daemon/post/smtp.h"
#include "daemon/role.h"
#include "daemon/trust.h"
#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/text.h"

#define CONNECT_S	30L
#define RESPONSE_S	600L	/* RFC 5321 4.5.3.2.6: the dot's ten minutes */
#define WHOLE_S		7200L	/* of one message, however slow the relay */
#define GRACE_S		10	/* after SIGTERM, for the last reply */
#define HELD_BACK	2	/* the last CRLF */
#define URL_MAX		1024

struct talk {
	const struct smtp_message *m;
	struct smtp_end	*end;
	size_t		 given;
	int		 dotted;	/* the hook ran, and agreed */
	int		 hook_failed;
	struct err	*hook_err;
	int		 utf8_wanted, utf8_offered;
	int		 mail_said;
	time_t		 stop_at;
	int		 over;		/* what follows is good-bye */
};

int
smtp_start(struct err *e)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		return 0;
	err_set(e, ERR_BUG, "libcurl does not start");
	return -1;
}

void
smtp_stop(void)
{
	curl_global_cleanup();
}

static int
begins(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

/* A new phase has no reply yet. */
static void
enter(struct talk *t, enum smtp_phase phase)
{
	t->end->phase = phase;
	t->end->code = 0;
	t->end->reply[0] = '\0';
}

static void
said(struct talk *t, const char *s, size_t n)
{
	if (begins(s, n, "QUIT\r\n"))
		t->over = 1;
	switch (t->end->phase) {
	case SMTP_BEFORE:
		/* Commands with spaces: no word of a login looks so. */
		if (begins(s, n, "MAIL FROM:")) {
			t->mail_said = 1;
			t->end->code = 0;
		} else if (t->mail_said && begins(s, n, "RCPT TO:"))
			enter(t, SMTP_RCPT);
		else if (begins(s, n, "EHLO "))
			t->utf8_offered = 0;
		break;
	case SMTP_RCPT:
		if (begins(s, n, "DATA\r\n"))
			enter(t, SMTP_DATA);
		break;
	default:
		break;
	}
}

/* libcurl's own talk; never logged, passwords pass here. */
static int
watch(CURL *curl, curl_infotype type, char *s, size_t n, void *ctx)
{
	struct talk *t = ctx;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT && !t->over)
		said(t, s, n);
	return 0;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
keep_reply(struct talk *t, const char *s, size_t n)
{
	size_t i;

	while (n > 0 && (s[n - 1] == '\r' || s[n - 1] == '\n'))
		n--;
	if (n >= sizeof(t->end->reply))
		n = sizeof(t->end->reply) - 1;
	for (i = 0; i < n; i++)
		t->end->reply[i] = s[i] == '\0' ? ' ' : s[i];
	t->end->reply[n] = '\0';
	t->end->code = (s[0] - '0') * 100 + (s[1] - '0') * 10 + s[2] - '0';
}

/* A line that the server says. Less than its length ends the transfer. */
static size_t
heard(char *s, size_t size, size_t nmemb, void *ctx)
{
	struct talk *t = ctx;
	size_t n = size * nmemb;

	/* The dot has one reply; QUIT may have its own. */
	if (t->over || (t->end->phase == SMTP_DOT && t->end->code != 0))
		return n;
	if (n < 3 || !digit(s[0]) || !digit(s[1]) || !digit(s[2]))
		return n;
	if (n >= 12 && strncasecmp(s + 4, "SMTPUTF8", 8) == 0)
		t->utf8_offered = 1;
	if (n > 3 && s[3] == '-')
		return n;
	keep_reply(t, s, n);
	if (t->mail_said && t->end->phase == SMTP_BEFORE &&
	    t->end->code / 100 == 2 && t->utf8_wanted && !t->utf8_offered) {
		t->end->no_utf8 = 1;
		return 0;
	}
	return n;
}

static int
dot(struct talk *t)
{
	if (t->m->dot(t->m->ctx, t->hook_err) == -1) {
		t->hook_failed = 1;
		return -1;
	}
	t->dotted = 1;
	enter(t, SMTP_DOT);
	return 0;
}

static size_t
give(char *out, size_t size, size_t nmemb, void *ctx)
{
	struct talk *t = ctx;
	size_t n = size * nmemb, left = t->m->len - t->given;

	if (left > HELD_BACK)
		left -= HELD_BACK;
	else if (!t->dotted && dot(t) == -1)
		return CURL_READFUNC_ABORT;
	n = n < left ? n : left;
	memcpy(out, (const char *)t->m->bytes + t->given, n);
	t->given += n;
	return n;
}

/* A service that stops does not wait ten minutes for a reply. */
static int
tick(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct talk *t = ctx;
	struct timespec now;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	if (!role_stopping())
		return 0;
	if (t->end->phase != SMTP_DOT)
		return 1;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (t->stop_at == 0)
		t->stop_at = now.tv_sec + GRACE_S;
	return now.tv_sec >= t->stop_at;
}

/*
 * What libcurl will send, dots at the beginnings of lines doubled: with any
 * other number it would stop short of the end, or wait for more. -1 when
 * there is a line end that is not CRLF.
 */
static curl_off_t
size_sent(const char *s, size_t n)
{
	curl_off_t dots = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '\n' && (i == 0 || s[i - 1] != '\r'))
			return -1;
		if (s[i] == '\r' && (i + 1 == n || s[i + 1] != '\n'))
			return -1;
		if (s[i] == '.' && (i == 0 || s[i - 1] == '\n'))
			dots++;
	}
	if (n < HELD_BACK || s[n - 1] != '\n')
		return -1;
	return (curl_off_t)n + dots;
}

static int
check_message(const struct smtp_message *m, curl_off_t *size, struct err *e)
{
	if ((m->from[0] != '\0' && text_address_check(m->from, e) == -1) ||
	    text_address_check(m->to, e) == -1)
		return -1;
	*size = size_sent(m->bytes, m->len);
	if (*size == -1) {
		err_set(e, ERR_INPUT, "a message whose lines do not all end "
		    "in CR LF is not sent");
		return -1;
	}
	return 0;
}

/* scheme://host:port/name-for-EHLO */
static int
set_url(CURL *curl, const struct config_relay *relay, const char *helo,
    struct err *e)
{
	char url[URL_MAX], *name;
	int v6 = strchr(relay->host, ':') != NULL, n;

	if ((name = curl_easy_escape(curl, helo, 0)) == NULL)
		mem_out();
	n = snprintf(url, sizeof(url), "%s://%s%s%s:%d/%s",
	    relay->tls == TLS_IMPLICIT ? "smtps" : "smtp", v6 ? "[" : "",
	    relay->host, v6 ? "]" : "", relay->port, name);
	curl_free(name);
	if (n < 0 || (size_t)n >= sizeof(url)) {
		err_set(e, ERR_INPUT, "the relay's name is too long");
		return -1;
	}
	return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK ? 0 : -1;
}

static int
set_tls(CURL *curl, const struct config_relay *relay)
{
	if (curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL) ||
	    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) ||
	    curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2) ||
	    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
	    relay->tls == TLS_IMPLICIT ? "smtps" : "smtp"))
		return -1;
	/* A file that is named is all that is trusted. */
	if (relay->ca != NULL &&
	    (curl_easy_setopt(curl, CURLOPT_CAINFO, relay->ca) ||
	    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL)))
		return -1;
	return 0;
}

static int
set_message(CURL *curl, const struct smtp_message *m,
    struct curl_slist *to, curl_off_t size)
{
	return curl_easy_setopt(curl, CURLOPT_MAIL_FROM, m->from) ||
	    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to) ||
	    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, size) ? -1 : 0;
}

static int
set_calls(CURL *curl, struct talk *t)
{
	return curl_easy_setopt(curl, CURLOPT_READFUNCTION, give) ||
	    curl_easy_setopt(curl, CURLOPT_READDATA, t) ||
	    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, heard) ||
	    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t) ||
	    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch) ||
	    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, t) ||
	    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, tick) ||
	    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t) ||
	    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) ||
	    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_PROXY, "") ||
	    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S) ||
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_S) ||
	    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) ||
	    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, RESPONSE_S) ||
	    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    RESPONSE_S) ? -1 : 0;
}

static int
send_once(const struct config_relay *relay, const struct login *login,
    const struct smtp_message *m, struct smtp_end *end, struct err *e)
{
	struct talk t = { .m = m, .end = end, .hook_err = e };
	struct curl_slist *to = NULL;
	CURL *curl = NULL;
	curl_off_t size;
	long verified = 0;
	int r = -1;

	memset(end, 0, sizeof(*end));
	if (check_message(m, &size, e) == -1)
		return -1;
	t.utf8_wanted = compose_needs_smtputf8(m->from) ||
	    compose_needs_smtputf8(m->to);
	if ((curl = curl_easy_init()) == NULL ||
	    (to = curl_slist_append(NULL, m->to)) == NULL)
		mem_out();
	if (set_url(curl, relay, m->helo, e) == -1 ||
	    set_tls(curl, relay) == -1 || login_set(curl, login) == -1 ||
	    set_message(curl, m, to, size) == -1 ||
	    set_calls(curl, &t) == -1) {
		err_set(e, ERR_BUG, "libcurl does not take what it needs to "
		    "send in safety");
		goto out;
	}
	crash_point("post: smtp before");
	end->error = (int)curl_easy_perform(curl);
	crash_point("post: smtp after");
	/* GnuTLS's bits: zero when only the name was wrong. */
	(void)curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verified);
	end->trust = (unsigned int)verified;
	t.over = 1;
	r = t.hook_failed ? -1 : 0;
out:
	curl_easy_cleanup(curl);
	curl_slist_free_all(to);
	return r;
}

/* There was nothing to log in with, so nobody was called. */
static void
no_token(struct smtp_end *end, const struct err *e)
{
	memset(end, 0, sizeof(*end));
	end->error = CURLE_LOGIN_DENIED;
	end->no_token = e->code;
	(void)snprintf(end->why, sizeof(end->why), "%s", e->text);
}

/* Tokens die early when somebody takes them back: a new one, once. */
static int
is_refused(const struct login *login, const struct smtp_end *end)
{
	return login->token.value != NULL && end->phase == SMTP_BEFORE &&
	    (end->error == CURLE_LOGIN_DENIED || end->code == 535);
}

int
smtp_send(const struct config_relay *relay, const struct secret *password,
    const struct smtp_message *m, struct smtp_end *end, struct err *e)
{
	struct login login;
	struct err why = ERR_INIT;
	int64_t refused = 0;
	int try, r = 0;

	for (try = 0; try < 2 && r == 0; try++) {
		if (login_get(relay, password, refused, &login, &why) == -1) {
			no_token(end, &why);
			return 0;
		}
		r = send_once(relay, &login, m, end, e);
		end->login_ends_s = login.token.ends_s;
		refused = is_refused(&login, end) ? login.token.serial : 0;
		login_free(&login);
		if (refused == 0)
			break;
	}
	return r;
}

/* The relay's own certificate comes first, in PEM. */
static int64_t
certificate_until(CURL *curl)
{
	struct curl_certinfo *info = NULL;
	const struct curl_slist *line;

	if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL || info->num_of_certs < 1)
		return -1;
	for (line = info->certinfo[0]; line != NULL; line = line->next)
		if (strncmp(line->data, "Cert:", 5) == 0)
			return trust_until(line->data + 5,
			    strlen(line->data + 5), 1);
	return -1;
}

int
smtp_look(const struct config_relay *relay, const struct secret *password,
    const char *helo, struct smtp_end *end, int64_t *until_s, struct err *e)
{
	const struct smtp_message none = { .helo = helo };
	struct talk t = { .m = &none, .end = end, .hook_err = e };
	struct login login;
	struct err why = ERR_INIT;
	CURL *curl;
	long verified = 0;
	int r = -1;

	memset(end, 0, sizeof(*end));
	*until_s = -1;
	if (login_get(relay, password, 0, &login, &why) == -1) {
		no_token(end, &why);
		return 0;
	}
	if ((curl = curl_easy_init()) == NULL)
		mem_out();
	if (set_url(curl, relay, helo, e) == -1 ||
	    set_tls(curl, relay) == -1 ||
	    login_set(curl, &login) == -1 ||
	    set_calls(curl, &t) == -1 ||
	    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK) {
		err_set(e, ERR_BUG, "libcurl does not take what it needs to "
		    "look in safety");
		goto out;
	}
	end->error = (int)curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verified);
	end->trust = (unsigned int)verified;
	*until_s = certificate_until(curl);
	t.over = 1;
	r = 0;
out:
	login_free(&login);
	curl_easy_cleanup(curl);
	return r;
}

/* Policy of the relay, or a login it wants: nothing about this letter. */
static int
is_policy(const struct smtp_end *end)
{
	return end->code == 530 || end->code == 534 || end->code == 535 ||
	    end->code == 538 || strncmp(end->reply + 3, " 5.7.", 5) == 0;
}

/* What stands behind "the relay 'HOST' port N " in smtp_trouble(). */
static const struct {
	int		 error;
	const char	*word, *what;
} troubles[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, "connect", "is not found: check 'host' "
	    "and the name server" },
	{ CURLE_COULDNT_CONNECT, "connect", "does not answer: check 'host', "
	    "'port' and the network" },
	{ CURLE_OPERATION_TIMEDOUT, "timeout", "took too long to answer" },
	{ CURLE_USE_SSL_FAILED, "tls-none", "does not offer STARTTLS, and "
	    "nothing is sent in clear: use 'tls = implicit', or ask the "
	    "people who run it" },
	{ CURLE_SSL_CONNECT_ERROR, "tls", "offers no TLS that is safe (1.2 or "
	    "later is wanted), or none at all on this port" },
	{ CURLE_SSL_CACERT_BADFILE, "tls-ca", "cannot be checked: 'ca' names "
	    "no file with certificates" },
	{ CURLE_LOGIN_DENIED, "login", "refused the login: check 'user' and "
	    "'secret'" },
	{ CURLE_WEIRD_SERVER_REPLY, "odd", "said what does not belong there: "
	    "somebody may be in between, so nothing was said to it" },
	{ CURLE_ABORTED_BY_CALLBACK, "stopped", "was left because teduhd "
	    "stops" },
	{ CURLE_OK, "connection", "closed the connection too early" },
};

static size_t
trouble_of(int error)
{
	size_t i = 0, last = sizeof(troubles) / sizeof(troubles[0]) - 1;

	while (i < last && troubles[i].error != error)
		i++;
	return i;
}

static const char *
word_of(const struct smtp_end *end)
{
	return end->error == CURLE_PEER_FAILED_VERIFICATION ?
	    trust_of(end->trust)->word : troubles[trouble_of(end->error)].word;
}

void
smtp_trouble(const struct smtp_end *end, const struct config_relay *relay,
    char out[SMTP_TROUBLE_MAX])
{
	const char *what = troubles[trouble_of(end->error)].what;

	if (end->no_token != 0)
		(void)snprintf(out, SMTP_TROUBLE_MAX, "the relay '%s' port %d "
		    "was not called, because there is no access token: %s",
		    relay->host, relay->port, end->why);
	else if (relay->token_command != NULL && (end->code == 535 ||
	    end->error == CURLE_LOGIN_DENIED))
		(void)snprintf(out, SMTP_TROUBLE_MAX, "the relay '%s' port %d "
		    "refused the access token: check 'user', or log in again "
		    "as 'token_command' wants it", relay->host, relay->port);
	else if (end->error == CURLE_PEER_FAILED_VERIFICATION)
		(void)snprintf(out, SMTP_TROUBLE_MAX, "the certificate of "
		    "'%s' %s", relay->host, trust_of(end->trust)->what);
	else if (end->code == 530 || end->code == 535)
		(void)snprintf(out, SMTP_TROUBLE_MAX, "the relay '%s' port %d "
		    "refused the login: check 'user' and 'secret'",
		    relay->host, relay->port);
	else if (end->code / 100 == 4 || end->code / 100 == 5)
		(void)snprintf(out, SMTP_TROUBLE_MAX, "the relay '%s' port %d "
		    "takes nothing from us now (it said %03d): if it stays "
		    "so, ask the people who run it", relay->host,
		    relay->port, end->code);
	else
		(void)snprintf(out, SMTP_TROUBLE_MAX, "the relay '%s' port %d "
		    "%s", relay->host, relay->port, what);
}

enum delivery_outcome
smtp_outcome(const struct smtp_end *end, char word[16])
{
	int class = end->code / 100;

	if (end->no_token != 0) {
		(void)snprintf(word, 16, "token");
		return OUTCOME_ENDPOINT;
	}
	if (end->no_utf8) {
		(void)snprintf(word, 16, "smtputf8");
		return OUTCOME_REFUSED;
	}
	/* A good reply says nothing about why it went wrong afterwards. */
	if (class == 4 || class == 5 || (class == 2 &&
	    end->phase == SMTP_DOT))
		(void)snprintf(word, 16, "%03d", end->code);
	else
		(void)snprintf(word, 16, "%s", word_of(end));
	if (end->phase == SMTP_BEFORE)
		return OUTCOME_ENDPOINT;
	if (class == 5)
		return is_policy(end) ? OUTCOME_ENDPOINT : OUTCOME_REFUSED;
	if (class == 4)
		return OUTCOME_DEFERRED;
	if (end->phase != SMTP_DOT)
		return end->error == CURLE_ABORTED_BY_CALLBACK ?
		    OUTCOME_ENDPOINT : OUTCOME_DEFERRED;
	return class == 2 ? OUTCOME_ACCEPTED : OUTCOME_UNKNOWN;
}
