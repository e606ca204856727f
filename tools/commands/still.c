/*
 * Somebody wrote again after an answer was written, and the answer is still
 * right.  Who says so has read what is new, on this machine; what is signed
 * is how far the cases had been read, and about which letter, never a word of
 * it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/identity.h"
#include "tools/casefile.h"
#include "tools/commands/commands.h"
#include "tools/draft.h"
#include "tools/last_read.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/words.h"

struct saying {
	struct session		*s;
	struct casefile		*cf;
	const json_t		*draft;
	int64_t			 no;
	struct casefile_item	*item;
	struct letter		 letter;
	struct last_read	 now;
};

static const char *
delivery_state(const json_t *draft)
{
	return json_string_value(json_object_get(json_object_get(draft,
	    "delivery"), "state"));
}

/* Its author; who approved it, or before that whoever may. */
static int
check_me(const struct saying *w, struct err *e)
{
	const struct roster_person *me = session_person(w->s, e);
	const char *state;

	if (me == NULL || wire_get_string(w->draft, "state", &state,
	    e) == -1)
		return -1;
	if (strcmp(state, "submitted") != 0 &&
	    strcmp(state, "approved") != 0) {
		err_set(e, ERR_CONFLICT, _("the draft %s.d%" PRId64 " is %s: "
		    "only an answer that waits for review or to be sent can "
		    "be still right"), casefile_id(w->cf), w->no,
		    words_for("draft", state));
		return -1;
	}
	if (strcmp(w->letter.author, me->name) == 0 ||
	    (strcmp(state, "submitted") == 0 ?
	    me->rank == RANK_SUPERVISOR &&
	    roster_on_desk(me, casefile_desk(w->cf)) :
	    w->item->approver != NULL &&
	    strcmp(w->item->approver, me->name) == 0))
		return 0;
	err_set(e, ERR_DENIED, _("the answer %s.d%" PRId64 " is %s's: only "
	    "its author and who approved it may say that it is still right"),
	    casefile_id(w->cf), w->no, w->letter.author);
	return -1;
}

/* It waits for review, or to be sent. */
static int
is_waiting(const json_t *draft)
{
	static const char *const states[] = { "held", "due", "sending",
	    "deferred" };
	const char *state = delivery_state(draft);
	size_t i;

	for (i = 0; state != NULL && i < sizeof(states) / sizeof(states[0]);
	    i++)
		if (strcmp(state, states[i]) == 0)
			return 1;
	return state == NULL;
}

/* Something is new; of one that does not wait the service says more. */
static int
check_need(const struct saying *w, struct err *e)
{
	const struct roster_person *other = session_person(w->s, e);

	if (other == NULL)
		return -1;
	if (w->item->approver != NULL)
		other = roster_person(w->s->roster, w->item->approver);
	if (w->letter.expires <= client_now(w->s->client)) {
		err_set(e, ERR_CONFLICT, _("the answer %s.d%" PRId64 " is too "
		    "old to be sent: return it, and let it be submitted "
		    "again"), casefile_id(w->cf), w->no);
		return -1;
	}
	if (!is_waiting(w->draft) ||
	    !last_read_holds(w->s, w->cf, w->item, &w->letter, other,
	    &w->now))
		return 0;
	err_set(e, ERR_CONFLICT, _("nobody wrote after the answer %s.d%"
	    PRId64 " that it does not know of: there is nothing to say"),
	    casefile_id(w->cf), w->no);
	return -1;
}

/* Up to where the letter's author had read this case when it was written. */
static int64_t
read_before(const struct saying *w, const struct casefile *cf)
{
	const struct letter_read *r = letter_read_find(w->letter.last_read,
	    w->letter.nlast_read, casefile_id(cf));
	const struct casefile_item *item;
	size_t i;

	for (i = 0; r != NULL && (item = casefile_at(cf, i)) != NULL; i++)
		if (item->kind == ITEM_LETTER && seal_equal(item->hash,
		    r->deposit, SEAL_HASH))
			return item->seq;
	return 0;
}

static int
add_newer(const struct saying *w, struct casefile *cf, json_t *newer,
    json_t *problems, struct err *e)
{
	int64_t before = read_before(w, cf);
	struct casefile_item *item;
	json_t *shown;
	size_t i;

	for (i = 0; (item = casefile_at(cf, i)) != NULL; i++) {
		if (item->kind != ITEM_LETTER || item->seq <= before)
			continue;
		if ((shown = shape_item(cf, item, problems, e)) == NULL)
			return -1;
		(void)json_array_append_new(newer, shown);
	}
	return 0;
}

/* What is new in each case, and the answer. 0; 1 some do not verify; -1. */
static int
show(struct saying *w, struct err *e)
{
	json_t *newer = json_array(), *problems = json_array();
	json_t *answer = NULL;
	struct casefile *cf;
	size_t i;
	int result = 0;

	for (i = 0; i < w->now.n && result == 0; i++) {
		cf = i == 0 ? w->cf : session_case(w->s,
		    w->now.list[i].case_id, 0, e);
		if (cf == NULL || add_newer(w, cf, newer, problems, e) == -1)
			result = -1;
		if (i > 0)
			casefile_free(cf);
	}
	if (result == 0 && (answer = shape_item(w->cf, w->item, problems,
	    e)) == NULL)
		result = -1;
	if (result == 0)
		result = commands_problems(problems);
	if (result == 0 && !w->s->args.json && !w->s->args.quiet)
		render_still(newer, answer, client_now(w->s->client));
	json_decref(answer);
	json_decref(newer);
	json_decref(problems);
	return result;
}

static json_t *
sign_and_send(const struct saying *w, struct err *e)
{
	unsigned char signature[SIGN_LEN];
	struct still_statement is;
	json_t *body, *answer;
	char path[96], *text;
	size_t len;

	memset(&is, 0, sizeof(is));
	last_read_about(w->item, &w->letter, &is.letter);
	memcpy(is.last_read, w->now.list, sizeof(is.last_read));
	is.nlast_read = w->now.n;
	(void)snprintf(is.by, sizeof(is.by), "%s", w->s->service.name);
	is.at = client_now(w->s->client);
	text = still_print(&is, &len);
	signature_make(w->s->me->signer, PURPOSE_STILL, text, len, signature);
	body = json_object();
	(void)json_object_set_new(body, "statement", json_string(text));
	wire_set_hex(body, "signature", signature, SIGN_LEN);
	free(text);
	(void)snprintf(path, sizeof(path), "/v1/cases/%s/drafts/%" PRId64
	    "/still-right", casefile_id(w->cf), w->no);
	answer = client_post(w->s->client, path, body, e);
	json_decref(body);
	return answer;
}

static void
done(const struct saying *w, const json_t *draft)
{
	const json_t *delivery = json_object_get(draft, "delivery");
	const char *state = delivery_state(draft), *id = casefile_id(w->cf);
	int64_t now_s = client_now(w->s->client);
	int64_t next_s = json_integer_value(json_object_get(delivery,
	    "next_at"));
	char name[COMMANDS_NAME], until[RENDER_WHEN];
	json_t *o = shape_draft(draft);

	if (commands_done_erasing(w->s, w->cf, draft, o))
		return;
	commands_name(name, id, w->cf);
	if (state == NULL)
		commands_done(w->s, o, _("%s: the answer stands as it is; a "
		    "supervisor sees it in 'teduh review'"), name);
	else if (strcmp(state, "held") == 0 && next_s > now_s) {
		render_when(until, next_s, now_s);
		commands_done(w->s, o, _("%s: the answer goes as it is; until "
		    "%s 'teduh undo %s.d%" PRId64 "' calls it back"), name,
		    until, id, w->no);
	} else
		commands_done(w->s, o, _("%s: the answer goes as it is; "
		    "'teduh show %s' says when it was sent"), name, id);
}

int
still_run(struct session *s, struct err *e)
{
	struct saying w = { .s = s };
	json_t *answer = NULL;
	int result = -1;

	letter_init(&w.letter);
	if (commands_draft(s, &w.cf, &w.draft, &w.no, e) == -1 ||
	    draft_letter(w.cf, w.draft, w.no, &w.item, &w.letter, e) == -1 ||
	    check_me(&w, e) == -1 ||
	    last_read_shown(s, w.cf, &w.letter, &w.now, e) == -1 ||
	    check_need(&w, e) == -1 || (result = show(&w, e)) != 0)
		goto out;
	result = -1;
	if ((answer = sign_and_send(&w, e)) == NULL)
		goto out;
	done(&w, answer);
	result = 0;
out:
	json_decref(answer);
	letter_free(&w.letter);
	casefile_free(w.cf);
	return result;
}
