/*
 * The list of staff as --json prints it, but for the people: the desks' keys
 * and how they review, and the recovery key.  The roster knows which entry
 * made a thing; who signed that, and when, stands in the entry.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/session.h"
#include "tools/shape_staff.h"

json_t *
shape_staff_entry(const struct session *s, int64_t seq)
{
	const json_t *o = json_array_get(s->entries, (size_t)seq - 1);
	json_t *entry = NULL;
	struct buf bytes;

	if (wire_get_base64(o, "entry", ROSTER_ENTRY_MAX, &bytes, NULL) == 0)
		entry = wire_parse(bytes.bytes, bytes.len, NULL);
	buf_free(&bytes);
	return entry;
}

json_t *
shape_staff_time(const json_t *entry)
{
	char text[32];

	wire_time(text, json_integer_value(json_object_get(entry, "at")));
	return json_string(text);
}

static const char *
review_word(enum roster_review review)
{
	return review == REVIEW_ALWAYS ? "always" : review == REVIEW_NEVER ?
	    "never" : "trainees";
}

json_t *
shape_staff_policy(const char *desk, const struct roster_policy *p)
{
	return json_pack("{s:s, s:s, s:b, s:b}", "desk", desk, "review",
	    review_word(p->review), "self", p->self, "crisis_path",
	    p->crisis);
}

/* Who signed that entry, and when, into o. */
static void
set_made(json_t *o, const struct session *s, int64_t seq)
{
	json_t *entry = shape_staff_entry(s, seq);

	(void)json_object_set_new(o, "since", shape_staff_time(entry));
	(void)json_object_set(o, "by", json_object_get(entry, "by"));
	json_decref(entry);
}

static json_t *
shape_desk(const struct session *s, const char *desk)
{
	struct roster_policy policy = roster_policy(s->roster, desk);
	json_t *o = shape_staff_policy(desk, &policy), *key = json_null();
	unsigned char pub[SEAL_KEY];
	int64_t epoch;

	if (roster_team(s->roster, desk, pub, &epoch, NULL) == 0) {
		key = json_pack("{s:I}", "epoch", (json_int_t)epoch);
		set_made(key, s, roster_team_seq(s->roster, desk));
	}
	(void)json_object_set_new(o, "key", key);
	return o;
}

static int
has_desk(const json_t *desks, const char *desk)
{
	const json_t *o;
	size_t i;

	json_array_foreach(desks, i, o)
		if (strcmp(json_string_value(json_object_get(o, "desk")),
		    desk) == 0)
			return 1;
	return 0;
}

json_t *
shape_staff_desks(const struct session *s)
{
	json_t *desks = json_array();
	const struct roster_person *p;
	size_t i, k;

	for (i = 0; (p = roster_at(s->roster, i)) != NULL; i++)
		for (k = 0; p->active && k < p->ndesks; k++)
			if (!has_desk(desks, p->desks[k]))
				(void)json_array_append_new(desks,
				    shape_desk(s, p->desks[k]));
	return desks;
}

json_t *
shape_staff_recovery(const struct session *s, struct err *e)
{
	const struct roster_recovery *x = roster_recovery(s->roster);
	json_t *answer, *o, *names;
	char text[32];
	int64_t at;
	size_t i;

	if (x == NULL)
		return json_null();
	if ((answer = client_get(s->client, "/v1/recovery", e)) == NULL)
		return NULL;
	at = json_integer_value(json_object_get(answer, "rehearsed"));
	json_decref(answer);
	names = json_array();
	for (i = 0; i < ROSTER_CUSTODIANS; i++)
		(void)json_array_append_new(names,
		    json_string(x->custodians[i]));
	o = json_pack("{s:o}", "custodians", names);
	set_made(o, s, x->since_seq);
	wire_time(text, at);
	(void)json_object_set_new(o, "rehearsed", at == 0 ? json_null() :
	    json_string(text));
	return o;
}
