/*
 * Publications: what post signs when an answer may be shown in the mailbox.
 * Reading is strict, because the door decides by it what strangers see.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/publication.h"

static const char *const members[] = { "v", "case", "participant", "item",
    "letter", "at", "roster", NULL };

char *
publication_print(const struct publication *p, size_t *len)
{
	json_t *o = json_pack("{s:i, s:s, s:I, s:I, s:I}", "v", 1, "case",
	    p->case_id, "participant", (json_int_t)p->participant, "at",
	    (json_int_t)p->at, "roster", (json_int_t)p->roster);

	if (o == NULL)
		mem_out();
	wire_set_hex(o, "item", p->item, SEAL_ID);
	wire_set_hex(o, "letter", p->letter, SEAL_HASH);
	return wire_print_free(o, len);
}

static int
get_all(struct publication *p, const json_t *o, struct err *e)
{
	int64_t v;

	return wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    deposit_get_case(o, "case", p->case_id, e) == -1 ||
	    wire_get_int(o, "participant", 1, WIRE_TOP, &p->participant,
	    e) == -1 ||
	    wire_get_hex(o, "item", p->item, SEAL_ID, e) == -1 ||
	    wire_get_hex(o, "letter", p->letter, SEAL_HASH, e) == -1 ||
	    wire_get_int(o, "at", 0, WIRE_TOP, &p->at, e) == -1 ||
	    wire_get_int(o, "roster", 1, WIRE_TOP, &p->roster, e) == -1 ?
	    -1 : 0;
}

int
publication_parse(struct publication *p, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o;
	int result;

	memset(p, 0, sizeof(*p));
	if ((o = wire_parse(bytes, len, e)) == NULL)
		return -1;
	if ((result = get_all(p, o, e)) == -1)
		memset(p, 0, sizeof(*p));
	json_decref(o);
	return result;
}
