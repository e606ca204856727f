/*
 * A change of the list of staff is one signed entry and, in the same batch,
 * the keys that the person needs from then on.  Keys are only ever added:
 * what somebody could open once cannot be taken back here, a new key of the
 * desk does that.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "tools/entries.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define STATEMENT_MAX	8192
#define CARD_MAX	8192
#define TRIES		3	/* when colleagues change the list, too */

const struct roster_person *
staffing_active(struct session *s, const char *name, struct err *e)
{
	const struct roster_person *p = roster_person(s->roster, name);

	if (p != NULL && p->active)
		return p;
	err_set(e, ERR_GONE, _("there is no '%s' on the list of staff: "
	    "'teduh staff list' shows who is"), name);
	return NULL;
}

int
staffing_may_decide(struct session *s, const struct roster_person *p,
    struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	size_t i;

	if (me == NULL)
		return -1;
	if (me->rank != RANK_SUPERVISOR) {
		err_set(e, ERR_DENIED, _("only a supervisor changes the list "
		    "of staff"));
		return -1;
	}
	for (i = 0; i < p->ndesks; i++)
		if (!roster_on_desk(me, p->desks[i])) {
			err_set(e, ERR_DENIED, _("you are not a supervisor of "
			    "the desk '%s'"), p->desks[i]);
			return -1;
		}
	return 0;
}

static int
supervises(const struct roster_person *p, const char *desk)
{
	return p != NULL && p->active && p->rank == RANK_SUPERVISOR &&
	    roster_on_desk(p, desk);
}

int
staffing_keeps(struct session *s, const struct roster_person *was,
    const struct roster_person *now, struct err *e)
{
	const struct roster_person *other;
	size_t i, k;
	int left;

	for (k = 0; k < was->ndesks; k++) {
		if (!supervises(was, was->desks[k]))
			continue;
		left = supervises(now, was->desks[k]);
		for (i = 0; (other = roster_at(s->roster, i)) != NULL; i++)
			left |= strcmp(other->name, was->name) != 0 &&
			    supervises(other, was->desks[k]);
		if (!left) {
			err_set(e, ERR_DENIED, _("'%s' is the last supervisor "
			    "of the desk '%s': invite another one first"),
			    was->name, was->desks[k]);
			return -1;
		}
	}
	return 0;
}

/* Keys of one desk; which: bit 0 its team keys, bit 1 its report keys. */
static int
seal_desk(struct session *s, json_t *list, const char *desk,
    unsigned int which, const struct roster_person *to, struct err *e)
{
	const struct team *team = session_team(s, e);
	const struct team_key *key;
	unsigned char pub[SEAL_KEY];
	int64_t epoch;
	json_t *sealed;
	size_t i;

	if (team == NULL || roster_team(s->roster, desk, pub, &epoch, e) == -1)
		return -1;
	if (team_secret(team, desk, epoch) == NULL) {
		err_set(e, ERR_DENIED, _("you do not hold the present key of "
		    "the desk '%s' yourself: another supervisor does this"),
		    desk);
		return -1;
	}
	for (i = 0; (key = team_at(team, i)) != NULL; i++) {
		if (strcmp(key->desk, desk) != 0 ||
		    (which & (key->report ? 2U : 1U)) == 0)
			continue;
		if ((sealed = team_seal(key, to->name, to->box, e)) == NULL)
			return -1;
		(void)json_array_append_new(list, sealed);
	}
	return 0;
}

json_t *
staffing_secrets(struct session *s, const struct roster_person *was,
    const struct roster_person *now, struct err *e)
{
	json_t *list = json_array();
	unsigned int which;
	size_t k;

	for (k = 0; k < now->ndesks; k++) {
		const char *desk = now->desks[k];
		int had = was != NULL && was->active &&
		    was->rank != RANK_ADMIN && roster_on_desk(was, desk);

		which = 0;
		if (now->rank != RANK_ADMIN && !had)
			which |= 1;	/* an admin configures, cannot read */
		if (now->rank == RANK_SUPERVISOR && !supervises(was, desk))
			which |= 2;
		if (which != 0 && seal_desk(s, list, desk, which, now,
		    e) == -1) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

int
staffing_append(struct session *s, int64_t seq, const json_t *entries,
    const json_t *secrets, int64_t confirm, struct err *e)
{
	json_t *body = json_object(), *answer;
	struct err again = ERR_INIT;

	(void)json_object_set_new(body, "seq", json_integer(seq));
	(void)json_object_set_new(body, "entries", json_deep_copy(entries));
	(void)json_object_set_new(body, "secrets", json_deep_copy(secrets));
	(void)json_object_set_new(body, "confirm", confirm == 0 ?
	    json_null() : json_integer(confirm));
	answer = client_post(s->client, "/v1/roster", body, e);
	json_decref(body);
	json_decref(answer);
	if (answer != NULL)
		return 0;
	if (e->code == ERR_CONFLICT && session_roster(s, &again) == -1)
		*e = again;
	return -1;
}

int
staffing_again(const struct session *s, int64_t seq, int tries,
    const struct err *e)
{
	return e->code == ERR_CONFLICT && tries < TRIES &&
	    roster_seq(s->roster) != seq;
}

/* One entry; its bytes are freed. */
static int
append_entry(struct session *s, char *entry, size_t len,
    const json_t *secrets, int64_t confirm, struct err *e)
{
	json_t *entries = json_array();
	int64_t seq = roster_seq(s->roster) + 1;
	int result = -1;

	if (entries_add(entries, s->roster, s->me->signer, entry, len,
	    e) == 0)
		result = staffing_append(s, seq, entries, secrets, confirm, e);
	json_decref(entries);
	return result;
}

int
staffing_send(struct session *s, const struct roster_person *p,
    const json_t *secrets, int64_t confirm, struct err *e)
{
	char *entry;
	size_t len;

	entry = roster_entry_person(s->roster, s->service.name,
	    client_now(s->client), p, &len);
	return append_entry(s, entry, len, secrets, confirm, e);
}

int
staffing_policy(struct session *s, const char *desk,
    const struct roster_policy *p, struct err *e)
{
	json_t *none = json_array();
	char *entry;
	size_t len;
	int result;

	entry = roster_entry_policy(s->roster, s->service.name,
	    client_now(s->client), desk, p, &len);
	result = append_entry(s, entry, len, none, 0, e);
	json_decref(none);
	return result;
}

int
staffing_invitation(struct session *s, const json_t *o,
    struct roster_invite *invite, struct err *e)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const struct roster_person *by;
	struct buf bytes;
	size_t i;
	int ok = 0;

	if (wire_get_base64(o, "statement", STATEMENT_MAX, &bytes, e) == 0 &&
	    wire_get_hex(o, "signer", signer, SIGN_PUBLIC, e) == 0 &&
	    wire_get_hex(o, "signature", signature, SIGN_LEN, e) == 0 &&
	    roster_invite_parse(invite, bytes.bytes, bytes.len, e) == 0) {
		by = roster_person_by_key(s->roster, signer);
		ok = by != NULL && by->rank == RANK_SUPERVISOR &&
		    strcmp(by->name, invite->by) == 0 &&
		    signature_check(signer, PURPOSE_INVITE, bytes.bytes,
		    bytes.len, signature);
		for (i = 0; ok && i < invite->ndesks; i++)
			ok = roster_on_desk(by, invite->desks[i]);
	}
	buf_free(&bytes);
	if (ok)
		return 0;
	err_set(e, ERR_DENIED, _("this invitation is not signed by a "
	    "supervisor of its desks"));
	return -1;
}

int
staffing_card(const json_t *o, const struct roster_invite *v,
    struct roster_card *card, struct err *e)
{
	unsigned char by_code[SIGN_LEN], by_key[SIGN_LEN];
	struct buf bytes;
	int ok = 0;

	if (wire_get_base64(o, "card", CARD_MAX, &bytes, e) == 0 &&
	    wire_get_hex(o, "card_invite", by_code, SIGN_LEN, e) == 0 &&
	    wire_get_hex(o, "card_own", by_key, SIGN_LEN, e) == 0 &&
	    roster_card_parse(card, bytes.bytes, bytes.len, e) == 0)
		ok = card->invite == v->number &&
		    strcmp(card->name, v->name) == 0 &&
		    signature_check(v->key, PURPOSE_CARD, bytes.bytes,
		    bytes.len, by_code) &&
		    signature_check(card->sign, PURPOSE_CARD, bytes.bytes,
		    bytes.len, by_key);
	buf_free(&bytes);
	if (!ok)
		err_set(e, ERR_DENIED, _("the key that came with this "
		    "invitation is not signed as it must be: invite anew"));
	return ok ? 0 : -1;
}
