/*
 * Statements of urgency.  The bytes that were signed are kept and are the
 * truth; reading is strict, for a letter without a second reader may leave by
 * what stands in one.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/urgency.h"

#define NUMBER_TOP	(INT64_C(1) << 53)	/* what JSON carries exactly */

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
	const char *by, *id;
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_int(o, "at", 0, NUMBER_TOP, &u->at, e) == -1 ||
	    wire_get_int(o, "urgency", 0, URGENCY_CRISIS, &u->urgency,
	    e) == -1 ||
	    wire_get_hex(o, "after", u->after, SEAL_HASH, e) == -1 ||
	    wire_get_string(o, "case", &id, e) == -1 ||
	    wire_get_string(o, "by", &by, e) == -1)
		return -1;
	if (!deposit_case_valid(id) || !roster_name_valid(by)) {
		err_set(e, ERR_INPUT, "'case' or 'by' is not a known word");
		return -1;
	}
	memcpy(u->case_id, id, CASE_ID_LEN + 1);
	(void)snprintf(u->by, sizeof(u->by), "%s", by);
	return 0;
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
