/*
 * The list of staff as a table, below it the desks and the recovery key.  A
 * fingerprint is read aloud and must be whole: it stands behind the row where
 * there is room, else on a line of its own below the name.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "tools/render.h"
#include "tools/render_staff.h"
#include "tools/screen.h"
#include "tools/table.h"
#include "tools/words.h"

#define CELLS		5
#define PAGE_MAX	(16 * 1024 * 1024)
#define DESKS_COLUMNS	28

enum staff_cell { STAFF_NAME, STAFF_ROLE, STAFF_DESKS, STAFF_STATE,
    STAFF_SINCE };

/* "25 Nov 2026", in the reader's own zone. */
static void
put_day(char out[TABLE_CELL], int64_t at_s)
{
	time_t at = (time_t)at_s;
	struct tm day;

	out[0] = '\0';
	if (at_s != 0 && localtime_r(&at, &day) != NULL)
		(void)snprintf(out, TABLE_CELL, _("%d %s %d"), day.tm_mday,
		    words_month(day.tm_mon), day.tm_year + 1900);
}

/* As many desks as fit, and how many more there are. */
static void
put_desks(char out[TABLE_CELL], const json_t *o)
{
	const json_t *list = json_object_get(o, "desks"), *one;
	size_t i, n = 0, all = json_array_size(list);
	char more[32];

	out[0] = '\0';
	json_array_foreach(list, i, one) {
		const char *desk = json_string_value(one);

		if (desk == NULL)
			continue;
		if (i > 0 && n + strlen(desk) + 2 > DESKS_COLUMNS) {
			(void)snprintf(more, sizeof(more), " +%zu", all - i);
			(void)snprintf(out + n, TABLE_CELL - n, "%s", more);
			return;
		}
		(void)snprintf(out + n, TABLE_CELL - n, "%s%.32s", i == 0 ?
		    "" : ", ", desk);
		n = strlen(out);
	}
}

static void
fill_person(struct table_row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	(void)now_s;
	(void)render_word(word, o, "name");
	(void)snprintf(r->cells[STAFF_NAME], TABLE_CELL,
	    json_is_true(json_object_get(o, "you")) ? _("%.32s (you)") :
	    "%.32s", word);
	if (json_is_true(json_object_get(o, "you")))
		r->marks[STAFF_NAME] = SCREEN_OWN;
	(void)snprintf(r->cells[STAFF_ROLE], TABLE_CELL, "%.40s",
	    words_for("role", render_word(word, o, "role")));
	put_desks(r->cells[STAFF_DESKS], o);
	(void)snprintf(r->cells[STAFF_STATE], TABLE_CELL, "%.40s",
	    words_for("person", render_word(word, o, "state")));
	put_day(r->cells[STAFF_SINCE], render_time(o, "since"));
	(void)snprintf(r->rest, TABLE_REST, "%s", render_word(word, o,
	    "fingerprint"));
}

static void
fill_invitation(struct table_row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD], when[RENDER_WHEN];

	(void)snprintf(r->cells[STAFF_NAME], TABLE_CELL, "%.32s",
	    render_word(word, o, "name"));
	(void)snprintf(r->cells[STAFF_ROLE], TABLE_CELL, "%.40s",
	    words_for("role", render_word(word, o, "role")));
	put_desks(r->cells[STAFF_DESKS], o);
	render_when(when, render_time(o, "expires"), now_s);
	if (json_is_true(json_object_get(o, "joined")))
		(void)snprintf(r->rest, TABLE_REST, "%s", render_word(word, o,
		    "fingerprint"));
	else
		(void)snprintf(r->rest, TABLE_REST, _("invited by %.32s, "
		    "holds until %s"), render_word(word, o, "by"), when);
}

/* Does this row of a history change that? */
static int
changes(const json_t *o, const char *what)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, "changed"), i, one)
		if (strcmp(json_string_value(one), what) == 0)
			return 1;
	return 0;
}

/* "en, id", or "-" for none; safe for a terminal: the roster's own names. */
static const char *
put_names(char out[TABLE_CELL], const json_t *o, const char *member)
{
	const json_t *one;
	size_t i, n = 0;

	(void)snprintf(out, TABLE_CELL, "-");
	json_array_foreach(json_object_get(o, member), i, one) {
		(void)snprintf(out + n, TABLE_CELL - n, "%s%.32s", i == 0 ?
		    "" : ", ", json_string_value(one));
		n = strlen(out);
	}
	return out;
}

/* What the columns do not show. */
static void
fill_changed(struct table_row *r, const json_t *o)
{
	static const struct {
		const char *member, *say;
	} lists[] = {
		{ "flags", N_("flags") },
		{ "languages", N_("languages") },
		{ "areas", N_("areas") },
	};
	char word[RENDER_WORD], names[TABLE_CELL];
	size_t k, n = strlen(r->rest);

	if (changes(o, "fingerprint"))
		(void)snprintf(r->rest + n, TABLE_REST - n, _(", key %s"),
		    render_word(word, o, "fingerprint"));
	for (k = 0; k < sizeof(lists) / sizeof(*lists); k++) {
		n = strlen(r->rest);
		if (changes(o, lists[k].member) && (json_array_size(
		    json_object_get(o, lists[k].member)) > 0 ||
		    !changes(o, "fingerprint")))
			(void)snprintf(r->rest + n, TABLE_REST - n,
			    ", %s: %s", _(lists[k].say), put_names(names, o,
			    lists[k].member));
	}
	n = strlen(r->rest);
	if (!changes(o, "review"))
		return;
	(void)render_word(word, o, "review");
	(void)snprintf(r->rest + n, TABLE_REST - n, "%s",
	    strcmp(word, "always") == 0 ? _(", answers always reviewed") :
	    strcmp(word, "never") == 0 ? _(", answers not reviewed") :
	    _(", answers reviewed as the desk has it"));
}

static void
fill_change(struct table_row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	(void)now_s;
	put_day(r->cells[STAFF_NAME], render_time(o, "at"));
	(void)snprintf(r->cells[STAFF_ROLE], TABLE_CELL, "%.40s",
	    words_for("role", render_word(word, o, "role")));
	put_desks(r->cells[STAFF_DESKS], o);
	(void)snprintf(r->cells[STAFF_STATE], TABLE_CELL, "%.40s",
	    words_for("person", render_word(word, o, "state")));
	(void)snprintf(r->rest, TABLE_REST, _("signed by %.32s"),
	    render_word(word, o, "by"));
	fill_changed(r, o);
}

void
render_staff_review(char out[RENDER_REVIEW], const json_t *desk)
{
	const char *review = json_string_value(json_object_get(desk,
	    "review"));

	(void)snprintf(out, RENDER_REVIEW, "%s %s %s", review == NULL ||
	    strcmp(review, "always") == 0 ?
	    _("Every answer is read by a supervisor before it leaves.") :
	    _("Answers of trainees are read by a supervisor before they "
	    "leave; others leave at once."),
	    json_is_true(json_object_get(desk, "self")) ?
	    _("A supervisor may approve an own answer.") :
	    _("Nobody approves an own answer."),
	    json_is_true(json_object_get(desk, "crisis_path")) ?
	    _("In a crisis those with the flag 'crisis' may send first and "
	    "have it signed afterwards.") :
	    _("In a crisis it is the same."));
}

static void
add_rows(struct buf *page, const struct table_row *head, const json_t *rows,
    table_fill *fill, int64_t now_s)
{
	const struct table t = { .head = head, .fill = fill, .whole = 1,
	    .columns = render_width(), .now_s = now_s };

	table_add(page, &t, rows);
}

static void
add_heading(struct buf *page, const char *words)
{
	(void)buf_addf(page, "\n" SCREEN_STRONG "%s" SCREEN_PLAIN "\n",
	    words);
}

static void
set_heads(struct table_row *head)
{
	const char *const words[CELLS] = { _("name"), _("role"), _("desks"),
	    _("state"), _("since") };
	size_t k;

	memset(head, 0, sizeof(*head));
	for (k = 0; k < CELLS; k++)
		(void)snprintf(head->cells[k], TABLE_CELL, "%s", words[k]);
}

/* What a supervisor does before a key is let in, for each that waits. */
static void
add_confirm(struct buf *page, const json_t *waiting)
{
	char text[RENDER_WORD], name[RENDER_WORD];
	const json_t *o;
	size_t i;

	json_array_foreach(waiting, i, o) {
		if (!json_is_true(json_object_get(o, "joined")))
			continue;
		(void)render_word(name, o, "name");
		(void)snprintf(text, sizeof(text), _("%.32s has joined: have "
		    "the key read to you, and if it is this one: teduh staff "
		    "confirm %.32s"), name, name);
		(void)render_add(page, text, render_width(), "");
	}
}

/* Which key a desk has, and how it reviews. */
static void
add_desk(struct buf *page, const json_t *o)
{
	const json_t *key = json_object_get(o, "key");
	char name[RENDER_WORD], by[RENDER_WORD], day[TABLE_CELL];
	char how[RENDER_REVIEW], text[RENDER_WORD + RENDER_REVIEW];

	(void)render_word(name, o, "desk");
	(void)render_word(by, key, "by");
	put_day(day, render_time(key, "since"));
	if (json_is_object(key))
		(void)snprintf(text, sizeof(text), _("%.32s: key number %"
		    PRId64 " since %s, made by %.32s."), name,
		    (int64_t)json_integer_value(json_object_get(key,
		    "epoch")), day, by);
	else
		(void)snprintf(text, sizeof(text), _("%.32s has no key yet: "
		    "teduh team rotate --desk %.32s"), name, name);
	(void)render_add(page, text, render_width(), "");
	render_staff_review(how, o);
	(void)render_add(page, how, render_width(), "  ");
}

static void
add_recovery(struct buf *page, const json_t *o)
{
	char text[RENDER_WORD + RENDER_REVIEW], names[TABLE_CELL];
	char day[TABLE_CELL], by[RENDER_WORD];

	if (!json_is_object(o)) {
		(void)render_add(page, _("There is no recovery key: a lost "
		    "key may lock everybody out. A supervisor makes one: "
		    "teduh recovery new"), render_width(), "");
		return;
	}
	put_day(day, render_time(o, "since"));
	(void)snprintf(text, sizeof(text), _("In parts with %s since %s, made "
	    "by %.32s."), put_names(names, o, "custodians"), day,
	    render_word(by, o, "by"));
	(void)render_add(page, text, render_width(), "");
	put_day(day, render_time(o, "rehearsed"));
	if (*day == '\0')
		(void)snprintf(text, sizeof(text), "%s", _("Nobody has tried "
		    "yet whether two parts open: teduh recovery rehearse"));
	else
		(void)snprintf(text, sizeof(text), _("Two parts were last "
		    "tried on %s, and opened."), day);
	(void)render_add(page, text, render_width(), "");
}

static void
add_keys(struct buf *page, const json_t *o)
{
	const json_t *one;
	size_t i;

	add_heading(page, _("Desks"));
	json_array_foreach(json_object_get(o, "desks"), i, one)
		add_desk(page, one);
	add_heading(page, _("Recovery key"));
	add_recovery(page, json_object_get(o, "recovery"));
}

void
render_staff(const json_t *o, int64_t now_s)
{
	const json_t *waiting = json_object_get(o, "invitations"), *one;
	char text[RENDER_WORD];
	struct table_row head;
	struct buf page;
	size_t i;

	set_heads(&head);
	buf_init(&page, PAGE_MAX);
	add_rows(&page, &head, json_object_get(o, "staff"), fill_person,
	    now_s);
	if (json_array_size(waiting) > 0) {
		add_heading(&page, _("On the way in"));
		add_rows(&page, NULL, waiting, fill_invitation, now_s);
		add_confirm(&page, waiting);
	}
	json_array_foreach(json_object_get(o, "few_supervisors"), i, one) {
		(void)snprintf(text, sizeof(text), _("The desk '%.32s' has "
		    "fewer than two supervisors: should a key be lost, nobody "
		    "could let others in. Invite one more."),
		    json_string_value(one));
		(void)buf_addc(&page, '\n');
		(void)render_add(&page, text, render_width(), "");
	}
	add_keys(&page, o);
	screen_put(&page, 0);
	buf_free(&page);
}

void
render_staff_one(json_t *o, int64_t now_s)
{
	json_t *rows = json_pack("[O]", o);
	struct table_row head;
	struct buf page;

	set_heads(&head);
	buf_init(&page, PAGE_MAX);
	add_rows(&page, &head, rows, fill_person, now_s);
	json_decref(rows);
	add_heading(&page, _("What was signed, oldest first"));
	add_rows(&page, NULL, json_object_get(o, "history"), fill_change,
	    now_s);
	screen_put(&page, 0);
	buf_free(&page);
}
