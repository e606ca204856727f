/*
 * Puts lists and sentences on a terminal.  Rendered from the same objects
 * that --json prints; what strangers wrote is made harmless here, at the last
 * moment, so that it is done once and everywhere.  A column that would say
 * the same in every row, or nothing, is left out: the room is the subject's.
 */
#include <sys/ioctl.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "tools/render_inside.h"
#include "tools/screen.h"
#include "tools/table.h"
#include "tools/words.h"

#define WIDTH_MIN	20
#define WIDTH_MAX	1000
#define SAY_MAX		65536
#define JSON_MAX	(256 * 1024 * 1024)
#define PAGE_MAX	(16 * 1024 * 1024)

static const char *me = "";	/* of whom "own" is said; set once */

void
render_setup(const char *name)
{
	me = name;
}

int
render_is_me(const char *name)
{
	return *me != '\0' && strcmp(me, name) == 0;
}

/* Scripts get every byte; a terminal nothing that could steer it. */
void
render_json(const json_t *o)
{
	int terminal = isatty(STDOUT_FILENO);
	char *text = json_dumps(o, terminal ? JSON_INDENT(2) :
	    JSON_COMPACT);
	struct buf safe;

	buf_init(&safe, JSON_MAX);
	if (text != NULL && terminal &&
	    text_terminal(text, strlen(text), 1, &safe) == 0 &&
	    buf_addc(&safe, '\n') == 0)
		screen_put(&safe, 0);
	else if (text != NULL)
		(void)puts(text);
	buf_free(&safe);
	free(text);
}

/* Behind a pager stdout is no terminal, but one of the others is. */
size_t
render_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w = { 0 };
	long n = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ||
	    ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 ||
	    ioctl(STDIN_FILENO, TIOCGWINSZ, &w) == 0)
		n = w.ws_col;
	if (n == 0 && columns != NULL)
		n = strtol(columns, NULL, 10);
	if (n < 1 || n > WIDTH_MAX)
		return 80;
	return n < WIDTH_MIN ? WIDTH_MIN : (size_t)n;
}

void
render_span(char out[RENDER_SPAN], int64_t seconds)
{
	if (seconds < 0)
		seconds = 0;
	if (seconds < 3600)
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " min"),
		    seconds / 60);
	else if (seconds < 48 * 3600)
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " h"),
		    seconds / 3600);
	else
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " d"),
		    seconds / 86400);
}

/* Days between the two, as a calendar counts them. */
static int64_t
days_between(const struct tm *day, const struct tm *now)
{
	struct tm a = { .tm_year = day->tm_year, .tm_mon = day->tm_mon,
	    .tm_mday = day->tm_mday, .tm_hour = 12 };
	struct tm b = { .tm_year = now->tm_year, .tm_mon = now->tm_mon,
	    .tm_mday = now->tm_mday, .tm_hour = 12 };

	return ((int64_t)timegm(&a) - (int64_t)timegm(&b)) / 86400;
}

static void
put_number(char out[16], int n, int digits)
{
	(void)snprintf(out, 16, "%0*d", digits, n);
}

/*
 * What strftime(3) does for a few letters, but with the names of days and
 * months in the language of our sentences, which the machine need not know.
 */
static void
put_time(char out[RENDER_WHEN], const char *form, const struct tm *at)
{
	size_t n = 0;

	for (; *form != '\0' && n < RENDER_WHEN - 1; form++) {
		char piece[16] = { *form, '\0' };
		const char *name = piece;

		if (*form == '%' && form[1] != '\0')
			switch (*++form) {
			case 'a':
				name = words_weekday(at->tm_wday);
				break;
			case 'b':
				name = words_month(at->tm_mon);
				break;
			case 'd':
				put_number(piece, at->tm_mday, 2);
				break;
			case 'e':
				put_number(piece, at->tm_mday, 1);
				break;
			case 'm':
				put_number(piece, at->tm_mon + 1, 2);
				break;
			case 'H':
				put_number(piece, at->tm_hour, 2);
				break;
			case 'M':
				put_number(piece, at->tm_min, 2);
				break;
			case 'Y':
				put_number(piece, at->tm_year + 1900, 4);
				break;
			}
		(void)snprintf(out + n, RENDER_WHEN - n, "%s", name);
		n = strlen(out);
	}
}

void
render_when(char out[RENDER_WHEN], int64_t at_s, int64_t now_s)
{
	time_t at = (time_t)at_s, now = (time_t)now_s;
	struct tm day, today;
	int64_t days;

	out[0] = '\0';
	if (localtime_r(&at, &day) == NULL ||
	    localtime_r(&now, &today) == NULL)
		return;
	days = days_between(&day, &today);
	if (days == 0)
		put_time(out, _("today %H:%M"), &day);
	else if (days == 1)
		put_time(out, _("tomorrow %H:%M"), &day);
	else if (days == -1)
		put_time(out, _("yesterday %H:%M"), &day);
	else if (days > -180 && days < 180)
		put_time(out, _("%a %d %b %H:%M"), &day);
	else
		put_time(out, _("%d %b %Y %H:%M"), &day);
}

static const char *
safe_line(char out[RENDER_WORD], const char *text)
{
	struct buf b;
	size_t n = text == NULL ? 0 : strlen(text);

	/* Three bytes for one, in the worst case. */
	if (n > (RENDER_WORD - 1) / 3)
		n = (RENDER_WORD - 1) / 3;
	buf_init(&b, RENDER_WORD - 1);
	if (n > 0)
		(void)text_terminal(text, n, 0, &b);
	memcpy(out, b.bytes, b.len + 1);
	buf_free(&b);
	return out;
}

const char *
render_word(char out[RENDER_WORD], const json_t *o, const char *name)
{
	const json_t *m = json_object_get(o, name);
	char number[32];

	if (json_is_integer(m)) {
		(void)snprintf(number, sizeof(number), "%" PRId64,
		    (int64_t)json_integer_value(m));
		return safe_line(out, number);
	}
	return safe_line(out, json_string_value(m));
}

int64_t
render_time(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));
	int64_t at;

	return text == NULL || wire_untime(&at, text) == -1 ? 0 : at;
}

/* Hebrew, Arabic and their like. */
static int
is_rightward(uint32_t c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	    (c >= 0xfe70 && c <= 0xfefe) || (c >= 0x10800 && c <= 0x10fff) ||
	    (c >= 0x1e800 && c <= 0x1efff);
}

int
render_turns(const char *text)
{
	uint32_t c;
	size_t n;

	for (; text != NULL && *text != '\0'; text += n) {
		n = screen_character(&c, text);
		if (is_rightward(c))
			return 1;
	}
	return 0;
}

int
render_add(struct buf *out, const char *text, size_t columns,
    const char *indent)
{
	struct buf safe;
	int result;

	buf_init(&safe, out->max);
	result = text_terminal(text, strlen(text), 1, &safe);
	if (result == 0)
		result = text_wrap(safe.bytes, columns, indent, out);
	buf_free(&safe);
	return result;
}

void
render_say(FILE *f, const char *text)
{
	struct winsize w = { 0 };
	struct buf out, line;
	size_t n, columns = SAY_MAX;

	if (isatty(fileno(f)) && ioctl(fileno(f), TIOCGWINSZ, &w) == 0 &&
	    w.ws_col >= WIDTH_MIN)
		columns = w.ws_col;
	buf_init(&out, SAY_MAX);
	buf_init(&line, SAY_MAX);
	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		buf_clear(&line);
		if (n == 0)
			(void)buf_addc(&out, '\n');
		else if (buf_add(&line, text, n) == 0)
			(void)render_add(&out, line.bytes, *text == ' ' ?
			    SAY_MAX : columns, "");
	}
	(void)fputs(out.bytes, f);
	buf_free(&line);
	buf_free(&out);
}

/* 1 when all rows are of one desk. */
static int
is_one_desk(const json_t *rows)
{
	const json_t *row, *first = json_object_get(json_array_get(rows, 0),
	    "desk");
	size_t i;

	json_array_foreach(rows, i, row)
		if (!json_equal(json_object_get(row, "desk"), first))
			return 0;
	return 1;
}

/* How far it is: of the case, or of the draft that is furthest. */
static const char *
row_state(char word[RENDER_WORD], const json_t *row)
{
	static const char *const steps[][2] = {
		{ "approved", N_("sending") }, { "submitted", N_("review") },
		{ "returned", N_("returned") }, { "open", N_("draft") }
	};
	const json_t *draft;
	size_t i, k;

	for (k = 0; k < sizeof(steps) / sizeof(steps[0]); k++)
		json_array_foreach(json_object_get(row, "drafts"), i, draft)
			if (strcmp(render_word(word, draft, "state"),
			    steps[k][0]) == 0)
				return _(steps[k][1]);
	return words_for("case", render_word(word, row, "state"));
}

/* How a row's due time and urgency look; the words say it, too. */
static const char *
urgency_mark(int64_t urgency)
{
	return urgency >= 3 ? SCREEN_ALARM : urgency == 2 ? SCREEN_SOON :
	    NULL;
}

/* Why the rules find it urgent: the first reason. */
static size_t
put_noticed(char *out, size_t size, const json_t *row)
{
	const char *why = json_string_value(json_array_get(json_object_get(
	    row, "noticed"), 0));
	char word[RENDER_WORD];

	if (why == NULL)
		return 0;
	(void)snprintf(out, size, "<%.120s> ", safe_line(word, why));
	return strlen(out);
}

#define OFTEN	8	/* letters in 30 days: two in a week */

enum row_cell { ROW_ID, ROW_URGENCY, ROW_WAITS, ROW_DUE, ROW_WITH, ROW_DESK,
    ROW_STATE };

static void
fill_row(struct table_row *r, const json_t *row, int64_t now_s)
{
	char word[RENDER_WORD], more[RENDER_WORD];
	int64_t urgency = json_integer_value(json_object_get(row, "urgency"));
	int letters = (int)json_integer_value(json_object_get(row,
	    "letters_30d"));
	const json_t *flag;
	size_t i, n = 0;

	table_set(r, ROW_ID, render_word(word, row, "id"));
	r->marks[ROW_ID] = SCREEN_STRONG;
	if (urgency > 0)
		table_set(r, ROW_URGENCY, render_word(word, row, "urgency"));
	r->marks[ROW_URGENCY] = urgency_mark(urgency);
	table_set_since(r, ROW_WAITS, row, "waiting_since", now_s);
	table_set_due(r, ROW_DUE, row, "due", now_s);
	table_set(r, ROW_WITH, render_word(word, row, "claimant"));
	r->marks[ROW_WITH] = render_is_me(word) ? SCREEN_OWN : NULL;
	table_set(r, ROW_DESK, render_word(word, row, "desk"));
	table_set(r, ROW_STATE, row_state(word, row));
	json_array_foreach(json_object_get(row, "flags"), i, flag) {
		(void)snprintf(r->rest + n, TABLE_REST - n, "[%.40s] ",
		    words_for("flag", safe_line(word,
		    json_string_value(flag))));
		if ((n = strlen(r->rest)) > 256)
			break;
	}
	if (letters >= OFTEN)
		(void)snprintf(r->rest + n, TABLE_REST - n, _("[writes often: "
		    "%d in 30 days] "), letters);
	n = strlen(r->rest);
	render_tags(r->rest + n, TABLE_REST - n, row);
	n = strlen(r->rest);
	n += put_noticed(r->rest + n, TABLE_REST - n, row);
	(void)render_word(word, row, "subject");
	(void)render_word(more, row, "excerpt");
	(void)snprintf(r->rest + n, TABLE_REST - n, "%s%s%s", word,
	    *word != '\0' && *more != '\0' ? " \302\267 " : "", more);
}

void
render_rows(const json_t *rows, int64_t now_s)
{
	struct table_row head = { .cells = { [ROW_URGENCY] = "!" } };
	const struct table t = { .head = &head, .fill = fill_row,
	    .hidden = is_one_desk(rows) ? 1U << ROW_DESK : 0,
	    .columns = render_width(), .now_s = now_s };
	struct buf page;

	if (json_array_size(rows) == 0) {
		(void)puts(_("Nobody is waiting."));
		return;
	}
	table_set(&head, ROW_ID, _("case"));
	table_set(&head, ROW_WAITS, _("waits"));
	table_set(&head, ROW_DUE, _("due"));
	table_set(&head, ROW_WITH, _("with"));
	table_set(&head, ROW_DESK, _("desk"));
	table_set(&head, ROW_STATE, _("state"));
	(void)snprintf(head.rest, TABLE_REST, "%s", _("subject"));
	buf_init(&page, PAGE_MAX);
	table_add(&page, &t, rows);
	screen_put(&page, 0);
	buf_free(&page);
}

enum draft_cell { DRAFT_ID, DRAFT_STATE, DRAFT_BY, DRAFT_DESK, DRAFT_WAITS,
    DRAFT_DUE };

/* Why it does not go its way, behind the other columns. */
static void
draft_trouble(char rest[TABLE_REST], const json_t *o)
{
	const json_t *delivery = json_object_get(o, "delivery");
	char word[RENDER_WORD];

	if (strcmp(render_word(word, delivery, "state"), "refused") == 0)
		(void)snprintf(rest, TABLE_REST, _("the mail server refused "
		    "it (%s)"), render_word(word, delivery, "code"));
	else if (*render_word(word, o, "blocked") != '\0')
		(void)snprintf(rest, TABLE_REST, "%s%s", _("not sent: "),
		    words_for("blocked", word));
	else if (json_is_true(json_object_get(o, "unsigned")))
		(void)snprintf(rest, TABLE_REST, "%s", _("left in a crisis, "
		    "waits for its second signature"));
	else
		*rest = '\0';
	if (strcmp(word, "stale") != 0 &&
	    json_is_true(json_object_get(o, "stale")))
		(void)snprintf(rest + strlen(rest), TABLE_REST - strlen(rest),
		    "%s", _(" somebody wrote again"));
	if (json_is_true(json_object_get(o, "erasing")))
		(void)snprintf(rest + strlen(rest), TABLE_REST - strlen(rest),
		    "%s", _(" the case is to be erased"));
}

static void
fill_draft(struct table_row *r, const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD];

	table_set(r, DRAFT_ID, render_word(word, o, "id"));
	r->marks[DRAFT_ID] = SCREEN_STRONG;
	table_set(r, DRAFT_STATE, words_for("draft", render_word(word, o,
	    "state")));
	if (strcmp(word, "submitted") == 0)
		table_set_since(r, DRAFT_WAITS, o, "submitted_at", now_s);
	table_set(r, DRAFT_BY, render_word(word, o, "author"));
	r->marks[DRAFT_BY] = render_is_me(word) ? SCREEN_OWN : NULL;
	table_set(r, DRAFT_DESK, render_word(word, o, "desk"));
	table_set_due(r, DRAFT_DUE, o, "due", now_s);
	draft_trouble(r->rest, o);
	r->rest_mark = SCREEN_ALARM;
}

/* Below the table: which of them wait for a human, and what to type. */
static void
add_advice(struct buf *page, const json_t *drafts, int64_t now_s)
{
	char id[RENDER_WORD], advice[RENDER_WORD], line[3 * RENDER_WORD];
	const json_t *o;
	size_t i;

	json_array_foreach(drafts, i, o) {
		render_advice_draft(advice, sizeof(advice), o, now_s);
		if (*advice == '\0')
			continue;
		(void)snprintf(line, sizeof(line), "%s: %s",
		    render_word(id, o, "id"), advice);
		(void)render_add(page, line, render_width(), "");
	}
}

void
render_drafts(const json_t *drafts, const char *none, int64_t now_s)
{
	struct table_row head = { .rest = "" };
	const struct table t = { .head = &head, .fill = fill_draft,
	    .hidden = is_one_desk(drafts) ? 1U << DRAFT_DESK : 0,
	    .columns = render_width(), .now_s = now_s };
	struct buf page;

	if (json_array_size(drafts) == 0) {
		(void)puts(none);
		return;
	}
	table_set(&head, DRAFT_ID, _("draft"));
	table_set(&head, DRAFT_STATE, _("state"));
	table_set(&head, DRAFT_BY, _("by"));
	table_set(&head, DRAFT_DESK, _("desk"));
	table_set(&head, DRAFT_WAITS, _("waits"));
	table_set(&head, DRAFT_DUE, _("due"));
	buf_init(&page, PAGE_MAX);
	table_add(&page, &t, drafts);
	add_advice(&page, drafts, now_s);
	screen_put(&page, 0);
	buf_free(&page);
}
