/*
 * The letter document: what is printed is parsed alike, and whatever could
 * not be sent safely is neither printed nor parsed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/letter.h"

#define HASH	"00112233445566778899aabbccddeeff" \
		"00112233445566778899aabbccddeeff"

static const char sample[] =
    "{\"v\":1,\"case\":\"7K2M9Q4X\",\"draft\":3,\"revision\":2,"
    "\"desk\":\"youth\",\"author\":\"mari\",\"participant\":1,"
    "\"to\":\"Jaan@example.ee\",\"mode\":\"mail\","
    "\"subject\":\"Your question\",\"body\":\"Tere!\\n\\nK\xc3\xb5ik on "
    "h\xc3\xa4sti.\\n\",\"attachments\":[{\"name\":\"plan.pdf\","
    "\"type\":\"application/pdf\",\"size\":12,\"hash\":\"" HASH "\"}],"
    "\"message_id\":\"<0123456789abcdef@desk.example>\","
    "\"reply_token\":\"0123456789abcdef\","
    "\"in_reply_to\":\"<their!id>\",\"references\":[\"<a@b>\",\"<c>\"],"
    "\"crisis\":false,\"not_before\":0,\"expires\":1800000000,"
    "\"last_read\":[{\"case\":\"7K2M9Q4X\",\"deposit\":\"" HASH "\"}]}";

static json_t *
sample_object(void)
{
	json_t *o = wire_parse(sample, strlen(sample), NULL);

	assert_non_null(o);
	return o;
}

/* What parsing the object says; frees the object. */
static int
parse(json_t *o, struct letter *l, struct err *e)
{
	size_t n = 0;
	char *text = wire_print(o, &n);
	int r = letter_parse(l, text, n, e);

	free(text);
	json_decref(o);
	return r;
}

static void
refused(json_t *o, const char *what)
{
	struct err e = ERR_INIT;
	struct letter l;

	if (parse(o, &l, &e) == 0)
		fail_msg("accepted: %s", what);
	assert_int_equal(e.code, ERR_INPUT);
	assert_null(l.to);
}

static void
refused_value(const char *member, json_t *value)
{
	json_t *o = sample_object();

	assert_non_null(value);
	assert_int_equal(json_object_set_new(o, member, value), 0);
	refused(o, member);
}

static void
refused_text(const char *member, const char *text)
{
	refused_value(member, json_string(text));
}

/* One member inside the first object of a list. */
static void
refused_inside(const char *list, const char *member, json_t *value)
{
	json_t *o = sample_object();
	json_t *first = json_array_get(json_object_get(o, list), 0);

	assert_int_equal(json_object_set_new(first, member, value), 0);
	refused(o, member);
}

static void
letter_goes_round(void **state)
{
	struct err e = ERR_INIT;
	struct letter l, m;
	size_t n = 0, k = 0;
	char *text, *again;

	(void)state;
	if (letter_parse(&l, sample, strlen(sample), &e) == -1)
		fail_msg("%s", e.text);
	assert_string_equal(l.case_id, "7K2M9Q4X");
	assert_int_equal(l.draft, 3);
	assert_int_equal(l.revision, 2);
	assert_string_equal(l.desk, "youth");
	assert_string_equal(l.author, "mari");
	assert_string_equal(l.to, "Jaan@example.ee");
	assert_string_equal(l.subject, "Your question");
	assert_int_equal(l.nattachments, 1);
	assert_string_equal(l.attachments[0].type, "application/pdf");
	assert_int_equal(l.attachments[0].hash[1], 0x11);
	assert_string_equal(l.in_reply_to, "<their!id>");
	assert_int_equal(l.nreferences, 2);
	assert_string_equal(l.references[1], "<c>");
	assert_int_equal(l.expires, 1800000000);
	assert_int_equal(l.last_read[0].deposit[15], 0xff);
	text = letter_print(&l, &n, &e);
	assert_non_null(text);
	assert_int_equal(n, strlen(text));
	assert_int_equal(letter_parse(&m, text, n, &e), 0);
	again = letter_print(&m, &k, &e);
	assert_string_equal(text, again);
	assert_string_equal(m.body, l.body);
	free(text);
	free(again);
	letter_free(&l);
	letter_free(&m);
	letter_free(&m);
	letter_free(NULL);
}

/* What the desk puts in front ends at a line end inside the body. */
static void
an_opening_is_a_part_of_the_body(void **state)
{
	json_t *o = sample_object();
	struct err e = ERR_INIT;
	struct letter l;
	char *text;

	(void)state;
	(void)json_object_set_new(o, "body", json_string("Hello.\n\nYes.\n"));
	(void)json_object_set_new(o, "opening", json_integer(8));
	assert_int_equal(parse(o, &l, &e), 0);
	assert_int_equal(l.opening, 8);
	text = letter_print(&l, NULL, &e);
	assert_non_null(strstr(text, "\"opening\":8"));
	free(text);
	letter_free(&l);
	refused_value("opening", json_integer(0));
	refused_value("opening", json_integer(-1));
	refused_value("opening", json_integer(3));	/* within a line */
	refused_value("opening", json_integer(LETTER_BODY_MAX));
	refused_value("opening", json_null());
}

static void
names_who_wrote_it_before(void **state)
{
	json_t *o = sample_object();
	struct err e = ERR_INIT;
	struct letter l;
	char *text;

	(void)state;
	(void)json_object_set_new(o, "former", json_pack("[s, s]", "anna",
	    "ben"));
	assert_int_equal(parse(o, &l, &e), 0);
	assert_int_equal(l.nformer, 2);
	assert_true(letter_is_former(&l, "ben"));
	assert_false(letter_is_former(&l, l.author));
	text = letter_print(&l, NULL, &e);
	assert_non_null(strstr(text, "\"former\":[\"anna\",\"ben\"]"));
	free(text);
	memcpy(l.former[1], "anna", 5);
	assert_null(letter_print(&l, NULL, &e));
	letter_free(&l);
	refused_value("former", json_array());
	refused_value("former", json_null());
	refused_value("former", json_pack("[s]", "mari"));	/* the author */
	refused_value("former", json_pack("[s, s]", "ben", "ben"));
	refused_value("former", json_pack("[s]", "B en"));
	refused_value("former", json_pack("[i]", 1));
	refused_value("former", json_pack("[s,s,s,s,s,s,s,s,s]", "a", "b",
	    "c", "d", "e", "f", "g", "h", "i"));
}

static void
nulls_are_absent(void **state)
{
	json_t *o = sample_object();
	struct letter l;
	char *text;

	(void)state;
	(void)json_object_set_new(o, "in_reply_to", json_null());
	(void)json_object_set_new(o, "to", json_null());
	(void)json_object_set_new(o, "mode", json_string("pickup"));
	assert_int_equal(parse(o, &l, NULL), 0);
	assert_null(l.to);
	assert_null(l.in_reply_to);
	text = letter_print(&l, NULL, NULL);
	assert_non_null(strstr(text, "\"to\":null"));
	free(text);
	letter_free(&l);
	refused_text("mode", "pickup");
	refused_value("to", json_null());
}

static void
every_member_is_needed(void **state)
{
	static const char *const optional = "in_reply_to";
	json_t *o = sample_object(), *less;
	const char *name;
	json_t *value;

	(void)state;
	json_object_foreach(o, name, value) {
		if (strcmp(name, optional) == 0)
			continue;
		less = sample_object();
		assert_int_equal(json_object_del(less, name), 0);
		refused(less, name);
		refused_value(name, json_object());
		refused_value(name, json_real(1.5));
		if (strcmp(name, "to") != 0)
			refused_value(name, json_null());
	}
	json_decref(o);
	refused_value("cc", json_string("eve@example.org"));
	refused_value("v", json_integer(2));
	refused_inside("attachments", "path", json_string("/x"));
	refused_inside("last_read", "x", json_true());
}

static void
every_byte_counts(void **state)
{
	char text[sizeof(sample)];
	struct letter l;
	size_t i;

	(void)state;
	for (i = 0; i < strlen(sample); i++)
		assert_int_equal(letter_parse(&l, sample, i, NULL), -1);
	for (i = 0; i < strlen(sample); i++) {	/* must not crash or leak */
		memcpy(text, sample, sizeof(text));
		text[i] = (char)(text[i] ^ (1 << i % 8));
		if (letter_parse(&l, text, strlen(sample), NULL) == 0)
			letter_free(&l);
	}
}

static void
broken_text_is_refused(void **state)
{
	char text[sizeof(sample)], *body;
	struct letter l;

	(void)state;
	memcpy(text, sample, sizeof(text));
	body = strstr(text, "K\xc3\xb5ik");
	assert_non_null(body);
	assert_int_equal(letter_parse(&l, text, strlen(text), NULL), 0);
	letter_free(&l);
	body[1] = '\xff';
	assert_int_equal(letter_parse(&l, text, strlen(text), NULL), -1);
}

static void
headers_cannot_be_smuggled(void **state)
{
	static const char *const evil[] = { "a\nBcc: eve@x", "a\r\nBcc: eve@x",
	    "a\rb", "a\tb", "a\x1b[2J", "a\x7f", "a\xc2\x85" "b",
	    "a\xe2\x80\xa8" "b", "\xe2\x80\xae" "gnp", "\xef\xbf\xbf" };
	static const char *const lines[] = { "subject", "to", "message_id",
	    "reply_token", "in_reply_to", "case", "desk", "author", "mode" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
		for (k = 0; k < sizeof(lines) / sizeof(lines[0]); k++)
			refused_text(lines[k], evil[i]);
		refused_inside("attachments", "name", json_string(evil[i]));
		refused_inside("attachments", "type", json_string(evil[i]));
		refused_value("references", json_pack("[s]", evil[i]));
	}
	refused_text("body", "a\rb");
	refused_text("body", "a\r\nb");
	refused_text("body", "a\x1b");
	refused_text("body", "a\xc2\x9b");
	refused_value("subject", json_stringn_nocheck("a\0b", 3));
}

static void
fields_have_their_form(void **state)
{
	static const char *const ids[] = { "", "<>", "a@b", "<a@b", "a@b>",
	    "<a b@c>", "<a@b> <c@d>", "<<a@b>>", "<a@\xc3\xb5>", "<a@b>\n",
	    "<a\x7f@b>" };
	static const char *const names[] = { "", "../x", "a/b", ".x", "-x",
	    "a\\b", "x ", "a\"b" };
	static const char *const types[] = { "", "text", "text/", "/plain",
	    "text/plain; x=y", "a/b/c", "multipart/mixed", "Multipart/x",
	    "message/rfc822", "MESSAGE/partial", "text/pl ain", "t\"/x" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		refused_text("message_id", ids[i]);
		refused_text("in_reply_to", ids[i]);
		refused_value("references", json_pack("[s]", ids[i]));
	}
	refused_text("message_id", "<no-at>");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		refused_inside("attachments", "name", json_string(names[i]));
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		refused_inside("attachments", "type", json_string(types[i]));
	refused_inside("attachments", "size", json_integer(-1));
	refused_inside("attachments", "hash", json_string("00"));
	refused_text("to", "a@b, c@d");
	refused_text("to", "");
	refused_text("subject", "");
	refused_text("body", "");
	refused_text("body", " \n\t\n");
	refused_text("reply_token", "0123456789ABCDEF");
	refused_text("reply_token", "0123456789abcde");
	refused_text("reply_token", "0123456789abcdei");
	refused_text("case", "7K2M9Q4");
	refused_text("case", "7k2m9q4x");
	refused_text("desk", "Youth");
	refused_text("mode", "sms");
	refused_value("draft", json_integer(0));
	refused_value("revision", json_integer(0));
	refused_value("participant", json_integer(-1));
	refused_value("not_before", json_integer(1800000000));
	refused_value("not_before", json_integer(-1));
	refused_value("expires", json_integer(INT64_MAX));
	refused_value("crisis", json_integer(1));
	refused_value("references", json_pack("[n]"));
	refused_value("last_read", json_pack("[{ssss}{ssss}]", "case",
	    "7K2M9Q4X", "deposit", HASH, "case", "7K2M9Q4X", "deposit",
	    HASH));
}

/* A list of n copies of the first of the sample's. */
static json_t *
copies(const char *list, int n)
{
	json_t *o = sample_object(), *many = json_array();
	json_t *first = json_array_get(json_object_get(o, list), 0);

	while (n-- > 0)
		assert_int_equal(json_array_append(many, first), 0);
	json_decref(o);
	return many;
}

static char *
letters(char c, size_t n)
{
	char *s = mem_alloc(n + 1);

	memset(s, c, n);
	return s;
}

static int
accepts(const char *member, json_t *value)
{
	json_t *o = sample_object();
	struct letter l;

	assert_int_equal(json_object_set_new(o, member, value), 0);
	if (parse(o, &l, NULL) == -1)
		return 0;
	letter_free(&l);
	return 1;
}

static int
accepts_length(const char *member, char c, size_t n)
{
	char *text = letters(c, n);
	int r = accepts(member, json_string(text));

	free(text);
	return r;
}

static void
sizes_have_limits(void **state)
{
	char *id = letters('x', LETTER_ID_MAX + 1);

	(void)state;
	assert_true(accepts_length("subject", 'x', LETTER_SUBJECT_MAX));
	assert_false(accepts_length("subject", 'x', LETTER_SUBJECT_MAX + 1));
	assert_true(accepts_length("body", 'x', LETTER_BODY_MAX));
	assert_true(accepts_length("body", '"', LETTER_BODY_MAX));
	assert_false(accepts_length("body", 'x', LETTER_BODY_MAX + 1));
	assert_true(accepts("references", copies("references", 20)));
	assert_false(accepts("references", copies("references", 21)));
	assert_true(accepts("references", json_array()));
	assert_true(accepts("attachments", copies("attachments", 10)));
	assert_false(accepts("attachments", copies("attachments", 11)));
	assert_false(accepts("last_read", copies("last_read", 9)));
	id[0] = '<';
	id[LETTER_ID_MAX] = '>';
	assert_false(accepts("in_reply_to", json_string(id)));
	id[LETTER_ID_MAX - 1] = '>';
	id[LETTER_ID_MAX] = '\0';
	assert_true(accepts("in_reply_to", json_string(id)));
	free(id);
	id = letters(' ', LETTER_MAX + 1);
	memcpy(id, sample, strlen(sample));
	assert_int_equal(letter_parse(&(struct letter){ 0 }, id,
	    LETTER_MAX + 1, NULL), -1);
	free(id);
}

static void
printing_refuses_too(void **state)
{
	struct err e = ERR_INIT;
	struct letter l;
	char *keep;

	(void)state;
	letter_init(&l);
	assert_null(letter_print(&l, NULL, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(letter_parse(&l, sample, strlen(sample), NULL), 0);
	keep = l.subject;
	l.subject = (char[]){ "a\nBcc: eve@example.org" };
	e = (struct err)ERR_INIT;
	assert_null(letter_print(&l, NULL, &e));
	assert_null(strstr(e.text, "eve"));
	l.subject = NULL;
	assert_null(letter_print(&l, NULL, NULL));
	l.subject = keep;
	keep = l.to;
	l.to = (char[]){ "secret name@x" };
	assert_null(letter_print(&l, NULL, &e));
	assert_null(strstr(e.text, "secret"));
	l.to = keep;
	keep = letter_print(&l, NULL, NULL);
	assert_non_null(keep);
	free(keep);
	letter_free(&l);
}

static void
errors_are_quiet(void **state)
{
	struct err e = ERR_INIT;
	json_t *o = sample_object();
	struct letter l;

	(void)state;
	(void)json_object_set_new(o, "to", json_string("canary"));
	assert_int_equal(parse(o, &l, &e), -1);
	assert_null(strstr(e.text, "canary"));
	assert_non_null(strstr(e.text, "'to'"));
}

static void
ids_are_new(void **state)
{
	char *a = letter_message_id_new("desk.example");
	char *b = letter_message_id_new("desk.example");
	char *t = letter_token_new(), *u = letter_token_new();

	(void)state;
	assert_true(letter_id_valid(a));
	assert_int_equal(strlen(a), 1 + 32 + 1 + 12 + 1);
	assert_string_not_equal(a, b);
	assert_string_not_equal(t, u);
	assert_int_equal(strlen(t), 16);
	assert_true(accepts("message_id", json_string(a)));
	assert_true(accepts("reply_token", json_string(t)));
	free(a);
	free(b);
	free(t);
	free(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letter_goes_round),
		cmocka_unit_test(an_opening_is_a_part_of_the_body),
		cmocka_unit_test(names_who_wrote_it_before),
		cmocka_unit_test(nulls_are_absent),
		cmocka_unit_test(every_member_is_needed),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(broken_text_is_refused),
		cmocka_unit_test(headers_cannot_be_smuggled),
		cmocka_unit_test(fields_have_their_form),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(printing_refuses_too),
		cmocka_unit_test(errors_are_quiet),
		cmocka_unit_test(ids_are_new),
	};

	if (seal_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
