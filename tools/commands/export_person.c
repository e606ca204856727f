/*
 * What of a case belongs to one person: what they wrote and what they were
 * answered.  Whatever else is in it is about others or was written by staff
 * for staff, so members are taken over one by one, never left out one by one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/commands/export.h"
#include "tools/words.h"

static const char *const members[] = { "id", "seq", "kind", "at", "to",
    "subject", "first_line", "text", "text_origin", "form", "attachments",
    NULL };

static int
is_word(const json_t *o, const char *name, const char *word)
{
	const char *its = json_string_value(json_object_get(o, name));

	return its != NULL && strcmp(its, word) == 0;
}

/* A letter; or an answer that this person has had. */
static int
is_theirs(const json_t *item, const char *who)
{
	const json_t *delivery = json_object_get(item, "delivery");

	if (!json_is_object(item) || !is_word(item, "participant", who))
		return 0;
	return is_word(item, "kind", "letter") ||
	    (is_word(item, "kind", "answer") &&
	    (is_word(delivery, "state", "accepted") ||
	    is_word(delivery, "state", "published")));
}

/* Answers come from the desk: who of the staff wrote is theirs to say. */
static json_t *
copy_item(const json_t *item, const json_t *desk)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; members[i] != NULL; i++)
		(void)json_object_set(o, members[i], json_object_get(item,
		    members[i]));
	if (is_word(item, "kind", "letter"))
		(void)json_object_set(o, "from", json_object_get(item,
		    "from"));
	else
		(void)json_object_set_new(o, "from", json_pack("{s:O, s:n}",
		    "name", desk, "address"));
	return o;
}

static const json_t *
find_person(const json_t *shown, int64_t no, struct err *e)
{
	const json_t *o;
	char id[32];
	size_t i;

	(void)snprintf(id, sizeof(id), "p%" PRId64, no);
	json_array_foreach(json_object_get(shown, "participants"), i, o)
		if (is_word(o, "id", id))
			return o;
	err_set(e, ERR_GONE, _("there is no '%s' in this case"), id);
	return NULL;
}

json_t *
export_for_person(const json_t *shown, int64_t person, struct err *e)
{
	const json_t *who = find_person(shown, person, e), *item;
	const json_t *desk = json_object_get(shown, "desk");
	json_t *o, *items;
	size_t i;

	if (who == NULL)
		return NULL;
	items = json_array();
	json_array_foreach(json_object_get(shown, "items"), i, item)
		if (is_theirs(item, json_string_value(json_object_get(who,
		    "id"))))
			(void)json_array_append_new(items, copy_item(item,
			    desk));
	o = json_object();
	(void)json_object_set(o, "id", json_object_get(shown, "id"));
	(void)json_object_set_new(o, "desk", json_copy((json_t *)desk));
	(void)json_object_set_new(o, "for", json_deep_copy(who));
	(void)json_object_set_new(o, "items", items);
	return o;
}
