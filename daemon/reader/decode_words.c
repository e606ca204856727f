/*
 * Encoded words in headers (RFC 2047), one pass over the value.
 *
 * Words that stand next to each other in one charset are joined as bytes
 * before they are decoded, because senders split characters between them.
 * What comes out is text and never structure: CR, LF, NUL and other controls
 * become spaces.
 */
#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/decode.h"
#include "lib/buf.h"

#define CHARSET_MAX	40
#define WORD_MAX	8192	/* 75 by the book; some write whole lines */

struct word {
	const char	*charset;
	size_t		 charset_len;
	char		 encoding;	/* 'q' or 'b' */
	const char	*text;
	size_t		 text_len;
	const char	*end;
};

/* Bytes of one charset that wait to be decoded together. */
struct run {
	char		 charset[CHARSET_MAX + 1];
	struct buf	 bytes;
	int		 open;
};

static int
parse_word(const char *p, const char *end, struct word *w)
{
	const char *q, *stop = end - p > WORD_MAX ? p + WORD_MAX : end;

	if (end - p < 8 || p[0] != '=' || p[1] != '?')
		return 0;
	w->charset = p + 2;
	for (q = p + 2; q < stop && *q > 0x20 && *q != '?' && *q != '='; q++)
		;
	w->charset_len = (size_t)(q - w->charset);
	if (w->charset_len == 0 || w->charset_len > CHARSET_MAX ||
	    stop - q < 4 || q[0] != '?' || q[2] != '?')
		return 0;
	w->encoding = g_ascii_tolower(q[1]);
	if (w->encoding != 'q' && w->encoding != 'b')
		return 0;
	w->text = q + 3;
	for (q = w->text; q + 1 < stop && !(q[0] == '?' && q[1] == '='); q++)
		if (*q == '?')
			return 0;
	if (q + 1 >= stop)
		return 0;
	w->text_len = (size_t)(q - w->text);
	w->end = q + 2;
	return 1;
}

static void
add_q(struct buf *out, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '_') {
			(void)buf_addc(out, ' ');
		} else if (p[i] == '=' && i + 2 < n &&
		    g_ascii_isxdigit(p[i + 1]) &&
		    g_ascii_isxdigit(p[i + 2])) {
			(void)buf_addc(out,
			    (char)(g_ascii_xdigit_value(p[i + 1]) << 4 |
			    g_ascii_xdigit_value(p[i + 2])));
			i += 2;
		} else {
			(void)buf_addc(out, p[i]);
		}
	}
}

static void
add_b(struct buf *out, const char *p, size_t n)
{
	guchar bytes[WORD_MAX];
	gint state = 0;
	guint save = 0;
	gsize got;

	got = g_base64_decode_step(p, n, bytes, &state, &save);
	(void)buf_add(out, bytes, got);
	/* Without its padding the last group still holds a byte or two. */
	if (state == 2)
		(void)buf_addc(out, (char)((save >> 4) & 0xff));
	if (state == 3 || state == -3)
		(void)buf_addc(out, (char)((save >> 10) & 0xff));
	if (state == 3)
		(void)buf_addc(out, (char)((save >> 2) & 0xff));
}

/* Decode what waits and append it as one line. */
static int
flush(struct run *r, const char *fallbacks, struct buf *out)
{
	size_t mark = out->len, i;
	int rc = 0;

	if (!r->open)
		return 0;
	rc = decode_text(r->charset, fallbacks, r->bytes.bytes, r->bytes.len,
	    out);
	buf_clear(&r->bytes);
	r->open = 0;
	for (i = mark; i < out->len; i++)
		if ((unsigned char)out->bytes[i] < 0x20)
			out->bytes[i] = ' ';
	return rc;
}

static int
add_word(struct run *r, const struct word *w, const char *fallbacks,
    struct buf *out)
{
	int rc = 0;

	if (r->open && (strlen(r->charset) != w->charset_len ||
	    strncasecmp(r->charset, w->charset, w->charset_len) != 0))
		rc = flush(r, fallbacks, out);
	memcpy(r->charset, w->charset, w->charset_len);
	r->charset[w->charset_len] = '\0';
	r->open = 1;
	if (w->encoding == 'q')
		add_q(&r->bytes, w->text, w->text_len);
	else
		add_b(&r->bytes, w->text, w->text_len);
	return rc;
}

int
decode_words(const char *fallbacks, const char *p, size_t n, struct buf *out)
{
	const char *end = p + n, *q;
	struct run r = { "", { NULL, 0, 0, 0 }, 0 };
	struct word w;
	int guessed = 0;

	buf_init(&r.bytes, n + 16);
	while (p < end) {
		if (parse_word(p, end, &w)) {
			guessed |= add_word(&r, &w, fallbacks, out) == 1;
			p = w.end;
			/* Blanks between two words do not count. */
			for (q = p; q < end && (*q == ' ' || *q == '\t'); q++)
				;
			if (parse_word(q, end, &w))
				p = q;
			else
				guessed |= flush(&r, fallbacks, out) == 1;
			continue;
		}
		for (q = p + 1; q < end && *q != '='; q++)
			;
		r.charset[0] = '\0';
		r.open = 1;
		(void)buf_add(&r.bytes, p, (size_t)(q - p));
		guessed |= flush(&r, fallbacks, out) == 1;
		p = q;
	}
	buf_free(&r.bytes);
	return guessed;
}
