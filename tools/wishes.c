/*
 * What somebody wished for a case, as far as it is signed: who can write to
 * the store can plant a row, and then it is not shown as the person's wish.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wish.h"
#include "tools/session.h"
#include "tools/wishes.h"
#include "tools/words.h"

static void
set_time(json_t *o, const char *name, const json_t *from)
{
	char text[32];

	wire_time(text, json_integer_value(json_object_get(from, name)));
	(void)json_object_set_new(o, name, json_string(text));
}

static void
copy(json_t *o, const char *name, const json_t *from)
{
	json_t *value = json_object_get(from, name);

	if (value != NULL)
		(void)json_object_set(o, name, value);
}

json_t *
wishes_erasure(const json_t *from)
{
	json_t *o = json_object();

	copy(o, "case", from);
	copy(o, "desk", from);
	copy(o, "state", from);
	copy(o, "by", from);
	set_time(o, "at", from);
	set_time(o, "ends", from);
	return o;
}

/* A row of the case: 1 when it says what was signed. */
static int
holds(const struct session *s, const struct casefile *cf, const json_t *row,
    struct wish *w)
{
	struct wish_signed is;
	const char *word;
	struct buf text;
	int result = 0;

	memset(&is, 0, sizeof(is));
	if (wire_get_base64(row, "statement", WISH_MAX, &text, NULL) == 0 &&
	    wire_get_hex(row, "signer", is.signer, SIGN_PUBLIC, NULL) == 0 &&
	    wire_get_hex(row, "signature", is.signature, SIGN_LEN,
	    NULL) == 0 &&
	    wire_get_string(row, "wish", &word, NULL) == 0) {
		is.text = text.bytes;
		is.len = text.len;
		result = wish_holds(s->roster, casefile_id(cf), &is, w) &&
		    strcmp(wish_word(w->kind), word) == 0;
	}
	buf_free(&text);
	return result;
}

static void
add(const struct session *s, const struct casefile *cf, const json_t *row,
    json_t *list, json_t *problems)
{
	char at[32], who[32];
	struct wish w;

	if (!holds(s, cf, row, &w)) {
		(void)json_array_append_new(problems, json_sprintf(_("a wish "
		    "in the case %s is not signed by the service's web page: "
		    "it is not the person's"), casefile_id(cf)));
		return;
	}
	wire_time(at, w.at);
	(void)snprintf(who, sizeof(who), "p%" PRId64, w.participant);
	(void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
	    "participant", who, "wish", wish_word(w.kind), "at", at));
}

void
wishes_show(const struct session *s, const struct casefile *cf,
    json_t *shown, json_t *problems)
{
	const json_t *from = casefile_json(cf), *row;
	const json_t *erasure = json_object_get(from, "erasure");
	json_t *list = json_array();
	size_t i;

	json_array_foreach(json_object_get(from, "wishes"), i, row)
		add(s, cf, row, list, problems);
	(void)json_object_set_new(shown, "wishes", list);
	(void)json_object_set_new(shown, "erasure", json_is_object(erasure) ?
	    wishes_erasure(erasure) : json_null());
}
