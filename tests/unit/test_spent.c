/*
 * The file of what was sent: what it counts, what a power cut and a second
 * process do to it, and that damage is never read over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/post/spent.h"
#include "lib/err.h"

#define LINE	97

static char folder[64], file[96], state_folder[80];
static const unsigned char a[SEAL_HASH] = { 1 }, b[SEAL_HASH] = { 2 };

static int
begin(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/test_spent.XXXXXX");
	if (seal_init(NULL) == -1 || mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(state_folder, sizeof(state_folder), "%s/state",
	    folder);
	(void)snprintf(file, sizeof(file), "%s/post", state_folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)unlink(file);
	(void)rmdir(state_folder);
	return rmdir(folder);
}

static struct spent *
opened(void)
{
	struct err e = ERR_INIT;
	struct spent *s = spent_open(folder, &e);

	if (s == NULL)
		fail_msg("%s", e.text);
	return s;
}

static struct spent_state
look(struct spent *s, const unsigned char *hash)
{
	struct err e = ERR_INIT;
	struct spent_state state;

	if (spent_look(s, hash, &state, &e) == -1)
		fail_msg("%s", e.text);
	return state;
}

static void
add(struct spent *s, const unsigned char *hash, enum spent_mark mark)
{
	struct err e = ERR_INIT;

	if (spent_add(s, hash, mark, 1795000000, &e) == -1)
		fail_msg("%s", e.text);
}

static long
size(void)
{
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	return (long)st.st_size;
}

static void
counts_by_letter(void **state)
{
	static const enum spent_mark last[] = { SPENT_ACCEPTED,
	    SPENT_PUBLISHED, SPENT_REFUSED, SPENT_CANCELLED };
	struct spent *s = opened();
	struct spent_state x;
	unsigned char c[SEAL_HASH] = { 3 };
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	x = look(s, a);
	assert_int_equal(x.open, 0);
	assert_false(x.final);
	assert_false(spent_is(&x));
	add(s, a, SPENT_DOT);
	add(s, b, SPENT_DOT);
	x = look(s, a);
	assert_int_equal(x.open, 1);
	assert_false(spent_is(&x));
	/* A reply for now closes the dot. */
	add(s, a, SPENT_VOID);
	assert_int_equal(look(s, a).open, 0);
	assert_int_equal(look(s, b).open, 1);
	/* Two dots in doubt: no third. */
	add(s, b, SPENT_DOT);
	x = look(s, b);
	assert_true(spent_is(&x));
	assert_false(x.final);
	assert_int_equal(spent_add(s, b, SPENT_DOT, 1, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(look(s, b).open, 2);
	for (i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
		c[1]++;
		add(s, c, SPENT_DOT);
		add(s, c, last[i]);
		x = look(s, c);
		assert_true(x.final);
		assert_int_equal(x.mark, last[i]);
		assert_true(spent_is(&x));
		assert_int_equal(spent_add(s, c, SPENT_DOT, 1, &e), -1);
		assert_int_equal(e.code, ERR_CONFLICT);
	}
	spent_close(s);
}

static void
lasts(void **state)
{
	struct spent *s = opened();
	struct spent_state x;

	(void)state;
	add(s, a, SPENT_DOT);
	add(s, a, SPENT_ACCEPTED);
	spent_close(s);
	assert_int_equal(size(), 2 * LINE);
	s = opened();
	x = look(s, a);
	assert_true(x.final);
	assert_int_equal(x.mark, SPENT_ACCEPTED);
	assert_int_equal(x.open, 1);
	spent_close(s);
}

/* However much of the last line is there, the one before it stands. */
static void
tolerates_a_torn_end(void **state)
{
	struct spent *s = opened();
	long cut;

	(void)state;
	add(s, a, SPENT_DOT);
	for (cut = 0; cut <= LINE; cut += cut == 0 || cut == LINE - 1 ? 1 :
	    19) {
		add(s, b, SPENT_DOT);
		assert_int_equal(size(), 2 * LINE);
		assert_int_equal(truncate(file, LINE + cut), 0);
		assert_int_equal(look(s, a).open, 1);
		assert_int_equal(look(s, b).open, cut == LINE);
		if (cut == LINE)
			break;
	}
	spent_close(s);
}

static void
spoil(long at)
{
	FILE *f = fopen(file, "r+");
	int c;

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	c = fgetc(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(c ^ 1, f), c ^ 1);
	assert_int_equal(fclose(f), 0);
}

static void
a_spoiled_last_line_is_torn_too(void **state)
{
	struct spent *s = opened();

	(void)state;
	add(s, a, SPENT_DOT);
	add(s, a, SPENT_DOT);
	spoil(LINE + 20);
	assert_int_equal(look(s, a).open, 1);
	add(s, b, SPENT_ACCEPTED);
	assert_int_equal(size(), 2 * LINE);
	assert_int_equal(look(s, a).open, 1);
	assert_true(look(s, b).final);
	spent_close(s);
}

static void
refuses_damage_before_the_end(void **state)
{
	static const long at[] = { 0, 5, 40, LINE - 12, LINE - 3, LINE - 1 };
	struct err e = ERR_INIT;
	struct spent_state x;
	struct spent *s = opened();
	size_t i;

	(void)state;
	add(s, a, SPENT_ACCEPTED);
	add(s, b, SPENT_DOT);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		spoil(at[i]);
		e.code = ERR_NONE;
		assert_int_equal(spent_look(s, a, &x, &e), -1);
		assert_int_equal(e.code, ERR_IO);
		e.code = ERR_NONE;
		assert_int_equal(spent_add(s, a, SPENT_DOT, 1, &e), -1);
		assert_int_equal(e.code, ERR_IO);
		assert_int_equal(size(), 2 * LINE);
		spoil(at[i]);
	}
	assert_true(look(s, a).final);
	spent_close(s);
}

/* More lines than are read at once. */
static void
finds_the_first_and_the_last_of_many(void **state)
{
	unsigned char c[SEAL_HASH] = { 4 };
	struct spent *s = opened();
	int i;

	(void)state;
	add(s, a, SPENT_REFUSED);
	for (i = 0; i < 1030; i++) {
		c[1] = (unsigned char)i;
		c[2] = (unsigned char)(i >> 8);
		add(s, c, SPENT_DOT);
	}
	add(s, b, SPENT_ACCEPTED);
	assert_int_equal(look(s, a).mark, SPENT_REFUSED);
	assert_int_equal(look(s, b).mark, SPENT_ACCEPTED);
	assert_int_equal(look(s, c).open, 1);
	spent_close(s);
}

/* Of many dots of two processes for one letter two stand, no line is lost. */
static void
is_shared_by_processes(void **state)
{
	struct err e = ERR_INIT;
	struct spent *s;
	pid_t child[2];
	int i, k, status;

	(void)state;
	for (k = 0; k < 2; k++) {
		if ((child[k] = fork()) == 0) {
			s = spent_open(folder, &e);
			for (i = 0; s != NULL && i < 50; i++) {
				(void)spent_add(s, a, SPENT_DOT, i, &e);
				if (spent_add(s, b, SPENT_VOID, i, &e) == -1)
					break;
			}
			_exit(s != NULL && i == 50 ? 0 : 1);
		}
	}
	for (k = 0; k < 2; k++) {
		assert_int_equal(waitpid(child[k], &status, 0), child[k]);
		assert_int_equal(status, 0);
	}
	s = opened();
	assert_int_equal(look(s, a).open, 2);
	assert_int_equal(size(), 102 * LINE);
	spent_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_by_letter, begin, end),
		cmocka_unit_test_setup_teardown(lasts, begin, end),
		cmocka_unit_test_setup_teardown(tolerates_a_torn_end, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    a_spoiled_last_line_is_torn_too, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_damage_before_the_end, begin, end),
		cmocka_unit_test_setup_teardown(
		    finds_the_first_and_the_last_of_many, begin, end),
		cmocka_unit_test_setup_teardown(is_shared_by_processes, begin,
		    end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
