/*
 * The document by which two of the staff say to whom a case's letters go.
 * Strict in what it prints and reads: what stands here becomes the address of
 * an envelope, so there is one spelling of it and nothing to interpret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/statement.h"
#include "lib/text.h"

static const char *const members[] = { "v", "case", "desk", "participant",
    "role", "name", "mode", "address", "replaces", "after", "author", "at",
    NULL };
static const char *const roles[] = { "seeker", "parent", "relative",
    "teacher", "other" };

void
statement_init(struct statement_doc *s)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->mode, "mail", sizeof("mail"));
}

static void
wipe(char *text)
{
	if (text != NULL)
		seal_wipe(text, strlen(text));
	free(text);
}

void
statement_free(struct statement_doc *s)
{
	wipe(s->name);
	wipe(s->address);
	wipe(s->replaces);
	statement_init(s);
}

int
statement_role_valid(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i], word) == 0)
			return 1;
	return 0;
}

static int
bad(const char *name, const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "'%s' %s", name, what);
	return -1;
}

static int
check(const struct statement_doc *s, struct err *e)
{
	if (!deposit_case_valid(s->case_id))
		return bad("case", "is not a case id", e);
	if (!roster_name_valid(s->desk))
		return bad("desk", "is not a name", e);
	if (!roster_name_valid(s->author))
		return bad("author", "is not a name", e);
	if (s->participant < 1 || s->participant > STATEMENT_PEOPLE_MAX)
		return bad("participant", "is out of range", e);
	if (!statement_role_valid(s->role))
		return bad("role", "is not a known word", e);
	if (s->name != NULL && (*s->name == '\0' ||
	    strlen(s->name) > STATEMENT_NAME_MAX || !text_is_line(s->name)))
		return bad("name", "is not one short line", e);
	if (s->address == NULL)
		return bad("address", "is missing", e);
	if (text_address_check(s->address, e) == -1 ||
	    (s->replaces != NULL &&
	    text_address_check(s->replaces, e) == -1))
		return -1;
	if (strcmp(s->mode, "mail") != 0 && strcmp(s->mode, "notice") != 0)
		return bad("mode", "is neither 'mail' nor 'notice'", e);
	if (s->replaces == NULL && s->has_after)
		return bad("after", "is for a change alone", e);
	if (s->at < 0 || s->at > WIRE_TOP)
		return bad("at", "is out of range", e);
	return 0;
}

static json_t *
text_or_null(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

char *
statement_print(const struct statement_doc *s, size_t *len, struct err *e)
{
	json_t *o;

	if (check(s, e) == -1)
		return NULL;
	o = json_object();
	wire_set(o, "v", json_integer(1));
	wire_set(o, "case", json_string(s->case_id));
	wire_set(o, "desk", json_string(s->desk));
	wire_set(o, "participant", json_integer(s->participant));
	wire_set(o, "role", json_string(s->role));
	wire_set(o, "name", text_or_null(s->name));
	wire_set(o, "mode", json_string(s->mode));
	wire_set(o, "address", json_string(s->address));
	wire_set(o, "replaces", text_or_null(s->replaces));
	if (s->has_after)
		wire_set_hex(o, "after", s->after, SEAL_HASH);
	else
		wire_set(o, "after", json_null());
	wire_set(o, "author", json_string(s->author));
	wire_set(o, "at", json_integer(s->at));
	return wire_print_free(o, len);
}

/* A member that is a string, into a place of fixed size. */
static int
get_text(const json_t *o, const char *name, char *out, size_t size,
    struct err *e)
{
	const char *text;

	if (wire_get_string(o, name, &text, e) == -1)
		return -1;
	if (strlen(text) >= size)
		return bad(name, "is too long", e);
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

static int
get_own(const json_t *o, const char *name, char **out, struct err *e)
{
	const char *text;

	if (!json_is_null(json_object_get(o, name)) &&
	    wire_get_string(o, name, &text, e) == -1)
		return -1;
	if (!json_is_null(json_object_get(o, name)))
		*out = mem_strdup(text);
	return 0;
}

static int
get_after(const json_t *o, struct statement_doc *s, struct err *e)
{
	if (json_is_null(json_object_get(o, "after")))
		return 0;
	s->has_after = 1;
	return wire_get_hex(o, "after", s->after, SEAL_HASH, e);
}

static int
read_members(const json_t *o, struct statement_doc *s, struct err *e)
{
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    get_text(o, "case", s->case_id, sizeof(s->case_id), e) == -1 ||
	    get_text(o, "desk", s->desk, sizeof(s->desk), e) == -1 ||
	    wire_get_int(o, "participant", 1, STATEMENT_PEOPLE_MAX,
	    &s->participant, e) == -1 ||
	    get_text(o, "role", s->role, sizeof(s->role), e) == -1 ||
	    get_own(o, "name", &s->name, e) == -1 ||
	    get_text(o, "mode", s->mode, sizeof(s->mode), e) == -1 ||
	    get_own(o, "address", &s->address, e) == -1 ||
	    get_own(o, "replaces", &s->replaces, e) == -1 ||
	    get_after(o, s, e) == -1 ||
	    get_text(o, "author", s->author, sizeof(s->author), e) == -1 ||
	    wire_get_int(o, "at", 0, WIRE_TOP, &s->at, e) == -1)
		return -1;
	return check(s, e);
}

int
statement_parse(struct statement_doc *s, const void *bytes, size_t len,
    struct err *e)
{
	json_t *o;
	int result;

	statement_init(s);
	if ((o = wire_parse_most(bytes, len, STATEMENT_MAX, e)) == NULL)
		return -1;
	result = read_members(o, s, e);
	json_decref(o);
	if (result == -1)
		statement_free(s);
	return result;
}
