/*
 * The HTTP loop against clients that are slow, greedy or ambiguous: raw
 * bytes through a unix socket to a child that runs the loop.  Deadlines are
 * short here; nothing waits but for an answer or the end of a connection.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/http/http.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "tests/unit/http_kit.h"

#define BODY_MAX	100000
#define HEADER_MS	700
#define CROWD		300
#define MEMORY		((size_t)8 * 1024 * 1024)
#define LONG		(MEMORY / 4)

static char folder[64], place[96];
static int listener = -1;
static pid_t child;
static volatile sig_atomic_t ended;

/* What the loop in the child does. */

static void
end(int number)
{
	(void)number;
	ended = 1;
}

/*
 * Requests for /later wait here until the next turn, with a query for the
 * third one; until then the loop finds this descriptor ready.
 */
static void *waiting[CROWD];
static size_t nwaiting;
static int ready = -1, turns;

static void
give_all(void)
{
	struct http_answer a;
	char n[32];

	while (nwaiting > 0) {
		memset(&a, 0, sizeof(a));
		(void)snprintf(n, sizeof(n), "%zu", nwaiting);
		a.status = 303;
		a.type = "text/plain";
		a.bytes = mem_strdup("later");
		a.len = strlen(a.bytes);
		http_add_header(&a, "Location", "/there");
		http_add_header(&a, "Number", n);
		http_add_header(&a, "Bad", "one\r\ntwo");
		http_give(waiting[--nwaiting], &a);
	}
}

/*
 * Says what it got: METHOD|authority|path|query|length|X header|last X header;
 * whoever comes through a unix socket has no address.
 */
static void
echo(void *ctx, const struct http_request *q, struct http_answer *a)
{
	const char *x = http_header(q, "X"), *last;
	struct buf b;

	(void)ctx;
	if (strcmp(q->path, "/later") == 0 && nwaiting < CROWD) {
		turns = q->query[0] == '\0' ? 0 : 3;
		waiting[nwaiting++] = q->connection;
		a->status = 0;
		return;
	}
	if (strcmp(q->path, "/long") == 0) {
		a->status = 200;
		a->type = "text/plain";
		a->len = LONG;
		a->bytes = mem_alloc(LONG);
		return;
	}
	buf_init(&b, 4096);
	last = http_header_last(q, "X");
	(void)buf_addf(&b, "%s|%s|%s|%s|%zu|%s|%s", q->method, q->authority,
	    q->path, q->query, q->len, x != NULL ? x : "-",
	    last != NULL ? last : "-");
	a->status = q->peer == NULL ? 200 : 500;
	a->type = "text/plain";
	a->bytes = buf_take(&b, &a->len);
}

static void
refuse(void *ctx, int status, const char *text, struct http_answer *a)
{
	(void)ctx;
	a->status = status;
	a->type = "text/plain";
	a->bytes = mem_strdup(text);
	a->len = strlen(text);
}

static size_t
limit(void *ctx, const struct http_request *q)
{
	(void)ctx;
	return strcmp(q->method, "POST") == 0 ? BODY_MAX : 0;
}

static int
tick(void *ctx)
{
	(void)ctx;
	if (turns == 0 || --turns == 0)
		give_all();
	return ended;
}

static size_t
watch(void *ctx, struct pollfd *list)
{
	(void)ctx;
	list[0] = (struct pollfd){ ready, POLLOUT, 0 };
	return turns > 0;
}

static void
serve(void)
{
	static const char *const headers[] = { "Extra", "yes", NULL };
	struct http_options o;
	struct err e = ERR_INIT;
	struct http *h;
	int result;

	memset(&o, 0, sizeof(o));
	o.listener = listener;
	o.headers = headers;
	o.header_ms = HEADER_MS;
	o.idle_ms = 60 * 1000;
	o.body_ms = HEADER_MS;
	o.memory_max = MEMORY;
	o.handler = echo;
	o.refuse = refuse;
	o.limit = limit;
	o.tick = tick;
	o.watch = watch;
	ready = eventfd(0, 0);
	(void)signal(SIGTERM, end);
	if ((h = http_open(&o, &e)) == NULL)
		_exit(3);
	result = http_loop(h, &e);
	http_close(h);
	_exit(result == 0 ? 0 : 4);
}

static int
begin_all(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(folder, sizeof(folder), "/tmp/teduh-http-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(place, sizeof(place), "%s/socket", folder);
	memcpy(a.sun_path, place, strlen(place) + 1);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener == -1 || bind(listener, (struct sockaddr *)&a,
	    sizeof(a)) == -1 || listen(listener, 1024) == -1)
		return -1;
	if ((child = fork()) == 0)
		serve();
	return child > 0 ? 0 : -1;
}

static int
end_all(void **state)
{
	int status = -1;

	(void)state;
	(void)kill(child, SIGTERM);
	(void)waitpid(child, &status, 0);
	(void)close(listener);
	(void)unlink(place);
	(void)rmdir(folder);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* The other end. */

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One connection, these bytes: the status, 0 when it was only closed. */
static int
ask(const char *bytes, struct buf *answer)
{
	int fd = kit_dial(place);

	buf_clear(answer);
	(void)kit_say(fd, bytes, strlen(bytes));
	kit_hear(fd, answer, 0);
	(void)close(fd);
	return kit_status(answer);
}

static void
test_raw_request(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_int_equal(ask("POST /a%2Fb/%zz?q=%41&&r HTTP/1.1\r\n"
	    "Host: Desk.Example:8443\r\nX: one\r\nContent-Length: 5\r\n\r\n"
	    "hello", &b), 200);
	assert_non_null(strstr(b.bytes, "\r\n\r\nPOST|Desk.Example:8443|"
	    "/a%2Fb/%zz|?q=%41&&r|5|one"));
	assert_non_null(strstr(b.bytes, "Cache-Control: no-store\r\n"));
	assert_non_null(strstr(b.bytes, "X-Content-Type-Options: nosniff"));
	assert_non_null(strstr(b.bytes, "Extra: yes\r\n"));
	assert_non_null(strstr(b.bytes, "Date: "));
	buf_free(&b);
}

static void
test_header_twice_is_none(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	assert_int_equal(ask("GET / HTTP/1.1\r\nHost: a\r\nX: one\r\n"
	    "x: two\r\n\r\n", &b), 200);
	assert_non_null(strstr(b.bytes, "GET|a|/||0|-|two"));
	buf_free(&b);
}

static void
test_ambiguous_is_refused(void **state)
{
	static const char *const bad[] = {
		"Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
		"Host: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n",
		"Host: a\r\nContent-Length: 5\r\n"
		    "Transfer-Encoding: chunked\r\n",
		"Host: a\r\nTransfer-Encoding: chunked\r\n"
		    "Transfer-Encoding: chunked\r\n",
		"Host: a\r\nTransfer-Encoding: gzip, chunked\r\n",
		"Host: a\r\nContent-Length: +5\r\n",
		"Host: a\r\nContent-Length: 5, 5\r\n",
		"Host: a\r\nContent-Length : 5\r\n",
		"Host: a\r\nX: 1\r\n folded\r\nContent-Length: 5\r\n",
		"Host: a\r\nX:\r\n folded\r\nContent-Length: 5\r\n",
		"Host: a\r\nTransfer-Encoding:\r\n\tchunked\r\n",
		"Host: a\r\nHost: b\r\nContent-Length: 5\r\n",
		"Host:\r\nContent-Length: 5\r\n",
		"Content-Length: 5\r\n",
	};
	char text[512];
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 65536);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "POST / HTTP/1.1\r\n%s\r\nhello", bad[i]);
		if (ask(text, &b) != 400)
			fail_msg("not refused: %s: %s", bad[i], b.bytes);
		assert_null(strstr(b.bytes, "POST|"));
	}
	assert_int_equal(ask("GET / HTTP/1.0\r\nHost: a\r\n\r\n", &b), 505);
	assert_int_equal(ask("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
	    &b), 400);
	buf_free(&b);
}

/* A refused request and what follows are never read as two. */
static void
test_refused_closes(void **state)
{
	const char *text = "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 5\r\nContent-Length: 0\r\n\r\n"
	    "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
	struct buf b;
	int fd = kit_dial(place);

	(void)state;
	buf_init(&b, 65536);
	assert_int_equal(kit_say(fd, text, strlen(text)), 0);
	kit_hear(fd, &b, 1);
	assert_int_equal(kit_status(&b), 400);
	assert_null(strstr(b.bytes, "smuggled"));
	buf_free(&b);
	(void)close(fd);
}

static void
send_body(size_t n, struct buf *answer)
{
	char *text = mem_alloc(n + 256);
	int head = snprintf(text, 256, "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: %zu\r\n\r\n", n);

	memset(text + head, 'x', n);
	text[(size_t)head + n] = '\0';
	(void)ask(text, answer);
	free(text);
}

static void
test_body_at_the_edge(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	send_body(BODY_MAX, &b);
	assert_int_equal(kit_status(&b), 200);
	assert_non_null(strstr(b.bytes, "|100000|"));
	/* Refused by its length: nothing of the body needs to come. */
	assert_int_equal(ask("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 100001\r\n\r\n", &b), 413);
	assert_int_equal(ask("GET / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 1\r\n\r\nx", &b), 413);
	assert_int_equal(ask("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 99999999999999999999999\r\n\r\n", &b), 413);
	buf_free(&b);
}

static void
send_chunks(int n, struct buf *answer)
{
	static char chunk[10000];
	int fd = kit_dial(place), i;

	memset(chunk, 'x', sizeof(chunk));
	assert_int_equal(kit_say(fd, "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n", 56), 0);
	for (i = 0; i < n; i++)
		if (kit_say(fd, "2710\r\n", 6) == -1 ||
		    kit_say(fd, chunk, sizeof(chunk)) == -1 ||
		    kit_say(fd, "\r\n", 2) == -1)
			break;
	(void)kit_say(fd, "0\r\n\r\n", 5);
	buf_clear(answer);
	kit_hear(fd, answer, 0);
	(void)close(fd);
}

static void
test_chunks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	send_chunks(10, &b);
	assert_int_equal(kit_status(&b), 200);
	assert_non_null(strstr(b.bytes, "|100000|"));
	send_chunks(11, &b);
	assert_int_equal(kit_status(&b), 413);
	/* Far too much is not even read to its end. */
	send_chunks(400, &b);
	assert_int_equal(kit_status(&b), 0);
	buf_free(&b);
}

static void
test_header_too_large(void **state)
{
	char *text = mem_alloc(70000);
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	(void)snprintf(text, 70000, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	memset(text + strlen(text), 'x', 60000);
	(void)strncat(text, "\r\n\r\n", 5);
	assert_int_equal(ask(text, &b), 431);
	buf_free(&b);
	free(text);
}

/* Bytes that drip: how long until the connection ends, in ms. */
static int64_t
drip(const char *head)
{
	struct pollfd p = { -1, POLLIN, 0 };
	int64_t start = now_ms();
	char byte;

	p.fd = kit_dial(place);
	assert_int_equal(kit_say(p.fd, head, strlen(head)), 0);
	while (now_ms() - start < PATIENCE_MS) {
		if (poll(&p, 1, 50) == 1 && read(p.fd, &byte, 1) <= 0)
			break;
		if (kit_say(p.fd, "x", 1) == -1)
			break;
	}
	(void)close(p.fd);
	return now_ms() - start;
}

static void
test_dripping_is_cut(void **state)
{
	int64_t ms;

	(void)state;
	ms = drip("GET / HTTP/1.1\r\nHost: a\r\nX: ");
	assert_in_range(ms, HEADER_MS - 50, PATIENCE_MS / 2);
	ms = drip("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n"
	    "\r\n");
	assert_in_range(ms, HEADER_MS - 50, PATIENCE_MS / 2);
}

static void
test_served_in_a_crowd(void **state)
{
	int crowd[CROWD], i;
	struct buf b;
	int64_t start;

	(void)state;
	buf_init(&b, 65536);
	for (i = 0; i < CROWD; i++)
		crowd[i] = kit_dial(place);
	start = now_ms();
	for (i = 0; i < 20; i++)
		assert_int_equal(ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		    &b), 200);
	assert_in_range(now_ms() - start, 0, 5000);
	/* And they do not stay. */
	buf_clear(&b);
	for (i = 0; i < CROWD; i++) {
		kit_hear(crowd[i], &b, 1);
		(void)close(crowd[i]);
	}
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

/* One connection, several requests, as a command line makes them. */
static void
test_kept_open(void **state)
{
	char line[64], want[32];
	struct buf b;
	int fd = kit_dial(place), i;

	(void)state;
	buf_init(&b, 65536);
	for (i = 0; i < 5; i++) {
		(void)snprintf(line, sizeof(line),
		    "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
		(void)snprintf(want, sizeof(want), "GET|a|/%d||0|-", i);
		assert_int_equal(kit_say(fd, line, strlen(line)), 0);
		buf_clear(&b);
		kit_hear(fd, &b, 0);
		assert_non_null(strstr(b.bytes, want));
	}
	buf_free(&b);
	(void)close(fd);
}

/* Many that are answered in the turn after, some of whom have gone. */
static void
test_given_later(void **state)
{
	static const char request[] = "POST /later HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 4\r\n\r\nbody";
	int crowd[CROWD / 2], i;
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	for (i = 0; i < CROWD / 2; i++) {
		crowd[i] = kit_dial(place);
		assert_int_equal(kit_say(crowd[i], request, strlen(request)),
		    0);
		if (i % 3 == 0)
			(void)close(crowd[i]);
	}
	for (i = 0; i < CROWD / 2; i++) {
		if (i % 3 == 0)
			continue;
		buf_clear(&b);
		kit_hear(crowd[i], &b, 0);
		assert_int_equal(kit_status(&b), 303);
		assert_non_null(strstr(b.bytes, "\r\nLocation: /there\r\n"));
		assert_null(strstr(b.bytes, "Bad"));
		assert_non_null(strstr(b.bytes, "\r\n\r\nlater"));
		/* And the connection goes on. */
		assert_int_equal(kit_say(crowd[i], request, strlen(request)),
		    0);
		buf_clear(&b);
		kit_hear(crowd[i], &b, 0);
		assert_int_equal(kit_status(&b), 303);
		(void)close(crowd[i]);
	}
	buf_free(&b);
}

/* What is given in a turn that nothing else follows goes out all the same. */
static void
test_given_at_once(void **state)
{
	static const char get[] = "GET /later?x HTTP/1.1\r\nHost: h\r\n\r\n";
	int64_t start = now_ms();
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	for (int i = 0; i < 40; i++)
		assert_int_equal(ask(get, &b), 303);
	assert_in_range(now_ms() - start, 0, PATIENCE_MS);
	buf_free(&b);
}

/* They are not read, and so they stay in memory. */
static void
test_long_answers_leave_room(void **state)
{
	static const char get[] = "GET /long HTTP/1.1\r\nHost: h\r\n\r\n";
	static const char post[] = "POST / HTTP/1.1\r\nHost: h\r\n"
	    "Content-Length: 2\r\n\r\nhi";
	static const char *const said[] = { "200", "200", "503", "503" };
	char line[13] = "";
	int fd[4], other;
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		fd[i] = kit_dial(place);
		assert_int_equal(kit_say(fd[i], get, strlen(get)), 0);
		assert_int_equal(recv(fd[i], line, 12, MSG_WAITALL), 12);
		assert_string_equal(line + 9, said[i]);
	}
	other = kit_dial(place);
	assert_int_equal(kit_say(other, post, strlen(post)), 0);
	buf_init(&b, 4096);
	kit_hear(other, &b, 0);
	assert_int_equal(kit_status(&b), 200);
	buf_free(&b);
	(void)close(other);
	for (i = 0; i < 4; i++)
		(void)close(fd[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raw_request),
		cmocka_unit_test(test_header_twice_is_none),
		cmocka_unit_test(test_ambiguous_is_refused),
		cmocka_unit_test(test_refused_closes),
		cmocka_unit_test(test_body_at_the_edge),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_header_too_large),
		cmocka_unit_test(test_dripping_is_cut),
		cmocka_unit_test(test_served_in_a_crowd),
		cmocka_unit_test(test_kept_open),
		cmocka_unit_test(test_given_later),
		cmocka_unit_test(test_given_at_once),
		cmocka_unit_test(test_long_answers_leave_room),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
