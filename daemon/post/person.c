/*
 * Whom a case writes to changes here and nowhere else by a human's word.  Two
 * signatures of two persons of the newest roster decide, never the rows that
 * brought the statement here: whoever can write to the store can put any row
 * and sign nothing.
 */
#include <string.h>

#include "daemon/config.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/person.h"
#include "daemon/desk/quarantine.h"
#include "daemon/log.h"
#include "daemon/post/parcel.h"
#include "daemon/post/person.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/signature.h"
#include "lib/statement.h"

#define AHEAD_S		86400		/* a staff machine's clock */

static const char *
check_signatures(const struct delivery *x, const struct parcel *p)
{
	return x->has_approval && signature_check(x->signer,
	    PURPOSE_PARTICIPANT, p->document.bytes, p->document.len,
	    x->signature) && signature_check(x->approver, PURPOSE_SECOND,
	    p->document.bytes, p->document.len, x->approval) ? NULL :
	    "signature";
}

static int
stands(const struct roster_person *p, const char *desk)
{
	return p != NULL && p->active && p->rank != RANK_ADMIN &&
	    roster_on_desk(p, desk);
}

static const char *
check_persons(const struct desk *d, const struct delivery *x,
    const struct statement_doc *s)
{
	const struct roster_person *author, *second;

	author = roster_person(d->roster, s->author);
	if (!stands(author, s->desk) ||
	    memcmp(author->sign, x->signer, SIGN_PUBLIC) != 0)
		return "author";
	second = roster_person_by_key(d->roster, x->approver);
	if (!stands(second, s->desk) || second->rank != RANK_SUPERVISOR ||
	    strcmp(second->name, author->name) == 0 ||
	    memcmp(x->approver, x->signer, SIGN_PUBLIC) == 0)
		return "second";
	return NULL;
}

/* 1 when it is one of the service's own, 0, -1. */
static int
is_ours(const struct desk *d, const char *address, struct err *e)
{
	unsigned char theirs[SEAL_HASH], ours[SEAL_HASH];
	const char *from;
	size_t i;

	if (desk_hash_address(d, address, theirs, e) == -1)
		return -1;
	for (i = 0; i < d->config->ndesks; i++) {
		from = d->config->desks[i].from_address;
		if (from == NULL)
			continue;
		if (desk_hash_address(d, from, ours, e) == -1)
			return -1;
		if (seal_equal(theirs, ours, SEAL_HASH))
			return 1;
	}
	return 0;
}

/* Was it made for the person as he is now? */
static const char *
check_state(const struct desk *d, const struct delivery *x,
    const struct statement_doc *s, const struct person_facts *f)
{
	unsigned char check[SEAL_HASH];

	if (s->has_after != f->has_statement || (s->has_after &&
	    !seal_equal(s->after, f->statement, SEAL_HASH)))
		return "stale";
	if (strcmp(s->mode, "notice") == 0 && !f->has_seeker)
		return "mode";
	if (!f->has_participant)
		return s->replaces == NULL ? NULL : "stale";
	desk_hash_check(d, x->case_id, x->participant,
	    s->replaces == NULL ? "" : s->replaces, check);
	return seal_equal(check, f->check, SEAL_HASH) ? NULL : "stale";
}

static const char *
check_document(const struct desk *d, const struct delivery *x,
    const struct statement_doc *s)
{
	int64_t now = store_now(d->store);

	if (strcmp(s->case_id, x->case_id) != 0 ||
	    s->participant != x->participant || strcmp(s->desk, x->desk) != 0)
		return "document";
	return s->at <= now - STATEMENT_EXPIRES_S || s->at > now + AHEAD_S ?
	    "expired" : NULL;
}

/* 0 deposited, 1 with *why, -1. */
static int
pass(struct desk *d, const struct delivery *x, const struct parcel *p,
    const struct statement_doc *s, const char **why, struct err *e)
{
	struct person_facts facts;
	int ours, with;

	if ((*why = check_document(d, x, s)) != NULL ||
	    (*why = check_persons(d, x, s)) != NULL)
		return 1;
	/* Whoever writes to the store could put it with another desk. */
	if ((with = epoch_is_with(d, x->case_id, s->desk, e)) != 1) {
		*why = with == 0 ? "document" : "deposit";
		return with == 0 || e->code == ERR_DENIED ? 1 : -1;
	}
	if ((ours = is_ours(d, s->address, e)) == -1)
		return -1;
	*why = "own";
	if (ours)
		return 1;
	if (person_facts(d, x, &facts, e) == -1) {
		*why = "deposit";
		return e->code == ERR_DENIED || e->code == ERR_GONE ||
		    e->code == ERR_INPUT ? 1 : -1;
	}
	if ((*why = check_state(d, x, s, &facts)) != NULL)
		return 1;
	return person_deposit(d, x, s, p->document.bytes, p->document.len,
	    &facts, e);
}

/* The same, from the sealed item on. */
static int
work(struct desk *d, const struct delivery *x, const struct secret *postman,
    const char **why, struct err *e)
{
	struct statement_doc s;
	struct parcel p;
	int r;

	if (desk_refresh(d, e) == -1) {
		*why = "roster";
		return e->code == ERR_DENIED ? 1 : -1;
	}
	parcel_init(&p);
	if ((r = parcel_document(&p, d, x, postman, why, e)) == 0 &&
	    (*why = check_signatures(x, &p)) != NULL)
		r = 1;
	if (r == 0 && statement_parse(&s, p.document.bytes, p.document.len,
	    e) == -1) {
		*why = "document";
		r = 1;
	} else if (r == 0) {
		r = pass(d, x, &p, &s, why, e);
		statement_free(&s);
	}
	parcel_free(&p);
	return r;
}

int
person_turn(struct desk *d, const struct secret *postman, struct err *e)
{
	struct delivery x;
	const char *why = NULL;
	int r;

	if ((r = quarantine_is(d->store, e)) != 0)
		return r == 1 ? 0 : -1;
	if ((r = person_take(d, &x, e)) != 1)
		return r;
	r = work(d, &x, postman, &why, e);
	if (r == -1) {
		/* The case moved, or another post was quicker: look again. */
		r = e->code == ERR_CONFLICT ? 1 : -1;
		goto out;
	}
	if (r == 1 && person_block(d, &x, why, e) == -1) {
		r = -1;
		goto out;
	}
	log_info("person case=%s participant=%d outcome=%s", x.case_id,
	    (int)x.participant, r == 1 ? why : "deposited");
	r = 1;
out:
	seal_wipe(&x, sizeof(x));
	return r;
}
