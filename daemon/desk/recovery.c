/*
 * The recovery key.  The roster decides what it may sign; here stands only
 * what it is handed, and that its appointment changes the list of staff and
 * nothing else.
 */
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/recovery.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/wire.h"

#define SECRETS_MAX	512

int
recovery_is_key(const struct desk *d, const unsigned char key[SIGN_PUBLIC])
{
	const struct roster_recovery *x = roster_recovery(d->roster);

	return x != NULL && seal_equal(x->sign, key, SIGN_PUBLIC);
}

json_t *
recovery_secrets(struct desk *d, struct err *e)
{
	json_t *list = rows_array(d->store, STMT_SECRET_JSON,
	    ARGS(V_TEXT(ROSTER_RECOVERY)), e);

	return list == NULL ? NULL : json_pack("{s:o}", "secrets", list);
}

/* The roster as it is now, the key as it stands there, and the nonce. */
static int
begin(struct desk *d, const struct request_proof *proof, struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	if (desk_refresh(d, e) == 0 && recovery_is_key(d, proof->key))
		return staff_nonce(d, proof, e) == 0 ? 0 :
		    staff_end(d, -1, e);
	err_set(e, ERR_DENIED, "this key is not on the roster");
	return staff_end(d, -1, e);
}

/* Keys of the desks, for the one who was appointed and for nobody else. */
static int
check_secrets(const json_t *secrets, const struct roster_person *p,
    struct err *e)
{
	const char *member, *desk;
	const json_t *o;
	size_t i;

	json_array_foreach(secrets, i, o) {
		if (wire_get_string(o, "member", &member, e) == -1 ||
		    wire_get_string(o, "desk", &desk, e) == -1)
			return -1;
		if (strcmp(member, p->name) == 0 && roster_on_desk(p, desk))
			continue;
		err_set(e, ERR_DENIED, "keys of a desk are for its own "
		    "people");
		return -1;
	}
	return 0;
}

static int
appoint_within(struct desk *d, const struct request_proof *proof,
    const json_t *body, struct err *e)
{
	const struct actor actor = { NULL, proof };
	const struct roster_person *p;
	json_t *entries, *secrets;
	size_t i;
	int64_t seq;

	if (wire_get_int(body, "seq", 1, INT32_MAX, &seq, e) == -1 ||
	    wire_get_array(body, "entries", 1, &entries, e) == -1 ||
	    wire_get_array(body, "secrets", SECRETS_MAX, &secrets, e) == -1)
		return -1;
	if (seq != roster_seq(d->roster) + 1) {
		err_set(e, ERR_CONFLICT, "the list of staff has changed "
		    "meanwhile; run the command again");
		return -1;
	}
	if (staff_put_entries(d, entries, e) == -1)
		return -1;
	for (i = 0; (p = roster_at(d->roster, i)) != NULL; i++)
		if (p->since_seq == seq)
			return check_secrets(secrets, p, e) == -1 ||
			    staff_put_secrets(d, secrets, e) == -1 ? -1 :
			    audit_add(d, &actor, "appoint", NULL, p->name,
			    e);
	err_set(e, ERR_INPUT, "'entries' appoint nobody");
	return -1;
}

json_t *
recovery_appoint(struct desk *d, const struct request_proof *proof,
    const json_t *body, struct err *e)
{
	if (begin(d, proof, e) == -1)
		return NULL;
	if (staff_end(d, appoint_within(d, proof, body, e), e) == 0)
		return json_pack("{s:I}", "seq",
		    (json_int_t)roster_seq(d->roster));
	/* What was not committed may be in it (staff_append()). */
	roster_free(d->roster);
	d->roster = roster_new();
	return NULL;
}

json_t *
recovery_rehearsed(struct desk *d, const struct request_proof *proof,
    struct err *e)
{
	const struct actor actor = { NULL, proof };
	int64_t at = store_now(d->store);
	int result;

	if (begin(d, proof, e) == -1)
		return NULL;
	result = store_run(d->store, STMT_REHEARSAL_ADD, ARGS(V_INT(at),
	    V_BLOB(proof->key, SIGN_PUBLIC)), NULL, NULL, e) == -1 ? -1 :
	    audit_add(d, &actor, "rehearse", NULL, NULL, e);
	return staff_end(d, result, e) == -1 ? NULL : json_pack("{s:I}",
	    "at", (json_int_t)at);
}

json_t *
recovery_show(struct desk *d, struct err *e)
{
	const struct roster_recovery *x = roster_recovery(d->roster);
	static const unsigned char none[SIGN_PUBLIC];
	int64_t at;

	if (rows_int(d->store, STMT_REHEARSAL_LAST, ARGS(V_BLOB(x == NULL ?
	    none : x->sign, SIGN_PUBLIC)), 0, &at, e) == -1)
		return NULL;
	return json_pack("{s:o}", "rehearsed", at == 0 ? json_null() :
	    json_integer(at));
}
