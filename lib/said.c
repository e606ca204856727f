/*
 * What signed statements about a case have in common.  Reading is strict: a
 * member that is not known here might change what the others mean.
 */
#include "lib/said.h"

int
said_head(const json_t *o, const char *const *members,
    char case_id[CASE_ID_LEN + 1], char by[ROSTER_NAME_MAX + 1], int64_t *at,
    struct err *e)
{
	int64_t v;

	return wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    wire_get_int(o, "at", 0, WIRE_TOP, at, e) == -1 ||
	    deposit_get_case(o, "case", case_id, e) == -1 ||
	    roster_get_name(o, "by", by, e) == -1 ? -1 : 0;
}
