/*
 * Puts cases, drafts and tables on a terminal.  Rendered from the same
 * objects that --json prints; what strangers wrote is made harmless here, at
 * the last moment, so that it is done once and everywhere.
 */
#include <sys/ioctl.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "lib/wire.h"
#include "tools/render.h"
#include "tools/words.h"

#define WIDTH_MAX	1000
#define TEXT_MAX	(16 * 1024 * 1024)
#define ROW_HEAD	60	/* columns before the subject */
#define TEXT_COLUMNS	80	/* of a letter, however wide the terminal */

void
render_json(const json_t *o)
{
	char *text = json_dumps(o, isatty(STDOUT_FILENO) ? JSON_INDENT(2) :
	    JSON_COMPACT);

	if (text != NULL)
		(void)puts(text);
	free(text);
}

size_t
render_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	long n = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0)
		n = w.ws_col;
	if (n == 0 && columns != NULL)
		n = strtol(columns, NULL, 10);
	return n < 40 || n > WIDTH_MAX ? 80 : (size_t)n;
}

void
render_span(char out[RENDER_SPAN], int64_t seconds)
{
	if (seconds < 0)
		seconds = 0;
	if (seconds < 3600)
		(void)snprintf(out, RENDER_SPAN, "%" PRId64 " min",
		    seconds / 60);
	else if (seconds < 48 * 3600)
		(void)snprintf(out, RENDER_SPAN, "%" PRId64 " h",
		    seconds / 3600);
	else
		(void)snprintf(out, RENDER_SPAN, "%" PRId64 " d",
		    seconds / 86400);
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

/* Cells of one width; what is too long is cut. */
static void
cell(const char *text, size_t width)
{
	size_t n = text_fit(text, width), columns;
	char cut[RENDER_WORD];

	(void)snprintf(cut, sizeof(cut), "%.*s", (int)n, text);
	(void)fputs(cut, stdout);
	for (columns = text_width(cut); columns < width + 2; columns++)
		(void)putchar(' ');
}

/* The rest of the line. */
static void
last_cell(const char *text, size_t width)
{
	(void)printf("%.*s\n", (int)text_fit(text, width), text);
}

/* Seconds from now_s to a member's time; 0 when there is none. */
static int
seconds_to(const json_t *o, const char *name, int64_t now_s, int64_t *out)
{
	const char *text = json_string_value(json_object_get(o, name));
	int64_t at;

	if (text == NULL || wire_untime(&at, text) == -1)
		return 0;
	*out = at - now_s;
	return 1;
}

static void
due_words(char out[64], const json_t *o, int64_t now_s)
{
	char span[RENDER_SPAN];
	int64_t left;

	out[0] = '\0';
	if (!seconds_to(o, "due", now_s, &left))
		return;
	render_span(span, left < 0 ? -left : left);
	(void)snprintf(out, 64, left < 0 ? _("%s late") : _("in %s"), span);
}

static void
row_line(const json_t *row, int64_t now_s, size_t width)
{
	char word[RENDER_WORD], more[RENDER_WORD], due[64], line[1100];
	char span[RENDER_SPAN] = "";
	const json_t *flag;
	int64_t since;
	size_t i;

	if (seconds_to(row, "waiting_since", now_s, &since))
		render_span(span, -since);
	due_words(due, row, now_s);
	cell(render_word(word, row, "id"), 8);
	cell(render_word(word, row, "urgency"), 1);
	cell(span, 6);
	cell(due, 11);
	cell(render_word(word, row, "claimant"), 8);
	cell(render_word(word, row, "desk"), 7);
	cell(render_word(word, row, "state"), 5);
	line[0] = '\0';
	json_array_foreach(json_object_get(row, "flags"), i, flag) {
		size_t n = strlen(line);

		(void)snprintf(line + n, sizeof(line) - n, "[%s] ",
		    safe_line(word, json_string_value(flag)));
		if (n > 256)
			break;
	}
	i = strlen(line);
	(void)snprintf(line + i, sizeof(line) - i, "%s - %s",
	    render_word(word, row, "subject"),
	    render_word(more, row, "excerpt"));
	last_cell(line, width > ROW_HEAD + 10 ? width - ROW_HEAD : 10);
}

void
render_rows(const json_t *rows, int64_t now_s)
{
	size_t i, width = render_width();
	const json_t *row;

	if (json_array_size(rows) == 0) {
		(void)puts(_("Nobody is waiting."));
		return;
	}
	cell(_("case"), 8);
	cell(_("!"), 1);
	cell(_("waits"), 6);
	cell(_("due"), 11);
	cell(_("with"), 8);
	cell(_("desk"), 7);
	cell(_("state"), 5);
	(void)puts(_("subject"));
	json_array_foreach(rows, i, row)
		row_line(row, now_s, width);
}

/* Text of a letter, wrapped, with an indent. */
static void
put_text(const char *text, size_t n, const char *indent)
{
	size_t width = render_width();
	struct buf safe, wrapped;

	buf_init(&safe, TEXT_MAX);
	buf_init(&wrapped, TEXT_MAX);
	if (text_terminal(text, n, 1, &safe) == 0 && safe.len > 0 &&
	    text_wrap(safe.bytes, width < TEXT_COLUMNS ? width :
	    TEXT_COLUMNS, indent, &wrapped) == 0)
		(void)fputs(wrapped.bytes, stdout);
	else if (safe.len > 0)
		(void)puts(_("(The text is too long for the terminal: ask for "
		    "it with --json.)"));
	buf_free(&safe);
	buf_free(&wrapped);
}

/* The last line of the folded range that begins at this line, or 0. */
static int64_t
fold_at(const json_t *folded, int64_t line)
{
	const json_t *range;
	int64_t first, last;
	size_t i;

	json_array_foreach(folded, i, range) {
		first = json_integer_value(json_array_get(range, 0));
		last = json_integer_value(json_array_get(range, 1));
		if (first == line && last >= first)
			return last;
	}
	return 0;
}

static const char *
skip_lines(const char *text, int64_t n)
{
	while (n-- > 0 && *text != '\0') {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return text;
}

/* Quotes that the case has seen before become one line each. */
static void
put_folded(const char *text, const json_t *folded, const char *indent)
{
	const char *end;
	int64_t line = 1, last;

	while (*text != '\0') {
		last = fold_at(folded, line);
		if (last > 0) {
			(void)printf("%s", indent);
			(void)printf(ngettext("[%" PRId64 " quoted line]\n",
			    "[%" PRId64 " quoted lines]\n",
			    (unsigned long)(last - line + 1)),
			    last - line + 1);
			text = skip_lines(text, last - line + 1);
			line = last + 1;
			continue;
		}
		end = skip_lines(text, 1);
		put_text(text, (size_t)(end - text), indent);
		text = end;
		line++;
	}
}

static void
put_person(const char *label, const json_t *person)
{
	char name[RENDER_WORD], address[RENDER_WORD];

	if (!json_is_object(person))
		return;
	(void)render_word(name, person, "name");
	(void)render_word(address, person, "address");
	if (*name == '\0' && *address == '\0')
		return;
	if (*address == '\0')
		(void)printf("%s %s\n", label, name);
	else
		(void)printf("%s %s%s<%s>\n", label, name,
		    *name == '\0' ? "" : " ", address);
}

static void
put_attachments(const json_t *item)
{
	char id[RENDER_WORD], name[RENDER_WORD], type[RENDER_WORD];
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(item, "attachments"), i, o)
		(void)printf(_("Attachment %s: %s (%s, %" PRId64 " bytes)\n"),
		    render_word(id, o, "id"), render_word(name, o, "name"),
		    render_word(type, o, "type"), (int64_t)json_integer_value(
		    json_object_get(o, "size")));
}

static void
put_flags(const json_t *item)
{
	char word[RENDER_WORD];
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(item, "flags"), i, o)
		(void)printf(" [%s]", safe_line(word,
		    json_string_value(o)));
}

static int
has_flag(const json_t *item, const char *flag)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(item, "flags"), i, o)
		if (json_is_string(o) &&
		    strcmp(json_string_value(o), flag) == 0)
			return 1;
	return 0;
}

static void
put_item(const json_t *item)
{
	const json_t *delivery = json_object_get(item, "delivery");
	const char *text;
	char id[RENDER_WORD], kind[RENDER_WORD], at[RENDER_WORD];
	char subject[RENDER_WORD], state[RENDER_WORD];

	(void)printf("\n--- %s %s, %s", render_word(id, item, "id"),
	    render_word(kind, item, "kind"), render_word(at, item, "at"));
	put_flags(item);
	if (json_is_object(delivery))
		(void)printf(" (%s %s)", render_word(state, delivery,
		    "state"), render_word(at, delivery, "code"));
	(void)putchar('\n');
	put_person(_("From:"), json_object_get(item, "from"));
	if (*render_word(subject, item, "subject") != '\0')
		(void)printf(_("Subject: %s\n"), subject);
	put_attachments(item);
	(void)putchar('\n');
	if ((text = json_string_value(json_object_get(item, "text"))) != NULL)
		put_folded(text, json_object_get(item, "folded"), "  ");
	if (has_flag(item, "gap"))
		(void)printf("\n--- %s\n", _("a letter is missing here"));
}

static void
put_head(const json_t *o)
{
	const json_t *claim = json_object_get(o, "claim"), *one;
	char a[RENDER_WORD], b[RENDER_WORD], c[RENDER_WORD], d[RENDER_WORD];
	size_t i;

	(void)printf(_("%s  desk %s, %s, urgency %s"), render_word(a, o,
	    "id"), render_word(b, o, "desk"), render_word(c, o, "state"),
	    render_word(d, o, "urgency"));
	put_flags(o);
	(void)putchar('\n');
	if (*render_word(a, o, "due") != '\0')
		(void)printf(_("We said we answer by %s.\n"), a);
	if (json_is_object(claim))
		(void)printf(_("Claimed by %s until %s.\n"), render_word(a,
		    claim, "claimant"), render_word(b, claim, "until"));
	json_array_foreach(json_object_get(o, "participants"), i, one) {
		(void)render_word(d, one, "address");
		(void)printf("%s %s (%s)%s%s\n", render_word(a, one, "id"),
		    render_word(b, one, "role"), render_word(c, one, "mode"),
		    *d == '\0' ? "" : " ", d);
	}
	json_array_foreach(json_object_get(o, "drafts"), i, one)
		(void)printf(_("Draft %s by %s is %s.\n"), render_word(a,
		    one, "id"), render_word(b, one, "author"),
		    render_word(c, one, "state"));
}

void
render_case(const json_t *o)
{
	const json_t *items = json_object_get(o, "items");
	size_t i;

	put_head(o);
	for (i = json_array_size(items); i > 0; i--)
		put_item(json_array_get(items, i - 1));
}

static void
draft_line(const json_t *o, int64_t now_s)
{
	char word[RENDER_WORD], state[RENDER_WORD], due[64], line[1100];

	due_words(due, o, now_s);
	cell(render_word(word, o, "id"), 12);
	cell(render_word(state, o, "state"), 9);
	cell(render_word(word, o, "author"), 12);
	cell(render_word(word, o, "desk"), 8);
	cell(due, 11);
	(void)render_word(word, o, "blocked");
	(void)snprintf(line, sizeof(line), "%s%s%s",
	    *word == '\0' ? "" : _("not sent: "), word,
	    json_is_true(json_object_get(o, "stale")) ?
	    _(" somebody wrote again") : "");
	last_cell(line, 200);
}

void
render_drafts(const json_t *drafts, int64_t now_s)
{
	const json_t *o;
	size_t i;

	if (json_array_size(drafts) == 0) {
		(void)puts(_("There is none."));
		return;
	}
	cell(_("draft"), 12);
	cell(_("state"), 9);
	cell(_("by"), 12);
	cell(_("desk"), 8);
	cell(_("due"), 11);
	(void)putchar('\n');
	json_array_foreach(drafts, i, o)
		draft_line(o, now_s);
}

void
render_review(const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "body"));
	char a[RENDER_WORD], b[RENDER_WORD], c[RENDER_WORD];

	if (json_is_object(json_object_get(o, "letter"))) {
		(void)puts(_("The letter:"));
		put_item(json_object_get(o, "letter"));
	}
	(void)printf(_("\n=== The answer %s by %s, %s\n"), render_word(a, o,
	    "id"), render_word(b, o, "author"), render_word(c, o, "state"));
	if (json_is_true(json_object_get(o, "stale")))
		(void)puts(_("Somebody wrote again after this was written."));
	if (*render_word(a, o, "blocked") != '\0')
		(void)printf(_("It was not sent: %s.\n"), a);
	(void)printf(_("To: %s\n"), render_word(a, o, "address"));
	(void)printf(_("Subject: %s\n"), render_word(a, o, "subject"));
	put_attachments(o);
	(void)putchar('\n');
	if (text != NULL)
		put_text(text, strlen(text), "  ");
}
