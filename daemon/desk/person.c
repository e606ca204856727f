/*
 * The deposit of a statement.  It joins the same chain as the letters, so
 * that everybody who asks for a participant's newest deposit (post before
 * each letter, intake for each token) finds the address that two persons
 * signed, or that of a later letter, whichever came last.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/entry.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/event.h"
#include "daemon/desk/person.h"
#include "daemon/desk/written.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/statement.h"

static void
copy_text(char *out, size_t size, const char *text)
{
	(void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

static int
get_ripe(void *ctx, const struct row *row, struct err *e)
{
	struct delivery *x = ctx;

	copy_text(x->case_id, sizeof(x->case_id), row_text(row, 0));
	copy_text(x->desk, sizeof(x->desk), row_text(row, 1));
	x->participant = row_int(row, 2);
	if (row_bytes(row, 3, x->item, SEAL_ID) == -1) {
		err_set(e, ERR_DENIED, "a statement without an item");
		return -1;
	}
	/* One of another size stays zeros, and no check will let it pass. */
	(void)row_bytes(row, 4, x->signer, SIGN_PUBLIC);
	(void)row_bytes(row, 5, x->signature, SIGN_LEN);
	x->has_approval =
	    row_bytes(row, 6, x->approver, SIGN_PUBLIC) == 0 &&
	    row_bytes(row, 7, x->approval, SIGN_LEN) == 0;
	return 1;
}

int
person_take(struct desk *d, struct delivery *x, struct err *e)
{
	int64_t n;

	memset(x, 0, sizeof(*x));
	n = store_run(d->store, STMT_PERSON_RIPE, NO_ARGS, get_ripe, x, e);
	return n == -1 ? -1 : n > 0;
}

struct looking {
	const struct delivery	*x;
	struct person_facts	*out;
	int			 begun;
};

static int
collect(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct looking *l = ctx;
	struct person_facts *out = l->out;

	(void)e;
	if (!l->begun) {
		out->epoch = dep->epoch;
		memcpy(out->case_key, dep->case_key, SEAL_KEY);
		l->begun = 1;
	}
	if (dep->participant != l->x->participant)
		return 0;
	if (!out->has_participant) {
		out->has_participant = 1;
		memcpy(out->check, dep->check, SEAL_HASH);
	}
	out->has_seeker |= dep->has_seeker;
	if (!out->has_statement && strcmp(dep->kind, "participant") == 0) {
		out->has_statement = 1;
		memcpy(out->statement, hash, SEAL_HASH);
	}
	return 0;
}

int
person_facts(struct desk *d, const struct delivery *x,
    struct person_facts *out, struct err *e)
{
	struct looking l = { x, out, 0 };

	memset(out, 0, sizeof(*out));
	return chain_walk(d, x->case_id, collect, &l, e) == -1 ? -1 :
	    epoch_newest(d, x->case_id, &out->epoch, out->case_key, e);
}

/* A deposit being made; everything secret is sealed before the lock. */
struct making {
	struct desk			*desk;
	const struct delivery		*x;
	const struct statement_doc	*s;
	const struct person_facts	*facts;
	struct entry			 entry;
};

static json_t *
view_of(const struct delivery *x, const void *document, size_t len)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "v", json_integer(1));
	(void)json_object_set_new(o, "statement", json_stringn(document,
	    len));
	wire_set_hex(o, "signer", x->signer, SIGN_PUBLIC);
	wire_set_hex(o, "signature", x->signature, SIGN_LEN);
	wire_set_hex(o, "second", x->approver, SIGN_PUBLIC);
	wire_set_hex(o, "approval", x->approval, SIGN_LEN);
	return o;
}

static int
fill(const struct making *m, struct deposit *dep, struct err *e)
{
	const char *address = m->s->address;

	copy_text(dep->kind, sizeof(dep->kind), "participant");
	dep->participant = m->x->participant;
	copy_text(dep->mode, sizeof(dep->mode), m->s->mode);
	copy_text(dep->class, sizeof(dep->class), STATEMENT_CLASS);
	desk_hash_check(m->desk, m->x->case_id, dep->participant, address,
	    dep->check);
	return desk_hash_address(m->desk, address, dep->address, e);
}

/* The person's row; the statement has served. */
static int
write_person(struct making *m, const struct deposit *dep, struct err *e)
{
	struct store *s = m->desk->store;
	int64_t n;

	if (store_run(s, STMT_PARTICIPANT_PUT, ARGS(V_TEXT(dep->case_id),
	    V_INT(dep->participant), V_TEXT(m->s->role), V_TEXT(dep->mode),
	    V_BLOB(dep->address, SEAL_HASH)), NULL, NULL, e) == -1)
		return -1;
	n = store_run(s, STMT_PERSON_DELETE, ARGS(V_TEXT(dep->case_id),
	    V_INT(dep->participant), V_BLOB(m->x->item, SEAL_ID)), NULL,
	    NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "a statement of case %s was taken "
		    "back meanwhile", dep->case_id);
	return n == 1 ? written_drop(m->desk, m->x->item, e) : -1;
}

static int
tell(struct desk *d, const struct delivery *x, const char *what,
    struct err *e)
{
	char detail[32];

	(void)snprintf(detail, sizeof(detail), "p%" PRId64, x->participant);
	return audit_add(d, NULL, what, x->case_id, detail, e) == -1 ? -1 :
	    event_add(d, NULL, x->case_id, what, detail, e);
}

static int
write_all(struct making *m, struct err *e)
{
	struct person_facts now;
	struct deposit dep;
	int with, result = -1;

	memset(&dep, 0, sizeof(dep));
	if (person_facts(m->desk, m->x, &now, e) == -1 ||
	    (with = epoch_is_with(m->desk, m->x->case_id, m->s->desk,
	    e)) == -1)
		return -1;
	if (!with || memcmp(&now, m->facts, sizeof(now)) != 0) {
		err_set(e, ERR_CONFLICT, "case %s changed while a statement "
		    "about it was read", m->x->case_id);
		return -1;
	}
	if (fill(m, &dep, e) == 0 && entry_write(&m->entry, &dep, e) == 0 &&
	    write_person(m, &dep, e) == 0)
		result = tell(m->desk, m->x, now.has_participant ?
		    "readdressed" : "joined", e);
	deposit_free(&dep);
	return result;
}

int
person_deposit(struct desk *d, const struct delivery *x,
    const struct statement_doc *s, const void *document, size_t len,
    const struct person_facts *facts, struct err *e)
{
	struct making m = { .desk = d, .x = x, .s = s, .facts = facts };
	int result = -1;

	if (entry_seal(&m.entry, d, x->case_id, facts->epoch,
	    facts->case_key, view_of(x, document, len), e) == -1)
		goto out;
	crash_point("person: before");
	if (store_begin(d->store, e) == -1)
		goto out;
	if (write_all(&m, e) == 0 && store_commit(d->store, e) == 0)
		result = 0;
	else
		store_rollback(d->store);
	if (result == 0)
		crash_point("person: after");
out:
	entry_free(&m.entry);
	return result;
}

int
person_block(struct desk *d, const struct delivery *x, const char *code,
    struct err *e)
{
	int64_t n;

	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, STMT_PERSON_BLOCK, ARGS(V_TEXT(x->case_id),
	    V_INT(x->participant), V_BLOB(x->item, SEAL_ID), V_TEXT(code),
	    V_INT(store_now(d->store))), NULL, NULL, e);
	if (n == 0)		/* another post was quicker */
		store_rollback(d->store);
	if (n == 0)
		return 0;
	if (n == 1 && store_run(d->store, STMT_GRANT_POSTMAN_DELETE,
	    ARGS(V_BLOB(x->item, SEAL_ID)), NULL, NULL, e) != -1 &&
	    tell(d, x, "refused-person", e) == 0 &&
	    store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}
