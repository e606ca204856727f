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
 * with attachments (base64).  CRLF everywhere, one at the end whatever the
 * body ends with; header lines under 998 and folded at 78 (a longer address
 * or message id stays whole); encoded-words (RFC 2047) and RFC 2231 names
 * where not ASCII.  Addresses that are not ASCII stand as they are
 * (RFC 6532).  No User-Agent, no host name.
 *
 * Of the letter only to, subject, body, attachments, message_id, in_reply_to
 * and references are used, and checked again; the others may be empty.
 */
struct compose {
	const struct letter *letter;
	const char	*from_name;	/* may be NULL */
	const char	*from_address;
	const char	*reply_to;	/* may be NULL */
	/* NULL, "auto-replied" or "auto-generated" (RFC 3834). */
	const char	*auto_submitted;
	int64_t		 date_s;	/* Unix seconds, to the year 9999 */
	/*
	 * Bytes of attachment k; kept by the caller. Their sizes and hashes
	 * must be those of the letter. May be NULL when it has none.
	 */
	const void	*const *attachments;
	const size_t	*attachment_sizes;
	unsigned char	 boundary_seed[16];	/* random */
};

/*
 * Append the message to *out. 0, or -1 with ERR_INPUT (a field is not safe,
 * an attachment is another one, *out is full) and *out as it was.
 */
int	compose_message(const struct compose *, struct buf *out, struct err *);

/* True when an SMTP server without SMTPUTF8 cannot take the address. */
int	compose_needs_smtputf8(const char *address);

#endif
