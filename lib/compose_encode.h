#ifndef TEDUH_COMPOSE_ENCODE_H
#define TEDUH_COMPOSE_ENCODE_H

#include <stddef.h>

struct buf;

/*
 * The encodings of mail that compose.c writes with.  All functions append to
 * a buffer and return 0, or -1 when it is full.  Text is valid UTF-8 and has
 * been checked; nothing is refused here.
 */

/* A header field on its way: folded before the token that passes 78. */
struct compose_field {
	struct buf	*out;
	size_t		 column;
	int		 first;		/* no token yet: not folded before */
};

/* "Name:"; the struct is initialised by the call. */
int	compose_field_begin(struct compose_field *, struct buf *out,
	    const char *name);
/* One token with a space in front; never broken. */
int	compose_field_add(struct compose_field *, const char *token);
/* Unstructured text: its words when plain ASCII, else encoded-words. */
int	compose_field_text(struct compose_field *, const char *);
/* A display name: a quoted string, or encoded-words (RFC 2047 section 5). */
int	compose_field_phrase(struct compose_field *, const char *);
/* A parameter: quoted, or RFC 2231 with continuations. No ';' is written. */
int	compose_field_parameter(struct compose_field *, const char *name,
	    const char *value);
int	compose_field_end(struct compose_field *);

/*
 * Quoted-printable (RFC 2045 6.7) of text with \n line ends: CRLF, lines of
 * at most 76, one CRLF at the end. No line begins with '.' or "From ", no
 * '=' is followed by anything but two digits or the line end.
 */
int	compose_quoted_printable(struct buf *out, const char *text);
/* Base64 in lines of 76. */
int	compose_base64(struct buf *out, const void *, size_t);

#endif
