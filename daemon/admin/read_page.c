/*
 * What the reader makes of a mail, as a page: first what a machine may do and
 * why, then who wrote, then the text with a bar beside what would be folded.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/admin/read_page.h"
#include "lib/buf.h"
#include "lib/text.h"

#define COLUMNS		80
#define LABEL		"%-12s"
#define NO_LABEL	"            "	/* as wide */
#define PAGE_MAX	((size_t)64 * 1024 * 1024)

static const char *
word(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s == NULL ? "" : s;
}

/* One line of the page, wrapped, the rest below the words and not the label. */
static void
line(const char *label, const char *text)
{
	struct buf safe, wrapped;

	buf_init(&safe, PAGE_MAX);
	buf_init(&wrapped, PAGE_MAX);
	if (text_terminal(text, strlen(text), 0, &safe) == 0 &&
	    text_wrap(safe.bytes, COLUMNS, NO_LABEL, &wrapped) == 0 &&
	    wrapped.len > strlen(NO_LABEL))
		(void)printf(LABEL "%s", label, wrapped.bytes +
		    strlen(NO_LABEL));
	buf_free(&safe);
	buf_free(&wrapped);
}

static void
line_of(const char *label, const json_t *view, const char *name)
{
	if (word(view, name)[0] != '\0')
		line(label, word(view, name));
}

/* Name <address>, and what is to be said of it. */
static void
person(const char *label, const json_t *who, const char *more)
{
	const char *name = word(who, "name");
	struct buf out;

	if (!json_is_object(who))
		return;
	buf_init(&out, PAGE_MAX);
	if (buf_addf(&out, "%s%s<%s>%s", name, name[0] == '\0' ? "" : " ",
	    word(who, "address"), more) == 0)
		line(label, out.bytes);
	buf_free(&out);
}

static void
people(const char *label, const json_t *list)
{
	const json_t *who;
	size_t i;

	json_array_foreach(list, i, who)
		person(i == 0 ? label : "", who, "");
}

static void
sender(const json_t *view)
{
	const json_t *from = json_object_get(view, "from");

	if (!json_is_object(from))
		line("from", "nobody, or more than one");
	person("from", from, json_is_true(json_object_get(view,
	    "verified")) ? ", verified by our mail server" :
	    ", not verified");
	person("reply to", json_object_get(view, "reply_to"), "");
	people("to", json_object_get(view, "to"));
	people("cc", json_object_get(view, "cc"));
}

static void
list(const char *label, const json_t *words)
{
	const json_t *one;
	struct buf out;
	size_t i;

	buf_init(&out, PAGE_MAX);
	json_array_foreach(words, i, one)
		(void)buf_addf(&out, "%s%s", i == 0 ? "" : ", ",
		    json_string_value(one));
	if (out.len > 0)
		line(label, out.bytes);
	buf_free(&out);
}

static int
is_folded(const json_t *ranges, json_int_t number)
{
	const json_t *range;
	size_t i;

	json_array_foreach(ranges, i, range)
		if (json_integer_value(json_array_get(range, 0)) <= number &&
		    number <= json_integer_value(json_array_get(range, 1)))
			return 1;
	return 0;
}

static void
text_line(const char *bytes, size_t len, int folded)
{
	const char *margin = folded ? "  | " : "    ";
	struct buf safe, out;

	buf_init(&safe, PAGE_MAX);
	buf_init(&out, PAGE_MAX);
	if (text_terminal(bytes, len, 0, &safe) == 0 &&
	    text_wrap(safe.bytes, COLUMNS, margin, &out) == 0)
		(void)fputs(len > 0 ? out.bytes : folded ? "  |\n" : "\n",
		    stdout);
	buf_free(&safe);
	buf_free(&out);
}

static void
text(const json_t *view)
{
	const json_t *folded = json_object_get(view, "folded");
	const char *at = word(view, "text"), *end;
	json_int_t number = 1;

	line("text", strcmp(word(view, "text_origin"), "none") == 0 ?
	    "none" : strcmp(word(view, "text_origin"), "html") == 0 ?
	    "made of HTML" : "plain");
	if (json_array_size(folded) > 0)
		line("", "lines with a bar are quotes, signatures or rulers; "
		    "a case folds those that it has seen");
	if (*at != '\0')
		(void)putchar('\n');
	for (; *at != '\0'; at = *end == '\0' ? end : end + 1, number++) {
		end = at + strcspn(at, "\n");
		text_line(at, (size_t)(end - at), is_folded(folded, number));
	}
}

static void
files(const json_t *view)
{
	const json_t *file;
	struct buf out;
	size_t i;

	json_array_foreach(json_object_get(view, "attachments"), i, file) {
		buf_init(&out, PAGE_MAX);
		if (buf_addf(&out, "%s (%s, %lld bytes)", word(file, "name"),
		    word(file, "type"), (long long)json_integer_value(
		    json_object_get(file, "size"))) == 0)
			line(i == 0 ? "files" : "", out.bytes);
		buf_free(&out);
	}
}

static void
report(const json_t *view)
{
	const json_t *r = json_object_get(view, "report");
	struct buf out;

	if (!json_is_object(r))
		return;
	buf_init(&out, PAGE_MAX);
	if (buf_addf(&out, "%s %s %s %s", word(r, "kind"), word(r, "action"),
	    word(r, "status"), word(r, "recipient")) == 0)
		line("report", out.bytes);
	buf_free(&out);
}

/*
 * Each rule that counted: its weight, why, the words that it found, its name
 * and whose it is.  What only a desk knows was not asked.
 */
static void
triage(const json_t *view)
{
	static const char *const urgencies[] = { "ordinary", "soon", "high",
	    "crisis" };
	const json_t *urgency = json_object_get(view, "urgency"), *one;
	json_int_t n = json_integer_value(urgency);
	const char *found;
	struct buf out;
	size_t i;

	if (json_is_integer(urgency) && n >= 0 && n <= 3)
		line("urgency", urgencies[n]);
	json_array_foreach(json_object_get(view, "triage"), i, one) {
		found = json_string_value(json_object_get(one, "found"));
		buf_init(&out, PAGE_MAX);
		if (buf_addf(&out, "%+lld %s%s%s%s [%s, %s]%s",
		    (long long)json_integer_value(json_object_get(one,
		    "weight")), word(one, "why"), found == NULL ? "" :
		    ": \"", found == NULL ? "" : found, found == NULL ? "" :
		    "\"", word(one, "rule"), word(one, "owner"),
		    json_is_true(json_object_get(one, "failed")) ?
		    " FAILED: it could not look to the end" : "") == 0)
			line(i == 0 ? "triage" : "", out.bytes);
		buf_free(&out);
	}
}

void
read_page(const json_t *view)
{
	line_of("class", view, "class");
	line("a machine", json_is_true(json_object_get(view, "answerable")) ?
	    "may acknowledge it" : "may not answer it");
	if (!json_is_true(json_object_get(view, "answerable")))
		line_of("because", view, "why");
	report(view);
	sender(view);
	line_of("date", view, "date");
	line_of("subject", view, "subject");
	line_of("language", view, "language");
	list("flags", json_object_get(view, "flags"));
	triage(view);
	files(view);
	text(view);
}

void
read_page_unreadable(const char *why)
{
	line("flags", "unreadable");
	line("because", why);
	line("", "It would be kept whole, as a case for a person, and no "
	    "machine would answer it.");
}
