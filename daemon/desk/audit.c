/*
 * The audit chain: an entry per change of state, in the same transaction,
 * so that neither is ever without the other.  Ids, states and names of staff
 * only; never a word that somebody wrote.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

struct head {
	int64_t		seq;
	unsigned char	hash[SEAL_HASH];
};

struct entry {
	int64_t		 seq, at;
	const char	*actor, *action, *case_id, *detail, *base;
	unsigned char	 signer[SIGN_PUBLIC];
	unsigned char	 prev[SEAL_HASH];
};

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

static void
entry_hash(const struct entry *x, unsigned char out[SEAL_HASH])
{
	char signer[2 * SIGN_PUBLIC + 1], prev[2 * SEAL_HASH + 1];
	struct buf b;

	wire_hex(signer, x->signer, sizeof(x->signer));
	wire_hex(prev, x->prev, sizeof(x->prev));
	buf_init(&b, 8192);
	if (buf_addf(&b, "%" PRId64 "\n%" PRId64 "\n%s\n%s\n%s\n%s\n%s\n"
	    "%s\n%s", x->seq, x->at, x->actor, x->action,
	    or_empty(x->case_id), or_empty(x->detail), or_empty(x->base),
	    signer, prev) == -1)
		buf_clear(&b);	/* over-long: as if it were empty */
	seal_hash(out, PURPOSE_AUDIT, b.bytes, b.len);
	buf_free(&b);
}

static int
get_head(void *ctx, const struct row *row, struct err *e)
{
	struct head *head = ctx;

	head->seq = row_int(row, 0);
	if (row_bytes(row, 1, head->hash, sizeof(head->hash)) == -1) {
		err_set(e, ERR_DENIED, "audit entry %" PRId64 " has no hash",
		    head->seq);
		return -1;
	}
	return 1;
}

int
audit_add(struct desk *d, const struct actor *actor, const char *action,
    const char *case_id, const char *detail, struct err *e)
{
	unsigned char hash[SEAL_HASH], signature[SIGN_LEN];
	const struct request_proof *proof;
	struct head head;
	struct entry x;

	memset(&head, 0, sizeof(head));
	memset(&x, 0, sizeof(x));
	if (store_run(d->store, STMT_AUDIT_LAST, NO_ARGS, get_head, &head,
	    e) == -1)
		return -1;
	proof = actor == NULL ? NULL : actor->proof;
	if (proof == NULL && d->signer == NULL) {
		err_set(e, ERR_BUG, "an audit entry that nobody signs");
		return -1;
	}
	x.seq = head.seq + 1;
	x.at = store_now(d->store);
	x.actor = proof == NULL ? d->role :
	    actor->person == NULL ? "code" : actor->person->name;
	x.action = action;
	x.case_id = case_id;
	x.detail = detail;
	x.base = proof == NULL ? NULL : proof->base;
	memcpy(x.signer, proof == NULL ? d->signer->pub : proof->key,
	    sizeof(x.signer));
	memcpy(x.prev, head.hash, sizeof(x.prev));
	entry_hash(&x, hash);
	if (proof == NULL)
		signature_make(d->signer, PURPOSE_AUDIT, hash, sizeof(hash),
		    signature);
	else
		memcpy(signature, proof->sig, sizeof(signature));
	return store_run(d->store, STMT_AUDIT_ADD, ARGS(V_INT(x.seq),
	    V_INT(x.at), V_TEXT(x.actor), V_TEXT(x.action),
	    V_TEXT(x.case_id), V_TEXT(x.detail), V_TEXT(x.base),
	    V_BLOB(x.signer, sizeof(x.signer)),
	    V_BLOB(signature, sizeof(signature)),
	    V_BLOB(x.prev, sizeof(x.prev)), V_BLOB(hash, sizeof(hash))),
	    NULL, NULL, e) == -1 ? -1 : 0;
}

struct verifying {
	struct desk	*desk;
	struct head	 head;
};

static int
bad_entry(const struct entry *x, const char *why, struct err *e)
{
	err_set(e, ERR_DENIED, "audit entry %" PRId64 " %s", x->seq, why);
	return -1;
}

/*
 * A role by its key, a person by a key that is or was theirs. Founder and
 * invitation codes ("code") stand on no list; theirs is the signature alone.
 */
static int
is_signed(const struct roster *r, const struct entry *x,
    const unsigned char hash[SEAL_HASH],
    const unsigned char signature[SIGN_LEN])
{
	const char *name;

	if (x->base == NULL)
		return roster_is_role_key(r, x->actor, x->signer, 0) &&
		    signature_check(x->signer, PURPOSE_AUDIT, hash, SEAL_HASH,
		    signature);
	name = roster_name_of_key(r, x->signer);
	return strcmp(x->actor, name == NULL ? "code" : name) == 0 &&
	    signature_check(x->signer, PURPOSE_REQUEST, x->base,
	    strlen(x->base), signature);
}

static int
verify_row(void *ctx, const struct row *row, struct err *e)
{
	struct verifying *v = ctx;
	unsigned char hash[SEAL_HASH], stored[SEAL_HASH];
	unsigned char signature[SIGN_LEN];
	struct entry x;

	x.seq = row_int(row, 0);
	x.at = row_int(row, 1);
	x.actor = or_empty(row_text(row, 2));
	x.action = or_empty(row_text(row, 3));
	x.case_id = row_text(row, 4);
	x.detail = row_text(row, 5);
	x.base = row_text(row, 6);
	if (x.seq != v->head.seq + 1)
		return bad_entry(&x, "does not follow the one before", e);
	if (row_bytes(row, 7, x.signer, sizeof(x.signer)) == -1 ||
	    row_bytes(row, 8, signature, sizeof(signature)) == -1 ||
	    row_bytes(row, 9, x.prev, sizeof(x.prev)) == -1 ||
	    row_bytes(row, 10, stored, sizeof(stored)) == -1)
		return bad_entry(&x, "is not whole", e);
	entry_hash(&x, hash);
	if (!seal_equal(x.prev, v->head.hash, sizeof(x.prev)) ||
	    !seal_equal(hash, stored, sizeof(hash)))
		return bad_entry(&x, "was changed", e);
	if (!is_signed(v->desk->roster, &x, hash, signature))
		return bad_entry(&x, "is not signed by who it names", e);
	v->head.seq = x.seq;
	memcpy(v->head.hash, hash, sizeof(hash));
	return 0;
}

int
audit_verify(struct desk *d, audit_step *step, void *ctx, int64_t *count,
    struct err *e)
{
	struct verifying v;
	int64_t n;

	memset(&v, 0, sizeof(v));
	v.desk = d;
	do {
		n = store_run(d->store, STMT_AUDIT_FROM,
		    ARGS(V_INT(v.head.seq + 1)), verify_row, &v, e);
		if (n == -1)
			return -1;
		if (step != NULL)
			step(ctx, v.head.seq);
	} while (n > 0);
	*count = v.head.seq;
	return 0;
}
