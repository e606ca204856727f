/*
 * Many who post at once: each connection sends a request, waits for the whole
 * answer and goes on with the next one, as fast as it can.
 *
 *   poster PORT CONNECTIONS < REQUESTS
 *
 * REQUESTS: each with its length in front, 4 bytes, big-endian.  Prints a
 * line for each that was answered: "NUMBER STATUS MICROSECONDS", from 0; what
 * was cut or refused is "NUMBER 0 MICROSECONDS".
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"

#define ALL_MAX		((size_t)1024 * 1024 * 1024)
#define ANSWER_MAX	((size_t)1024 * 1024)
#define PATIENCE_MS	120000

struct request {
	const char	*bytes;
	size_t		 len;
};

struct line {
	int		 fd;		/* -1: none */
	size_t		 no;		/* of its request */
	size_t		 sent;
	int64_t		 since;
	struct buf	 answer;
};

struct load {
	struct buf	 all;
	struct request	*list;
	size_t		 n, next, left;
	struct sockaddr_in to;
};

static void __attribute__((noreturn))
die(const char *what)
{
	(void)fprintf(stderr, "poster: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
read_requests(struct load *l)
{
	unsigned char *p;
	char piece[65536];
	size_t at = 0, n;

	buf_init(&l->all, ALL_MAX);
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		if (buf_add(&l->all, piece, n) == -1)
			die("too much to send");
	while (l->all.len - at >= 4) {
		p = (unsigned char *)l->all.bytes + at;
		n = (size_t)p[0] << 24 | (size_t)p[1] << 16 |
		    (size_t)p[2] << 8 | p[3];
		at += 4;
		if (n > l->all.len - at)
			die("the last request is cut short");
		if (l->n % 1024 == 0 && (l->list = realloc(l->list,
		    (l->n + 1024) * sizeof(*l->list))) == NULL)
			die("memory");
		l->list[l->n].bytes = l->all.bytes + at;
		l->list[l->n++].len = n;
		at += n;
	}
	l->left = l->n;
}

static void
shut(struct line *c)
{
	if (c->fd != -1)
		(void)close(c->fd);
	c->fd = -1;
}

static void
begin(struct load *l, struct line *c)
{
	int one = 1;

	if (l->next == l->n) {
		shut(c);
		return;
	}
	c->no = l->next++;
	c->sent = 0;
	c->since = now_us();
	buf_clear(&c->answer);
	if (c->fd != -1)
		return;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd == -1)
		die("socket");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&l->to, sizeof(l->to)) == -1 &&
	    errno != EINPROGRESS)
		die("connect");
}

static void
end(struct load *l, struct line *c, long status)
{
	(void)printf("%zu %ld %lld\n", c->no, status,
	    (long long)(now_us() - c->since));
	l->left--;
	begin(l, c);
}

/* The bytes of a whole answer as far as its header says so; 0: not yet. */
static size_t
whole(const struct buf *b)
{
	const char *header = strstr(b->bytes, "\r\n\r\n"), *at;

	if (header == NULL)
		return 0;
	for (at = b->bytes; at < header; at = strstr(at, "\r\n") + 2)
		if (strncasecmp(at, "Content-Length:", 15) == 0)
			return (size_t)(header + 4 - b->bytes) +
			    strtoul(at + 15, NULL, 10);
	return (size_t)(header + 4 - b->bytes);
}

static void
push(const struct load *l, struct line *c)
{
	const struct request *r = &l->list[c->no];
	ssize_t n = send(c->fd, r->bytes + c->sent, r->len - c->sent,
	    MSG_NOSIGNAL);

	if (n > 0)
		c->sent += (size_t)n;
}

static void
pull(struct load *l, struct line *c)
{
	char piece[65536];
	ssize_t n = recv(c->fd, piece, sizeof(piece), 0);
	size_t want;
	long status;
	int last;

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && buf_add(&c->answer, piece, (size_t)n) == -1)
		die("an answer is too long");
	want = whole(&c->answer);
	if (n > 0 && (want == 0 || c->answer.len < want))
		return;
	status = n > 0 ? strtol(c->answer.bytes + 9, NULL, 10) : 0;
	last = n <= 0 || strcasestr(c->answer.bytes, "Connection: close") !=
	    NULL;
	if (last)
		shut(c);
	end(l, c, status);
}

static void
run(struct load *l, struct line *lines, size_t n)
{
	struct pollfd *p = mem_alloc(n * sizeof(*p));
	struct line *c;
	size_t i;

	while (l->left > 0) {
		for (i = 0; i < n; i++) {
			c = &lines[i];
			p[i].fd = c->fd;
			p[i].events = POLLIN;
			if (c->fd != -1 && c->sent < l->list[c->no].len)
				p[i].events |= POLLOUT;
		}
		if (poll(p, n, PATIENCE_MS) == 0) {
			errno = ETIMEDOUT;
			die("no answer");
		}
		for (i = 0; i < n; i++) {
			if (p[i].fd != -1 && (p[i].revents & POLLOUT) != 0)
				push(l, &lines[i]);
			if (p[i].fd != -1 && (p[i].revents & (POLLIN |
			    POLLHUP | POLLERR)) != 0)
				pull(l, &lines[i]);
		}
	}
	free(p);
}

int
main(int argc, char **argv)
{
	struct rlimit r;
	struct load l;
	struct line *lines;
	size_t i, n;

	if (argc != 3)
		return 64;
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	memset(&l, 0, sizeof(l));
	l.to.sin_family = AF_INET;
	l.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l.to.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	n = strtoul(argv[2], NULL, 10);
	read_requests(&l);
	lines = mem_alloc(n * sizeof(*lines));
	for (i = 0; i < n; i++) {
		lines[i].fd = -1;
		buf_init(&lines[i].answer, ANSWER_MAX);
		begin(&l, &lines[i]);
	}
	run(&l, lines, n);
	for (i = 0; i < n; i++) {
		shut(&lines[i]);
		buf_free(&lines[i].answer);
	}
	free(lines);
	free(l.list);
	buf_free(&l.all);
	return 0;
}
