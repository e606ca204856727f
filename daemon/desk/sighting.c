/*
 * That clock has seen a wish, and when.  What counts is the signed entry; the
 * row only says which it is.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/sighting.h"
#include "daemon/store/store.h"
#include "lib/audit_entry.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "lib/wish.h"

#define ACTION	"erase-seen"
#define HEX	(2 * SEAL_HASH)

/* Which wish: text, signer and signature, of which only the first varies. */
static int
name_wish(char out[HEX + 1], const struct wish_signed *s, struct err *e)
{
	unsigned char all[WISH_MAX + SIGN_PUBLIC + SIGN_LEN];
	unsigned char hash[SEAL_HASH];

	if (s->len > WISH_MAX) {
		err_set(e, ERR_BUG, "a wish that is too long");
		return -1;
	}
	memcpy(all, s->text, s->len);
	memcpy(all + s->len, s->signer, SIGN_PUBLIC);
	memcpy(all + s->len + SIGN_PUBLIC, s->signature, SIGN_LEN);
	seal_hash(hash, PURPOSE_WISH, all, s->len + SIGN_PUBLIC + SIGN_LEN);
	wire_hex(out, hash, sizeof(hash));
	return 0;
}

int
sighting_add(struct desk *d, const char *case_id,
    const struct wish_signed *s, struct err *e)
{
	char wish[HEX + 1];
	int64_t n;

	if (name_wish(wish, s, e) == -1 ||
	    audit_add(d, NULL, ACTION, case_id, wish, e) == -1)
		return -1;
	n = store_run(d->store, STMT_ERASURE_SEEN, ARGS(V_TEXT(case_id),
	    V_INT(store_now(d->store) + ERASE_WAIT_S)), NULL, NULL, e);
	/* Else it would be seen for the first time again and again. */
	if (n == 0)
		err_set(e, ERR_BUG, "case %s has no wish to be seen", case_id);
	return n == 1 ? 0 : -1;
}

int
sighting_holds(struct desk *d, const char *case_id,
    const struct wish_signed *s, int64_t seq, int64_t *at, struct err *e)
{
	struct audit_entry want;
	char wish[HEX + 1];
	int64_t n;
	int own;

	memset(&want, 0, sizeof(want));
	want.seq = seq;
	want.action = ACTION;
	want.case_id = case_id;
	want.detail = wish;
	if (name_wish(wish, s, e) == -1)
		return -1;
	if ((own = audit_is_own(d, &want, at, e)) != 1)
		return own;
	n = store_run(d->store, STMT_ERASURE_UNDONE, ARGS(V_TEXT(case_id),
	    V_INT(seq)), NULL, NULL, e);
	return n == -1 ? -1 : n == 0;
}
