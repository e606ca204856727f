/*
 * desk/reading.c and the reader behind it, in one program: called
 * teduh-reader it is the helper, or at another place one that lies, so that
 * what reading.c believes can be put to the test before any daemon
 * links.  Called with file names it reads them and says what became of each.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/desk/reading.h"
#include "daemon/desk/reading_check.h"
#include "daemon/desk/reading_frame.h"
#include "daemon/reader/reader.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/wire.h"
#include "tests/unit/helper_kit.h"

#define VIEW "{\"answerable\":false,\"attachments\":[{\"name\":\"a.txt\"," \
	"\"sha256\":\"00000000000000000000000000000000000000000000000000" \
	"00000000000000\",\"size\":3,\"type\":\"text/plain\"}],\"cc\":[]," \
	"\"class\":\"person\",\"date\":null,\"flags\":[],\"folded\":[[1,1]]," \
	"\"from\":{\"address\":\"a@example.org\",\"name\":null}," \
	"\"in_reply_to\":null,\"message_id\":\"<1@example.org>\"," \
	"\"references\":[],\"reply_to\":null,\"subject\":\"s\"," \
	"\"text\":\"t\\n\",\"text_origin\":\"plain\",\"to\":[]," \
	"\"tokens\":[],\"triage\":[],\"verified\":false,\"why\":\"w\"}"

static const struct reading_rules rules = {
	"utf-8 windows-1252", "mx.example.org", "help@example.org", NULL,
	NULL, NULL, NULL
};
static char self[4096];		/* this program, absolute */

/* ---- the helpers that lie ---- */

static void
reply(int fd, uint32_t what, uint32_t len, uint32_t bytes, const char *body)
{
	unsigned char head[FRAME_REPLY_HEAD];

	frame_put(head, what);
	frame_put(head + 4, len);
	frame_put(head + 8, bytes);
	(void)send(fd, head, sizeof(head), MSG_NOSIGNAL);
	(void)send(fd, body, strlen(body), MSG_NOSIGNAL);
}

/* As the reader says that its rules cannot be used. */
static void
say_wrong(const char *why, uint32_t n)
{
	unsigned char head[5] = { FRAME_RULES };

	frame_put(head + 1, n);
	(void)send(0, head, sizeof(head), MSG_NOSIGNAL);
	(void)send(0, why, strlen(why), MSG_NOSIGNAL);
}

static int
lie(const char *how)
{
	static const unsigned char fate[2] = { FRAME_EXIT, 0 };
	static const char hello = FRAME_HELLO;
	const uint32_t n = (uint32_t)strlen(VIEW);
	int fd;

	if (strcmp(how, "mute") == 0)
		return 1;
	if (strcmp(how, "rules") == 0)
		say_wrong("f:1: \033[2Jno", 11);
	else if (strcmp(how, "rules-long") == 0)
		say_wrong("no", FRAME_WRONG_MAX + 1);
	else
		(void)send(0, &hello, 1, MSG_NOSIGNAL);
	while ((fd = helper_kit_letter()) != -1) {
		if (strcmp(how, "dies") == 0)
			return 1;
		if (strcmp(how, "silent") == 0)
			(void)pause();
		if (strcmp(how, "honest") == 0)
			reply(fd, FRAME_VIEW, n, 3, VIEW "abc");
		if (strcmp(how, "short") == 0)
			reply(fd, FRAME_VIEW, n, 4, VIEW "abcd");
		if (strcmp(how, "huge") == 0)
			reply(fd, FRAME_VIEW, 0xffffffffu, 0, VIEW);
		if (strcmp(how, "bytes") == 0)
			reply(fd, FRAME_VIEW, n, 0xffffffffu, VIEW);
		if (strcmp(how, "magic") == 0)
			reply(fd, 0x41414141, n, 3, VIEW "abc");
		if (strcmp(how, "json") == 0)
			reply(fd, FRAME_VIEW, 9, 0, "{\"a\":1}}}");
		if (strcmp(how, "escape") == 0)
			reply(fd, FRAME_UNREADABLE, 9, 0, "a\033[2Jb\ncd");
		if (strcmp(how, "endless") == 0)
			reply(fd, FRAME_UNREADABLE, 4096, 0, "no");
		(void)close(fd);
		(void)send(0, fate, sizeof(fate), MSG_NOSIGNAL);
	}
	return 0;
}

/* ---- the tests ---- */

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
read_it(struct reader *r, const char *mail, struct reading *out)
{
	struct err e = ERR_INIT;

	assert_int_equal(reading_read(r, mail, strlen(mail), &rules, out,
	    &e), 0);
}

/* Read one letter with a helper that lies in this way. */
static int
read_with(const char *how, struct reading *out, struct err *e)
{
	char dir[] = "/tmp/teduh-reading-XXXXXX", path[128];
	struct reader *r;
	int rc;

	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/%s", dir, how);
	assert_int_equal(symlink(self, path), 0);
	r = reading_open(path);
	rc = out == NULL ? reading_try_rules(r, NULL, e) :
	    reading_read(r, "Subject: x\n\ny\n", 14, &rules, out, e);
	reading_close(r);
	(void)unlink(path);
	(void)rmdir(dir);
	return rc;
}

static void
rules_are_tried(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(read_with("honest", NULL, &e), 0);
	assert_int_equal(read_with("rules", NULL, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_string_equal(e.text, "f:1: ?[2Jno");
	assert_int_equal(read_with("rules-long", NULL, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
	assert_int_equal(read_with("mute", NULL, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
}

static const char mail_text[] =
    "Authentication-Results: mx.example.org; dmarc=pass "
    "header.from=example.ee\r\n"
    "From: Mari <mari@example.ee>\r\n"
    "To: help@example.org\r\n"
    "Subject: =?utf-8?q?=C3=95htust?=\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n"
    "\r\n"
    "--b\r\nContent-Type: text/plain; charset=windows-1257\r\n\r\n"
    "\xd0" "ak\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\n"
    "Content-Disposition: attachment; filename=\"../p.bin\"\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n";

static void
a_letter_is_read(void **state)
{
	struct reader *r = reading_open(self);
	struct reading out;
	const char *s = NULL;

	(void)state;
	read_it(r, mail_text, &out);
	assert_int_equal(out.unreadable, 0);
	assert_int_equal(wire_get_string(out.view, "subject", &s, NULL), 0);
	assert_string_equal(s, "\xc3\x95htust");
	/* A charset module: it must have been loaded before the jail. */
	assert_int_equal(wire_get_string(out.view, "text", &s, NULL), 0);
	assert_string_equal(s, "\xc5\xa0" "ak");
	assert_int_equal(wire_get_string(out.view, "class", &s, NULL), 0);
	assert_string_equal(s, "person");
	assert_true(json_is_true(json_object_get(out.view, "verified")));
	assert_true(json_is_true(json_object_get(out.view, "answerable")));
	assert_int_equal(out.nattachments, 1);
	assert_null(strchr(out.attachments[0].name, '/'));
	assert_int_equal(out.attachments[0].size, 3);
	assert_memory_equal(out.attachments[0].bytes, "\0\1\2", 3);
	reading_free(&out);
	reading_close(r);
}

static void
odd_ones_are_read(void **state)
{
	struct reader *r = reading_open(self);
	struct reading out;

	(void)state;
	read_it(r, "", &out);
	assert_int_equal(out.unreadable, 0);
	reading_free(&out);
	/* A charset that nobody preloaded: opening it must not kill. */
	read_it(r, "From: a@example.org\nContent-Type: text/plain; "
	    "charset=ebcdic-us\n\nhello\n", &out);
	assert_int_equal(out.unreadable, 0);
	reading_free(&out);
	read_it(r, "From: a@example.org\nContent-Type: application/x; "
	    "name*=ebcdic-us''%81%82\n\nhello\n", &out);
	assert_int_equal(out.unreadable, 0);
	reading_free(&out);
	reading_close(r);
}

static void
limits_make_unreadable(void **state)
{
	struct reader *r = reading_open(self);
	struct reading out;
	struct err e = ERR_INIT;
	size_t n = READING_MAIL_MAX + 1, i;
	char *mail = mem_alloc(n + 1);

	(void)state;
	memset(mail, 'x', n);
	assert_int_equal(reading_read(r, mail, n, &rules, &out, &e), 0);
	assert_int_equal(out.unreadable, 1);
	assert_string_not_equal(out.why, "");
	assert_null(out.view);
	reading_free(&out);
	/* As large as it may be, but one header. */
	memcpy(mail, "Subject: ", 9);
	assert_int_equal(reading_read(r, mail, n - 1, &rules, &out, &e), 0);
	assert_int_equal(out.unreadable, 1);
	reading_free(&out);
	for (i = 0; i + 5 <= 1001 * 5; i += 5)
		memcpy(mail + i, "a: b\n", 5);
	assert_int_equal(reading_read(r, mail, 1001 * 5, &rules, &out, &e),
	    0);
	assert_int_equal(out.unreadable, 1);
	reading_free(&out);
	assert_int_equal(reading_read(r, mail, 1000 * 5, &rules, &out, &e),
	    0);
	assert_int_equal(out.unreadable, 0);
	reading_free(&out);
	/* And the next one is read as if nothing had been. */
	read_it(r, mail_text, &out);
	assert_int_equal(out.unreadable, 0);
	reading_free(&out);
	reading_close(r);
	free(mail);
}

/* The only child of this process, or -1. */
static pid_t
helper_pid(void)
{
	char path[64];
	long pid = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
	    (long)getpid());
	if ((f = fopen(path, "r")) == NULL)
		return -1;
	if (fscanf(f, "%ld", &pid) != 1)
		pid = -1;
	(void)fclose(f);
	return (pid_t)pid;
}

static void
a_dead_helper_is_started_again(void **state)
{
	struct reader *r = reading_open(self);
	struct reading out;
	pid_t pid;

	(void)state;
	read_it(r, mail_text, &out);
	reading_free(&out);
	if ((pid = helper_pid()) == -1) {
		reading_close(r);
		skip();
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	read_it(r, mail_text, &out);
	assert_int_equal(out.unreadable, 0);
	assert_int_not_equal(helper_pid(), pid);
	reading_free(&out);
	reading_close(r);
	assert_int_equal(helper_pid(), -1);
}

static void
the_helper_gets_one_descriptor(void **state)
{
	struct reader *r = reading_open(self);
	int leak = open("/dev/null", O_RDONLY);	/* without CLOEXEC */
	struct reading out;
	struct dirent *d;
	char path[64];
	DIR *dir;
	int n = 0;

	(void)state;
	assert_int_not_equal(leak, -1);
	read_it(r, mail_text, &out);
	reading_free(&out);
	(void)snprintf(path, sizeof(path), "/proc/%ld/fd",
	    (long)helper_pid());
	dir = opendir(path);
	(void)close(leak);
	if (dir == NULL) {		/* not root: it is not dumpable */
		reading_close(r);
		skip();
	}
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.') {
			n++;
			assert_string_equal(d->d_name, "0");
		}
	(void)closedir(dir);
	assert_int_equal(n, 1);
	reading_close(r);
}

static void
no_helper_is_an_error(void **state)
{
	struct err e = ERR_INIT;
	struct reader *r = reading_open("/nonexistent/teduhd");
	struct reading out;

	(void)state;
	assert_int_equal(reading_read(r, "", 0, &rules, &out, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
	reading_close(r);
	assert_int_equal(read_with("mute", &out, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
}

static void
an_honest_reply_is_believed(void **state)
{
	struct err e = ERR_INIT;
	struct reading out;

	(void)state;
	assert_int_equal(read_with("honest", &out, &e), 0);
	assert_int_equal(out.unreadable, 0);
	assert_int_equal(out.nattachments, 1);
	assert_memory_equal(out.attachments[0].bytes, "abc", 3);
	reading_free(&out);
}

static void
lies_make_unreadable(void **state)
{
	static const char *const ways[] = { "short", "huge", "bytes",
	    "magic", "json", "escape", "endless", "dies" };
	struct err e = ERR_INIT;
	struct reading out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		assert_int_equal(read_with(ways[i], &out, &e), 0);
		assert_int_equal(out.unreadable, 1);
		assert_null(out.view);
		assert_int_equal(out.nattachments, 0);
		assert_string_not_equal(out.why, "");
		assert_null(strchr(out.why, '\033'));
		assert_null(strchr(out.why, '\n'));
		reading_free(&out);
	}
}

static void
silence_ends_in_time(void **state)
{
	struct err e = ERR_INIT;
	struct reading out;
	int64_t began = now_ms();

	(void)state;
	assert_int_equal(read_with("silent", &out, &e), 0);
	assert_int_equal(out.unreadable, 1);
	assert_true(now_ms() - began < 8000);
	reading_free(&out);
}

/* Change one member of a good view; it must then be refused. */
static void
refused_with(const char *name, const char *json)
{
	json_t *v = wire_parse(VIEW, strlen(VIEW), NULL);
	json_t *wrapped;
	char text[512];

	assert_non_null(v);
	assert_int_equal(reading_check(v, 3, NULL), 0);
	if (json == NULL) {
		(void)json_object_del(v, name);
	} else {
		(void)snprintf(text, sizeof(text), "[%s]", json);
		wrapped = json_loads(text, 0, NULL);
		assert_non_null(wrapped);
		json_object_set(v, name, json_array_get(wrapped, 0));
		json_decref(wrapped);
	}
	if (reading_check(v, 3, NULL) != -1)
		fail_msg("%s: %s was believed", name,
		    json == NULL ? "nothing" : json);
	json_decref(v);
}

#define REPORT(kind, action, status)					\
	"{\"kind\":" kind ",\"action\":" action ",\"status\":" status	\
	",\"recipient\":null,\"message_id\":null,\"token\":null}"

static void
a_report_may_stand_there(void **state)
{
	static const char good[] = "{\"kind\":\"delivery\","
	    "\"action\":\"failed\",\"status\":\"5.1.1\","
	    "\"recipient\":\"a@example.org\",\"message_id\":\"<a@b>\","
	    "\"token\":\"b0123456789abcdef\"}";
	json_t *v = wire_parse(VIEW, strlen(VIEW), NULL);

	(void)state;
	(void)json_object_set_new(v, "report", wire_parse(good,
	    sizeof(good) - 1, NULL));
	assert_int_equal(reading_check(v, 3, NULL), 0);
	(void)json_object_set_new(v, "report", json_loads(
	    REPORT("\"delivery\"", "null", "null"), 0, NULL));
	assert_int_equal(reading_check(v, 3, NULL), 0);
	json_decref(v);
}

static void
each_member_is_checked(void **state)
{
	static const char *const wrong[][2] = {
		{ "class", "1" }, { "class", "\"duplicate\"" },
		{ "answerable", "null" }, { "answerable", "true" },
		{ "why", "\"a\\nb\"" }, { "from", "\"a@example.org\"" },
		{ "from", "{\"name\":null,\"address\":\"a b\"}" },
		{ "from", "{\"name\":\"\\u001b[2J\",\"address\":\"a@b.c\"}" },
		{ "from", "{\"name\":null,\"address\":\"a@b.c\",\"x\":1}" },
		{ "reply_to", "[]" }, { "to", "{}" }, { "cc", "[1]" },
		{ "date", "\"yesterday\"" }, { "verified", "1" },
		{ "subject", "\"a\\u0085b\"" }, { "subject", "\"a\\tb\"" },
		{ "text", "[]" }, { "text_origin", "\"word\"" },
		{ "folded", "[[0,1]]" }, { "folded", "[[2,1]]" },
		{ "folded", "[[1,9]]" }, { "folded", "[[1,1],[1,2]]" },
		{ "folded", "[[1,1.5]]" }, { "folded", "[[1]]" },
		{ "attachments", "[]" }, { "attachments", "[1]" },
		{ "flags", "[\"Bad Flag\"]" }, { "flags", "[1]" },
		{ "message_id", "\"1@example.org\"" },
		{ "in_reply_to", "\"<a b>\"" }, { "references", "[\"<\"]" },
		{ "tokens", "[\"UPPER00000000000\"]" },
		{ "tokens", "[\"short\"]" }, { "triage", "[\"rule\"]" },
		{ "tokens", "[\"a0123456789abcdef\"]" },
		{ "report", "1" }, { "report", "{}" },
		{ "report", REPORT("\"other\"", "null", "null") },
		{ "report", REPORT("null", "null", "null") },
		{ "report", REPORT("\"delivery\"", "\"a b\"", "null") },
		{ "report", REPORT("\"delivery\"", "null", "\"5.1.x\"") },
		{ "report", REPORT("\"delivery\"", "null", "null,\"x\":1") },
		{ "extra", "1" },
	};
	static const char *const names[] = { "class", "answerable", "why",
	    "from", "reply_to", "to", "cc", "date", "verified", "subject",
	    "text", "text_origin", "folded", "attachments", "flags",
	    "message_id", "in_reply_to", "references", "tokens", "triage" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refused_with(wrong[i][0], wrong[i][1]);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		refused_with(names[i], NULL);
}

/* ---- the driver: what becomes of each file ---- */

static int
drive(int n, char **paths, int print)
{
	struct reader *r = reading_open(self);
	struct err e = ERR_INIT;
	struct reading out;
	struct buf mail;
	char chunk[65536];
	size_t got;
	int64_t began;
	FILE *f;
	int i, rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		buf_init(&mail, READING_MAIL_MAX + sizeof(chunk));
		if ((f = fopen(paths[i], "rb")) == NULL)
			return 1;
		while ((got = fread(chunk, 1, sizeof(chunk), f)) > 0)
			if (buf_add(&mail, chunk, got) == -1)
				break;
		(void)fclose(f);
		began = now_ms();
		rc = reading_read(r, mail.bytes, mail.len, &rules, &out, &e);
		if (rc == -1)
			(void)fprintf(stderr, "%s\n", e.text);
		(void)printf("%s %lld %s\n", paths[i],
		    (long long)(now_ms() - began),
		    rc == -1 ? "ERROR" : out.unreadable ? out.why : "read");
		if (print && out.view != NULL) {
			(void)json_dumpf(out.view, stdout, JSON_COMPACT);
			(void)putchar('\n');
		}
		(void)fflush(stdout);
		reading_free(&out);
		buf_free(&mail);
	}
	reading_close(r);
	return rc == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_is_read),
		cmocka_unit_test(odd_ones_are_read),
		cmocka_unit_test(limits_make_unreadable),
		cmocka_unit_test(a_dead_helper_is_started_again),
		cmocka_unit_test(the_helper_gets_one_descriptor),
		cmocka_unit_test(no_helper_is_an_error),
		cmocka_unit_test(an_honest_reply_is_believed),
		cmocka_unit_test(lies_make_unreadable),
		cmocka_unit_test(silence_ends_in_time),
		cmocka_unit_test(rules_are_tried),
		cmocka_unit_test(a_report_may_stand_there),
		cmocka_unit_test(each_member_is_checked),
	};
	const char *called = (const char *)getauxval(AT_EXECFN);
	ssize_t n;

	if (strcmp(argv[0], "teduh-reader") == 0)
		return strstr(called, "/teduh-reading-") == NULL ?
		    reader_main() : lie(strrchr(called, '/') + 1);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n == -1)
		return 1;
	self[n] = '\0';
	if (argc > 2 && strcmp(argv[1], "--view") == 0)
		return drive(argc - 2, argv + 2, 1);
	if (argc > 1)
		return drive(argc - 1, argv + 1, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
