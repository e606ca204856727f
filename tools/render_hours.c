/*
 * Who is here, and who is called, on a terminal.
 */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/wire.h"
#include "tools/render.h"
#include "tools/render_hours.h"
#include "tools/screen.h"
#include "tools/table.h"
#include "tools/words.h"

#define PAGE_MAX	(256 * 1024)

enum cell { CELL_WHO, CELL_NOW, CELL_HOLDS, CELL_HIGH, CELL_HEAVY,
    CELL_FALLBACK };

/* "3", or "3 of 5". */
static void
set_count(struct table_row *r, int k, const json_t *o, const char *name,
    const char *cap_name)
{
	const json_t *cap = json_object_get(o, cap_name);
	int n = (int)json_integer_value(json_object_get(o, name));
	char text[64];

	if (json_is_integer(cap))
		(void)snprintf(text, sizeof(text), _("%d of %d"), n,
		    (int)json_integer_value(cap));
	else
		(void)snprintf(text, sizeof(text), "%d", n);
	table_set(r, k, text);
}

/* Heavy cases of this week, and of the one before; supervisors see it. */
static void
set_heavy(struct table_row *r, const json_t *o)
{
	const json_t *heavy = json_object_get(o, "heavy");
	char text[64];

	if (!json_is_integer(heavy))
		return;
	(void)snprintf(text, sizeof(text), "%d + %d",
	    (int)json_integer_value(heavy),
	    (int)json_integer_value(json_object_get(o, "heavy_before")));
	table_set(r, CELL_HEAVY, text);
}

/* The absence, where there is one; behind it the week. */
static void
set_rest(struct table_row *r, const json_t *o, int64_t now_s)
{
	const char *until = json_string_value(json_object_get(o,
	    "away_until"));
	char when[RENDER_WHEN], word[RENDER_WORD];
	const json_t *line;
	int64_t until_s;
	size_t i, n = 0;

	if (until != NULL && wire_untime(&until_s, until) == 0 &&
	    until_s > now_s) {
		render_when(when, until_s, now_s);
		n = (size_t)snprintf(r->rest, TABLE_REST, _("away until %s "),
		    when);
	}
	json_array_foreach(json_object_get(o, "week"), i, line) {
		json_t *one = json_pack("{s:O}", "line", line);

		n += (size_t)snprintf(r->rest + n, TABLE_REST - n, "%s%s",
		    i == 0 ? "" : ", ", render_word(word, one, "line"));
		json_decref(one);
		if (n > TABLE_REST / 2)
			break;
	}
}

static void
fill(struct table_row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	table_set(r, CELL_WHO, render_word(word, o, "person"));
	r->marks[CELL_WHO] = render_is_me(word) ? SCREEN_OWN : SCREEN_STRONG;
	table_set(r, CELL_NOW, json_is_true(json_object_get(o, "here")) ?
	    _("here") : _("not now"));
	set_count(r, CELL_HOLDS, o, "held", "cap");
	set_count(r, CELL_HIGH, o, "held_high", "cap_high");
	set_heavy(r, o);
	table_set(r, CELL_FALLBACK, render_word(word, o, "fallback"));
	set_rest(r, o, now_s);
}

void
render_hours(const json_t *rows, int64_t now_s)
{
	struct table_row head = { .cells = { { 0 } } };
	const struct table t = { .head = &head, .fill = fill,
	    .columns = render_width(), .now_s = now_s };
	struct buf page;

	table_set(&head, CELL_WHO, _("who"));
	table_set(&head, CELL_NOW, _("now"));
	table_set(&head, CELL_HOLDS, _("holds"));
	table_set(&head, CELL_HIGH, _("urgent"));
	table_set(&head, CELL_HEAVY, _("in 2 weeks"));
	table_set(&head, CELL_FALLBACK, _("stands in"));
	(void)snprintf(head.rest, TABLE_REST, "%s", _("works"));
	buf_init(&page, PAGE_MAX);
	table_add(&page, &t, rows);
	screen_put(&page, 0);
	buf_free(&page);
}

enum duty_cell { DUTY_NO, DUTY_DESK, DUTY_LEVEL, DUTY_PERSON, DUTY_FROM,
    DUTY_UNTIL };

static void
set_time(struct table_row *r, int k, const json_t *o, const char *name,
    int64_t now_s)
{
	const char *text = json_string_value(json_object_get(o, name));
	char when[RENDER_WHEN];
	int64_t at_s;

	if (text == NULL || wire_untime(&at_s, text) == -1)
		return;
	render_when(when, at_s, now_s);
	table_set(r, k, when);
}

static void
fill_duty(struct table_row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	table_set(r, DUTY_NO, render_word(word, o, "no"));
	table_set(r, DUTY_DESK, render_word(word, o, "desk"));
	table_set(r, DUTY_LEVEL, render_word(word, o, "level"));
	table_set(r, DUTY_PERSON, render_word(word, o, "person"));
	r->marks[DUTY_PERSON] = render_is_me(word) ? SCREEN_OWN :
	    SCREEN_STRONG;
	set_time(r, DUTY_FROM, o, "begins", now_s);
	set_time(r, DUTY_UNTIL, o, "ends", now_s);
}

void
render_duty(const json_t *rows, int64_t now_s)
{
	struct table_row head = { .cells = { { 0 } } };
	const struct table t = { .head = &head, .fill = fill_duty,
	    .columns = render_width(), .now_s = now_s };
	struct buf page;

	if (json_array_size(rows) == 0) {
		(void)puts(_("Nobody is on duty, now or later."));
		return;
	}
	table_set(&head, DUTY_NO, _("no."));
	table_set(&head, DUTY_DESK, _("desk"));
	table_set(&head, DUTY_LEVEL, _("call"));
	table_set(&head, DUTY_PERSON, _("who"));
	table_set(&head, DUTY_FROM, _("from"));
	table_set(&head, DUTY_UNTIL, _("until"));
	buf_init(&page, PAGE_MAX);
	table_add(&page, &t, rows);
	screen_put(&page, 0);
	buf_free(&page);
}
