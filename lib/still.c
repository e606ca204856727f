/*
 * Reading statements.  The bytes that were signed are kept and are the
 * truth; reading is strict.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/said.h"
#include "lib/still.h"

static const char *const members[] = { "at", "by", "case", "draft",
    "last_read", "letter", "revision", "v", NULL };

void
still_letter_hash(unsigned char out[SEAL_HASH], const void *bytes, size_t len)
{
	seal_hash(out, STILL_LETTER_HASH, bytes, len);
}

char *
still_print(const struct still_statement *s, size_t *len)
{
	json_t *o = json_pack("{s:I, s:s, s:s, s:I, s:o, s:I, s:i}",
	    "at", (json_int_t)s->at, "by", s->by, "case", s->letter.case_id,
	    "draft", (json_int_t)s->letter.draft, "last_read",
	    letter_read_print(s->last_read, s->nlast_read), "revision",
	    (json_int_t)s->letter.revision, "v", 1);

	wire_set_hex(o, "letter", s->letter.hash, SEAL_HASH);
	return wire_print_free(o, len);
}

static int
get_all(struct still_statement *s, const json_t *o, struct err *e)
{
	if (said_head(o, members, s->letter.case_id, s->by, &s->at,
	    e) == -1 ||
	    wire_get_int(o, "draft", 1, WIRE_TOP, &s->letter.draft,
	    e) == -1 ||
	    wire_get_int(o, "revision", 1, WIRE_TOP, &s->letter.revision,
	    e) == -1 ||
	    wire_get_hex(o, "letter", s->letter.hash, SEAL_HASH, e) == -1 ||
	    letter_read_get(o, s->last_read, &s->nlast_read, e) == -1)
		return -1;
	if (letter_read_find(s->last_read, s->nlast_read,
	    s->letter.case_id) != NULL)
		return 0;
	err_set(e, ERR_INPUT, "'last_read' lacks the letter's case");
	return -1;
}

int
still_parse(struct still_statement *s, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o;
	int result = -1;

	memset(s, 0, sizeof(*s));
	if ((o = wire_parse_most(bytes, len, STILL_MAX, e)) != NULL)
		result = get_all(s, o, e);
	json_decref(o);
	return result;
}

int
still_holds(const struct roster_person *p, const struct still_letter *letter,
    const void *bytes, size_t len, const unsigned char signature[SIGN_LEN],
    struct still_statement *out)
{
	return p != NULL && p->active &&
	    still_parse(out, bytes, len, NULL) == 0 &&
	    strcmp(out->by, p->name) == 0 &&
	    strcmp(out->letter.case_id, letter->case_id) == 0 &&
	    out->letter.draft == letter->draft &&
	    out->letter.revision == letter->revision &&
	    seal_equal(out->letter.hash, letter->hash, SEAL_HASH) &&
	    signature_check(p->sign, PURPOSE_STILL, bytes, len, signature);
}

int
still_covers(const struct still_statement *s, const struct letter_read *read,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (letter_read_find(s->last_read, s->nlast_read,
		    read[i].case_id) == NULL)
			return 0;
	return 1;
}
