/*
 * Write an answer, or go on with it.  The text is safe before anything else
 * is tried: first sealed on this machine, then sent to the service; when the
 * service does not take it, the copy stays and is offered again.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tools/answers.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/commands/named.h"
#include "tools/commands/link_ask.h"
#include "tools/draft.h"
#include "tools/editor.h"
#include "tools/keys.h"
#include "tools/linked.h"
#include "tools/marked.h"
#include "tools/session.h"
#include "tools/words.h"
#include "tools/writing.h"

#define INPUT_MAX	(1024 * 1024)

/* Better now than after an hour of writing. */
static int
check_claim(struct session *s, const struct casefile *cf, struct err *e)
{
	const char *holder = json_string_value(json_object_get(
	    json_object_get(casefile_json(cf), "claim"), "claimant"));

	if (holder == NULL || strcmp(holder, s->service.name) == 0)
		return 0;
	err_set(e, ERR_CONFLICT, _("case %s is claimed by %s, who can hand it "
	    "to you; 'teduh next' shows another one"), casefile_id(cf),
	    holder);
	return -1;
}

/* My newest draft for this person in one of two states, or 0. */
static int64_t
own_draft(struct session *s, const struct casefile *cf, int64_t participant,
    const char *one, const char *other)
{
	int64_t no, its, found = 0;
	const char *state, *author;
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(casefile_json(cf), "drafts"), i,
	    o) {
		if (wire_get_int(o, "no", 1, INT32_MAX, &no, NULL) == -1 ||
		    wire_get_int(o, "participant", 1, INT32_MAX, &its,
		    NULL) == -1 ||
		    wire_get_string(o, "state", &state, NULL) == -1 ||
		    wire_get_string(o, "author", &author, NULL) == -1)
			continue;
		if (its == participant && no > found &&
		    strcmp(author, s->service.name) == 0 &&
		    (strcmp(state, one) == 0 || (other != NULL &&
		    strcmp(state, other) == 0)))
			found = no;
	}
	return found;
}

/* Whoever opens an editor has the case from then on. */
static int
claim_first(struct writing *w, struct err *e)
{
	json_t *body = json_object(), *answer;
	char path[64];

	(void)snprintf(path, sizeof(path), "/v1/cases/%s/claim",
	    casefile_id(w->cf));
	answer = client_post(w->s->client, path, body, e);
	json_decref(body);
	if (answer == NULL)
		return -1;
	w->fence = json_incref(json_object_get(answer, "fence"));
	json_decref(answer);
	return 0;
}

/* What --template names, for the editor to begin with. */
static int
get_template(struct writing *w, struct buf *out, struct err *e)
{
	const char *name = w->s->args.template;

	if (name == NULL)
		return 0;
	if (answers_read(w->s, w->cf, name, out, e) == -1)
		return -1;
	w->template = out->bytes;
	return 0;
}

/*
 * What a reviewer proposed when the draft came back, with --take or by one
 * key. 1 taken over, 0 not, -1.
 */
static int
take_proposal(struct writing *w, const struct draft *d, struct buf *out,
    struct err *e)
{
	const struct keys_choice take = { words_in_context(C_("key", "t")),
	    _("take the proposed text over") };
	const json_t *draft = d->no == 0 ? NULL : casefile_draft(w->cf,
	    d->no, NULL);
	const char *state = json_string_value(json_object_get(draft,
	    "state"));
	const char *marked = NULL;
	char *text;
	int bad;

	/* Once only: what is written on is not replaced again. */
	if (state != NULL && strcmp(state, "returned") == 0)
		marked = marked_on(w->cf, d->no);
	if (marked == NULL && w->s->args.take) {
		err_set(e, ERR_GONE, _("nobody proposed a text for your "
		    "answer in the case %s"), casefile_id(w->cf));
		return -1;
	}
	if (marked == NULL || (!w->s->args.take &&
	    (!keys_possible(&w->s->args) || keys_ask(&take, 1,
	    _("write on")) != 0)))
		return 0;
	if (claim_first(w, e) == -1)
		return -1;
	text = marked_proposal(marked);
	bad = buf_adds(out, text);
	seal_wipe(text, strlen(text));
	free(text);
	return bad == -1 ? -1 : 1;
}

/* The body of d, from --body or the editor. */
static int
get_body(struct writing *w, struct draft *d, struct err *e)
{
	struct session *s = w->s;
	struct buf text, template;
	char *body = NULL;
	int bad;

	buf_init(&text, INPUT_MAX);
	buf_init(&template, INPUT_MAX);
	if (s->args.body != NULL) {
		w->fence = draft_fence(s, w->cf);
		bad = commands_read_text(s->args.body, &text, e);
	} else if ((bad = take_proposal(w, d, &text, e)) != 0)
		bad = bad == -1;
	else
		bad = get_template(w, &template, e) == -1 ||
		    claim_first(w, e) == -1 ||
		    writing_edit(w, &text, e) == -1;
	if (!bad)
		body = editor_normalise(text.bytes, text.len, e);
	w->template = NULL;
	buf_free(&template);
	buf_free(&text);
	if (body == NULL)
		return -1;
	free(d->body);
	d->body = body;
	return 0;
}

static int
get_files(struct session *s, struct draft *d, struct err *e)
{
	char *body, *subject;
	int64_t no = d->no, revision = d->revision, to = d->participant;
	size_t i;

	if (s->args.nattach == 0)
		return 0;
	body = d->body;			/* the files of before make way */
	subject = d->subject;
	d->body = d->subject = NULL;
	draft_free(d);
	d->no = no;
	d->revision = revision;
	d->participant = to;
	d->body = body;
	d->subject = subject;
	for (i = 0; i < s->args.nattach; i++)
		if (draft_attach(d, s->args.attach[i], e) == -1)
			return -1;
	return 0;
}

static int
get_subject(struct session *s, struct draft *d, struct err *e)
{
	const char *subject = s->args.subject;

	if (subject == NULL)
		return 0;
	if (*subject == '\0' || strlen(subject) > LETTER_SUBJECT_MAX ||
	    !text_is_line(subject)) {
		err_set(e, ERR_INPUT, _("a subject is one line of 1 to %d "
		    "bytes"), LETTER_SUBJECT_MAX);
		return -1;
	}
	free(d->subject);
	d->subject = mem_strdup(subject);
	return 0;
}

/* Which letter stood before the author when this was written. */
static int
note_read(struct session *s, struct casefile *cf, struct err *e)
{
	struct casefile_item *newest = casefile_newest(cf);
	struct vault_read read;

	if (newest == NULL)
		return 0;
	vault_get_read(s->vault, casefile_id(cf), &read);
	if (read.seq > newest->seq)	/* shown in another window meanwhile */
		return 0;
	read.seq = newest->seq;
	memcpy(read.deposit, newest->hash, SEAL_HASH);
	return vault_note_read(s->vault, casefile_id(cf), &read, e);
}

static json_t *
save(struct writing *w, struct err *e)
{
	const struct draft *d = w->d;
	json_t *answer;

	/* Where it cannot be kept, it had better reach the service. */
	(void)writing_keep(w, d->body, NULL);
	if (note_read(w->s, w->cf, e) == -1 ||
	    (answer = draft_save(w->s, w->cf, d, w->fence, e)) == NULL)
		return NULL;
	writing_done(w, d->body);
	return answer;
}

/* With whom: and nothing of the kind may be under way already. */
static int
begin(struct session *s, struct casefile *cf, struct draft *d,
    struct err *e)
{
	int64_t to, no;

	if (named_participant(s, cf, &to, e) != 0 ||
	    check_claim(s, cf, e) == -1)
		return -1;
	if ((no = own_draft(s, cf, to, "submitted", NULL)) > 0) {
		err_set(e, ERR_CONFLICT, _("your answer %s.d%" PRId64 " waits "
		    "for review: to change it, ask a supervisor to give it "
		    "back with 'teduh return %s.d%" PRId64 " -m WHY'"),
		    casefile_id(cf), no, casefile_id(cf), no);
		return -1;
	}
	if ((no = own_draft(s, cf, to, "open", "returned")) > 0 &&
	    draft_read(cf, no, s->args.nattach == 0, d, e) == -1)
		return -1;
	d->participant = to;
	return 0;
}

/* The draft as the service has it now. */
static json_t *
write_draft(struct session *s, struct casefile **cf, struct draft *d,
    struct err *e)
{
	struct writing w = { .lock = -1 };
	json_t *answer = NULL;

	if (named_participant(s, *cf, &d->participant, e) != 0 ||
	    check_claim(s, *cf, e) == -1 ||
	    writing_begin(&w, s, *cf, d, e) == -1 ||
	    writing_renew(&w, cf, e) == -1 || begin(s, *cf, d, e) == -1 ||
	    get_subject(s, d, e) == -1)
		goto out;
	if (get_body(&w, d, e) == 0 && get_files(s, d, e) == 0)
		answer = save(&w, e);
	if (answer == NULL)
		writing_comfort(&w, e);
out:
	writing_end(&w);
	return answer;
}

static json_t *
submit(struct session *s, const json_t *saved, struct err *e)
{
	const char *id = json_string_value(json_object_get(saved, "case"));
	struct casefile *cf;
	json_t *answer;
	int64_t no;

	if (id == NULL ||
	    wire_get_int(saved, "no", 1, INT32_MAX, &no, e) == -1 ||
	    (cf = session_case(s, id, 1, e)) == NULL)
		return NULL;
	answer = writing_submit(s, &cf, no, e);
	if (answer == NULL)
		err_prefix(e, _("the draft %s.d%" PRId64 " is saved, but not "
		    "submitted"), id, no);
	casefile_free(cf);
	return answer;
}

/* The link by which this case may belong to another, undecided; or NULL. */
static const json_t *
find_own(const json_t *links)
{
	const json_t *one;
	size_t i;

	json_array_foreach(links, i, one)
		if (link_is_open(one) && json_is_true(json_object_get(one,
		    "belongs")))
			return one;
	return NULL;
}

/*
 * Who has a link to decide does so before a word is written: later the answer
 * would be held back for it. 0; 1 when it is answered in the other case; -1.
 */
static int
ask_links(struct session *s, const struct casefile *cf, struct err *e)
{
	json_t *problems = json_array(), *links = linked_shape(s, cf,
	    problems);
	const json_t *own = find_own(links);
	const char *kind;
	enum link_asked asked;
	int result = 0;

	asked = link_ask(s, casefile_id(cf), links, 0, _("go on"), e);
	kind = json_string_value(json_object_get(own, "kind"));
	if (asked == LINK_STOPPED)
		err_set(e, ERR_INPUT, "%s", _("nothing was done"));
	if (asked == LINK_STOPPED || asked == LINK_FAILED)
		result = -1;
	else if (kind != NULL && strcmp(kind, "confirmed") == 0)
		result = 1;
	json_decref(links);
	json_decref(problems);
	return result;
}

/* 0 to write now, 1 when there is nothing to write here, -1. */
static int
ask_first(struct session *s, const struct casefile *cf, struct err *e)
{
	return s->args.body != NULL || !keys_possible(&s->args) ? 0 :
	    ask_links(s, cf, e);
}

int
reply_run(struct session *s, struct err *e)
{
	struct casefile *cf = NULL;
	json_t *answer = NULL, *submitted;
	struct code_ref ref;
	struct draft d;
	int result = -1;

	draft_init(&d);
	if (s->args.body != NULL && s->args.template != NULL) {
		err_set(e, ERR_INPUT, _("give the text with --body or begin "
		    "with --template, not both"));
		return EXIT_USAGE;
	}
	if (s->args.take && (s->args.body != NULL ||
	    s->args.template != NULL)) {
		err_set(e, ERR_INPUT, _("take the proposed text over with "
		    "--take, or give another one, not both"));
		return EXIT_USAGE;
	}
	if (code_ref_parse(&ref, s->args.words[0], e) == -1 ||
	    session_open(s, e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 1, e)) == NULL ||
	    (result = named_participant(s, cf, &d.participant, e)) != 0)
		goto out;
	if ((result = ask_first(s, cf, e)) != 0) {
		if (result == 1)	/* and said where */
			result = 0;
		goto out;
	}
	result = -1;
	if ((answer = write_draft(s, &cf, &d, e)) == NULL)
		goto out;
	if (s->args.submit) {
		submitted = submit(s, answer, e);
		json_decref(answer);
		if ((answer = submitted) == NULL)
			goto out;
	}
	commands_done_draft(s, cf, answer);
	result = 0;
out:
	json_decref(answer);
	draft_free(&d);
	casefile_free(cf);
	return result;
}
