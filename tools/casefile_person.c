/*
 * Whom a case writes to, as two of the staff stated it.  Post has checked it
 * before it deposited it; what a person is shown is checked here once more,
 * so that not even post alone can make somebody a reader of answers unseen.
 */
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statement.h"
#include "tools/casefile_inside.h"
#include "tools/words.h"

int
casefile_deposited(const struct casefile_item *item)
{
	return item->kind == ITEM_LETTER || item->kind == ITEM_PERSON ||
	    item->kind == ITEM_REACH;
}

static int
deny(struct err *e, const char *text)
{
	err_set(e, ERR_DENIED, "%s", text);
	return -1;
}

/*
 * The statement itself: about this case, of its desk or (once deposited) of
 * one before, by who signed it.
 */
static int
check_bytes(const struct casefile *cf, struct casefile_item *item,
    const char *bytes, size_t len, struct statement_doc *s, struct err *e)
{
	if (statement_parse(s, bytes, len, NULL) == -1)
		return deny(e, _("it cannot be read"));
	if (strcmp(s->case_id, cf->id) == 0 &&
	    (strcmp(s->desk, cf->desk) == 0 ||
	    (item->kind == ITEM_PERSON && casefile_was_on(cf, s->desk))) &&
	    item->author != NULL && strcmp(s->author, item->author) == 0 &&
	    (item->kind == ITEM_STATEMENT ||
	    s->participant == item->participant)) {
		item->participant = s->participant;
		return 0;
	}
	statement_free(s);
	return deny(e, _("it was written for somewhere else"));
}

/* Who left may have stated it before; who never read there has not. */
static int
check_author(const struct casefile *cf, const struct casefile_item *item,
    struct err *e)
{
	return roster_held(cf->source.roster, cf->desk, 0, item->signer) !=
	    -1 ? 0 : deny(e, _("its author never read the desk"));
}

int
casefile_check_statement(const struct casefile *cf,
    struct casefile_item *item, struct err *e)
{
	struct statement_doc s;

	if (!signature_check(item->signer, PURPOSE_PARTICIPANT, item->bytes,
	    item->len, item->signature))
		return deny(e, _("the signature of its author does not "
		    "hold"));
	if (check_bytes(cf, item, item->bytes, item->len, &s, e) == -1)
		return -1;
	statement_free(&s);
	return check_author(cf, item, e);
}

/*
 * Did both read the case then, and was the second a supervisor?  Whoever has
 * the key of role post may know the keys of people of other desks, too, or of
 * people who had left before the case came.
 */
static int
check_ranks(const struct casefile *cf, const struct casefile_item *item,
    const char *desk, const unsigned char first[SIGN_PUBLIC],
    const unsigned char second[SIGN_PUBLIC], struct err *e)
{
	int64_t epoch = item->deposit.epoch;

	if (casefile_held(cf, epoch, desk, first) == -1)
		return deny(e, _("its author did not read the case then"));
	if (casefile_held(cf, epoch, desk, second) != RANK_SUPERVISOR)
		return deny(e, _("who signed it second was no supervisor of "
		    "its desk then"));
	return 0;
}

int
casefile_check_person(const struct casefile *cf, struct casefile_item *item,
    struct err *e)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	unsigned char second[SIGN_PUBLIC], approval[SIGN_LEN];
	struct statement_doc s;
	const char *text;
	size_t len;
	int result;

	if (wire_get_string(item->view, "statement", &text, NULL) == -1 ||
	    wire_get_hex(item->view, "signer", signer, SIGN_PUBLIC,
	    NULL) == -1 ||
	    wire_get_hex(item->view, "signature", signature, SIGN_LEN,
	    NULL) == -1 ||
	    wire_get_hex(item->view, "second", second, SIGN_PUBLIC,
	    NULL) == -1 ||
	    wire_get_hex(item->view, "approval", approval, SIGN_LEN,
	    NULL) == -1)
		return deny(e, _("it cannot be read"));
	len = strlen(text);
	item->author = roster_name_of_key(cf->source.roster, signer);
	item->approver = roster_name_of_key(cf->source.roster, second);
	if (item->author == NULL || !signature_check(signer,
	    PURPOSE_PARTICIPANT, text, len, signature))
		return deny(e, _("the signature of its author does not "
		    "hold"));
	if (item->approver == NULL ||
	    strcmp(item->approver, item->author) == 0 ||
	    !signature_check(second, PURPOSE_SECOND, text, len, approval))
		return deny(e, _("its second signature does not hold"));
	if (check_bytes(cf, item, text, len, &s, e) == -1)
		return -1;
	result = check_ranks(cf, item, s.desk, signer, second, e);
	statement_free(&s);
	return result;
}

json_t *
casefile_person_party(const struct casefile_item *item, struct err *e)
{
	const char *text = json_string_value(json_object_get(item->view,
	    "statement"));
	struct statement_doc s;
	json_t *party;

	if (text == NULL || statement_parse(&s, text, strlen(text),
	    NULL) == -1) {
		(void)deny(e, _("it cannot be read"));
		return NULL;
	}
	party = json_object();
	(void)json_object_set_new(party, "name", s.name == NULL ?
	    json_null() : json_string(s.name));
	(void)json_object_set_new(party, "address", json_string(s.address));
	statement_free(&s);
	return party;
}

int
casefile_seeker(const struct casefile *cf, int64_t participant,
    unsigned char pub[SEAL_KEY])
{
	const struct casefile_item *item;
	size_t i;

	/* The first for good: no code ever takes the place of another. */
	for (i = 0; i < cf->nitems; i++) {
		item = &cf->items[i];
		if (!casefile_deposited(item) || item->problem != NULL ||
		    item->participant != participant ||
		    !item->deposit.has_seeker)
			continue;
		memcpy(pub, item->deposit.seeker, SEAL_KEY);
		return 1;
	}
	return 0;
}
