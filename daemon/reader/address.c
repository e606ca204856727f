/*
 * Addresses in headers.
 *
 * Who wrote decides who may be answered, so this is not a lenient parser that
 * finds an address in anything: what is not plainly one mailbox is counted as
 * odd, and the caller makes nothing of it.  No recursion: a comment of
 * 200,000 parentheses is a counter.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/reader/address.h"
#include "daemon/reader/decode.h"
#include "lib/buf.h"
#include "lib/text.h"

#define NAME_MAX_LEN	200
/* Pieces between commas that make up one name. */
#define PIECES_MAX	20

/* One mailbox while it is read. */
struct box {
	struct buf	 phrase;	/* outside of < >: decoded name */
	struct buf	 plain;		/* the same, raw, without blanks */
	struct buf	 angle;		/* inside of < > */
	struct buf	 comment;	/* the last one, for "a@b (Name)" */
	struct buf	 atoms;		/* raw text that waits to be decoded */
	int		 angles, quoted, group, pieces;
	size_t		 max;		/* of every buffer */
	const char	*fallbacks;
};

static void
flush_atoms(struct box *b)
{
	(void)decode_words(b->fallbacks, b->atoms.bytes, b->atoms.len,
	    &b->phrase);
	buf_clear(&b->atoms);
}

static void
clear(struct box *b)
{
	buf_clear(&b->phrase);
	buf_clear(&b->plain);
	buf_clear(&b->angle);
	buf_clear(&b->comment);
	buf_clear(&b->atoms);
	b->angles = b->quoted = b->pieces = 0;
}

/* One line that is safe to show, or NULL. */
static char *
name_of(const struct buf *raw)
{
	struct buf safe;
	char *s, *end, *to;

	buf_init(&safe, raw->len * 3 + 16);
	(void)text_terminal(raw->bytes, raw->len, 0, &safe);
	for (s = to = safe.bytes; *s != '\0'; s++)
		if (*s != ' ' || s[1] != ' ')
			*to++ = *s;
	*to = '\0';
	s = safe.bytes + strspn(safe.bytes, " ");
	end = s + strlen(s);
	if ((size_t)(end - s) > NAME_MAX_LEN) {
		end = s + NAME_MAX_LEN;
		while (end > s && ((unsigned char)*end & 0xc0) == 0x80)
			end--;
	}
	while (end > s && end[-1] == ' ')
		end--;
	*end = '\0';
	s = *s == '\0' ? NULL : mem_strdup(s);
	buf_free(&safe);
	return s;
}

/* "<@route:a@b>": the route was abolished long ago and says nothing. */
static const char *
without_route(const char *s)
{
	const char *colon;

	if (*s == '@' && (colon = strrchr(s, ':')) != NULL)
		return colon + 1;
	return s;
}

/*
 * The mailbox ends here. Without any '@' it was only a piece of a name
 * ("Tamm, Mari <m@x>") and goes on.
 */
static void
end_box(struct addresses *list, struct box *b, int last)
{
	const struct buf *name = &b->phrase;
	const char *address;

	flush_atoms(b);
	if (b->angles == 0 && strchr(b->plain.bytes, '@') == NULL) {
		if (last && (b->plain.len > 0 || b->quoted))
			list->odd = 1;
		if (!last && b->phrase.len > 0)
			(void)buf_adds(&b->phrase, ", ");
		if (b->pieces++ == PIECES_MAX) {
			list->odd = 1;
			clear(b);
		}
		return;
	}
	if (b->angles > 0) {
		address = without_route(b->angle.bytes);
	} else {
		address = b->plain.bytes;
		name = NULL;
		if (b->quoted)
			list->odd = 1;
	}
	if (name == NULL ||
	    strspn(name->bytes, " ") == strlen(name->bytes))
		name = &b->comment;
	if (b->angles > 1 ||
	    text_address_check(address, NULL) == -1) {
		list->odd = 1;
	} else if (list->n == ADDRESS_MAX) {
		list->more = 1;
	} else {
		list->v[list->n].name = name_of(name);
		list->v[list->n].address = mem_strdup(address);
		list->n++;
	}
	clear(b);
}

/* p stands behind '('; returns behind the ')' that closes it. */
static const char *
read_comment(const char *p, struct box *b)
{
	struct buf raw;
	size_t depth = 1;

	buf_init(&raw, b->max);
	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			break;
		(void)buf_addc(&raw, *p);
	}
	buf_clear(&b->comment);
	if (depth == 0)
		(void)decode_words(b->fallbacks, raw.bytes, raw.len,
		    &b->comment);
	buf_free(&raw);
	return *p == '\0' ? p : p + 1;
}

/* p stands behind '"'; its text is a name, never an encoded word. */
static const char *
read_quoted(const char *p, struct box *b)
{
	struct buf raw;

	flush_atoms(b);
	buf_init(&raw, b->max);
	for (; *p != '\0' && *p != '"'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		(void)buf_addc(&raw, *p);
	}
	(void)decode_text(NULL, b->fallbacks, raw.bytes, raw.len, &b->phrase);
	buf_free(&raw);
	b->quoted++;
	return *p == '\0' ? p : p + 1;
}

/* p stands behind '<'; returns behind its '>'. */
static const char *
read_angle(const char *p, struct box *b, struct addresses *list)
{
	flush_atoms(b);
	b->angles++;
	buf_clear(&b->angle);
	for (; *p != '\0' && *p != '>'; p++) {
		if (*p == '<' || *p == '"')
			list->odd = 1;
		if (*p != ' ' && *p != '\t')
			(void)buf_addc(&b->angle, *p);
	}
	if (*p == '\0')
		list->odd = 1;
	return *p == '\0' ? p : p + 1;
}

static void
read_plain(struct box *b, struct addresses *list, char c)
{
	if (c == ' ' || c == '\t') {
		(void)buf_addc(&b->atoms, ' ');
		return;
	}
	/* "a@b c@d": two addresses without a comma are no mailbox. */
	if (b->angles > 0)
		list->odd = 1;
	if (b->angles == 0 && b->plain.len > 0 && b->atoms.len > 0 &&
	    b->atoms.bytes[b->atoms.len - 1] == ' ')
		(void)buf_addc(&b->plain, ' ');
	(void)buf_addc(&b->plain, c);
	(void)buf_addc(&b->atoms, c);
}

void
address_add(struct addresses *list, const char *p, const char *fallbacks)
{
	struct box b;

	memset(&b, 0, sizeof(b));
	b.fallbacks = fallbacks;
	b.max = strlen(p) * 4 + 64;
	buf_init(&b.phrase, b.max);
	buf_init(&b.plain, b.max);
	buf_init(&b.angle, b.max);
	buf_init(&b.comment, b.max);
	buf_init(&b.atoms, b.max);
	while (*p != '\0') {
		char c = *p++;

		if (c == '(') {
			p = read_comment(p, &b);
		} else if (c == '"') {
			p = read_quoted(p, &b);
		} else if (c == '<') {
			p = read_angle(p, &b, list);
		} else if (c == ',' || (c == ';' && b.group)) {
			end_box(list, &b, c == ';');
			b.group = c == ';' ? 0 : b.group;
		} else if (c == ':' && !b.group && b.angles == 0 &&
		    strchr(b.plain.bytes, '@') == NULL) {
			b.group = list->odd = 1;
			clear(&b);
		} else {
			read_plain(&b, list, c);
		}
	}
	end_box(list, &b, 1);
	buf_free(&b.phrase);
	buf_free(&b.plain);
	buf_free(&b.angle);
	buf_free(&b.comment);
	buf_free(&b.atoms);
}

void
address_free(struct addresses *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		free(list->v[i].name);
		free(list->v[i].address);
	}
	memset(list, 0, sizeof(*list));
}

const char *
address_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? "" : at + 1;
}

static int
same_key(const char *a, const char *b)
{
	char *x = text_address_key(a, NULL), *y = text_address_key(b, NULL);
	int same = x != NULL && y != NULL && strcmp(x, y) == 0;

	free(x);
	free(y);
	return same;
}

int
address_equal(const char *a, const char *b)
{
	return same_key(a, b);
}

/* A new string without "+detail". */
static char *
without_detail(const char *address)
{
	const char *at = strrchr(address, '@');
	const char *plus = strchr(address, '+');
	char *s = mem_strdup(address);

	if (plus != NULL && at != NULL && plus < at && plus > address)
		memmove(s + (plus - address), at, strlen(at) + 1);
	return s;
}

int
address_same(const char *a, const char *b)
{
	char *x = without_detail(a), *y = without_detail(b);
	int same = same_key(x, y);

	free(x);
	free(y);
	return same;
}
