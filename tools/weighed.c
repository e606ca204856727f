/*
 * Whose word a case's urgency is.  The number comes from the service, which
 * could write any; what is signed says who said so.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/urgency.h"
#include "tools/session.h"
#include "tools/weighed.h"

/* The statement, when somebody who is or was of the staff signed it. */
static int
holds(const struct session *s, const struct casefile *cf, const json_t *row,
    struct urgency_statement *is)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const char *name;
	struct buf text;
	int good;

	good = wire_get_base64(row, "statement", URGENCY_MAX, &text,
	    NULL) == 0 &&
	    wire_get_hex(row, "signer", signer, SIGN_PUBLIC, NULL) == 0 &&
	    wire_get_hex(row, "signature", signature, SIGN_LEN, NULL) == 0 &&
	    (name = roster_name_of_key(s->roster, signer)) != NULL &&
	    urgency_parse(is, text.bytes, text.len, NULL) == 0 &&
	    strcmp(is->by, name) == 0 &&
	    strcmp(is->case_id, casefile_id(cf)) == 0 &&
	    signature_check(signer, PURPOSE_URGENCY, text.bytes, text.len,
	    signature);
	buf_free(&text);
	return good;
}

/* A role signed a letter's deposit with this number. */
static int
is_deposited(const struct casefile *cf, int64_t urgency)
{
	const struct casefile_item *item;
	size_t i;

	for (i = 0; (item = casefile_at(cf, i)) != NULL; i++)
		if (item->kind == ITEM_LETTER && item->problem == NULL &&
		    item->deposit.urgency == urgency)
			return 1;
	return 0;
}

void
weighed_show(const struct session *s, const struct casefile *cf,
    json_t *shown)
{
	const json_t *o = casefile_json(cf);
	int64_t urgency = json_integer_value(json_object_get(o, "urgency"));
	json_t *weighed = json_null();
	struct urgency_statement is;
	char at[32];

	if (urgency > 0 && holds(s, cf, json_array_get(json_object_get(o,
	    "weighed"), 0), &is) && is.urgency == urgency) {
		wire_time(at, is.at);
		weighed = json_pack("{s:s, s:s}", "by", is.by, "at", at);
	} else if (urgency > 0 && is_deposited(cf, urgency))
		weighed = json_pack("{s:s, s:n}", "by", "rules", "at");
	(void)json_object_set_new(shown, "weighed", weighed);
}
