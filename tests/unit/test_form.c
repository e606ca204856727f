/* Bodies of forms: as browsers send them, and every way to misread one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/http/form.h"
#include "lib/buf.h"
#include "lib/err.h"

#define SIMPLE	"application/x-www-form-urlencoded"
#define PARTS	"multipart/form-data; boundary=XyZ"
#define FIELD(name, value) "--XyZ\r\nContent-Disposition: form-data; name=\"" \
			name "\"\r\n\r\n" value "\r\n"
#define FILE_OF(field, name, bytes) "--XyZ\r\nContent-Disposition: " \
			"form-data; name=\"" field "\"; filename=\"" name \
			"\"\r\nContent-Type: image/png\r\n\r\n" bytes "\r\n"
#define END	"--XyZ--\r\n"

static const struct form_limits limits = { 64, 10, 65536, 1024 * 1024 };

/* Everything of a form as text: "a=1;b=2;[f:name:type:bytes]". */
static void
show(const struct form *f, struct buf *out)
{
	size_t i;

	for (i = 0; i < f->n_fields; i++) {
		assert_int_equal(strlen(f->fields[i].value),
		    f->fields[i].len);
		assert_int_equal(buf_addf(out, "%s=%s;", f->fields[i].name,
		    f->fields[i].value), 0);
	}
	for (i = 0; i < f->n_files; i++)
		assert_int_equal(buf_addf(out, "[%s:%s:%s:%.*s]",
		    f->files[i].field, f->files[i].name, f->files[i].type,
		    (int)f->files[i].len, (const char *)f->files[i].bytes),
		    0);
}

/* A body as it was read, or what is said of it. */
static const char *
read_bytes(const char *type, const char *body, size_t len)
{
	static char out[4096];
	struct err e = ERR_INIT;
	struct form f;
	struct buf b;

	buf_init(&b, sizeof(out) - 1);
	if (form_parse(&f, type, body, len, &limits, &e) == -1) {
		assert_int_equal(e.code, ERR_INPUT);
		assert_int_not_equal(f.fault, FORM_FINE);
		assert_int_equal(buf_adds(&b, e.text), 0);
	} else {
		assert_int_equal(f.fault, FORM_FINE);
		show(&f, &b);
	}
	(void)snprintf(out, sizeof(out), "%s", b.bytes);
	buf_free(&b);
	form_free(&f);
	return out;
}

static const char *
read_body(const char *type, const char *body)
{
	return read_bytes(type, body, strlen(body));
}

static const char *
read_parts(const char *body)
{
	return read_body(PARTS, body);
}

static void
simple_forms(void **state)
{
	(void)state;
	assert_string_equal(read_body(SIMPLE, ""), "");
	assert_string_equal(read_body(SIMPLE, "a=1"), "a=1;");
	assert_string_equal(read_body(SIMPLE, "a=1&b=&c=x%3D%26+%2b"),
	    "a=1;b=;c=x=& +;");
	assert_string_equal(read_body(SIMPLE, "letter=%C3%B5%0D%0Ab=c"),
	    "letter=\xc3\xb5\r\nb=c;");
	assert_string_equal(read_body(SIMPLE "; charset=UTF-8", "a=1"),
	    "a=1;");
	assert_string_equal(read_body("APPLICATION/X-WWW-FORM-URLENCODED ;"
	    "charset=\"utf-8\"", "areas%5B1%5D=%61"), "areas[1]=a;");
}

static void
simple_forms_that_are_refused(void **state)
{
	static const char *const bad[] = { "&", "a=1&", "&a=1", "a=1&&b=2",
	    "a", "=1", "a=%", "a=%4", "a=%zz", "a=%4g", "a=% 41", "%zz=1",
	    "a b=1", "a%00=1", "a/b=1", "a;b=1", "%C3%B5=1", NULL };
	size_t i;

	(void)state;
	for (i = 0; bad[i] != NULL; i++)
		assert_non_null(strstr(read_body(SIMPLE, bad[i]),
		    "a field of the form "));
	assert_string_equal(read_body(SIMPLE, "a=1&b=2&a=3"), "the form has "
	    "two fields 'a'");
	assert_string_equal(read_body(SIMPLE, "a=1&%61=3"), "the form has "
	    "two fields 'a'");
	assert_string_equal(read_body(SIMPLE, "a=%00"), "'a' of the form is "
	    "not text in UTF-8");
	assert_string_equal(read_body(SIMPLE, "a=%ff"), "'a' of the form is "
	    "not text in UTF-8");
	assert_string_equal(read_body(SIMPLE, "a=%C0%AF"), "'a' of the form "
	    "is not text in UTF-8");
	assert_string_equal(read_bytes(SIMPLE, "a=x\0y", 5), "'a' of the "
	    "form is not text in UTF-8");
}

static void
types(void **state)
{
	static const char *const bad[] = { "", "text/plain", SIMPLE "x",
	    SIMPLE ", " SIMPLE, SIMPLE "; charset=iso-8859-1",
	    SIMPLE "; boundary=XyZ", SIMPLE ";", "multipart/form-data",
	    "multipart/form-data; boundary=", "multipart/form-data; "
	    "boundary=\"\"", PARTS "; boundary=XyZ", "multipart/mixed; "
	    "boundary=XyZ", "multipart/form-data boundary=XyZ",
	    "multipart/form-data; boundary=\"XyZ", "multipart/form-data; "
	    "boundary=Xy\\Z", "multipart/form-data; boundary=\"Xy Z \"",
	    "multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL };
	static const char *const good[] = { PARTS, "Multipart/Form-Data; "
	    "Boundary=\"XyZ\"", "multipart/form-data;boundary=XyZ; "
	    "charset=utf-8", "multipart/form-data; charset=utf-8 ; "
	    "boundary=XyZ ", NULL };
	struct form f;
	size_t i;

	(void)state;
	for (i = 0; bad[i] != NULL; i++)
		assert_non_null(strstr(read_body(bad[i], ""), "this is not "
		    "the body of a form"));
	for (i = 0; good[i] != NULL; i++)
		assert_string_equal(read_body(good[i], FIELD("a", "1") END),
		    "a=1;");
	assert_int_equal(form_parse(&f, NULL, "a=1", 3, &limits, NULL), -1);
	assert_int_equal(f.fault, FORM_BROKEN);
	form_free(&f);
	form_free(&f);
}

static void
forms_in_parts(void **state)
{
	(void)state;
	assert_string_equal(read_parts(END), "");
	assert_string_equal(read_parts("--XyZ--"), "");
	assert_string_equal(read_parts(FIELD("a", "") FIELD("b", "x\r\ny\r\n")
	    END), "a=;b=x\r\ny\r\n;");
	assert_string_equal(read_parts(FIELD("a", "1")
	    FILE_OF("file", "cat.png", "\x89PNG") END),
	    "a=1;[file:cat.png:image/png:\x89PNG]");
	/* What looks a little like the boundary is content. */
	assert_string_equal(read_parts(FIELD("a", "x--XyZ\r\n-XyZ\r\n--Xy\r\n"
	    "--\r\n\r--XyZ\n--XyZ") END), "a=x--XyZ\r\n-XyZ\r\n--Xy\r\n--\r\n"
	    "\r--XyZ\n--XyZ;");
	/* Several files of one field, and a field for files left empty. */
	assert_string_equal(read_parts(FILE_OF("f", "1", "one")
	    FILE_OF("f", "2", "") FILE_OF("g", "", "") END),
	    "[f:1:image/png:one][f:2:image/png:]");
	/* A file without a name, and one that has no type. */
	assert_string_equal(read_parts(FILE_OF("f", "", "x") "--XyZ\r\n"
	    "content-disposition:form-data;filename=\"n\";name=\"g\"\r\n\r\n"
	    "y\r\n" END), "[f::image/png:x]"
	    "[g:n:application/octet-stream:y]");
	assert_string_equal(read_parts("--XyZ\r\nX-Other: 1\r\n"
	    "Content-Disposition: form-data; name=\"a\"\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n\r\n1\r\n" END),
	    "a=1;");
}

static void
file_names_stay_raw(void **state)
{
	(void)state;
	assert_string_equal(read_parts(FILE_OF("f", "../../etc/passwd", "")
	    END), "[f:../../etc/passwd:image/png:]");
	assert_string_equal(read_parts(FILE_OF("f", "a%22b%0D%0A.png", "")
	    END), "[f:a%22b%0D%0A.png:image/png:]");
	assert_string_equal(read_parts(FILE_OF("f", "a\\\"b\\\\c", "") END),
	    "[f:a\"b\\c:image/png:]");
	assert_string_equal(read_parts(FILE_OF("f", "C:\\dir\\x.doc", "")
	    END), "[f:C:\\dir\\x.doc:image/png:]");
	assert_string_equal(read_parts(FILE_OF("f", "\x1b[2J\xff", "") END),
	    "[f:\x1b[2J\xff:image/png:]");
	assert_string_equal(read_parts(FILE_OF("f", "a; name=x", "") END),
	    "[f:a; name=x:image/png:]");
}

static void
file_types_are_made_safe(void **state)
{
	static const char *const types[] = { "", "image", "/", "image/",
	    "/png", "a/b/c", "\x1b[2J/x", "a b/c", "\xc3\xb5/x", NULL };
	char body[512];
	size_t i;

	(void)state;
	for (i = 0; types[i] != NULL; i++) {
		(void)snprintf(body, sizeof(body), "--XyZ\r\nContent-Type: "
		    "%s\r\nContent-Disposition: form-data; name=\"f\"; "
		    "filename=\"n\"\r\n\r\n\r\n" END, types[i]);
		assert_string_equal(read_parts(body),
		    "[f:n:application/octet-stream:]");
	}
	assert_string_equal(read_parts("--XyZ\r\nContent-Type: text/plain ; "
	    "charset=x\r\nContent-Disposition: form-data; name=\"f\"; "
	    "filename=\"n\"\r\n\r\n\r\n" END), "[f:n:text/plain:]");
}

/* A part whose disposition goes on so. */
#define PART(rest) "--XyZ\r\nContent-Disposition: " rest "\r\n\r\n1\r\n" END
#define WITH(header) NAMED header "\r\n\r\n1\r\n" END
#define NAMED	"--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n"

static void
parts_that_are_refused(void **state)
{
	static const char *const bad[] = {
	    /* boundaries */
	    "", "XyZ", "\r\n" END, "preamble\r\n" END, "--XyZ", "--XyZ\n",
	    "--XyZ \r\n", "--XyZ-", "--XyZ-- ", END "epilogue", END END,
	    "--XyZ--\n", "--XyZa--\r\n", FIELD("a", "1"),
	    FIELD("a", "1") "--XyZ", FIELD("a", "1") "--XyZ\r\n",
	    FIELD("a", "--XyZ\r\n") END, FIELD("a", "\r\n--XyZa") END,
	    FIELD("a", "\r\n--XyZ") END,
	    NAMED "\r\n1", NAMED "\r\n1--XyZ--\r\n", NAMED "\r\n1\n--XyZ--",
	    /* headers */
	    "--XyZ\r\n\r\n1\r\n" END, NAMED, NAMED "--XyZ--\r\n",
	    NAMED "\r\n--XyZ--\r\n", WITH(": x"),
	    WITH(" folded"), WITH("No colon"), WITH("Bad name: x"),
	    WITH("X: a\nb"), WITH("X: a\rb"), WITH("X : a"),
	    WITH("Content-Transfer-Encoding: base64"),
	    WITH("Content-Disposition: form-data; name=\"b\""),
	    WITH("Content-Type: a/b\r\nContent-Type: a/b"),
	    "--XyZ\r\nContent-Type: a/b\r\n\r\n1\r\n" END,
	    /* dispositions */
	    PART(""), PART("form-data"), PART("form-data;"),
	    PART("form-data; name"), PART("form-data; name="),
	    PART("form-data; name=a"), PART("form-data; name=\"a"),
	    PART("form-data; name=\"\""), PART("form-data; name=\"a\"x"),
	    PART("form-data; name=\"a\\\"; filename=\"b\""),
	    PART("form-data; name=\"a\"; name=\"b\""),
	    PART("form-data; name=\"a\"; filename=\"b\"; filename=\"c\""),
	    PART("form-data; name=\"a\"; filename*=utf-8''b"),
	    PART("form-data; name=\"a\"; other=\"b\""),
	    PART("form-data; filename=\"b\""), PART("form-data name=\"a\""),
	    PART("form-datax; name=\"a\""), PART("attachment; name=\"a\""),
	    PART("form-data; name=\"a b\""), PART("form-data; name=\"\xc3\xb5"
	    "\""), PART("form-data; name=\"a\"; "), NULL };
	const char *said;
	size_t i;

	(void)state;
	for (i = 0; bad[i] != NULL; i++) {
		said = read_parts(bad[i]);
		if (strstr(said, "the form cannot be read: ") == NULL &&
		    strstr(said, "a field of the form has no name") == NULL)
			fail_msg("%zu: '%s' gives '%s'", i, bad[i], said);
	}
	assert_string_equal(read_parts(FIELD("a", "1") FIELD("a", "2") END),
	    "the form has two fields 'a'");
	assert_string_equal(read_parts(FIELD("a", "1") FILE_OF("a", "n", "")
	    END), "'a' is a file and a field of the form");
	assert_string_equal(read_parts(FILE_OF("a", "n", "") FIELD("a", "1")
	    END), "'a' is a file and a field of the form");
	assert_string_equal(read_parts(FIELD("a", "\xff") END), "'a' of the "
	    "form is not text in UTF-8");
}

/* A whole body with a NUL at each place: never a crash, never unnoticed. */
static void
a_nul_anywhere(void **state)
{
	static const char body[] = FIELD("a", "1") FILE_OF("f", "n", "xy") END;
	char copy[sizeof(body)];
	const char *said;
	size_t i, files = 0;

	(void)state;
	for (i = 0; i < sizeof(body) - 1; i++) {
		memcpy(copy, body, sizeof(body));
		copy[i] = '\0';
		said = read_bytes(PARTS, copy, sizeof(body) - 1);
		/* Only a file may have one. */
		if (said[0] == 'a' && said[1] == '=')
			files++;
	}
	assert_int_equal(files, 2);
}

/* The same, cut short at each place. */
static void
every_beginning_is_refused(void **state)
{
	static const char body[] = FIELD("a", "1") FILE_OF("f", "n", "xy")
	    "--XyZ--";
	char *copy;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(body) - 1; i++) {
		/* Of its own, so that a step too far is seen. */
		copy = mem_alloc(i == 0 ? 1 : i);
		memcpy(copy, body, i);
		assert_non_null(strstr(read_bytes(PARTS, copy, i),
		    "the form cannot be read: "));
		free(copy);
	}
	assert_string_equal(read_parts(body), "a=1;[f:n:image/png:xy]");
}

/* A form of so many fields and files, and a text of so many bytes. */
static void
make_form(struct buf *b, size_t fields, size_t files, size_t text)
{
	char *letter = mem_alloc(text + 1);
	size_t i;

	memset(letter, 'x', text);
	buf_init(b, 64 * 1024 * 1024);
	for (i = 0; i < files; i++)
		assert_int_equal(buf_adds(b, FILE_OF("f", "n", "y")), 0);
	for (i = 1; i < fields; i++)
		assert_int_equal(buf_addf(b, FIELD("f%zu", "1"), i), 0);
	assert_int_equal(buf_adds(b, "--XyZ\r\nContent-Disposition: "
	    "form-data; name=\"letter\"\r\n\r\n"), 0);
	assert_int_equal(buf_add(b, letter, text), 0);
	assert_int_equal(buf_adds(b, "\r\n" END), 0);
	free(letter);
}

/* What is wrong with it, and what is left of it. */
static enum form_fault
fault_of(size_t fields, size_t files, size_t text, size_t all,
    size_t *n_fields)
{
	struct form_limits l = limits;
	enum form_fault fault;
	struct form f;
	struct buf b;

	make_form(&b, fields, files, text);
	l.all = all == 0 ? b.len : b.len - 1;
	(void)form_parse(&f, PARTS, b.bytes, b.len, &l, NULL);
	fault = f.fault;
	*n_fields = f.n_fields;
	assert_true(f.n_files <= limits.files);
	/* The page can come back with the letter. */
	if (fault < FORM_FIELDS) {
		assert_int_equal(f.n_files, files < 10 ? files : 10);
		assert_int_equal(strlen(form_value(&f, "letter")), text);
	}
	assert_null(form_value(&f, "none"));
	form_free(&f);
	buf_free(&b);
	return fault;
}

static void
bounds(void **state)
{
	struct form_limits l = limits;
	struct form f;
	struct buf b;
	size_t n;

	(void)state;
	assert_int_equal(fault_of(64, 10, 65536, 0, &n), FORM_FINE);
	assert_int_equal(n, 64);
	assert_int_equal(fault_of(64, 10, 65537, 0, &n), FORM_LONG);
	assert_int_equal(n, 64);
	assert_int_equal(fault_of(64, 11, 65536, 0, &n), FORM_FILES);
	assert_int_equal(n, 64);
	assert_int_equal(fault_of(64, 10, 65536, 1, &n), FORM_LARGE);
	assert_int_equal(n, 64);
	assert_int_equal(fault_of(64, 900, 65537, 1, &n), FORM_FILES);
	assert_int_equal(fault_of(65, 10, 65536, 0, &n), FORM_FIELDS);
	assert_int_equal(n, 64);
	/* Far too many, in both ways. */
	assert_int_equal(fault_of(100000, 0, 1, 0, &n), FORM_FIELDS);
	assert_int_equal(n, 64);
	assert_int_equal(fault_of(1, 100000, 1, 0, &n), FORM_BROKEN);
	assert_int_equal(n, 0);
	/* A simple form has the same bounds. */
	buf_init(&b, 1024 * 1024);
	for (n = 0; n < 100000 && b.len < 1000000; n++)
		assert_int_equal(buf_addf(&b, "%sf%zu=", n == 0 ? "" : "&",
		    n), 0);
	assert_int_equal(form_parse(&f, SIMPLE, b.bytes, b.len, &l, NULL),
	    -1);
	assert_int_equal(f.fault, FORM_FIELDS);
	assert_int_equal(f.n_fields, 64);
	form_free(&f);
	l.text = 3;
	assert_int_equal(form_parse(&f, SIMPLE, "a=%41+1&b=12345", 15, &l,
	    NULL), -1);
	assert_int_equal(f.fault, FORM_LONG);
	assert_string_equal(form_value(&f, "a"), "A 1");
	assert_string_equal(form_value(&f, "b"), "12345");
	form_free(&f);
	buf_free(&b);
}

/* A name of so many bytes, as a field's or a file's. */
static int
named(const char *format, size_t len)
{
	char *name = mem_alloc(len + 1);
	struct form f;
	struct buf b;
	int r;

	memset(name, 'n', len);
	buf_init(&b, 64 * 1024);
	assert_int_equal(buf_adds(&b, "--XyZ\r\nContent-Disposition: "), 0);
	assert_int_equal(buf_adds(&b, format), 0);
	assert_int_equal(buf_adds(&b, name), 0);
	assert_int_equal(buf_adds(&b, "\"\r\n\r\nx\r\n" END), 0);
	r = form_parse(&f, PARTS, b.bytes, b.len, &limits, NULL);
	form_free(&f);
	buf_free(&b);
	free(name);
	return r;
}

static void
long_names_and_headers(void **state)
{
	static const char file[] = "form-data; name=\"f\"; filename=\"";
	struct form f;
	struct buf b;
	size_t i;

	(void)state;
	assert_int_equal(named("form-data; name=\"", 64), 0);
	assert_int_equal(named("form-data; name=\"", 65), -1);
	assert_int_equal(named(file, 1024), 0);
	assert_int_equal(named(file, 1025), -1);
	assert_int_equal(named(file, 5000), -1);
	buf_init(&b, 1024 * 1024);
	assert_int_equal(buf_adds(&b, NAMED), 0);
	for (i = 0; i < 1000; i++)
		assert_int_equal(buf_adds(&b, "X-Much: xxxxxxxxxxxx\r\n"), 0);
	assert_int_equal(buf_adds(&b, "\r\n1\r\n" END), 0);
	assert_int_equal(form_parse(&f, PARTS, b.bytes, b.len, &limits, NULL),
	    -1);
	assert_int_equal(f.fault, FORM_BROKEN);
	form_free(&f);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_forms),
		cmocka_unit_test(simple_forms_that_are_refused),
		cmocka_unit_test(types),
		cmocka_unit_test(forms_in_parts),
		cmocka_unit_test(file_names_stay_raw),
		cmocka_unit_test(file_types_are_made_safe),
		cmocka_unit_test(parts_that_are_refused),
		cmocka_unit_test(a_nul_anywhere),
		cmocka_unit_test(every_beginning_is_refused),
		cmocka_unit_test(bounds),
		cmocka_unit_test(long_names_and_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
