#ifndef TEDUH_HTTP_H
#define TEDUH_HTTP_H

#include <poll.h>
#include <stddef.h>

struct err;
struct sockaddr;

/*
 * The HTTP loop of web and api: one process, one epoll loop, one inherited
 * listening socket (unix or TCP), with or without TLS.  It takes requests
 * whole, holds strangers to limits and deadlines, and hands over only what
 * can be read in one way.  No log of who asked for what.
 */

/* One whole request; everything is valid during the handler only. */
struct http_request {
	const char	*method;	/* "GET" */
	const char	*authority;	/* the one Host header, as sent */
	const char	*path;		/* raw, as on the request line */
	const char	*query;		/* "" or "?a=b", raw */
	const void	*body;		/* never NULL */
	size_t		 len;
	void		*connection;	/* for http_header() */
	/* Who sends it (IPv4 or IPv6); NULL through a unix socket. */
	const struct sockaddr *peer;
};

/* The value of a header; NULL when absent, or when it stands twice. */
const char	*http_header(const struct http_request *, const char *name);
/* Of several the last, which who stands next to us has added. */
const char	*http_header_last(const struct http_request *,
		    const char *name);

#define HTTP_HEADERS_MAX	4

struct http_answer {
	int		 status;	/* 200; 0: see http_handler */
	const char	*type;		/* Content-Type; a literal */
	char		*bytes;		/* malloc; taken over and wiped when it
					   is sent; may be NULL */
	size_t		 len;
	const char	*names[HTTP_HEADERS_MAX]; /* by http_add_header() */
	char		*values[HTTP_HEADERS_MAX];
	size_t		 nheaders;
};

/*
 * One more header: name is a literal, value is copied and must be one line of
 * ASCII (else it is left out, and so is what has no room).
 */
void		 http_add_header(struct http_answer *, const char *name,
		    const char *value);

/*
 * Answers one request; fills all of the answer.  Or it leaves the status 0
 * and remembers the request's connection: then its body is wiped, and still
 * counted as held for what is made of it, and nothing more is read from
 * there until http_give(), which must be called once for each, in tick, and
 * before http_close() for all that are left.  Whoever waits longer than a
 * body may take (body_ms) is cut off, which the answer does not hear of.
 */
typedef void	 http_handler(void *ctx, const struct http_request *,
		    struct http_answer *);
/*
 * Answers what never becomes a request: 400 cannot be read in one way, 413
 * too large, 503 too much at once, 505.  The text is a sentence.
 */
typedef void	 http_refuse(void *ctx, int status, const char *text,
		    struct http_answer *);
/*
 * The most bytes of body that this request may have; 0 = none. Asked when the
 * header is whole: body is empty, len what is announced (SIZE_MAX: in chunks,
 * nobody knows).
 */
typedef size_t	 http_limit(void *ctx, const struct http_request *);
/*
 * Once in every turn, at least each second. 0 to go on, 1 to drain, end; it
 * is called while draining, too.
 */
typedef int	 http_tick(void *ctx);
/*
 * Which other descriptors end the wait for the next turn: fills up to
 * HTTP_WATCH_MAX and says how many.
 */
#define HTTP_WATCH_MAX	8
typedef size_t	 http_watch(void *ctx, struct pollfd *);
/* The answer to a request whose handler left the status 0; taken over. */
void		 http_give(void *connection, struct http_answer *);

struct http_options {
	int		 listener;	/* stays the caller's */
	unsigned int	 per_ip;	/* connections of one IP; 0: any */
	unsigned int	 connections;	/* in all; 0: 1500 */
	/* Bodies and answers held; long answers half of it. 0: 256 MiB. */
	size_t		 memory_max;
	const char	*cert, *key;	/* PEM, both or none (no TLS) */
	const char	*const *headers; /* name, value, ..., NULL; or NULL */
	/* Absolute deadlines in ms; 0: the default. */
	int		 header_ms;	/* TLS and header: 10 s */
	int		 idle_ms;	/* kept open between requests: 30 s */
	/* Body and answer: this much (30 s) and a second per 16 KiB. */
	int		 body_ms;
	int		 drain_ms;	/* at the end: 5 s */
	http_handler	*handler;
	http_refuse	*refuse;
	http_limit	*limit;
	http_tick	*tick;
	http_watch	*watch;		/* NULL: none */
	void		*ctx;
};

struct http;

/*
 * The options are kept by pointer, cert and key are not needed any more
 * afterwards. NULL with ERR_INPUT (certificate or key cannot be used) or
 * ERR_IO.
 */
struct http	*http_open(const struct http_options *, struct err *);
/*
 * The same with cert and key from these two files (pem.h), or without TLS
 * when cert is NULL. ERR_INPUT as well when one cannot be read.
 */
struct http	*http_open_files(struct http_options *, const char *cert,
		    const char *key, struct err *);
/*
 * Serve until tick says 1; then accept nothing more, finish what was begun
 * and return 0. -1 with ERR_IO.
 */
int		 http_loop(struct http *, struct err *);
void		 http_close(struct http *);	/* NULL is fine */

#endif
