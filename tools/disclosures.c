/*
 * To whom a case is disclosed, by its notes and by who signed them: rows of
 * the service only say where to look.  Who confirmed one is counted by the
 * list of staff as it stood when the note was written, and since: a service
 * that is not honest has no supervisor's key, but may know a counsellor's.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/disclosures.h"
#include "tools/session.h"
#include "tools/shape_staff.h"
#include "tools/words.h"

/*
 * Of which it was asked; the case may be at another one by now.  NULL: the
 * case was never there, whatever who wrote the note says.
 */
static const char *
desk_of(const struct casefile *cf, const struct casefile_item *item)
{
	const char *desk = json_string_value(json_object_get(item->view,
	    "desk"));

	if (desk == NULL)
		desk = casefile_desk(cf);
	return strcmp(desk, casefile_desk(cf)) == 0 ||
	    casefile_was_on(cf, desk) ? desk : NULL;
}

/* The note that a row names, read; NULL with *e. */
static struct casefile_item *
find_note(struct casefile *cf, const json_t *row, struct err *e)
{
	unsigned char id[SEAL_ID];
	struct casefile_item *item;
	const char *about;
	int result;

	if (wire_get_hex(row, "item", id, SEAL_ID, e) == -1)
		return NULL;
	item = casefile_item_by_id(cf, id);
	if (item != NULL && item->kind == ITEM_NOTE) {
		if ((result = casefile_read(cf, item, e)) == -1)
			return NULL;
		about = json_string_value(json_object_get(item->view,
		    "about"));
		if (result == 0 && about != NULL &&
		    strcmp(about, "disclosure") == 0 &&
		    desk_of(cf, item) != NULL)
			return item;
	}
	err_set(e, ERR_DENIED, _("a disclosure in the case %s is not genuine; "
	    "tell the people who run the service"), casefile_id(cf));
	return NULL;
}

/* Does this entry make the owner of the key a supervisor of the desk? */
static int
makes_supervisor(const json_t *entry, const unsigned char key[SIGN_PUBLIC],
    const char *desk)
{
	const char *role = json_string_value(json_object_get(entry, "role"));
	const char *state = json_string_value(json_object_get(entry,
	    "state"));
	unsigned char its[SIGN_PUBLIC];
	const json_t *one;
	size_t i;

	if (role == NULL || strcmp(role, "supervisor") != 0 ||
	    state == NULL || strcmp(state, "active") != 0 ||
	    wire_get_hex(entry, "sign", its, SIGN_PUBLIC, NULL) == -1 ||
	    !seal_equal(its, key, SIGN_PUBLIC))
		return 0;
	json_array_foreach(json_object_get(entry, "desks"), i, one)
		if (strcmp(json_string_value(one), desk) == 0)
			return 1;
	return 0;
}

/*
 * Was this person, with this key, a supervisor of the desk at entry `from`
 * of the list of staff, or at a later one?
 */
static int
was_supervisor(const struct session *s, const char *name,
    const unsigned char key[SIGN_PUBLIC], const char *desk, int64_t from)
{
	json_t *entry;
	const char *its;
	int64_t seq;
	int was = 0;

	for (seq = 1; seq <= roster_seq(s->roster); seq++) {
		if (seq > from && was)
			return 1;
		if ((entry = shape_staff_entry(s, seq)) == NULL)
			continue;
		its = json_string_value(json_object_get(entry, "name"));
		if (its != NULL && strcmp(its, name) == 0)
			was = makes_supervisor(entry, key, desk);
		json_decref(entry);
	}
	return was;
}

/*
 * The list of staff by which the second is looked at: as its author says, but
 * never from before he had the key with which he signed.
 */
static int64_t
asked_at(const struct session *s, const struct casefile_item *item)
{
	int64_t said, seq, begun = 0;
	unsigned char key[SIGN_PUBLIC];
	const char *its;
	json_t *entry;

	said = json_integer_value(json_object_get(item->view, "roster"));
	for (seq = 1; begun == 0 && seq <= roster_seq(s->roster); seq++) {
		if ((entry = shape_staff_entry(s, seq)) == NULL)
			continue;
		its = json_string_value(json_object_get(entry, "name"));
		if (its != NULL && strcmp(its, item->author) == 0 &&
		    wire_get_hex(entry, "sign", key, SIGN_PUBLIC,
		    NULL) == 0 && seal_equal(key, item->signer, SIGN_PUBLIC))
			begun = seq;
		json_decref(entry);
	}
	return said > begun ? said : begun;
}

/* Who confirmed these bytes, or NULL: nobody, or nobody who may. */
static const char *
second_of(const struct session *s, const struct casefile *cf,
    const struct casefile_item *item, const json_t *row)
{
	unsigned char key[SIGN_PUBLIC], signature[SIGN_LEN];
	const char *name;

	if (wire_get_hex(row, "signer", key, SIGN_PUBLIC, NULL) == -1 ||
	    wire_get_hex(row, "signature", signature, SIGN_LEN, NULL) == -1)
		return NULL;
	name = roster_name_of_key(s->roster, key);
	return name != NULL && strcmp(name, item->author) != 0 &&
	    signature_check(key, PURPOSE_DISCLOSE, item->bytes, item->len,
	    signature) && was_supervisor(s, name, key, desk_of(cf, item),
	    asked_at(s, item)) ? name : NULL;
}

static void
set_at(json_t *o, const char *name, int64_t at)
{
	char text[32];

	wire_time(text, at);
	(void)json_object_set_new(o, name, at == 0 ? json_null() :
	    json_string(text));
}

static json_t *
shape_one(struct session *s, struct casefile *cf, const json_t *row,
    struct err *e)
{
	struct casefile_item *item = find_note(cf, row, e);
	char name[CASEFILE_NAME_MAX];
	const char *second;
	json_t *o;

	if (item == NULL)
		return NULL;
	second = second_of(s, cf, item, row);
	if (second == NULL && json_is_string(json_object_get(row,
	    "signature"))) {
		err_set(e, ERR_DENIED, _("the second signature of a "
		    "disclosure in the case %s does not hold"),
		    casefile_id(cf));
		return NULL;
	}
	casefile_name(cf, item, name);
	o = json_object();
	(void)json_object_set_new(o, "item", json_string(name));
	(void)json_object_set(o, "to", json_object_get(item->view, "to"));
	(void)json_object_set(o, "ground", json_object_get(item->view,
	    "text"));
	(void)json_object_set_new(o, "by", json_string(item->author));
	set_at(o, "at", item->at);
	(void)json_object_set_new(o, "second", second == NULL ? json_null() :
	    json_string(second));
	set_at(o, "second_at", second == NULL ? 0 : json_integer_value(
	    json_object_get(row, "second_at")));
	return o;
}

json_t *
disclosures_shape(struct session *s, struct casefile *cf, json_t *problems)
{
	json_t *list = json_array(), *one;
	const json_t *row;
	struct err e;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf),
	    "disclosures"), i, row)
		if ((one = shape_one(s, cf, row, &e)) != NULL)
			(void)json_array_append_new(list, one);
		else
			(void)json_array_append_new(problems,
			    json_string(e.text));
	return list;
}

struct casefile_item *
disclosures_waiting(struct casefile *cf, struct err *e)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf),
	    "disclosures"), i, row)
		if (!json_is_string(json_object_get(row, "signature")))
			return find_note(cf, row, e);
	err_set(e, ERR_GONE, _("in the case %s no disclosure waits for a "
	    "second person"), casefile_id(cf));
	return NULL;
}
