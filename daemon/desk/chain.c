/*
 * Walks the signed deposits of a case.  Everything that post and the
 * depositing roles believe of a case comes from here, never from the plain
 * columns beside it.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon/desk/chain.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/err.h"

struct walk {
	struct desk	*desk;
	const char	*case_id;
	unsigned char	 expected[SEAL_HASH];	/* the next one's hash */
	int		 begun, stopped;
	chain_fn	*fn;
	void		*ctx;
};

static int
refuse(const struct walk *w, const struct row *row, const char *why,
    struct err *e)
{
	err_set(e, ERR_DENIED, "item %s.%" PRId64 " %s", w->case_id,
	    row_int(row, 3), why);
	return -1;
}

static int
check(const struct walk *w, const struct row *row, const struct deposit *dep,
    const unsigned char signer[SIGN_PUBLIC], struct err *e)
{
	if (!roster_is_role_key(w->desk->roster, dep->role, signer, 0))
		return refuse(w, row, "is not signed by a role", e);
	if (strcmp(dep->case_id, w->case_id) != 0 ||
	    dep->seq != row_int(row, 3))
		return refuse(w, row, "was deposited elsewhere", e);
	/*
	 * What staff state about a person passes the checks of post alone,
	 * what a return code is good for those of web.
	 */
	if (strcmp(dep->kind, "letter") != 0 &&
	    (strcmp(dep->kind, "participant") != 0 ||
	    strcmp(dep->role, "post") != 0) &&
	    (strcmp(dep->kind, "reach") != 0 ||
	    strcmp(dep->role, "web") != 0))
		return refuse(w, row, "is of a kind that this role does not "
		    "deposit", e);
	return 0;
}

static int
walk_row(void *ctx, const struct row *row, struct err *e)
{
	struct walk *w = ctx;
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	unsigned char hash[SEAL_HASH];
	struct deposit dep;
	const void *statement;
	size_t len;
	int result;

	statement = row_blob(row, 0, &len);
	if (statement == NULL ||
	    row_bytes(row, 1, signer, sizeof(signer)) == -1 ||
	    row_bytes(row, 2, signature, sizeof(signature)) == -1)
		return refuse(w, row, "has no signed deposit", e);
	deposit_hash(hash, statement, len);
	if (!seal_equal(hash, w->expected, sizeof(hash)))
		return refuse(w, row, "is not the deposit that belongs here",
		    e);
	if (!signature_check(signer, PURPOSE_DEPOSIT, statement, len,
	    signature))
		return refuse(w, row, "has a signature that does not hold",
		    e);
	if (deposit_parse(&dep, statement, len, e) == -1) {
		if (e != NULL)
			e->code = ERR_DENIED;
		err_prefix(e, "item %s.%" PRId64, w->case_id,
		    row_int(row, 3));
		return -1;
	}
	result = check(w, row, &dep, signer, e);
	if (result == 0) {
		memcpy(w->expected, dep.prev, sizeof(w->expected));
		w->begun = 1;
		result = w->fn(w->ctx, &dep, hash, e);
		w->stopped = result == 1;
	}
	deposit_free(&dep);
	return result;
}

static int
get_newest(void *ctx, const struct row *row, struct err *e)
{
	struct walk *w = ctx;

	if (row_bytes(row, 3, w->expected, sizeof(w->expected)) == -1) {
		err_set(e, ERR_DENIED, "case %s names no deposit",
		    w->case_id);
		return -1;
	}
	return 1;
}

int
chain_counts(const struct deposit *dep)
{
	if (strcmp(dep->kind, "letter") != 0)
		return 0;
	return dep->class[0] == '\0' || strcmp(dep->class, "person") == 0 ||
	    strcmp(dep->class, "suspect") == 0 ||
	    strcmp(dep->class, "list") == 0;
}

/* The first of all deposits follows none. */
static int
is_whole(const struct walk *w)
{
	static const unsigned char none[SEAL_HASH];

	return w->stopped || seal_equal(w->expected, none, SEAL_HASH);
}

int
chain_walk(struct desk *d, const char *case_id, chain_fn *fn, void *ctx,
    struct err *e)
{
	struct walk w = { d, case_id, { 0 }, 0, 0, fn, ctx };
	int64_t n;

	n = store_run(d->store, STMT_CASE_GET, ARGS(V_TEXT(case_id)),
	    get_newest, &w, e);
	if (n == -1)
		return -1;
	if (n == 0) {
		err_set(e, ERR_GONE, "there is no case '%s'", case_id);
		return -1;
	}
	if (store_run(d->store, STMT_ITEM_DEPOSITS, ARGS(V_TEXT(case_id)),
	    walk_row, &w, e) == -1)
		return -1;
	if (!w.begun) {
		err_set(e, ERR_DENIED, "case %s has no deposit", case_id);
		return -1;
	}
	if (!is_whole(&w)) {
		err_set(e, ERR_DENIED, "the first deposit of case %s is "
		    "missing or does not hold", case_id);
		return -1;
	}
	return 0;
}
