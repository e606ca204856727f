/*
 * Earlier letters of a draft.  The service names them; that they are letters
 * of this draft is what their authors signed.
 */
#include <string.h>

#include "tools/casefile.h"
#include "tools/versions.h"

/* The newest that the service names. */
static struct casefile_item *
find(const struct casefile *cf, int64_t draft)
{
	const json_t *list = json_object_get(casefile_json(cf), "versions");
	unsigned char id[SEAL_ID];
	const json_t *o;
	size_t i;

	for (i = json_array_size(list); i > 0; i--) {
		o = json_array_get(list, i - 1);
		if (json_integer_value(json_object_get(o, "draft")) == draft &&
		    wire_get_hex(o, "item", id, SEAL_ID, NULL) == 0)
			return casefile_item_by_id(cf, id);
	}
	return NULL;
}

json_t *
versions_last(struct casefile *cf, int64_t draft, struct err *e)
{
	struct casefile_item *item = find(cf, draft);
	const char *text;
	char at[32];
	size_t first;

	if (item == NULL || item->kind != ITEM_ANSWER ||
	    casefile_reach(cf, item, e) == -1 ||
	    casefile_read(cf, item, NULL) != 0 ||
	    json_integer_value(json_object_get(item->view, "draft")) != draft)
		return NULL;
	text = casefile_words(item, &first);
	wire_time(at, item->at);
	return json_pack("{s:s, s:s, s:O, s:s}", "at", at, "author",
	    item->author, "subject", json_object_get(item->view, "subject"),
	    "text", text);
}
