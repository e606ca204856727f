/*
 * The list of staff as a table.  A fingerprint is read aloud and must be
 * whole: it stands behind the row where there is room, else on a line of its
 * own below the name.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/text.h"
#include "tools/render.h"
#include "tools/render_staff.h"
#include "tools/words.h"

#define CELLS		5
#define CELL_MAX	160
#define DESKS_COLUMNS	28

enum staff_cell { STAFF_NAME, STAFF_ROLE, STAFF_DESKS, STAFF_STATE,
    STAFF_SINCE };

struct row {
	char	cells[CELLS][CELL_MAX];
	char	rest[RENDER_WORD];
};

typedef void	fill_row(struct row *, const json_t *, int64_t now_s);

/* A word of the roster as people say it. */
static const char *
in_words(const char *word)
{
	static const char *const words[][2] = {
		{ "trainee", N_("trainee") },
		{ "counsellor", N_("counsellor") },
		{ "supervisor", N_("supervisor") }, { "admin", N_("admin") },
		{ "active", N_("active") }, { "revoked", N_("left") }
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], word) == 0)
			return _(words[i][1]);
	return word;
}

/* "25 Nov 2026", in the reader's own zone. */
static void
put_day(char out[CELL_MAX], int64_t at_s)
{
	time_t at = (time_t)at_s;
	struct tm day;

	out[0] = '\0';
	if (at_s == 0 || localtime_r(&at, &day) == NULL ||
	    strftime(out, CELL_MAX, _("%d %b %Y"), &day) == 0)
		out[0] = '\0';
}

/* As many desks as fit, and how many more there are. */
static void
put_desks(char out[CELL_MAX], const json_t *o)
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
			(void)snprintf(out + n, CELL_MAX - n, "%s", more);
			return;
		}
		(void)snprintf(out + n, CELL_MAX - n, "%s%.32s", i == 0 ?
		    "" : ", ", desk);
		n = strlen(out);
	}
}

static void
fill_person(struct row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	(void)now_s;
	(void)render_word(word, o, "name");
	(void)snprintf(r->cells[STAFF_NAME], CELL_MAX,
	    json_is_true(json_object_get(o, "you")) ? _("%.32s (you)") :
	    "%.32s", word);
	(void)snprintf(r->cells[STAFF_ROLE], CELL_MAX, "%.40s",
	    in_words(render_word(word, o, "role")));
	put_desks(r->cells[STAFF_DESKS], o);
	(void)snprintf(r->cells[STAFF_STATE], CELL_MAX, "%.40s",
	    in_words(render_word(word, o, "state")));
	put_day(r->cells[STAFF_SINCE], render_time(o, "since"));
	(void)render_word(r->rest, o, "fingerprint");
}

static void
fill_invitation(struct row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD], when[RENDER_WHEN];

	(void)snprintf(r->cells[STAFF_NAME], CELL_MAX, "%.32s",
	    render_word(word, o, "name"));
	(void)snprintf(r->cells[STAFF_ROLE], CELL_MAX, "%.40s",
	    in_words(render_word(word, o, "role")));
	put_desks(r->cells[STAFF_DESKS], o);
	render_when(when, render_time(o, "expires"), now_s);
	if (json_is_true(json_object_get(o, "joined")))
		(void)snprintf(r->rest, sizeof(r->rest), _("has joined: teduh "
		    "staff confirm %.32s"), r->cells[STAFF_NAME]);
	else
		(void)snprintf(r->rest, sizeof(r->rest), _("invited by %.32s, "
		    "holds until %s"), render_word(word, o, "by"), when);
}

static void
fill_change(struct row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	(void)now_s;
	put_day(r->cells[STAFF_NAME], render_time(o, "at"));
	(void)snprintf(r->cells[STAFF_ROLE], CELL_MAX, "%.40s",
	    in_words(render_word(word, o, "role")));
	put_desks(r->cells[STAFF_DESKS], o);
	(void)snprintf(r->cells[STAFF_STATE], CELL_MAX, "%.40s",
	    in_words(render_word(word, o, "state")));
	(void)snprintf(r->rest, sizeof(r->rest), _("signed by %.32s"),
	    render_word(word, o, "by"));
}

static void
print_row(const struct row *r, const size_t widths[CELLS])
{
	size_t i, used = 0, at = 0, columns = render_width();

	for (i = 0; i < CELLS; i++) {
		if (widths[i] == 0)
			continue;
		if (r->cells[i][0] != '\0') {
			(void)printf("%*s%s", (int)(used - at), "",
			    r->cells[i]);
			at = used + text_width(r->cells[i]);
		}
		used += widths[i] + 2;
	}
	if (r->rest[0] != '\0' && used + text_width(r->rest) > columns) {
		(void)putchar('\n');
		used = widths[STAFF_NAME] + 2;
		if (used + text_width(r->rest) > columns)
			used = 2;
		at = 0;
	}
	if (r->rest[0] != '\0')
		(void)printf("%*s%s", (int)(used - at), "", r->rest);
	(void)putchar('\n');
}

static void
put_rows(const struct row *head, const json_t *rows, fill_row *fill,
    int64_t now_s)
{
	size_t widths[CELLS] = { 0 }, i, k, n;
	const json_t *o;
	struct row r;

	json_array_foreach(rows, i, o) {
		memset(&r, 0, sizeof(r));
		fill(&r, o, now_s);
		for (k = 0; k < CELLS; k++)
			if ((n = text_width(r.cells[k])) > widths[k])
				widths[k] = n;
	}
	for (k = 0; k < CELLS; k++)
		if (widths[k] > 0 && (n = text_width(head->cells[k])) >
		    widths[k])
			widths[k] = n;
	if (head->cells[STAFF_NAME][0] != '\0')
		print_row(head, widths);
	json_array_foreach(rows, i, o) {
		memset(&r, 0, sizeof(r));
		fill(&r, o, now_s);
		print_row(&r, widths);
	}
}

static void
set_heads(struct row *head)
{
	const char *const words[CELLS] = { _("name"), _("role"), _("desks"),
	    _("state"), _("since") };
	size_t k;

	memset(head, 0, sizeof(*head));
	for (k = 0; k < CELLS; k++)
		(void)snprintf(head->cells[k], CELL_MAX, "%s", words[k]);
}

void
render_staff(const json_t *o, int64_t now_s)
{
	const json_t *waiting = json_object_get(o, "invitations"), *one;
	char text[RENDER_WORD];
	struct row head;
	size_t i;

	set_heads(&head);
	put_rows(&head, json_object_get(o, "staff"), fill_person, now_s);
	if (json_array_size(waiting) > 0) {
		memset(&head, 0, sizeof(head));
		(void)printf("\n%s\n", _("On the way in"));
		put_rows(&head, waiting, fill_invitation, now_s);
	}
	json_array_foreach(json_object_get(o, "few_supervisors"), i, one) {
		(void)snprintf(text, sizeof(text), _("The desk '%.32s' has "
		    "fewer than two supervisors: should a key be lost, nobody "
		    "could let others in. Invite one more."),
		    json_string_value(one));
		(void)putchar('\n');
		render_say(stdout, text);
	}
}

void
render_staff_one(json_t *o, int64_t now_s)
{
	json_t *rows = json_pack("[O]", o);
	struct row head;

	set_heads(&head);
	put_rows(&head, rows, fill_person, now_s);
	json_decref(rows);
	memset(&head, 0, sizeof(head));
	(void)printf("\n%s\n", _("What was signed, oldest first"));
	put_rows(&head, json_object_get(o, "history"), fill_change, now_s);
}
