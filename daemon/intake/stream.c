/*
 * A verified TLS stream below libetpan.
 *
 * What libetpan gets wrong is kept away from it here: an unchecked
 * certificate, an end of file inside a literal (an endless loop), an endless
 * line (all memory), silence (forever).  Every command has an absolute
 * deadline and a budget of bytes; past either, reads fail and the session is
 * dropped.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "daemon/intake/stream.h"
#include "daemon/trust.h"
#include "lib/buf.h"
#include "lib/err.h"

#define PRIORITY	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define CONNECT_S	30
#define STREAM_BUFFER	8192

struct stream {
	int				 fd;
	int				 tls;
	char				*host;
	gnutls_session_t		 session;
	gnutls_certificate_credentials_t credentials;
	int64_t				 deadline_ms;
	uint64_t			 budget;
	mailstream			*etpan;
	char				 trouble[160];
};

int64_t
stream_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
trouble(struct stream *s, const char *what)
{
	if (s->trouble[0] == '\0')
		(void)snprintf(s->trouble, sizeof(s->trouble), "%s", what);
}

static void
stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	if (s->session != NULL)
		gnutls_deinit(s->session);
	if (s->credentials != NULL)
		gnutls_certificate_free_credentials(s->credentials);
	if (s->fd != -1)
		(void)close(s->fd);
	free(s->host);
	free(s);
}

/* Wait for the socket within the deadline. 0, or -1 with the trouble. */
static int
wait_fd(struct stream *s, short events)
{
	struct pollfd p = { s->fd, events, 0 };
	int64_t left;
	int n;

	do {
		left = s->deadline_ms - stream_now();
		if (left <= 0) {
			trouble(s, "the server took too long");
			return -1;
		}
		n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
	} while (n == 0 || (n == -1 && errno == EINTR));
	if (n == -1)
		trouble(s, "the connection broke");
	return n == -1 ? -1 : 0;
}

static ssize_t
receive(struct stream *s, void *bytes, size_t len)
{
	ssize_t n;

	for (;;) {
		if (s->tls)
			n = gnutls_record_recv(s->session, bytes, len);
		else
			n = recv(s->fd, bytes, len, 0);
		if (n >= 0)
			return n;
		if (s->tls ? n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED :
		    errno != EAGAIN && errno != EINTR)
			return -1;
		if (wait_fd(s, POLLIN) == -1)
			return -1;
	}
}

static ssize_t
driver_read(mailstream_low *low, void *bytes, size_t len)
{
	struct stream *s = low->data;
	ssize_t n;

	if (len > s->budget)
		len = (size_t)s->budget;
	if (len == 0) {
		trouble(s, "the server sent more than was asked for");
		return -1;
	}
	if (s->deadline_ms < stream_now()) {
		trouble(s, "the server took too long");
		return -1;
	}
	n = receive(s, bytes, len);
	if (n <= 0) {
		trouble(s, "the server closed the connection");
		return -1;	/* never 0: libetpan would try for ever */
	}
	s->budget -= (uint64_t)n;
	return n;
}

static ssize_t
driver_write(mailstream_low *low, const void *bytes, size_t len)
{
	struct stream *s = low->data;
	ssize_t n;

	for (;;) {
		if (s->tls)
			n = gnutls_record_send(s->session, bytes, len);
		else
			n = send(s->fd, bytes, len, MSG_NOSIGNAL);
		if (n > 0)
			return n;
		if (s->tls ? n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED :
		    errno != EAGAIN && errno != EINTR)
			break;
		if (wait_fd(s, POLLOUT) == -1)
			return -1;
	}
	trouble(s, "the server closed the connection");
	return -1;
}

static int
driver_close(mailstream_low *low)
{
	struct stream *s = low->data;

	if (s->tls)
		(void)gnutls_bye(s->session, GNUTLS_SHUT_WR);
	return 0;
}

static int
driver_get_fd(mailstream_low *low)
{
	const struct stream *s = low->data;

	return s->fd;
}

static void
driver_free(mailstream_low *low)
{
	stream_free(low->data);
	free(low);
}

static void
driver_cancel(mailstream_low *low)
{
	(void)low;
}

static mailstream_low_driver driver = {
	.mailstream_read = driver_read,
	.mailstream_write = driver_write,
	.mailstream_close = driver_close,
	.mailstream_get_fd = driver_get_fd,
	.mailstream_free = driver_free,
	.mailstream_cancel = driver_cancel,
};

static int
connect_one(struct stream *s, const struct addrinfo *a)
{
	int error = 0, on = 1;
	socklen_t len = sizeof(error);

	s->fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, a->ai_protocol);
	if (s->fd == -1)
		return -1;
	(void)setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	if (connect(s->fd, a->ai_addr, a->ai_addrlen) == 0)
		return 0;
	if (errno == EINPROGRESS && wait_fd(s, POLLOUT) == 0 &&
	    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
	    error == 0)
		return 0;
	(void)snprintf(s->trouble, sizeof(s->trouble), "%s",
	    strerror(error != 0 ? error : errno));
	(void)close(s->fd);
	s->fd = -1;
	return -1;
}

static int
connect_host(struct stream *s, int port, struct err *e)
{
	struct addrinfo hints, *list = NULL, *a;
	char service[16];
	int r;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	(void)snprintf(service, sizeof(service), "%d", port);
	if ((r = getaddrinfo(s->host, service, &hints, &list)) != 0) {
		err_set(e, ERR_RETRY, "cannot find '%s': %s", s->host,
		    gai_strerror(r));
		return -1;
	}
	for (a = list; a != NULL && s->fd == -1; a = a->ai_next)
		(void)connect_one(s, a);
	freeaddrinfo(list);
	if (s->fd == -1) {
		err_set(e, ERR_RETRY, "cannot connect to '%s' port %d: %s",
		    s->host, port, s->trouble);
		return -1;
	}
	s->trouble[0] = '\0';
	return 0;
}

static int
prepare_tls(struct stream *s, const char *ca, struct err *e)
{
	int r;

	if ((r = gnutls_certificate_allocate_credentials(
	    &s->credentials)) < 0)
		goto fail;
	r = ca != NULL ?
	    gnutls_certificate_set_x509_trust_file(s->credentials, ca,
	    GNUTLS_X509_FMT_PEM) :
	    gnutls_certificate_set_x509_system_trust(s->credentials);
	if (r <= 0) {
		err_set(e, ERR_RETRY, "no certificate authority in '%s'",
		    ca != NULL ? ca : "the system's store");
		return -1;
	}
	if ((r = gnutls_init(&s->session, GNUTLS_CLIENT |
	    GNUTLS_NONBLOCK)) < 0 ||
	    (r = gnutls_priority_set_direct(s->session, PRIORITY, NULL)) < 0 ||
	    (r = gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE,
	    s->credentials)) < 0)
		goto fail;
	/* A name is sent to the server; an address must not be. */
	if (strspn(s->host, "0123456789.:") != strlen(s->host) &&
	    (r = gnutls_server_name_set(s->session, GNUTLS_NAME_DNS, s->host,
	    strlen(s->host))) < 0)
		goto fail;
	gnutls_session_set_verify_cert(s->session, s->host, 0);
	gnutls_transport_set_int(s->session, s->fd);
	return 0;
fail:
	err_set(e, ERR_IO, "cannot prepare TLS: %s", gnutls_strerror(r));
	return -1;
}

/* Nothing that both ends call safe. */
static int
is_old(const struct stream *s, int r)
{
	return r == GNUTLS_E_UNSUPPORTED_VERSION_PACKET ||
	    r == GNUTLS_E_INSUFFICIENT_SECURITY ||
	    (r == GNUTLS_E_FATAL_ALERT_RECEIVED && (gnutls_alert_get(
	    s->session) == GNUTLS_A_PROTOCOL_VERSION || gnutls_alert_get(
	    s->session) == GNUTLS_A_INSUFFICIENT_SECURITY));
}

static int
handshake(struct stream *s, struct err *e)
{
	int r;

	for (;;) {
		r = gnutls_handshake(s->session);
		if (r == GNUTLS_E_SUCCESS) {
			s->tls = 1;
			return 0;
		}
		if (r == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
			err_set(e, ERR_DENIED, "the certificate of '%s' %s",
			    s->host, trust_of(
			    gnutls_session_get_verify_cert_status(
			    s->session))->what);
			return -1;
		}
		if (is_old(s, r)) {
			err_set(e, ERR_DENIED, "'%s' offers no TLS that is "
			    "safe (1.2 or later is wanted): the people who "
			    "run the server must bring it up to date",
			    s->host);
			return -1;
		}
		if (gnutls_error_is_fatal(r)) {
			err_set(e, ERR_RETRY, "no TLS with '%s': %s", s->host,
			    gnutls_strerror(r));
			return -1;
		}
		if (wait_fd(s, gnutls_record_get_direction(s->session) ?
		    POLLOUT : POLLIN) == -1) {
			err_set(e, ERR_RETRY, "no TLS with '%s': %s", s->host,
			    s->trouble);
			return -1;
		}
	}
}

struct stream *
stream_open(const char *host, int port, const char *ca, int plain,
    struct err *e)
{
	struct stream *s = mem_alloc(sizeof(*s));

	s->fd = -1;
	s->host = mem_strdup(host);
	stream_allow(s, CONNECT_S, 65536);
	if (connect_host(s, port, e) == -1 ||
	    prepare_tls(s, ca, e) == -1 ||
	    (!plain && handshake(s, e) == -1)) {
		stream_free(s);
		return NULL;
	}
	return s;
}

int
stream_sneaked(const struct stream *s, struct err *e)
{
	if (s->etpan->read_buffer_len == 0)
		return 0;
	err_set(e, ERR_DENIED, "'%s' sent something before TLS began: "
	    "somebody may be in between, so nothing was said to it", s->host);
	return -1;
}

int
stream_start_tls(struct stream *s, struct err *e)
{
	return stream_sneaked(s, e) == -1 ? -1 : handshake(s, e);
}

mailstream *
stream_etpan(struct stream *s)
{
	mailstream_low *low = mailstream_low_new(s, &driver);

	if (low == NULL)
		abort();
	if ((s->etpan = mailstream_new(low, STREAM_BUFFER)) == NULL)
		abort();
	return s->etpan;
}

void
stream_allow(struct stream *s, int seconds, uint64_t bytes)
{
	s->deadline_ms = stream_now() + (int64_t)seconds * 1000;
	s->budget = bytes;
}

void
stream_allow_more(struct stream *s, int64_t ms)
{
	s->deadline_ms += ms;
}

const char *
stream_trouble(const struct stream *s)
{
	return s->trouble;
}

int
stream_wait(struct stream *s, int timeout_ms)
{
	struct pollfd p = { s->fd, POLLIN, 0 };
	int n;

	if (s->etpan->read_buffer_len > 0 ||
	    (s->tls && gnutls_record_check_pending(s->session) > 0))
		return 1;
	n = poll(&p, 1, timeout_ms);
	if (n == -1)
		return errno == EINTR ? 0 : -1;
	return n;
}

int64_t
stream_certificate_until(const struct stream *s)
{
	const gnutls_datum_t *chain;
	unsigned int n = 0;

	chain = gnutls_certificate_get_peers(s->session, &n);
	return chain == NULL || n == 0 ? -1 : trust_until(chain[0].data,
	    chain[0].size, 0);
}
