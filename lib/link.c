/*
 * Statements about links between cases.  The bytes that were signed are kept
 * and are the truth; reading is strict.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/link.h"

static const char *const members[] = { "at", "by", "case", "kind", "other",
    "v", NULL };

char *
link_print(const struct link_statement *s, size_t *len)
{
	json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:i}",
	    "at", (json_int_t)s->at, "by", s->by, "case", s->case_id, "kind",
	    s->kind, "other", s->other, "v", 1);

	return wire_print_free(o, len);
}

static int
get_case(const json_t *o, const char *name, char out[CASE_ID_LEN + 1],
    struct err *e)
{
	const char *id;

	if (wire_get_string(o, name, &id, e) == -1)
		return -1;
	if (!deposit_case_valid(id)) {
		err_set(e, ERR_INPUT, "'%s' is not a case id", name);
		return -1;
	}
	memcpy(out, id, CASE_ID_LEN + 1);
	return 0;
}

static int
get_all(struct link_statement *s, const json_t *o, struct err *e)
{
	const char *by, *kind;
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_int(o, "at", 0, INT64_MAX, &s->at, e) == -1 ||
	    get_case(o, "case", s->case_id, e) == -1 ||
	    get_case(o, "other", s->other, e) == -1 ||
	    wire_get_string(o, "by", &by, e) == -1 ||
	    wire_get_string(o, "kind", &kind, e) == -1)
		return -1;
	if (!roster_name_valid(by) || (strcmp(kind, "confirmed") != 0 &&
	    strcmp(kind, "undone") != 0)) {
		err_set(e, ERR_INPUT, "'kind' or 'by' is not a known word");
		return -1;
	}
	(void)snprintf(s->by, sizeof(s->by), "%s", by);
	(void)snprintf(s->kind, sizeof(s->kind), "%s", kind);
	return 0;
}

int
link_parse(struct link_statement *s, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o;
	int result = -1;

	memset(s, 0, sizeof(*s));
	if ((o = wire_parse_most(bytes, len, LINK_MAX, e)) != NULL)
		result = get_all(s, o, e);
	json_decref(o);
	return result;
}

int
link_holds(const struct roster_person *p, const char *case_id,
    const char *other, const char *kind, const void *bytes, size_t len,
    const unsigned char signature[SIGN_LEN])
{
	struct link_statement s;

	return p != NULL && link_parse(&s, bytes, len, NULL) == 0 &&
	    strcmp(s.case_id, case_id) == 0 && strcmp(s.other, other) == 0 &&
	    strcmp(s.kind, kind) == 0 && strcmp(s.by, p->name) == 0 &&
	    signature_check(p->sign, PURPOSE_LINK, bytes, len, signature);
}
