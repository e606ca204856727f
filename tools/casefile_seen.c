/*
 * What is folded of a letter: the reader says which lines look like quotes
 * and signatures, and the earlier letters and answers, opened here, say which
 * of them are not new.  Those that cannot be opened hide nothing.
 */
#include <string.h>

#include "tools/casefile.h"
#include "tools/seen.h"

#define FOLDED_BEFORE	20	/* items that a quote may come from */

/* A letter or an answer before this one, opened as far as it can be. */
static const char *
earlier_text(struct casefile *cf, struct casefile_item *other,
    const struct casefile_item *item)
{
	if (other->seq == 0 || other->seq >= item->seq ||
	    other->seq < item->seq - FOLDED_BEFORE ||
	    other->kind == ITEM_NOTE || casefile_read(cf, other, NULL) != 0)
		return NULL;
	return json_string_value(json_object_get(other->view,
	    other->kind == ITEM_LETTER ? "text" : "body"));
}

json_t *
casefile_folded(struct casefile *cf, const struct casefile_item *item)
{
	const json_t *ranges = json_object_get(item->view, "folded");
	const char *text = json_string_value(json_object_get(item->view,
	    "text"));
	struct casefile_item *other;
	struct seen *seen;
	json_t *list;
	size_t i;

	if (json_array_size(ranges) == 0 || text == NULL)
		return json_array();
	seen = seen_new();
	for (i = 0; (other = casefile_at(cf, i)) != NULL; i++) {
		const char *before = earlier_text(cf, other, item);

		if (before != NULL)
			seen_add(seen, before);
	}
	list = seen_folds(seen, text, ranges);
	seen_free(seen);
	return list;
}
