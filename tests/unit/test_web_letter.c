/* A form as a message: what stands in it, and that nothing else can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/http/form.h"
#include "daemon/web/web_letter.h"
#include "lib/buf.h"

#define NOW	INT64_C(1795000000)
#define FILES	3

/* The message of a text and files. The caller frees. */
static char *
make(const char *text, struct form_file *files, size_t n, size_t *len)
{
	struct form form;

	memset(&form, 0, sizeof(form));
	form.files = files;
	form.n_files = n;
	return web_letter_make(&form, text, NOW, len);
}

static struct form_file
file(const char *name, const char *type, const char *bytes, size_t len)
{
	struct form_file f = { "file", name, type, bytes, len };

	return f;
}

/* How often it stands there. */
static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

/* Only header lines that we know, up to the first empty one. */
static void
assert_header(const char *message)
{
	static const char *const names[] = { "Date: ", "MIME-Version: 1.0",
	    "Content-Type: ", "Content-Transfer-Encoding: ", NULL };
	const char *end = strstr(message, "\r\n\r\n"), *at;
	int i;

	assert_non_null(end);
	for (at = message; at < end; at = strstr(at, "\r\n") + 2) {
		for (i = 0; names[i] != NULL &&
		    strncmp(at, names[i], strlen(names[i])) != 0; i++)
			;
		if (names[i] == NULL)
			fail_msg("a header that is not ours: %.40s", at);
	}
}

static void
a_text_alone(void **state)
{
	size_t len;
	char *s = make("a\r\nb\rc\nd = \303\244\n.\r\n", NULL, 0, &len);

	(void)state;
	assert_int_equal(strlen(s), len);
	assert_header(s);
	assert_non_null(strstr(s, "Date: Wed, 18 Nov 2026 "));
	assert_null(strstr(s, "From"));
	assert_null(strstr(s, "multipart"));
	assert_non_null(strstr(s, "\r\n\r\na\r\nb\r\nc\r\nd =3D =C3=A4\r\n"));
	free(s);
}

static void
a_text_is_never_a_header(void **state)
{
	static const char text[] = "Bcc: x@example.org\n\nSubject: y\n--b\n";
	struct form_file f = file("a", "text/plain", "z", 1);
	size_t len;
	char *s = make(text, NULL, 0, &len);

	(void)state;
	assert_header(s);
	free(s);
	s = make(text, &f, 1, &len);
	assert_header(s);
	free(s);
}

static void
files_in_their_own_bytes(void **state)
{
	static const char bytes[] = "a\0b\r\n--x\r\n.\r\nFrom c\n";
	struct form_file f[FILES] = {
	    file("p\303\244evik.txt", "image/png", bytes, sizeof(bytes)),
	    file("", "application/octet-stream", "", 0), /* none chosen */
	    file("empty", "a/b", "", 0) };
	char *s, *boundary, mark[80];
	size_t len, i, found = 0;

	(void)state;
	s = make("text", f, FILES, &len);
	assert_header(s);
	assert_non_null(boundary = strstr(s, "boundary=\""));
	(void)snprintf(mark, sizeof(mark), "\r\n--%.32s", boundary + 10);
	/* Text, two files, the end. */
	for (i = 0; i + strlen(mark) <= len; i++)
		found += memcmp(s + i, mark, strlen(mark)) == 0;
	assert_int_equal(found, 4);
	for (found = i = 0; i + sizeof(bytes) <= len; i++)
		found += memcmp(s + i, bytes, sizeof(bytes)) == 0;
	assert_int_equal(found, 1);
	free(s);
	/* Another boundary each time, which no file can know. */
	s = make("text", f, FILES, &len);
	assert_null(strstr(s, mark + 4));
	free(s);
}

/* The header of the one file with this name and type. The caller frees. */
static char *
header_of(const char *name, const char *type)
{
	struct form_file f = file(name, type, "x", 1);
	char *s, *at, *out;
	size_t len;

	s = make("text", &f, 1, &len);
	assert_int_equal(strlen(s), len);
	assert_header(s);
	assert_non_null(at = strstr(s, "\r\n\r\n"));	/* header */
	assert_non_null(at = strstr(at + 4, "\r\n\r\n"));	/* text's */
	assert_non_null(at = strstr(at, "\r\n--"));
	assert_non_null(at = strstr(at + 4, "\r\n"));
	out = mem_strdup(at + 2);
	*strstr(out, "\r\n\r\n") = '\0';
	free(s);
	return out;
}

static void
evil_names_are_harmless(void **state)
{
	static const char *const evil[] = { "../../etc/passwd", "/etc/passwd",
	    "C:\\a\\b.exe", "a\r\nBcc: x@example.org", "a\r\n\r\nbody",
	    "a\"; x=\"y", "a\342\200\256gpj.exe", "\377\376", "-rf", "..",
	    ".bashrc", "$(id)`id`", "a\tb\033[2J", NULL };
	char *s, *name;
	int i;

	(void)state;
	for (i = 0; evil[i] != NULL; i++) {
		s = header_of(evil[i], "a/b");
		/* Three headers, folded or not, and no more. */
		assert_int_equal(count(s, "Content-"), 3);
		assert_int_equal(count(s, "\r\n") - count(s, "\r\n "), 2);
		assert_null(strstr(s, "\nBcc"));
		assert_non_null(name = strstr(s, "filename"));
		if (strpbrk(name, "/\\`$\033\t\377") != NULL ||
		    strstr(name, "\342\200\256") != NULL ||
		    strstr(name, "%E2%80%AE") != NULL)
			fail_msg("this name came through: %s", name);
		free(s);
	}
}

static void
long_names_end(void **state)
{
	char name[FORM_FILE_NAME_MAX], *s, *line;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	s = header_of(name, "a/b");
	assert_true(count(s, "x") <= 200);
	for (line = s; line != NULL; line = strstr(line, "\r\n")) {
		line += line == s ? 0 : 2;
		assert_true(strcspn(line, "\r\n") <= 998);
	}
	free(s);
}

static void
no_file_is_looked_into(void **state)
{
	static const char *const types[] = { "multipart/mixed",
	    "MULTIPART/x", "message/rfc822", "Message/partial", NULL };
	char *s;
	int i;

	(void)state;
	for (i = 0; types[i] != NULL; i++) {
		s = header_of("a", types[i]);
		assert_non_null(strstr(s,
		    "Content-Type: application/octet-stream"));
		free(s);
	}
	s = header_of("a", "text/html");
	assert_non_null(strstr(s, "Content-Type: text/html"));
	assert_non_null(strstr(s, "Content-Disposition: attachment;"));
	free(s);
}

static void
bytes_of_all_files(void **state)
{
	struct form_file f[2] = { file("a", "a/b", "xyz", 3),
	    file("b", "a/b", "x", 1) };
	struct form form;

	(void)state;
	memset(&form, 0, sizeof(form));
	assert_int_equal(web_letter_files(&form), 0);
	form.files = f;
	form.n_files = 2;
	assert_int_equal(web_letter_files(&form), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_alone),
		cmocka_unit_test(a_text_is_never_a_header),
		cmocka_unit_test(files_in_their_own_bytes),
		cmocka_unit_test(evil_names_are_harmless),
		cmocka_unit_test(long_names_end),
		cmocka_unit_test(no_file_is_looked_into),
		cmocka_unit_test(bytes_of_all_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
