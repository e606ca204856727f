/*
 * The walk over a letter's MIME tree.
 *
 * GMime parses, we decide: own caps on depth and number of parts, own charset
 * conversion, own choice between alternatives.  Each branch of an alternative
 * is read into a piece of its own; the better one is kept.  A limit ends the
 * walk and makes the letter unreadable, never half read.
 */
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/desk/reading_frame.h"
#include "daemon/reader/decode.h"
#include "daemon/reader/flowed.h"
#include "daemon/reader/html.h"
#include "daemon/reader/inline_file.h"
#include "daemon/reader/mime.h"
#include "daemon/reader/mime_leaf.h"
#include "lib/text.h"

/* A leaf may be attached twice: too long, and an alternative. */
#define ATTACHED_MAX	(2 * (MIME_PARTS_MAX + 1))
#define EXCUSE_WORDS	30
#define INLINE_MAX	100	/* files inside of one text */

/* What one branch of the tree gave. */
struct piece {
	struct buf	 text;
	const char	*origin;
};

struct walk {
	struct mime	*mime;
	const char	*fallbacks;
	const char	*why;		/* set when a limit was passed */
	size_t		 parts, bytes;
	int		 attach;	/* every leaf is an attachment */
	int		 crlf;		/* how the letter ends its lines */
};

static void	walk(struct walk *, GMimeObject *, struct piece *,
		    size_t depth, int root);

static int
is_type(GMimeObject *o, const char *type, const char *subtype)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);

	return ct != NULL && g_mime_content_type_is_type(ct, type, subtype);
}

static void
fail(struct walk *w, const char *why)
{
	if (w->why == NULL)
		w->why = why;
}

/* What a report is about when its own type does not say. */
static void
note_report_part(struct walk *w, const char *type)
{
	static const struct {
		const char		*type;
		enum class_report	 report;
	} kinds[] = {
		{ "message/delivery-status", REPORT_DELIVERY },
		{ "message/global-delivery-status", REPORT_DELIVERY },
		{ "message/feedback-report", REPORT_FEEDBACK },
		{ "message/disposition-notification", REPORT_DISPOSITION },
		{ "message/global-disposition-notification",
		    REPORT_DISPOSITION },
	};
	size_t i;

	if (w->mime->report != REPORT_NONE && w->mime->report != REPORT_OTHER)
		return;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(type, kinds[i].type) == 0)
			w->mime->report = kinds[i].report;
}

static void
note_kind(struct walk *w, const struct mime_part *p)
{
	if (strcmp(p->type, "application/ms-tnef") == 0 ||
	    strcmp(p->type, "application/vnd.ms-tnef") == 0 ||
	    strcasecmp(p->name, "winmail.dat") == 0)
		w->mime->flags |= MIME_WINMAIL;
	if (strcmp(p->type, "application/pkcs7-mime") == 0 ||
	    strcmp(p->type, "application/x-pkcs7-mime") == 0)
		w->mime->flags |= MIME_ENCRYPTED;
	note_report_part(w, p->type);
}

/* The array becomes the part's bytes, and the strings its own. */
static void
attach_as(struct walk *w, char *name, char *type, GByteArray *bytes)
{
	struct mime *m = w->mime;
	struct mime_part *p;

	if (bytes->len > FRAME_BYTES_MAX - w->bytes ||
	    m->nparts == ATTACHED_MAX) {
		fail(w, "its attachments are too large");
		(void)g_byte_array_free(bytes, TRUE);
		free(name);
		free(type);
		return;
	}
	w->bytes += bytes->len;
	p = &m->parts[m->nparts++];
	p->name = name;
	p->type = type;
	p->size = bytes->len;
	p->bytes = g_byte_array_free(bytes, FALSE);
	note_kind(w, p);
}

static void
attach(struct walk *w, GMimeObject *o, GByteArray *bytes)
{
	attach_as(w, mime_leaf_name(o, w->mime->nparts + 1),
	    mime_leaf_type(o), bytes);
}

/* What old programs wrote into the text. */
static void
attach_inline(struct walk *w, GByteArray *text)
{
	GByteArray *file;
	size_t at = 0, n;
	char *name;

	for (n = 0; n < INLINE_MAX && w->why == NULL &&
	    inline_file_take(text, &at, &name, &file); n++)
		attach_as(w, name, mem_strdup("application/octet-stream"),
		    file);
}

/* LF line ends, no NULs; in place. */
static void
clean_lines(struct buf *b)
{
	size_t i, to = 0;

	for (i = 0; i < b->len; i++) {
		char c = b->bytes[i];

		if (c == '\0')
			continue;
		if (c == '\r') {
			if (i + 1 < b->len && b->bytes[i + 1] == '\n')
				continue;
			c = '\n';
		}
		b->bytes[to++] = c;
	}
	b->len = to;
	b->bytes[to] = '\0';
}

static int
is_blank(const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (strchr(" \t\n", b->bytes[i]) == NULL)
			return 0;
	return 1;
}

/* As much as fits, at the end of a character. */
static void
add_text(struct walk *w, struct buf *out, const struct buf *in)
{
	size_t n = in->len;

	if (n > out->max - out->len) {
		n = out->max - out->len;
		while (n > 0 && ((unsigned char)in->bytes[n] & 0xc0) == 0x80)
			n--;
		w->mime->flags |= MIME_LONG;
	}
	(void)buf_add(out, in->bytes, n);
}

/* Append one text to the piece, an empty line between two. */
static void
append(struct walk *w, struct piece *piece, const struct buf *text,
    const char *origin)
{
	struct buf *out = &piece->text;

	if (is_blank(text) && out->len > 0)
		return;
	if (out->len > 0 && !is_blank(out)) {
		if (out->bytes[out->len - 1] != '\n')
			(void)buf_addc(out, '\n');
		(void)buf_addc(out, '\n');
	}
	add_text(w, out, text);
	if (strcmp(piece->origin, "none") == 0)
		piece->origin = origin;
}

/* Is "format=flowed" said, and what about "delsp=yes"? */
static int
has_parameter(GMimeObject *o, const char *name, const char *value)
{
	const char *v = g_mime_object_get_content_type_parameter(o, name);

	return v != NULL && strcasecmp(v, value) == 0;
}

static void
convert(struct walk *w, GMimeObject *o, const GByteArray *bytes,
    struct buf *out)
{
	const char *p = (const char *)bytes->data, *label;
	char page[40];
	struct buf raw;
	size_t len = bytes->len;
	int rc, html = is_type(o, "text", "html");

	/* UTF-8 is at most three times as long as what we decode. */
	buf_init(&raw, 3 * (size_t)MIME_TEXT_MAX);
	label = g_mime_object_get_content_type_parameter(o, "charset");
	if (label == NULL && html && html_charset(p, len, page,
	    sizeof(page)) == 0)
		label = page;
	if (len > raw.max / 3) {
		len = raw.max / 3;
		w->mime->flags |= MIME_LONG;
	}
	rc = len == 0 ? 0 : decode_text(label, w->fallbacks, p, len, &raw);
	if (rc == 1)
		w->mime->flags |= MIME_GUESSED;
	clean_lines(&raw);
	if (html) {
		if ((rc = html_text(raw.bytes, raw.len, out)) == 1)
			w->mime->flags |= MIME_HIDDEN;
	} else if (has_parameter(o, "format", "flowed")) {
		flowed_join(raw.bytes, raw.len,
		    has_parameter(o, "delsp", "yes"), out);
	} else {
		rc = buf_add(out, raw.bytes, raw.len);
	}
	if (rc == -1)
		w->mime->flags |= MIME_LONG;
	buf_free(&raw);
}

/* Read a text leaf into the piece; all of it is attached if it was cut. */
static void
read_text(struct walk *w, GMimeObject *o, struct piece *piece)
{
	GByteArray *bytes = mime_leaf_bytes(o, w->crlf);
	unsigned before = w->mime->flags & MIME_LONG;
	struct buf text;

	buf_init(&text, 3 * (size_t)MIME_TEXT_MAX);
	w->mime->flags &= ~(unsigned)MIME_LONG;
	if (!is_type(o, "text", "html"))
		attach_inline(w, bytes);
	convert(w, o, bytes, &text);
	append(w, piece, &text, is_type(o, "text", "html") ? "html" :
	    "plain");
	buf_free(&text);
	if (w->mime->flags & MIME_LONG)
		attach(w, o, bytes);
	else
		(void)g_byte_array_free(bytes, TRUE);
	w->mime->flags |= before;
}

/* Is this leaf a part of what the person wrote, to be read in line? */
static int
is_inline_text(GMimeObject *o, int root)
{
	GMimeContentDisposition *d;

	if (!is_type(o, "text", "plain") && !is_type(o, "text", "html"))
		return 0;
	d = g_mime_object_get_content_disposition(o);
	if (d != NULL && strcasecmp(
	    g_mime_content_disposition_get_disposition(d), "attachment") == 0)
		return 0;
	return root || !GMIME_IS_PART(o) ||
	    g_mime_part_get_filename(GMIME_PART(o)) == NULL;
}

static void
walk_leaf(struct walk *w, GMimeObject *o, struct piece *piece, int root)
{
	if (GMIME_IS_PART(o) && !w->attach && is_inline_text(o, root))
		read_text(w, o, piece);
	else
		attach(w, o, mime_leaf_bytes(o, w->crlf));
}

static size_t
count_words(const struct buf *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->len; i++)
		n += !g_ascii_isspace(b->bytes[i]) &&
		    (i == 0 || g_ascii_isspace(b->bytes[i - 1]));
	return n;
}

static int
is_plain(const struct piece *p)
{
	return strcmp(p->origin, "plain") == 0;
}

/* "Your program cannot show this": a few words beside a page of many. */
static int
is_excuse(const struct piece *a, const struct piece *b)
{
	size_t n;

	if (!is_plain(a) || is_plain(b) || is_blank(&a->text))
		return 0;
	n = count_words(&a->text);
	return n <= EXCUSE_WORDS && count_words(&b->text) > 5 * n + 20;
}

static int
is_better(const struct piece *a, const struct piece *b)
{
	if (is_blank(&a->text) != is_blank(&b->text))
		return !is_blank(&a->text);
	if (is_plain(a))
		return !is_plain(b) && !is_excuse(a, b);
	return is_excuse(b, a);
}

/* The first text of a branch, or NULL. */
static GMimeObject *
text_leaf(GMimeObject *o)
{
	size_t depth;

	for (depth = 0; GMIME_IS_MULTIPART(o) && depth <= MIME_DEPTH_MAX &&
	    g_mime_multipart_get_count(GMIME_MULTIPART(o)) > 0; depth++)
		o = g_mime_multipart_get_part(GMIME_MULTIPART(o), 0);
	return is_type(o, "text", "*") ? o : NULL;
}

static void
piece_init(struct piece *p)
{
	buf_init(&p->text, MIME_TEXT_MAX);
	p->origin = "none";
}

/*
 * Of an alternative the best text is kept; the flags of the others do not
 * count.  One that says clearly more, or an excuse that nobody reads, is
 * attached, so that no word is lost.
 */
static void
walk_alternative(struct walk *w, GMimeMultipart *m, struct piece *piece,
    size_t depth)
{
	struct piece best, next, swap;
	GMimeObject *o, *chosen = NULL, *other = NULL, *spare = NULL;
	unsigned flags = w->mime->flags, kept = 0;
	size_t words = 0, n;
	int i, count = g_mime_multipart_get_count(m);

	piece_init(&best);
	for (i = 0; i < count && w->why == NULL; i++) {
		o = g_mime_multipart_get_part(m, i);
		piece_init(&next);
		w->mime->flags = 0;
		walk(w, o, &next, depth + 1, i == 0);
		flags |= w->mime->flags & ~(unsigned)(MIME_GUESSED |
		    MIME_HIDDEN);
		n = count_words(&next.text);
		if (is_excuse(&best, &next))
			spare = chosen;
		else if (is_excuse(&next, &best))
			spare = o;
		if (is_better(&next, &best)) {
			swap = best;
			best = next;
			next = swap;
			kept = w->mime->flags;
			chosen = o;
		}
		if (n > words) {
			words = n;
			other = o;
		}
		buf_free(&next.text);
	}
	w->mime->flags = flags | kept;
	n = count_words(&best.text);
	if (spare == NULL && other != chosen && words > n + n / 2 + 20)
		spare = other;
	if (spare != NULL && (spare = text_leaf(spare)) != NULL) {
		w->mime->flags |= MIME_DIFFERS;
		attach(w, spare, mime_leaf_bytes(spare, w->crlf));
	}
	if (best.text.len > 0)
		append(w, piece, &best.text, best.origin);
	buf_free(&best.text);
}

/* A multipart whose boundary never comes: its text is all before it. */
static void
walk_prologue(struct walk *w, GMimeMultipart *m, struct piece *piece)
{
	const char *p = g_mime_multipart_get_prologue(m);
	struct buf text;

	if (p == NULL || *p == '\0')
		return;
	buf_init(&text, 3 * (size_t)MIME_TEXT_MAX);
	if (decode_text(NULL, w->fallbacks, p,
	    strnlen(p, MIME_TEXT_MAX), &text) == 1)
		w->mime->flags |= MIME_GUESSED;
	clean_lines(&text);
	append(w, piece, &text, "plain");
	buf_free(&text);
}

static void
note_report(struct walk *w, GMimeObject *o)
{
	const char *kind;

	if (is_type(o, "multipart", "encrypted"))
		w->mime->flags |= MIME_ENCRYPTED;
	if (!is_type(o, "multipart", "report") || w->mime->report !=
	    REPORT_NONE)
		return;
	kind = g_mime_object_get_content_type_parameter(o, "report-type");
	if (kind == NULL)
		w->mime->report = REPORT_OTHER;	/* its parts may tell */
	else if (strcasecmp(kind, "delivery-status") == 0)
		w->mime->report = REPORT_DELIVERY;
	else if (strcasecmp(kind, "disposition-notification") == 0)
		w->mime->report = REPORT_DISPOSITION;
	else if (strcasecmp(kind, "feedback-report") == 0)
		w->mime->report = REPORT_FEEDBACK;
	else
		w->mime->report = REPORT_OTHER;
}

static void
walk(struct walk *w, GMimeObject *o, struct piece *piece, size_t depth,
    int root)
{
	GMimeMultipart *m;
	int i, count, was = w->attach;

	if (w->why != NULL || o == NULL)
		return;
	if (depth > MIME_DEPTH_MAX)
		fail(w, "its parts are nested too deep");
	if (++w->parts > MIME_PARTS_MAX)
		fail(w, "it has too many parts");
	if (w->why != NULL)
		return;
	if (!GMIME_IS_MULTIPART(o)) {
		walk_leaf(w, o, piece, root);
		return;
	}
	m = GMIME_MULTIPART(o);
	note_report(w, o);
	count = g_mime_multipart_get_count(m);
	if (count == 0) {
		walk_prologue(w, m, piece);
	} else if (is_type(o, "multipart", "alternative") && !w->attach) {
		walk_alternative(w, m, piece, depth);
	} else {
		for (i = 0; i < count && w->why == NULL; i++) {
			if (i > 0 && is_type(o, "multipart", "related"))
				w->attach = 1;
			walk(w, g_mime_multipart_get_part(m, i), piece,
			    depth + 1, root && i == 0);
		}
		w->attach = was;
	}
}

void
mime_init(void)
{
	g_mime_init();
}

static GMimeMessage *
parse(const struct mail *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(
	    mail->bytes.bytes, mail->bytes.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message;

	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

/* The parser found nothing that it knows: the whole body is the text. */
static void
read_bare(struct walk *w, const struct mail *mail, struct piece *piece)
{
	const char *p = mail->bytes.bytes + mail->body;
	size_t n = mail->bytes.len - mail->body;
	struct buf text;

	if (n > MIME_TEXT_MAX) {
		n = MIME_TEXT_MAX;
		w->mime->flags |= MIME_LONG;
	}
	buf_init(&text, 3 * (size_t)MIME_TEXT_MAX);
	if (decode_text(NULL, w->fallbacks, p, n, &text) == 1)
		w->mime->flags |= MIME_GUESSED;
	clean_lines(&text);
	if (text.len > 0)
		append(w, piece, &text, "plain");
	buf_free(&text);
}

static int
ends_in_crlf(const struct mail *mail)
{
	const char *p = mail->bytes.bytes + mail->body;
	const char *nl = memchr(p, '\n', mail->bytes.len - mail->body);

	return nl != NULL && nl > p && nl[-1] == '\r';
}

int
mime_read(struct mime *m, const struct mail *mail, const char *fallbacks,
    const char **why)
{
	struct walk w = { m, fallbacks, NULL, 0, 0, 0, 0 };
	GMimeMessage *message;
	struct piece piece;

	memset(m, 0, sizeof(*m));
	m->parts = mem_alloc(ATTACHED_MAX * sizeof(*m->parts));
	piece_init(&piece);
	w.crlf = ends_in_crlf(mail);
	message = parse(mail);
	if (message == NULL || g_mime_message_get_mime_part(message) == NULL)
		read_bare(&w, mail, &piece);
	else
		walk(&w, g_mime_message_get_mime_part(message), &piece, 0, 1);
	if (message != NULL)
		g_object_unref(message);
	m->text = piece.text;
	m->origin = is_blank(&piece.text) ? "none" : piece.origin;
	*why = w.why;
	return w.why == NULL ? 0 : -1;
}

void
mime_free(struct mime *m)
{
	size_t i;

	for (i = 0; i < m->nparts; i++) {
		free(m->parts[i].name);
		free(m->parts[i].type);
		g_free(m->parts[i].bytes);
	}
	free(m->parts);
	buf_free(&m->text);
	memset(m, 0, sizeof(*m));
}
