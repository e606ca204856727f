/*
 * multipart/form-data (RFC 7578), as browsers write it and no other way.
 *
 *   --BOUNDARY CRLF
 *   Content-Disposition: form-data; name="letter" CRLF CRLF
 *   value CRLF
 *   --BOUNDARY CRLF
 *   Content-Disposition: form-data; name="file"; filename="a.jpg" CRLF
 *   Content-Type: image/jpeg CRLF CRLF
 *   bytes CRLF
 *   --BOUNDARY-- CRLF
 *
 * What mail allows and browsers never do is refused: a preamble, an epilogue,
 * blanks behind a boundary, folded headers, comments, transfer encodings,
 * filename*.  Sizes and counts are those of the caller; a header block has
 * its own bound here.
 */
#include <string.h>
#include <strings.h>

#include "daemon/http/form_inside.h"

#define HEADERS_MAX	(FORM_FILE_NAME_MAX + 2048)	/* of one part */
#define PARTS_MAX	1000
#define TYPE_MAX	127
#define TYPE_UNKNOWN	"application/octet-stream"
/* RFC 9110 5.6.2, and the slash of a type. */
#define TOKEN_CHARS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
			"0123456789!#$%&'*+-.^_`|~"
#define TYPE_CHARS	TOKEN_CHARS "/"

struct reading {
	struct form	*form;
	const char	*boundary;	/* CRLF, two hyphens, boundary */
	size_t		 boundary_len;
	const char	*p, *end;
	/* The part at hand; its strings are kept in the form. */
	const char	*name, *file, *type;
	int		 disposed;	/* has its Content-Disposition */
};

static int
broken(struct reading *r, struct err *e, const char *what)
{
	return form_fault(r->form, FORM_BROKEN, e, "the form cannot be read: "
	    "%s", what);
}

/*
 * A quoted string of a header, from its first quote on; kept, and *p stands
 * behind it. Browsers write %22 for a quote, others \", and old ones a path
 * with single backslashes.
 */
static const char *
quoted(struct reading *r, const char **p, const char *end)
{
	char text[FORM_FILE_NAME_MAX];
	const char *s = *p;
	size_t n = 0;

	if (s == end || *s++ != '"')
		return NULL;
	for (; s < end && *s != '"'; s++) {
		if (*s == '\\' && end - s > 1 && (s[1] == '"' || s[1] == '\\'))
			s++;
		if (n == sizeof(text))
			return NULL;
		text[n++] = *s;
	}
	if (s == end)
		return NULL;
	*p = s + 1;
	return form_keep(r->form, text, n);
}

/* "; name="a"" or "; filename="b"": once each, and nothing else. */
static int
disposition(struct reading *r, const char *p, const char *end,
    struct err *e)
{
	const char **into, *equal;
	size_t n;

	if (r->disposed || end - p < 9 || strncasecmp(p, "form-data", 9) != 0)
		return broken(r, e, "a part has not one disposition");
	r->disposed = 1;
	for (p += 9; p < end;) {
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p == end || *p++ != ';')
			return broken(r, e, "a disposition has a wrong end");
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if ((equal = memchr(p, '=', (size_t)(end - p))) == NULL)
			return broken(r, e, "a disposition has a wrong end");
		n = (size_t)(equal - p);
		into = NULL;
		if (n == 4 && strncasecmp(p, "name", 4) == 0)
			into = &r->name;
		else if (n == 8 && strncasecmp(p, "filename", 8) == 0)
			into = &r->file;
		if (into == NULL || *into != NULL)
			return broken(r, e, "a disposition has more than a "
			    "name and a file name");
		p = equal + 1;
		if ((*into = quoted(r, &p, end)) == NULL)
			return broken(r, e, "a name is too long or does not "
			    "end");
	}
	return 0;
}

/* Its first two words, made harmless; the bytes of a file decide more. */
static int
content_type(struct reading *r, const char *p, const char *end,
    struct err *e)
{
	const char *slash;
	size_t n;

	if (r->type != NULL)
		return broken(r, e, "a part has two types");
	for (n = 0; p + n < end && p[n] != '\0' &&
	    strchr(TYPE_CHARS, p[n]) != NULL; n++)
		;
	slash = memchr(p, '/', n);
	if (n > TYPE_MAX || slash == NULL || slash == p ||
	    slash == p + n - 1 || memchr(slash + 1, '/', (size_t)(p + n -
	    slash - 1)) != NULL)
		r->type = TYPE_UNKNOWN;
	else
		r->type = form_keep(r->form, p, n);
	return 0;
}

/* One line of a part's header, without its CRLF. */
static int
header(struct reading *r, const char *line, const char *end,
    struct err *e)
{
	const char *colon = memchr(line, ':', (size_t)(end - line)), *value;
	size_t n, i;

	if (memchr(line, '\0', (size_t)(end - line)) != NULL ||
	    memchr(line, '\r', (size_t)(end - line)) != NULL ||
	    memchr(line, '\n', (size_t)(end - line)) != NULL)
		return broken(r, e, "a header has a byte that no header has");
	n = colon == NULL ? 0 : (size_t)(colon - line);
	for (i = 0; i < n; i++)
		if (strchr(TOKEN_CHARS, line[i]) == NULL)
			break;
	if (n == 0 || i < n)
		return broken(r, e, "a header has no name");
	for (value = colon + 1; value < end && (*value == ' ' || *value ==
	    '\t'); value++)
		;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (n == 19 && strncasecmp(line, "Content-Disposition", n) == 0)
		return disposition(r, value, end, e);
	if (n == 12 && strncasecmp(line, "Content-Type", n) == 0)
		return content_type(r, value, end, e);
	if (n == 25 && strncasecmp(line, "Content-Transfer-Encoding", n) == 0)
		return broken(r, e, "a part is encoded");
	return 0;
}

/* The header of a part and the empty line behind it. */
static int
headers(struct reading *r, struct err *e)
{
	size_t left = (size_t)(r->end - r->p), n;
	const char *limit, *line_end;

	limit = r->p + (left < HEADERS_MAX ? left : HEADERS_MAX);
	r->name = r->file = r->type = NULL;
	r->disposed = 0;
	for (;;) {
		line_end = memmem(r->p, (size_t)(limit - r->p), "\r\n", 2);
		if (line_end == NULL)
			return broken(r, e, "the header of a part does not "
			    "end");
		n = (size_t)(line_end - r->p);
		if (n > 0 && header(r, r->p, line_end, e) == -1)
			return -1;
		r->p = line_end + 2;
		if (n > 0)
			continue;
		if (r->name == NULL)
			return broken(r, e, "a part has no name");
		return form_check_name(r->form, r->name, strlen(r->name), e);
	}
}

static int
add_part(struct reading *r, const char *bytes, size_t len, struct err *e)
{
	struct form_file file = { r->name, r->file, r->type, bytes, len };

	if (r->file == NULL)
		return form_add_field(r->form, r->name,
		    form_keep(r->form, bytes, len), len, e);
	/* A browser sends this for a file field that was left empty. */
	if (r->file[0] == '\0' && len == 0)
		return 0;
	if (r->type == NULL)
		file.type = TYPE_UNKNOWN;
	return form_add_file(r->form, &file, e);
}

/*
 * What stands behind a boundary: 1 when another part follows, 0 at the end
 * of the body, -1 with *e.
 */
static int
behind_boundary(struct reading *r, struct err *e)
{
	size_t left = (size_t)(r->end - r->p);

	if (left >= 2 && memcmp(r->p, "\r\n", 2) == 0) {
		r->p += 2;
		return 1;
	}
	if (left >= 2 && memcmp(r->p, "--", 2) == 0 && (left == 2 ||
	    (left == 4 && memcmp(r->p + 2, "\r\n", 2) == 0)))
		return 0;
	return broken(r, e, "a boundary has a wrong end");
}

/* All parts, from the first boundary on, whose CRLF there is none of. */
static int
parts(struct reading *r, struct err *e)
{
	const char *next, *begin;
	unsigned int n;
	int more;

	if ((size_t)(r->end - r->p) < r->boundary_len - 2 ||
	    memcmp(r->p, r->boundary + 2, r->boundary_len - 2) != 0)
		return broken(r, e, "it does not begin with its boundary");
	r->p += r->boundary_len - 2;
	for (n = 0; (more = behind_boundary(r, e)) == 1; n++) {
		if (n == PARTS_MAX)
			return broken(r, e, "it has too many parts");
		if (headers(r, e) == -1)
			return -1;
		/* The empty line may be the one before the boundary. */
		begin = r->p - 2;
		next = memmem(begin, (size_t)(r->end - begin), r->boundary,
		    r->boundary_len);
		if (next == NULL)
			return broken(r, e, "its last boundary is missing");
		if (next == begin)
			return broken(r, e, "a part has no content");
		begin += 2;
		if (add_part(r, begin, (size_t)(next - begin), e) == -1)
			return -1;
		r->p = next + r->boundary_len;
	}
	return more;
}

int
form_multipart(struct form *f, const char *boundary, const char *body,
    size_t len, struct err *e)
{
	char line[FORM_BOUNDARY_MAX + 5] = "\r\n--";
	struct reading r = { f, line, 0, body, body + len, NULL, NULL, NULL,
	    0 };

	r.boundary_len = 4 + strlen(boundary);
	memcpy(line + 4, boundary, strlen(boundary) + 1);
	return parts(&r, e);
}
