/*
 * Statements of urgency.  The bytes that were signed are kept and are the
 * truth; reading is strict, for a letter without a second reader may leave by
 * what stands in one.
 */
#include <string.h>

#include "lib/said.h"
#include "lib/urgency.h"

static const char *const members[] = { "after", "at", "by", "case",
    "urgency", "v", NULL };

char *
urgency_print(const struct urgency_statement *u, size_t *len)
{
	json_t *o = json_pack("{s:I, s:s, s:s, s:I, s:i}", "at",
	    (json_int_t)u->at, "by", u->by, "case", u->case_id, "urgency",
	    (json_int_t)u->urgency, "v", 1);

	wire_set_hex(o, "after", u->after, SEAL_HASH);
	return wire_print_free(o, len);
}

static int
get_all(struct urgency_statement *u, const json_t *o, struct err *e)
{
	return said_head(o, members, u->case_id, u->by, &u->at, e) == -1 ||
	    wire_get_int(o, "urgency", 0, URGENCY_CRISIS, &u->urgency,
	    e) == -1 ||
	    wire_get_hex(o, "after", u->after, SEAL_HASH, e) == -1 ? -1 : 0;
}

int
urgency_parse(struct urgency_statement *u, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o;
	int result = -1;

	memset(u, 0, sizeof(*u));
	if ((o = wire_parse_most(bytes, len, URGENCY_MAX, e)) != NULL)
		result = get_all(u, o, e);
	json_decref(o);
	return result;
}

int
urgency_holds(const struct roster_person *p, const char *case_id,
    const void *bytes, size_t len, const unsigned char signature[SIGN_LEN],
    struct urgency_statement *out)
{
	return p != NULL && urgency_parse(out, bytes, len, NULL) == 0 &&
	    strcmp(out->by, p->name) == 0 &&
	    strcmp(out->case_id, case_id) == 0 &&
	    signature_check(p->sign, PURPOSE_URGENCY, bytes, len, signature);
}
