/*
 * Invitations: a supervisor's signed statement, a card under the code's key,
 * a confirmation.  The server keeps and hands out; the CLIs check, because
 * only they can be believed.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/audit_chain.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/roster.h"
#include "lib/wire.h"

#define STATEMENT_MAX	8192

/* The statement must be what its signer may say. */
static int
check_statement(struct desk *d, const struct actor *actor,
    const struct roster_invite *invite, struct err *e)
{
	size_t i;

	if (strcmp(invite->by, actor->person->name) != 0) {
		err_set(e, ERR_INPUT, "an invitation is signed by who makes "
		    "it");
		return -1;
	}
	if (invite->expires <= store_now(d->store)) {
		err_set(e, ERR_INPUT, "the invitation has expired already: "
		    "is the clock of your machine right?");
		return -1;
	}
	for (i = 0; i < invite->ndesks; i++)
		if (actor->person->rank != RANK_SUPERVISOR ||
		    !roster_on_desk(actor->person, invite->desks[i])) {
			err_set(e, ERR_DENIED, "you are not a supervisor of "
			    "the desk '%s'", invite->desks[i]);
			return -1;
		}
	return 0;
}

static int
invite_within(struct desk *d, const struct actor *actor,
    const struct roster_invite *invite, const struct buf *statement,
    const unsigned char signature[SIGN_LEN], struct err *e)
{
	char detail[AUDIT_INVITE_MAX];

	if (check_statement(d, actor, invite, e) == -1)
		return -1;
	if (store_run(d->store, STMT_INVITATION_ADD,
	    ARGS(V_INT(invite->number), V_TEXT(invite->name),
	    V_INT(invite->expires), V_BLOB(statement->bytes, statement->len),
	    V_BLOB(signature, SIGN_LEN),
	    V_BLOB(actor->person->sign, SIGN_PUBLIC),
	    V_BLOB(invite->key, SIGN_PUBLIC)), NULL, NULL, e) == -1)
		return -1;
	audit_chain_invite(detail, invite->name, invite->key);
	return audit_add(d, actor, "invite", NULL, detail, e);
}

json_t *
staff_invite(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct roster_invite invite;
	struct buf statement;
	json_t *answer = NULL;
	struct actor me;

	if (wire_get_base64(body, "statement", STATEMENT_MAX, &statement,
	    e) == -1 ||
	    wire_get_hex(body, "signature", signature, SIGN_LEN, e) == -1 ||
	    roster_invite_parse(&invite, statement.bytes, statement.len,
	    e) == -1)
		goto out;
	if (!signature_check(actor->proof->key, PURPOSE_INVITE,
	    statement.bytes, statement.len, signature)) {
		err_set(e, ERR_DENIED, "the invitation's signature does not "
		    "hold");
		goto out;
	}
	if (staff_begin(d, actor, &me, e) == -1 || staff_end(d,
	    invite_within(d, &me, &invite, &statement, signature, e),
	    e) == -1)
		goto out;
	answer = json_object();
	(void)json_object_set_new(answer, "number",
	    json_integer(invite.number));
out:
	buf_free(&statement);
	return answer;
}

json_t *
staff_invitations(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *list, *answer;

	(void)actor;
	list = rows_array(d->store, STMT_INVITATION_WAITING,
	    ARGS(V_INT(store_now(d->store))), e);
	if (list == NULL)
		return NULL;
	answer = json_object();
	(void)json_object_set_new(answer, "invitations", list);
	return answer;
}

int
staff_is_invite_key(struct desk *d, const unsigned char key[SIGN_PUBLIC],
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_INVITATION_BY_KEY,
	    ARGS(V_BLOB(key, SIGN_PUBLIC), V_INT(store_now(d->store))), NULL,
	    NULL, e);

	return n == -1 ? -1 : n > 0;
}

/* The invitation's own key, and no other, may see it. */
static int
own_key(struct desk *d, const struct request_proof *proof, int64_t number,
    struct err *e)
{
	int64_t n = store_run(d->store, STMT_INVITATION_NUMBER_BY_KEY,
	    ARGS(V_BLOB(proof->key, SIGN_PUBLIC), V_INT(number)), NULL, NULL,
	    e);

	if (n == 0)
		err_set(e, ERR_GONE, "there is no such invitation: ask who "
		    "invited you for a new one");
	return n > 0 ? 0 : -1;
}

json_t *
staff_invitation(struct desk *d, const struct request_proof *proof,
    int64_t number, struct err *e)
{
	if (own_key(d, proof, number, e) == -1)
		return NULL;
	return rows_object(d->store, STMT_INVITATION_JSON,
	    ARGS(V_INT(number)), e);
}

static int
card_within(struct desk *d, const struct request_proof *proof,
    int64_t number, const struct buf *card, const json_t *body,
    struct err *e)
{
	unsigned char invite[SIGN_LEN], own[SIGN_LEN];
	struct actor actor = { NULL, proof };
	int64_t n;

	if (wire_get_hex(body, "invite_signature", invite, SIGN_LEN,
	    e) == -1 ||
	    wire_get_hex(body, "own_signature", own, SIGN_LEN, e) == -1 ||
	    staff_nonce(d, proof, e) == -1)
		return -1;
	if (!signature_check(proof->key, PURPOSE_CARD, card->bytes,
	    card->len, invite)) {
		err_set(e, ERR_DENIED, "the card's signature does not hold");
		return -1;
	}
	n = store_run(d->store, STMT_INVITATION_CARD, ARGS(V_INT(number),
	    V_BLOB(card->bytes, card->len), V_BLOB(invite, SIGN_LEN),
	    V_BLOB(own, SIGN_LEN), V_INT(store_now(d->store))), NULL, NULL,
	    e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "this invitation was used before or "
		    "has expired; ask for a new one");
	return n == 1 ? audit_add(d, &actor, "card", NULL, NULL, e) : -1;
}

json_t *
staff_card(struct desk *d, const struct request_proof *proof, int64_t number,
    const json_t *body, struct err *e)
{
	json_t *answer = NULL;
	struct buf card;

	if (wire_get_base64(body, "card", STATEMENT_MAX, &card, e) == -1 ||
	    own_key(d, proof, number, e) == -1 ||
	    store_begin(d->store, e) == -1)
		goto out;
	if (staff_end(d, card_within(d, proof, number, &card, body, e),
	    e) == -1)
		goto out;
	answer = staff_invitation(d, proof, number, e);
out:
	buf_free(&card);
	return answer;
}
