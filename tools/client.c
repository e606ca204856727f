/*
 * The only file of teduh that knows libcurl.  A request is signed over what
 * will stand on the wire, so nothing may be rewritten on the way: the Host
 * header is ours, the path is sent as it is, nothing is followed.  What comes
 * back is a stranger's until somebody has checked a signature.
 */
#include <config.h>	/* not our neighbour of that name */

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "tools/client.h"
#include "tools/client_trust.h"
#include "tools/service.h"
#include "tools/words.h"

#define CONNECT_S	20L
#define SILENCE_S	60L	/* without a byte */
#define WHOLE_S		600L
#define HEADER_MAX	512
#define SENTENCE_MAX	2048	/* a broken byte takes four */
#define SKEW_TOLD_S	60
#define PATIENCE_S	3	/* then the person is told what we wait for */

struct client {
	CURL			*curl;
	char			*url;		/* as joined */
	char			*base;		/* what paths stand behind */
	char			*authority;
	const struct signer	*signer;
	int64_t			 skew_s;	/* service minus ours */
	int			 skew_known;
	int			 told_waiting, quiet;
	time_t			 asked_at;	/* when the request began */
	long			 status;	/* of the answer; 0: none */
	char			 why[CURL_ERROR_SIZE];
};

struct call {
	const char	*method, *path;
	const char	*type;		/* of the body; NULL: no body */
	const void	*body;
	size_t		 len;
};

static char *
joined(const char *a, const char *b, const char *c)
{
	size_t n = strlen(a) + strlen(b) + strlen(c) + 1;
	char *s = mem_alloc(n);

	(void)snprintf(s, n, "%s%s%s", a, b, c);
	return s;
}

static int
set_unix(struct client *c, const char *path, struct err *e)
{
	if (path[0] != '/') {
		err_set(e, ERR_INPUT, _("'%s' is not an address: after "
		    "'unix:' stands a whole path"), c->url);
		return -1;
	}
	c->base = mem_strdup("http://teduh");
	c->authority = mem_strdup("teduh");
	(void)curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, path);
	(void)curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http");
	return 0;
}

/* Host and port only: what is signed must be what is sent. */
static int
set_https(struct client *c, const char *rest, const char *ca, struct err *e)
{
	size_t n = strspn(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
	    "QRSTUVWXYZ0123456789.-:[]");

	if (n == 0 || n > 255 || (rest[n] != '\0' && strcmp(rest + n, "/") !=
	    0)) {
		err_set(e, ERR_INPUT, _("'%s' is not an address: it looks "
		    "like https://desk.example:8443"), c->url);
		return -1;
	}
	c->authority = mem_dup(rest, n);
	if (n > 4 && strcmp(c->authority + n - 4, ":443") == 0)
		c->authority[n - 4] = '\0';
	c->base = joined("https://", c->authority, "");
	(void)curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "https");
	(void)curl_easy_setopt(c->curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_SSL_VERIFYHOST, 2L);
	if (ca != NULL) {
		(void)curl_easy_setopt(c->curl, CURLOPT_CAINFO, ca);
		(void)curl_easy_setopt(c->curl, CURLOPT_CAPATH, NULL);
	}
	return 0;
}

static int
set_address(struct client *c, const char *ca, struct err *e)
{
	if (strncmp(c->url, "unix:", 5) == 0)
		return set_unix(c, c->url + 5, e);
	if (strncmp(c->url, "https://", 8) == 0)
		return set_https(c, c->url + 8, ca, e);
	err_set(e, ERR_INPUT, _("'%s' is not an address: it begins with "
	    "https:// or unix:"), c->url);
	return -1;
}

/* Nobody should wonder whether it still works. */
static int
tell_waiting(void *ctx, curl_off_t a, curl_off_t b, curl_off_t d,
    curl_off_t f)
{
	struct client *c = ctx;

	(void)a;
	(void)b;
	(void)d;
	(void)f;
	if (!c->quiet && !c->told_waiting && isatty(STDERR_FILENO) &&
	    time(NULL) - c->asked_at >= PATIENCE_S) {
		c->told_waiting = 1;
		(void)fprintf(stderr, _("teduh: waiting for '%s' ...\n"),
		    c->url);
	}
	return 0;
}

/* How long a mute line is borne; stories have no minute for each. */
static long
silence_s(void)
{
#ifdef TEST_HOOKS
	const char *value = getenv("TEDUH_SILENCE");

	if (value != NULL)
		return strtol(value, NULL, 10);
#endif
	return SILENCE_S;
}

struct client *
client_new(const char *url, const char *ca, struct err *e)
{
	struct client *c = mem_alloc(sizeof(*c));

	c->url = mem_strdup(url);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
	    (c->curl = curl_easy_init()) == NULL) {
		err_set(e, ERR_BUG, _("libcurl does not start"));
		goto fail;
	}
	if (set_address(c, ca, e) == -1)
		goto fail;
	(void)curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c->curl, CURLOPT_PATH_AS_IS, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	(void)curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, WHOLE_S);
	(void)curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME,
	    silence_s());
	(void)curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->why);
	(void)curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION,
	    tell_waiting);
	(void)curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, c);
	(void)curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L);
	return c;
fail:
	client_free(c);
	return NULL;
}

void
client_free(struct client *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	free(c->url);
	free(c->base);
	free(c->authority);
	free(c);
}

void
client_sign_as(struct client *c, const struct signer *signer)
{
	c->signer = signer;
}

void
client_hush(struct client *c, int quiet)
{
	c->quiet = quiet;
}

int
client_is_stranger(const struct client *c)
{
	return c->status == 403;
}

int64_t
client_now(const struct client *c)
{
	return (int64_t)time(NULL) + c->skew_s;
}

static size_t
take(char *bytes, size_t size, size_t n, void *ctx)
{
	(void)size;
	return buf_add(ctx, bytes, n) == 0 ? n : 0;
}

static int
add_header(struct curl_slist **list, const char *name, const char *value)
{
	char line[HEADER_MAX];
	struct curl_slist *more;
	int n = snprintf(line, sizeof(line), "%s: %s", name, value);

	if (n < 0 || (size_t)n >= sizeof(line))
		return -1;
	if ((more = curl_slist_append(*list, line)) == NULL)
		return -1;
	*list = more;
	return 0;
}

/* The path without its query, and the query with its question mark. */
static char *
split(const char *path, const char **query)
{
	size_t n = strcspn(path, "?");

	*query = path + n;
	return mem_dup(path, n);
}

static int
sign(struct client *c, const struct call *call, struct curl_slist **list,
    struct err *e)
{
	struct request_headers h;
	struct request q = { call->method, c->authority, NULL, NULL,
	    call->body, call->len };
	char *path;
	int bad;

	if (c->signer == NULL)
		return 0;
	path = split(call->path, &q.query);
	q.path = path;
	bad = request_sign(c->signer, &q, client_now(c), &h, e);
	free(path);
	if (bad)
		return -1;
	if (add_header(list, "Content-Digest", h.digest) == -1 ||
	    add_header(list, "Signature-Input", h.input) == -1 ||
	    add_header(list, "Signature", h.signature) == -1) {
		err_set(e, ERR_BUG, _("the signature is too long"));
		return -1;
	}
	return 0;
}

static int
make_headers(struct client *c, const struct call *call,
    struct curl_slist **list, struct err *e)
{
	char version[16];

	(void)snprintf(version, sizeof(version), "%d", WIRE_VERSION);
	if (add_header(list, "Host", c->authority) == -1 ||
	    add_header(list, "Teduh-Wire", version) == -1 ||
	    (call->type != NULL &&
	    add_header(list, "Content-Type", call->type) == -1)) {
		err_set(e, ERR_INPUT, _("the address of the service is too "
		    "long"));
		return -1;
	}
	/* No waiting for 100-continue. */
	*list = curl_slist_append(*list, "Expect:");
	return sign(c, call, list, e);
}

/* What went wrong before there was an answer. */
static int
unreachable(const struct client *c, CURLcode code, struct err *e)
{
	const char *why = c->why[0] != '\0' ? c->why :
	    curl_easy_strerror(code);
	const char *trust;

	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		if ((trust = client_trust_why(c->curl)) != NULL) {
			err_set(e, ERR_DENIED, _("the certificate of '%s' %s; "
			    "nothing was sent"), c->url, trust);
			break;
		}
		/* FALLTHROUGH */
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		err_set(e, ERR_DENIED, _("'%s' does not prove that it is your "
		    "service (%s): nothing was sent"), c->url, why);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		err_set(e, ERR_DENIED, _("'%s' offers no TLS that is safe "
		    "(1.2 or later is wanted): nothing was sent; ask the "
		    "people who run the service"), c->url);
		break;
	case CURLE_WRITE_ERROR:
		err_set(e, ERR_INPUT, _("the answer of '%s' is larger than "
		    "%d MiB"), c->url, CLIENT_ANSWER_MAX / 1048576);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		err_set(e, ERR_INPUT, _("'%s' is not an address (%s)"),
		    c->url, why);
		break;
	case CURLE_COULDNT_CONNECT:
		err_set(e, ERR_RETRY, _("nothing answers at '%s': try again "
		    "later"), c->url);
		break;
	default:
		err_set(e, ERR_RETRY, _("cannot reach '%s' (%s): try again "
		    "later"), c->url, why);
	}
	return -1;
}

static enum err_code
code_of(long status)
{
	switch (status) {
	case 400:
	case 413:
	case 426:
		return ERR_INPUT;
	case 401:
	case 403:
		return ERR_DENIED;
	case 404:
		return ERR_GONE;
	case 409:
		return ERR_CONFLICT;
	case 429:
	case 502:
	case 503:
	case 504:
		return ERR_RETRY;
	default:
		return ERR_IO;
	}
}

/* The service's sentence in our words, safe to print; or one of ours. */
static int
refused(const struct client *c, long status, const struct buf *answer,
    struct err *e)
{
	char known[SERVICE_SENTENCE_MAX];
	const char *text = NULL;
	struct buf safe;
	json_t *o;

	buf_init(&safe, SENTENCE_MAX);
	o = wire_parse(answer->bytes, answer->len, NULL);
	if (o != NULL)
		(void)wire_get_string_opt(o, "text", &text, NULL);
	if (text != NULL && service_sentence(known, text))
		text = known;
	if (text != NULL && strlen(text) <= SENTENCE_MAX / 4)
		(void)text_terminal(text, strlen(text), 0, &safe);
	else if (text != NULL)
		(void)text_terminal(text, SENTENCE_MAX / 4, 0, &safe);
	if (safe.len > 0)
		err_set(e, code_of(status), "%s", safe.bytes);
	else
		err_set(e, code_of(status), _("'%s' answered with the "
		    "status %ld and without a word: is that the address of "
		    "a Teduh service?"), c->url, status);
	json_decref(o);
	buf_free(&safe);
	return -1;
}

static int
perform(struct client *c, const struct call *call, struct curl_slist *list,
    struct buf *answer, long *status, struct err *e)
{
	char *url = joined(c->base, call->path, "");
	CURLcode code;

	c->why[0] = '\0';
	c->asked_at = time(NULL);
	(void)curl_easy_setopt(c->curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, list);
	(void)curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, answer);
	if (call->type != NULL) {
		(void)curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
		(void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS,
		    call->body);
		(void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)call->len);
	} else
		(void)curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	/*
	 * On a used connection that breaks libcurl sends the request a second
	 * time by itself: the first may have been done, and the second would
	 * be refused as a repeat.  What changes something goes out once.
	 */
	(void)curl_easy_setopt(c->curl, CURLOPT_FRESH_CONNECT,
	    strcmp(call->method, "GET") == 0 ? 0L : 1L);
	(void)curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, call->method);
	code = curl_easy_perform(c->curl);
	free(url);
	if (code != CURLE_OK)
		return unreachable(c, code, e);
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, status);
	return 0;
}

/* One request. *answer has what came; *status is set when 0 is returned. */
static int
send_once(struct client *c, const struct call *call, struct buf *answer,
    long *status, struct err *e)
{
	struct curl_slist *list = NULL;
	int result;

	buf_clear(answer);
	result = make_headers(c, call, &list, e);
	if (result == 0)
		result = perform(c, call, list, answer, status, e);
	curl_slist_free_all(list);
	return result;
}

/*
 * Asks once what time the service has; 1 when our clock was to blame for the
 * refusal and is corrected from now on.
 */
static int
learn_skew(struct client *c)
{
	const struct call hello = { "GET", "/v1/hello", NULL, NULL, 0 };
	const struct signer *signer = c->signer;
	struct buf answer;
	int64_t theirs = 0;
	long status = 0;
	json_t *o = NULL;

	if (c->skew_known)
		return 0;
	c->skew_known = 1;
	buf_init(&answer, 65536);
	c->signer = NULL;
	if (send_once(c, &hello, &answer, &status, NULL) == 0 &&
	    status == 200)
		o = wire_parse(answer.bytes, answer.len, NULL);
	c->signer = signer;
	buf_free(&answer);
	if (o == NULL || wire_get_int(o, "time", 1, INT64_MAX / 2, &theirs,
	    NULL) == -1) {
		json_decref(o);
		return 0;
	}
	json_decref(o);
	theirs -= (int64_t)time(NULL);
	if (theirs > -SKEW_TOLD_S && theirs < SKEW_TOLD_S)
		return 0;
	c->skew_s = theirs;
	if (!c->quiet)
		(void)fprintf(stderr, _("teduh: your clock and the service's "
		    "differ by %" PRId64 " seconds; going by the service's."
		    "\n"), theirs < 0 ? -theirs : theirs);
	return 1;
}

static int
send_call(struct client *c, const struct call *call, struct buf *answer,
    struct err *e)
{
	long status = 0;

	c->status = 0;
	if (send_once(c, call, answer, &status, e) == -1)
		return -1;
	if ((status == 503 || status == 403) && c->signer != NULL &&
	    learn_skew(c) && send_once(c, call, answer, &status, e) == -1)
		return -1;
	c->status = status;
	if (status < 200 || status > 299)
		return refused(c, status, answer, e);
	return 0;
}

static json_t *
json_call(struct client *c, const struct call *call, struct err *e)
{
	struct buf answer;
	json_t *o = NULL;

	buf_init(&answer, CLIENT_ANSWER_MAX);
	if (send_call(c, call, &answer, e) == 0 &&
	    (o = wire_parse(answer.bytes, answer.len, e)) == NULL)
		err_prefix(e, "'%s'", c->url);
	buf_free(&answer);
	return o;
}

json_t *
client_get(struct client *c, const char *path, struct err *e)
{
	const struct call call = { "GET", path, NULL, NULL, 0 };

	return json_call(c, &call, e);
}

json_t *
client_post(struct client *c, const char *path, const json_t *body,
    struct err *e)
{
	struct call call = { "POST", path, "application/json", NULL, 0 };
	char *text = wire_print(body, &call.len);
	json_t *answer;

	call.body = text;
	answer = json_call(c, &call, e);
	free(text);
	return answer;
}

int
client_get_bytes(struct client *c, const char *path, struct buf *out,
    struct err *e)
{
	const struct call call = { "GET", path, NULL, NULL, 0 };

	return send_call(c, &call, out, e);
}

int
client_put_bytes(struct client *c, const char *path, const void *bytes,
    size_t len, struct err *e)
{
	const struct call call = { "PUT", path, "application/octet-stream",
	    bytes, len };
	struct buf answer;
	int result;

	buf_init(&answer, 65536);
	result = send_call(c, &call, &answer, e);
	buf_free(&answer);
	return result;
}
