/*
 * The second signature.  Whatever post would refuse is refused here first,
 * because an approver who signs something else than what was reviewed, or to
 * somebody else than the person who wrote, should hear it now.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "tools/casefile.h"
#include "tools/commands/approve_crisis.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/former.h"
#include "tools/last_read.h"
#include "tools/session.h"
#include "tools/words.h"

#define WHY_MAX	1024

struct approval {
	struct session		*s;
	struct casefile		*cf;
	const json_t		*draft;
	int64_t			 no;
	struct casefile_item	*item;
	struct letter		 letter;
	int			 second;	/* it left in a crisis */
};

static int
refuse(const struct approval *a, const char *why, struct err *e)
{
	err_set(e, ERR_DENIED, _("%s.d%" PRId64 " is not approved: %s"),
	    casefile_id(a->cf), a->no, why);
	return -1;
}

static int
load_letter(struct approval *a, struct err *e)
{
	struct err why = ERR_INIT;
	int result;

	result = draft_letter(a->cf, a->draft, a->no, &a->item, &a->letter,
	    &why);
	if (result == -1 && why.code == ERR_DENIED)
		return refuse(a, why.text, e);
	if (result == -1)
		*e = why;
	return result;
}

/* May I at all? Asked before anything is sent. */
static int
check_me(const struct approval *a, struct err *e)
{
	const struct roster_person *me = session_person(a->s, e);
	const char *desk = casefile_desk(a->cf), *author, *state;

	if (me == NULL ||
	    wire_get_string(a->draft, "author", &author, e) == -1 ||
	    wire_get_string(a->draft, "state", &state, e) == -1)
		return -1;
	if (me->rank != RANK_SUPERVISOR || !roster_on_desk(me, desk))
		return refuse(a, _("only a supervisor of its desk may do "
		    "that: 'teduh staff list' says who they are"), e);
	if (strcmp(author, me->name) == 0 &&
	    !roster_policy(a->s->roster, desk).self)
		return refuse(a, _("you wrote it yourself, and on this desk a "
		    "second person has to look"), e);
	if (strcmp(state, "submitted") != 0 && !a->second) {
		err_set(e, ERR_CONFLICT, _("the draft %s.d%" PRId64 " is %s, "
		    "not submitted: there is nothing to approve"),
		    casefile_id(a->cf), a->no, words_for("draft", state));
		return -1;
	}
	return 0;
}

/* Nobody approves what is partly his own, and nobody hides that it is. */
static int
check_former(const struct approval *a, struct err *e)
{
	const struct roster_person *me = session_person(a->s, e);

	if (me == NULL)
		return -1;
	if (letter_is_former(&a->letter, me->name) &&
	    !roster_policy(a->s->roster, a->letter.desk).self)
		return refuse(a, _("you wrote on it before somebody else went "
		    "on with it: a third person has to look"), e);
	if (former_missing(a->cf, &a->letter) != NULL)
		return refuse(a, _("it does not say who wrote on it before: "
		    "return it, and let it be submitted again"), e);
	return 0;
}

/* Whom it is by, and whether it can still be sent. */
static int
check_document(const struct approval *a, struct err *e)
{
	const struct letter *l = &a->letter;
	const struct roster_person *p;

	p = roster_person(a->s->roster, l->author);
	if (p == NULL || !p->active || !roster_on_desk(p, l->desk) ||
	    memcmp(p->sign, a->item->signer, SIGN_PUBLIC) != 0)
		return refuse(a, _("its author is not on the desk any "
		    "more: let somebody of the desk write anew"),
		    e);
	if (l->crisis)
		return refuse(a, _("a crisis letter is not approved this "
		    "way"), e);
	if (l->expires <= client_now(a->s->client))
		return refuse(a, _("it is too old to be sent: return it, and "
		    "let it be submitted again"), e);
	return 0;
}

/* To the person who wrote, in the way that person asked for. */
static int
check_address(const struct approval *a, struct err *e)
{
	const struct letter *l = &a->letter;
	const struct casefile_item *newest;
	unsigned char seeker[SEAL_KEY];
	const char *address;
	json_t *party;
	int same;

	if ((party = casefile_party(a->cf, l->participant, e)) == NULL)
		return -1;
	newest = casefile_stands(a->cf, l->participant);
	address = json_string_value(json_object_get(party, "address"));
	same = l->to == NULL || (address != NULL &&
	    strcmp(address, l->to) == 0);
	same &= (l->to == NULL) == (strcmp(l->mode, "pickup") == 0) &&
	    (strcmp(l->mode, "mail") == 0 ||
	    casefile_seeker(a->cf, l->participant, seeker));
	json_decref(party);
	if (!same)
		return refuse(a, _("it is not addressed to the person who "
		    "wrote: return it, and let it be submitted again"), e);
	if (strcmp(l->mode, newest->deposit.mode) != 0)
		return refuse(a, _("the person asked to be answered in "
		    "another way meanwhile: return it, and let it be "
		    "submitted again"), e);
	return 0;
}

/* As post will ask, of this case and of those that may belong to it. */
static int
check_stale(const struct approval *a, struct err *e)
{
	const struct roster_person *me = session_person(a->s, e);
	char why[WHY_MAX];
	struct last_read now;

	if (casefile_doubtful(a->cf))
		return refuse(a, _("a letter of the case could not be "
		    "verified: 'teduh show' says which; tell the people "
		    "who run the service"), e);
	if (me == NULL ||
	    last_read_now(a->s, a->cf, &a->letter, &now, e) == -1)
		return -1;
	if (last_read_holds(a->s, a->cf, a->item, &a->letter, me, &now) &&
	    !json_is_true(json_object_get(a->draft, "stale")))
		return 0;
	(void)snprintf(why, sizeof(why), _("somebody wrote again after it "
	    "was written: read that with 'teduh show %s', then say with "
	    "'teduh still-right %s.d%" PRId64 "' that it may go as it is, or "
	    "return it to its author"), casefile_id(a->cf),
	    casefile_id(a->cf), a->no);
	return refuse(a, why, e);
}

static int
check_files(const struct approval *a, struct err *e)
{
	struct buf plain;
	size_t i;
	int bad = 0;

	for (i = 0; i < a->letter.nattachments && !bad; i++) {
		buf_init(&plain, DRAFT_FILES_MAX);
		bad = casefile_part(a->cf, a->item, PART_ATTACHMENT +
		    (uint32_t)i, &plain, e) == -1;
		buf_free(&plain);
	}
	if (bad && e->code == ERR_DENIED)
		err_prefix(e, _("an attachment"));
	return bad ? -1 : 0;
}

/* Of one that has left: it is what it is, and was it right? */
static json_t *
sign_second(const struct approval *a, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *body = json_object(), *answer;
	char path[96];

	signature_make(a->s->me->signer, PURPOSE_APPROVE, a->item->bytes,
	    a->item->len, signature);
	wire_set_hex(body, "letter", a->item->id, SEAL_ID);
	wire_set_hex(body, "signature", signature, SIGN_LEN);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/second", casefile_id(a->cf), a->no);
	answer = client_post(a->s->client, path, body, e);
	json_decref(body);
	return answer;
}

static json_t *
sign_and_send(const struct approval *a, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *body = NULL, *postman, *seeker = NULL, *notice = NULL;
	json_t *answer = NULL;
	char path[96];

	postman = draft_postman(a->s, a->cf, a->item->id, a->item->key, e);
	if (postman == NULL ||
	    (seeker = draft_seeker(a->cf, a->letter.participant, a->item->id,
	    a->item->key, e)) == NULL || (notice = draft_notice(a->s, a->cf,
	    a->letter.participant, e)) == NULL)
		goto out;
	signature_make(a->s->me->signer, PURPOSE_APPROVE, a->item->bytes,
	    a->item->len, signature);
	body = json_object();
	wire_set_hex(body, "letter", a->item->id, SEAL_ID);
	wire_set_hex(body, "signature", signature, SIGN_LEN);
	(void)json_object_set(body, "postman", postman);
	(void)json_object_set(body, "seeker", seeker);
	(void)json_object_set(body, "notice", notice);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/approve", casefile_id(a->cf), a->no);
	answer = client_post(a->s->client, path, body, e);
out:
	json_decref(postman);
	json_decref(seeker);
	json_decref(notice);
	json_decref(body);
	return answer;
}

/* All that post would ask, of a letter that has not left. */
static int
check_sending(struct approval *a, struct err *e)
{
	return check_document(a, e) == -1 || check_address(a, e) == -1 ||
	    check_stale(a, e) == -1 ? -1 : 0;
}

static void
say_done(const struct approval *a, const json_t *answer)
{
	char name[COMMANDS_NAME];

	if (!a->second) {
		commands_done_draft(a->s, a->cf, answer);
		return;
	}
	commands_name(name, casefile_id(a->cf), a->cf);
	commands_done(a->s, commands_draft_row(a->s, answer), _("%s left in "
	    "a crisis and has its second signature now"), name);
}

int
approve_run(struct session *s, struct err *e)
{
	struct approval a = { .s = s };
	json_t *answer = NULL;
	int result = -1;

	if (s->args.as_crisis)
		return approve_crisis_run(s, e);
	if (s->args.message != NULL) {
		err_set(e, ERR_INPUT, _("-m WHY goes with --crisis: an "
		    "ordinary approval needs no reason"));
		return EXIT_USAGE;
	}
	letter_init(&a.letter);
	if (commands_draft(s, &a.cf, &a.draft, &a.no, e) == -1)
		goto out;
	a.second = json_is_true(json_object_get(a.draft, "unsigned"));
	if (check_me(&a, e) == -1 || load_letter(&a, e) == -1 ||
	    check_former(&a, e) == -1 ||
	    (!a.second && check_sending(&a, e) == -1) ||
	    check_files(&a, e) == -1 ||
	    (answer = a.second ? sign_second(&a, e) :
	    sign_and_send(&a, e)) == NULL)
		goto out;
	say_done(&a, answer);
	result = 0;
out:
	json_decref(answer);
	letter_free(&a.letter);
	casefile_free(a.cf);
	return result;
}
