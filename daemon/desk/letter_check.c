/*
 * Who stands behind a letter.  Believes only what is signed, the document and
 * the roster; of the store's plain columns only that they must agree.
 */
#include <string.h>

#include "daemon/desk/letter_check.h"
#include "lib/letter.h"
#include "lib/roster.h"
#include "lib/signature.h"

const char *
letter_check_signatures(const struct delivery *x, const void *document,
    size_t len)
{
	if (!signature_check(x->signer, PURPOSE_LETTER, document, len,
	    x->signature))
		return "signature";
	if (x->has_approval && !signature_check(x->approver, PURPOSE_APPROVE,
	    document, len, x->approval))
		return "signature";
	return NULL;
}

static const char *
check_document(const struct delivery *x, const struct letter *l)
{
	return strcmp(l->case_id, x->case_id) == 0 && l->draft == x->draft &&
	    l->participant == x->participant &&
	    strcmp(l->desk, x->desk) == 0 ? NULL : "document";
}

static int
has_key(const struct roster_person *p, const unsigned char key[SIGN_PUBLIC])
{
	return memcmp(p->sign, key, SIGN_PUBLIC) == 0;
}

static const char *
check_author(const struct roster *r, const struct delivery *x,
    const struct letter *l)
{
	const struct roster_person *author = roster_person(r, l->author);

	if (author == NULL || !author->active || author->rank == RANK_ADMIN ||
	    !has_key(author, x->signer) || !roster_on_desk(author, l->desk))
		return "author";
	return NULL;
}

/* After check_author(). Who may, on a desk that has this path. */
static const char *
check_crisis(const struct roster *r, const struct letter *l)
{
	const struct roster_person *author = roster_person(r, l->author);

	return roster_policy(r, l->desk).crisis && author->crisis &&
	    author->rank != RANK_TRAINEE ? NULL : "crisis";
}

/* After check_author(). An approval that nobody asked for must hold, too. */
const char *
letter_check_approver(const struct roster *r, const struct delivery *x,
    const struct letter *l)
{
	const struct roster_person *author, *approver;

	author = roster_person(r, l->author);
	if (!x->has_approval)
		return roster_needs_review(r, l->desk, author) ?
		    "approver" : NULL;
	approver = roster_person_by_key(r, x->approver);
	if (approver == NULL || !approver->active ||
	    approver->rank != RANK_SUPERVISOR ||
	    !roster_on_desk(approver, l->desk))
		return "approver";
	if ((strcmp(approver->name, author->name) == 0 ||
	    letter_is_former(l, approver->name)) &&
	    !roster_policy(r, l->desk).self)
		return "approver";
	return NULL;
}

const char *
letter_check_signers(const struct roster *r, const struct delivery *x,
    const struct letter *l)
{
	const char *why;

	if ((why = check_document(x, l)) != NULL ||
	    (why = check_author(r, x, l)) != NULL)
		return why;
	return l->crisis ? check_crisis(r, l) : letter_check_approver(r, x,
	    l);
}
