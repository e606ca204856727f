/*
 * Buffers: the limit holds, nothing is added halfway, the NUL is there; and
 * what is written to a file comes back whole.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/io.h"

static void
grows_to_its_limit(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1000);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(buf_addc(&b, 'x'), 0);
		assert_int_equal(b.bytes[b.len], 0);
	}
	assert_int_equal(buf_addc(&b, 'x'), -1);
	assert_int_equal(buf_adds(&b, "x"), -1);
	assert_int_equal(buf_addf(&b, "%d", 1), -1);
	assert_int_equal(buf_add(&b, "", 0), 0);
	assert_int_equal(buf_add(&b, "x", SIZE_MAX), -1);
	assert_int_equal(b.len, 1000);
	buf_free(&b);
}

static void
adds_all_or_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	assert_int_equal(buf_addf(&b, "%s-%d", "abc", 12), 0);
	assert_string_equal(b.bytes, "abc-12");
	assert_int_equal(buf_addf(&b, "%d", 345), -1);
	assert_int_equal(buf_adds(&b, "345"), -1);
	assert_string_equal(b.bytes, "abc-12");
	assert_int_equal(buf_addf(&b, "%d", 34), 0);
	assert_string_equal(b.bytes, "abc-1234");
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.bytes, "");
	assert_int_equal(buf_adds(&b, "again"), 0);
	assert_string_equal(b.bytes, "again");
	buf_free(&b);
}

static void
gives_its_bytes_away(void **state)
{
	struct buf b;
	size_t len = 0;
	char *bytes;

	(void)state;
	buf_init(&b, 64);
	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	bytes = buf_take(&b, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(bytes, "a\0b", 4);
	free(bytes);
	assert_int_equal(buf_addc(&b, 'x'), -1);
	buf_free(&b);
	buf_free(&b);
}

static void
allocates_zeroed(void **state)
{
	char *zero = mem_alloc(4), *dup = mem_dup("ab", 2);
	char *text = mem_strdup("ab");

	(void)state;
	assert_memory_equal(zero, "\0\0\0\0", 4);
	assert_memory_equal(dup, "ab", 3);
	assert_string_equal(text, "ab");
	free(zero);
	free(dup);
	free(text);
}

static void
writes_and_reads_to_the_end(void **state)
{
	char bytes[20000];
	struct buf b;
	FILE *file = tmpfile();
	int fd;
	size_t i;

	(void)state;
	assert_non_null(file);
	fd = fileno(file);
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i % 251);
	assert_int_equal(io_write(fd, bytes, sizeof(bytes)), 0);
	buf_init(&b, sizeof(bytes) + 1);
	assert_int_equal(buf_addc(&b, '>'), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(io_read(fd, &b), 0);
	assert_int_equal(b.len, sizeof(bytes) + 1);
	assert_memory_equal(b.bytes + 1, bytes, sizeof(bytes));
	buf_free(&b);
	buf_init(&b, sizeof(bytes) - 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(io_read(fd, &b), -1);
	assert_int_equal(errno, EFBIG);
	buf_free(&b);
	(void)fclose(file);
	assert_int_equal(io_write(-1, "x", 1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(io_read(-1, &b), -1);
	assert_int_equal(errno, EBADF);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_to_its_limit),
		cmocka_unit_test(adds_all_or_nothing),
		cmocka_unit_test(gives_its_bytes_away),
		cmocka_unit_test(allocates_zeroed),
		cmocka_unit_test(writes_and_reads_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
