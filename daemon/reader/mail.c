/*
 * The header block of a letter, line by line.
 *
 * Everything that decides about a letter (who wrote, which class, is it
 * verified) is read from these fields; the MIME parser gets only Content-*,
 * in a clean form, for it is quadratic in long lists of addresses.  Line ends
 * in the header are CRLF, LF or a lone CR; the body keeps its bytes unless it
 * knows lone CRs only.  One pass, limits before anything is stored.
 */
#include <string.h>
#include <strings.h>

#include "daemon/reader/mail.h"

#define NAME_MAX_LEN	80
#define MIME_LINE	"MIME-Version: 1.0\n"

/* One line of the input: [at, end), and where the next one starts. */
struct line {
	const char	*at;
	size_t		 len;
	const char	*next;
	int		 lone_cr;
};

static struct line
line_at(const char *p, const char *end)
{
	struct line l = { p, 0, end, 0 };
	const char *q = p;

	while (q < end && *q != '\n' && *q != '\r')
		q++;
	l.len = (size_t)(q - p);
	if (q == end)
		return l;
	if (*q == '\r') {
		l.lone_cr = q + 1 == end || q[1] != '\n';
		q += l.lone_cr ? 1 : 2;
	} else {
		q++;
	}
	l.next = q;
	return l;
}

/* Bytes of the field name in front of its colon, 0 if it is no field. */
static size_t
name_len(const struct line *l)
{
	size_t n = 0, end;

	while (n < l->len && n <= NAME_MAX_LEN && l->at[n] > 0x20 &&
	    l->at[n] < 0x7f && l->at[n] != ':')
		n++;
	if (n == 0 || n > NAME_MAX_LEN)
		return 0;
	for (end = n; end < l->len && (l->at[end] == ' ' ||
	    l->at[end] == '\t'); end++)
		;
	return end < l->len && l->at[end] == ':' ? n : 0;
}

static int
is_folded(const struct line *l)
{
	return l->len > 0 && (l->at[0] == ' ' || l->at[0] == '\t');
}

/* Append a line without its NULs and blanks behind. */
static int
add_clean(struct mail *m, struct buf *out, const char *at, size_t len)
{
	size_t i;

	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	if (memchr(at, '\0', len) == NULL)
		return buf_add(out, at, len);
	m->nul = 1;
	for (i = 0; i < len; i++)
		if (at[i] != '\0' && buf_addc(out, at[i]) == -1)
			return -1;
	return 0;
}

/*
 * Offsets first: the buffer of names may move while it grows.  They are
 * turned into pointers when the block is complete.
 */
struct place {
	size_t	name, value;
};

static int
add_field(struct mail *m, const struct line *l, struct place *places)
{
	size_t n = name_len(l), skip = n;

	if (m->nfields == MAIL_FIELDS_MAX)
		return -1;
	while (l->at[skip] != ':')
		skip++;
	skip++;
	while (skip < l->len && (l->at[skip] == ' ' || l->at[skip] == '\t'))
		skip++;
	if (m->nfields > 0)
		(void)buf_addc(&m->names, '\0');
	places[m->nfields].name = m->names.len;
	(void)buf_add(&m->names, l->at, n);
	(void)buf_addc(&m->names, '\0');
	places[m->nfields].value = m->names.len;
	m->nfields++;
	(void)add_clean(m, &m->names, l->at + skip, l->len - skip);
	m->passed_on = n > 8 && strncasecmp(l->at, "Content-", 8) == 0;
	if (m->passed_on) {
		(void)buf_add(&m->bytes, l->at, n);
		(void)buf_adds(&m->bytes, ": ");
		(void)add_clean(m, &m->bytes, l->at + skip, l->len - skip);
		(void)buf_addc(&m->bytes, '\n');
	}
	return 0;
}

static void
add_folded(struct mail *m, const struct line *l)
{
	size_t skip = 0;

	while (skip < l->len && (l->at[skip] == ' ' || l->at[skip] == '\t'))
		skip++;
	if (skip == l->len)
		return;		/* a line of blanks would end the block */
	(void)buf_addc(&m->names, ' ');
	(void)add_clean(m, &m->names, l->at + skip, l->len - skip);
	if (m->passed_on) {
		(void)buf_addc(&m->bytes, ' ');
		(void)add_clean(m, &m->bytes, l->at + skip, l->len - skip);
		(void)buf_addc(&m->bytes, '\n');
	}
}

/*
 * Read the block; *pp is left at the body.  A line that is no field is
 * dropped when a field follows, else the body starts with it: somebody forgot
 * the empty line, and the words behind it are the letter.
 */
static int
read_block(struct mail *m, const char **pp, const char *end,
    struct place *places, const char **why)
{
	const char *begin = *pp, *p = *pp;
	struct line l, next;

	for (; p < end; p = l.next) {
		l = line_at(p, end);
		if ((size_t)(l.at + l.len - begin) > MAIL_HEADER_MAX) {
			*why = "the header is too large";
			return -1;
		}
		if (l.lone_cr)
			m->bare_cr = 1;
		if (l.len == 0) {
			*pp = l.next;
			return 0;
		}
		if (name_len(&l) > 0) {
			if (add_field(m, &l, places) == -1) {
				*why = "too many header lines";
				return -1;
			}
		} else if (is_folded(&l) && m->nfields > 0) {
			add_folded(m, &l);
		} else {
			next = line_at(l.next, end);
			if (name_len(&next) == 0)
				break;
		}
	}
	*pp = p;
	return 0;
}

/* The body as it is, or with LF where it knows only lone CRs. */
static int
add_body(struct mail *m, const char *p, const char *end)
{
	size_t n = (size_t)(end - p), i;

	if (buf_addc(&m->bytes, '\n') == -1)
		return -1;
	m->body = m->bytes.len;
	if (buf_add(&m->bytes, p, n) == -1)
		return -1;
	if (n == 0 || memchr(p, '\n', n) != NULL)
		return 0;
	for (i = m->body; i < m->bytes.len; i++)
		if (m->bytes.bytes[i] == '\r')
			m->bytes.bytes[i] = '\n';
	return 0;
}

int
mail_open(struct mail *m, const void *bytes, size_t len, const char **why)
{
	struct place places[MAIL_FIELDS_MAX];
	const char *p = bytes, *end = p + len;
	struct line l;
	size_t i;

	m->nfields = 0;
	m->nul = m->bare_cr = m->passed_on = 0;
	m->body = 0;
	/* Blanks of folded lines shrink; "name: " may add a blank each. */
	buf_init(&m->names, 2 * MAIL_HEADER_MAX);
	buf_init(&m->bytes, len + 4 * MAIL_FIELDS_MAX + 64);
	(void)buf_adds(&m->bytes, MIME_LINE);
	l = line_at(p, end);
	if (l.len > 5 && memcmp(l.at, "From ", 5) == 0)
		p = l.next;		/* the mark of an mbox */
	l = line_at(p, end);
	if (name_len(&l) > 0 &&
	    read_block(m, &p, end, places, why) == -1)
		return -1;
	/* A letter of lone CRs only is merely old, not odd. */
	if (m->bare_cr && len > 0 && memchr(bytes, '\n', len) == NULL)
		m->bare_cr = 0;
	if (add_body(m, p, end) == -1) {
		*why = "the letter is too large";
		return -1;
	}
	for (i = 0; i < m->nfields; i++) {
		m->fields[i].name = m->names.bytes + places[i].name;
		m->fields[i].value = m->names.bytes + places[i].value;
	}
	return 0;
}

void
mail_free(struct mail *m)
{
	buf_free(&m->bytes);
	buf_free(&m->names);
	m->nfields = 0;
}

const char *
mail_next(const struct mail *m, const char *name, size_t *at)
{
	size_t i;

	for (i = *at; i < m->nfields; i++)
		if (strcasecmp(m->fields[i].name, name) == 0) {
			*at = i + 1;
			return m->fields[i].value;
		}
	*at = m->nfields;
	return NULL;
}

const char *
mail_field(const struct mail *m, const char *name)
{
	size_t at = 0;

	return mail_next(m, name, &at);
}

size_t
mail_count(const struct mail *m, const char *name)
{
	size_t at = 0, n = 0;

	while (mail_next(m, name, &at) != NULL)
		n++;
	return n;
}
