/*
 * The letter document: made once, signed by two people, rendered by post.
 *
 * Printing and parsing hold a letter against the same checks, so what was
 * signed can be sent and what cannot be sent is never signed.  A document is
 * never printed again from what was parsed: its bytes are the truth.  Errors
 * name the member, never what stands in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/buf.h"
#include "lib/code.h"
#include "lib/err.h"
#include "lib/letter.h"
#include "lib/seal.h"
#include "lib/text.h"
#include "lib/words.h"

#define TYPE_MAX	127
#define TOKEN_LEN	16
#define TOKEN_ALPHABET	"0123456789abcdefghjkmnpqrstvwxyz"
#define TYPE_ALPHABET	"abcdefghijklmnopqrstuvwxyz" \
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+"

static const char *const members[] = { "v", "case", "draft", "revision",
    "desk", "author", "participant", "to", "mode", "subject", "body",
    "attachments", "message_id", "reply_token", "in_reply_to", "references",
    "crisis", "not_before", "expires", "last_read", "opening", "former",
    NULL };
static const char *const attachment_members[] = { "name", "type", "size",
    "hash", NULL };

void
letter_init(struct letter *l)
{
	memset(l, 0, sizeof(*l));
}

static void
wipe(char *s)
{
	if (s != NULL)
		seal_wipe(s, strlen(s));
	free(s);
}

void
letter_free(struct letter *l)
{
	size_t i;

	if (l == NULL)
		return;
	wipe(l->to);
	wipe(l->subject);
	wipe(l->body);
	wipe(l->message_id);
	wipe(l->reply_token);
	wipe(l->in_reply_to);
	for (i = 0; i < l->nattachments; i++) {
		wipe(l->attachments[i].name);
		wipe(l->attachments[i].type);
	}
	for (i = 0; i < l->nreferences; i++)
		wipe(l->references[i]);
	letter_init(l);
}

static int
bad(const char *name, const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "'%s' %s", name, _(what));
	return -1;
}

int
letter_id_valid(const char *id)
{
	size_t n = strlen(id), i;

	if (n < 3 || n > LETTER_ID_MAX || id[0] != '<' || id[n - 1] != '>')
		return 0;
	for (i = 1; i < n - 1; i++)
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '<' ||
		    id[i] == '>')
			return 0;
	return 1;
}

/* Ours is stricter: what stands between the angles has an address's form. */
static int
own_id_valid(const char *id)
{
	char inside[LETTER_ID_MAX + 1];
	size_t n = strlen(id);

	if (!letter_id_valid(id))
		return 0;
	memcpy(inside, id + 1, n - 2);
	inside[n - 2] = '\0';
	return text_address_check(inside, NULL) == 0;
}

/* token "/" token (RFC 6838 4.2). */
static int
type_valid(const char *type)
{
	size_t first = strspn(type, TYPE_ALPHABET), second;

	if (first == 0 || type[first] != '/' || strlen(type) > TYPE_MAX)
		return 0;
	second = strspn(type + first + 1, TYPE_ALPHABET);
	return second > 0 && type[first + 1 + second] == '\0' &&
	    strncasecmp(type, "multipart/", 10) != 0 &&
	    strncasecmp(type, "message/", 8) != 0;
}

int
letter_attachment_check(const struct letter_attachment *a, struct err *e)
{
	char *safe;
	int same;

	if (a->name == NULL || a->type == NULL)
		return bad("attachments", "lacks a name or a type", e);
	safe = text_file_name(a->name);
	same = strcmp(safe, a->name) == 0;
	wipe(safe);
	if (!same || !text_is_line(a->name))
		return bad("attachments", "has a file name that is not safe",
		    e);
	if (!type_valid(a->type))
		return bad("attachments", "has a type that cannot be sent", e);
	if (a->size < 0 || a->size > WIRE_TOP)
		return bad("attachments", "has a size out of range", e);
	return 0;
}

static int
number_valid(int64_t n, int64_t min)
{
	return n >= min && n <= WIRE_TOP;
}

static int
check_numbers(const struct letter *l, struct err *e)
{
	if (!number_valid(l->draft, 1))
		return bad("draft", "is out of range", e);
	if (!number_valid(l->revision, 1))
		return bad("revision", "is out of range", e);
	if (!number_valid(l->participant, 1))
		return bad("participant", "is out of range", e);
	if (!number_valid(l->not_before, 0))
		return bad("not_before", "is out of range", e);
	if (!number_valid(l->expires, 1) || l->expires <= l->not_before)
		return bad("expires", "is out of range or too early", e);
	if (l->crisis != 0 && l->crisis != 1)
		return bad("crisis", "is neither 0 nor 1", e);
	return 0;
}

static int
check_names(const struct letter *l, struct err *e)
{
	if (!deposit_case_valid(l->case_id))
		return bad("case", "is not a case id", e);
	if (!roster_name_valid(l->desk))
		return bad("desk", "is not a name", e);
	if (!roster_name_valid(l->author))
		return bad("author", "is not a name", e);
	if (strcmp(l->mode, "pickup") == 0)
		return l->to == NULL ? 0 :
		    bad("to", "must be absent for pickup", e);
	if (strcmp(l->mode, "mail") != 0 && strcmp(l->mode, "notice") != 0)
		return bad("mode", "is not mail, notice or pickup", e);
	if (l->to == NULL)
		return bad("to", "is missing", e);
	if (text_address_check(l->to, e) == -1) {
		err_prefix(e, "'to'");
		return -1;
	}
	return 0;
}

int
letter_is_former(const struct letter *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->nformer; i++)
		if (strcmp(l->former[i], name) == 0)
			return 1;
	return 0;
}

/* Each is somebody else than the author, once. */
static int
check_former(const struct letter *l, struct err *e)
{
	size_t i, j;

	if (l->nformer > LETTER_FORMER_MAX)
		return bad("former", "is too long", e);
	for (i = 0; i < l->nformer; i++) {
		if (!roster_name_valid(l->former[i]))
			return bad("former", "has what is not a name", e);
		for (j = 0; j < i; j++)
			if (strcmp(l->former[i], l->former[j]) == 0)
				return bad("former", "names one twice", e);
	}
	return letter_is_former(l, l->author) ? bad("former", "names the "
	    "author", e) : 0;
}

static int
check_text(const struct letter *l, struct err *e)
{
	size_t n;

	if (l->subject == NULL || l->body == NULL)
		return bad("subject", "or 'body' is missing", e);
	n = strlen(l->subject);
	if (n == 0 || n > LETTER_SUBJECT_MAX)
		return bad("subject", "is empty or too long", e);
	if (!text_is_line(l->subject))
		return bad("subject", "is not one line of safe text", e);
	n = strlen(l->body);
	if (strspn(l->body, " \t\n") == n || n > LETTER_BODY_MAX)
		return bad("body", "is empty or too long", e);
	if (!text_is_lines(l->body))
		return bad("body", "has characters that are not text", e);
	if (l->opening < 0 || (uint64_t)l->opening >= n || (l->opening > 0 &&
	    l->body[l->opening - 1] != '\n'))
		return bad("opening", "does not end at a line of the body",
		    e);
	return 0;
}

static int
check_ids(const struct letter *l, struct err *e)
{
	size_t i;

	if (l->message_id == NULL || !own_id_valid(l->message_id))
		return bad("message_id", "is not a message id", e);
	if (l->reply_token == NULL || strlen(l->reply_token) != TOKEN_LEN ||
	    strspn(l->reply_token, TOKEN_ALPHABET) != TOKEN_LEN)
		return bad("reply_token", "is not a token", e);
	if (l->in_reply_to != NULL && !letter_id_valid(l->in_reply_to))
		return bad("in_reply_to", "is not a message id", e);
	if (l->nreferences > LETTER_REFERENCES_MAX)
		return bad("references", "is too long", e);
	for (i = 0; i < l->nreferences; i++)
		if (l->references[i] == NULL ||
		    !letter_id_valid(l->references[i]))
			return bad("references", "has what is not a message "
			    "id", e);
	return 0;
}

static int
check_lists(const struct letter *l, struct err *e)
{
	size_t i;

	if (l->nattachments > LETTER_ATTACHMENTS_MAX)
		return bad("attachments", "is too long", e);
	for (i = 0; i < l->nattachments; i++)
		if (letter_attachment_check(&l->attachments[i], e) == -1)
			return -1;
	return letter_read_check(l->last_read, l->nlast_read, e);
}

static int
check(const struct letter *l, struct err *e)
{
	if (check_numbers(l, e) == -1 || check_names(l, e) == -1 ||
	    check_text(l, e) == -1 || check_ids(l, e) == -1 ||
	    check_lists(l, e) == -1 || check_former(l, e) == -1)
		return -1;
	return 0;
}

static void
append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) == -1)
		mem_out();
}

static json_t *
print_attachments(const struct letter *l)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < l->nattachments; i++) {
		o = json_object();
		wire_set(o, "name", json_string(l->attachments[i].name));
		wire_set(o, "type", json_string(l->attachments[i].type));
		wire_set(o, "size", json_integer(l->attachments[i].size));
		wire_set_hex(o, "hash", l->attachments[i].hash, SEAL_HASH);
		append(list, o);
	}
	return list;
}

static json_t *
string_or_null(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

static json_t *
print(const struct letter *l)
{
	json_t *o = json_object(), *references = json_array();
	size_t i;

	for (i = 0; i < l->nreferences; i++)
		append(references, json_string(l->references[i]));
	wire_set(o, "v", json_integer(1));
	wire_set(o, "case", json_string(l->case_id));
	wire_set(o, "draft", json_integer(l->draft));
	wire_set(o, "revision", json_integer(l->revision));
	wire_set(o, "desk", json_string(l->desk));
	wire_set(o, "author", json_string(l->author));
	wire_set(o, "participant", json_integer(l->participant));
	wire_set(o, "to", string_or_null(l->to));
	wire_set(o, "mode", json_string(l->mode));
	wire_set(o, "subject", json_string(l->subject));
	wire_set(o, "body", json_string(l->body));
	wire_set(o, "attachments", print_attachments(l));
	wire_set(o, "message_id", json_string(l->message_id));
	wire_set(o, "reply_token", json_string(l->reply_token));
	wire_set(o, "in_reply_to", string_or_null(l->in_reply_to));
	wire_set(o, "references", references);
	wire_set(o, "crisis", json_boolean(l->crisis));
	wire_set(o, "not_before", json_integer(l->not_before));
	wire_set(o, "expires", json_integer(l->expires));
	wire_set(o, "last_read", letter_read_print(l->last_read,
	    l->nlast_read));
	if (l->opening > 0)
		wire_set(o, "opening", json_integer(l->opening));
	if (l->nformer > 0) {
		json_t *former = json_array();

		for (i = 0; i < l->nformer; i++)
			append(former, json_string(l->former[i]));
		wire_set(o, "former", former);
	}
	return o;
}

char *
letter_print(const struct letter *l, size_t *len, struct err *e)
{
	json_t *o = NULL;
	char *text = NULL;
	size_t n = 0;

	if (check(l, e) == -1)
		goto out;
	o = print(l);
	text = wire_print(o, &n);
	if (n > LETTER_MAX) {
		err_set(e, ERR_INPUT, "the letter is too large");
		wipe(text);
		text = NULL;
	}
	if (len != NULL)
		*len = n;
out:
	json_decref(o);
	return text;
}

/* A string into a field of fixed size. */
static int
get_word(const json_t *o, const char *name, char *out, size_t size,
    struct err *e)
{
	const char *s;

	if (wire_get_string(o, name, &s, e) == -1)
		return -1;
	if (strlen(s) >= size)
		return bad(name, "is too long", e);
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
get_text(const json_t *o, const char *name, char **out, struct err *e)
{
	const char *s;

	if (wire_get_string(o, name, &s, e) == -1)
		return -1;
	*out = mem_strdup(s);
	return 0;
}

static int
get_text_opt(const json_t *o, const char *name, char **out, struct err *e)
{
	const char *s;

	if (wire_get_string_opt(o, name, &s, e) == -1)
		return -1;
	*out = s == NULL ? NULL : mem_strdup(s);
	return 0;
}

static int
get_attachments(const json_t *o, struct letter *l, struct err *e)
{
	struct letter_attachment *a;
	json_t *list, *one;
	size_t i;

	if (wire_get_array(o, "attachments", LETTER_ATTACHMENTS_MAX, &list,
	    e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		a = &l->attachments[i];
		l->nattachments = i + 1;
		if (wire_only(one, attachment_members, e) == -1 ||
		    get_text(one, "name", &a->name, e) == -1 ||
		    get_text(one, "type", &a->type, e) == -1 ||
		    wire_get_int(one, "size", 0, WIRE_TOP, &a->size,
		    e) == -1 ||
		    wire_get_hex(one, "hash", a->hash, SEAL_HASH, e) == -1)
			return -1;
	}
	return 0;
}

static int
get_references(const json_t *o, struct letter *l, struct err *e)
{
	const char *s;
	json_t *list;
	size_t i;

	if (wire_get_array(o, "references", LETTER_REFERENCES_MAX, &list,
	    e) == -1)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		if (s == NULL)
			return bad("references", "has what is not a string",
			    e);
		l->references[i] = mem_strdup(s);
		l->nreferences = i + 1;
	}
	return 0;
}

/* Absent when there is none: an older reader would not know the member. */
static int
get_former(const json_t *o, struct letter *l, struct err *e)
{
	const char *s;
	json_t *list;
	size_t i;

	if (json_object_get(o, "former") == NULL)
		return 0;
	if (wire_get_array(o, "former", LETTER_FORMER_MAX, &list, e) == -1)
		return -1;
	if (json_array_size(list) == 0)
		return bad("former", "is empty", e);
	for (i = 0; i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		if (s == NULL || !roster_name_valid(s))
			return bad("former", "has what is not a name", e);
		memcpy(l->former[l->nformer++], s, strlen(s) + 1);
	}
	return 0;
}

static int
get_all(const json_t *o, struct letter *l, struct err *e)
{
	int64_t v;

	if (wire_only(o, members, e) == -1 ||
	    wire_get_int(o, "v", 1, 1, &v, e) == -1 ||
	    get_word(o, "case", l->case_id, sizeof(l->case_id), e) == -1 ||
	    wire_get_int(o, "draft", 1, WIRE_TOP, &l->draft, e) == -1 ||
	    wire_get_int(o, "revision", 1, WIRE_TOP, &l->revision,
	    e) == -1 ||
	    get_word(o, "desk", l->desk, sizeof(l->desk), e) == -1 ||
	    get_word(o, "author", l->author, sizeof(l->author), e) == -1 ||
	    wire_get_int(o, "participant", 1, WIRE_TOP, &l->participant,
	    e) == -1 ||
	    get_text_opt(o, "to", &l->to, e) == -1 ||
	    get_word(o, "mode", l->mode, sizeof(l->mode), e) == -1 ||
	    get_text(o, "subject", &l->subject, e) == -1 ||
	    get_text(o, "body", &l->body, e) == -1 ||
	    get_attachments(o, l, e) == -1 ||
	    get_text(o, "message_id", &l->message_id, e) == -1 ||
	    get_text(o, "reply_token", &l->reply_token, e) == -1 ||
	    get_text_opt(o, "in_reply_to", &l->in_reply_to, e) == -1 ||
	    get_references(o, l, e) == -1 ||
	    wire_get_bool(o, "crisis", &l->crisis, e) == -1 ||
	    wire_get_int(o, "not_before", 0, WIRE_TOP, &l->not_before,
	    e) == -1 ||
	    wire_get_int(o, "expires", 1, WIRE_TOP, &l->expires, e) == -1 ||
	    letter_read_get(o, l->last_read, &l->nlast_read, e) == -1 ||
	    (json_object_get(o, "opening") != NULL && wire_get_int(o,
	    "opening", 1, LETTER_BODY_MAX, &l->opening, e) == -1) ||
	    get_former(o, l, e) == -1)
		return -1;
	return 0;
}

int
letter_parse(struct letter *l, const void *bytes, size_t len, struct err *e)
{
	json_t *o = NULL;
	int r = -1;

	letter_init(l);
	if (len > LETTER_MAX) {
		err_set(e, ERR_INPUT, "it is too large");
		goto out;
	}
	if ((o = wire_parse(bytes, len, e)) == NULL ||
	    get_all(o, l, e) == -1 || check(l, e) == -1)
		goto out;
	r = 0;
out:
	if (r == -1) {
		err_prefix(e, "not a letter");
		letter_free(l);
	}
	json_decref(o);
	return r;
}

char *
letter_message_id_new(const char *domain)
{
	unsigned char random[16];
	char hex[2 * sizeof(random) + 1], *id;
	size_t size = sizeof(hex) + strlen(domain) + 3;

	seal_random(random, sizeof(random));
	wire_hex(hex, random, sizeof(random));
	id = mem_alloc(size);
	(void)snprintf(id, size, "<%s@%s>", hex, domain);
	return id;
}

char *
letter_token_new(void)
{
	char *token = mem_alloc(TOKEN_LEN + 1), *p;

	code_random(token, TOKEN_LEN);
	for (p = token; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return token;
}
