/*
 * Granting what is older than a return code.  The service says what it misses;
 * which letters there are, whose, and which key is the person's is taken from
 * what roles and staff have signed.
 */
#include <stdio.h>

#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/client.h"
#include "tools/draft.h"
#include "tools/older.h"
#include "tools/session.h"

/* {item, seeker}; NULL when nothing may be said of it. */
static json_t *
grant_of(struct casefile *cf, const json_t *hex, struct err *e)
{
	const char *text = json_string_value(hex);
	unsigned char id[SEAL_ID];
	struct casefile_item *item;
	json_t *o, *seeker;

	if (text == NULL || wire_unhex(id, SEAL_ID, text) == -1 ||
	    (item = casefile_item_by_id(cf, id)) == NULL ||
	    (item->kind != ITEM_LETTER && item->kind != ITEM_ANSWER) ||
	    casefile_read(cf, item, e) != 0 || item->participant == 0 ||
	    item->key == NULL)
		return NULL;
	seeker = draft_seeker(cf, item->participant, item->id, item->key, e);
	if (seeker == NULL || json_is_null(seeker)) {
		json_decref(seeker);
		return NULL;
	}
	o = json_object();
	(void)json_object_set_new(o, "item", json_string(text));
	(void)json_object_set_new(o, "seeker", seeker);
	return o;
}

void
older_grant(struct session *s, struct casefile *cf)
{
	const json_t *missing = json_object_get(casefile_json(cf),
	    "ungranted"), *hex;
	struct err e = ERR_INIT;
	json_t *body, *list, *one;
	char path[64];
	size_t i;

	if (json_array_size(missing) == 0 || casefile_doubtful(cf))
		return;
	list = json_array();
	json_array_foreach(missing, i, hex)
		if ((one = grant_of(cf, json_object_get(hex, "id"),
		    &e)) != NULL)
			(void)json_array_append_new(list, one);
	body = json_object();
	(void)json_object_set_new(body, "grants", list);
	if (json_array_size(list) > 0) {
		(void)snprintf(path, sizeof(path), "/v1/cases/%s/seeker",
		    casefile_id(cf));
		json_decref(client_post(s->client, path, body, &e));
	}
	json_decref(body);
}
