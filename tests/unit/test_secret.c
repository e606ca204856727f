/*
 * Secrets in locked memory: a page that was another key's shows nothing of
 * it, what is written beside a key ends the process, and a child of fork(),
 * to which no lock comes along, locks its own.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/seal.h"

#define MANY	100		/* more than are kept */
#define LONG	2000		/* longer than what is kept */

static const unsigned char zeros[LONG];

/* In a child: -1 when it was killed, else what it says. */
static int
in_child(int (*what)(void))
{
	const struct rlimit none = { 0, 0 };
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGSEGV, SIG_DFL);	/* not cmocka's */
		_exit(what());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Is the page of these bytes locked? -1: nobody says. */
static int
is_locked(const void *bytes)
{
	uintptr_t at = (uintptr_t)bytes;
	unsigned long from, to, kib;
	char line[512];
	int here = 0, found = -1;
	FILE *f = fopen("/proc/self/smaps", "re");

	if (f == NULL)
		return -1;
	while (found == -1 && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = at >= from && at < to;
		else if (here && sscanf(line, "Locked: %lu kB", &kib) == 1)
			found = kib > 0;
	}
	(void)fclose(f);
	return found;
}

static void
wipes_a_page_for_the_next_one(void **state)
{
	static const size_t lengths[] = { 32, 1, 0, 33, 400, LONG };
	struct secret *many[MANY];
	size_t round, i, len;

	(void)state;
	for (round = 0; round < 12; round++) {
		len = lengths[round % 6];
		for (i = 0; i < MANY; i++) {
			many[i] = secret_new(len);
			assert_int_equal(many[i]->len, len);
			assert_memory_equal(many[i]->bytes, zeros, len);
			memset(many[i]->bytes, 0xff, len);
		}
		for (i = 0; i < MANY; i++)
			secret_free(many[i]);
	}
}

static void
no_two_have_one_place(void **state)
{
	struct secret *many[MANY];
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		many[i] = secret_new(sizeof(i));
		memcpy(many[i]->bytes, &i, sizeof(i));
	}
	for (i = 0; i < MANY; i++) {
		assert_memory_equal(many[i]->bytes, &i, sizeof(i));
		secret_free(many[i]);
	}
}

static int
freed_twice(void)
{
	struct secret *s = secret_random(32);

	secret_free(s);
	secret_free(s);
	return 0;
}

/* By a pointer of which no compiler knows where it goes. */
static unsigned char *volatile end;

static int
written_behind(void)
{
	struct secret *s = secret_random(33);

	end = s->bytes + s->len;
	*end = 1;
	return 0;
}

static int
written_in_front(void)
{
	struct secret *s = secret_random(33);

	end = s->bytes - 1;
	*end = 1;
	secret_free(s);
	return 0;
}

static int
written_in_front_of_a_long_one(void)
{
	struct secret *s = secret_random(LONG);

	end = s->bytes - 1;
	*end = 1;
	secret_free(s);
	return 0;
}

static void
ends_where_memory_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(in_child(freed_twice), -1);
	assert_int_equal(in_child(written_behind), -1);
	assert_int_equal(in_child(written_in_front), -1);
	assert_int_equal(in_child(written_in_front_of_a_long_one), -1);
}

static int
read_after_free(void)
{
	struct secret *s = secret_random(32);

	end = s->bytes;
	secret_free(s);
	return *end == 0 ? 0 : 2;
}

static int
written_after_free(void)
{
	struct secret *s = secret_random(33);

	end = s->bytes + 32;
	secret_free(s);
	*end = 1;
	return 0;
}

/* What a place that is taken again held shows no more than one that is new. */
static int
used_again(void)
{
	struct secret *s = secret_random(32);

	secret_free(s);
	s = secret_new(160);
	memset(s->bytes, 0xff, s->len);
	secret_free(s);
	return 0;
}

static void
shows_who_uses_it_after_it_was_freed(void **state)
{
	(void)state;
	assert_int_equal(in_child(used_again), 0);
#ifdef SANITIZERS
	assert_int_not_equal(in_child(read_after_free), 0);
	assert_int_not_equal(in_child(written_after_free), 0);
#else				/* wiped, or no page any more */
	assert_true(in_child(read_after_free) <= 0);
	(void)written_after_free;
#endif
}

static struct secret *inherited;

/* Neither of the parent's pages is taken for what the child makes. */
static int
its_own_are_locked(void)
{
	struct secret *first = secret_random(32), *second;

	secret_free(inherited);
	second = secret_random(32);
	if (is_locked(first->bytes) != 1 || is_locked(second->bytes) != 1)
		return 1;
	secret_free(first);
	secret_free(second);
	first = secret_random(32);
	return is_locked(first->bytes) == 1 ? 0 : 2;
}

static void
a_child_locks_its_own(void **state)
{
	(void)state;
	secret_free(secret_random(32));
	inherited = secret_random(32);
#ifndef SANITIZERS		/* they lock nothing */
	if (is_locked(inherited->bytes) != 1)
		skip();		/* this user may not */
	assert_int_equal(in_child(its_own_are_locked), 0);
	assert_int_equal(is_locked(inherited->bytes), 1);
#else
	(void)its_own_are_locked;
#endif
	secret_free(inherited);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wipes_a_page_for_the_next_one),
		cmocka_unit_test(no_two_have_one_place),
		cmocka_unit_test(ends_where_memory_is_wrong),
		cmocka_unit_test(shows_who_uses_it_after_it_was_freed),
		cmocka_unit_test(a_child_locks_its_own),
	};

	if (seal_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
