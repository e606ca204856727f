/*
 * The letter of a draft as it was submitted: found, verified, and held
 * against the draft that the service says it belongs to.
 */
#include <string.h>

#include "lib/err.h"
#include "tools/draft.h"
#include "tools/words.h"

static int
deny(const char *why, struct err *e)
{
	err_set(e, ERR_DENIED, "%s", why);
	return -1;
}

static int
is_of_draft(const struct letter *l, const json_t *draft, int64_t no,
    struct err *e)
{
	int64_t participant, revision;
	const char *author;

	if (wire_get_string(draft, "author", &author, e) == -1 ||
	    wire_get_int(draft, "participant", 1, INT32_MAX, &participant,
	    e) == -1 ||
	    wire_get_int(draft, "revision", 1, INT32_MAX, &revision,
	    e) == -1)
		return -1;
	if (l->draft == no && l->participant == participant &&
	    l->revision == revision && strcmp(l->author, author) == 0)
		return 0;
	return deny(_("its letter belongs to another draft"), e);
}

int
draft_letter(struct casefile *cf, const json_t *draft, int64_t no,
    struct casefile_item **item, struct letter *l, struct err *e)
{
	unsigned char id[SEAL_ID];
	int result;

	if (wire_get_hex(draft, "letter", id, SEAL_ID, e) == -1)
		return -1;
	*item = casefile_item_by_id(cf, id);
	if (*item == NULL || (*item)->kind != ITEM_ANSWER)
		return deny(_("its letter is missing; tell the people who "
		    "run the service"), e);
	if ((result = casefile_read(cf, *item, e)) == -1)
		return -1;
	if (result == 1)
		return deny((*item)->problem, e);
	if (letter_parse(l, (*item)->bytes, (*item)->len, e) == -1)
		return -1;
	return is_of_draft(l, draft, no, e);
}
