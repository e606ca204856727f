/*
 * How mail writes what is not short ASCII: folded fields, encoded-words,
 * RFC 2231 parameters, quoted-printable, base64.
 *
 * Plain ASCII is written plainly, so that most letters can be read in any
 * program; in doubt text is encoded, because a decoder gives back exactly
 * what went in, and folding, quoting and guessing do not.  No UTF-8 character
 * is ever split between two words or lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/compose_encode.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define FOLD		78	/* RFC 5322 2.1.1 */
#define WORD_MAX	75	/* an encoded-word, RFC 2047 section 2 */
#define WORD_MIN	32	/* less room is not worth beginning one */
#define PLAIN_MAX	60	/* what stays on one line with its name */
#define QP_MAX		75	/* and '=' */
#define BASE64_LINE	76
#define BASE64_PIECE	((size_t)57 * 64)
#define WORD_OPEN	"=?utf-8?"
#define WORD_CLOSE	"?="
#define WORD_ROOM	(sizeof(WORD_OPEN "q?" WORD_CLOSE) - 1)

static const char hex[] = "0123456789ABCDEF";

/* Bytes of the UTF-8 character at s. */
static size_t
character(const char *s, size_t n)
{
	size_t len = 1;

	while (len < n && ((unsigned char)s[len] & 0xc0) == 0x80)
		len++;
	return len;
}

static int
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

/* `mark` and two digits. */
static int
add_hex(struct buf *out, char mark, char c)
{
	char three[3] = { mark, hex[(unsigned char)c >> 4],
	    hex[(unsigned char)c & 15] };

	return buf_add(out, three, sizeof(three));
}

/*
 * ASCII that survives folding and every decoder: single spaces, words that
 * fit a line, nothing that looks like an encoded-word.
 */
static int
is_plain(const char *s)
{
	size_t run = 0;

	if (*s == '\0' || strstr(s, "=?") != NULL)
		return 0;
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			return 0;
		if (*s == ' ' && run == 0)
			return 0;
		run = *s == ' ' ? 0 : run + 1;
		if (run > PLAIN_MAX)
			return 0;
	}
	return run > 0;
}

/* Plain, short, and nothing that a quoted string would have to escape. */
static int
may_be_quoted(const char *s)
{
	return is_plain(s) && strlen(s) <= PLAIN_MAX &&
	    strpbrk(s, "\"\\") == NULL;
}

int
compose_field_begin(struct compose_field *f, struct buf *out,
    const char *name)
{
	f->out = out;
	f->column = strlen(name) + 1;
	f->first = 1;
	return buf_addf(out, "%s:", name);
}

/* The space before a token of n bytes, with a line end where needed. */
static int
make_room(struct compose_field *f, size_t n)
{
	int fold = !f->first && f->column + 1 + n > FOLD;

	f->first = 0;
	f->column = (fold ? 0 : f->column) + 1 + n;
	return buf_adds(f->out, fold ? "\r\n " : " ");
}

static int
add_bytes(struct compose_field *f, const char *token, size_t n)
{
	if (make_room(f, n) == -1)
		return -1;
	return buf_add(f->out, token, n);
}

int
compose_field_add(struct compose_field *f, const char *token)
{
	return add_bytes(f, token, strlen(token));
}

int
compose_field_end(struct compose_field *f)
{
	return buf_adds(f->out, "\r\n");
}

/* What an encoded-word may hold anywhere, in a display name too. */
static int
is_q_literal(char c)
{
	return is_alnum(c) || c == '!' || c == '*' || c == '+' || c == '-' ||
	    c == '/' || c == ' ';
}

static size_t
q_length(const char *s, size_t n)
{
	size_t len = 0, i;

	for (i = 0; i < n; i++)
		len += is_q_literal(s[i]) ? 1 : 3;
	return len;
}

static size_t
b_length(size_t n)
{
	return (n + 2) / 3 * 4;
}

static int
add_q(struct buf *out, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_q_literal(s[i]) ?
		    buf_addc(out, s[i] == ' ' ? '_' : s[i]) == -1 :
		    add_hex(out, '=', s[i]) == -1)
			return -1;
	return 0;
}

static int
add_b(struct buf *out, const char *s, size_t n)
{
	char *text = wire_base64(s, n);
	int r = buf_adds(out, text);

	free(text);
	return r;
}

/* Whole characters of s for one word with room for `room` encoded bytes. */
static size_t
word_piece(const char *s, size_t n, int q, size_t room)
{
	size_t end = 0, next;

	while (end < n) {
		next = end + character(s + end, n - end);
		if ((q ? q_length(s, next) : b_length(next)) > room)
			break;
		end = next;
	}
	return end;
}

static int
add_encoded_words(struct compose_field *f, const char *s)
{
	size_t n = strlen(s), piece, room, len;
	int q = q_length(s, n) <= b_length(n);

	while (n > 0) {
		room = f->column + 1 + WORD_MIN > FOLD ? FOLD - 1 :
		    FOLD - 1 - f->column;
		if (room > WORD_MAX)
			room = WORD_MAX;
		piece = word_piece(s, n, q, room - WORD_ROOM);
		len = q ? q_length(s, piece) : b_length(piece);
		if (make_room(f, WORD_ROOM + len) == -1 ||
		    buf_addf(f->out, WORD_OPEN "%c?", q ? 'q' : 'b') == -1 ||
		    (q ? add_q(f->out, s, piece) :
		    add_b(f->out, s, piece)) == -1 ||
		    buf_adds(f->out, WORD_CLOSE) == -1)
			return -1;
		s += piece;
		n -= piece;
	}
	return 0;
}

int
compose_field_text(struct compose_field *f, const char *text)
{
	size_t n;

	if (!is_plain(text))
		return add_encoded_words(f, text);
	for (; *text != '\0'; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		if (add_bytes(f, text, n) == -1)
			return -1;
	}
	return 0;
}

int
compose_field_phrase(struct compose_field *f, const char *name)
{
	if (!may_be_quoted(name))
		return add_encoded_words(f, name);
	if (make_room(f, strlen(name) + 2) == -1)
		return -1;
	return buf_addf(f->out, "\"%s\"", name);
}

/* attribute-char of RFC 2231 section 7, without '%' and '\''. */
static int
is_parameter_literal(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$&+-.^_`{|}~", c) !=
	    NULL);
}

static int
add_percent(struct buf *out, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_parameter_literal(s[i]) ?
		    buf_addc(out, s[i]) == -1 : add_hex(out, '%', s[i]) == -1)
			return -1;
	return 0;
}

/* name*0*=utf-8''...; name*1*=...; each a token that fits a line. */
static int
add_continued(struct compose_field *f, const char *name, const char *s)
{
	size_t n = strlen(s), used, len;
	unsigned part = 0;
	struct buf token;
	int r = -1;

	buf_init(&token, 2 * (size_t)FOLD);
	while (n > 0) {
		buf_clear(&token);
		if (buf_addf(&token, "%s*%u*=%s", name, part,
		    part == 0 ? "utf-8''" : "") == -1)
			goto out;
		for (used = 0; used < n; used += len) {
			len = character(s + used, n - used);
			if (token.len + 3 * len + 2 > FOLD)
				break;
			if (add_percent(&token, s + used, len) == -1)
				goto out;
		}
		s += used;
		n -= used;
		if (n > 0 && buf_addc(&token, ';') == -1)
			goto out;
		if (used == 0 || compose_field_add(f, token.bytes) == -1)
			goto out;
		part++;
	}
	r = 0;
out:
	buf_free(&token);
	return r;
}

int
compose_field_parameter(struct compose_field *f, const char *name,
    const char *value)
{
	size_t n = strlen(value);
	struct buf token;
	int r = -1;

	buf_init(&token, strlen(name) + 3 * n + 16);
	if (may_be_quoted(value)) {
		if (buf_addf(&token, "%s=\"%s\"", name, value) == -1)
			goto out;
	} else if (buf_addf(&token, "%s*=utf-8''", name) == -1 ||
	    add_percent(&token, value, n) == -1)
		goto out;
	r = token.len < FOLD ? compose_field_add(f, token.bytes) :
	    add_continued(f, name, value);
out:
	buf_free(&token);
	return r;
}

static int
is_qp_literal(const char *s, size_t left)
{
	if (*s == ' ' || *s == '\t')
		return left > 1;	/* not at the end of a line */
	return *s > ' ' && *s <= '~' && *s != '=';
}

/* What mail programs on the way give a meaning at the start of a line. */
static int
is_touchy(const char *s)
{
	return *s == '.' || strncmp(s, "From ", 5) == 0;
}

static int
qp_line(struct buf *out, const char *s, size_t n)
{
	size_t at = 0, len, width, i;

	for (; n > 0; s += len, n -= len) {
		len = character(s, n);
		width = is_qp_literal(s, n) ? 1 : 3 * len;
		if (at + width > QP_MAX) {
			if (buf_adds(out, "=\r\n") == -1)
				return -1;
			at = 0;
		}
		if (at == 0 && is_touchy(s))
			width = 3;
		at += width;
		if (width == 1 && buf_addc(out, *s) == -1)
			return -1;
		for (i = 0; width > 1 && i < len; i++)
			if (add_hex(out, '=', s[i]) == -1)
				return -1;
	}
	return buf_adds(out, "\r\n");
}

int
compose_quoted_printable(struct buf *out, const char *text)
{
	size_t n = strlen(text), len;

	while (n > 0 && text[n - 1] == '\n')
		n--;
	for (;;) {
		for (len = 0; len < n && text[len] != '\n'; len++)
			;
		if (qp_line(out, text, len) == -1)
			return -1;
		if (len == n)
			return 0;
		text += len + 1;
		n -= len + 1;
	}
}

int
compose_base64(struct buf *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	size_t piece, len;
	char *text, *s;
	int r = 0;

	for (; n > 0 && r == 0; p += piece, n -= piece) {
		piece = n < BASE64_PIECE ? n : BASE64_PIECE;
		text = wire_base64(p, piece);
		for (s = text; *s != '\0' && r == 0; s += len) {
			len = strnlen(s, BASE64_LINE);
			if (buf_add(out, s, len) == -1 ||
			    buf_adds(out, "\r\n") == -1)
				r = -1;
		}
		seal_wipe(text, strlen(text));
		free(text);
	}
	return r;
}
