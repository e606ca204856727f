#ifndef TEDUH_LISTEN_H
#define TEDUH_LISTEN_H

struct config_mailbox;
struct desk;
struct err;
struct reader;

/*
 * The mailbox that `teduh-admin inject` feeds, one mail a connection:
 *
 *   -> length (8, big endian) | the mail
 *   <- "ok RESULT CASE\n" or "retry TEXT\n"
 *
 * "ok" is written when the letter is durable, never before.  Of a mail of
 * more than 256 MiB the first MiB follows its length; that is kept and shown
 * to a human, and the answer is "retry".
 */

/*
 * Serve one connection that is waiting at fd, or wait up to timeout_ms for
 * one. 1 served, 0 nobody came, -1 with ERR_IO the store failed.
 */
int	listen_serve(int fd, struct desk *, struct reader *,
	    const struct config_mailbox *, int timeout_ms, struct err *);

#endif
