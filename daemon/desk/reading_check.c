/*
 * The strict look at a view that the reader sent.  What passes here goes into
 * a case, is sealed and shown: so names and subjects are one line without
 * controls, addresses pass the one validator, and a letter that a machine may
 * answer has one sender who was vouched for.
 */
#include <string.h>

#include "daemon/desk/reading_check.h"
#include "lib/err.h"
#include "lib/rules.h"
#include "lib/text.h"
#include "lib/wire.h"

#define LINE_MAX_LEN	1024
#define TEXT_MAX_LEN	(4u * 1024 * 1024)
#define HIT_MAX		100

static int
bad(struct err *e, const char *name)
{
	err_set(e, ERR_INPUT, "'%s' is not what a view holds", name);
	return -1;
}

/* One line that a terminal may show. */
static int
is_line(const json_t *v, size_t max)
{
	const unsigned char *s;

	if (!json_is_string(v) || json_string_length(v) > max)
		return 0;
	for (s = (const unsigned char *)json_string_value(v); *s != '\0'; s++)
		if (*s < 0x20 || *s == 0x7f || (*s == 0xc2 && s[1] < 0xa0))
			return 0;
	return 1;
}

/* The string consists of these characters only. */
static int
is_made_of(const json_t *v, const char *set, size_t min, size_t max)
{
	const char *s = json_string_value(v);

	return s != NULL && json_string_length(v) == strlen(s) &&
	    strlen(s) >= min && strlen(s) <= max &&
	    strspn(s, set) == strlen(s);
}

static int
is_one_of(const json_t *v, const char *const *words)
{
	const char *s = json_string_value(v);

	for (; s != NULL && *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return 1;
	return 0;
}

static int
is_person(const json_t *v)
{
	static const char *const names[] = { "name", "address", NULL };
	const json_t *name = json_object_get(v, "name");
	const char *address = json_string_value(json_object_get(v,
	    "address"));

	return json_is_object(v) && wire_only(v, names, NULL) == 0 &&
	    (json_is_null(name) || is_line(name, LINE_MAX_LEN)) &&
	    address != NULL && text_address_check(address, NULL) == 0;
}

static int
is_id(const json_t *v)
{
	const char *s = json_string_value(v);
	size_t i, n;

	if (s == NULL || (n = strlen(s)) < 3 || n > 255 ||
	    n != json_string_length(v) || s[0] != '<' || s[n - 1] != '>')
		return 0;
	for (i = 1; i < n - 1; i++)
		if (s[i] <= 0x20 || s[i] >= 0x7f || s[i] == '<' ||
		    s[i] == '>')
			return 0;
	return 1;
}

static int
is_token(const json_t *v)
{
	/* Of a return path: 17, a 'b' in front. */
	return is_made_of(v, "0123456789abcdefghjkmnpqrstvwxyz", 16, 17) &&
	    (json_string_length(v) == 16 ||
	    json_string_value(v)[0] == 'b');
}

static int
is_flag(const json_t *v)
{
	return is_made_of(v, "abcdefghijklmnopqrstuvwxyz-", 1, 32);
}

/* An array of at most max elements that all pass. */
static int
is_list(const json_t *v, size_t max, int (*is)(const json_t *))
{
	size_t i;

	if (!json_is_array(v) || json_array_size(v) > max)
		return 0;
	for (i = 0; i < json_array_size(v); i++)
		if (!is(json_array_get(v, i)))
			return 0;
	return 1;
}

static int
is_date(const json_t *v)
{
	int64_t at;

	return json_is_string(v) &&
	    wire_untime(&at, json_string_value(v)) == 0;
}

/* Ascending ranges of lines that do not touch, within the text. */
static int
is_folded(const json_t *v, const char *text)
{
	json_int_t lines = 1, last = 0, a, b;
	const json_t *pair;
	size_t i;

	if (!json_is_array(v) || json_array_size(v) > 1000)
		return 0;
	for (; *text != '\0'; text++)
		lines += *text == '\n';
	for (i = 0; i < json_array_size(v); i++) {
		pair = json_array_get(v, i);
		if (!json_is_array(pair) || json_array_size(pair) != 2 ||
		    !json_is_integer(json_array_get(pair, 0)) ||
		    !json_is_integer(json_array_get(pair, 1)))
			return 0;
		a = json_integer_value(json_array_get(pair, 0));
		b = json_integer_value(json_array_get(pair, 1));
		if (a <= last || b < a || b > lines)
			return 0;
		last = b;
	}
	return 1;
}

static int
is_attachment(const json_t *v)
{
	static const char *const names[] = { "name", "type", "size",
	    "sha256", NULL };
	const char *name = json_string_value(json_object_get(v, "name"));
	const char *type = json_string_value(json_object_get(v, "type"));

	return json_is_object(v) && wire_only(v, names, NULL) == 0 &&
	    is_line(json_object_get(v, "name"), LINE_MAX_LEN) &&
	    name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL &&
	    is_made_of(json_object_get(v, "type"),
	    "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+/", 3, 127) &&
	    strchr(type, '/') != NULL &&
	    json_is_integer(json_object_get(v, "size")) &&
	    is_made_of(json_object_get(v, "sha256"), "0123456789abcdef", 64,
	    64);
}

static int
check_attachments(const json_t *list, size_t bytes, struct err *e)
{
	size_t i, left = bytes;
	json_int_t size;

	if (!is_list(list, READING_PARTS_MAX, is_attachment))
		return bad(e, "attachments");
	for (i = 0; i < json_array_size(list); i++) {
		size = json_integer_value(json_object_get(
		    json_array_get(list, i), "size"));
		if (size < 0 || (uint64_t)size > left)
			return bad(e, "size");
		left -= (size_t)size;
	}
	return left == 0 ? 0 : bad(e, "size");
}

static int
check_letter(const json_t *v, struct err *e)
{
	static const char *const classes[] = { "person", "automatic",
	    "bounce", "own", "list", "suspect", NULL };
	static const char *const origins[] = { "plain", "html", "none",
	    NULL };
	const json_t *text = json_object_get(v, "text");

	if (!is_one_of(json_object_get(v, "class"), classes))
		return bad(e, "class");
	if (!json_is_boolean(json_object_get(v, "answerable")))
		return bad(e, "answerable");
	if (!json_is_boolean(json_object_get(v, "verified")))
		return bad(e, "verified");
	if (!is_line(json_object_get(v, "why"), 200))
		return bad(e, "why");
	if (!is_line(json_object_get(v, "subject"), LINE_MAX_LEN))
		return bad(e, "subject");
	if (!json_is_string(text) || json_string_length(text) > TEXT_MAX_LEN)
		return bad(e, "text");
	if (!is_one_of(json_object_get(v, "text_origin"), origins))
		return bad(e, "text_origin");
	if (!is_folded(json_object_get(v, "folded"),
	    json_string_value(text)))
		return bad(e, "folded");
	return 0;
}

static int
null_or(const json_t *v, int (*is)(const json_t *))
{
	return json_is_null(v) || is(v);
}

static int
check_people(const json_t *v, struct err *e)
{
	const json_t *from = json_object_get(v, "from");
	const char *class = json_string_value(json_object_get(v, "class"));

	if (!null_or(from, is_person))
		return bad(e, "from");
	if (!null_or(json_object_get(v, "reply_to"), is_person))
		return bad(e, "reply_to");
	if (!is_list(json_object_get(v, "to"), READING_PEOPLE_MAX,
	    is_person))
		return bad(e, "to");
	if (!is_list(json_object_get(v, "cc"), READING_PEOPLE_MAX,
	    is_person))
		return bad(e, "cc");
	if (json_is_true(json_object_get(v, "verified")) &&
	    json_is_null(from))
		return bad(e, "verified");
	if (json_is_true(json_object_get(v, "answerable")) &&
	    (!json_is_true(json_object_get(v, "verified")) ||
	    strcmp(class, "person") != 0))
		return bad(e, "answerable");
	return 0;
}

static int
is_status(const json_t *v)
{
	return is_made_of(v, "0123456789.", 5, 9);
}

static int
is_address(const json_t *v)
{
	const char *s = json_string_value(v);

	return s != NULL && text_address_check(s, NULL) == 0;
}

/* What a machine reports about a letter of ours; most letters have none. */
static int
check_report(const json_t *v, struct err *e)
{
	static const char *const names[] = { "kind", "action", "status",
	    "recipient", "message_id", "token", NULL };
	static const char *const kinds[] = { "delivery", "disposition",
	    "feedback", NULL };

	if (v == NULL)
		return 0;
	if (!json_is_object(v) || wire_only(v, names, NULL) == -1 ||
	    !is_one_of(json_object_get(v, "kind"), kinds) ||
	    !null_or(json_object_get(v, "action"), is_flag) ||
	    !null_or(json_object_get(v, "status"), is_status) ||
	    !null_or(json_object_get(v, "recipient"), is_address) ||
	    !null_or(json_object_get(v, "message_id"), is_id) ||
	    !null_or(json_object_get(v, "token"), is_token))
		return bad(e, "report");
	return 0;
}

/* What a rule found in the letter, or that it failed. */
static int
is_hit(const json_t *v)
{
	static const char *const names[] = { "rule", "found", "failed",
	    NULL };
	const json_t *failed = json_object_get(v, "failed");
	const json_t *found = json_object_get(v, "found");

	return json_is_object(v) && wire_only(v, names, NULL) == 0 &&
	    is_made_of(json_object_get(v, "rule"),
	    "abcdefghijklmnopqrstuvwxyz0123456789-_", 1, RULES_ID_MAX) &&
	    json_is_boolean(failed) && (json_is_true(failed) ?
	    json_is_null(found) : is_line(found, HIT_MAX));
}

int
reading_check(const json_t *v, size_t bytes, struct err *e)
{
	static const char *const names[] = { "class", "answerable", "why",
	    "from", "reply_to", "to", "cc", "date", "verified", "subject",
	    "text", "text_origin", "folded", "attachments", "flags",
	    "message_id", "in_reply_to", "references", "tokens", "triage",
	    "report", "language", NULL };

	if (!json_is_object(v))
		return bad(e, "view");
	if (wire_only(v, names, e) == -1 || check_letter(v, e) == -1 ||
	    check_people(v, e) == -1)
		return -1;
	if (!null_or(json_object_get(v, "date"), is_date))
		return bad(e, "date");
	if (!null_or(json_object_get(v, "message_id"), is_id))
		return bad(e, "message_id");
	if (!null_or(json_object_get(v, "in_reply_to"), is_id))
		return bad(e, "in_reply_to");
	if (!is_list(json_object_get(v, "references"), READING_IDS_MAX,
	    is_id))
		return bad(e, "references");
	if (!is_list(json_object_get(v, "tokens"), READING_TOKENS_MAX,
	    is_token))
		return bad(e, "tokens");
	if (!is_list(json_object_get(v, "flags"), 16, is_flag))
		return bad(e, "flags");
	if (!is_list(json_object_get(v, "triage"), RULES_MAX, is_hit))
		return bad(e, "triage");
	if (json_object_get(v, "language") != NULL &&
	    !is_made_of(json_object_get(v, "language"),
	    "abcdefghijklmnopqrstuvwxyz-", 2, 8))
		return bad(e, "language");
	if (check_report(json_object_get(v, "report"), e) == -1)
		return -1;
	return check_attachments(json_object_get(v, "attachments"), bytes,
	    e);
}
