/*
 * Puts a case on a terminal.  Calm: the head says in words how the case
 * stands, times are the reader's own, quotes are folded.  Written into a page
 * first, because the review lets two of them stand side by side.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "tools/render_inside.h"
#include "tools/words.h"

#define LINE_MAX_BYTES	4096
#define REFLOW_COLUMNS	64	/* shorter lines are meant to end */
#define TEXT_COLUMNS	80	/* of a letter, however wide the terminal */

void
render_page_init(struct render_page *p, size_t columns, const char *indent,
    int64_t now_s)
{
	buf_init(&p->out, RENDER_PAGE_MAX);
	p->columns = columns < TEXT_COLUMNS ? columns : TEXT_COLUMNS;
	p->indent = indent;
	p->reflow = 0;
	p->now_s = now_s;
}

void
render_put(struct render_page *p, const char *form, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, form);
	(void)vsnprintf(line, sizeof(line), form, ap);
	va_end(ap);
	if (*line == '\0')
		(void)buf_addc(&p->out, '\n');
	else
		(void)render_add(&p->out, line, p->columns, "");
}

/* Is the break before this line one that a mail program made? */
static int
is_soft(const char *line, size_t n, const char *next)
{
	char whole[2 * REFLOW_COLUMNS * 4];
	size_t word = strcspn(next, " \t\r\n");

	if (word == 0 || n == 0 || strchr(">-*#", *next) != NULL ||
	    *line == '>' || n + word + 2 > sizeof(whole))
		return 0;
	(void)snprintf(whole, sizeof(whole), "%.*s %.*s", (int)n, line,
	    (int)word, next);
	return text_width(whole) > REFLOW_COLUMNS;
}

/* In a narrow column lines that were broken before would be broken twice. */
static void
reflow(struct buf *out, const char *text)
{
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		(void)buf_add(out, text, n);
		if (text[n] == '\n')
			(void)buf_addc(out, is_soft(text, n, text + n + 1) ?
			    ' ' : '\n');
	}
}

void
render_put_text(struct render_page *p, const char *text)
{
	struct buf flowing;

	if (p->reflow && strlen(text) < RENDER_PAGE_MAX) {
		buf_init(&flowing, RENDER_PAGE_MAX);
		reflow(&flowing, text);
		p->reflow = 0;
		render_put_text(p, flowing.bytes);
		p->reflow = 1;
		buf_free(&flowing);
		return;
	}
	if (text[strspn(text, " \t\r\n")] == '\0')
		render_put(p, "%s%s", p->indent, _("(no words)"));
	else if (render_add(&p->out, text, p->columns, p->indent) == -1)
		render_put(p, "%s", _("(The text is too long for the "
		    "terminal: ask for it with --json.)"));
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
put_folded(struct render_page *p, const char *text, const json_t *folded)
{
	struct buf out;
	const char *end;
	int64_t line = 1, last, n;

	buf_init(&out, RENDER_PAGE_MAX);
	while (*text != '\0') {
		if ((last = fold_at(folded, line)) > 0) {
			n = last - line + 1;
			(void)buf_addf(&out, words_count("[%" PRId64
			    " quoted line]\n", "[%" PRId64 " quoted "
			    "lines]\n", n), n);
		} else
			n = 1;
		end = skip_lines(text, n);
		if (last == 0)
			(void)buf_add(&out, text, (size_t)(end - text));
		text = end;
		line += n;
	}
	render_put_text(p, out.bytes);
	buf_free(&out);
}

static void
put_person(struct render_page *p, const char *label, const json_t *person)
{
	char name[RENDER_WORD], address[RENDER_WORD];

	if (!json_is_object(person))
		return;
	(void)render_word(name, person, "name");
	(void)render_word(address, person, "address");
	if (*address == '\0' && *name != '\0')
		render_put(p, "%s %s", label, name);
	else if (*address != '\0')
		render_put(p, "%s %s%s<%s>", label, name,
		    *name == '\0' ? "" : " ", address);
}

void
render_put_subject(struct render_page *p, const json_t *o)
{
	const char *subject = json_string_value(json_object_get(o,
	    "subject"));
	struct buf line;

	if (subject == NULL || *subject == '\0')
		return;
	buf_init(&line, RENDER_PAGE_MAX);
	if (buf_addf(&line, "%s ", _("Subject:")) == 0 &&
	    text_terminal(subject, strlen(subject), 0, &line) == 0)
		(void)render_add(&p->out, line.bytes, p->columns, "");
	buf_free(&line);
}

static void
size_words(char out[RENDER_SPAN], int64_t bytes)
{
	if (bytes < 1024)
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " bytes"),
		    bytes);
	else if (bytes < 1024 * 1024)
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " KiB"),
		    bytes / 1024);
	else
		(void)snprintf(out, RENDER_SPAN, _("%" PRId64 " MiB"),
		    bytes / (1024 * 1024));
}

void
render_put_attachments(struct render_page *p, const json_t *o, const char *how)
{
	char id[RENDER_WORD], name[RENDER_WORD], type[RENDER_WORD];
	const json_t *list = json_object_get(o, "attachments"), *one;
	char size[RENDER_SPAN];
	size_t i;

	json_array_foreach(list, i, one) {
		size_words(size, json_integer_value(json_object_get(one,
		    "size")));
		render_put(p, _("Attachment %s: %s (%s, %s)"),
		    render_word(id, one, "id"),
		    render_word(name, one, "name"),
		    render_word(type, one, "type"), size);
	}
	(void)render_word(id, o, "id");
	if (i > 0)
		render_put(p, _("  save with: teduh %s %.8s%s --attachments "
		    "FOLDER"), how, id, strcmp(how, "show") == 0 ? "" :
		    id + strcspn(id, "."));
}

void
render_flags(char out[RENDER_WORD], const json_t *o)
{
	const json_t *list = json_object_get(o, "flags"), *flag;
	size_t i, n = 0;

	out[0] = '\0';
	json_array_foreach(list, i, flag) {
		const char *word = json_string_value(flag);

		if (word != NULL && n < RENDER_WORD - 64) {
			(void)snprintf(out + n, RENDER_WORD - n, " [%.40s]",
			    word);
			n = strlen(out);
		}
	}
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

/* A word of the program, in the reader's words; itself when it is new. */
static const char *
in_words(char word[RENDER_WORD], const json_t *o, const char *name,
    const char *const list[][2])
{
	size_t i;

	(void)render_word(word, o, name);
	for (i = 0; list[i][0] != NULL; i++)
		if (strcmp(word, list[i][0]) == 0)
			return _(list[i][1]);
	return word;
}

static void
put_delivery(struct render_page *p, const json_t *delivery)
{
	static const char *const words[][2] = {
		{ "held", N_("It waits to be sent.") },
		{ "due", N_("It is about to be sent.") },
		{ "sending", N_("It is being sent.") },
		{ "accepted", N_("It was sent: the mail server took it.") },
		{ "published", N_("It lies in the person's mailbox here.") },
		{ "deferred", N_("It could not be sent yet and is tried "
		    "again.") },
		{ "refused", N_("The mail server refused it.") },
		{ "unknown", N_("It is not known whether it was sent.") },
		{ "blocked", N_("It was not sent.") },
		{ "bounced", N_("It came back.") },
		{ "settled", N_("It was sent.") },
		{ "cancelled", N_("It was cancelled and not sent.") },
		{ NULL, NULL }
	};
	char state[RENDER_WORD], code[RENDER_WORD], when[RENDER_WHEN] = "";
	int64_t at = render_time(delivery, "at");
	const char *text;

	if (!json_is_object(delivery))
		return;
	if (at > 0)
		render_when(when, at, p->now_s);
	text = in_words(state, delivery, "state", words);
	(void)render_word(code, delivery, "code");
	render_put(p, "%s (%s%s%s)", text, when,
	    *when != '\0' && *code != '\0' ? ", " : "", code);
}

static void
put_unreadable(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], text[LINE_MAX_BYTES];

	(void)render_word(id, item, "id");
	(void)snprintf(text, sizeof(text), _("(The machine could not read "
	    "this letter. Nothing of it is lost: 'teduh show %.8s --raw %s > "
	    "letter.eml' gives it as it came.)"), id, id);
	render_put_text(p, text);
}

void
render_put_content(struct render_page *p, const json_t *item)
{
	const char *text = json_string_value(json_object_get(item, "text"));

	put_person(p, _("From:"), json_object_get(item, "from"));
	render_put_subject(p, item);
	render_put_attachments(p, item, "show");
	render_put(p, "%s", "");
	if (has_flag(item, "unreadable"))
		put_unreadable(p, item);
	else if (text != NULL)
		put_folded(p, text, json_object_get(item, "folded"));
}

static const char *const kinds[][2] = {
	{ "letter", N_("letter") }, { "answer", N_("answer") },
	{ "note", N_("note") }, { "draft", N_("draft") }, { NULL, NULL }
};

static void
put_item(struct render_page *p, const json_t *item)
{
	char id[RENDER_WORD], kind[RENDER_WORD], flags[RENDER_WORD];
	char when[RENDER_WHEN];

	render_when(when, render_time(item, "at"), p->now_s);
	render_flags(flags, item);
	render_put(p, "\n--- %s  %s, %s%s", render_word(id, item, "id"),
	    in_words(kind, item, "kind", kinds), when, flags);
	put_delivery(p, json_object_get(item, "delivery"));
	render_put_content(p, item);
	if (has_flag(item, "gap"))
		render_put(p, "\n--- %s", _("a letter is missing here"));
}

static void
put_participant(struct render_page *p, const json_t *o)
{
	static const char *const modes[][2] = {
		{ "mail", N_("answered by mail") },
		{ "notice", N_("gets a notice by mail, reads the answer "
		    "here") },
		{ "pickup", N_("picks the answer up here") }, { NULL, NULL }
	};
	char id[RENDER_WORD], role[RENDER_WORD], mode[RENDER_WORD];
	char address[RENDER_WORD];

	(void)render_word(address, o, "address");
	render_put(p, "%s  %s, %s%s%s", render_word(id, o, "id"),
	    render_word(role, o, "role"), in_words(mode, o, "mode", modes),
	    *address == '\0' ? "" : ": ", address);
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
	render_when(when, due, p->now_s);
	render_span(left, due < p->now_s ? p->now_s - due : due - p->now_s);
	render_put(p, due < p->now_s ? _("Waits %s; we said we answer by %s: "
	    "%s late.") : _("Waits %s; we said we answer by %s (in %s)."), span,
	    when, left);
}

static void
put_drafts(struct render_page *p, const json_t *o)
{
	static const char *const states[][2] = {
		{ "open", N_("being written") },
		{ "submitted", N_("waiting for review") },
		{ "returned", N_("given back to be changed") },
		{ "approved", N_("approved") },
		{ "discarded", N_("thrown away") }, { NULL, NULL }
	};
	char id[RENDER_WORD], author[RENDER_WORD], state[RENDER_WORD];
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, "drafts"), i, one)
		render_put(p, _("%s  answer by %s, %s"), render_word(id, one,
		    "id"), render_word(author, one, "author"),
		    in_words(state, one, "state", states));
}

static void
put_head(struct render_page *p, const json_t *o, int64_t since_s)
{
	static const char *const states[][2] = {
		{ "new", N_("new, nobody has taken it yet") },
		{ "open", N_("open") }, { "answered", N_("answered") },
		{ "closed", N_("closed") }, { NULL, NULL }
	};
	static const char *const urgencies[] = { NULL, N_("soon"),
	    N_("high"), N_("CRISIS") };
	const json_t *claim = json_object_get(o, "claim"), *one;
	int64_t urgency = json_integer_value(json_object_get(o, "urgency"));
	char id[RENDER_WORD], desk[RENDER_WORD], state[RENDER_WORD];
	char flags[RENDER_WORD], when[RENDER_WHEN];
	size_t i;

	render_flags(flags, o);
	render_put(p, _("%s  desk %s; %s%s"), render_word(id, o, "id"),
	    render_word(desk, o, "desk"), in_words(state, o, "state", states),
	    flags);
	if (urgency > 0 && urgency < 4)
		render_put(p, _("Urgency %" PRId64 ": %s."), urgency,
		    _(urgencies[urgency]));
	render_put_tags(p, o);
	put_waiting(p, o, since_s);
	if (json_is_object(claim)) {
		render_when(when, render_time(claim, "until"), p->now_s);
		render_put(p, _("Taken by %s until %s."), render_word(id, claim,
		    "claimant"), when);
	}
	json_array_foreach(json_object_get(o, "participants"), i, one)
		put_participant(p, one);
	put_drafts(p, o);
}

void
render_case(const json_t *o, int64_t since_s, int64_t now_s)
{
	const json_t *items = json_object_get(o, "items");
	struct render_page p;
	size_t i;

	render_page_init(&p, render_width(), "  ", now_s);
	put_head(&p, o, since_s);
	for (i = json_array_size(items); i > 0; i--)
		put_item(&p, json_array_get(items, i - 1));
	render_put_events(&p, o);
	(void)fputs(p.out.bytes, stdout);
	buf_free(&p.out);
}
