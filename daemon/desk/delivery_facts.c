/*
 * What a case's signed deposits say of a delivery: how the person is reached,
 * and whether somebody wrote after what the author had read.  The plain
 * columns are not asked.  And what belongs to it beside its row: the postman's
 * grant, and the tokens by which what comes back is known.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/chain.h"
#include "daemon/desk/delivery.h"
#include "daemon/desk/desk.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"

struct facts {
	struct delivery_facts	*out;
	const struct delivery	*delivery;
	const unsigned char	*last_read;
};

static int
collect(void *ctx, const struct deposit *dep,
    const unsigned char hash[SEAL_HASH], struct err *e)
{
	struct facts *f = ctx;

	(void)e;
	if (seal_equal(hash, f->last_read, SEAL_HASH))
		f->out->last_read_known = 1;
	else if (!f->out->last_read_known && chain_counts(dep))
		f->out->later_letter = 1;
	if (!f->out->has_participant &&
	    dep->participant == f->delivery->participant) {
		f->out->has_participant = 1;
		memcpy(f->out->check, dep->check, SEAL_HASH);
		(void)snprintf(f->out->mode, sizeof(f->out->mode), "%s",
		    dep->mode);
	}
	if (dep->participant == f->delivery->participant && dep->has_seeker)
		f->out->has_seeker = 1;
	return 0;
}

int
delivery_facts(struct desk *d, const struct delivery *x,
    const unsigned char last_read[SEAL_HASH], struct delivery_facts *out,
    struct err *e)
{
	struct facts f = { out, x, last_read };

	memset(out, 0, sizeof(*out));
	return chain_walk(d, x->case_id, collect, &f, e);
}

static int
add_box(void *ctx, const struct row *row, struct err *e)
{
	const void *bytes;
	size_t len;

	bytes = row_blob(row, 0, &len);
	if (buf_add(ctx, bytes, len) == 0)
		return 1;
	err_set(e, ERR_DENIED, "the postman's grant is too large");
	return -1;
}

int
delivery_grant(struct desk *d, const struct delivery *x, struct buf *box,
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_GRANT_POSTMAN,
	    ARGS(V_BLOB(x->item, SEAL_ID)), add_box, box, e);

	if (n == 0)
		err_set(e, ERR_GONE, "no grant to the postman for a letter "
		    "of case %s", x->case_id);
	return n > 0 ? 0 : -1;
}

static int
add_token(struct desk *d, const struct delivery *x, const char *kind,
    const char *token, struct err *e)
{
	unsigned char hash[SEAL_HASH];

	desk_hash_token(d, kind, token, hash);
	return store_run(d->store, STMT_TOKEN_ADD,
	    ARGS(V_BLOB(hash, SEAL_HASH), V_TEXT(kind), V_TEXT(x->case_id),
	    V_INT(x->participant), V_BLOB(x->item, SEAL_ID)), NULL, NULL,
	    e) == -1 ? -1 : 0;
}

int
delivery_tokens(struct desk *d, const struct delivery *x,
    const char *message_id, const char *reply_token,
    const char *return_path_token, struct err *e)
{
	int result;

	if (store_begin(d->store, e) == -1)
		return -1;
	result = add_token(d, x, "message-id", message_id, e) == -1 ||
	    add_token(d, x, "reply", reply_token, e) == -1 ||
	    add_token(d, x, "return-path", return_path_token, e) == -1 ?
	    -1 : 0;
	return store_end(d->store, result, e);
}
