/*
 * Puts a case on a terminal.  Calm: the head says in words how the case
 * stands, times are the reader's own; the newest letter is there at once and
 * whole, what was written after it below, and what came before is a line
 * each, with the way to unfold it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "lib/wire.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/table.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096
#define EVENTS_SHOWN	3	/* the newest, unless all is asked for */

/* "today 15:33 (2 h ago)" */
static void
when_ago(char out[2 * RENDER_WHEN], int64_t at_s, int64_t now_s)
{
	char when[RENDER_WHEN], span[RENDER_SPAN];

	render_when(when, at_s, now_s);
	render_span(span, now_s - at_s);
	if (now_s - at_s < 60)
		(void)snprintf(out, 2 * RENDER_WHEN, _("%s (just now)"),
		    when);
	else
		(void)snprintf(out, 2 * RENDER_WHEN, _("%s (%s ago)"), when,
		    span);
}

static void
put_item(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], kind[RENDER_WORD], flags[RENDER_WORD];
	char when[2 * RENDER_WHEN], who[RENDER_WORD] = "";

	when_ago(when, render_time(item, "at"), p->now_s);
	render_flags(flags, item);
	if (p->strands)
		(void)render_word(who, item, "participant");
	render_put(p, "%s", "");
	render_put_heading(p, "%s  %s%s%s, %s%s", render_word(id, item,
	    "id"), render_kind(kind, item), *who == '\0' ? "" : " ", who,
	    when, flags);
	if (render_has_flag(item, "spam"))
		render_put(p, "%s", _("A mail server took this letter for "
		    "spam."));
	render_put_content(p, item);
	if (render_has_flag(item, "gap")) {
		render_put(p, "%s", "");
		render_put_as(p, SCREEN_ALARM, "%s", _("A letter is missing "
		    "here."));
	}
}

/* A line of the head: one who writes, by what way. */
static void
put_participant(struct render_page *p, const json_t *o)
{
	static const char *const modes[][2] = {
		{ "mail", N_("answered by mail") },
		{ "notice", N_("gets a notice by mail, reads the answer "
		    "here") },
		{ "pickup", N_("left no address to be answered at") },
		{ "code", N_("picks the answer up here, with a code") },
		{ NULL, NULL }
	};
	char id[RENDER_WORD], role[RENDER_WORD], mode[RENDER_WORD];
	char address[RENDER_WORD], line[LINE_MAX_BYTES];

	const char *how = render_in_words(mode, o, "mode", modes);

	if (strcmp(render_word(address, o, "mode"), "pickup") == 0 &&
	    json_is_true(json_object_get(o, "code")))
		how = _(modes[3][1]);
	(void)render_word(address, o, "address");
	(void)snprintf(line, sizeof(line), "%s, %s%s%s",
	    words_for("participant", render_word(role, o, "role")),
	    how, *address == '\0' ? "" :
	    ": ", address);
	render_put_field(p, render_word(id, o, "id"), line);
}

static void
put_waiting(struct render_page *p, const json_t *o, int64_t since_s)
{
	char span[RENDER_SPAN], left[RENDER_SPAN], when[RENDER_WHEN];
	int64_t due = render_time(o, "due");

	if (since_s == 0)
		return;
	render_span(span, p->now_s - since_s);
	if (due == 0) {
		render_put(p, _("Waits %s."), span);
		return;
	}
	if (due <= since_s && render_has_flag(o, "delivery-problem")) {
		render_put_as(p, SCREEN_ALARM, _("Waits %s, and is due at "
		    "once."), span);
		return;
	}
	render_when(when, due, p->now_s);
	render_span(left, due < p->now_s ? p->now_s - due : due - p->now_s);
	if (due < p->now_s)
		render_put_as(p, SCREEN_ALARM, _("Waits %s; we said we answer "
		    "by %s: %s late."), span, when, left);
	else
		render_put(p, _("Waits %s; we said we answer by %s (in %s)."),
		    span, when, left);
}

static void
put_drafts(struct render_page *p, const json_t *o)
{
	static const char *const states[][2] = {
		{ "open", N_("being written") },
		{ "submitted", N_("waiting for review") },
		{ "returned", N_("given back to be changed") },
		{ NULL, NULL }
	};
	char id[RENDER_WORD], author[RENDER_WORD], state[RENDER_WORD];
	char line[LINE_MAX_BYTES];
	const char *how;
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, "drafts"), i, one) {
		(void)render_word(id, one, "id");
		(void)render_word(author, one, "author");
		how = render_in_words(state, one, "state", states);
		if (strcmp(state, "approved") == 0 ||
		    strcmp(state, "discarded") == 0)
			continue;	/* it is an item, or nothing */
		if (render_is_me(author))
			(void)snprintf(line, sizeof(line),
			    _("your own answer, %s"), how);
		else
			(void)snprintf(line, sizeof(line),
			    _("answer by %s, %s"), author, how);
		render_put_field(p, id + strcspn(id, ".") + (strchr(id,
		    '.') != NULL), line);
	}
}

static void
put_urgency(struct render_page *p, const json_t *o)
{
	int64_t urgency = json_integer_value(json_object_get(o, "urgency"));
	const json_t *weighed = json_object_get(o, "weighed");
	char by[RENDER_WORD];
	static const char *const words[] = { NULL,
	    N_("Urgency 1: soon."), N_("Urgency 2: high."),
	    N_("Urgency 3: CRISIS.") };
	static const char *const marks[] = { NULL, SCREEN_PLAIN, SCREEN_SOON,
	    SCREEN_ALARM };

	if (urgency < 1 || urgency > 3)
		return;
	(void)render_word(by, weighed, "by");
	if (json_is_null(weighed))
		render_put_as(p, marks[urgency], _("%s Nobody has signed "
		    "that."), _(words[urgency]));
	else if (*by == '\0' || strcmp(by, "rules") == 0)
		render_put_as(p, marks[urgency], "%s", _(words[urgency]));
	else
		render_put_as(p, marks[urgency], _("%s %s says so."),
		    _(words[urgency]), by);
}

static void
put_claim(struct render_page *p, const json_t *claim)
{
	char name[RENDER_WORD], when[RENDER_WHEN];

	if (!json_is_object(claim))
		return;
	render_when(when, render_time(claim, "until"), p->now_s);
	if (render_is_me(render_word(name, claim, "claimant")))
		render_put_as(p, SCREEN_OWN, _("Taken by you until %s."),
		    when);
	else
		render_put(p, _("Taken by %s until %s."), name, when);
}

/* An answer came back and nobody has answered since: what helps. */
static void
put_problem(struct render_page *p, const json_t *o)
{
	const json_t *items = json_object_get(o, "items"), *delivery;
	char state[RENDER_WORD], line[LINE_MAX_BYTES];
	size_t i;

	if (!render_has_flag(o, "delivery-problem"))
		return;
	for (i = json_array_size(items); i > 0; i--) {
		delivery = json_object_get(json_array_get(items, i - 1),
		    "delivery");
		if (strcmp(render_word(state, delivery, "state"),
		    "bounced") == 0)
			break;
	}
	if (i == 0) {
		render_put_as(p, SCREEN_ALARM, "%s", _("A mail server "
		    "reports trouble with an answer: read its report."));
		return;
	}
	render_put_as(p, SCREEN_ALARM, "%s", _("An answer came back; the "
	    "person has not read it and was not told."));
	render_advice(line, sizeof(line), delivery, p->now_s);
	render_put(p, "%s", line);
}

/* Which other case a reader should know of, and what is typed. */
static void
put_link(struct render_page *p, const json_t *o, const json_t *link)
{
	char id[RENDER_WORD], other[RENDER_WORD], kind[RENDER_WORD];
	int belongs = json_is_true(json_object_get(link, "belongs"));

	(void)render_word(id, o, "id");
	(void)render_word(other, link, "case");
	(void)render_word(kind, link, "kind");
	if (strcmp(kind, "undone") == 0)
		return;
	if (strcmp(kind, "confirmed") == 0 && belongs)
		render_put(p, _("Belongs to %s, where it is answered; teduh "
		    "unlink %s takes it apart."), other, id);
	else if (strcmp(kind, "confirmed") == 0)
		render_put(p, _("%s belongs here; teduh unlink %s takes it "
		    "apart."), other, other);
	else if (strcmp(kind, "token") == 0 && belongs)
		render_put(p, _("Answers a letter of %s, but from another "
		    "address: teduh link %s, or teduh unlink %s."), other,
		    id, id);
	else if (strcmp(kind, "token") == 0)
		render_put(p, _("%s answers a letter of this case from "
		    "another address: teduh link %s, or teduh unlink %s."),
		    other, other, other);
	else if (belongs)
		render_put(p, _("May belong to %s: teduh link %s, or teduh "
		    "unlink %s."), other, id, id);
	else
		render_put(p, _("%s may belong here: teduh link %s, or teduh "
		    "unlink %s."), other, other, other);
}

static void
put_others(struct render_page *p, const json_t *o)
{
	size_t i, n = json_array_size(json_object_get(o, "others"));
	char ids[LINE_MAX_BYTES] = "", id[RENDER_WORD];
	size_t len = 0;

	for (i = 0; i < n && len + 2 * CASE_ID_LEN < sizeof(ids); i++)
		len += (size_t)snprintf(ids + len, sizeof(ids) - len, "%s%.8s",
		    i == 0 ? "" : ", ", render_word(id, json_array_get(
		    json_object_get(o, "others"), i), "id"));
	if (n > 0)
		render_put(p, words_count("This address has %zu other case: "
		    "%s.", "This address has %zu other cases: %s.", n), n,
		    ids);
}

/* Who keeps it, why it was closed and until when it stays. */
static void
put_kept(struct render_page *p, const json_t *o)
{
	const json_t *hold = json_object_get(o, "hold");
	char by[RENDER_WORD], when[RENDER_WHEN], id[RENDER_WORD];
	char word[RENDER_WORD];

	if (json_is_object(hold)) {
		render_when(when, render_time(hold, "at"), p->now_s);
		render_put_as(p, SCREEN_ALARM, _("Held by %s since %s: kept "
		    "whatever is asked; teduh lift %s lets it go."),
		    render_word(by, hold, "by"), when,
		    render_word(id, o, "id"));
	}
	if (strcmp(render_word(by, o, "state"), "closed") != 0)
		return;
	if (*render_word(word, o, "reason") != '\0')
		render_put(p, _("Closed: %s."), words_for("reason", word));
	if (render_time(o, "kept_until") > 0) {
		render_when(when, render_time(o, "kept_until"), p->now_s);
		render_put(p, _("Kept until %s; then it is erased, if nobody "
		    "takes that back."), when);
	}
}

/* To whom it was given, or is to be. */
static void
put_disclosures(struct render_page *p, const json_t *o)
{
	char to[RENDER_WORD], by[RENDER_WORD], second[RENDER_WORD];
	char item[RENDER_WORD], when[RENDER_WHEN];
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, "disclosures"), i, one) {
		(void)render_word(to, one, "to");
		(void)render_word(by, one, "by");
		(void)render_word(item, one, "item");
		render_when(when, render_time(one, "second_at"), p->now_s);
		if (*render_word(second, one, "second") != '\0')
			render_put(p, _("Disclosed to %s, %s, by %s and %s "
			    "(%s says on what ground)."), to, when, by,
			    second, item);
		else
			render_put_as(p, SCREEN_SOON, _("%s asks that it be "
			    "disclosed to %s (%s says on what ground): a "
			    "supervisor runs teduh disclose confirm %.8s."),
			    by, to, item, item);
	}
}

void
render_put_erasure(struct render_page *p, const json_t *erasure,
    const char *id)
{
	char by[RENDER_WORD], state[RENDER_WORD], when[RENDER_WHEN];

	(void)render_word(by, erasure, "by");
	(void)render_word(state, erasure, "state");
	render_when(when, render_time(erasure, "ends"), p->now_s);
	if (strcmp(state, "asked") == 0)
		render_put_as(p, SCREEN_ALARM, _("To be erased: %s, asked by "
		    "%s; teduh erase %s --undo takes it back."), when, by,
		    id);
	else if (strcmp(state, "held") == 0)
		render_put_as(p, SCREEN_ALARM, _("Kept from being erased, "
		    "asked by %s; teduh erase %s --lift lets it go."), by,
		    id);
	else if (strcmp(state, "refused") == 0)
		render_put_as(p, SCREEN_ALARM, _("Somebody wrote into the "
		    "store that this case be erased, and nobody signed it; "
		    "teduh erase %s --undo takes it out."), id);
}

/* That it is to be erased, and what else was wished. */
static void
put_wishes(struct render_page *p, const json_t *o)
{
	char id[RENDER_WORD], by[RENDER_WORD], state[RENDER_WORD];
	char when[RENDER_WHEN];
	const json_t *wish;
	size_t i;

	render_put_erasure(p, json_object_get(o, "erasure"), render_word(id,
	    o, "id"));
	put_kept(p, o);
	put_disclosures(p, o);
	json_array_foreach(json_object_get(o, "wishes"), i, wish) {
		(void)render_word(by, wish, "participant");
		(void)render_word(state, wish, "wish");
		render_when(when, render_time(wish, "at"), p->now_s);
		render_put_as(p, SCREEN_SOON, strcmp(state, "other") == 0 ?
		    _("%s would like somebody else to answer (%s).") :
		    _("%s is not happy with an answer (%s)."), by, when);
	}
}

static void
put_head(struct render_page *p, const json_t *o, int64_t since_s)
{
	static const char *const states[][2] = {
		{ "new", N_("new, nobody has taken it yet") },
		{ "open", N_("open") }, { "answered", N_("answered") },
		{ "closed", N_("closed") }, { NULL, NULL }
	};
	char id[RENDER_WORD], desk[RENDER_WORD], state[RENDER_WORD];
	char flags[RENDER_WORD];
	const json_t *one;
	size_t i;

	render_flags(flags, o);
	render_put_as(p, SCREEN_STRONG, _("%s  desk %s; %s%s"),
	    render_word(id, o, "id"), render_word(desk, o, "desk"),
	    render_in_words(state, o, "state", states), flags);
	put_wishes(p, o);
	put_urgency(p, o);
	render_put_tags(p, o);
	put_waiting(p, o, since_s);
	put_claim(p, json_object_get(o, "claim"));
	json_array_foreach(json_object_get(o, "participants"), i, one)
		put_participant(p, one);
	put_problem(p, o);
	put_drafts(p, o);
	json_array_foreach(json_object_get(o, "links"), i, one)
		put_link(p, o, one);
	put_others(p, o);
}

enum earlier_cell { EARLIER_ID, EARLIER_KIND, EARLIER_AT, EARLIER_FROM,
    EARLIER_FILES };

/* How an answer's sending stands, while there is more to say than "sent". */
static void
add_unsent(char flags[RENDER_WORD], const json_t *delivery)
{
	char state[RENDER_WORD];
	size_t n = strlen(flags);

	(void)render_word(state, delivery, "state");
	if (*state != '\0' && strcmp(state, "accepted") != 0 &&
	    strcmp(state, "published") != 0)
		(void)snprintf(flags + n, RENDER_WORD - n, " [%.40s]",
		    words_for("delivery", state));
}

/* "Budi" or, without a name, nothing: the address is in the head. */
static void
fill_earlier(struct table_row *r, const json_t *item, int64_t now_s)
{
	char word[RENDER_WORD], flags[RENDER_WORD], when[RENDER_WHEN];
	size_t files = json_array_size(json_object_get(item, "attachments"));

	table_set(r, EARLIER_ID, render_word(word, item, "id"));
	table_set(r, EARLIER_KIND, render_kind(word, item));
	render_when(when, render_time(item, "at"), now_s);
	table_set(r, EARLIER_AT, when);
	table_set(r, EARLIER_FROM, render_word(word, json_object_get(item,
	    "from"), "name"));
	if (files > 0)
		(void)snprintf(r->cells[EARLIER_FILES], TABLE_CELL,
		    words_count("%zu file", "%zu files", files), files);
	render_flags(flags, item);
	render_first_words(word, item);
	add_unsent(flags, json_object_get(item, "delivery"));
	(void)snprintf(r->rest, TABLE_REST, "%s%s%s", flags + (*flags ==
	    ' '), *flags == '\0' ? "" : " ", word);
}

/* A line for each of the items before this one. */
void
render_put_earlier(struct render_page *p, const json_t *o, size_t before)
{
	const struct table t = { .fill = fill_earlier, .columns = p->columns,
	    .now_s = p->now_s };
	int64_t left = json_integer_value(json_object_get(o, "left_out"));
	json_t *rows = json_array();
	size_t i;

	for (i = before; i > 0; i--)
		(void)json_array_append(rows, json_array_get(
		    json_object_get(o, "items"), i - 1));
	if (before > 0) {
		render_put(p, "%s", "");
		render_put_heading(p, "%s", _("earlier"));
		table_add(&p->out, &t, rows);
	}
	if (left > 0)
		render_put_as(p, SCREEN_QUIET, words_count("and %" PRId64
		    " more", "and %" PRId64 " more", left), left);
	json_decref(rows);
}

/* The id of a draft of the reader's own that can be handed in; 0: none. */
static int
find_open(char id[RENDER_WORD], const json_t *o)
{
	char author[RENDER_WORD], state[RENDER_WORD];
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, "drafts"), i, one)
		if (render_is_me(render_word(author, one, "author")) &&
		    strcmp(render_word(state, one, "state"), "open") == 0) {
			(void)render_word(id, one, "id");
			return 1;
		}
	return 0;
}

/* What is typed next; what is under way says so in the head. */
static void
put_next(struct render_page *p, const json_t *o, int64_t since_s)
{
	char id[RENDER_WORD], draft[RENDER_WORD], state[RENDER_WORD];
	const json_t *one;
	int submitted = 0;
	size_t i;

	json_array_foreach(json_object_get(o, "drafts"), i, one)
		if (strcmp(render_word(state, one, "state"),
		    "submitted") == 0)
			submitted = 1;
	(void)render_word(id, o, "id");
	if (json_array_size(json_object_get(o, "items")) > 1) {
		render_put(p, "%s", "");
		render_put_as(p, SCREEN_QUIET, _("One letter: teduh show "
		    "%s.1; all of it: teduh show %s --all"), id, id);
	}
	if (since_s > 0 && !submitted) {
		render_put(p, "%s", "");
		if (find_open(draft, o))
			render_put_as(p, SCREEN_QUIET, _("Next: teduh reply "
			    "%s goes on with your answer, teduh submit %s "
			    "hands it in"), id, draft);
		else
			render_put_as(p, SCREEN_QUIET, _("Next: teduh reply "
			    "%s"), id);
	}
}

/* The newest letter, else the newest item. */
static size_t
find_newest(const json_t *items)
{
	const char *kind;
	size_t i = json_array_size(items);

	for (; i > 0; i--) {
		kind = json_string_value(json_object_get(json_array_get(items,
		    i - 1), "kind"));
		if (kind != NULL && strcmp(kind, "letter") == 0)
			return i - 1;
	}
	return json_array_size(items) - 1;
}

void
render_put_case(struct render_page *p, const json_t *o, int64_t since_s,
    enum render_how how)
{
	const json_t *items = json_object_get(o, "items");
	size_t i, n = json_array_size(items), newest;
	int brief = how == RENDER_NEWEST || how == RENDER_UNFOLDED;

	p->unfold = how != RENDER_NEWEST;
	p->strands = json_array_size(json_object_get(o,
	    "participants")) > 1;
	if (how != RENDER_ONE)
		put_head(p, o, since_s);
	if (!brief)
		for (i = n; i > 0; i--)
			put_item(p, json_array_get(items, i - 1));
	else if (n > 0) {
		newest = find_newest(items);
		for (i = newest; i < n; i++)
			put_item(p, json_array_get(items, i));
		render_put_earlier(p, o, newest);
	}
	if (how != RENDER_ONE)
		render_put_events(p, o, how == RENDER_ALL ? 0 :
		    EVENTS_SHOWN);
	if (brief)
		put_next(p, o, since_s);
}

size_t
render_case(const json_t *o, int64_t since_s, int64_t now_s,
    enum render_how how)
{
	struct render_page p;

	render_page_init(&p, render_width(), "  ", now_s);
	render_put_case(&p, o, since_s, how);
	screen_put(&p.out, 1);
	buf_free(&p.out);
	return p.folds;
}
