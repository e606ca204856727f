#ifndef TEDUH_COMPOSE_H
#define TEDUH_COMPOSE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct buf;
struct letter;

/*
 * RFC 5322 from a letter document: exactly one From, To, Date (UTC, +0000),
 * Message-ID, Reply-To when given, In-Reply-To and References when there are
 * any; MIME-Version; text/plain utf-8 quoted-printable, format=flowed is not
 * used, long lines are soft-broken by the encoding; multipart/mixed only
 * with attachments (base64).  CRLF everywhere, header lines under 998 and
 * folded at 78, encoded-words (RFC 2047) and RFC 2231 names where not ASCII.
 * No User-Agent, no host name.
 */
struct compose {
	const struct letter *letter;
	const char	*from_name;	/* may be NULL */
	const char	*from_address;
	const char	*reply_to;	/* may be NULL */
	int64_t		 date_s;	/* Unix seconds */
	/* Bytes of attachment k; kept by the caller. */
	const void	*const *attachments;
	const size_t	*attachment_sizes;
	unsigned char	 boundary_seed[16];	/* random */
};

/* Append the message to *out. 0, or -1 with *e (a field is not safe). */
int	compose_message(const struct compose *, struct buf *out, struct err *);

/* True when an SMTP server without SMTPUTF8 cannot take the address. */
int	compose_needs_smtputf8(const char *address);

#endif
