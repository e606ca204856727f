/*
 * The loop: libmicrohttpd does the protocol, here stand the deadlines.  Its
 * own time-out counts silence only, so a byte now and then keeps a
 * connection for ever; each turn every connection's phase is compared with
 * the clock, and what is late is shut down and reaped by the next turn.
 *
 * When most connections are taken, those that have not said yet what they
 * want get much less time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "daemon/http/connection.h"
#include "daemon/http/pem.h"
#include "lib/err.h"
#include "lib/seal.h"

#define TURN_MS		1000
#define HEADER_MS	(10 * 1000)
#define IDLE_MS		(30 * 1000)
#define BODY_MS		(30 * 1000)
#define DRAIN_MS	(5 * 1000)
#define PRESSED_MS	1500
#define RATE		16		/* bytes in a ms; 16 KiB in a second */
#define SILENCE_S	60		/* libmicrohttpd's own time-out */
#define HEADER_MAX	(32 * 1024)
#define CONNECTIONS	1500u
#define MEMORY_MAX	((size_t)256 * 1024 * 1024)
#define OTHER_FDS	64u		/* store, locks, logs, listener */
#define OPTIONS_MAX	16
#define PRIORITIES	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:" \
			"%SERVER_PRECEDENCE"

/* As many as descriptors allow; the limit is raised as far as it goes. */
static unsigned int
connections_possible(unsigned int want)
{
	struct rlimit r;
	rlim_t need = want + OTHER_FDS;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		return OTHER_FDS;
	if (r.rlim_cur < need) {
		r.rlim_cur = r.rlim_max < need ? r.rlim_max : need;
		(void)setrlimit(RLIMIT_NOFILE, &r);
		(void)getrlimit(RLIMIT_NOFILE, &r);
	}
	if (r.rlim_cur >= need)
		return want;
	return r.rlim_cur > 2 * OTHER_FDS ?
	    (unsigned int)r.rlim_cur - OTHER_FDS : OTHER_FDS;
}

static void
add_option(struct MHD_OptionItem *list, size_t *n, enum MHD_OPTION option,
    intptr_t value, const void *pointer)
{
	struct MHD_OptionItem item = { option, value, NULL };

	/* libmicrohttpd takes what it only reads as not const. */
	memcpy(&item.ptr_value, &pointer, sizeof(pointer));
	list[(*n)++] = item;
}

static struct MHD_Daemon *
start(struct http *h)
{
	struct MHD_OptionItem list[OPTIONS_MAX];
	unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	size_t n = 0;

	add_option(list, &n, MHD_OPTION_LISTEN_SOCKET, h->o->listener, NULL);
	add_option(list, &n, MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_MAX,
	    NULL);
	add_option(list, &n, MHD_OPTION_CONNECTION_LIMIT, (intptr_t)h->max,
	    NULL);
	add_option(list, &n, MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S, NULL);
	add_option(list, &n, MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL);
	if (h->o->per_ip > 0)
		add_option(list, &n, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		    (intptr_t)h->o->per_ip, NULL);
	if (h->o->cert != NULL) {
		flags |= MHD_USE_TLS;
		add_option(list, &n, MHD_OPTION_HTTPS_MEM_CERT, 0,
		    h->o->cert);
		add_option(list, &n, MHD_OPTION_HTTPS_MEM_KEY, 0, h->o->key);
		add_option(list, &n, MHD_OPTION_HTTPS_PRIORITIES, 0,
		    PRIORITIES);
	}
	add_option(list, &n, MHD_OPTION_END, 0, NULL);
	return MHD_start_daemon(flags, 0, NULL, NULL, connection_access, h,
	    MHD_OPTION_NOTIFY_CONNECTION, connection_notify, h,
	    MHD_OPTION_NOTIFY_COMPLETED, connection_done, h,
	    MHD_OPTION_URI_LOG_CALLBACK, connection_line, h,
	    MHD_OPTION_ARRAY, list, MHD_OPTION_END);
}

struct http *
http_open(const struct http_options *o, struct err *e)
{
	struct http *h = mem_alloc(sizeof(*h));
	int flags;

	h->o = o;
	LIST_INIT(&h->list);
	h->max = connections_possible(o->connections > 0 ? o->connections :
	    CONNECTIONS);
	h->memory_max = o->memory_max > 0 ? o->memory_max : MEMORY_MAX;
	/* Several processes may wait on one socket. */
	if ((flags = fcntl(o->listener, F_GETFL)) == -1 ||
	    fcntl(o->listener, F_SETFL, flags | O_NONBLOCK) == -1) {
		err_set(e, ERR_IO, "the listening socket cannot be used: %s",
		    strerror(errno));
		goto fail;
	}
	if ((h->daemon = start(h)) == NULL) {
		if (o->cert != NULL)
			err_set(e, ERR_INPUT, "the HTTP loop does not start; "
			    "the certificate or its key may not be usable");
		else
			err_set(e, ERR_IO, "the HTTP loop does not start");
		goto fail;
	}
	return h;
fail:
	http_close(h);
	return NULL;
}

struct http *
http_open_files(struct http_options *o, const char *cert, const char *key,
    struct err *e)
{
	struct secret *cert_pem = NULL, *key_pem = NULL;
	struct http *h = NULL;

	if (cert != NULL) {
		if ((cert_pem = pem_read(cert, e)) == NULL ||
		    (key_pem = pem_read(key, e)) == NULL)
			goto out;
		o->cert = (const char *)cert_pem->bytes;
		o->key = (const char *)key_pem->bytes;
	}
	h = http_open(o, e);
out:
	o->cert = o->key = NULL;
	secret_free(cert_pem);
	secret_free(key_pem);
	return h;
}

static void
quiesce(struct http *h)
{
	/* Gives the socket back, which is the caller's. */
	if (h->daemon != NULL && !h->quiesced)
		(void)MHD_quiesce_daemon(h->daemon);
	h->quiesced = 1;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	quiesce(h);
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	free(h);
}

static int
or_default(int ms, int normal)
{
	return ms > 0 ? ms : normal;
}

/* How long its phase may last. */
static int64_t
allowed_ms(const struct http *h, const struct connection *c)
{
	int pressed = h->count > h->max / 4 * 3;
	int64_t ms;

	switch (c->phase) {
	case PHASE_HEADER:
		ms = or_default(h->o->header_ms, HEADER_MS);
		break;
	case PHASE_IDLE:
		ms = or_default(h->o->idle_ms, IDLE_MS);
		break;
	default:
		/* held: what has come so far, or what is to be sent */
		return or_default(h->o->body_ms, BODY_MS) +
		    (int64_t)((c->held + c->drained) / RATE);
	}
	return pressed && ms > PRESSED_MS ? PRESSED_MS : ms;
}

/* Shut down what is late; the time until the next one may be. */
static int
sweep(struct http *h)
{
	int64_t now = connection_now(), left, next = TURN_MS;
	struct connection *c;

	LIST_FOREACH(c, &h->list, list) {
		if (c->cut)
			continue;
		left = c->since_ms + allowed_ms(h, c) - now;
		if (left <= 0) {
			c->cut = 1;
			(void)shutdown(c->fd, SHUT_RDWR);
			next = 0;
		} else if (left < next)
			next = left;
	}
	return (int)next;
}

static int
turn(struct http *h, struct err *e)
{
	const union MHD_DaemonInfo *info;
	MHD_UNSIGNED_LONG_LONG wanted;
	struct pollfd p[1 + HTTP_WATCH_MAX] = { { -1, POLLIN, 0 } };
	nfds_t n = 1;
	int ms = sweep(h);

	/* Of those that were resumed libmicrohttpd does not tell. */
	if (h->resumed)
		ms = 0;
	h->resumed = 0;
	if (MHD_get_timeout(h->daemon, &wanted) == MHD_YES &&
	    wanted < (MHD_UNSIGNED_LONG_LONG)ms)
		ms = (int)wanted;
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	p[0].fd = info != NULL ? info->epoll_fd : -1;
	if (h->o->watch != NULL)
		n += h->o->watch(h->o->ctx, p + 1);
	if (p[0].fd == -1 || (poll(p, n, ms) == -1 && errno != EINTR) ||
	    MHD_run(h->daemon) != MHD_YES) {
		err_set(e, ERR_IO, "the HTTP loop fails: %s",
		    strerror(errno));
		return -1;
	}
	return 0;
}

/* Is there anybody whom we have let in and not answered? */
static int
is_busy(const struct http *h)
{
	const struct connection *c;

	LIST_FOREACH(c, &h->list, list)
		if (!c->cut && c->phase != PHASE_IDLE)
			return 1;
	return 0;
}

int
http_loop(struct http *h, struct err *e)
{
	int64_t end;

	while (h->o->tick(h->o->ctx) == 0)
		if (turn(h, e) == -1)
			return -1;
	quiesce(h);
	end = connection_now() + or_default(h->o->drain_ms, DRAIN_MS);
	while (is_busy(h) && connection_now() < end) {
		(void)h->o->tick(h->o->ctx);
		if (turn(h, e) == -1)
			return -1;
	}
	return 0;
}
