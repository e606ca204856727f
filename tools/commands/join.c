/*
 * Join a service: as its founder, with the code that init printed, or as a
 * colleague, with an invitation.  The key is made and safe on this machine
 * before the service hears of it, and its page on paper has been read back;
 * and so is the pin; a refusal takes back
 * what was remembered, an unclear end does not, so that joining again goes
 * on where it stopped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/join.h"
#include "tools/commands/join_paper.h"
#include "tools/commands/named.h"
#include "tools/entries.h"
#include "tools/prompt.h"
#include "tools/session.h"
#include "tools/words.h"

#define CARD_MAX	65536

int
join_prepare(struct session *s, const char *url, struct err *e)
{
	struct vault_service before;
	struct err none = ERR_INIT;
	char *ca = NULL;
	int joined;

	if ((s->vault = vault_make(e)) == NULL)
		return -1;
	if (vault_read_service(s->vault, &before, &none) == -1 &&
	    none.code != ERR_GONE) {
		*e = none;
		return -1;
	}
	joined = before.joined;
	if (!joined && join_paper_possible(s, e) == -1) {
		vault_service_free(&before);
		return -1;
	}
	if (joined)
		err_set(e, ERR_CONFLICT, _("'%s' belongs to the service '%s' "
		    "already: for another one set TEDUH_HOME to another "
		    "folder"), vault_path(s->vault), before.url);
	vault_service_free(&before);
	if (joined)
		return -1;
	if (s->args.ca != NULL &&
	    (ca = realpath(s->args.ca, NULL)) == NULL) {
		err_set(e, ERR_INPUT, _("there is no file '%s'"),
		    s->args.ca);
		return -1;
	}
	s->service.url = mem_strdup(url);
	s->service.ca = ca;
	if ((s->client = client_new(url, ca, e)) == NULL)
		return -1;
	client_hush(s->client, s->args.quiet);
	return 0;
}

int
join_own_key(struct session *s, struct err *e)
{
	struct secret *passphrase;
	int has, result;

	if ((has = vault_has_key(s->vault, e)) == -1)
		return -1;
	if (has)
		return session_unlock(s, 0, e);
	passphrase = prompt_passphrase(s->args.passphrase_fd, 1, e);
	if (passphrase == NULL)
		return -1;
	s->me = identity_new();
	result = vault_write_new_key(s->vault, s->me, passphrase, e);
	secret_free(passphrase);
	return result;
}

/* After the service was asked: remember for good, or forget. */
static int
settle(struct session *s, int bad, struct err *e)
{
	if (bad) {
		if (e->code != ERR_RETRY && e->code != ERR_IO)
			vault_forget_service(s->vault);
		return -1;
	}
	s->service.joined = 1;
	return vault_write_service(s->vault, &s->service, e);
}

static void
set_member(json_t *o, const char *name, const char *value)
{
	(void)json_object_set_new(o, name, json_string(value));
}

/* What init left for the founder, under the code's signature. */
static int
fetch_card(struct session *s, const struct signer *code, struct buf *card,
    struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *answer;
	int result = -1;

	if ((answer = client_get(s->client, "/v1/card", e)) == NULL) {
		if (e->code == ERR_GONE)
			err_set(e, ERR_GONE, _("this service has its founder "
			    "already; ask a supervisor for an invitation"));
		return -1;
	}
	buf_free(card);
	if (wire_get_base64(answer, "card", CARD_MAX, card, e) == -1 ||
	    wire_get_hex(answer, "signature", signature, SIGN_LEN, e) == -1)
		goto out;
	if (!signature_check(code->pub, PURPOSE_CARD, card->bytes, card->len,
	    signature)) {
		err_set(e, ERR_DENIED, _("this is not the founder code of the "
		    "service at '%s': look at it again, every character "
		    "counts"), s->service.url);
		goto out;
	}
	result = 0;
out:
	json_decref(answer);
	return result;
}

static void
say_founded(struct session *s)
{
	char fingerprint[CODE_FINGERPRINT_LEN], pin[2 * SEAL_HASH + 1];
	json_t *o = json_object();

	code_fingerprint(fingerprint, s->me->signer->pub, s->me->box_pub);
	wire_hex(pin, s->service.pin, SEAL_HASH);
	set_member(o, "name", s->service.name);
	set_member(o, "pin", pin);
	set_member(o, "fingerprint", fingerprint);
	commands_done(s, o, _("Welcome, %s. Your key is %s\nThe pin of the "
	    "service is\n    %s\nNow run on the server, and then restart "
	    "teduhd:\n\n    teduh-admin pin %s\n"), s->service.name,
	    fingerprint, pin, pin);
}

static int
found(struct session *s, const struct signer *code, const struct buf *card,
    struct err *e)
{
	struct vault_service *v = &s->service;
	json_t *body, *answer = NULL;
	int bad;

	s->roster = roster_new();
	body = entries_found(s->roster, s->me, v->name, card->bytes,
	    card->len, client_now(s->client), v->pin, e);
	if (body == NULL)
		return -1;
	if (join_paper(s, e) == -1) {
		json_decref(body);
		return -1;
	}
	bad = vault_write_service(s->vault, v, e) == -1;
	if (!bad) {
		client_sign_as(s->client, code);
		answer = client_post(s->client, "/v1/found", body, e);
		bad = answer == NULL;
	}
	json_decref(answer);
	json_decref(body);
	return settle(s, bad, e);
}

static int
join_founder(struct session *s, const char *url, const char *typed,
    struct err *e)
{
	struct signer *code = NULL;
	struct buf card;
	int result = -1;

	buf_init(&card, 0);
	if (s->args.name == NULL) {
		err_set(e, ERR_INPUT, _("this code is no invitation, which "
		    "has two dots in it: type the whole line that you were "
		    "given; the founder, whose code has none, adds --name "
		    "with a short name in small letters, such as maria"));
		return EXIT_USAGE;
	}
	if (named_name("NAME", s->args.name, e) != 0)
		return EXIT_USAGE;
	memcpy(s->service.name, s->args.name, strlen(s->args.name) + 1);
	if ((code = code_founder_signer(typed, e)) == NULL ||
	    join_prepare(s, url, e) == -1 ||
	    fetch_card(s, code, &card, e) == -1 || join_own_key(s, e) == -1 ||
	    found(s, code, &card, e) == -1)
		goto out;
	say_founded(s);
	result = 0;
out:
	buf_free(&card);
	signer_free(code);
	return result;
}

/* INVITATION: its statement, when somebody who may signed it. */
static int
check_invitation(struct session *s, const json_t *o,
    const struct signer *code, struct roster_invite *invite, struct err *e)
{
	unsigned char signer[SIGN_PUBLIC], signature[SIGN_LEN];
	const struct roster_person *by;
	struct buf statement;
	size_t i;
	int ok;

	if (wire_get_base64(o, "statement", ROSTER_ENTRY_MAX, &statement,
	    e) == -1 ||
	    wire_get_hex(o, "signer", signer, SIGN_PUBLIC, e) == -1 ||
	    wire_get_hex(o, "signature", signature, SIGN_LEN, e) == -1 ||
	    roster_invite_parse(invite, statement.bytes, statement.len,
	    e) == -1) {
		buf_free(&statement);
		return -1;
	}
	by = roster_person_by_key(s->roster, signer);
	ok = by != NULL && by->rank == RANK_SUPERVISOR &&
	    strcmp(by->name, invite->by) == 0 &&
	    signature_check(signer, PURPOSE_INVITE, statement.bytes,
	    statement.len, signature) &&
	    seal_equal(invite->key, code->pub, SIGN_PUBLIC);
	for (i = 0; ok && i < invite->ndesks; i++)
		ok = roster_on_desk(by, invite->desks[i]);
	buf_free(&statement);
	if (!ok)
		err_set(e, ERR_DENIED, _("nobody who may invite has signed "
		    "this invitation: ask for a new one"));
	return ok ? 0 : -1;
}

/*
 * Where there is no key yet the card cannot be ours: then none is made for
 * nothing.
 */
static int
check_unused(struct session *s, const json_t *invitation, struct err *e)
{
	int has = vault_has_key(s->vault, e);

	if (has == 0 && json_is_string(json_object_get(invitation, "card"))) {
		err_set(e, ERR_CONFLICT, _("this invitation was used before "
		    "or has expired; ask for a new one"));
		return -1;
	}
	return has == -1 ? -1 : 0;
}

/* Our card, signed by the code and by the new key. */
static json_t *
make_card(struct session *s, const struct signer *code,
    const struct roster_invite *invite)
{
	unsigned char by_code[SIGN_LEN], by_key[SIGN_LEN];
	struct roster_card card;
	json_t *body = json_object();
	char *text;
	size_t len;

	memset(&card, 0, sizeof(card));
	card.invite = invite->number;
	memcpy(card.name, invite->name, sizeof(card.name));
	memcpy(card.sign, s->me->signer->pub, SIGN_PUBLIC);
	memcpy(card.box, s->me->box_pub, SEAL_KEY);
	text = roster_card_print(&card, &len);
	signature_make(code, PURPOSE_CARD, text, len, by_code);
	signature_make(s->me->signer, PURPOSE_CARD, text, len, by_key);
	wire_set_base64(body, "card", text, len);
	wire_set_hex(body, "invite_signature", by_code, SIGN_LEN);
	wire_set_hex(body, "own_signature", by_key, SIGN_LEN);
	free(text);
	return body;
}

/* 1 when the service has this very card already: an earlier try arrived. */
static int
same_card(const json_t *invitation, const json_t *body)
{
	const json_t *card = json_object_get(invitation, "card");

	return json_is_string(card) &&
	    json_equal(card, json_object_get(body, "card"));
}

static int
send_card(struct session *s, const struct signer *code, const char *path,
    const json_t *invitation, const struct roster_invite *invite,
    struct err *e)
{
	char card_path[96];
	json_t *body, *answer;
	int bad = 0;

	body = make_card(s, code, invite);
	if (!same_card(invitation, body)) {
		(void)snprintf(card_path, sizeof(card_path), "%s/card", path);
		answer = client_post(s->client, card_path, body, e);
		bad = answer == NULL;
		json_decref(answer);
	}
	json_decref(body);
	return settle(s, bad, e);
}

static void
say_joined(struct session *s)
{
	char fingerprint[CODE_FINGERPRINT_LEN];
	json_t *o = json_object();

	code_fingerprint(fingerprint, s->me->signer->pub, s->me->box_pub);
	set_member(o, "name", s->service.name);
	set_member(o, "fingerprint", fingerprint);
	commands_done(s, o, _("Welcome, %s. Your key is %s\nTell it to who "
	    "invited you; now a supervisor runs: teduh staff confirm %s"),
	    s->service.name, fingerprint, s->service.name);
}

/* The list of staff from the invitation's pin on. */
static int
pinned_roster(struct session *s, struct err *e)
{
	if (session_roster(s, e) == 0)
		return 0;
	if (e->code == ERR_DENIED && roster_seq(s->roster) == 0)
		err_set(e, ERR_DENIED, _("the service at '%s' is not the one "
		    "of this invitation: compare every character with the "
		    "line that you were given; where all are right tell who "
		    "invited you"), s->service.url);
	return -1;
}

static int
join_invited(struct session *s, const char *url, const char *typed,
    struct err *e)
{
	struct signer *code = NULL;
	struct code_invite invitation;
	struct roster_invite invite;
	json_t *answer = NULL;
	char path[64];
	int result = -1;

	if (code_invite_parse(&invitation, typed, e) == -1 ||
	    join_prepare(s, url, e) == -1)
		goto out;
	memcpy(s->service.pin, invitation.pin, SEAL_HASH);
	code = code_invite_signer(invitation.secret);
	client_sign_as(s->client, code);
	(void)snprintf(path, sizeof(path), "/v1/invitations/%" PRId64,
	    invitation.number);
	if ((answer = client_get(s->client, path, e)) == NULL ||
	    pinned_roster(s, e) == -1 ||
	    check_invitation(s, answer, code, &invite, e) == -1 ||
	    check_unused(s, answer, e) == -1 || join_own_key(s, e) == -1)
		goto out;
	memcpy(s->service.name, invite.name, sizeof(invite.name));
	if (join_paper(s, e) == -1 ||
	    vault_write_service(s->vault, &s->service, e) == -1 ||
	    send_card(s, code, path, answer, &invite, e) == -1)
		goto out;
	say_joined(s);
	result = 0;
out:
	json_decref(answer);
	signer_free(code);
	code_invite_free(&invitation);
	return result;
}

int
join_run(struct session *s, struct err *e)
{
	const char *url = s->args.words[0], *code = s->args.words[1];

	return strchr(code, '.') != NULL ? join_invited(s, url, code, e) :
	    join_founder(s, url, code, e);
}
