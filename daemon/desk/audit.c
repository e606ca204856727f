/*
 * The audit chain: an entry per change of state, in the same transaction,
 * so that neither is ever without the other.  Ids, states and names of staff
 * only; never a word that somebody wrote.
 *
 * One request of a person makes one entry.  What it says must be what the
 * request asked for (lib/audit_action.h); an entry that would not hold is
 * never written.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/audit_chain.h"
#include "lib/err.h"

struct head {
	int64_t		seq;
	unsigned char	hash[SEAL_HASH];
	int		same;		/* the last is of this request */
	const char	*base;		/* or NULL */
};

static int
get_head(void *ctx, const struct row *row, struct err *e)
{
	struct head *head = ctx;
	const char *base = row_text(row, 2);

	head->seq = row_int(row, 0);
	head->same = base != NULL && head->base != NULL &&
	    strcmp(base, head->base) == 0;
	if (row_bytes(row, 1, head->hash, sizeof(head->hash)) == -1) {
		err_set(e, ERR_DENIED, "audit entry %" PRId64 " has no hash",
		    head->seq);
		return -1;
	}
	return 1;
}

static int
put(struct store *s, const struct audit_entry *x, struct err *e)
{
	return store_run(s, STMT_AUDIT_ADD, ARGS(V_INT(x->seq),
	    V_INT(x->at), V_TEXT(x->actor), V_TEXT(x->action),
	    V_TEXT(x->case_id), V_TEXT(x->detail), V_TEXT(x->base),
	    V_BLOB(x->signer, sizeof(x->signer)),
	    V_BLOB(x->signature, sizeof(x->signature)),
	    V_BLOB(x->prev, sizeof(x->prev)),
	    V_BLOB(x->hash, sizeof(x->hash)), V_INT(x->v)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

/* The recovery key has a name and is no person; codes have none. */
static const char *
name_of(const struct desk *d, const unsigned char key[SIGN_PUBLIC])
{
	const char *name = roster_name_of_key(d->roster, key);

	return name == NULL ? "code" : name;
}

int
audit_add(struct desk *d, const struct actor *actor, const char *action,
    const char *case_id, const char *detail, struct err *e)
{
	const struct request_proof *proof;
	struct audit_entry x;
	struct head head;

	memset(&head, 0, sizeof(head));
	memset(&x, 0, sizeof(x));
	proof = actor == NULL ? NULL : actor->proof;
	if (proof == NULL && d->signer == NULL) {
		err_set(e, ERR_BUG, "an audit entry that nobody signs");
		return -1;
	}
	head.base = proof == NULL ? NULL : proof->base;
	if (store_run(d->store, STMT_AUDIT_LAST, NO_ARGS, get_head, &head,
	    e) == -1)
		return -1;
	if (head.same) {
		err_set(e, ERR_BUG, "a second audit entry of one request, "
		    "'%s'", action);
		return -1;
	}
	x.v = AUDIT_VERSION;
	x.seq = head.seq + 1;
	x.at = store_now(d->store);
	x.actor = proof == NULL ? d->role : actor->person == NULL ?
	    name_of(d, proof->key) : actor->person->name;
	x.action = action;
	x.case_id = case_id;
	x.detail = detail;
	memcpy(x.prev, head.hash, sizeof(x.prev));
	if (proof == NULL)
		memcpy(x.signer, d->signer->pub, sizeof(x.signer));
	else if (audit_asked(&x, proof, e) == -1)
		return -1;
	if (audit_entry_hash(&x, x.hash) == -1) {
		err_set(e, ERR_BUG, "an audit entry that is too long");
		return -1;
	}
	if (proof == NULL)
		signature_make(d->signer, audit_entry_purpose(x.v), x.hash,
		    sizeof(x.hash), x.signature);
	return put(d->store, &x, e);
}

/* Text to its last byte, or NULL; whole = 0 when something hides behind it. */
static const char *
whole_text(const struct row *row, int column, int *whole)
{
	const char *s = row_text(row, column);
	size_t len;

	if (s == NULL)
		return NULL;
	(void)row_blob(row, column, &len);
	if (strlen(s) != len)
		*whole = 0;
	return s;
}

/* *x points into the row. 0, or -1: it is no entry. */
static int
read_entry(struct audit_entry *x, const struct row *row)
{
	int whole = 1;

	memset(x, 0, sizeof(*x));
	x->seq = row_int(row, 0);
	x->at = row_int(row, 1);
	x->actor = whole_text(row, 2, &whole);
	x->action = whole_text(row, 3, &whole);
	x->case_id = whole_text(row, 4, &whole);
	x->detail = whole_text(row, 5, &whole);
	x->base = whole_text(row, 6, &whole);
	x->v = row_int(row, 11);
	return whole && x->actor != NULL && x->action != NULL &&
	    row_bytes(row, 7, x->signer, sizeof(x->signer)) == 0 &&
	    row_bytes(row, 8, x->signature, sizeof(x->signature)) == 0 &&
	    row_bytes(row, 9, x->prev, sizeof(x->prev)) == 0 &&
	    row_bytes(row, 10, x->hash, sizeof(x->hash)) == 0 ? 0 : -1;
}

static int
verify_row(void *ctx, const struct row *row, struct err *e)
{
	struct audit_entry x;

	if (read_entry(&x, row) == 0)
		return audit_chain_next(ctx, &x, e);
	err_set(e, ERR_DENIED, "audit entry %" PRId64 " is not whole", x.seq);
	return -1;
}

struct own {
	const struct desk		*desk;
	const struct audit_entry	*want;
	int64_t				 at;
	int				 is;
};

static int
is_text(const char *s, const char *want)
{
	return s != NULL && strcmp(s, want) == 0;
}

/* The first one that comes is it, or it is not there. */
static int
look_at_own(void *ctx, const struct row *row, struct err *e)
{
	unsigned char hash[SEAL_HASH];
	struct own *own = ctx;
	const struct signer *me = own->desk->signer;
	struct audit_entry x;

	(void)e;
	own->is = read_entry(&x, row) == 0 && x.v == AUDIT_VERSION &&
	    x.base == NULL && x.seq == own->want->seq &&
	    is_text(x.action, own->want->action) &&
	    is_text(x.case_id, own->want->case_id) &&
	    is_text(x.detail, own->want->detail) &&
	    seal_equal(x.signer, me->pub, SIGN_PUBLIC) &&
	    audit_entry_hash(&x, hash) == 0 &&
	    signature_check(me->pub, audit_entry_purpose(x.v), hash,
	    sizeof(hash), x.signature);
	own->at = x.at;
	return 1;
}

int
audit_is_own(struct desk *d, const struct audit_entry *want, int64_t *at,
    struct err *e)
{
	struct own own = { d, want, 0, 0 };

	if (store_run(d->store, STMT_AUDIT_FROM, ARGS(V_INT(want->seq)),
	    look_at_own, &own, e) == -1)
		return -1;
	*at = own.at;
	return own.is;
}

int
audit_verify_seen(struct desk *d, const struct audit_head *seen,
    audit_step *step, void *ctx, struct audit_head *now, struct err *e)
{
	struct audit_chain *chain = audit_chain_new(d->roster);
	int64_t n;

	audit_chain_pin(chain, seen->seq, seen->hash);
	do {
		n = store_run(d->store, STMT_AUDIT_FROM,
		    ARGS(V_INT(audit_chain_seq(chain) + 1)), verify_row,
		    chain, e);
		if (n != -1 && step != NULL)
			step(ctx, audit_chain_seq(chain));
	} while (n > 0);
	if (n == 0 && audit_chain_end(chain, e) == -1)
		n = -1;
	now->seq = audit_chain_seq(chain);
	audit_chain_head(chain, now->hash);
	audit_chain_free(chain);
	return n == -1 ? -1 : 0;
}

int
audit_verify(struct desk *d, audit_step *step, void *ctx, int64_t *count,
    struct err *e)
{
	const struct audit_head none = { 0, { 0 } };
	struct audit_head now;
	int result = audit_verify_seen(d, &none, step, ctx, &now, e);

	*count = now.seq;
	return result;
}
