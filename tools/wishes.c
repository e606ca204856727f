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
	const json_t *seconds = json_object_get(from, name);
	char text[32];

	wire_time(text, json_integer_value(seconds));
	(void)json_object_set_new(o, name, json_is_integer(seconds) ?
	    json_string(text) : json_null());
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

static json_t *
wishes_hold(const json_t *from)
{
	json_t *o = json_object();

	copy(o, "by", from);
	set_time(o, "at", from);
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
	const json_t *hold = json_object_get(from, "hold");
	json_t *list = json_array();
	size_t i;

	json_array_foreach(json_object_get(from, "wishes"), i, row)
		add(s, cf, row, list, problems);
	(void)json_object_set_new(shown, "wishes", list);
	(void)json_object_set_new(shown, "erasure", json_is_object(erasure) ?
	    wishes_erasure(erasure) : json_null());
	set_time(shown, "kept_until", from);
	(void)json_object_set_new(shown, "hold", json_is_object(hold) ?
	    wishes_hold(hold) : json_null());
}

json_t *
wishes_erase(struct session *s, const char *case_id, int64_t at,
    struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	unsigned char signature[SIGN_LEN];
	struct wish w;
	json_t *o;
	char *text;
	size_t len;

	if (me == NULL)
		return NULL;
	memset(&w, 0, sizeof(w));
	w.kind = WISH_ERASE;
	w.at = at;
	(void)snprintf(w.case_id, sizeof(w.case_id), "%s", case_id);
	(void)snprintf(w.by, sizeof(w.by), "%s", me->name);
	text = wish_print(&w, &len);
	signature_make(s->me->signer, PURPOSE_WISH, text, len, signature);
	o = json_pack("{s:s}", "statement", text);
	wire_set_hex(o, "signature", signature, SIGN_LEN);
	free(text);
	return o;
}
