/*
 * Text from strangers: valid UTF-8, and what is safe to put on a terminal or
 * into a header line.
 *
 * Everything that reaches a screen passes text_terminal().  What could steer
 * the terminal becomes a visible U+FFFD, so that nobody overlooks it; what
 * is only invisible goes without a trace.  Nothing here looks at meaning and
 * nothing allocates but into a bounded buffer.
 */
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>
#include <uniwidth.h>

#include "lib/buf.h"
#include "lib/text.h"

#define BROKEN		0xfffd	/* REPLACEMENT CHARACTER */
#define ZWNJ		0x200c
#define ZWJ		0x200d
#define IDEOGRAPHIC_SPACE 0x3000
#define TAB_COLUMNS	8
#define STACK_MAX	6	/* zero width characters on one base */
#define NAME_BYTES_MAX	200	/* of a file name; every file system has 255 */
#define ENDING_MAX	16	/* of that for ".pdf" and the like */

int
text_is_utf8(const void *bytes, size_t n)
{
	return n == 0 || u8_check(bytes, n) == NULL;
}

/* The character at s; broken bytes give U+FFFD. At least one byte long. */
static size_t
character(ucs4_t *c, const char *s, size_t n)
{
	int len = u8_mbtouc(c, (const uint8_t *)s, n);

	return len > 0 ? (size_t)len : 1;
}

static int
add_character(struct buf *out, ucs4_t c)
{
	uint8_t bytes[6];
	int n = u8_uctomb(bytes, c, sizeof(bytes));

	return n > 0 ? buf_add(out, bytes, (size_t)n) : -1;
}

int
text_repair(const void *bytes, size_t n, struct buf *out)
{
	const char *s = bytes;
	const uint8_t *bad;
	size_t good;
	ucs4_t c;

	while (n > 0) {
		bad = u8_check((const uint8_t *)s, n);
		good = bad == NULL ? n : (size_t)((const char *)bad - s);
		if (buf_add(out, s, good) == -1)
			return -1;
		s += good;
		n -= good;
		if (n == 0)
			break;
		good = character(&c, s, n);
		if (add_character(out, BROKEN) == -1)
			return -1;
		s += good;
		n -= good;
	}
	return 0;
}

static int
category(ucs4_t c, uint32_t mask)
{
	return uc_is_general_category_withtable(c, mask) ? 1 : 0;
}

static int
is_joiner(ucs4_t c)
{
	return c == ZWNJ || c == ZWJ;
}

/* Format characters that have ink: Arabic, Syriac and Kaithi number signs. */
static int
is_visible_format(ucs4_t c)
{
	return (c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f ||
	    c == 0x890 || c == 0x891 || c == 0x8e2 || c == 0x110bd ||
	    c == 0x110cd;
}

/* Takes no room and has no ink: bidi controls, zero width, tags, fillers. */
static int
is_hidden(ucs4_t c)
{
	if (c < 0x80 || (c >= 0xfe00 && c <= 0xfe0f))
		return 0;	/* variation selectors: of emoji, mostly */
	if (uc_is_property_default_ignorable_code_point(c))
		return 1;
	return category(c, UC_CATEGORY_MASK_Cf) && !is_visible_format(c);
}

/* Controls, and what has no meaning that is known here. */
static int
is_forbidden(ucs4_t c)
{
	return category(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Co) ||
	    uc_is_property_not_a_character(c);
}

static int
has_no_width(ucs4_t c)
{
	return c >= 0x80 && uc_width(c, "UTF-8") == 0;
}

/* Joiners are needed by emoji and by scripts that ASCII is not part of. */
static int
may_join(ucs4_t before, ucs4_t after)
{
	return before >= 0x80 && after >= 0x80 && !is_joiner(before) &&
	    !is_joiner(after) && !is_hidden(after) && !is_forbidden(after) &&
	    !category(after, UC_CATEGORY_MASK_Z);
}

struct screen {
	struct buf	*out;
	int		 lines;
	ucs4_t		 before;	/* last character shown, 0 at first */
	int		 stacked;	/* of no width, in a row */
};

static int
show(struct screen *s, ucs4_t c, ucs4_t after)
{
	if (c == '\r' && after == '\n')
		return 0;
	if (is_joiner(c) ? !may_join(s->before, after) : is_hidden(c))
		return 0;
	if (c == '\n' || c == 0x2028 || c == 0x2029)
		c = s->lines ? '\n' : ' ';
	else if (c == '\t')
		c = s->lines ? '\t' : ' ';
	else if (is_forbidden(c))
		c = BROKEN;
	else if (category(c, UC_CATEGORY_MASK_Zs) && c != IDEOGRAPHIC_SPACE)
		c = ' ';
	if (!has_no_width(c))
		s->stacked = 0;
	else if (s->before <= ' ')
		c = BROKEN;	/* would sit on what we print in front */
	else if (++s->stacked > STACK_MAX)
		return 0;	/* piles of marks climb over other lines */
	s->before = c;
	return add_character(s->out, c);
}

int
text_terminal(const void *bytes, size_t n, int lines, struct buf *out)
{
	struct screen screen = { out, lines, 0, 0 };
	const char *s = bytes;
	ucs4_t c, after;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = character(&c, s, n);
		after = 0;
		if (n > len)
			(void)character(&after, s + len, n - len);
		if (show(&screen, c, after) == -1)
			return -1;
	}
	return 0;
}

/* Columns of c when it stands in column `at`. */
static size_t
columns_of(ucs4_t c, size_t at)
{
	int width;

	if (c == '\t')
		return TAB_COLUMNS - at % TAB_COLUMNS;
	width = uc_width(c, "UTF-8");
	return width > 0 ? (size_t)width : 0;
}

size_t
text_width(const char *text)
{
	size_t n = strlen(text), at = 0, len;
	ucs4_t c;

	for (; n > 0; text += len, n -= len) {
		len = character(&c, text, n);
		at += columns_of(c, at);
	}
	return at;
}

static size_t
fit(const char *s, size_t n, size_t columns)
{
	size_t at = 0, used = 0, end = 0, len, width;
	ucs4_t c;

	while (used < n) {
		len = character(&c, s + used, n - used);
		width = columns_of(c, at);
		if (width > columns - at)
			return end;
		at += width;
		used += len;
		if (!is_joiner(c))
			end = used;
	}
	return used;
}

size_t
text_fit(const char *text, size_t columns)
{
	return fit(text, strlen(text), columns);
}

/* Chinese and Japanese have no blanks; these do not begin a line. */
static int
ends_phrase(ucs4_t c)
{
	return c == 0x3001 || c == 0x3002 || c == 0x300d || c == 0x300f ||
	    c == 0xff01 || c == 0xff09 || c == 0xff0c || c == 0xff0e ||
	    c == 0xff1a || c == 0xff1b || c == 0xff1f;
}

/* One character less, so that what ends a phrase is not alone. */
static size_t
keep_with_phrase(const char *s, size_t n, size_t piece)
{
	size_t last = piece;
	ucs4_t c;

	(void)character(&c, s + piece, n - piece);
	if (!ends_phrase(c))
		return piece;
	do
		last--;
	while (last > 0 && ((unsigned char)s[last] & 0xc0) == 0x80);
	(void)character(&c, s + last, n - last);
	return last > 0 && c >= IDEOGRAPHIC_SPACE ? last : piece;
}

/* Bytes of s for one line: whole words if any, at least one character. */
static size_t
line_piece(const char *s, size_t n, size_t columns)
{
	size_t piece = fit(s, n, columns), i, first;
	ucs4_t c;

	if (piece == n)
		return n;
	if (piece == 0) {
		piece = character(&c, s, n);
		return piece + fit(s + piece, n - piece, 0);
	}
	if (s[piece] == ' ' || s[piece] == '\t')
		return piece;
	for (first = 0; s[first] == ' ' || s[first] == '\t'; first++)
		;
	for (i = piece; i > first; i--)
		if (s[i - 1] == ' ' || s[i - 1] == '\t')
			return i;
	return keep_with_phrase(s, n, piece);
}

/* One line without the blanks at its end; tabs as the blanks they stand for. */
static int
add_line(struct buf *out, const char *indent, const char *s, size_t n)
{
	size_t at = 0, len, width;
	ucs4_t c;

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	len = strlen(indent);
	while (n == 0 && len > 0 && indent[len - 1] == ' ')
		len--;
	if (buf_add(out, indent, len) == -1)
		return -1;
	for (; n > 0; s += len, n -= len) {
		len = character(&c, s, n);
		width = columns_of(c, at);
		at += width;
		if (c != '\t' && buf_add(out, s, len) == -1)
			return -1;
		for (; c == '\t' && width > 0; width--)
			if (buf_addc(out, ' ') == -1)
				return -1;
	}
	return buf_addc(out, '\n');
}

static int
wrap_paragraph(const char *s, size_t n, size_t columns, const char *indent,
    struct buf *out)
{
	size_t piece;

	do {
		piece = line_piece(s, n, columns);
		if (add_line(out, indent, s, piece) == -1)
			return -1;
		for (s += piece, n -= piece;
		    n > 0 && (*s == ' ' || *s == '\t'); s++, n--)
			;
	} while (n > 0);
	return 0;
}

int
text_wrap(const char *text, size_t columns, const char *indent,
    struct buf *out)
{
	size_t taken = text_width(indent), n;

	columns = columns > taken ? columns - taken : 1;
	while (*text != '\0') {
		n = strcspn(text, "\n");
		if (wrap_paragraph(text, n, columns, indent, out) == -1)
			return -1;
		text += n + (text[n] == '\n');
	}
	return 0;
}

/* Bidi embeddings, overrides and isolates: a line that shows another text. */
static int
turns_around(ucs4_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

int
text_is_line(const char *text)
{
	size_t n = strlen(text), len;
	ucs4_t c;

	if (!text_is_utf8(text, n))
		return 0;
	for (; n > 0; text += len, n -= len) {
		len = character(&c, text, n);
		if (category(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Zl |
		    UC_CATEGORY_MASK_Zp) || turns_around(c) ||
		    uc_is_property_not_a_character(c))
			return 0;
	}
	return 1;
}

int
text_is_lines(const char *text)
{
	size_t n = strlen(text), len;
	ucs4_t c;

	if (!text_is_utf8(text, n))
		return 0;
	for (; n > 0; text += len, n -= len) {
		len = character(&c, text, n);
		if (c != '\n' && c != '\t' &&
		    (category(c, UC_CATEGORY_MASK_Cc) ||
		    uc_is_property_not_a_character(c)))
			return 0;
	}
	return 1;
}

/* The start of a name without path, cut in the middle when it is long. */
static int
cut_name(const char *name, struct buf *out)
{
	const char *end = name + strlen(name), *dot, *p;
	size_t keep, room;

	for (p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			name = p + 1;
	if ((size_t)(end - name) <= NAME_BYTES_MAX)
		return buf_adds(out, name);
	dot = strrchr(name, '.');
	if (dot == NULL || end - dot > ENDING_MAX)
		dot = end;
	room = NAME_BYTES_MAX - (size_t)(end - dot);
	keep = (size_t)(dot - name) < room ? (size_t)(dot - name) : room;
	while (keep > 0 && ((unsigned char)name[keep] & 0xc0) == 0x80)
		keep--;
	return buf_add(out, name, keep) == -1 ? -1 : buf_adds(out, dot);
}

/* What a shell, another system or a careless script would stumble over. */
static int
clean_name(const struct buf *name, struct buf *out)
{
	static const char broken[] = "\xef\xbf\xbd";
	size_t i = 0, n = name->len;

	i = strspn(name->bytes, ". -");
	while (n > i && (name->bytes[n - 1] == ' ' ||
	    name->bytes[n - 1] == '.'))
		n--;
	for (; i < n; i++) {
		if (n - i >= 3 && memcmp(name->bytes + i, broken, 3) == 0) {
			i += 2;
			if (buf_addc(out, '_') == -1)
				return -1;
		} else if (buf_addc(out, strchr("\"$*:<>?`|",
		    name->bytes[i]) != NULL ? '_' : name->bytes[i]) == -1)
			return -1;
	}
	return 0;
}

char *
text_file_name(const char *name)
{
	struct buf was, safe;
	int same = 0;

	buf_init(&was, strlen(name));
	buf_init(&safe, 3 * (size_t)NAME_BYTES_MAX);
	(void)cut_name(name, &was);
	while (!same) {		/* what went may have hidden something */
		buf_clear(&safe);
		(void)text_terminal(was.bytes, was.len, 0, &safe);
		buf_clear(&was);
		(void)clean_name(&safe, &was);
		same = was.len == safe.len &&
		    memcmp(was.bytes, safe.bytes, was.len) == 0;
	}
	buf_free(&safe);
	if (was.len == 0) {
		buf_free(&was);
		return mem_strdup("unnamed");
	}
	return buf_take(&was, NULL);
}
