/*
 * Several letters beside each other.  Called teduh-reader this program is
 * a helper that cannot read either: it says back what it was given, or hangs
 * when it is told so.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/desk/reading_frame.h"
#include "daemon/desk/readings.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "tests/unit/helper_kit.h"

#define LETTERS	10
#define HANG	"hang"

static const struct reading_rules rules = { NULL, NULL, NULL, NULL,
    NULL, NULL, NULL };
static char self[4096];		/* this program, absolute */

/* ---- the helper ---- */

static int
echo(void)
{
	static const unsigned char fate[2] = { FRAME_EXIT, 0 };
	static const char hello = FRAME_HELLO;
	unsigned char head[FRAME_ASK_HEAD], reply[FRAME_REPLY_HEAD];
	char mail[FRAME_SENTENCE_MAX];
	uint32_t n;
	int fd;

	(void)send(0, &hello, 1, MSG_NOSIGNAL);
	while ((fd = helper_kit_letter()) != -1) {
		if (recv(fd, head, sizeof(head), MSG_WAITALL) !=
		    (ssize_t)sizeof(head) ||
		    (n = frame_get(head + 28)) > sizeof(mail) ||
		    recv(fd, mail, n, MSG_WAITALL) != (ssize_t)n)
			return 1;
		if (n == strlen(HANG) && memcmp(mail, HANG, n) == 0)
			(void)pause();
		frame_put(reply, FRAME_UNREADABLE);
		frame_put(reply + 4, n);
		frame_put(reply + 8, 0);
		(void)send(fd, reply, sizeof(reply), MSG_NOSIGNAL);
		(void)send(fd, mail, n, MSG_NOSIGNAL);
		(void)close(fd);
		(void)send(0, fate, sizeof(fate), MSG_NOSIGNAL);
	}
	return 0;
}

/* ---- the tests ---- */

/* The next one that comes back. */
static const char *
wait_next(struct readings *r, struct reading *out)
{
	struct pollfd list[READINGS_MAX];
	struct err e = ERR_INIT;
	void *who = NULL;
	int done;

	while ((done = readings_next(r, &who, out, &e)) == 0)
		(void)poll(list, readings_watch(r, list), 1000);
	assert_int_equal(done, 1);
	return who;
}

static void
assert_none(struct readings *r)
{
	struct pollfd list[READINGS_MAX];
	struct err e = ERR_INIT;
	struct reading out;
	void *who;

	assert_int_equal(readings_next(r, &who, &out, &e), 0);
	assert_int_equal(readings_watch(r, list), 0);
}

static void
each_comes_back_once(void **state)
{
	static const char *const mails[LETTERS] = { "0", "1", "2", "3", "4",
	    "5", "6", "7", "8", "9" };
	struct readings *r = readings_open(self);
	struct reading out;
	const char *who;
	int i, seen[LETTERS] = { 0 };

	(void)state;
	assert_none(r);
	for (i = 0; i < LETTERS; i++)
		readings_add(r, mem_strdup(mails[i]), mails[i], 1, &rules);
	for (i = 0; i < LETTERS; i++) {
		who = wait_next(r, &out);
		assert_string_equal(out.why, who);	/* its own answer */
		seen[who[0] - '0']++;
		free((void *)(uintptr_t)who);
		reading_free(&out);
	}
	for (i = 0; i < LETTERS; i++)
		assert_int_equal(seen[i], 1);
	assert_none(r);
	readings_idle(r);
	readings_close(r);
}

static void
who_hangs_holds_up_nobody(void **state)
{
	struct readings *r = readings_open(self);
	struct reading out;
	static char hang[] = HANG, other[] = "other";
	int i;

	(void)state;
	for (i = 1; i < READINGS_MAX; i++)
		readings_add(r, hang, hang, strlen(hang), &rules);
	for (i = 0; i < LETTERS; i++)
		readings_add(r, other, other, strlen(other), &rules);
	for (i = 0; i < LETTERS; i++) {
		assert_ptr_equal(wait_next(r, &out), other);
		reading_free(&out);
	}
	/* Their time is over at last, and they are kept unread. */
	for (i = 1; i < READINGS_MAX; i++) {
		assert_ptr_equal(wait_next(r, &out), hang);
		assert_int_equal(out.unreadable, 1);
		assert_string_equal(out.why, "it took too long to read");
		reading_free(&out);
	}
	assert_none(r);
	readings_close(r);
}

static void
what_cannot_be_read_is_said_of_each(void **state)
{
	struct readings *r = readings_open("/nonexistent/teduhd");
	struct err e = ERR_INIT;
	static char a[] = "a", b[] = "b";
	struct reading out;
	void *who = NULL;

	(void)state;
	readings_add(r, a, a, 1, &rules);
	readings_add(r, b, b, 1, &rules);
	assert_int_equal(readings_next(r, &who, &out, &e), -1);
	assert_ptr_equal(who, a);
	assert_int_equal(e.code, ERR_RETRY);
	reading_free(&out);
	assert_int_equal(readings_next(r, &who, &out, &e), -1);
	assert_ptr_equal(who, b);
	assert_none(r);
	readings_close(r);
}

static void
what_is_under_way_can_be_left(void **state)
{
	struct readings *r = readings_open(self);
	struct err e = ERR_INIT;
	static char hang[] = HANG;
	struct reading out;
	void *who;
	int i;

	(void)state;
	for (i = 0; i < 2 * READINGS_MAX; i++)
		readings_add(r, hang, hang, strlen(hang), &rules);
	assert_int_equal(readings_next(r, &who, &out, &e), 0);
	readings_close(r);
	readings_close(NULL);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_comes_back_once),
		cmocka_unit_test(who_hangs_holds_up_nobody),
		cmocka_unit_test(what_cannot_be_read_is_said_of_each),
		cmocka_unit_test(what_is_under_way_can_be_left),
	};
	ssize_t n;

	if (argc == 1 && strcmp(argv[0], "teduh-reader") == 0)
		return echo();
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n == -1)
		return 1;
	self[n] = '\0';
	return cmocka_run_group_tests(tests, NULL, NULL);
}
