/*
 * Secrets: only from files that nobody else can see, never over one that is
 * there, and whole or not at all on the way to a role.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/secrets.h"
#include "lib/err.h"
#include "lib/seal.h"

static char folder[64];

static int
make(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/test_secrets.XXXXXX");
	return mkdtemp(folder) == NULL || seal_init(&e) == -1;
}

static int
drop(void **state)
{
	static const char *const names[] = { "a", "b", "link" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static void
put_file(const char *name, const char *text, mode_t mode)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static void
refused(const char *name, size_t size, enum err_code code)
{
	struct err e = ERR_INIT;

	assert_null(secrets_load(folder, name, size, &e));
	assert_int_equal(e.code, code);
	assert_non_null(strstr(e.text, name));
}

static void
stored_and_loaded(void **state)
{
	struct secret *one = secret_random(32), *two;
	struct err e = ERR_INIT;
	struct stat st;
	char path[128];

	(void)state;
	assert_int_equal(secrets_store(folder, "a", one, &e), 0);
	two = secrets_load(folder, "a", 32, &e);
	assert_non_null(two);
	assert_memory_equal(one->bytes, two->bytes, 32);
	secret_free(two);
	(void)snprintf(path, sizeof(path), "%s/a", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* Never over one that is there. */
	two = secret_random(32);
	assert_int_equal(secrets_store(folder, "a", two, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	secret_free(two);
	two = secrets_load(folder, "a", 32, &e);
	assert_non_null(two);
	assert_memory_equal(one->bytes, two->bytes, 32);
	secret_free(two);
	secret_free(one);
	refused("a", 31, ERR_INPUT);
}

static void
passwords(void **state)
{
	static const char *const typed[] = { "geheim", "geheim\n",
	    "geheim\r\n" };
	struct err e = ERR_INIT;
	struct secret *s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		put_file("a", typed[i], 0600);
		s = secrets_load(folder, "a", 0, &e);
		assert_non_null(s);
		assert_int_equal(s->len, 6);
		assert_memory_equal(s->bytes, "geheim", 6);
		secret_free(s);
	}
	put_file("a", "a\n\n", 0600);	/* one line end, not all */
	s = secrets_load(folder, "a", 0, &e);
	assert_non_null(s);
	assert_int_equal(s->len, 2);
	secret_free(s);
	put_file("a", "", 0600);
	refused("a", 0, ERR_INPUT);
	put_file("a", "\n", 0600);
	refused("a", 0, ERR_INPUT);
}

static void
open_to_others(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0601, 0660 };
	struct err e = ERR_INIT;
	char path[128], target[128];
	size_t i;

	(void)state;
	refused("none", 0, ERR_GONE);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put_file("a", "x", modes[i]);
		refused("a", 0, ERR_DENIED);
	}
	put_file("b", "x", 0600);
	(void)snprintf(target, sizeof(target), "%s/b", folder);
	(void)snprintf(path, sizeof(path), "%s/link", folder);
	assert_int_equal(symlink(target, path), 0);
	refused("link", 0, ERR_DENIED);
	assert_int_equal(secrets_check(folder, &e), 0);
	assert_int_equal(chmod(folder, 0750), 0);
	assert_int_equal(secrets_check(folder, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(secrets_check(target, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	if (geteuid() == 0) {
		assert_int_equal(chown(target, 1, 1), 0);
		refused("b", 0, ERR_DENIED);
	}
}

static void
handed_on(void **state)
{
	struct secrets *from = secrets_new(), *to;
	struct err e = ERR_INIT;
	const struct secret *s;
	struct secret *large = secret_random(65535);
	int fd, again;

	(void)state;
	secrets_put(from, "pepper", secret_copy("0123", 4));
	secrets_put(from, "imap", secret_copy("", 0));
	secrets_put(from, "large", secret_copy(large->bytes, large->len));
	fd = secrets_to_fd(from, &e);
	assert_true(fd != -1);
	secrets_free(from);
	/* Nobody changes it any more. */
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	/* Each reader begins at the beginning. */
	for (again = 0; again < 2; again++) {
		to = secrets_from_fd(fd, &e);
		assert_non_null(to);
		s = secrets_get(to, "pepper");
		assert_non_null(s);
		assert_int_equal(s->len, 4);
		assert_memory_equal(s->bytes, "0123", 4);
		assert_non_null(s = secrets_get(to, "imap"));
		assert_int_equal(s->len, 0);
		assert_non_null(s = secrets_get(to, "large"));
		assert_int_equal(s->len, large->len);
		assert_memory_equal(s->bytes, large->bytes, large->len);
		assert_null(secrets_get(to, "pep"));
		secrets_free(to);
	}
	(void)close(fd);
	secret_free(large);
}

/* A memfd with one record. */
static int
held(const char *name, const char *value)
{
	struct secrets *s = secrets_new();
	struct err e = ERR_INIT;
	int fd;

	secrets_put(s, name, secret_copy(value, strlen(value)));
	fd = secrets_to_fd(s, &e);
	assert_true(fd != -1);
	secrets_free(s);
	return fd;
}

static void
compared(void **state)
{
	struct err e = ERR_INIT;
	int a = held("imap", "secret"), same = held("imap", "secret");
	int value = held("imap", "secreT"), name = held("smtp", "secret");
	int shorter = held("imap", "secre"), copy = dup(a);

	(void)state;
	assert_int_equal(secrets_same(a, same, &e), 1);
	assert_int_equal(secrets_same(a, value, &e), 0);
	assert_int_equal(secrets_same(a, name, &e), 0);
	assert_int_equal(secrets_same(a, shorter, &e), 0);
	assert_int_equal(secrets_same(a, copy, &e), 1);
	(void)close(copy);
	assert_int_equal(secrets_same(a, copy, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	(void)close(a);
	(void)close(same);
	(void)close(value);
	(void)close(name);
	(void)close(shorter);
}

static void
damaged(void **state)
{
	static const unsigned char whole[] = "\1a\0\2xy\1b\0\1z";
	struct secrets *s;
	struct err e = ERR_INIT;
	size_t n;
	int fd;

	(void)state;
	for (n = 0; n < sizeof(whole); n++) {
		fd = secrets_memory("test", whole, n, &e);
		assert_true(fd != -1);
		s = secrets_from_fd(fd, &e);
		/* Whole with none, one or two records; else refused. */
		if (n == 0 || n == 6 || n == sizeof(whole) - 1)
			assert_non_null(s);
		else
			assert_null(s);
		secrets_free(s);
		(void)close(fd);
	}
	s = secrets_new();
	secrets_put(s, "a", secret_new(65536));
	assert_int_equal(secrets_to_fd(s, &e), -1);
	secrets_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stored_and_loaded, make,
		    drop),
		cmocka_unit_test_setup_teardown(passwords, make, drop),
		cmocka_unit_test_setup_teardown(open_to_others, make, drop),
		cmocka_unit_test_setup_teardown(handed_on, make, drop),
		cmocka_unit_test_setup_teardown(compared, make, drop),
		cmocka_unit_test_setup_teardown(damaged, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
