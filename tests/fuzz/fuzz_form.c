/*
 * Bodies of forms (daemon/http/form.c) under dice.
 *
 * What is read lies within the body, names no field twice, is UTF-8 and
 * within the limits; and what was read and is written again as a form of the
 * simple kind reads the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "daemon/http/form.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/text.h"
#include "tests/fuzz/fuzz.h"

#define ROUNDS	60000
#define SIMPLE	"application/x-www-form-urlencoded"
#define PARTS	"multipart/form-data; boundary=XyZ"
#define DISPOSED "--XyZ\r\nContent-Disposition: form-data; name="

static const struct form_limits limits = { 6, 3, 200, 2000 };

static const char *const good[] = {
    "a=1&b=%C3%B5+x&letter=long%0D%0Atext&areas%5B1%5D=on&e=&f=%25",
    DISPOSED "\"a\"\r\n\r\n1\r\n--XyZ--\r\n",
    DISPOSED "\"letter\"\r\n\r\nlong\r\ntext \xc3\xb5\r\n" DISPOSED
    "\"f\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG"
    "\r\n--Xy\r\n\r\n" DISPOSED "\"f\"; filename=\"\"\r\nContent-Type: "
    "application/octet-stream\r\n\r\n\r\n--XyZ--\r\n",
    DISPOSED "\"empty\"\r\n\r\n\r\n" DISPOSED "\"f\"; filename=\"C:\\\\x\\"
    "\".doc\"\r\n\r\nx\r\n--XyZ--" };

static const char *const words[] = { "\r\n", "\r", "\n", "\r\n\r\n",
    "--XyZ", "\r\n--XyZ", "\r\n--XyZ\r\n", "\r\n--XyZ--", "--", "\"", "\\",
    "; name=\"a\"", "; filename=\"b\"", "; filename*=utf-8''x", ";", "=",
    "&", "%", "%00", "%ff", "%c3%b5", "+", "a=1&", "&a", ": ",
    "Content-Type: a/b\r\n", "Content-Transfer-Encoding: base64\r\n",
    "Content-Disposition: form-data\r\n", DISPOSED "\"a\"\r\n\r\n1\r\n",
    DISPOSED "\"f\"; filename=\"n\"\r\n\r\n1\r\n", " ", "\t", "\xff",
    "\xc0\x80", "\xed\xa0\x80", "\x1b[2J", NULL };

static void
check_fields(const struct form *f)
{
	const struct form_field *a;
	size_t i, k;

	for (i = 0; i < f->n_fields; i++) {
		a = &f->fields[i];
		assert_in_range(strlen(a->name), 1, FORM_NAME_MAX);
		assert_int_equal(strlen(a->value), a->len);
		assert_true(text_is_utf8(a->value, a->len));
		if (f->fault == FORM_FINE)
			assert_true(a->len <= limits.text);
		assert_ptr_equal(form_value(f, a->name), a->value);
		for (k = 0; k < f->n_files; k++)
			assert_string_not_equal(f->files[k].field, a->name);
	}
}

static void
check_files(const struct form *f, const char *body, size_t len)
{
	const struct form_file *a;
	size_t i;

	for (i = 0; i < f->n_files; i++) {
		a = &f->files[i];
		assert_in_range(strlen(a->field), 1, FORM_NAME_MAX);
		assert_true(strlen(a->name) <= FORM_FILE_NAME_MAX);
		assert_null(strpbrk(a->name, "\r\n"));
		assert_non_null(strchr(a->type, '/'));
		assert_true((const char *)a->bytes >= body);
		assert_true((const char *)a->bytes + a->len <= body + len);
	}
}

/* The fields once more, every byte of them encoded. */
static void
check_again(const struct form *f, struct buf *b)
{
	struct form_limits wide = { 100, 100, 1 << 20, 1 << 22 };
	struct form again;
	const char *p;
	size_t i;

	buf_clear(b);
	for (i = 0; i < f->n_fields; i++) {
		assert_int_equal(buf_addf(b, "%s%s=", i == 0 ? "" : "&",
		    f->fields[i].name), 0);
		for (p = f->fields[i].value; *p != '\0'; p++)
			assert_int_equal(buf_addf(b, "%%%02x",
			    (unsigned int)(unsigned char)*p), 0);
	}
	assert_int_equal(form_parse(&again, SIMPLE, b->bytes, b->len, &wide,
	    NULL), 0);
	assert_int_equal(again.n_fields, f->n_fields);
	for (i = 0; i < f->n_fields; i++) {
		assert_string_equal(again.fields[i].name, f->fields[i].name);
		assert_string_equal(again.fields[i].value,
		    f->fields[i].value);
	}
	form_free(&again);
}

static int
check(const char *type, const struct buf *input, struct buf *b)
{
	/* Of its own, so that a step too far is seen. */
	char *body = mem_alloc(input->len);
	struct err e = ERR_INIT;
	struct form f;
	int r;

	memcpy(body, input->bytes, input->len);
	r = form_parse(&f, type, body, input->len, &limits, &e);
	if (r == -1) {
		assert_int_equal(e.code, ERR_INPUT);
		assert_int_not_equal(f.fault, FORM_FINE);
	} else {
		assert_int_equal(f.fault, FORM_FINE);
		assert_true(input->len <= limits.all);
	}
	assert_true(f.n_fields <= limits.fields);
	assert_true(f.n_files <= limits.files);
	check_fields(&f);
	check_files(&f, body, input->len);
	check_again(&f, b);
	form_free(&f);
	free(body);
	return r == 0;
}

static void
what_is_read_was_there_once(void **state)
{
	struct fuzz_seeds seeds = { NULL, NULL, 0 };
	size_t i, accepted = 0, rounds = 0;
	struct buf b, input;
	struct fuzz f;

	(void)state;
	buf_init(&b, 4 * 1024 * 1024);
	buf_init(&input, 4 * 1024 * 1024);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		buf_clear(&input);
		assert_int_equal(buf_adds(&input, good[i]), 0);
		assert_int_equal(check(i == 0 ? SIMPLE : PARTS, &input, &b),
		    1);
		fuzz_add_seed(&seeds, good[i], strlen(good[i]));
	}
	for (fuzz_begin(&f, ROUNDS); fuzz_next(&f);) {
		fuzz_input(&f, &seeds, words, &input);
		accepted += (size_t)check(memchr(input.bytes, '\r',
		    input.len) == NULL ? SIMPLE : PARTS, &input, &b);
		rounds++;
	}
	/* Both happen often, or the dice are no test. */
	assert_true(accepted > rounds / 50 && accepted < rounds / 2);
	buf_free(&input);
	buf_free(&b);
	fuzz_free_seeds(&seeds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_was_there_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
