/* Text files that a service may edit: whole, by lines, and their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/config_lines.h"
#include "lib/buf.h"
#include "lib/err.h"

#define MOST	((size_t)4096)

static char path[] = "/tmp/test_config_lines.XXXXXX";

static int
set_up(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd == -1 ? -1 : close(fd);
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void
put(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
whole(void **state)
{
	struct err e = ERR_INIT;
	char *s;

	(void)state;
	put("a\tb\n\303\274\n", 7);
	assert_non_null(s = config_text(path, 7, &e));
	assert_string_equal(s, "a\tb\n\303\274\n");
	free(s);
	assert_null(config_text(path, 6, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(e.text, "longer than 6 bytes"));
	put("", 0);
	assert_non_null(s = config_text(path, 0, &e));
	assert_string_equal(s, "");
	free(s);
}

static void
not_text(void **state)
{
	static const char bad[][4] = { "\377a", "a\033[", "\302\200", "a\0b" };
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(bad[i], i == sizeof(bad) / sizeof(bad[0]) - 1 ? 3 :
		    strlen(bad[i]));
		assert_null(config_text(path, MOST, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.text, path));
	}
	assert_null(config_text("/nowhere", MOST, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(e.text, "cannot open '/nowhere'"));
}

static void
assert_next(struct config_lines *l, const char *want)
{
	struct err e = ERR_INIT;
	char *line;

	assert_int_equal(config_lines_next(l, &line, &e), 1);
	assert_string_equal(line, want);
	line[0] = '\0';		/* the caller's to cut up */
}

static void
by_lines(void **state)
{
	struct err e = ERR_INIT;
	struct config_lines l;
	char *line;

	(void)state;
	put("one\n\n two\nend", 13);
	assert_int_equal(config_lines_open(&l, path, MOST, &e), 0);
	assert_next(&l, "one");
	assert_next(&l, "");
	assert_next(&l, " two");
	assert_next(&l, "end");
	assert_int_equal(config_lines_next(&l, &line, &e), 0);
	assert_int_equal(config_lines_next(&l, &line, &e), 0);
	assert_int_equal(l.number, 4);
	assert_int_equal(config_lines_fail(&l, "it ends", &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_string_equal(e.text + strlen(path), ":4: it ends");
	config_lines_close(&l);
	config_lines_close(&l);		/* twice is harmless */
	assert_int_equal(config_lines_open(&l, path, 12, &e), -1);
	config_lines_close(&l);
	assert_int_equal(config_lines_open(&l, "/nowhere", MOST, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	config_lines_close(&l);
}

/* The second line is this one: what is said of it, NULL nothing. */
static void
assert_second(const char *bytes, size_t n, const char *want)
{
	struct err e = ERR_INIT;
	struct config_lines l;
	struct buf b;
	char *line;

	buf_init(&b, 2 * MOST);
	assert_int_equal(buf_adds(&b, "x\n"), 0);
	assert_int_equal(buf_add(&b, bytes, n), 0);
	put(b.bytes, b.len);
	buf_free(&b);
	assert_int_equal(config_lines_open(&l, path, MOST, &e), 0);
	assert_next(&l, "x");
	assert_int_equal(config_lines_next(&l, &line, &e), want == NULL ? 1 :
	    -1);
	if (want != NULL)
		assert_string_equal(e.text + strlen(path), want);
	config_lines_close(&l);
}

static void
lines_that_are_wrong(void **state)
{
	char *s = mem_alloc(CONFIG_LINE_MAX + 2);

	(void)state;
	memset(s, 'x', CONFIG_LINE_MAX + 1);
	assert_second(s, CONFIG_LINE_MAX, NULL);
	assert_second(s, CONFIG_LINE_MAX + 1, ":2: the line is too long");
	s[CONFIG_LINE_MAX] = '\n';
	assert_second(s, CONFIG_LINE_MAX + 1, NULL);
	assert_second("\377\n", 2, ":2: this is not plain UTF-8 text");
	assert_second("a\r\n", 3, ":2: this is not plain UTF-8 text");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(not_text),
		cmocka_unit_test(by_lines),
		cmocka_unit_test(lines_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
