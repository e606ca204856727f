/*
 * Colleagues: invite, confirm, revoke.  The list of staff is signed entry by
 * entry; when somebody else has added one meanwhile, it is read again and the
 * decision made anew.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/staffing.h"
#include "tools/words.h"

#define EXPIRES_S	(7 * 86400)
#define TRIES		3
#define NUMBER_BELOW	1000000000U
#define LINE_MAX_BYTES	256
#define INVITATIONS_MAX	10000

/* The command line as an invitation; 0, EXIT_USAGE or -1. */
static int
fill_invite(struct session *s, struct roster_invite *v, struct err *e)
{
	const struct args *a = &s->args;
	size_t i;

	memset(v, 0, sizeof(*v));
	if (named_name("NAME", a->words[0], e) != 0)
		return EXIT_USAGE;
	if (a->role == NULL || roster_rank_parse(a->role, &v->rank) == -1)
		return commands_misuse(e, _("say as what: --role trainee, "
		    "counsellor, supervisor or admin"));
	if (a->ndesks == 0)
		return commands_misuse(e, _("say for which desk: --desk NAME"));
	memcpy(v->name, a->words[0], strlen(a->words[0]) + 1);
	for (i = 0; i < a->ndesks; i++) {
		if (named_name("DESK", a->desks[i], e) != 0)
			return EXIT_USAGE;
		memcpy(v->desks[i], a->desks[i], strlen(a->desks[i]) + 1);
	}
	v->ndesks = a->ndesks;
	return 0;
}

static int
check_invite(struct session *s, struct roster_invite *v, struct err *e)
{
	const struct roster_person *p = roster_person(s->roster, v->name);
	struct roster_person they;

	memset(&they, 0, sizeof(they));
	memcpy(they.desks, v->desks, sizeof(they.desks));
	they.ndesks = v->ndesks;
	if (staffing_may_decide(s, &they, e) == -1)
		return -1;
	if (p == NULL || !p->active)
		return 0;
	err_set(e, ERR_CONFLICT, _("'%s' is on the list of staff already; "
	    "choose another name, or run 'teduh staff revoke %s' first"),
	    v->name, v->name);
	return -1;
}

/* Signed and stored at the service, under a number that is free. */
static int
send_invite(struct session *s, struct roster_invite *v, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *body, *answer = NULL;
	char *text;
	size_t len;
	int i;

	for (i = 0; i < TRIES && answer == NULL; i++) {
		v->number = 1 + (int64_t)seal_random_below(NUMBER_BELOW);
		text = roster_invite_print(v, &len);
		signature_make(s->me->signer, PURPOSE_INVITE, text, len,
		    signature);
		body = json_object();
		wire_set_base64(body, "statement", text, len);
		wire_set_hex(body, "signature", signature, SIGN_LEN);
		answer = client_post(s->client, "/v1/invitations", body, e);
		json_decref(body);
		free(text);
		if (answer == NULL && e->code != ERR_CONFLICT)
			break;
	}
	json_decref(answer);
	return answer == NULL ? -1 : 0;
}

static void
say_invited(struct session *s, const struct roster_invite *v,
    const struct code_invite *c)
{
	char code[CODE_INVITE_LEN], expires[32], when[RENDER_WHEN];
	json_t *o = json_object();

	code_invite_print(code, c);
	wire_time(expires, v->expires);
	render_when(when, v->expires, client_now(s->client));
	(void)json_object_set_new(o, "number", json_integer(v->number));
	(void)json_object_set_new(o, "url", json_string(s->service.url));
	(void)json_object_set_new(o, "code", json_string(code));
	(void)json_object_set_new(o, "expires", json_string(expires));
	commands_done(s, o, _("Give this to %s, and to nobody else; it holds "
	    "until %s:\n\n    teduh join %s %s\n"), v->name, when,
	    s->service.url, code);
	seal_wipe(code, sizeof(code));
}

int
staff_invite_run(struct session *s, struct err *e)
{
	struct roster_invite v;
	struct code_invite c;
	struct signer *pair = NULL;
	int result;

	memset(&c, 0, sizeof(c));
	if ((result = fill_invite(s, &v, e)) != 0)
		return result;
	if (session_open(s, e) == -1 || check_invite(s, &v, e) == -1)
		return -1;
	c.secret = secret_random(20);
	pair = code_invite_signer(c.secret);
	memcpy(c.pin, s->service.pin, SEAL_HASH);
	memcpy(v.key, pair->pub, SIGN_PUBLIC);
	memcpy(v.by, s->service.name, sizeof(v.by));
	v.expires = client_now(s->client) + EXPIRES_S;
	result = send_invite(s, &v, e);
	if (result == 0) {
		c.number = v.number;
		say_invited(s, &v, &c);
	}
	signer_free(pair);
	code_invite_free(&c);
	return result;
}

/* An invitation that somebody has used, verified. */
struct joiner {
	struct roster_invite	 invite;
	struct roster_card	 card;
};

/* The only invitation of that name that was used. */
static const json_t *
find_invitation(const json_t *list, const char *name, struct err *e)
{
	const json_t *o, *found = NULL;
	int known = 0, used = 0;
	size_t i;

	json_array_foreach(list, i, o) {
		const char *its = json_string_value(json_object_get(o,
		    "name"));

		if (its == NULL || strcmp(its, name) != 0)
			continue;
		known++;
		if (json_is_string(json_object_get(o, "card"))) {
			found = o;
			used++;
		}
	}
	if (used == 1)
		return found;
	if (used > 1)
		err_set(e, ERR_DENIED, _("more than one key came for '%s', so "
		    "it is not clear whose it is: invite under another name"),
		    name);
	else if (known > 0)
		err_set(e, ERR_GONE, _("'%s' has not joined yet: the "
		    "invitation was not used"), name);
	else
		err_set(e, ERR_GONE, _("there is no invitation for '%s', or "
		    "it has expired: 'teduh staff invite %s' makes one"),
		    name, name);
	return NULL;
}

static int
load_joiner(struct session *s, const char *name, struct joiner *j,
    struct err *e)
{
	json_t *answer, *list;
	const json_t *o;
	int result = -1;

	if ((answer = client_get(s->client, "/v1/invitations", e)) == NULL)
		return -1;
	if (wire_get_array(answer, "invitations", INVITATIONS_MAX, &list,
	    e) == 0 && (o = find_invitation(list, name, e)) != NULL &&
	    staffing_invitation(s, o, &j->invite, e) == 0 &&
	    staffing_card(o, &j->invite, &j->card, e) == 0)
		result = 0;
	json_decref(answer);
	if (result == 0 && j->invite.expires <= client_now(s->client)) {
		err_set(e, ERR_DENIED, _("the invitation for '%s' has "
		    "expired"), name);
		result = -1;
	}
	return result;
}

static int
confirm_once(struct session *s, struct joiner *j, struct err *e)
{
	struct roster_person p;
	json_t *secrets;
	int result;

	memset(&p, 0, sizeof(p));
	memcpy(p.name, j->invite.name, sizeof(p.name));
	p.rank = j->invite.rank;
	p.active = 1;
	memcpy(p.desks, j->invite.desks, sizeof(p.desks));
	p.ndesks = j->invite.ndesks;
	memcpy(p.sign, j->card.sign, SIGN_PUBLIC);
	memcpy(p.box, j->card.box, SEAL_KEY);
	if (staffing_may_decide(s, &p, e) == -1 ||
	    (secrets = staffing_secrets(s, NULL, &p, e)) == NULL)
		return -1;
	result = staffing_send(s, &p, secrets, j->invite.number, e);
	json_decref(secrets);
	return result;
}

int
staff_confirm_run(struct session *s, struct err *e)
{
	char fingerprint[CODE_FINGERPRINT_LEN];
	struct joiner j;
	json_t *o;
	int result, tries = 0;
	int64_t seq;

	if (session_open(s, e) == -1 ||
	    load_joiner(s, s->args.words[0], &j, e) == -1)
		return -1;
	code_fingerprint(fingerprint, j.card.sign, j.card.box);
	do {
		seq = roster_seq(s->roster);
		result = confirm_once(s, &j, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == -1)
		return -1;
	o = json_object();
	(void)json_object_set_new(o, "name", json_string(j.invite.name));
	(void)json_object_set_new(o, "role", json_string(
	    roster_rank_word(j.invite.rank)));
	(void)json_object_set_new(o, "state", json_string("active"));
	(void)json_object_set_new(o, "fingerprint",
	    json_string(fingerprint));
	commands_done(s, o, _("%s is a %s from now on. The key is %s\nAsk %s "
	    "to read it to you; if it is another one, run 'teduh staff "
	    "revoke %s'."), j.invite.name, words_for("role",
	    roster_rank_word(j.invite.rank)), fingerprint, j.invite.name,
	    j.invite.name);
	return 0;
}

static int
revoke_once(struct session *s, const char *name, struct err *e)
{
	const struct roster_person *found = staffing_active(s, name, e);
	struct roster_person p;
	json_t *secrets;
	int result;

	if (found == NULL)
		return -1;
	p = *found;
	p.active = 0;
	if (staffing_may_decide(s, &p, e) == -1 ||
	    staffing_keeps(s, found, &p, e) == -1)
		return -1;
	secrets = json_array();
	result = staffing_send(s, &p, secrets, 0, e);
	json_decref(secrets);
	return result;
}

int
staff_revoke_run(struct session *s, struct err *e)
{
	const char *name = s->args.words[0];
	char line[LINE_MAX_BYTES];
	int result, tries = 0;
	int64_t seq;

	if (session_open(s, e) == -1)
		return -1;
	do {
		seq = roster_seq(s->roster);
		result = revoke_once(s, name, e);
	} while (result == -1 && staffing_again(s, seq, ++tries, e));
	if (result == -1)
		return -1;
	(void)snprintf(line, sizeof(line), _("%s has no access from now on."),
	    name);
	commands_done(s, json_pack("{s:s, s:s}", "name", name, "state",
	    "revoked"), "%s %s", line, _("What was read or copied before "
	    "cannot be taken back. Now: teduh team rotate"));
	return 0;
}
