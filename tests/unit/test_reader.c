/*
 * The pieces of the reader one by one: addresses, encoded words, charsets,
 * quotes, HTML, Authentication-Results, and the walls of the jail.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/reader/address.h"
#include "daemon/reader/auth.h"
#include "daemon/reader/decode.h"
#include "daemon/reader/flowed.h"
#include "daemon/reader/fold.h"
#include "daemon/reader/html.h"
#include "daemon/reader/html_sink.h"
#include "daemon/reader/jail.h"
#include "daemon/reader/mail.h"
#include "lib/buf.h"


static void
addresses_are_read_with_care(void **state)
{
	/* value, how many, odd, name and address of the first */
	static const struct {
		const char	*value;
		size_t		 n;
		int		 odd;
		const char	*name, *address;
	} t[] = {
		{ "a@example.org", 1, 0, NULL, "a@example.org" },
		{ "Ann <a@example.org>", 1, 0, "Ann", "a@example.org" },
		{ "Tamm, Ann <a@example.org>", 1, 0, "Tamm, Ann",
		    "a@example.org" },
		{ "a@example.org (Ann B)", 1, 0, "Ann B", "a@example.org" },
		{ "\"Ann \\\"x\\\"\" <a@example.org>", 1, 0, "Ann \"x\"",
		    "a@example.org" },
		{ "(c) <a@example.org> (d)", 1, 0, "d", "a@example.org" },
		{ "<@route.org:a@example.org>", 1, 0, NULL,
		    "a@example.org" },
		{ "boss@example.net <a@example.org>", 1, 0,
		    "boss@example.net", "a@example.org" },
		{ "a@example.org, b@example.org", 2, 0, NULL,
		    "a@example.org" },
		{ "<a@example.org> <b@example.org>", 0, 1, NULL, NULL },
		{ "a@example.org b@example.org", 0, 1, NULL, NULL },
		{ "<a@example.org> b@example.org", 1, 1, "b@example.org",
		    "a@example.org" },
		{ "<a@example.org", 1, 1, NULL, "a@example.org" },
		{ "g: a@example.org;", 1, 1, NULL, "a@example.org" },
		{ "nobody", 0, 1, NULL, NULL },
		{ "\"a b\"@example.org", 0, 1, NULL, NULL },
		{ "a@b@example.org", 0, 1, NULL, NULL },
		{ "", 0, 0, NULL, NULL },
		{ "((((((((", 0, 0, NULL, NULL },
	};
	struct addresses list;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&list, 0, sizeof(list));
		address_add(&list, t[i].value, NULL);
		if (list.n != t[i].n || list.odd != t[i].odd)
			fail_msg("'%s': %zu, odd %d", t[i].value, list.n,
			    list.odd);
		if (t[i].address != NULL)
			assert_string_equal(list.v[0].address, t[i].address);
		if (t[i].name != NULL)
			assert_string_equal(list.v[0].name, t[i].name);
		else if (list.n > 0)
			assert_null(list.v[0].name);
		address_free(&list);
	}
}

static void
words_are_decoded(void **state)
{
	static const char *const t[][2] = {
		{ "plain", "plain" },
		{ "=?utf-8?q?=C3?= =?utf-8?q?=95?=", "\xc3\x95" },
		{ "=?utf-8?b?w5U=?= =?iso-8859-1?q?=D5?=",
		    "\xc3\x95\xc3\x95" },
		{ "a =?utf-8?q?b_c?= d", "a b c d" },
		{ "=?utf-8?q?a=0D=0Ab=00c?=", "a  b c" },
		{ "=?utf-8?b?w5U?=", "\xc3\x95" },	/* no padding */
		{ "=?utf-8?b?YQ=?=", "a" },
		{ "=?utf-8?x?a?=", "=?utf-8?x?a?=" },
		{ "=?utf-8?q?open", "=?utf-8?q?open" },
		{ "=?utf-8*et?q?=C3=95?=", "\xc3\x95" },
		{ "=?nonsense?q?=D5?=", "\xc3\x95" },
		{ "1 = 2 =? 3", "1 = 2 =? 3" },
	};
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		buf_init(&out, 4096);
		(void)decode_words("utf-8 windows-1252", t[i][0],
		    strlen(t[i][0]), &out);
		assert_string_equal(out.bytes, t[i][1]);
		buf_free(&out);
	}
}

static void
charsets_follow_the_chain(void **state)
{
	static const struct {
		const char	*label, *fallbacks, *in, *out;
		int		 guessed;
	} t[] = {
		{ "iso-8859-1", NULL, "\xe4", "\xc3\xa4", 0 },
		{ "ISO_8859-1", NULL, "\x93", "\xe2\x80\x9c", 0 },
		{ "windows-1257", NULL, "\xd0", "\xc5\xa0", 0 },
		{ "utf-8", NULL, "\xc3\xa4", "\xc3\xa4", 0 },
		{ NULL, NULL, "abc", "abc", 0 },
		{ NULL, NULL, "\xc3\xa4", "\xc3\xa4", 1 },
		{ "us-ascii", NULL, "\xe4", "\xc3\xa4", 1 },
		{ "us-ascii", "utf-8 windows-1257", "\xd0", "\xc5\xa0", 1 },
		{ "no-such", NULL, "\xc3\xa4", "\xc3\xa4", 1 },
		/* One slip in much good text is repaired, not reread. */
		{ "utf-8", NULL, "\xc3\xa4\xc3\xa4\xc3", "\xc3\xa4\xc3\xa4"
		    "\xef\xbf\xbd", 1 },
	};
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		buf_init(&out, 4096);
		assert_int_equal(decode_text(t[i].label, t[i].fallbacks,
		    t[i].in, strlen(t[i].in), &out), t[i].guessed);
		assert_string_equal(out.bytes, t[i].out);
		buf_free(&out);
	}
	buf_init(&out, 3);		/* full is said, nothing breaks */
	assert_int_equal(decode_text("iso-8859-1", NULL, "\xe4\xe4\xe4", 3,
	    &out), -1);
	buf_free(&out);
}

#define DOTS	"........................................"

/* Our tables are iconv's; what has none goes through iconv as before. */
static void
each_byte_is_what_iconv_says(void **state)
{
	static const char *const names[] = { "windows-1252", "iso-8859-2",
	    "iso-8859-7", "iso-8859-15", "windows-1251", "windows-1255",
	    "windows-1257", "windows-1258", "koi8-r", "macintosh", "ibm437",
	    "cp775", "cp874" };
	char text[] = DOTS "?", *from, want[128], *to;
	size_t i, left, room;
	struct buf out;
	GIConv cd;
	int byte;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cd = g_iconv_open("UTF-8", names[i]);
		assert_ptr_not_equal(cd, (GIConv)-1);
		for (byte = 0x80; byte <= 0xff; byte++) {
			text[sizeof(text) - 2] = (char)byte;
			from = text;
			left = sizeof(text) - 1;
			to = want;
			room = sizeof(want) - 8;
			(void)g_iconv(cd, NULL, NULL, NULL, NULL);
			if (g_iconv(cd, &from, &left, &to, &room) ==
			    (gsize)-1)
				to = stpncpy(to, "\xef\xbf\xbd", 8);
			(void)g_iconv(cd, NULL, NULL, &to, &room);
			*to = '\0';
			buf_init(&out, 4096);
			assert_int_equal(decode_text(names[i], NULL, text,
			    sizeof(text) - 1, &out), left > 0);
			assert_string_equal(out.bytes, want);
			buf_free(&out);
		}
		(void)g_iconv_close(cd);
	}
}

static void
only_quotes_are_folded(void **state)
{
	/* text, and the folded lines as "first-last " */
	static const char *const t[][2] = {
		{ "I wrote\n> this\n> that\nmyself\n", "2-3 " },
		{ "Hi\n\nOn Monday, Ann wrote:\n\n> a\n\n> b\n", "3-7 " },
		{ "Pada Sen, 1 Jan, A <a@b.c>\nmenulis:\n> a\n", "1-3 " },
		{ "Mari kirjutas 1.1.2026:\n> a\n> b\n", "1-3 " },
		{ "He wrote:\n\nI will come\n", "" },
		{ ">:( no\n>_< no\n>no\n", "" },
		{ "a\n-- \nMy name\n", "2-3 " },
		{ "a\n--\nP.S. help me\n", "" },
		{ "-- \n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n", "" },
		{ "a\n_____\nb\n", "2-2 " },
		{ "From: me\nhe said Subject: x\n", "" },
		{ "a\n----- Original Message -----\nFrom: x\nSent: y\n"
		    "Subject: z\n\nb\n", "2-7 " },
		{ "a\n----- Original Message -----\nwas sad\n", "" },
		{ "", "" },
	};
	struct fold f[FOLD_MAX];
	char got[256];
	size_t i, k, n, at;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = fold_find(t[i][0], strlen(t[i][0]), f);
		for (k = at = 0, got[0] = '\0'; k < n; k++)
			at += (size_t)snprintf(got + at, sizeof(got) - at,
			    "%zu-%zu ", f[k].first, f[k].last);
		if (strcmp(got, t[i][1]) != 0)
			fail_msg("%zu: folded '%s'", i, got);
	}
}

static void
html_becomes_text(void **state)
{
	static const char *const t[][2] = {
		{ "<p>a</p><p>b<br>c</p>", "a\n\nb\nc\n" },
		{ "<a href='https://x.org/y'>z</a>",
		    "z <https://x.org/y>\n" },
		{ "<a href='https://x.org'>https://x.org</a>",
		    "https://x.org\n" },
		{ "<a href='javascript:alert(1)'>z</a>", "z\n" },
		{ "<script>no</script><style>no</style>a<!-- no -->",
		    "a\n" },
		{ "<ol><li>a<li>b</ol><ul><li><p>c</ul>",
		    "1. a\n2. b\n- c\n" },
		{ "<body><blockquote>a<br>b</blockquote>c", "> a\n> b\nc\n" },
		{ "<body>a<div style='DISPLAY: none'>b<br>c</div>d",
		    "a\n[hidden: b c]\nd\n" },
		{ "&auml; &lt;b&gt; &#x41; &nbsp;x", "\xc3\xa4 <b> A x\n" },
		{ "<pre>a\n  b</pre>", "a\n  b\n" },
		{ "1 < 2 & 3", "1 < 2 & 3\n" },
	};
	struct html_sink sink;
	struct buf out;
	size_t i, depth = 20000;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		buf_init(&out, 4096);
		(void)html_text(t[i][0], strlen(t[i][0]), &out);
		assert_string_equal(out.bytes, t[i][1]);
		buf_clear(&out);	/* and our own scanner agrees */
		out.bytes[0] = '\0';
		html_sink_init(&sink, &out);
		html_scan(&sink, t[i][0], strlen(t[i][0]));
		html_sink_finish(&sink);
		if (i != 8)		/* no-break spaces come later */
			assert_string_equal(out.bytes, t[i][1]);
		buf_free(&out);
	}
	/* Too deep for the parser: the words are there all the same. */
	buf_init(&out, 1 << 20);
	{
		struct buf page;

		buf_init(&page, 1 << 20);
		for (i = 0; i < depth; i++)
			(void)buf_adds(&page, "<div>");
		(void)buf_adds(&page, "help");
		(void)html_text(page.bytes, page.len, &out);
		buf_free(&page);
	}
	assert_non_null(strstr(out.bytes, "help"));
	buf_free(&out);
}

static void
flowed_lines_join(void **state)
{
	static const char text[] = "a \nb\n> c \n> d\n -x\n-- \nme\n";
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	flowed_join(text, strlen(text), 0, &out);
	assert_string_equal(out.bytes, "a b\n> c d\n-x\n-- \nme\n");
	buf_clear(&out);
	flowed_join("a \nb\n", 5, 1, &out);
	assert_string_equal(out.bytes, "ab\n");
	buf_free(&out);
}

static void
only_our_server_vouches(void **state)
{
	static const struct {
		const char	*header;
		int		 verified;
	} t[] = {
		{ "mx.us; dmarc=pass header.from=example.ee", 1 },
		{ "MX.US (our server) 1; dmarc = pass", 1 },
		{ "mx.us; (dmarc=pass) none", 0 },
		{ "mx.us; dmarc=fail reason=\"x; dmarc=pass\"", 0 },
		{ "mx.us; dmarc=fail reason=dmarc=pass", 0 },
		{ "mx.us; dmarc=passed", 0 },
		{ "mx.us; dmarc=pass header.from=example.net", 0 },
		{ "mx.us.evil; dmarc=pass", 0 },
		{ "mx.us evil.net; dmarc=pass header.from=example.net", 0 },
		{ "mx.us; spf=pass smtp.mailfrom=a@example.ee", 1 },
		{ "mx.us; spf=pass smtp.mailfrom=a@sub.example.ee", 0 },
		{ "mx.us; spf=pass smtp.mailfrom=ee", 0 },
		{ "mx.us; spf=pass smtp.helo=example.ee", 0 },
		{ "mx.us; dkim=pass header.d=example.ee", 1 },
		{ "mx.us; dkim=pass header.d=badexample.ee", 0 },
		{ "mx.us; dkim=fail header.d=example.ee; dkim=pass "
		    "header.d=example.net", 0 },
		{ "mx.us; dmarc=pass (unclosed", 0 },
		{ "", 0 },
	};
	char text[512];
	const char *why = NULL;
	struct mail *m = mem_alloc(sizeof(*m));
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "Authentication-Results: %s\n\nx\n", t[i].header);
		assert_int_equal(mail_open(m, text, strlen(text), &why), 0);
		if (auth_verified(m, "mx.us", "a@example.ee") !=
		    t[i].verified)
			fail_msg("'%s'", t[i].header);
		assert_int_equal(auth_verified(m, NULL, "a@example.ee"), 0);
		assert_int_equal(auth_verified(m, "mx.us", NULL), 0);
		mail_free(m);
	}
	free(m);
}

/* ---- the jail ---- */

static void
open_a_file(void)
{
	_exit(open("/etc/passwd", O_RDONLY) == -1 && errno == EACCES ? 7 :
	    1);
}

static void
open_a_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
	_exit(1);
}

static void
start_a_process(void)
{
	(void)fork();
	_exit(1);
}

static void
write_elsewhere(void)
{
	_exit(write(STDERR_FILENO, "", 0) == 0 ? 1 : 2);
}

static void
make_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	_exit(1);
}

static void
signal_the_parent(void)
{
	(void)kill(getppid(), 0);
	_exit(1);
}

static void
run_for_ever(void)
{
	volatile unsigned n = 0;

	for (;;)
		n++;
}

static void
give_up(void)
{
	abort();
}

#ifndef SANITIZERS
static void
take_all_memory(void)
{
	_exit(mmap(NULL, 300ul << 20, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 7 : 1);
}
#endif

/* What becomes of a process that does this behind the walls. */
static int
fate_of(void (*deed)(void))
{
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		/* Before others, where we may: a busy machine is no wall. */
		(void)setpriority(PRIO_PROCESS, 0, -20);
		if (jail_prepare() == -1 || jail_close() == -1)
			_exit(99);
		deed();
	}
	assert_int_not_equal(pid, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static double
seconds_of_children(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &u), 0);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/*
 * Where the machine is so busy that the wall clock is first, it must not have
 * given more than the other wall allows.
 */
static void
nobody_runs_for_ever(void)
{
	double before = seconds_of_children();
	int status = fate_of(run_for_ever);

	assert_true(WIFSIGNALED(status));
	if (WTERMSIG(status) == SIGALRM)
		assert_true(seconds_of_children() - before < JAIL_CPU_S + 1);
	else
		assert_int_equal(WTERMSIG(status), SIGXCPU);
}

static void
the_walls_stand(void **state)
{
	void (*const forbidden[])(void) = { open_a_socket, start_a_process,
	    write_elsewhere, make_code, signal_the_parent };
	size_t i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		status = fate_of(forbidden[i]);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
	status = fate_of(open_a_file);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	nobody_runs_for_ever();
#ifndef SANITIZERS
	status = fate_of(give_up);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	status = fate_of(take_all_memory);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
#else
	(void)give_up;
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_with_care),
		cmocka_unit_test(words_are_decoded),
		cmocka_unit_test(charsets_follow_the_chain),
		cmocka_unit_test(each_byte_is_what_iconv_says),
		cmocka_unit_test(only_quotes_are_folded),
		cmocka_unit_test(html_becomes_text),
		cmocka_unit_test(flowed_lines_join),
		cmocka_unit_test(only_our_server_vouches),
		cmocka_unit_test(the_walls_stand),
	};

	decode_preload();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
