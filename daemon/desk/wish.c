/*
 * Wishes that are no letter.  Each is kept as role web signed it, and is an
 * event and an audit entry; the plain flag only brings the case before
 * people's eyes.
 */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/crash.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/claim.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/due.h"
#include "daemon/desk/epoch.h"
#include "daemon/desk/erase.h"
#include "daemon/desk/event.h"
#include "daemon/desk/wish.h"
#include "daemon/store/store.h"
#include "lib/err.h"

/* Somebody is to look: the case waits, and who had it has it no more. */
static int
wait_again(struct desk *d, const char *id, const char *word, int64_t now,
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_LINK_WAIT, ARGS(V_TEXT(id),
	    V_INT(now)), NULL, NULL, e);

	if (n == 0)
		err_set(e, ERR_GONE, "there is no case '%s'", id);
	if (n != 1)
		return -1;
	return due_settle(d, id, e) == -1 ||
	    store_run(d->store, STMT_WISH_FLAG, ARGS(V_TEXT(id),
	    V_TEXT(word)), NULL, NULL, e) == -1 ? -1 :
	    claim_drop(d, id, e);
}

static int
put(struct desk *d, const struct wish *w, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	size_t len;
	char *text = wish_print(w, &len);
	int64_t n;

	signature_make(d->signer, PURPOSE_WISH, text, len, signature);
	n = store_run(d->store, STMT_WISH_PUT, ARGS(V_TEXT(w->case_id),
	    V_INT(w->participant), V_TEXT(wish_word(w->kind)), V_INT(w->at),
	    V_BLOB(text, len), V_BLOB(d->signer->pub, SIGN_PUBLIC),
	    V_BLOB(signature, SIGN_LEN)), NULL, NULL, e);
	free(text);
	return n == -1 ? -1 : 0;
}

static int
write_wish(struct desk *d, const struct wish *w, struct err *e)
{
	const char *word = wish_word(w->kind);
	char who[ROSTER_NAME_MAX + 1], kind[32];
	struct erasure x;
	int64_t n;

	if (erase_look(d, w->case_id, &x, e) == -1)
		return -1;
	if (x.state != ERASE_NONE) {
		err_set(e, ERR_GONE, "case %s is to be erased", w->case_id);
		return -1;
	}
	n = store_run(d->store, STMT_WISH_FRESH, ARGS(V_TEXT(w->case_id),
	    V_INT(w->participant), V_TEXT(word)), NULL, NULL, e);
	if (n != 0)
		return n == -1 ? -1 : 0;
	erase_name(who, w->participant);
	(void)snprintf(kind, sizeof(kind), "wish-%s", word);
	if (wait_again(d, w->case_id, word, w->at, e) == -1 ||
	    put(d, w, e) == -1 ||
	    event_add(d, NULL, w->case_id, kind, who, e) == -1)
		return -1;
	return audit_add(d, NULL, kind, w->case_id, who, e);
}

int
wish_by_code(struct desk *d, const char *case_id, int64_t participant,
    enum wish_kind kind, struct err *e)
{
	struct wish w;

	memset(&w, 0, sizeof(w));
	(void)snprintf(w.case_id, sizeof(w.case_id), "%s", case_id);
	(void)snprintf(w.by, sizeof(w.by), "%s", d->role);
	w.kind = kind;
	w.participant = participant;
	w.at = store_now(d->store);
	crash_point("wish: before");
	if (store_begin(d->store, e) == -1)
		return -1;
	if (write_wish(d, &w, e) == -1 || store_commit(d->store, e) == -1) {
		store_rollback(d->store);
		return -1;
	}
	crash_point("wish: after");
	return 0;
}

int
wish_forget(struct desk *d, const char *case_id, struct err *e)
{
	return store_run(d->store, STMT_ERASE_WISHES, ARGS(V_TEXT(case_id)),
	    NULL, NULL, e) == -1 || store_run(d->store, STMT_WISH_UNFLAG,
	    ARGS(V_TEXT(case_id)), NULL, NULL, e) == -1 ? -1 : 0;
}

int
wish_counts(struct desk *d, const char *case_id, const struct wish_signed *s,
    struct wish *out, struct err *e)
{
	if (!wish_holds(d->roster, case_id, s, out))
		return 0;
	return out->participant > 0 ? 1 : epoch_served(d, case_id, s->signer,
	    e);
}
