#ifndef TEDUH_STREAM_H
#define TEDUH_STREAM_H

#include <libetpan/libetpan.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/*
 * The wire to the IMAP server: our own stream below libetpan, because
 * libetpan checks no certificate.  TLS 1.2 or later, chain and host name
 * verified, an absolute deadline and a byte budget per command; the end of
 * the connection is an error, never an empty read.
 */
struct stream;

/*
 * Connect (and, unless plain, shake hands). NULL with ERR_RETRY, or
 * ERR_DENIED when the certificate does not hold. ca NULL: the system's.
 */
struct stream	*stream_open(const char *host, int port, const char *ca,
		    int plain, struct err *);
/* The handshake after STARTTLS; refused when the server has already talked. */
int		 stream_start_tls(struct stream *, struct err *);
/* 0; -1 with ERR_DENIED when bytes wait that nobody asked for. */
int		 stream_sneaked(const struct stream *, struct err *);
/* For mailimap_connect(). Owned by libetpan from then on, stream as well. */
mailstream	*stream_etpan(struct stream *);

/* The next command may take this long and bring this much. */
void		 stream_allow(struct stream *, int seconds, uint64_t bytes);
/* Milliseconds that passed while nobody waited for the server count not. */
void		 stream_allow_more(struct stream *, int64_t ms);
/* Monotonic, in milliseconds. */
int64_t		 stream_now(void);
/* Why the last read or write failed; "" when it did not. */
const char	*stream_trouble(const struct stream *);
/* When the server's certificate ends, Unix seconds; -1 not known. */
int64_t		 stream_certificate_until(const struct stream *);
/*
 * Wait for the server to say something. 1 it did, 0 time over or a signal,
 * -1 the connection is broken.
 */
int		 stream_wait(struct stream *, int timeout_ms);

#endif
