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
#include "lib/code.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/linked.h"
#include "tools/session.h"
#include "tools/words.h"

struct approval {
	struct session		*s;
	struct casefile		*cf;
	const json_t		*draft;
	int64_t			 no;
	struct casefile_item	*item;
	struct letter		 letter;
};

static int
refuse(const struct approval *a, const char *why, struct err *e)
{
	err_set(e, ERR_DENIED, _("%s.d%" PRId64 " is not approved: %s"),
	    casefile_id(a->cf), a->no, why);
	return -1;
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
	if (strcmp(state, "submitted") != 0) {
		err_set(e, ERR_CONFLICT, _("the draft %s.d%" PRId64 " is %s, "
		    "not submitted: there is nothing to approve"),
		    casefile_id(a->cf), a->no, words_for("draft", state));
		return -1;
	}
	return 0;
}

static int
load_letter(struct approval *a, struct err *e)
{
	unsigned char id[SEAL_ID];
	int result;

	if (wire_get_hex(a->draft, "letter", id, SEAL_ID, e) == -1)
		return -1;
	a->item = casefile_item_by_id(a->cf, id);
	if (a->item == NULL || a->item->kind != ITEM_ANSWER)
		return refuse(a, _("its letter is missing; tell the people "
		    "who run the service"), e);
	if ((result = casefile_read(a->cf, a->item, e)) == -1)
		return -1;
	if (result == 1)
		return refuse(a, a->item->problem, e);
	return letter_parse(&a->letter, a->item->bytes, a->item->len, e);
}

/* The letter is what the draft says, by whom it says. */
static int
check_document(const struct approval *a, struct err *e)
{
	const struct letter *l = &a->letter;
	const struct roster_person *p;
	int64_t participant, revision;
	const char *author;

	if (wire_get_string(a->draft, "author", &author, e) == -1 ||
	    wire_get_int(a->draft, "participant", 1, INT32_MAX, &participant,
	    e) == -1 ||
	    wire_get_int(a->draft, "revision", 1, INT32_MAX, &revision,
	    e) == -1)
		return -1;
	if (l->draft != a->no || l->participant != participant ||
	    l->revision != revision || strcmp(l->author, author) != 0)
		return refuse(a, _("its letter belongs to another draft"), e);
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
	same = l->to == NULL ? strcmp(l->mode, "pickup") == 0 &&
	    casefile_seeker(a->cf, l->participant, seeker) :
	    address != NULL && strcmp(address, l->to) == 0;
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

static int
is_read(const struct letter *l, const struct casefile *cf)
{
	const struct casefile_item *newest = casefile_newest(cf);
	size_t i;

	for (i = 0; newest != NULL && i < l->nlast_read; i++)
		if (strcmp(l->last_read[i].case_id, casefile_id(cf)) == 0)
			return seal_equal(l->last_read[i].deposit,
			    newest->hash, SEAL_HASH);
	return 0;
}

/* Every case that may belong to this one, as post will ask. 1, 0, -1. */
static int
are_linked_read(const struct approval *a, struct err *e)
{
	struct linked *links = mem_alloc(LINKED_MAX * sizeof(*links));
	size_t i, n = linked_list(a->s, a->cf, links);
	struct casefile *other;
	int result = 1;

	for (i = 0; i < n && result == 1; i++) {
		other = session_case(a->s, links[i].id, 0, e);
		result = other == NULL ? -1 : is_read(&a->letter, other);
		casefile_free(other);
	}
	free(links);
	return result;
}

static int
check_stale(const struct approval *a, struct err *e)
{
	int linked;

	if (casefile_doubtful(a->cf))
		return refuse(a, _("a letter of the case could not be "
		    "verified: 'teduh show' says which; tell the people "
		    "who run the service"), e);
	if ((linked = are_linked_read(a, e)) == -1)
		return -1;
	if (!linked || !is_read(&a->letter, a->cf) ||
	    json_is_true(json_object_get(a->draft, "stale")))
		return refuse(a, _("somebody wrote again after it was "
		    "written; return it to its author"), e);
	return 0;
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

static json_t *
sign_and_send(const struct approval *a, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	json_t *body, *postman, *seeker, *answer;
	char path[96];

	postman = draft_postman(a->s, a->cf, a->item->id, a->item->key, e);
	if (postman == NULL)
		return NULL;
	seeker = draft_seeker(a->cf, a->letter.participant, a->item->id,
	    a->item->key, e);
	if (seeker == NULL) {
		json_decref(postman);
		return NULL;
	}
	signature_make(a->s->me->signer, PURPOSE_APPROVE, a->item->bytes,
	    a->item->len, signature);
	body = json_object();
	wire_set_hex(body, "letter", a->item->id, SEAL_ID);
	wire_set_hex(body, "signature", signature, SIGN_LEN);
	(void)json_object_set_new(body, "postman", postman);
	(void)json_object_set_new(body, "seeker", seeker);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/approve", casefile_id(a->cf), a->no);
	answer = client_post(a->s->client, path, body, e);
	json_decref(body);
	return answer;
}

int
approve_run(struct session *s, struct err *e)
{
	struct approval a = { .s = s };
	struct code_ref ref;
	json_t *answer = NULL;
	int result = -1;

	letter_init(&a.letter);
	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (a.cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    (a.draft = casefile_draft(a.cf, ref.draft, e)) == NULL)
		goto out;
	a.no = ref.draft;
	if (check_me(&a, e) == -1 || load_letter(&a, e) == -1 ||
	    check_document(&a, e) == -1 || check_address(&a, e) == -1 ||
	    check_stale(&a, e) == -1 || check_files(&a, e) == -1 ||
	    (answer = sign_and_send(&a, e)) == NULL)
		goto out;
	commands_done_draft(s, a.cf, answer);
	result = 0;
out:
	json_decref(answer);
	letter_free(&a.letter);
	casefile_free(a.cf);
	return result;
}
