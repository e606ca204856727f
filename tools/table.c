/*
 * Puts rows under each other.  Widths are those of a terminal, not of bytes;
 * what is too long ends with an ellipsis.  Text that runs from right to left
 * is isolated, so that a terminal does not turn our columns around.
 */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "tools/render.h"
#include "tools/screen.h"
#include "tools/table.h"
#include "tools/words.h"

#define CELL_COLUMNS	20
#define GAP		2
#define REST_MIN	20	/* columns, beside the cells */
#define ELLIPSIS	"\342\200\246"

static void
add_blanks(struct buf *out, size_t n)
{
	(void)buf_addf(out, "%*s", (int)n, "");
}

static void
add_marked(struct buf *out, const char *mark, const char *text)
{
	(void)buf_addf(out, "%s%s%s", mark == NULL ? "" : mark, text,
	    mark == NULL ? "" : SCREEN_PLAIN);
}

static void
add_rest(struct buf *out, const struct table_row *row, size_t columns)
{
	char text[TABLE_REST + 8];
	size_t n = text_fit(row->rest, columns);

	(void)snprintf(text, sizeof(text), "%s", row->rest);
	if (text[n] != '\0')
		(void)snprintf(text + text_fit(text, columns - 1), 8,
		    ELLIPSIS);
	if (render_turns(text)) {
		(void)buf_adds(out, RENDER_ISOLATE);
		add_marked(out, row->rest_mark, text);
		(void)buf_adds(out, RENDER_ISOLATED);
	} else
		add_marked(out, row->rest_mark, text);
}

/* Does the rest go on a line of its own? */
static int
is_below(const struct table *t, const struct table_row *row, size_t used)
{
	if (t->whole)
		return used + text_width(row->rest) > t->columns;
	return t->columns < used + REST_MIN;
}

static void
add_row(struct buf *out, const struct table *t, const struct table_row *row,
    const size_t *widths)
{
	size_t i, used = 0, at = 0;	/* columns: of the cell, printed */

	for (i = 0; i < TABLE_CELLS; i++) {
		if (widths[i] == 0)
			continue;
		if (row->cells[i][0] != '\0') {
			add_blanks(out, used - at);
			add_marked(out, row->marks[i], row->cells[i]);
			at = used + text_width(row->cells[i]);
		}
		used += widths[i] + GAP;
	}
	if (*row->rest != '\0') {
		if (is_below(t, row, used)) {
			(void)buf_addc(out, '\n');
			used = t->whole ? widths[0] + GAP : GAP;
			if (used + text_width(row->rest) > t->columns)
				used = GAP;
			at = 0;
		}
		add_blanks(out, used - at);
		add_rest(out, row, t->whole ? TABLE_REST :
		    t->columns - used);
	}
	(void)buf_addc(out, '\n');
}

static void
widen(size_t *widths, const struct table_row *row)
{
	size_t k, n;

	for (k = 0; k < TABLE_CELLS; k++)
		if ((n = text_width(row->cells[k])) > widths[k])
			widths[k] = n;
}

/* On a narrow terminal the last columns go: 'show' has it all. */
static void
narrow(size_t *widths, size_t columns)
{
	size_t k, last, used;

	do {
		for (used = last = k = 0; k < TABLE_CELLS; k++)
			if (widths[k] > 0) {
				used += widths[k] + GAP;
				last = k;
			}
		if (last > 0 && used - GAP > columns)
			widths[last] = 0;
	} while (last > 0 && used - GAP > columns);
}

static void
add_head(struct buf *out, const struct table *t, size_t *widths)
{
	struct table_row head = *t->head;
	size_t k;

	for (k = 0; k < TABLE_CELLS; k++)
		if (widths[k] == 0)
			head.cells[k][0] = '\0';
		else
			head.marks[k] = SCREEN_QUIET;
	head.rest_mark = SCREEN_QUIET;
	add_row(out, t, &head, widths);
}

void
table_add(struct buf *page, const struct table *t, const json_t *rows)
{
	size_t widths[TABLE_CELLS] = { 0 }, i, k, n;
	const json_t *o;
	struct table_row row;

	json_array_foreach(rows, i, o) {
		memset(&row, 0, sizeof(row));
		t->fill(&row, o, t->now_s);
		widen(widths, &row);
	}
	for (k = 0; k < TABLE_CELLS; k++)
		if (t->hidden & 1U << k)
			widths[k] = 0;
		else if (t->head != NULL && widths[k] > 0 &&
		    (n = text_width(t->head->cells[k])) > widths[k])
			widths[k] = n;
	narrow(widths, t->columns);
	if (t->head != NULL)
		add_head(page, t, widths);
	json_array_foreach(rows, i, o) {
		memset(&row, 0, sizeof(row));
		t->fill(&row, o, t->now_s);
		add_row(page, t, &row, widths);
	}
}

void
table_set(struct table_row *row, int k, const char *text)
{
	(void)snprintf(row->cells[k], TABLE_CELL, "%.*s",
	    (int)text_fit(text, CELL_COLUMNS), text);
}

void
table_set_due(struct table_row *row, int k, const json_t *o,
    const char *name, int64_t now_s)
{
	char span[RENDER_SPAN];
	int64_t due = render_time(o, name), left = due - now_s;

	if (due == 0)
		return;
	render_span(span, left < 0 ? -left : left);
	(void)snprintf(row->cells[k], TABLE_CELL, left < 0 ? _("%s late") :
	    _("in %s"), span);
	if (left < 0)
		row->marks[k] = SCREEN_ALARM;
}

void
table_set_since(struct table_row *row, int k, const json_t *o,
    const char *name, int64_t now_s)
{
	char span[RENDER_SPAN];
	int64_t since = render_time(o, name);

	if (since == 0)
		return;
	render_span(span, now_s - since);
	table_set(row, k, span);
}
