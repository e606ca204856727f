/*
 * Statements about links between cases.  The bytes that were signed are kept
 * and are the truth; reading is strict.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/link.h"
#include "lib/said.h"

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
get_all(struct link_statement *s, const json_t *o, struct err *e)
{
	const char *kind;

	if (said_head(o, members, s->case_id, s->by, &s->at, e) == -1 ||
	    deposit_get_case(o, "other", s->other, e) == -1 ||
	    wire_get_string(o, "kind", &kind, e) == -1)
		return -1;
	if (strcmp(kind, "confirmed") != 0 && strcmp(kind, "undone") != 0) {
		err_set(e, ERR_INPUT, "'%s' is not a known word", "kind");
		return -1;
	}
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
