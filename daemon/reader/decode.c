/*
 * Charsets to UTF-8, without ever asking the system for more than what was
 * opened before the sandbox closed: an unknown charset is simply unknown.
 *
 * What is declared is believed only as far as it fits: a few broken bytes
 * become U+FFFD, more of them mean that the label was wrong.  The output is
 * always valid UTF-8.
 */
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/decode.h"
#include "lib/buf.h"
#include "lib/text.h"

#define LABEL_MAX	40
#define BAD		"\xef\xbf\xbd"
/* One broken byte in this many is a slip, more is a wrong label. */
#define SLIPS_PER	20

#define BYTES		256
#define NO_CHARACTER	0xffff	/* of this byte */

struct tables {
	GIConv		 cd;		/* NULL: */
	uint16_t	 of[BYTES];	/* a character for each byte */
};

struct charset {
	const char	*name;		/* as our table spells it */
	const char	*aliases;	/* " a b c ", after squeeze() */
	struct tables	*tables;	/* NULL: the system has none */
};

/*
 * Labels are used loosely in mail, so the larger sibling stands for the
 * smaller one, as browsers do (iso-8859-1 is windows-1252).
 */
static struct charset charsets[] = {
	{ "CP1252", " iso88591 latin1 windows1252 cp1252 l1 iso885911987 "
	    "isolatin1 ansi ", NULL },
	{ "ISO-8859-2", " iso88592 latin2 isolatin2 l2 ", NULL },
	{ "ISO-8859-3", " iso88593 latin3 ", NULL },
	{ "ISO-8859-4", " iso88594 latin4 isolatin4 ", NULL },
	{ "ISO-8859-5", " iso88595 cyrillic isolatincyrillic ", NULL },
	{ "ISO-8859-6", " iso88596 arabic iso88596i iso88596e ", NULL },
	{ "ISO-8859-7", " iso88597 greek ", NULL },
	{ "ISO-8859-8", " iso88598 iso88598i iso88598e hebrew ", NULL },
	{ "CP1254", " iso88599 latin5 windows1254 cp1254 ", NULL },
	{ "ISO-8859-10", " iso885910 latin6 ", NULL },
	{ "ISO-8859-13", " iso885913 latin7 ", NULL },
	{ "ISO-8859-14", " iso885914 latin8 ", NULL },
	{ "ISO-8859-15", " iso885915 latin9 latin0 ", NULL },
	{ "ISO-8859-16", " iso885916 latin10 ", NULL },
	{ "CP1250", " windows1250 cp1250 ", NULL },
	{ "CP1251", " windows1251 cp1251 ", NULL },
	{ "CP1253", " windows1253 cp1253 ", NULL },
	{ "CP1255", " windows1255 cp1255 ", NULL },
	{ "CP1256", " windows1256 cp1256 ", NULL },
	{ "CP1257", " windows1257 cp1257 ", NULL },
	{ "CP1258", " windows1258 cp1258 ", NULL },
	{ "KOI8-R", " koi8r koi8 ", NULL },
	{ "KOI8-U", " koi8u koi8ru ", NULL },
	{ "GB18030", " gb2312 gbk gb18030 cp936 windows936 euccn gb231280 ",
	    NULL },
	{ "BIG5-HKSCS", " big5 big5hkscs cp950 windows950 ", NULL },
	{ "EUC-JP", " eucjp ", NULL },
	{ "ISO-2022-JP-2", " iso2022jp iso2022jp2 ", NULL },
	{ "CP932", " shiftjis sjis cp932 windows31j mskanji ", NULL },
	{ "UHC", " euckr ksc56011987 ksc5601 uhc cp949 windows949 ", NULL },
	{ "ISO-2022-KR", " iso2022kr ", NULL },
	{ "CP874", " tis620 iso885911 windows874 cp874 ", NULL },
	{ "MACINTOSH", " macintosh mac macroman ", NULL },
	{ "IBM437", " ibm437 cp437 437 ", NULL },
	{ "IBM850", " ibm850 cp850 850 ", NULL },
	{ "IBM852", " ibm852 cp852 ", NULL },
	{ "IBM866", " ibm866 cp866 ", NULL },
	{ "CP775", " cp775 ibm775 ", NULL },
	{ "UTF-16", " utf16 ucs2 iso10646ucs2 unicode ", NULL },
	{ "UTF-16LE", " utf16le ", NULL },
	{ "UTF-16BE", " utf16be ", NULL },
	{ "UTF-32", " utf32 ucs4 ", NULL },
	{ "UTF-7", " utf7 unicode11utf7 ", NULL },
};

/* What this byte is by itself: 0, or -1 when it is not always the same. */
static int
look_up(GIConv cd, size_t byte, uint16_t *out)
{
	char in[1] = { (char)byte }, utf8[8], *from = in, *to = utf8;
	gsize left = 1, room = sizeof(utf8);
	gunichar c;

	(void)g_iconv(cd, NULL, NULL, NULL, NULL);
	*out = NO_CHARACTER;
	if (g_iconv(cd, &from, &left, &to, &room) == (gsize)-1)
		return errno == EILSEQ && to == utf8 ? 0 : -1;
	if (to == utf8 || !text_is_utf8(utf8, (size_t)(to - utf8)) ||
	    g_utf8_next_char(utf8) != to ||
	    (c = g_utf8_get_char(utf8)) >= NO_CHARACTER)
		return -1;
	*out = (uint16_t)c;
	to = utf8;
	room = sizeof(utf8);
	return g_iconv(cd, NULL, NULL, &to, &room) == 0 && to == utf8 ? 0 :
	    -1;
}

/*
 * Most are a table.  iconv has each in a library of its own, which makes a
 * fork dearer for every letter, in whatever charset.
 */
static struct tables *
open_tables(const char *name)
{
	struct tables *t = mem_alloc(sizeof(*t));
	size_t i = 0;

	if ((t->cd = g_iconv_open("UTF-8", name)) == (GIConv)-1) {
		free(t);
		return NULL;
	}
	while (i < BYTES && look_up(t->cd, i, &t->of[i]) == 0)
		i++;
	if (i == BYTES) {
		(void)g_iconv_close(t->cd);
		t->cd = NULL;
	}
	return t;
}

void
decode_preload(void)
{
	size_t i;

	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (charsets[i].tables == NULL)
			charsets[i].tables = open_tables(charsets[i].name);
}

/* " iso88591 " from "ISO_8859-1", so that spellings do not matter. */
static int
squeeze(const char *label, char out[LABEL_MAX])
{
	size_t n = 1;

	out[0] = ' ';
	if (strncasecmp(label, "x-", 2) == 0)
		label += 2;
	else if (strncasecmp(label, "cs", 2) == 0)
		label += 2;
	for (; *label != '\0' && *label != '*'; label++) {
		if (!g_ascii_isalnum(*label))
			continue;
		if (n >= LABEL_MAX - 2)
			return -1;
		out[n++] = g_ascii_tolower(*label);
	}
	out[n++] = ' ';
	out[n] = '\0';
	return n > 2 ? 0 : -1;
}

static int
is_utf8_label(const char *key)
{
	return strstr(" utf8 unicode11utf8 ", key) != NULL;
}

static int
is_ascii_label(const char *key)
{
	return strstr(" usascii ascii ansix341968 iso646us 646 "
	    "unknown8bit 8bit default none binary ", key) != NULL;
}

static struct charset *
find(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (charsets[i].tables != NULL &&
		    strstr(charsets[i].aliases, key) != NULL)
			return &charsets[i];
	return NULL;
}

static int
is_ascii(const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] >= 0x80)
			return 0;
	return 1;
}

static int
convert_bytes(const uint16_t of[BYTES], const unsigned char *p, size_t n,
    struct buf *out, size_t *slips)
{
	char utf8[8];
	size_t i;
	int rc;

	*slips = 0;
	for (i = 0; i < n; i++) {
		if (of[p[i]] == NO_CHARACTER) {
			(*slips)++;
			rc = buf_adds(out, BAD);
		} else
			rc = buf_add(out, utf8, (size_t)g_unichar_to_utf8(
			    of[p[i]], utf8));
		if (rc == -1)
			return -1;
	}
	return 0;
}

/*
 * Convert all, counting what did not fit.  0, or -1 when *out is full.
 * iconv may stop at any byte, so each turn either moves or skips one.
 */
static int
convert(const struct tables *t, const char *p, size_t n, struct buf *out,
    size_t *slips)
{
	char *in = (char *)(uintptr_t)p, chunk[4096], *to;
	gsize left = n, room;
	int last;

	if (t->cd == NULL)
		return convert_bytes(t->of, (const unsigned char *)p, n, out,
		    slips);
	*slips = 0;
	(void)g_iconv(t->cd, NULL, NULL, NULL, NULL);
	do {
		to = chunk;
		room = sizeof(chunk);
		last = left == 0;
		if (g_iconv(t->cd, last ? NULL : &in, &left, &to, &room) ==
		    (gsize)-1 && room == sizeof(chunk) && left > 0) {
			(*slips)++;
			in++;
			left--;
			if (buf_adds(out, BAD) == -1)
				return -1;
		}
		/* What iconv wrote is checked: its tables are not ours. */
		if (text_repair(chunk, sizeof(chunk) - room, out) == -1)
			return -1;
	} while (!last);
	return 0;
}

/* Append as charset c if at most one byte in `per` slips (0: none may). */
static int
try_charset(struct charset *c, const void *p, size_t n, size_t per,
    struct buf *out)
{
	size_t mark = out->len, slips = 0;

	if (convert(c->tables, p, n, out, &slips) == -1)
		return -1;
	if (slips == 0 || (per > 0 && slips <= n / per))
		return slips == 0 ? 0 : 1;
	out->len = mark;
	out->bytes[mark] = '\0';
	return 2;
}

/* How much of it reads as UTF-8: characters beyond ASCII, broken bytes. */
static void
weigh_utf8(const unsigned char *p, size_t n, size_t *good, size_t *bad)
{
	size_t i = 0, need, k;

	*good = *bad = 0;
	while (i < n) {
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		need = p[i] >= 0xf0 ? 3 : p[i] >= 0xe0 ? 2 : 1;
		for (k = 1; k <= need && i + k < n &&
		    (p[i + k] & 0xc0) == 0x80; k++)
			;
		if (p[i] >= 0xc2 && p[i] < 0xf5 && k > need) {
			(*good)++;
			i += k;
		} else {
			(*bad)++;
			i++;
		}
	}
}

static int
try_fallbacks(const char *fallbacks, const void *p, size_t n,
    struct buf *out)
{
	char word[LABEL_MAX], key[LABEL_MAX];
	struct charset *c;
	const char *f = fallbacks;
	size_t len;
	int rc;

	while (f != NULL && *(f += strspn(f, " ,\t")) != '\0') {
		len = strcspn(f, " ,\t");
		if (len < sizeof(word)) {
			memcpy(word, f, len);
			word[len] = '\0';
			if (squeeze(word, key) == 0 && (c = find(key)) != NULL
			    && (rc = try_charset(c, p, n, 0, out)) != 2)
				return rc == -1 ? -1 : 1;
		}
		f += len;
	}
	if ((c = find(" cp1252 ")) != NULL &&
	    (rc = try_charset(c, p, n, 1, out)) != 2)
		return rc == -1 ? -1 : 1;
	return text_repair(p, n, out) == -1 ? -1 : 1;
}

int
decode_text(const char *label, const char *fallbacks, const void *p, size_t n,
    struct buf *out)
{
	char key[LABEL_MAX] = "";
	struct charset *c;
	size_t good, bad;
	int rc, known, utf8;

	known = label != NULL && squeeze(label, key) == 0;
	utf8 = known && is_utf8_label(key);
	if (known && !utf8 && (c = find(key)) != NULL &&
	    (rc = try_charset(c, p, n, SLIPS_PER, out)) != 2)
		return rc;
	if (is_ascii(p, n) && (!known || utf8 || is_ascii_label(key)))
		return buf_add(out, p, n) == -1 ? -1 : 0;
	if (text_is_utf8(p, n))
		return buf_add(out, p, n) == -1 ? -1 : !utf8;
	weigh_utf8(p, n, &good, &bad);
	if (good > bad || (utf8 && good == bad))
		return text_repair(p, n, out) == -1 ? -1 : 1;
	return try_fallbacks(fallbacks, p, n, out);
}
