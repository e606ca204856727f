/*
 * What waits for a second pair of eyes: letters that left in a crisis first,
 * then blocked ones, then those that were submitted; with a draft's id, the
 * letter and the answer.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "lib/code.h"
#include "lib/err.h"
#include "tools/casefile.h"
#include "tools/commands/attachments.h"
#include "tools/commands/commands.h"
#include "tools/render.h"
#include "tools/session.h"
#include "tools/shape.h"
#include "tools/versions.h"
#include "tools/wishes.h"
#include "tools/words.h"

#define DRAFTS_MAX	100000
#define EARLIER_SHOWN	20	/* items before the newest letter */

/* Its letter waits for a human: blocked, or in doubt after its repeat. */
static int
is_stuck(const json_t *draft)
{
	const json_t *delivery = json_object_get(draft, "delivery");
	const char *state = json_string_value(json_object_get(delivery,
	    "state"));

	if (state == NULL)
		return 0;
	return strcmp(state, "blocked") == 0 ||
	    (strcmp(state, "unknown") == 0 &&
	    json_is_true(json_object_get(delivery, "repeated")));
}

/* It left in a crisis, and nobody has signed it a second time. */
static int
is_unsigned(const json_t *draft)
{
	return json_is_true(json_object_get(draft, "unsigned"));
}

static int
is_submitted(const json_t *draft)
{
	const char *state = json_string_value(json_object_get(draft,
	    "state"));

	return state != NULL && strcmp(state, "submitted") == 0;
}

/* Addresses that wait for a second person, or were refused; a line each. */
static void
say_people(const struct session *s, const json_t *people)
{
	char id[RENDER_WORD], state[RENDER_WORD], line[2 * RENDER_WORD];
	const json_t *o;
	size_t i;

	json_array_foreach(people, i, o) {
		if (s->args.json || s->args.quiet)
			break;
		(void)snprintf(line, sizeof(line), strcmp(render_word(state,
		    o, "state"), "blocked") == 0 ? _("%s: an address of p%"
		    PRId64 " was refused by the service: teduh people list "
		    "%s") : _("%s: an address of p%" PRId64 " waits for a "
		    "second person: teduh people list %s"),
		    render_word(id, o, "case"),
		    (int64_t)json_integer_value(json_object_get(o,
		    "participant")), id);
		render_say(stdout, line);
	}
}

static int
list(struct session *s, struct err *e)
{
	json_t *answer, *drafts, *out;
	const json_t *o;
	size_t i;
	int result = -1;

	if ((answer = client_get(s->client, "/v1/drafts", e)) == NULL)
		return -1;
	if (wire_get_array(answer, "drafts", DRAFTS_MAX, &drafts, e) == -1)
		goto out;
	out = json_array();
	json_array_foreach(drafts, i, o)
		if (is_unsigned(o))
			(void)json_array_append_new(out,
			    commands_draft_row(s, o));
	json_array_foreach(drafts, i, o)
		if (is_stuck(o) && !is_unsigned(o))
			(void)json_array_append_new(out,
			    commands_draft_row(s, o));
	json_array_foreach(drafts, i, o)
		if (is_submitted(o) && !is_stuck(o))
			(void)json_array_append_new(out,
			    commands_draft_row(s, o));
	commands_drafts(s, out, _("Nothing waits for review."));
	say_people(s, json_object_get(answer, "people"));
	result = 0;
out:
	json_decref(answer);
	return result;
}

/* The item that holds the draft's words: the letter, or still the draft. */
static struct casefile_item *
find_text(const struct casefile *cf, const json_t *draft, struct err *e)
{
	struct casefile_item *item = NULL;
	unsigned char id[SEAL_ID];
	int whole = is_submitted(draft) || json_is_object(json_object_get(
	    draft, "delivery"));

	if (wire_get_hex(draft, whole ? "letter" : "item", id, SEAL_ID,
	    e) == -1)
		return NULL;
	if ((item = casefile_item_by_id(cf, id)) == NULL)
		err_set(e, ERR_DENIED, _("the text of this draft is "
		    "missing in the case %s; tell the people who run the "
		    "service"), casefile_id(cf));
	return item;
}

/* To whom it goes and how: as the letter has it, of a draft as it would. */
static void
set_way(struct casefile *cf, const struct casefile_item *item, json_t *o)
{
	const struct casefile_item *stands = casefile_stands(cf,
	    item->participant);
	json_t *party = NULL;

	if (item->kind == ITEM_ANSWER) {
		(void)json_object_set(o, "mode", json_object_get(item->view,
		    "mode"));
		(void)json_object_set(o, "address", json_object_get(
		    item->view, "to"));
		return;
	}
	(void)json_object_set_new(o, "mode", stands == NULL ? json_null() :
	    json_string(stands->deposit.mode));
	if (stands != NULL && strcmp(stands->deposit.mode, "pickup") != 0)
		party = casefile_party(cf, item->participant, NULL);
	if (party != NULL)
		(void)json_object_set(o, "address", json_object_get(party,
		    "address"));
	else
		(void)json_object_set_new(o, "address", json_null());
	json_decref(party);
}

/* What review adds to the draft's row. */
static int
add_text(struct casefile *cf, struct casefile_item *item, json_t *o,
    struct err *e)
{
	json_t *problems = json_array(), *shown;
	int result = -1;

	if ((shown = shape_item(cf, item, problems, e)) == NULL)
		goto out;
	if (!json_is_object(shown)) {
		err_set(e, ERR_DENIED, "%s", json_string_value(
		    json_array_get(problems, 0)));
		goto out;
	}
	(void)json_object_set(o, "body", json_object_get(shown, "text"));
	(void)json_object_set(o, "first_line", json_object_get(shown,
	    "first_line"));
	(void)json_object_set(o, "subject", json_object_get(shown,
	    "subject"));
	(void)json_object_set(o, "attachments", json_object_get(shown,
	    "attachments"));
	set_way(cf, item, o);
	result = 0;
out:
	json_decref(shown);
	json_decref(problems);
	return result;
}

static int
add_letter(struct casefile *cf, struct casefile_item *item, json_t *o,
    struct err *e)
{
	struct casefile_item *letter = casefile_newest_of(cf,
	    item->participant);
	json_t *problems = json_array(), *shown = json_null();
	int result = -1;

	if (letter != NULL)
		shown = shape_item(cf, letter, problems, e);
	if (shown == NULL)
		goto out;
	if (json_array_size(problems) > 0) {
		err_set(e, ERR_DENIED, "%s", json_string_value(
		    json_array_get(problems, 0)));
		json_decref(shown);
		goto out;
	}
	(void)json_object_set_new(o, "letter", shown);
	result = 0;
out:
	json_decref(problems);
	return result;
}

/* An answer to a case that is to be erased does not leave. */
static void
add_erasure(const struct casefile *cf, json_t *o)
{
	const json_t *erasure = json_object_get(casefile_json(cf),
	    "erasure");

	(void)json_object_set_new(o, "erasure", json_is_object(erasure) ?
	    wishes_erasure(erasure) : json_null());
}

/* With what it was returned before, as it is shown; or NULL. */
static json_t *
note_on(struct casefile *cf, int64_t no)
{
	struct casefile_item *note = casefile_note_on(cf, no);
	json_t *problems = json_array(), *shown = NULL;

	if (note != NULL)
		shown = shape_item(cf, note, problems, NULL);
	json_decref(problems);
	return shown;
}

static int
save_files(struct session *s, struct casefile *cf,
    struct casefile_item *item, const json_t *o, struct err *e)
{
	int folder, result;

	if (s->args.attachments == NULL)
		return 0;
	if ((folder = attachments_folder(s, e)) == -1)
		return -1;
	result = attachments_save(s, cf, item, json_object_get(o,
	    "attachments"), folder, e);
	(void)close(folder);
	return result;
}

/* What stands before the newest letter, for people: a line each. */
static json_t *
earlier(struct session *s, struct casefile *cf, const json_t *o)
{
	const json_t *its = json_object_get(json_object_get(o, "letter"),
	    "id");
	json_t *problems = json_array(), *shown, *items;
	size_t i;

	if (s->args.json || s->args.diff || s->args.attachments != NULL ||
	    !json_is_string(its) || (shown = shape_case_newest(cf,
	    EARLIER_SHOWN, problems, NULL)) == NULL) {
		json_decref(problems);
		return NULL;
	}
	items = json_object_get(shown, "items");
	for (i = json_array_size(items); i > 0; i--)
		if (json_equal(json_object_get(json_array_get(items, i - 1),
		    "id"), its))
			break;
	/* Those behind it are the letter's own day: 'show' has them. */
	while (json_array_size(items) >= i && json_array_size(items) > 0)
		(void)json_array_remove(items, json_array_size(items) - 1);
	json_decref(problems);
	return shown;
}

/* With what was submitted last time. */
static int
show(struct session *s, struct casefile *cf, int64_t no, json_t *o,
    struct err *e)
{
	struct err why = ERR_INIT;
	json_t *before = versions_last(cf, no, &why), *note, *list;

	if (why.code == ERR_RETRY ||
	    casefile_reach(cf, casefile_note_on(cf, no), &why) == -1) {
		json_decref(before);
		*e = why;
		return -1;
	}
	if (s->args.diff && before == NULL) {
		err_set(e, ERR_GONE, _("%s.d%" PRId64 " was submitted once, "
		    "so there is nothing to compare it with"),
		    casefile_id(cf), no);
		return -1;
	}
	(void)json_object_set(o, "before", before == NULL ? json_null() :
	    before);
	if (s->args.json)
		render_json(o);
	else if (s->args.diff)
		render_changes(o, client_now(s->client));
	else if (s->args.attachments == NULL) {
		note = note_on(cf, no);
		list = earlier(s, cf, o);
		render_review(o, note, list, client_now(s->client));
		json_decref(list);
		json_decref(note);
	}
	json_decref(before);
	return 0;
}

static int
one(struct session *s, struct err *e)
{
	struct casefile_item *item;
	struct casefile *cf = NULL;
	const json_t *draft;
	struct code_ref ref;
	json_t *o = NULL;
	int result = -1;

	if (commands_draft_ref(&ref, s->args.words[0], e) == -1 ||
	    (cf = session_case(s, ref.case_prefix, 0, e)) == NULL ||
	    (draft = casefile_draft(cf, ref.draft, e)) == NULL ||
	    (item = find_text(cf, draft, e)) == NULL)
		goto out;
	o = shape_draft(draft);
	add_erasure(cf, o);
	if (add_text(cf, item, o, e) == -1 ||
	    add_letter(cf, item, o, e) == -1 ||
	    save_files(s, cf, item, o, e) == -1)
		goto out;
	result = show(s, cf, ref.draft, o, e);
out:
	json_decref(o);
	casefile_free(cf);
	return result;
}

int
review_run(struct session *s, struct err *e)
{
	if (s->args.diff && s->args.nwords == 0) {
		err_set(e, ERR_INPUT, _("say of which draft: teduh review "
		    "DRAFT --diff"));
		return EXIT_USAGE;
	}
	if (s->args.attachments != NULL && s->args.nwords == 0) {
		err_set(e, ERR_INPUT, _("say of which draft: teduh review "
		    "DRAFT --attachments FOLDER"));
		return EXIT_USAGE;
	}
	if (session_open(s, e) == -1)
		return -1;
	return s->args.nwords == 0 ? list(s, e) : one(s, e);
}
