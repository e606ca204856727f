/*
 * Roster, team secrets and invitations in the store.  The roster decides by
 * itself what is valid (lib/roster.h); here entries are only appended in
 * order, by compare and set.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_first.h"
#include "daemon/config_keep.h"
#include "daemon/desk/audit.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/quarantine.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/staff.h"
#include "daemon/store/store.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"

#define ENTRIES_MAX	512
#define SECRETS_MAX	512
#define BOX_MAX		1024
#define INVITATION_KEEP_S	(7 * 86400)	/* behind its expiry */

int
staff_nonce(struct desk *d, const struct request_proof *proof, struct err *e)
{
	int64_t now = store_now(d->store), n;

	if (store_run(d->store, STMT_NONCE_SWEEP, ARGS(V_INT(now)), NULL,
	    NULL, e) == -1)
		return -1;
	n = store_run(d->store, STMT_NONCE_ADD,
	    ARGS(V_BLOB(proof->key, SIGN_PUBLIC),
	    V_BLOB(proof->nonce, REQUEST_NONCE),
	    V_INT(proof->created + 2 * REQUEST_SKEW_S)), NULL, NULL, e);
	if (n == 0)
		err_set(e, ERR_DENIED, "this request was made before, so "
		    "it is not done twice");
	return n == 1 ? 0 : -1;
}

/* Look before locking; rows deleted, or -1. */
static int
sweep_rows(struct desk *d, enum statement look, enum statement drop,
    int64_t before, struct err *e)
{
	int64_t n;

	n = store_run(d->store, look, ARGS(V_INT(before)), NULL, NULL, e);
	if (n <= 0)
		return (int)n;
	if (store_begin(d->store, e) == -1)
		return -1;
	n = store_run(d->store, drop, ARGS(V_INT(before)), NULL, NULL, e);
	if (n != -1 && store_commit(d->store, e) == 0)
		return (int)n;
	store_rollback(d->store);
	return -1;
}

int
staff_sweep(struct desk *d, struct err *e)
{
	int64_t now = store_now(d->store);
	int nonces, invitations;

	nonces = sweep_rows(d, STMT_NONCE_OLD, STMT_NONCE_SWEEP, now, e);
	if (nonces == -1)
		return -1;
	invitations = sweep_rows(d, STMT_INVITATION_OLD,
	    STMT_INVITATION_EXPIRED, now - INVITATION_KEEP_S, e);
	return invitations == -1 ? -1 : nonces + invitations;
}

int
staff_begin(struct desk *d, const struct actor *actor, struct actor *now,
    struct err *e)
{
	if (store_begin(d->store, e) == -1)
		return -1;
	now->proof = actor->proof;
	if (desk_refresh(d, e) == -1)
		goto fail;
	now->person = roster_person_by_key(d->roster, actor->proof->key);
	if (now->person == NULL || !now->person->active) {
		err_set(e, ERR_DENIED, "this key is not on the roster");
		goto fail;
	}
	if (staff_nonce(d, actor->proof, e) == 0)
		return 0;
fail:
	store_rollback(d->store);
	return -1;
}

int
staff_end(struct desk *d, int result, struct err *e)
{
	if (result == 0 && store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

json_t *
staff_roster(struct desk *d, int64_t from, struct err *e)
{
	json_t *entries, *answer, *quarantine;

	entries = rows_array(d->store, STMT_ROSTER_JSON, ARGS(V_INT(from)),
	    e);
	if (entries == NULL)
		return NULL;
	if ((quarantine = quarantine_show(d->store, e)) == NULL) {
		json_decref(entries);
		return NULL;
	}
	answer = json_object();
	(void)json_object_set_new(answer, "entries", entries);
	(void)json_object_set_new(answer, "quarantine", quarantine);
	return answer;
}

static int
put_entry(struct desk *d, const json_t *object, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct buf entry;
	int result = -1;

	if (wire_get_base64(object, "entry", ROSTER_ENTRY_MAX, &entry,
	    e) == -1 || wire_get_hex(object, "signature", signature, SIGN_LEN,
	    e) == -1)
		goto out;
	if (roster_add(d->roster, d->has_pin ? d->pin : NULL, entry.bytes,
	    entry.len, signature, e) == -1)
		goto out;
	if (store_run(d->store, STMT_ROSTER_ADD,
	    ARGS(V_INT(roster_seq(d->roster)),
	    V_BLOB(entry.bytes, entry.len), V_BLOB(signature, SIGN_LEN)),
	    NULL, NULL, e) == -1)
		goto out;
	result = 0;
out:
	buf_free(&entry);
	return result;
}

int
staff_put_entries(struct desk *d, const json_t *array, struct err *e)
{
	const json_t *object;
	size_t i;

	json_array_foreach(array, i, object)
		if (put_entry(d, object, e) == -1)
			return -1;
	return 0;
}

static int
put_secret(struct desk *d, const json_t *object, struct err *e)
{
	const char *kind, *desk, *member;
	struct buf box;
	int64_t epoch;
	int result = -1;

	memset(&box, 0, sizeof(box));
	if (wire_get_string(object, "kind", &kind, e) == -1 ||
	    wire_get_string(object, "desk", &desk, e) == -1 ||
	    wire_get_string(object, "member", &member, e) == -1 ||
	    wire_get_int(object, "epoch", 1, INT32_MAX, &epoch, e) == -1 ||
	    wire_get_base64(object, "box", BOX_MAX, &box, e) == -1)
		goto out;
	if (strcmp(kind, "team") != 0 && strcmp(kind, "report") != 0) {
		err_set(e, ERR_INPUT, "'kind' is team or report");
		goto out;
	}
	if (store_run(d->store, STMT_SECRET_PUT, ARGS(V_TEXT(kind),
	    V_TEXT(desk), V_INT(epoch), V_TEXT(member),
	    V_BLOB(box.bytes, box.len)), NULL, NULL, e) == -1)
		goto out;
	result = 0;
out:
	buf_free(&box);
	return result;
}

int
staff_put_secrets(struct desk *d, const json_t *array, struct err *e)
{
	const json_t *object;
	size_t i;

	json_array_foreach(array, i, object)
		if (put_secret(d, object, e) == -1)
			return -1;
	return 0;
}

static int
get_invitation(void *ctx, const struct row *row, struct err *e)
{
	const void *statement;
	size_t len;

	statement = row_blob(row, 0, &len);
	return roster_invite_parse(ctx, statement, len, e) == -1 ? -1 : 1;
}

/* Of the person's own desks only: or a colleague elsewhere is kept out. */
static int
own_invitation(struct desk *d, const struct roster_person *person,
    int64_t number, struct err *e)
{
	struct roster_invite invite;
	int64_t n;
	size_t i;

	n = store_run(d->store, STMT_INVITATION_STATEMENT,
	    ARGS(V_INT(number)), get_invitation, &invite, e);
	if (n <= 0)
		return (int)n;		/* none: that is a conflict */
	for (i = 0; i < invite.ndesks; i++)
		if (person == NULL || person->rank != RANK_SUPERVISOR ||
		    !roster_on_desk(person, invite.desks[i])) {
			err_set(e, ERR_DENIED, "this invitation is for the "
			    "desk '%s', which is not yours", invite.desks[i]);
			return -1;
		}
	return 0;
}

static int
confirm_invitation(struct desk *d, const struct roster_person *person,
    const json_t *body, struct err *e)
{
	const json_t *confirm = json_object_get(body, "confirm");
	int64_t n;

	if (confirm == NULL || json_is_null(confirm))
		return 0;
	if (own_invitation(d, person, json_integer_value(confirm), e) == -1)
		return -1;
	n = store_run(d->store, STMT_INVITATION_CONFIRM,
	    ARGS(V_INT(json_integer_value(confirm))), NULL, NULL, e);
	if (n == 0)
		err_set(e, ERR_CONFLICT, "this invitation was confirmed "
		    "before, or is not there: 'teduh staff list' shows who "
		    "is on the list");
	return n == 1 ? 0 : -1;
}

/* Keys go to active people of the desk; the reports' key to supervisors. */
static int
holds(const struct desk *d, const char *kind, const char *desk,
    const char *name)
{
	const struct roster_person *member = roster_person(d->roster, name);

	if (strcmp(name, ROSTER_RECOVERY) == 0)
		return roster_recovery(d->roster) != NULL;
	return member != NULL && member->active &&
	    member->rank != RANK_ADMIN && roster_on_desk(member, desk) &&
	    (strcmp(kind, "report") != 0 || member->rank == RANK_SUPERVISOR);
}

static int
may_hold(const struct desk *d, const json_t *object, const char *desk,
    struct err *e)
{
	const char *name, *kind;

	if (wire_get_string(object, "member", &name, e) == -1 ||
	    wire_get_string(object, "kind", &kind, e) == -1)
		return -1;
	if (holds(d, kind, desk, name))
		return 0;
	err_set(e, ERR_DENIED, "keys of a desk are for its own people");
	return -1;
}

/* Only of the person's own desks: a box that is replaced opens no more. */
static int
own_secrets(const struct desk *d, const struct roster_person *person,
    const json_t *secrets, struct err *e)
{
	const json_t *object;
	const char *desk;
	size_t i;

	json_array_foreach(secrets, i, object) {
		if (wire_get_string(object, "desk", &desk, e) == -1)
			return -1;
		if (person == NULL || person->rank != RANK_SUPERVISOR ||
		    !roster_on_desk(person, desk)) {
			err_set(e, ERR_DENIED, "keys of a desk are given by "
			    "its own supervisors");
			return -1;
		}
		if (may_hold(d, object, desk, e) == -1)
			return -1;
	}
	return 0;
}

/* What somebody held who holds it no more goes: a stolen store has it not. */
static int
drop_lost_secrets(struct desk *d, struct err *e)
{
	const char *kind, *desk, *member;
	json_t *list, *one;
	int result = 0;
	size_t i;

	if ((list = rows_array(d->store, STMT_SECRET_HOLDERS, NO_ARGS,
	    e)) == NULL)
		return -1;
	json_array_foreach(list, i, one) {
		kind = json_string_value(json_object_get(one, "kind"));
		desk = json_string_value(json_object_get(one, "desk"));
		member = json_string_value(json_object_get(one, "member"));
		if (result == 0 && !holds(d, kind, desk, member) &&
		    store_run(d->store, STMT_SECRET_DROP, ARGS(V_TEXT(kind),
		    V_TEXT(desk), V_TEXT(member)), NULL, NULL, e) == -1)
			result = -1;
	}
	json_decref(list);
	return result;
}

/* The desks that have an active supervisor, as an object's names. */
static json_t *
supervised(const struct roster *r)
{
	const struct roster_person *p;
	json_t *desks = json_object();
	size_t i, k;

	for (i = 0; (p = roster_at(r, i)) != NULL; i++)
		for (k = 0; p->active && p->rank == RANK_SUPERVISOR &&
		    k < p->ndesks; k++)
			(void)json_object_set_new(desks, p->desks[k],
			    json_true());
	return desks;
}

/* A desk that begins: nobody could read there if its name were mistyped. */
static int
are_configured(const struct desk *d, const json_t *before, json_t *after,
    struct err *e)
{
	const char *desk;
	json_t *one;

	json_object_foreach(after, desk, one)
		if (json_object_get(before, desk) == NULL &&
		    config_desk(d->config, desk) == NULL) {
			err_set(e, ERR_INPUT, "the service has no desk '%s': "
			    "it stands in the configuration first", desk);
			return -1;
		}
	return 0;
}

/* Append; no desk may lose its last supervisor by it. */
static int
put_changes(struct desk *d, const json_t *entries, struct err *e)
{
	json_t *before = supervised(d->roster), *after = NULL, *one;
	const char *desk;
	int result;

	result = staff_put_entries(d, entries, e);
	if (result == 0)
		after = supervised(d->roster);
	json_object_foreach(before, desk, one)
		if (result == 0 && json_object_get(after, desk) == NULL) {
			err_set(e, ERR_DENIED, "the desk '%s' would have no "
			    "supervisor any more", desk);
			result = -1;
		}
	if (result == 0)
		result = are_configured(d, before, after, e);
	json_decref(before);
	json_decref(after);
	return result;
}

static int
append_within(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	const struct roster_person *person;
	json_t *entries, *secrets;
	int64_t seq;

	if (wire_get_int(body, "seq", 1, INT32_MAX, &seq, e) == -1 ||
	    wire_get_array(body, "entries", ENTRIES_MAX, &entries, e) == -1 ||
	    wire_get_array(body, "secrets", SECRETS_MAX, &secrets, e) == -1)
		return -1;
	if (seq != roster_seq(d->roster) + 1) {
		err_set(e, ERR_CONFLICT, "the list of staff has changed "
		    "meanwhile; run the command again");
		return -1;
	}
	if (audit_add(d, actor, "roster", NULL, NULL, e) == -1 ||
	    put_changes(d, entries, e) == -1)
		return -1;
	/* As the roster stands now: the actor's person is gone with the old. */
	person = roster_person_by_key(d->roster, actor->proof->key);
	if (own_secrets(d, person, secrets, e) == -1 ||
	    staff_put_secrets(d, secrets, e) == -1 ||
	    drop_lost_secrets(d, e) == -1)
		return -1;
	return confirm_invitation(d, person, body, e);
}

json_t *
staff_append(struct desk *d, const struct actor *actor, const json_t *body,
    struct err *e)
{
	struct actor me;
	json_t *answer;

	if (staff_begin(d, actor, &me, e) == -1)
		return NULL;
	if (staff_end(d, append_within(d, &me, body, e), e) == -1) {
		/*
		 * The roster in memory may hold entries that were not
		 * committed: begin again from entry 1 at the next refresh.
		 */
		roster_free(d->roster);
		d->roster = roster_new();
		return NULL;
	}
	answer = json_object();
	(void)json_object_set_new(answer, "seq",
	    json_integer(roster_seq(d->roster)));
	return answer;
}

json_t *
staff_team(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *secrets, *answer;

	secrets = rows_array(d->store, STMT_SECRET_JSON,
	    ARGS(V_TEXT(actor->person->name)), e);
	if (secrets == NULL)
		return NULL;
	answer = json_object();
	(void)json_object_set_new(answer, "secrets", secrets);
	return answer;
}

static json_t *
word_list(const char *words)
{
	json_t *array = json_array();
	size_t n;

	while (words != NULL && *words != '\0') {
		n = strcspn(words, " ");
		if (n > 0)
			(void)json_array_append_new(array,
			    json_stringn(words, n));
		words += n + strspn(words + n, " ");
	}
	return array;
}

/* {language: line} */
static json_t *
first_lines(const struct config *config, const struct config_desk *desk)
{
	char *words = mem_strdup(desk->languages), *word, *rest = NULL;
	json_t *lines = json_object();
	char *line;

	for (word = strtok_r(words, " ", &rest); word != NULL;
	    word = strtok_r(NULL, " ", &rest)) {
		line = config_first_line(config, desk, word, NULL);
		(void)json_object_set_new(lines, word, json_string(line));
		free(line);
	}
	free(words);
	return lines;
}

/* [{reason: WORD|null, keep_s}]: what to close with, and how long it stays. */
static json_t *
reasons(const struct config_desk *desk)
{
	json_t *list = json_array();
	size_t i;

	(void)json_array_append_new(list, json_pack("{s:n, s:I}", "reason",
	    "keep_s", (json_int_t)config_keep_after(desk, NULL)));
	for (i = 0; desk->reasons[i] != NULL; i++)
		(void)json_array_append_new(list, json_pack("{s:s, s:I}",
		    "reason", desk->reasons[i], "keep_s",
		    (json_int_t)config_keep_after(desk, desk->reasons[i])));
	return list;
}

json_t *
staff_desks(struct desk *d, const struct actor *actor, struct err *e)
{
	json_t *answer = json_object(), *desks = json_array(), *object;
	const struct config_desk *desk;
	size_t i;

	(void)e;
	for (i = 0; i < d->config->ndesks; i++) {
		desk = &d->config->desks[i];
		if (!roster_on_desk(actor->person, desk->name))
			continue;
		object = json_object();
		(void)json_object_set_new(object, "name",
		    json_string(desk->name));
		(void)json_object_set_new(object, "languages",
		    word_list(desk->languages));
		(void)json_object_set_new(object, "from_name",
		    json_string(desk->from_name));
		(void)json_object_set_new(object, "from_address",
		    json_string(desk->from_address));
		(void)json_object_set_new(object, "subject",
		    json_string(desk->subject));
		(void)json_object_set_new(object, "first_lines",
		    first_lines(d->config, desk));
		(void)json_object_set_new(object, "due_first_s",
		    json_integer(desk->due_first_s));
		(void)json_object_set_new(object, "due_later_s",
		    json_integer(desk->due_later_s));
		(void)json_object_set_new(object, "due_high_s",
		    json_integer(desk->due_high_s));
		(void)json_object_set_new(object, "due_crisis_s",
		    json_integer(desk->due_crisis_s));
		(void)json_object_set_new(object, "reasons", reasons(desk));
		(void)json_array_append_new(desks, object);
	}
	(void)json_object_set_new(answer, "desks", desks);
	return answer;
}
