/*
 * Composed mail: one message byte for byte, the traps one by one, and a
 * collection of hostile samples.  With COMPOSE_SAMPLES=DIR every sample is
 * also written there (NAME.eml, NAME.json) for compose_check.py to read.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/buf.h"
#include "lib/compose.h"
#include "lib/compose_encode.h"
#include "lib/err.h"
#include "lib/letter.h"

#define DATE		INT64_C(1795484892)	/* 2026-11-24 01:48:12 */
#define MESSAGE_MAX	(4 * 1024 * 1024)
#define OTILDE		"\xc3\xb5"
#define GRIN		"\xf0\x9f\x98\x80"
#define HAN		"\xe4\xbd\xa0\xe5\xa5\xbd"
#define TEN(s)		s s s s s s s s s s
#define LONG_WORD	TEN("abcdefghij") TEN("abcdefghij")

struct sample {
	const char	*name;
	const char	*from_name, *from, *to, *reply_to;
	const char	*subject, *body;
	const char	*auto_submitted;
	const char	*files[LETTER_ATTACHMENTS_MAX];
	int		 nreferences;
	size_t		 file_size;
};

static const struct sample samples[] = {
	{ .name = "plain", .from_name = "Youth Desk",
	    .reply_to = "desk+0123456789abcdef@desk.example",
	    .body = "Tere!\n\nK" OTILDE "ik on h\xc3\xa4sti.\n" },
	{ .name = "subject-estonian", .subject = "Sinu k" OTILDE "ne" },
	{ .name = "subject-spaces", .subject = "  two  and one " },
	{ .name = "subject-double", .subject = TEN("a  bb  c  dd  e  ") "f" },
	{ .name = "subject-blank", .subject = " " },
	{ .name = "subject-encoded", .subject = "a =?utf-8?q?evil?= b" },
	{ .name = "subject-words", .subject = TEN("fifteen letters ") "end" },
	{ .name = "subject-long", .subject = LONG_WORD },
	{ .name = "subject-latin", .subject = TEN("K" OTILDE "ik on hea. ")
	    TEN(OTILDE) "?" },
	{ .name = "subject-emoji", .subject = TEN(GRIN) TEN(GRIN) "a" TEN(GRIN)
	    TEN(GRIN) },
	{ .name = "subject-han", .subject = TEN(HAN) "a" TEN(HAN) HAN },
	{ .name = "subject-signs", .subject = "_?=\"\\<>()@,;:[]. " OTILDE },
	{ .name = "from-signs", .from_name = "Desk, \"of\" <eve@x> (\\)" },
	{ .name = "from-comma", .from_name = "Desk, Youth; <a@b>" },
	{ .name = "from-estonian", .from_name = "N" OTILDE "u, ja j" OTILDE },
	{ .name = "from-long", .from_name = TEN(GRIN) TEN(HAN) TEN(GRIN) },
	{ .name = "from-encoded", .from_name = "=?utf-8?q?evil?=" },
	{ .name = "addresses-long",
	    .from_name = "A name of some length that folds the line",
	    .from = TEN("abcdef") "@" TEN("abcdefgh.abcdefgh.") "ee",
	    .to = TEN("ghijkl") "@" TEN("abcdefgh.abcdefgh.") "ee" },
	{ .name = "addresses-utf8", .from_name = "Desk",
	    .to = OTILDE "@k" OTILDE "rv.ee" },
	{ .name = "references", .nreferences = LETTER_REFERENCES_MAX },
	{ .name = "automatic", .auto_submitted = "auto-replied" },
	{ .name = "body-dots", .body = ".\n..\n.a\nFrom me\nFrom\n>From me\n"
	    "From x \n--\n-- \n\n.\n" },
	{ .name = "body-blanks", .body = " \n\t\n a \n\t\ta\t\n \n" },
	{ .name = "body-open", .body = "no line end" },
	{ .name = "body-many-ends", .body = "a\n\n\n\n" },
	{ .name = "body-equals", .body = "=\n=3D=\n" TEN("==========") "\n" },
	{ .name = "body-long", .body = LONG_WORD LONG_WORD "\n" TEN(HAN GRIN)
	    "\n" TEN("From .... ") TEN("From .... ") "\n"
	    TEN("..........") "\n" },
	{ .name = "body-header", .body = "Bcc: eve@example.org\n\nx\n" },
	{ .name = "body-boundary", .file_size = 10, .files = { "x.pdf" },
	    .body = "--=_000102030405060708090a0b0c0d0e0f--\n"
	    "\n--=_000102030405060708090a0b0c0d0e0f\n\n" },
	{ .name = "files", .file_size = 4000, .files = { "plan.pdf",
	    "two words (1).txt", "k" OTILDE "ne.pdf", "it's 100% = #1.txt",
	    HAN GRIN, LONG_WORD, TEN(HAN HAN HAN) ".pdf",
	    "=_utf-8_q_evil_=.txt", "a" TEN("=======") } },
	{ .name = "file-empty", .files = { "empty.txt" } },
	{ .name = "file-one", .file_size = 1, .files = { "a" } },
	{ .name = "file-large", .file_size = 1000003, .files = { "b.bin" } },
};
#define NSAMPLES	(sizeof(samples) / sizeof(samples[0]))

/* A letter and what it is composed with; strings are borrowed. */
struct fixture {
	struct letter	 letter;
	struct compose	 compose;
	const void	*bytes[LETTER_ATTACHMENTS_MAX];
	size_t		 sizes[LETTER_ATTACHMENTS_MAX];
	char		*content;
	char		 references[LETTER_REFERENCES_MAX][LETTER_ID_MAX + 1];
};

static char *
borrow(const char *s, const char *otherwise)
{
	char *copy;

	s = s == NULL ? otherwise : s;
	memcpy(&copy, &s, sizeof(copy));
	return copy;
}

static void
add_files(struct fixture *x, const struct sample *s)
{
	struct letter_attachment *a;
	size_t i;

	x->content = mem_alloc(s->file_size);
	for (i = 0; i < s->file_size; i++)
		x->content[i] = (char)(i * i >> 3 ^ i);
	for (i = 0; s->files[i] != NULL; i++) {
		a = &x->letter.attachments[i];
		a->name = borrow(s->files[i], "");
		a->type = borrow("application/octet-stream", "");
		a->size = (int64_t)s->file_size;
		seal_hash(a->hash, LETTER_ATTACHMENT_HASH, x->content,
		    s->file_size);
		x->bytes[i] = x->content;
		x->sizes[i] = s->file_size;
		x->letter.nattachments = i + 1;
	}
}

static void
prepare(struct fixture *x, const struct sample *s)
{
	struct letter *l = &x->letter;
	int i;

	memset(x, 0, sizeof(*x));
	l->to = borrow(s->to, "jaan@example.ee");
	l->subject = borrow(s->subject, "Your question");
	l->body = borrow(s->body, "Hello.\n");
	l->message_id = borrow("<0123456789abcdef0123456789abcdef@"
	    "desk.example>", "");
	for (i = 0; i < s->nreferences; i++) {
		x->references[i][0] = '<';
		memset(x->references[i] + 1, 'a' + i, i % 4 == 0 ? 250 :
		    (size_t)i + 1);
		(void)strcat(x->references[i], "@a>");
		l->references[i] = x->references[i];
		l->in_reply_to = x->references[i];
		l->nreferences++;
	}
	add_files(x, s);
	x->compose.letter = l;
	x->compose.from_name = s->from_name;
	x->compose.from_address = s->from == NULL ? "desk@desk.example" :
	    s->from;
	x->compose.reply_to = s->reply_to;
	x->compose.auto_submitted = s->auto_submitted;
	x->compose.date_s = DATE;
	x->compose.attachments = x->bytes;
	x->compose.attachment_sizes = x->sizes;
	for (i = 0; i < 16; i++)
		x->compose.boundary_seed[i] = (unsigned char)i;
}

static void
composed(const struct fixture *x, struct buf *out)
{
	struct err e = ERR_INIT;

	buf_init(out, MESSAGE_MAX);
	if (compose_message(&x->compose, out, &e) == -1)
		fail_msg("%s", e.text);
}

static void
plain_message_byte_for_byte(void **state)
{
	struct fixture x;
	struct buf b;

	(void)state;
	prepare(&x, &samples[0]);
	composed(&x, &b);
	assert_string_equal(b.bytes,
	    "From: \"Youth Desk\" <desk@desk.example>\r\n"
	    "To: jaan@example.ee\r\n"
	    "Reply-To: desk+0123456789abcdef@desk.example\r\n"
	    "Subject: Your question\r\n"
	    "Date: Tue, 24 Nov 2026 01:48:12 +0000\r\n"
	    "Message-ID: <0123456789abcdef0123456789abcdef@desk.example>\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "Tere!\r\n"
	    "\r\n"
	    "K=C3=B5ik on h=C3=A4sti.\r\n");
	buf_free(&b);
	free(x.content);
}

/* What holds for every message, whatever stands in it. */
static void
check_bytes(const struct buf *b, const char *name)
{
	const char *p, *end;

	assert_int_equal(strlen(b->bytes), b->len);
	for (p = b->bytes; *p != '\0'; p = end + 1) {
		if ((end = strchr(p, '\n')) == NULL)
			fail_msg("%s: no CRLF at the end", name);
		if (end == p || end[-1] != '\r' || memchr(p, '\r',
		    (size_t)(end - p) - 1) != NULL)
			fail_msg("%s: a bare line end", name);
		if (end - p > 998 || *p == '.' || strncmp(p, "From ", 5) == 0)
			fail_msg("%s: a line that does not survive", name);
	}
}

static void
save(const char *dir, const char *name, const char *ending, const char *text,
    size_t n)
{
	char path[4096];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", dir, name, ending);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static json_t *
expected_files(const struct fixture *x)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < x->letter.nattachments; i++) {
		o = json_object();
		(void)json_object_set_new(o, "name",
		    json_string(x->letter.attachments[i].name));
		(void)json_object_set_new(o, "type",
		    json_string(x->letter.attachments[i].type));
		wire_set_hex(o, "hex", x->bytes[i], x->sizes[i]);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static char *
expected(const struct fixture *x, size_t *len)
{
	const struct letter *l = &x->letter;
	const struct compose *c = &x->compose;
	json_t *o = json_pack("{ss ss ss? s[] ss so sI}",
	    "from", c->from_address, "to", l->to, "reply_to", c->reply_to,
	    "references", "subject", l->subject, "attachments",
	    expected_files(x), "date", (json_int_t)c->date_s);
	json_t *list;
	struct buf text;
	char *out;
	size_t i;

	assert_non_null(o);
	list = json_object_get(o, "references");
	for (i = 0; i < l->nreferences; i++)
		(void)json_array_append_new(list,
		    json_string(l->references[i]));
	buf_init(&text, LETTER_BODY_MAX);
	(void)buf_adds(&text, l->body);
	while (text.len > 0 && text.bytes[text.len - 1] == '\n')
		text.len--;
	(void)buf_addc(&text, '\n');
	(void)json_object_set_new(o, "text", json_stringn(text.bytes,
	    text.len));
	(void)json_object_set_new(o, "from_name", json_string(
	    c->from_name == NULL ? "" : c->from_name));
	(void)json_object_set_new(o, "message_id", json_string(
	    l->message_id));
	(void)json_object_set_new(o, "in_reply_to", l->in_reply_to == NULL ?
	    json_null() : json_string(l->in_reply_to));
	(void)json_object_set_new(o, "auto_submitted",
	    c->auto_submitted == NULL ? json_null() :
	    json_string(c->auto_submitted));
	out = wire_print(o, len);
	json_decref(o);
	buf_free(&text);
	return out;
}

static void
keep_sample(const struct fixture *x, const struct buf *b, const char *name)
{
	const char *dir = getenv("COMPOSE_SAMPLES");
	size_t n = 0;
	char *json;

	check_bytes(b, name);
	if (dir == NULL)
		return;
	json = expected(x, &n);
	save(dir, name, "eml", b->bytes, b->len);
	save(dir, name, "json", json, n);
	free(json);
}

static void
samples_are_composed(void **state)
{
	struct fixture x;
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < NSAMPLES; i++) {
		prepare(&x, &samples[i]);
		composed(&x, &b);
		keep_sample(&x, &b, samples[i].name);
		buf_free(&b);
		free(x.content);
	}
}

/* Texts thrown together from what is touchy in mail. */
static void
noise_is_composed(void **state)
{
	static const char *const bits[] = { "a", "From ", ".", "=", " ", "\n",
	    "\t", OTILDE, GRIN, "?=", "=?", "--", "_", "\"", "=_", "word ",
	    "\n\n", "\n.\n", "abcdefghijklmnopqrstuvwxyz", HAN };
	char body[2000], subject[LETTER_SUBJECT_MAX + 1], name[32];
	uint32_t r = 88172645;
	const char *bit;
	struct fixture x;
	struct buf b;
	int round, i;

	(void)state;
	for (round = 0; round < 60; round++) {
		body[0] = subject[0] = '\0';
		for (i = 0; i < 60; i++) {
			r = r * 1664525 + 1013904223;
			bit = bits[(r >> 16) % (sizeof(bits) /
			    sizeof(bits[0]))];
			(void)strcat(body, bit);
			if (strpbrk(bit, "\n\t") == NULL && strlen(subject) +
			    strlen(bit) <= LETTER_SUBJECT_MAX)
				(void)strcat(subject, bit);
		}
		(void)snprintf(name, sizeof(name), "noise-%d", round);
		prepare(&x, &(struct sample){ .subject = subject,
		    .body = body, .from_name = subject });
		composed(&x, &b);
		keep_sample(&x, &b, name);
		buf_free(&b);
		free(x.content);
	}
}

static void
qp(const char *in, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(compose_quoted_printable(&b, in), 0);
	assert_string_equal(b.bytes, want);
	buf_free(&b);
}

static void
quoted_printable_holds(void **state)
{
	(void)state;
	qp("", "\r\n");
	qp("\n\n", "\r\n");
	qp("a", "a\r\n");
	qp("a\n\nb\n\n", "a\r\n\r\nb\r\n");
	qp("a \nb\t\n c", "a=20\r\nb=09\r\n c\r\n");
	qp(".\n.a b.", "=2E\r\n=2Ea b.\r\n");
	qp("From a\nFrom\n From a", "=46rom a\r\nFrom\r\n From a\r\n");
	qp("1+1=2", "1+1=3D2\r\n");
	qp(OTILDE, "=C3=B5\r\n");
	/* 74 characters: the next of two bytes goes to a line of its own */
	qp(TEN("abcdefg") "abcd" OTILDE "x",
	    TEN("abcdefg") "abcd=\r\n=C3=B5x\r\n");
	/* 75 fit; what follows a soft line end is a line start, too */
	qp(TEN("abcdefg") "abcde.", TEN("abcdefg") "abcde=\r\n=2E\r\n");
	qp(TEN("abcdefg") "abcdeFrom x",
	    TEN("abcdefg") "abcde=\r\n=46rom x\r\n");
}

static void
refused(const struct fixture *x, const char *what)
{
	struct err e = ERR_INIT;
	struct buf b;

	buf_init(&b, MESSAGE_MAX);
	(void)buf_adds(&b, "before");
	if (compose_message(&x->compose, &b, &e) == 0)
		fail_msg("composed: %s", what);
	assert_int_equal(e.code, ERR_INPUT);
	assert_string_equal(b.bytes, "before");
	assert_int_equal(b.len, 6);
	assert_null(strstr(e.text, "eve"));
	buf_free(&b);
}

static void
line_ends_do_not_become_headers(void **state)
{
	static const char *const evil[] = { "eve\nBcc: eve@x", "eve\r\n\r\neve",
	    "eve\r", "eve@x\n", "eve\x0b", "eve\xc2\x85", "eve\xe2\x80\xa8",
	    "eve\xff", "<eve@x>\r\nBcc: <eve@x>", "\xe2\x80\xae" "eve" };
	struct fixture x, y;
	size_t i;

	(void)state;
	prepare(&x, &(struct sample){ .nreferences = 2, .file_size = 1,
	    .files = { "a" } });
	for (i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
#define REFUSED(field)	do {					\
		y = x;							\
		y.compose.letter = &y.letter;				\
		y.compose.attachments = y.bytes;			\
		y.compose.attachment_sizes = y.sizes;			\
		y.field = borrow(evil[i], "");				\
		refused(&y, #field);					\
	} while (0)
		REFUSED(letter.to);
		REFUSED(letter.subject);
		REFUSED(letter.message_id);
		REFUSED(letter.in_reply_to);
		REFUSED(letter.references[1]);
		REFUSED(letter.attachments[0].name);
		REFUSED(letter.attachments[0].type);
		REFUSED(compose.from_name);
		REFUSED(compose.from_address);
		REFUSED(compose.reply_to);
		REFUSED(compose.auto_submitted);
	}
	free(x.content);
}

static void
letter_must_be_whole(void **state)
{
	struct fixture x;
	struct letter *l = &x.letter;

	(void)state;
	prepare(&x, &(struct sample){ .file_size = 9, .files = { "a" } });
	x.content[0] ^= 1;
	refused(&x, "another attachment");
	x.content[0] ^= 1;
	x.sizes[0]--;
	refused(&x, "a shorter attachment");
	x.sizes[0]++;
	x.compose.attachments = NULL;
	refused(&x, "no attachments");
	x.compose.attachments = x.bytes;
	l->attachments[0].type = borrow("message/rfc822", "");
	refused(&x, "a message as attachment");
	free(x.content);
#define WITHOUT(member, value) do {				\
		prepare(&x, &samples[0]);				\
		x.member = value;					\
		refused(&x, #member);					\
		free(x.content);					\
	} while (0)
	WITHOUT(letter.to, NULL);
	WITHOUT(letter.subject, NULL);
	WITHOUT(letter.subject, borrow("", ""));
	WITHOUT(letter.body, NULL);
	WITHOUT(letter.body, borrow(" \n\t\n", ""));
	WITHOUT(letter.body, borrow("a\rb", ""));
	WITHOUT(letter.body, borrow("a\r\nb", ""));
	WITHOUT(letter.body, borrow("a\x1b", ""));
	WITHOUT(letter.message_id, NULL);
	WITHOUT(compose.from_address, NULL);
	WITHOUT(compose.date_s, -1);
	WITHOUT(compose.date_s, INT64_C(253402300800));
	WITHOUT(letter.to, borrow("a@b,c@d", ""));
	WITHOUT(letter.nreferences, LETTER_REFERENCES_MAX + 1);
}

/* Wherever the buffer ends, nothing of the message is left behind. */
static void
full_buffer_is_an_error(void **state)
{
	static const struct sample s = { .name = "", .file_size = 100,
	    .from_name = OTILDE, .subject = OTILDE, .nreferences = 3,
	    .files = { "k" OTILDE, LONG_WORD, "a" } };
	struct err e = ERR_INIT;
	struct fixture x;
	struct buf b;
	size_t max, whole;

	(void)state;
	prepare(&x, &s);
	composed(&x, &b);
	whole = b.len;
	buf_free(&b);
	for (max = 0; max < whole; max++) {
		buf_init(&b, max);
		assert_int_equal(compose_message(&x.compose, &b, &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		assert_int_equal(b.len, 0);
		assert_string_equal(b.bytes, "");
		buf_free(&b);
	}
	buf_init(&b, whole);
	assert_int_equal(compose_message(&x.compose, &b, &e), 0);
	buf_free(&b);
	free(x.content);
}

static void
dated(int64_t date_s, const char *want)
{
	struct fixture x;
	struct buf b;

	prepare(&x, &samples[0]);
	x.compose.date_s = date_s;
	composed(&x, &b);
	assert_non_null(strstr(b.bytes, want));
	buf_free(&b);
	free(x.content);
}

static void
dates_are_utc(void **state)
{
	(void)state;
	(void)setenv("TZ", "WIB-7", 1);
	tzset();
	dated(0, "\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n");
	dated(951782399, "\r\nDate: Mon, 28 Feb 2000 23:59:59 +0000\r\n");
	dated(INT64_C(253402300799),
	    "\r\nDate: Fri, 31 Dec 9999 23:59:59 +0000\r\n");
}

static void
smtputf8_is_for_foreign_addresses(void **state)
{
	(void)state;
	assert_false(compose_needs_smtputf8("a@b"));
	assert_false(compose_needs_smtputf8("a@xn--p1ai"));
	assert_true(compose_needs_smtputf8(OTILDE "@b"));
	assert_true(compose_needs_smtputf8("a@" OTILDE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_message_byte_for_byte),
		cmocka_unit_test(samples_are_composed),
		cmocka_unit_test(noise_is_composed),
		cmocka_unit_test(quoted_printable_holds),
		cmocka_unit_test(line_ends_do_not_become_headers),
		cmocka_unit_test(letter_must_be_whole),
		cmocka_unit_test(full_buffer_is_an_error),
		cmocka_unit_test(dates_are_utc),
		cmocka_unit_test(smtputf8_is_for_foreign_addresses),
	};

	if (seal_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
