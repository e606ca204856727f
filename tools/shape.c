/*
 * Shapes of what teduh prints.  Members are always there; what is absent is
 * null.  Nothing here decides whether something is genuine: that was asked
 * of the casefile before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/face.h"
#include "tools/shape.h"
#include "tools/shape_people.h"
#include "tools/words.h"

#define SENTENCE_MAX	400

static void
set(json_t *o, const char *name, json_t *value)
{
	(void)json_object_set_new(o, name, value == NULL ? json_null() :
	    value);
}

/* A member as it is, or null. */
static void
copy(json_t *o, const char *name, const json_t *from)
{
	json_t *m = json_object_get(from, name);

	set(o, name, m == NULL ? json_null() : json_deep_copy(m));
}

static void
set_time(json_t *o, const char *name, const json_t *seconds)
{
	char text[32];

	if (!json_is_integer(seconds)) {
		set(o, name, json_null());
		return;
	}
	wire_time(text, json_integer_value(seconds));
	set(o, name, json_string(text));
}

static void
copy_time(json_t *o, const char *name, const json_t *from)
{
	set_time(o, name, json_object_get(from, name));
}

static json_t *
string_list(const json_t *from)
{
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(from, i, one)
		if (json_is_string(one))
			(void)json_array_append_new(list,
			    json_string(json_string_value(one)));
	return list;
}

static json_t *
draft_name(const char *case_id, const json_t *number)
{
	char text[CASEFILE_NAME_MAX];

	(void)snprintf(text, sizeof(text), "%.8s.d%" PRId64, case_id,
	    (int64_t)json_integer_value(number));
	return json_string(text);
}

static json_t *
draft_id(const char *case_id, const json_t *draft)
{
	return draft_name(case_id, json_object_get(draft, "no"));
}

/* How far the sending is; null without one. draft: its id, taken over. */
static json_t *
shape_delivery(const json_t *d, json_t *draft)
{
	const char *state = json_string_value(json_object_get(d, "state"));
	json_t *o;

	if (state == NULL) {
		json_decref(draft);
		return json_null();
	}
	o = json_object();
	copy(o, "state", d);
	copy_time(o, "at", d);
	copy(o, "code", d);
	set(o, "draft", draft);
	set_time(o, "until", strcmp(state, "held") == 0 ||
	    strcmp(state, "due") == 0 || strcmp(state, "deferred") == 0 ?
	    json_object_get(d, "next_at") : NULL);
	copy(o, "repeated", d);
	return o;
}

static json_t *
participant_id(const json_t *number)
{
	char text[32];

	if (!json_is_integer(number))
		return json_null();
	(void)snprintf(text, sizeof(text), "p%" PRId64,
	    (int64_t)json_integer_value(number));
	return json_string(text);
}

/* Letters from before there were rules have none of it. */
static void
set_noticed(json_t *row, const json_t *face)
{
	const json_t *why = json_object_get(face, "triage");
	const json_t *areas = json_object_get(face, "areas");

	set(row, "noticed", json_is_array(why) ? json_deep_copy(why) :
	    json_array());
	set(row, "areas", json_is_array(areas) ? json_deep_copy(areas) :
	    json_array());
}

static void
set_face(struct casefile *cf, json_t *row, json_t *flags)
{
	const json_t *newest = json_object_get(casefile_json(cf), "newest");
	struct err e = ERR_INIT;
	json_t *face = NULL;

	if (json_is_object(newest))
		face = casefile_face(cf, &e);
	if (face != NULL) {
		copy(row, "subject", face);
		copy(row, "excerpt", face);
	} else if (json_is_object(newest)) {
		set(row, "subject", json_string(""));
		set(row, "excerpt", json_string(""));
		(void)json_array_append_new(flags, json_string("unverified"));
	} else {
		set(row, "subject", json_null());
		set(row, "excerpt", json_null());
	}
	set_noticed(row, face);
	json_decref(face);
}

/* Its letter has left for good: it is an answer now. */
static int
is_sent(const json_t *draft)
{
	static const char *const states[] = { "accepted", "published",
	    "settled", "bounced" };
	const char *state = json_string_value(json_object_get(
	    json_object_get(draft, "delivery"), "state"));
	size_t i;

	for (i = 0; state != NULL && i < sizeof(states) / sizeof(states[0]);
	    i++)
		if (strcmp(state, states[i]) == 0)
			return 1;
	return 0;
}

static json_t *
words_of(const struct face_words *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->n; i++)
		(void)json_array_append_new(array,
		    json_string(list->words[i]));
	return array;
}

static json_t *
text_or_null(const char *s)
{
	return *s == '\0' ? json_null() : json_string(s);
}

/*
 * Tags, summary and reason that verify; else a flag, and a sentence where
 * problems are told.
 */
static void
set_own_face(struct casefile *cf, json_t *o, json_t *flags, json_t *problems)
{
	struct err e = ERR_INIT;
	struct face face;
	char text[SENTENCE_MAX];

	if (casefile_own_face(cf, &face, &e) == -1)
		face.summary[0] = face.reason[0] = '\0';
	set(o, "tags", words_of(&face.tags));
	set(o, "summary", text_or_null(face.summary));
	set(o, "reason", text_or_null(face.reason));
	seal_wipe(&face, sizeof(face));
	if (e.code == ERR_NONE)
		return;
	(void)snprintf(text, sizeof(text), _("the tags of %s are not shown: "
	    "%s"), casefile_id(cf), e.text);
	if (problems != NULL)
		(void)json_array_append_new(problems, json_string(text));
	(void)json_array_append_new(flags, json_string("unverified"));
}

static void
set_row_drafts(const struct casefile *cf, json_t *row)
{
	json_t *list = json_array(), *o;
	const json_t *draft;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf), "drafts"), i,
	    draft) {
		if (is_sent(draft))
			continue;
		o = json_object();
		set(o, "id", draft_id(casefile_id(cf), draft));
		copy(o, "state", draft);
		(void)json_array_append_new(list, o);
	}
	set(row, "drafts", list);
}

json_t *
shape_row(struct casefile *cf, int64_t now_s)
{
	const json_t *o = casefile_json(cf), *due, *claim;
	json_t *row = json_object(), *flags;

	flags = string_list(json_object_get(o, "flags"));
	due = json_object_get(o, "due");
	claim = json_object_get(o, "claim");
	set(row, "id", json_string(casefile_id(cf)));
	set(row, "desk", json_string(casefile_desk(cf)));
	copy(row, "state", o);
	copy(row, "urgency", o);
	copy(row, "language", o);
	copy(row, "channel", o);
	copy_time(row, "created", o);
	copy_time(row, "waiting_since", o);
	set_time(row, "due", due);
	set(row, "overdue", json_boolean(json_is_integer(due) &&
	    json_integer_value(due) < now_s));
	copy(row, "claimant", claim);
	copy_time(row, "paused_until", o);
	copy(row, "items", o);
	copy(row, "letters_30d", o);
	set_face(cf, row, flags);
	set_own_face(cf, row, flags, NULL);
	set(row, "flags", flags);
	set_row_drafts(cf, row);
	return row;
}

json_t *
shape_draft(const json_t *draft)
{
	const char *id = json_string_value(json_object_get(draft, "case"));
	const json_t *delivery = json_object_get(draft, "delivery");
	const char *state = json_string_value(json_object_get(delivery,
	    "state"));
	json_t *o = json_object();

	set(o, "id", draft_id(id == NULL ? "?" : id, draft));
	copy(o, "case", draft);
	copy(o, "state", draft);
	copy(o, "author", draft);
	set(o, "participant", participant_id(json_object_get(draft,
	    "participant")));
	copy_time(o, "submitted_at", draft);
	copy_time(o, "due", draft);
	copy(o, "stale", draft);
	copy(o, "erasing", draft);
	set(o, "unsigned", json_boolean(json_is_true(json_object_get(draft,
	    "unsigned"))));
	set(o, "blocked", json_null());
	if (state != NULL && strcmp(state, "blocked") == 0)
		set(o, "blocked", json_incref(json_object_get(delivery,
		    "code")));
	set(o, "delivery", shape_delivery(delivery, json_incref(
	    json_object_get(o, "id"))));
	return o;
}

/* "CASE.2 is not shown: why" */
static void
tell(json_t *problems, const struct casefile *cf,
    const struct casefile_item *item)
{
	char name[CASEFILE_NAME_MAX], text[SENTENCE_MAX];

	casefile_name(cf, item, name);
	(void)snprintf(text, sizeof(text), _("%s is not shown as genuine: "
	    "%s; tell the people who run the service"), name, item->problem);
	(void)json_array_append_new(problems, json_string(text));
}

/* Names and numbers of attachments; each has an id to ask for it. */
static json_t *
attachments(const struct casefile *cf, const struct casefile_item *item)
{
	json_t *list = json_array(), *one;
	char name[CASEFILE_NAME_MAX], id[CASEFILE_NAME_MAX + 24];
	const json_t *o;
	size_t i;

	casefile_name(cf, item, name);
	json_array_foreach(json_object_get(item->view, "attachments"), i, o) {
		(void)snprintf(id, sizeof(id), "%s.%zu", name, i + 1);
		one = json_object();
		set(one, "id", json_string(id));
		copy(one, "name", o);
		copy(one, "type", o);
		copy(one, "size", o);
		copy(one, "sha256", o);
		(void)json_array_append_new(list, one);
	}
	return list;
}

static void
set_letter(struct casefile *cf, const struct casefile_item *item,
    json_t *o)
{
	json_t *flags = string_list(json_object_get(item->view, "flags"));
	char said[sizeof(item->deposit.flags)], *word, *rest;

	(void)snprintf(said, sizeof(said), "%s", item->deposit.flags);
	rest = said;
	while ((word = strsep(&rest, " ")) != NULL) {
		size_t i, n = json_array_size(flags);

		for (i = 0; i < n; i++)
			if (strcmp(json_string_value(json_array_get(flags,
			    i)), word) == 0)
				break;
		if (*word != '\0' && i == n)
			(void)json_array_append_new(flags, json_string(word));
	}
	if (item->gap)
		(void)json_array_append_new(flags, json_string("gap"));
	copy(o, "from", item->view);
	copy(o, "reply_to", item->view);
	copy(o, "to", item->view);
	copy(o, "cc", item->view);
	copy(o, "subject", item->view);
	copy(o, "text", item->view);
	copy(o, "text_origin", item->view);
	set(o, "folded", casefile_folded(cf, item));
	set(o, "class", item->deposit.class[0] == '\0' ? json_null() :
	    json_string(item->deposit.class));
	set(o, "flags", flags);
	copy(o, "triage", item->view);
	copy(o, "form", item->view);
}

/* An answer or a note: written by one of us. */
static void
set_written(const struct casefile_item *item, json_t *o)
{
	const json_t *to = json_object_get(item->view, "to");
	size_t first;
	const char *words = casefile_words(item, &first);

	set(o, "from", json_pack("{s:s, s:n}", "name", item->author,
	    "address"));
	set(o, "to", json_is_string(to) ? json_pack("[{s:n, s:O}]", "name",
	    "address", to) : json_array());
	copy(o, "subject", item->view);
	if (item->kind == ITEM_NOTE) {
		copy(o, "about", item->view);
		copy(o, "marked", item->view);
	}
	set(o, "first_line", first == 0 ? json_null() : json_stringn(
	    json_string_value(json_object_get(item->view, "body")), first));
	set(o, "text", json_string(words));
	set(o, "text_origin", json_string("plain"));
	set(o, "folded", json_array());
	set(o, "class", json_null());
	set(o, "flags", json_array());
	set(o, "triage", json_array());
}

json_t *
shape_item(struct casefile *cf, struct casefile_item *item, json_t *problems,
    struct err *e)
{
	static const char *const kinds[] = { "letter", "answer", "note",
	    "draft", "participant", "statement" };
	char name[CASEFILE_NAME_MAX], at[32];
	json_t *o;
	int result;

	if ((result = casefile_read(cf, item, e)) == -1)
		return NULL;
	if (result == 1) {
		tell(problems, cf, item);
		return json_null();
	}
	o = json_object();
	casefile_name(cf, item, name);
	wire_time(at, item->at);
	set(o, "id", json_string(name));
	set(o, "seq", item->seq == 0 ? json_null() :
	    json_integer(item->seq));
	set(o, "kind", json_string(kinds[item->kind]));
	set(o, "participant", item->participant == 0 ? json_null() :
	    json_sprintf("p%" PRId64, item->participant));
	set(o, "at", json_string(at));
	if (item->kind == ITEM_LETTER)
		set_letter(cf, item, o);
	else
		set_written(item, o);
	set(o, "attachments", attachments(cf, item));
	set(o, "delivery", shape_delivery(json_object_get(item->json,
	    "delivery"), item->kind == ITEM_ANSWER ? draft_name(
	    casefile_id(cf), json_object_get(item->view, "draft")) :
	    json_null()));
	return o;
}

/* Those whose sequence is from first to last. */
static json_t *
shape_items(struct casefile *cf, int64_t first, int64_t last,
    json_t *problems, struct err *e)
{
	json_t *list = json_array(), *o;
	struct casefile_item *item;
	char name[CASEFILE_NAME_MAX], text[SENTENCE_MAX];
	size_t i;

	for (i = 0; (item = casefile_at(cf, i)) != NULL; i++) {
		if (item->seq < first || item->seq > last)
			continue;	/* drafts are listed by themselves */
		if ((o = shape_item(cf, item, problems, e)) == NULL) {
			json_decref(list);
			return NULL;
		}
		if (item->gap) {
			casefile_name(cf, item, name);
			(void)snprintf(text, sizeof(text), _("a letter is "
			    "missing before %s; tell the people who run "
			    "the service"), name);
			(void)json_array_append_new(problems,
			    json_string(text));
		}
		/* Of these the line of an event tells. */
		if (item->kind == ITEM_PERSON || item->kind == ITEM_REACH)
			json_decref(o);
		else if (json_is_object(o))
			(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
shape_drafts(const struct casefile *cf)
{
	json_t *list = json_array(), *one;
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf), "drafts"), i,
	    o) {
		one = json_object();
		set(one, "id", draft_id(casefile_id(cf), o));
		copy(one, "state", o);
		copy(one, "author", o);
		set(one, "participant", participant_id(json_object_get(o,
		    "participant")));
		copy_time(one, "at", o);
		(void)json_array_append_new(list, one);
	}
	return list;
}

json_t *
shape_claim(const json_t *claim)
{
	json_t *o;

	if (!json_is_object(claim))
		return json_null();
	o = json_object();
	copy(o, "claimant", claim);
	copy_time(o, "until", claim);
	return o;
}

/* What happened that nobody wrote; plain, so it is shown and proves nothing. */
static json_t *
shape_events(const json_t *events)
{
	json_t *list = json_array(), *one;
	const json_t *o;
	size_t i;

	json_array_foreach(events, i, o) {
		one = json_object();
		copy_time(one, "at", o);
		copy(one, "after", o);
		copy(one, "actor", o);
		copy(one, "kind", o);
		copy(one, "detail", o);
		(void)json_array_append_new(list, one);
	}
	return list;
}

static json_t *
shape(struct casefile *cf, int64_t first, int64_t last, json_t *problems,
    struct err *e)
{
	const json_t *from = casefile_json(cf);
	json_t *o, *items, *people, *flags;

	if ((items = shape_items(cf, first, last, problems, e)) == NULL)
		return NULL;
	if ((people = shape_people(cf, problems, e)) == NULL) {
		json_decref(items);
		return NULL;
	}
	o = json_object();
	flags = string_list(json_object_get(from, "flags"));
	if (casefile_doubtful(cf))
		(void)json_array_append_new(flags, json_string("unverified"));
	set_own_face(cf, o, flags, problems);
	set(o, "id", json_string(casefile_id(cf)));
	set(o, "desk", json_string(casefile_desk(cf)));
	copy(o, "state", from);
	copy(o, "urgency", from);
	copy(o, "language", from);
	copy(o, "channel", from);
	set(o, "flags", flags);
	set(o, "claim", shape_claim(json_object_get(from, "claim")));
	copy_time(o, "due", from);
	set(o, "participants", people);
	set(o, "items", items);
	set(o, "drafts", shape_drafts(cf));
	set(o, "events", shape_events(json_object_get(from, "events")));
	return o;
}

json_t *
shape_case(struct casefile *cf, json_t *problems, struct err *e)
{
	return shape(cf, 1, INT64_MAX, problems, e);
}

json_t *
shape_case_newest(struct casefile *cf, int64_t earlier, json_t *problems,
    struct err *e)
{
	const struct casefile_item *newest = casefile_newest(cf);
	int64_t first = newest == NULL ? 1 : newest->seq - earlier;
	json_t *o;

	if (first < 1)
		first = 1;
	o = shape(cf, first, INT64_MAX, problems, e);
	if (o != NULL)
		set(o, "left_out", json_integer(first - 1));
	return o;
}

json_t *
shape_case_item(struct casefile *cf, int64_t seq, json_t *problems,
    struct err *e)
{
	if (casefile_item(cf, seq) == NULL) {
		err_set(e, ERR_GONE, _("there is no letter %s.%" PRId64),
		    casefile_id(cf), seq);
		return NULL;
	}
	return shape(cf, seq, seq, problems, e);
}
