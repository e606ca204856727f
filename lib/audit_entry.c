/*
 * The bytes that an audit entry's hash is of.  Every field is written with its
 * length, and what is absent otherwise than what is empty: an edit that moves
 * a border or turns NULL into '' is another hash.
 *
 * Version 1 wrote a line for each field.  There it must be said by rules what
 * the bytes do not say: nothing is empty, and nothing but the request has
 * more than one line.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/audit_entry.h"
#include "lib/buf.h"
#include "lib/wire.h"

#define ENTRY_MAX	65536

const char *
audit_entry_purpose(int64_t version)
{
	return version == AUDIT_VERSION ? PURPOSE_AUDIT :
	    version == 1 ? PURPOSE_AUDIT_1 : NULL;
}

static int
put_bytes(struct buf *b, const void *bytes, size_t len)
{
	return buf_addf(b, "%zu:", len) == -1 ||
	    buf_add(b, bytes, len) == -1 || buf_addc(b, ',') == -1 ? -1 : 0;
}

static int
put_text(struct buf *b, const char *s)
{
	return s == NULL ? buf_adds(b, "-,") : put_bytes(b, s, strlen(s));
}

static int
put_number(struct buf *b, int64_t n)
{
	struct buf text;
	int result;

	buf_init(&text, 32);
	result = buf_addf(&text, "%" PRId64, n) == -1 ? -1 :
	    put_text(b, text.bytes);
	buf_free(&text);
	return result;
}

static int
print_fields(struct buf *b, const struct audit_entry *x)
{
	return put_number(b, x->seq) == -1 || put_number(b, x->at) == -1 ||
	    put_text(b, x->actor) == -1 || put_text(b, x->action) == -1 ||
	    put_text(b, x->case_id) == -1 || put_text(b, x->detail) == -1 ||
	    put_text(b, x->base) == -1 ||
	    put_bytes(b, x->signer, sizeof(x->signer)) == -1 ||
	    put_bytes(b, x->prev, sizeof(x->prev)) == -1 ? -1 : 0;
}

/* One line, and something on it; optional: or absent. */
static int
is_line(const char *s, int optional)
{
	return s == NULL ? optional :
	    *s != '\0' && strchr(s, '\n') == NULL;
}

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

static int
print_lines(struct buf *b, const struct audit_entry *x)
{
	char signer[2 * SIGN_PUBLIC + 1], prev[2 * SEAL_HASH + 1];

	if (!is_line(x->actor, 0) || !is_line(x->action, 0) ||
	    !is_line(x->case_id, 1) || !is_line(x->detail, 1) ||
	    (x->base != NULL && *x->base == '\0'))
		return -1;
	wire_hex(signer, x->signer, sizeof(x->signer));
	wire_hex(prev, x->prev, sizeof(x->prev));
	return buf_addf(b, "%" PRId64 "\n%" PRId64 "\n%s\n%s\n%s\n%s\n%s\n"
	    "%s\n%s", x->seq, x->at, x->actor, x->action,
	    or_empty(x->case_id), or_empty(x->detail), or_empty(x->base),
	    signer, prev);
}

int
audit_entry_hash(const struct audit_entry *x, unsigned char out[SEAL_HASH])
{
	const char *purpose = audit_entry_purpose(x->v);
	struct buf b;
	int result = -1;

	memset(out, 0, SEAL_HASH);
	buf_init(&b, ENTRY_MAX);
	if (purpose != NULL && (x->v == 1 ? print_lines(&b, x) :
	    print_fields(&b, x)) == 0) {
		seal_hash(out, purpose, b.bytes, b.len);
		result = 0;
	}
	buf_free(&b);
	return result;
}
