/*
 * Who is in a case, and to which address each one is written.  Whom a case
 * writes to is changed by two persons: one states it, another one looks at
 * the address and signs.  An address never stands in a command's arguments,
 * where everybody on the machine can read it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/statement.h"
#include "lib/text.h"
#include "tools/casefile.h"
#include "tools/commands/change.h"
#include "tools/commands/commands.h"
#include "tools/commands/people.h"
#include "tools/draft.h"
#include "tools/prompt.h"
#include "tools/session.h"
#include "tools/words.h"

#define LINE_BYTES	1024

int
people_set_address(struct statement_doc *s, const char *address,
    struct err *e)
{
	if (text_address_check(address, e) == -1)
		return -1;
	if (s->replaces != NULL && strcmp(s->replaces, address) == 0) {
		err_set(e, ERR_INPUT, _("p%" PRId64 " has this address "
		    "already"), s->participant);
		return -1;
	}
	s->address = mem_strdup(address);
	return 0;
}

int
people_set_name(struct statement_doc *s, const char *name, struct err *e)
{
	if (strlen(name) > STATEMENT_NAME_MAX || !text_is_line(name)) {
		err_set(e, ERR_INPUT, _("a name is one line of at most %d "
		    "bytes, without control characters"), STATEMENT_NAME_MAX);
		return -1;
	}
	free(s->name);
	s->name = mem_strdup(name);
	return 0;
}

/* The new address, and a name that goes with it; without one the old stays. */
static int
read_address(struct statement_doc *s, struct err *e)
{
	char line[LINE_BYTES] = "";
	int result = -1, n;

	if ((n = prompt_line(_("Address: "), line, sizeof(line), e)) == -1)
		goto out;
	if (n == 0 || *line == '\0') {
		err_set(e, ERR_INPUT, "%s", _("give the address on standard "
		    "input, and the name on the line behind it"));
		goto out;
	}
	if (people_set_address(s, line, e) == -1 ||
	    (n = prompt_line(_("Name (may be empty): "), line, sizeof(line),
	    e)) == -1)
		goto out;
	result = n == 0 || *line == '\0' ? 0 : people_set_name(s, line, e);
out:
	seal_wipe(line, sizeof(line));
	return result;
}

/* A row of the case's participants, or NULL. */
static const json_t *
find_person(const struct casefile *cf, int64_t no)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf),
	    "participants"), i, o)
		if (json_integer_value(json_object_get(o, "no")) == no)
			return o;
	return NULL;
}

/* The first number that nobody of the case ever had. */
static int64_t
free_number(const struct casefile *cf)
{
	static const char *const lists[][2] = { { "participants", "no" },
	    { "people", "participant" } };
	int64_t no, top = 1;
	const json_t *o;
	size_t i, k;

	for (k = 0; k < 2; k++)
		json_array_foreach(json_object_get(casefile_json(cf),
		    lists[k][0]), i, o) {
			no = json_integer_value(json_object_get(o,
			    lists[k][1]));
			top = no > top ? no : top;
		}
	for (i = 0; i < casefile_count(cf); i++)
		if (casefile_at(cf, i)->participant > top)
			top = casefile_at(cf, i)->participant;
	return top + 1;
}

/* --to pN, who has to be there. 0, -1 or EXIT_USAGE. */
static int
wanted_person(const struct session *s, int64_t *no, struct err *e)
{
	if (s->args.to == NULL) {
		err_set(e, ERR_INPUT, _("say about whom: --to p1 ('teduh "
		    "people list %s' shows who is there)"), s->args.words[0]);
		return EXIT_USAGE;
	}
	return code_participant_parse(no, s->args.to, e);
}

static int
check_whole(const struct casefile *cf, struct err *e)
{
	if (!casefile_doubtful(cf))
		return 0;
	err_set(e, ERR_DENIED, _("a letter of the case %s could not be "
	    "verified, so nobody is written to in it: 'teduh show %s' says "
	    "which; tell the people who run the service"), casefile_id(cf),
	    casefile_id(cf));
	return -1;
}

/* Somebody who is there: what stands of him now. */
static int
fill_change(struct casefile *cf, struct statement_doc *s, struct err *e)
{
	const json_t *row = find_person(cf, s->participant);
	const struct casefile_item *stated;
	const char *role, *address, *name;
	json_t *party;

	if (row == NULL) {
		err_set(e, ERR_GONE, _("there is no 'p%" PRId64 "' in the "
		    "case %s: 'teduh people list %s' shows who is there"),
		    s->participant, casefile_id(cf), casefile_id(cf));
		return -1;
	}
	if ((party = casefile_party(cf, s->participant, e)) == NULL)
		return -1;
	address = json_string_value(json_object_get(party, "address"));
	s->replaces = address == NULL ? NULL : mem_strdup(address);
	name = json_string_value(json_object_get(party, "name"));
	s->name = name == NULL ? NULL : mem_strdup(name);
	json_decref(party);
	role = json_string_value(json_object_get(row, "role"));
	(void)snprintf(s->role, sizeof(s->role), "%s", role != NULL &&
	    statement_role_valid(role) ? role : "other");
	if ((stated = casefile_stated(cf, s->participant)) != NULL) {
		s->has_after = 1;
		memcpy(s->after, stated->hash, SEAL_HASH);
	}
	return 0;
}

/* The document, signed, sealed and sent. */
static int
send_statement(struct change *c, struct statement_doc *s, struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_PARTICIPANT };
	json_t *body = NULL;
	char *text;
	int result = -1;

	memcpy(s->case_id, casefile_id(c->cf), CASE_ID_LEN + 1);
	(void)snprintf(s->desk, sizeof(s->desk), "%s", casefile_desk(c->cf));
	(void)snprintf(s->author, sizeof(s->author), "%s",
	    c->s->service.name);
	s->at = client_now(c->s->client);
	if ((text = statement_print(s, &doc.len, e)) == NULL) {
		err_prefix(e, _("this cannot be stated"));
		return -1;
	}
	doc.bytes = text;
	if ((body = draft_upload(c->s, c->cf, &doc, e)) != NULL) {
		(void)json_object_update(c->body, body);
		(void)json_object_set_new(c->body, "participant",
		    json_integer(s->participant));
		result = change_post(c, "people", e);
	}
	json_decref(body);
	secret_free(doc.key);
	seal_wipe(text, doc.len);
	free(text);
	return result;
}

/* What stands there now, and who does what next. */
static void
done(struct change *c, int64_t no, int confirmed)
{
	const char *id = casefile_id(c->cf);
	json_t *row = people_row(c->cf, no, NULL);
	char line[PEOPLE_LINE];

	people_line(line, row);
	if (confirmed)
		commands_done(c->s, row, _("%s; the service checks both "
		    "signatures, then 'teduh reply %s --to p%" PRId64 "' "
		    "writes there"), line, id, no);
	else
		commands_done(c->s, row, _("%s; nothing is written there yet: "
		    "a supervisor looks at the address and types 'teduh "
		    "people confirm %s --to p%" PRId64 "'"), line, id, no);
	seal_wipe(line, sizeof(line));
}

/* Another reply mode for who is there; the address stays. */
static int
set_mode(const struct casefile *cf, struct statement_doc *s,
    const char *mode, struct err *e)
{
	const struct casefile_item *stands = casefile_stands(cf,
	    s->participant);
	unsigned char seeker[SEAL_KEY];

	if (s->replaces == NULL) {
		err_set(e, ERR_INPUT, _("no address of p%" PRId64 " is known, "
		    "so nothing is mailed there: state one first, without "
		    "--mode"), s->participant);
		return -1;
	}
	if (stands != NULL && strcmp(stands->deposit.mode, mode) == 0) {
		err_set(e, ERR_INPUT, _("p%" PRId64 " is answered so "
		    "already"), s->participant);
		return -1;
	}
	if (strcmp(mode, "notice") == 0 &&
	    !casefile_seeker(cf, s->participant, seeker)) {
		err_set(e, ERR_INPUT, _("p%" PRId64 " has no return code to "
		    "read an answer with, so it has to be mailed"),
		    s->participant);
		return -1;
	}
	(void)snprintf(s->mode, sizeof(s->mode), "%s", mode);
	s->address = mem_strdup(s->replaces);
	return 0;
}

/* What the options say together. 0, or EXIT_USAGE. */
static int
check_options(const struct session *s, struct err *e)
{
	const char *mode = s->args.mode;

	if (s->args.from == NULL && (s->args.reply_to || s->args.yes))
		err_set(e, ERR_INPUT, "%s", _("--reply-to and --yes are about "
		    "a letter: say which one with --from ITEM"));
	else if (mode != NULL && s->args.from != NULL)
		err_set(e, ERR_INPUT, "%s", _("--mode leaves the address as "
		    "it is, and --from states another one: one after the "
		    "other"));
	else if (mode != NULL && strcmp(mode, "mail") != 0 &&
	    strcmp(mode, "notice") != 0)
		err_set(e, ERR_INPUT, _("'%s' is no mode that staff may "
		    "state: --mode mail mails the answers, --mode notice "
		    "says by mail that there is one"), mode);
	else
		return 0;
	return EXIT_USAGE;
}

/* Begin, state, end: of a new one when change is 0. */
static int
state(struct session *s, int change, int64_t no, struct err *e)
{
	struct statement_doc doc;
	struct change c;
	int result;

	statement_init(&doc);
	doc.participant = no;
	if (check_options(s, e) != 0)
		return EXIT_USAGE;
	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = check_whole(c.cf, e)) == -1)
		goto out;
	if (change)
		result = fill_change(c.cf, &doc, e);
	else {
		doc.participant = free_number(c.cf);
		(void)snprintf(doc.role, sizeof(doc.role), "%s",
		    s->args.role);
	}
	if (result == 0)
		result = s->args.mode != NULL ? set_mode(c.cf, &doc,
		    s->args.mode, e) : s->args.from != NULL ?
		    people_from(s, c.cf, &doc, e) : read_address(&doc, e);
	if (result == 0 && (result = send_statement(&c, &doc, e)) == 0)
		done(&c, doc.participant, 0);
out:
	statement_free(&doc);
	change_end(&c);
	return result;
}

int
people_add_run(struct session *s, struct err *e)
{
	if (s->args.role == NULL || !statement_role_valid(s->args.role)) {
		err_set(e, ERR_INPUT, "%s", _("say who it is: --role seeker, "
		    "parent, relative, teacher or other"));
		return EXIT_USAGE;
	}
	return state(s, 0, 0, e);
}

int
people_change_run(struct session *s, struct err *e)
{
	int64_t no;
	int result;

	if ((result = wanted_person(s, &no, e)) != 0)
		return result;
	return state(s, 1, no, e);
}

static int
refuse(const struct casefile *cf, int64_t no, const char *why, struct err *e)
{
	err_set(e, ERR_DENIED, _("p%" PRId64 " of %s is not confirmed: %s"),
	    no, casefile_id(cf), why);
	return -1;
}

/* May I, and may who stated it still? Asked before anything is sent. */
static int
check_persons(const struct change *c, const struct casefile_item *item,
    const struct statement_doc *doc, struct err *e)
{
	const struct roster_person *me = session_person(c->s, e), *author;
	int64_t no = doc->participant;

	if (me == NULL)
		return -1;
	if (me->rank != RANK_SUPERVISOR ||
	    !roster_on_desk(me, casefile_desk(c->cf)))
		return refuse(c->cf, no, _("only a supervisor of its desk may "
		    "do that: 'teduh staff list' says who they are"), e);
	if (strcmp(doc->author, me->name) == 0)
		return refuse(c->cf, no, _("you stated it yourself, and whom "
		    "a case writes to is always signed by two persons"), e);
	author = roster_person(c->s->roster, doc->author);
	if (author == NULL || !author->active ||
	    !roster_on_desk(author, doc->desk) ||
	    memcmp(author->sign, item->signer, SIGN_PUBLIC) != 0)
		return refuse(c->cf, no, _("its author is not on the desk any "
		    "more: let somebody of the desk state it anew"), e);
	return 0;
}

/* Was it made for the person as he is now? */
static int
check_now(struct casefile *cf, const struct statement_doc *doc,
    struct err *e)
{
	const struct casefile_item *stated = casefile_stated(cf,
	    doc->participant);
	const char *address = NULL;
	json_t *party = NULL;
	int same;

	if (casefile_stands(cf, doc->participant) != NULL) {
		party = casefile_party(cf, doc->participant, e);
		if (party == NULL)
			return -1;
		address = json_string_value(json_object_get(party,
		    "address"));
	}
	same = address == NULL || doc->replaces == NULL ?
	    address == doc->replaces : strcmp(address, doc->replaces) == 0;
	same &= stated == NULL ? !doc->has_after : doc->has_after &&
	    seal_equal(doc->after, stated->hash, SEAL_HASH);
	json_decref(party);
	return same ? 0 : refuse(cf, doc->participant, _("the person has "
	    "another address meanwhile: discard it, and state it anew"), e);
}

static int
second(struct change *c, const struct casefile_item *item, int64_t no,
    struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *postman;

	postman = draft_postman(c->s, c->cf, item->id, item->key, e);
	if (postman == NULL)
		return -1;
	signature_make(c->s->me->signer, PURPOSE_SECOND, item->bytes,
	    item->len, signature);
	wire_set_hex(c->body, "item", item->id, SEAL_ID);
	wire_set_hex(c->body, "signature", signature, SIGN_LEN);
	(void)json_object_set_new(c->body, "postman", postman);
	(void)json_object_set_new(c->body, "participant", json_integer(no));
	return change_post(c, "people/second", e);
}

int
people_confirm_run(struct session *s, struct err *e)
{
	struct casefile_item *item;
	struct statement_doc doc;
	struct change c;
	int64_t no;
	int result;

	statement_init(&doc);
	if ((result = wanted_person(s, &no, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0 ||
	    (result = check_whole(c.cf, e)) == -1)
		goto out;
	result = -1;
	if ((item = people_statement(c.cf, no, e)) == NULL ||
	    statement_parse(&doc, item->bytes, item->len, e) == -1)
		goto out;
	if (doc.participant != no)
		(void)refuse(c.cf, no, _("the statement is about somebody "
		    "else; tell the people who run the service"), e);
	else if (check_persons(&c, item, &doc, e) == 0 &&
	    check_now(c.cf, &doc, e) == 0)
		result = second(&c, item, no, e);
	if (result == 0)
		done(&c, no, 1);
out:
	statement_free(&doc);
	change_end(&c);
	return result;
}

int
people_discard_run(struct session *s, struct err *e)
{
	struct change c;
	int64_t no;
	int result;

	if ((result = wanted_person(s, &no, e)) != 0)
		return result;
	if ((result = change_begin(&c, s, WHY_MAY, e)) != 0)
		goto out;
	/* One that does not verify can be thrown away all the same. */
	if (people_statement(c.cf, no, e) == NULL && e->code == ERR_GONE) {
		result = -1;
		goto out;
	}
	(void)json_object_set_new(c.body, "participant", json_integer(no));
	if ((result = change_post(&c, "people/discard", e)) == 0)
		commands_done(s, people_row(c.cf, no, NULL),
		    _("the statement about "
		    "p%" PRId64 " of %s is thrown away; who was there is "
		    "written to as before"), no, casefile_id(c.cf));
out:
	change_end(&c);
	return result;
}
