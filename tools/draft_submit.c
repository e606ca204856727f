/*
 * From a draft to the letter document that author and approver sign.  What
 * the letter says about the case (address, mode, which letter was read last)
 * comes from what roles signed and this person was shown, because post holds
 * it against the same and sends nothing that differs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/answers.h"
#include "tools/care.h"
#include "tools/draft.h"
#include "tools/former.h"
#include "tools/last_read.h"
#include "tools/note.h"
#include "tools/words.h"

/* Nothing unverified, and nothing that was not shown, may be answered. */
static int
set_read(struct session *s, const struct casefile *cf, struct letter *l,
    int64_t *seen, struct err *e)
{
	struct last_read read;

	if (last_read_shown(s, cf, NULL, &read, e) == -1)
		return -1;
	memcpy(l->last_read, read.list, sizeof(l->last_read));
	l->nlast_read = read.n;
	*seen = read.seen;
	return 0;
}

static int
no_code(const struct casefile *cf, const struct letter *l, struct err *e)
{
	err_set(e, ERR_INPUT, _("p%" PRId64 " of the case %s is to read "
	    "answers here and has no return code to do so: 'teduh people "
	    "change %s --to p%" PRId64 " --mode mail' states that answers "
	    "are mailed"), l->participant, casefile_id(cf), casefile_id(cf),
	    l->participant);
	return -1;
}

int
draft_address(struct casefile *cf, struct letter *l, struct err *e)
{
	const struct casefile_item *item;
	unsigned char seeker[SEAL_KEY];
	const char *address;
	json_t *party;
	int result = -1, has_code, picks_up;

	if ((party = casefile_party(cf, l->participant, e)) == NULL)
		return -1;
	item = casefile_stands(cf, l->participant);
	(void)snprintf(l->mode, sizeof(l->mode), "%s", item->deposit.mode);
	has_code = casefile_seeker(cf, l->participant, seeker);
	picks_up = strcmp(l->mode, "pickup") == 0;
	if (wire_get_string_opt(party, "address", &address, e) == -1)
		goto out;
	if (picks_up && has_code)
		result = 0;	/* is fetched with a code */
	else if (address == NULL)
		err_set(e, ERR_INPUT, _("p%" PRId64 " of the case %s left "
		    "no address to answer to: if you know it, 'teduh people "
		    "change %s --to p%" PRId64 "' states it"), l->participant,
		    casefile_id(cf), casefile_id(cf), l->participant);
	else if (picks_up || (strcmp(l->mode, "mail") != 0 && !has_code))
		(void)no_code(cf, l, e);
	else {
		l->to = mem_strdup(address);
		result = 0;
	}
out:
	json_decref(party);
	return result;
}

static void
add_reference(struct letter *l, const char *id)
{
	if (id == NULL || !letter_id_valid(id))
		return;
	if (l->nreferences == LETTER_REFERENCES_MAX) {
		free(l->references[0]);
		l->nreferences--;
		memmove(l->references, l->references + 1, l->nreferences *
		    sizeof(l->references[0]));
	}
	l->references[l->nreferences++] = mem_strdup(id);
}

/* Threads as mail programs know them (RFC 5322, 3.6.4). */
int
draft_thread(struct casefile *cf, struct letter *l, struct err *e)
{
	struct casefile_item *item = casefile_newest_of(cf, l->participant);
	const json_t *list, *one;
	const char *id;
	size_t i;
	int result;

	if (item == NULL)		/* invited, and has not written yet */
		return 0;
	if ((result = casefile_read(cf, item, e)) == 1)
		err_set(e, ERR_DENIED, _("the letter %s.%" PRId64 " could not "
		    "be verified, so it is not answered: %s"),
		    casefile_id(cf), item->seq, item->problem);
	if (result != 0)
		return -1;
	list = json_object_get(item->view, "references");
	id = json_string_value(json_object_get(item->view, "in_reply_to"));
	json_array_foreach(list, i, one)
		add_reference(l, json_string_value(one));
	if (json_array_size(list) == 0)
		add_reference(l, id);
	id = json_string_value(json_object_get(item->view, "message_id"));
	add_reference(l, id);
	if (id != NULL && letter_id_valid(id))
		l->in_reply_to = mem_strdup(id);
	return 0;
}

/* In front of the words, so that a preview shows none of them. */
static void
set_body(struct letter *l, const struct draft *d, const char *first)
{
	size_t size;

	free(l->body);
	if (first == NULL) {
		l->body = mem_strdup(d->body);
		return;
	}
	l->opening = (int64_t)strlen(first) + 2;
	size = (size_t)l->opening + strlen(d->body) + 1;
	l->body = mem_alloc(size);
	(void)snprintf(l->body, size, "%s\n\n%s", first, d->body);
}

int
draft_not_ours(const struct casefile *cf, const struct letter *l,
    const char *from, struct err *e)
{
	if (l->to == NULL || strcasecmp(l->to, from) != 0)
		return 0;
	err_set(e, ERR_INPUT, _("p%" PRId64 " of the case %s wrote "
	    "under our own address, where nobody reads an answer: "
	    "'teduh people change %s --to p%" PRId64 "' states the "
	    "person's, or close the case"), l->participant,
	    casefile_id(cf), casefile_id(cf), l->participant);
	return -1;
}

/* What the desk gives: the domain of its ids, neutral subject and opening. */
static int
set_desk(struct session *s, const struct casefile *cf, struct letter *l,
    const struct draft *d, struct err *e)
{
	const json_t *desk = session_desk(s, casefile_desk(cf), e);
	const char *from, *subject, *at;

	if (desk == NULL ||
	    wire_get_string(desk, "from_address", &from, e) == -1 ||
	    wire_get_string_opt(desk, "subject", &subject, e) == -1)
		return -1;
	if ((at = strrchr(from, '@')) == NULL) {
		err_set(e, ERR_INPUT, _("the desk '%s' has no address to "
		    "write from: the people who run the service set its "
		    "'from_address'"), casefile_desk(cf));
		return -1;
	}
	if (draft_not_ours(cf, l, from, e) == -1)
		return -1;
	if (d->subject != NULL)
		subject = d->subject;
	if (subject == NULL) {
		err_set(e, ERR_INPUT, _("the desk '%s' has no subject of its "
		    "own: reply again with --subject"), casefile_desk(cf));
		return -1;
	}
	l->subject = mem_strdup(subject);
	/* A code opens the whole of it: there is no preview to spare. */
	set_body(l, d, strcmp(l->mode, "mail") != 0 ? NULL :
	    session_first_line(desk,
	    json_string_value(json_object_get(casefile_json(cf),
	    "language"))));
	l->message_id = letter_message_id_new(at + 1);
	l->reply_token = letter_token_new();
	return 0;
}

static int
fill_letter(struct session *s, struct casefile *cf, const struct draft *d,
    struct letter *l, int64_t *seen, struct err *e)
{
	size_t i;

	memcpy(l->case_id, casefile_id(cf), CASE_ID_LEN + 1);
	(void)snprintf(l->desk, sizeof(l->desk), "%s", casefile_desk(cf));
	(void)snprintf(l->author, sizeof(l->author), "%s", s->service.name);
	l->draft = d->no;
	l->revision = d->revision;
	l->participant = d->participant;
	l->expires = client_now(s->client) + LETTER_EXPIRES_S;
	for (i = 0; i < d->nfiles; i++) {
		l->attachments[i] = d->files[i].about;
		l->attachments[i].name = mem_strdup(d->files[i].about.name);
		l->attachments[i].type = mem_strdup(d->files[i].about.type);
		l->nattachments = i + 1;
	}
	if (former_set(cf, l, e) == -1 || set_read(s, cf, l, seen, e) == -1 ||
	    draft_address(cf, l, e) == -1 || draft_thread(cf, l, e) == -1)
		return -1;
	return set_desk(s, cf, l, d, e);
}

json_t *
draft_notice(struct session *s, struct casefile *cf, int64_t participant,
    struct err *e)
{
	const struct casefile_item *stands = casefile_stands(cf, participant);

	if (stands == NULL || strcmp(stands->deposit.mode, "notice") != 0)
		return json_null();
	return care_notice(s, cf, participant, e);
}

/*
 * Signed and sealed; to the postman only where nobody else has to look before.
 * why: in a crisis, which is that; else NULL.
 */
static json_t *
send_letter(struct session *s, struct casefile *cf,
    const struct draft *d, struct draft_document *doc, int64_t seen,
    const char *why, struct err *e)
{
	const struct roster_person *me = session_person(s, e);
	json_t *body = NULL, *answer = NULL, *postman = json_null();
	json_t *seeker = json_null(), *notice = json_null(), *note;
	char path[96];

	if (me == NULL || (body = draft_upload(s, cf, doc, e)) == NULL)
		goto out;
	if (why != NULL) {
		if ((note = note_upload(s, cf, 0, why, e)) == NULL)
			goto out;
		(void)json_object_set_new(body, "note", note);
	}
	if (why != NULL ||
	    !roster_needs_review(s->roster, casefile_desk(cf), me)) {
		postman = draft_postman(s, cf, doc->item, doc->key, e);
		seeker = draft_seeker(cf, d->participant, doc->item,
		    doc->key, e);
		notice = draft_notice(s, cf, d->participant, e);
		if (postman == NULL || seeker == NULL || notice == NULL)
			goto out;
	}
	(void)json_object_set(body, "postman", postman);
	(void)json_object_set(body, "seeker", seeker);
	(void)json_object_set(body, "notice", notice);
	(void)json_object_set_new(body, "seen", json_integer(seen));
	(void)json_object_set_new(body, "fence", draft_fence(s, cf));
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/%s", casefile_id(cf), d->no, why != NULL ? "crisis" :
	    "submit");
	answer = client_post(s->client, path, body, e);
out:
	json_decref(postman);
	json_decref(seeker);
	json_decref(notice);
	json_decref(body);
	return answer;
}

/* Whose it is and how it stands; the service asks the same again. */
static int
check_state(struct session *s, const struct casefile *cf, int64_t no,
    int crisis, struct err *e)
{
	const json_t *o = casefile_draft(cf, no, e);
	const char *state, *author;

	if (o == NULL || wire_get_string(o, "state", &state, e) == -1 ||
	    wire_get_string(o, "author", &author, e) == -1)
		return -1;
	if (strcmp(author, s->service.name) != 0)
		err_set(e, ERR_DENIED, _("the draft %s.d%" PRId64 " is %s's, "
		    "who submits it"), casefile_id(cf), no, author);
	else if (strcmp(state, "returned") == 0)
		err_set(e, ERR_CONFLICT, _("the draft %s.d%" PRId64 " was "
		    "returned: read why with 'teduh show %s' and change it "
		    "with 'teduh reply %s'"), casefile_id(cf), no,
		    casefile_id(cf), casefile_id(cf));
	else if (strcmp(state, "open") != 0 &&
	    (!crisis || strcmp(state, "submitted") != 0))
		err_set(e, ERR_CONFLICT, _("the draft %s.d%" PRId64 " is %s "
		    "already"), casefile_id(cf), no, words_for("draft",
		    state));
	else
		return 0;
	return -1;
}

/* A template's hole would be read by the seeker. */
static int
is_filled(const struct draft *d, struct err *e)
{
	if (d->subject != NULL && answers_filled(d->subject, e) == -1)
		return -1;
	return answers_filled(d->body, e) == -1 ? -1 : 0;
}

static json_t *
submit(struct session *s, struct casefile *cf, int64_t no, const char *why,
    struct err *e)
{
	struct draft_document doc = { .purpose = PURPOSE_LETTER };
	json_t *answer = NULL;
	struct letter l;
	struct draft d;
	char *text = NULL;
	int64_t seen = 0;

	letter_init(&l);
	draft_init(&d);
	l.crisis = why != NULL;
	if (check_state(s, cf, no, l.crisis, e) == -1 ||
	    draft_read(cf, no, 1, &d, e) == -1 ||
	    is_filled(&d, e) == -1 ||
	    fill_letter(s, cf, &d, &l, &seen, e) == -1)
		goto out;
	if ((text = letter_print(&l, &doc.len, e)) == NULL) {
		err_prefix(e, _("this cannot be sent"));
		goto out;
	}
	doc.bytes = text;
	doc.files = d.files;
	doc.nfiles = d.nfiles;
	answer = send_letter(s, cf, &d, &doc, seen, why, e);
out:
	if (text != NULL)
		seal_wipe(text, doc.len);
	free(text);
	secret_free(doc.key);
	draft_free(&d);
	letter_free(&l);
	return answer;
}

json_t *
draft_submit(struct session *s, struct casefile *cf, int64_t no,
    struct err *e)
{
	return submit(s, cf, no, NULL, e);
}

json_t *
draft_crisis(struct session *s, struct casefile *cf, int64_t no,
    const char *why, struct err *e)
{
	return submit(s, cf, no, why, e);
}
