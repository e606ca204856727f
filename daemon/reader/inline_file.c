/*
 * Files inside of a text, by their first line, their last, and between them
 * only lines that fit: whatever does not is text and stays.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/inline_file.h"
#include "lib/buf.h"
#include "lib/text.h"

#define NAME_MAX_LEN	200
#define UU_VALUE(c)	(((unsigned char)(c) - 32) & 63)

struct line {
	const char	*at;
	size_t		 len;		/* without its end */
	const char	*next;
};

struct block {
	const char	*from;		/* its first line; NULL: none yet */
	const char	*body;		/* the lines behind it */
	const char	*name;
	size_t		 name_len;
	int		 yenc;
};

static struct line
line_at(const char *p, const char *end)
{
	struct line l = { p, 0, end };
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	l.len = (size_t)((nl == NULL ? end : nl) - p);
	if (nl != NULL)
		l.next = nl + 1;
	if (l.len > 0 && p[l.len - 1] == '\r')
		l.len--;
	return l;
}

static int
starts(const struct line *l, const char *word)
{
	size_t n = strlen(word);

	return l->len >= n && memcmp(l->at, word, n) == 0;
}

static void
begin(struct block *b, const struct line *l, size_t name, int yenc)
{
	if (name >= l->len || l->len - name > NAME_MAX_LEN)
		return;
	b->from = l->at;
	b->body = l->next;
	b->name = l->at + name;
	b->name_len = l->len - name;
	b->yenc = yenc;
}

/* "begin 644 name" or "=ybegin line=128 size=9 name=x" */
static void
look(struct block *b, const struct line *l)
{
	const char *p;
	size_t n = 6;

	b->from = NULL;
	if (starts(l, "=ybegin ")) {
		p = memmem(l->at, l->len, " name=", 6);
		if (p != NULL)
			begin(b, l, (size_t)(p + 6 - l->at), 1);
	} else if (starts(l, "begin ")) {
		while (n < l->len && n < 10 && l->at[n] >= '0' &&
		    l->at[n] <= '7')
			n++;
		if (n >= 9 && n < l->len && l->at[n] == ' ')
			begin(b, l, n + 1, 0);
	}
}

/* A line of data says how long it is. */
static int
is_uu(const struct line *l)
{
	size_t want, i;

	if (l->len == 0 || l->at[0] < 32 || l->at[0] > 96)
		return 0;
	want = 1 + ((size_t)UU_VALUE(l->at[0]) + 2) / 3 * 4;
	if (l->len > want + 1 || l->len + 2 < want)
		return 0;	/* some write a check behind it */
	for (i = 1; i < l->len; i++)
		if (l->at[i] < 32 || l->at[i] > 96)
			return 0;
	return 1;
}

static void
add_uu(GByteArray *out, const struct line *l)
{
	size_t n = UU_VALUE(l->at[0]), i, k;
	unsigned v[4];
	guint8 three[3];

	for (i = 1; n > 0; i += 4) {
		for (k = 0; k < 4; k++)
			v[k] = i + k < l->len ? UU_VALUE(l->at[i + k]) : 0;
		three[0] = (guint8)(v[0] << 2 | v[1] >> 4);
		three[1] = (guint8)(v[1] << 4 | v[2] >> 2);
		three[2] = (guint8)(v[2] << 6 | v[3]);
		g_byte_array_append(out, three, n < 3 ? (guint)n : 3);
		n -= n < 3 ? n : 3;
	}
}

static void
add_yenc(GByteArray *out, const struct line *l)
{
	size_t i;
	guint8 c;

	if (starts(l, "=ypart "))
		return;
	for (i = 0; i < l->len; i++) {
		c = (guint8)l->at[i];
		if (c == '=' && i + 1 < l->len)
			c = (guint8)((guint8)l->at[++i] - 64);
		c = (guint8)(c - 42);
		g_byte_array_append(out, &c, 1);
	}
}

static GByteArray *
decode(const struct block *b, const char *end)
{
	GByteArray *out = g_byte_array_new();
	struct line l;
	const char *p;

	for (p = b->body; p < end; p = l.next) {
		l = line_at(p, end);
		if (b->yenc)
			add_yenc(out, &l);
		else
			add_uu(out, &l);
	}
	return out;
}

static char *
name_of(const struct block *b)
{
	struct buf safe;
	char *name;

	buf_init(&safe, 4 * NAME_MAX_LEN);
	(void)text_repair(b->name, b->name_len, &safe);
	name = text_file_name(safe.bytes);
	buf_free(&safe);
	return name;
}

/* 1 when the line ends the block, 0 when it goes on; else it was none. */
static int
goes_on(struct block *b, const struct line *l)
{
	if (b->yenc && starts(l, "=yend"))
		return 1;
	if (!b->yenc && l->len == 3 && starts(l, "end") && l->at > b->body)
		return 1;
	if (b->yenc ? starts(l, "=ybegin ") : !is_uu(l) && l->len > 0)
		look(b, l);
	return 0;
}

int
inline_file_take(GByteArray *text, size_t *at, char **name, GByteArray **file)
{
	const char *start = (const char *)text->data, *p = start + *at;
	const char *end = start + text->len;
	struct block b = { NULL, NULL, NULL, 0, 0 };
	size_t from, to, n;
	struct line l;

	for (; text->len > 0 && p < end; p = l.next) {
		l = line_at(p, end);
		if (b.from == NULL)
			look(&b, &l);
		else if (goes_on(&b, &l))
			break;
	}
	if (text->len == 0 || p >= end)
		return 0;
	*file = decode(&b, l.at);
	*name = name_of(&b);
	from = (size_t)(b.from - start);
	to = (size_t)(l.next - start);
	/* As it was written there, in the charset of the text. */
	n = b.name_len + 3;
	memmove(text->data + from + 1, b.name, b.name_len);
	text->data[from] = '[';
	memcpy(text->data + from + n - 2, "]\n", 2);
	g_byte_array_remove_range(text, (guint)(from + n),
	    (guint)(to - from - n));
	*at = from + n;
	return 1;
}
