/*
 * One connection and the request on it.  libmicrohttpd reads leniently: two
 * lengths, a length beside chunks, folded headers, a space before the colon
 * all pass.  Here such a request is refused before its body is read, so that
 * nobody in front of us reads it in another way.
 *
 * A refusal once the body has begun cannot be said before its end: the rest
 * is read and thrown away, up to a limit, and then the connection is closed.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "daemon/http/connection.h"
#include "lib/seal.h"

#define DRAIN_MAX	(1024 * 1024)
#define LENGTH_DIGITS	18
#define LONG_ANSWER	((size_t)1024 * 1024)
#define TOKEN	"!#$%&'*+-.^_`|~0123456789" \
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

int64_t
connection_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
set_phase(struct connection *c, enum connection_phase phase)
{
	c->phase = phase;
	c->since_ms = connection_now();
}

static struct connection *
of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info;

	info = MHD_get_connection_info(mhd,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info != NULL ? info->socket_context : NULL;
}

static void
hold(struct connection *c, size_t n)
{
	c->held += n;
	c->http->held += n;
}

static void
drop_body(struct connection *c)
{
	c->http->held -= c->held;
	c->held = 0;
	buf_free(&c->body);
}

/* What we answer may be a letter, or the code that opens it. */
static void
wipe_and_free(char *bytes, size_t len)
{
	if (bytes != NULL)
		seal_wipe(bytes, len);
	free(bytes);
}

static void
answer_free(struct http_answer *a)
{
	size_t i;

	wipe_and_free(a->bytes, a->len);
	for (i = 0; i < a->nheaders; i++)
		free(a->values[i]);
	memset(a, 0, sizeof(*a));
}

/* Forget the request. */
static void
reset(struct connection *c)
{
	drop_body(c);
	answer_free(&c->answer);
	c->given = 0;
	free(c->path);
	free(c->query);
	c->path = c->query = NULL;
	c->authority[0] = '\0';
	c->limit = c->drained = 0;
	c->refused = 0;
}

void
connection_notify(void *cls, struct MHD_Connection *mhd, void **socket,
    enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct http *h = cls;
	struct connection *c;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if ((c = *socket) == NULL)
			return;
		reset(c);
		LIST_REMOVE(c, list);
		h->count--;
		free(c);
		*socket = NULL;
		return;
	}
	c = mem_alloc(sizeof(*c));
	c->http = h;
	info = MHD_get_connection_info(mhd,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = info != NULL ? info->connect_fd : -1;
	set_phase(c, PHASE_HEADER);
	LIST_INSERT_HEAD(&h->list, c, list);
	h->count++;
	*socket = c;
}

/* The request line has come; the only time that it is seen as it was sent. */
void *
connection_line(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct connection *c = of(mhd);
	size_t n = strcspn(uri, "?");

	(void)cls;
	if (c == NULL)
		return NULL;
	reset(c);
	c->path = mem_dup(uri, n);
	c->query = mem_strdup(uri + n);
	if (c->phase == PHASE_IDLE)
		set_phase(c, PHASE_HEADER);
	return NULL;
}

void
connection_done(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_RequestTerminationCode code)
{
	struct connection *c = of(mhd);

	(void)cls;
	(void)code;
	*context = NULL;
	if (c == NULL)
		return;
	reset(c);
	set_phase(c, PHASE_IDLE);
}

/* Digits only, and not so many that they could wrap. */
static int
read_length(const char *s, uint64_t *out)
{
	size_t n = strspn(s, "0123456789");
	uint64_t v = 0;

	if (n == 0 || n > LENGTH_DIGITS || s[n] != '\0')
		return -1;
	for (; *s != '\0'; s++)
		v = v * 10 + (uint64_t)(*s - '0');
	*out = v;
	return 0;
}

/*
 * The value stands behind its name on the same line.  libmicrohttpd takes a
 * folded line for more of the name and moves that elsewhere, so that a
 * folded header is one whose value does not follow.
 */
static int
is_one_line(const char *name, const char *value)
{
	const char *p = name + strlen(name) + 1;

	if (value < p)
		return 0;
	while (p < value && (*p == ' ' || *p == '\t'))
		p++;
	return p == value;
}

static enum MHD_Result
look_at(void *ctx, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	struct connection_framing *f = ctx;

	(void)kind;
	if (name == NULL || value == NULL || name[0] == '\0' ||
	    name[strspn(name, TOKEN)] != '\0' || !is_one_line(name, value)) {
		f->bad = 1;
		return MHD_NO;
	}
	if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
		f->host = value;
	} else if (strcasecmp(name, "Content-Length") == 0) {
		f->lengths++;
		if (read_length(value, &f->length) == -1)
			f->bad = 1;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->encodings++;
		f->encoding = value;
	}
	return MHD_YES;
}

void
connection_framing(struct connection_framing *f, struct MHD_Connection *mhd)
{
	memset(f, 0, sizeof(*f));
	(void)MHD_get_connection_values(mhd, MHD_HEADER_KIND, look_at, f);
	if (f->hosts != 1 || f->host[0] == '\0' ||
	    strlen(f->host) >= sizeof(((struct connection *)0)->authority) ||
	    f->lengths + f->encodings > 1)
		f->bad = 1;
	if (f->encodings == 1 && strcasecmp(f->encoding, "chunked") != 0)
		f->bad = 1;
}

static void
add_header(struct MHD_Response *r, const char *name, const char *value)
{
	if (MHD_add_response_header(r, name, value) != MHD_YES)
		mem_out();
}

/* The bytes of an answer on their way; libmicrohttpd does not tell how many. */
struct sent {
	char	*bytes;
	size_t	 len;
};

static void
sent_free(void *ctx)
{
	struct sent *s = ctx;

	wipe_and_free(s->bytes, s->len);
	free(s);
}

static const char	*refusal(int status);

/*
 * Whoever fetches something long may be slow, or mean to be: half of the room
 * stays for what others ask.
 */
static int
is_too_long(const struct connection *c, size_t len)
{
	size_t half = c->http->memory_max / 2;

	return len > LONG_ANSWER && (len > half ||
	    c->http->held > half - len);
}

static enum MHD_Result
give(struct connection *c, struct MHD_Connection *mhd,
    struct http_answer *a, int last)
{
	const char *const *header = c->http->o->headers;
	struct MHD_Response *r;
	struct sent *sent = mem_alloc(sizeof(*sent));
	enum MHD_Result result;
	unsigned int status;
	size_t i;

	drop_body(c);
	if (is_too_long(c, a->len)) {
		answer_free(a);
		memset(a, 0, sizeof(*a));
		c->http->o->refuse(c->http->o->ctx, 503, refusal(503), a);
	}
	status = (unsigned int)a->status;
	if (a->bytes == NULL) {
		a->bytes = mem_alloc(1);
		a->len = 0;
	}
	hold(c, a->len);
	sent->bytes = a->bytes;
	sent->len = a->len;
	r = MHD_create_response_from_buffer_with_free_callback_cls(a->len,
	    a->bytes, sent_free, sent);
	if (r == NULL)
		mem_out();
	a->bytes = NULL;
	add_header(r, "Content-Type", a->type);
	add_header(r, "Cache-Control", "no-store");
	add_header(r, "X-Content-Type-Options", "nosniff");
	if (last)
		add_header(r, "Connection", "close");
	for (; header != NULL && header[0] != NULL; header += 2)
		add_header(r, header[0], header[1]);
	for (i = 0; i < a->nheaders; i++)
		add_header(r, a->names[i], a->values[i]);
	answer_free(a);
	result = MHD_queue_response(mhd, status, r);
	MHD_destroy_response(r);
	set_phase(c, PHASE_ANSWER);
	return result;
}

static const char *
refusal(int status)
{
	switch (status) {
	case 413:
		return "the body is too large";
	case 503:
		return "too much is asked for at once; try again";
	case 505:
		return "only HTTP/1.1 is spoken here";
	}
	return "the request cannot be read in one way only";
}

static enum MHD_Result
refuse(struct connection *c, struct MHD_Connection *mhd, int status)
{
	struct http_answer a = { .status = status, .type = "text/plain" };

	c->http->o->refuse(c->http->o->ctx, status, refusal(status), &a);
	return give(c, mhd, &a, 1);
}

static int
too_much(const struct connection *c, size_t more)
{
	return more > c->http->memory_max ||
	    c->http->held > c->http->memory_max - more;
}

/* Through a unix socket nobody has an address. */
static const struct sockaddr *
peer_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info;

	info = MHD_get_connection_info(mhd,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	return info == NULL || info->client_addr == NULL ||
	    (info->client_addr->sa_family != AF_INET &&
	    info->client_addr->sa_family != AF_INET6) ? NULL :
	    info->client_addr;
}

static void
fill_request(const struct connection *c, struct MHD_Connection *mhd,
    const char *method, struct http_request *q)
{
	q->method = method;
	q->authority = c->authority;
	q->path = c->path;
	q->query = c->query;
	q->body = c->body.bytes;
	q->len = c->body.len;
	q->connection = mhd;
	q->peer = peer_of(mhd);
}

/* The header is whole. */
static enum MHD_Result
begin(struct connection *c, struct MHD_Connection *mhd, const char *method,
    const char *version)
{
	struct connection_framing f;
	struct http_request q;

	if (c->path == NULL || strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
		return refuse(c, mhd, 505);
	connection_framing(&f, mhd);
	if (f.bad || c->path[0] != '/')
		return refuse(c, mhd, 400);
	memcpy(c->authority, f.host, strlen(f.host) + 1);
	fill_request(c, mhd, method, &q);
	q.body = "";
	q.len = f.encodings > 0 ? SIZE_MAX : f.length;
	c->limit = c->http->o->limit(c->http->o->ctx, &q);
	if (f.length > c->limit || (f.encodings > 0 && c->limit == 0))
		return refuse(c, mhd, 413);
	if (too_much(c, 0))
		return refuse(c, mhd, 503);
	buf_init(&c->body, c->limit);
	set_phase(c, PHASE_BODY);
	return MHD_YES;
}

static enum MHD_Result
take(struct connection *c, const char *data, size_t *len)
{
	size_t n = *len;
	void *read;

	*len = 0;
	if (c->cut)
		return MHD_NO;
	if (c->refused == 0 && too_much(c, n))
		c->refused = 503;
	if (c->refused == 0 && buf_add(&c->body, data, n) == -1)
		c->refused = 413;
	/* In libmicrohttpd's own buffer it would stay until the next one. */
	memcpy(&read, &data, sizeof(read));
	seal_wipe(read, n);
	if (c->refused == 0) {
		hold(c, n);
		return MHD_YES;
	}
	drop_body(c);
	if (n > DRAIN_MAX - c->drained)
		return MHD_NO;
	c->drained += n;
	return MHD_YES;
}

enum MHD_Result
connection_access(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **context)
{
	struct http *h = cls;
	struct connection *c = of(mhd);
	struct http_answer a = { .status = 500, .type = "text/plain" };
	struct http_request q;

	(void)url;		/* unescaped already, and so of no use */
	if (c == NULL)
		return MHD_NO;
	if (*context == NULL) {
		*context = c;
		return begin(c, mhd, method, version);
	}
	if (*len > 0)
		return take(c, data, len);
	if (c->refused != 0)
		return refuse(c, mhd, c->refused);
	if (c->given) {
		c->given = 0;
		return give(c, mhd, &c->answer, 0);
	}
	fill_request(c, mhd, method, &q);
	h->o->handler(h->o->ctx, &q, &a);
	if (a.status != 0)
		return give(c, mhd, &a, 0);
	answer_free(&a);
	/* Whoever holds it has taken over what counts as held here. */
	buf_free(&c->body);
	c->waits = 1;
	MHD_suspend_connection(mhd);
	return MHD_YES;
}

void
http_give(void *connection, struct http_answer *a)
{
	struct MHD_Connection *mhd = connection;
	struct connection *c = of(mhd);

	if (c == NULL || !c->waits) {
		answer_free(a);
		return;
	}
	c->waits = 0;
	c->given = 1;
	c->answer = *a;
	c->http->resumed = 1;
	MHD_resume_connection(mhd);
}

static int
is_one_ascii_line(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			return 0;
	return 1;
}

void
http_add_header(struct http_answer *a, const char *name, const char *value)
{
	if (a->nheaders == HTTP_HEADERS_MAX || !is_one_ascii_line(value))
		return;
	a->names[a->nheaders] = name;
	a->values[a->nheaders++] = mem_strdup(value);
}

struct lookup {
	const char	*name, *value;	/* the last one */
	int		 n;
};

static enum MHD_Result
match(void *ctx, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	struct lookup *l = ctx;

	(void)kind;
	if (strcasecmp(name, l->name) == 0) {
		l->n++;
		l->value = value;
	}
	return MHD_YES;
}

const char *
http_header(const struct http_request *q, const char *name)
{
	struct lookup l = { name, NULL, 0 };

	(void)MHD_get_connection_values(q->connection, MHD_HEADER_KIND, match,
	    &l);
	return l.n == 1 ? l.value : NULL;
}

const char *
http_header_last(const struct http_request *q, const char *name)
{
	struct lookup l = { name, NULL, 0 };

	(void)MHD_get_connection_values(q->connection, MHD_HEADER_KIND, match,
	    &l);
	return l.value;
}
