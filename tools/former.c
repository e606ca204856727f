/*
 * Who wrote a draft before its author did.  The letter says it under the
 * author's signature, so that post needs nobody's word for who may not
 * approve it.
 */
#include <stdio.h>
#include <string.h>

#include "lib/err.h"
#include "lib/letter.h"
#include "tools/casefile.h"
#include "tools/former.h"
#include "tools/words.h"

/* The i-th name: those of the service, behind them who signed the words. */
static const char *
name_at(const struct casefile *cf, const struct letter *l, size_t i)
{
	const json_t *list = json_object_get(casefile_json(cf), "former");
	const struct casefile_item *item;
	unsigned char id[SEAL_ID];
	const json_t *o;
	const char *name;

	if (i < json_array_size(list)) {
		o = json_array_get(list, i);
		name = json_string_value(json_object_get(o, "author"));
		return name == NULL || json_integer_value(json_object_get(o,
		    "draft")) != l->draft ? "" : name;
	}
	if (i > json_array_size(list))
		return NULL;
	if ((o = casefile_draft(cf, l->draft, NULL)) == NULL ||
	    wire_get_hex(o, "item", id, SEAL_ID, NULL) == -1 ||
	    (item = casefile_item_by_id(cf, id)) == NULL ||
	    item->author == NULL)
		return "";
	return item->author;
}

static int
counts(const struct letter *l, const char *name)
{
	return *name != '\0' && strcmp(name, l->author) != 0;
}

int
former_set(const struct casefile *cf, struct letter *l, struct err *e)
{
	const char *name;
	size_t i;

	l->nformer = 0;
	for (i = 0; (name = name_at(cf, l, i)) != NULL; i++) {
		if (!counts(l, name) || letter_is_former(l, name))
			continue;
		if (l->nformer == LETTER_FORMER_MAX) {
			err_set(e, ERR_INPUT, _("more than %d colleagues "
			    "wrote on this draft before: discard it, and "
			    "write it anew"), LETTER_FORMER_MAX);
			return -1;
		}
		(void)snprintf(l->former[l->nformer++], sizeof(l->former[0]),
		    "%s", name);
	}
	return 0;
}

const char *
former_missing(const struct casefile *cf, const struct letter *l)
{
	const char *name;
	size_t i;

	for (i = 0; (name = name_at(cf, l, i)) != NULL; i++)
		if (counts(l, name) && !letter_is_former(l, name))
			return name;
	return NULL;
}
