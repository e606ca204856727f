/*
 * The configuration: what is taken, and for everything that is refused the
 * line and the words that help.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/config_keep.h"
#include "daemon/config_quiet.h"
#include "lib/buf.h"
#include "lib/err.h"

#define NAME	"/srv/teduh/teduh.conf"
#define TOP	"data = \"data\"\nsecrets = \"/s\"\n"
#define API	"api { listen = \"unix:run/api\" }\n"
#define DESK	"desk youth { from_address = \"a@b.example\" }\n"
#define GOOD	TOP API DESK	/* lines 1 to 4 */

static struct config *
good(const char *text)
{
	struct err e = ERR_INIT;
	struct config *config = config_parse(NAME, text, &e);

	if (config == NULL)
		print_error("%s\n", e.text);
	assert_non_null(config);
	return config;
}

#define TEN		"Neutral 9 "
#define LINE_100	TEN TEN TEN TEN TEN TEN TEN TEN TEN "Neutral 99"

/* The text must be refused at this line with these words. */
static void
bad(const char *text, int line, const char *words)
{
	struct err e = ERR_INIT;
	char head[64];

	(void)snprintf(head, sizeof(head), NAME ":%d: ", line);
	assert_null(config_parse(NAME, text, &e));
	if (strncmp(e.text, head, strlen(head)) != 0 ||
	    strstr(e.text, words) == NULL)
		fail_msg("line %d with '%s' wanted, but: %s", line, words,
		    e.text);
	assert_int_equal(e.code, ERR_INPUT);
}

static void
defaults(void **state)
{
	struct config *c = good(GOOD
	    "mailbox m { desk = youth host = h user = u secret = p }\n"
	    "relay { host = r tls = starttls }\n");

	(void)state;
	assert_string_equal(c->data, "/srv/teduh/data");
	assert_string_equal(c->secrets, "/s");
	assert_string_equal(c->user, "teduh");
	assert_string_equal(c->api.listen, "unix:/srv/teduh/run/api");
	assert_null(c->api.url);
	assert_int_equal(c->ndesks, 1);
	assert_string_equal(c->desks[0].languages, "en");
	assert_string_equal(c->desks[0].from_name, "youth");
	assert_string_equal(c->desks[0].subject, "youth");
	assert_int_equal(c->desks[0].due_first_s, 48 * 3600);
	assert_int_equal(c->desks[0].due_later_s, 5 * 86400);
	assert_int_equal(c->desks[0].hold_s, 0);
	assert_int_equal(c->desks[0].alarm_after_s, 32 * 3600);
	assert_int_equal(c->desks[0].acknowledge, ACKNOWLEDGE_NEUTRAL);
	assert_string_equal(c->desks[0].reasons[0], "answered");
	assert_int_equal(config_keep_after(&c->desks[0], "answered"), 0);
	assert_int_equal(c->desks[0].raw_after_s, 0);
	assert_null(c->alarm.to);
	assert_null(c->alarm.command);
	assert_int_equal(c->alarm.heartbeat_every_s, 300);
	assert_string_equal(c->alarm.language, "en");
	assert_false(config_has_bell(c));
	assert_int_equal(c->mailboxes[0].port, 993);
	assert_int_equal(c->mailboxes[0].tls, TLS_IMPLICIT);
	assert_string_equal(c->mailboxes[0].folders[0], "INBOX");
	assert_null(c->mailboxes[0].folders[1]);
	assert_int_equal(c->mailboxes[0].after, AFTER_MOVE);
	assert_string_equal(c->mailboxes[0].after_folder, "Teduh");
	assert_int_equal(c->relay.port, 587);
	assert_int_equal(c->relay.tls, TLS_STARTTLS);
	assert_int_equal(c->relay.workers, 2);
	assert_null(c->relay.user);
	config_free(c);
}

static void
all_given(void **state)
{
	struct config *c = good(TOP "user = \"svc\"\n"
	    "api { listen = \"[::1]:0\" url = \"https://d.example:8443\"\n"
	    " cert = \"c.pem\" key = \"/k.pem\" }\n"
	    "desk a { languages = {\"id\", \"et\"} from_name = \"Teduh ö\"\n"
	    " from_address = \"a@b.example\" subject = \"Surat\"\n"
	    " due_first = 30m due_later = 7d alarm_after = 5h"
	    " hold = 1d acknowledge = full reasons = {\"moved\", \"abuse\"}"
	    " retention = {\"180d\", \"abuse keep\"} retention_raw = 30d"
	    " }\n"
	    "desk b { from_address = 'b@b.example' acknowledge = off }\n"
	    "mailbox m { desk = \"b\" host = 'h' port = 143 tls = starttls\n"
	    " ca = \"ca.pem\" user = u secret = \"m.pw\"\n"
	    " folders = {\"INBOX\", \"Junk\"} after = \"move:Done\"\n"
	    " authserv_id = \"mx\" }\n"
	    "mailbox p { desk = \"a\" listen = \"unix:/p\" }\n"
	    "relay { host = r user = u secret = s workers = 4 }\n"
	    "alarm { to = {\"x@y.example\", \"z@y.example\"}\n"
	    " command = \"/bin/ring  loud -x\" heartbeat = '/bin/true'\n"
	    " heartbeat_every = 10m language = et texts = \"words\" }\n");

	(void)state;
	assert_string_equal(c->api.cert, "/srv/teduh/c.pem");
	assert_string_equal(c->api.key, "/k.pem");
	assert_string_equal(c->desks[0].languages, "id et");
	assert_int_equal(c->desks[0].due_first_s, 1800);
	assert_int_equal(c->desks[0].due_later_s, 7 * 86400);
	assert_int_equal(c->desks[0].hold_s, 86400);
	assert_int_equal(c->desks[0].alarm_after_s, 5 * 3600);
	assert_int_equal(c->desks[0].acknowledge, ACKNOWLEDGE_FULL);
	assert_string_equal(c->desks[0].reasons[1], "abuse");
	assert_null(c->desks[0].reasons[2]);
	assert_int_equal(config_keep_after(&c->desks[0], NULL), 180 * 86400);
	assert_int_equal(config_keep_after(&c->desks[0], "moved"),
	    180 * 86400);
	assert_int_equal(config_keep_after(&c->desks[0], "abuse"), 0);
	assert_int_equal(c->desks[0].raw_after_s, 30 * 86400);
	assert_int_equal(c->desks[1].acknowledge, ACKNOWLEDGE_OFF);
	assert_string_equal(c->alarm.to[1], "z@y.example");
	assert_null(c->alarm.to[2]);
	assert_string_equal(c->alarm.command[1], "loud");
	assert_string_equal(c->alarm.command[2], "-x");
	assert_null(c->alarm.command[3]);
	assert_string_equal(c->alarm.heartbeat[0], "/bin/true");
	assert_int_equal(c->alarm.heartbeat_every_s, 600);
	assert_string_equal(c->alarm.language, "et");
	assert_string_equal(c->alarm.texts, "/srv/teduh/words");
	assert_true(config_has_bell(c));
	assert_ptr_equal(config_desk(c, "b"), &c->desks[1]);
	assert_null(config_desk(c, "c"));
	assert_ptr_equal(config_mailbox(c, "p"), &c->mailboxes[1]);
	assert_null(config_mailbox(c, "a"));
	assert_string_equal(c->mailboxes[0].folders[1], "Junk");
	assert_string_equal(c->mailboxes[0].after_folder, "Done");
	assert_string_equal(c->mailboxes[0].ca, "/srv/teduh/ca.pem");
	assert_null(c->mailboxes[1].host);
	assert_string_equal(c->mailboxes[1].listen, "unix:/p");
	assert_string_equal(config_charsets(&c->desks[0]),
	    "utf-8 windows-1257 windows-1252");
	assert_string_equal(config_charsets(&c->desks[1]),
	    "utf-8 windows-1252");
	config_free(c);
}

/* Every role reads the same file alike, whatever its environment. */
static void
no_environment(void **state)
{
	struct config *c;

	(void)state;
	bad("data = d\nsecrets = \"${TEDUH_TEST}\"\n", 2, "'${'");
	c = good("data = d\nsecrets = '${TEDUH_TEST}'\n" API DESK);
	assert_string_equal(c->secrets, "/srv/teduh/${TEDUH_TEST}");
	config_free(c);
}

static void
web(void **state)
{
	struct config *c = good(GOOD);

	(void)state;
	assert_null(c->web.listen);
	config_free(c);
	c = good(GOOD "web { listen = \"127.0.0.1:0\" }\n");
	assert_int_equal(c->web.workers, 1);
	assert_string_equal(c->web.pages, PAGESDIR);
	assert_string_equal(c->web.words, WORDSDIR);
	assert_string_equal(c->web.leave, "https://www.wikipedia.org/");
	assert_null(c->web.url);
	assert_null(c->web.trust_forwarded);
	config_free(c);
	c = good(GOOD "web { listen = \"0.0.0.0:443\" cert = c key = k\n"
	    " trust_forwarded = \"2001:db8::1\"\n"
	    " url = \"https://h.example/help/\" workers = 3 pages = p\n"
	    " words = w"
	    " leave = \"https://news.example/\" }\n");
	assert_string_equal(c->web.cert, "/srv/teduh/c");
	assert_string_equal(c->web.key, "/srv/teduh/k");
	assert_string_equal(c->web.pages, "/srv/teduh/p");
	assert_string_equal(c->web.words, "/srv/teduh/w");
	assert_string_equal(c->web.url, "https://h.example/help/");
	assert_string_equal(c->web.leave, "https://news.example/");
	assert_int_equal(c->web.workers, 3);
	assert_string_equal(c->web.trust_forwarded, "2001:db8::1");
	config_free(c);
	config_free(good(GOOD "web { listen = \"unix:/x\"\n"
	    " trust_forwarded = unix }\n"));
	bad(GOOD "web {\n url = \"https://h\" }\n", 6, "'listen'");
	bad(GOOD "web {\n listen = \"0.0.0.0:80\" }\n", 6, "'cert' and 'key'");
	bad(GOOD "web {\n listen = \"[::]:80\" }\n", 6, "loopback");
	bad(GOOD "web {\n listen = nonsense }\n", 6, "HOST:PORT");
	bad(GOOD "web {\n listen = 'unix:/x'\n cert = c }\n", 6,
	    "go together");
	bad(GOOD "web { listen = 'unix:/x'\n workers = 17 }\n", 6, "16");
	bad(GOOD "web { listen = 'unix:/x'\n url = 'http://h' }\n", 6,
	    "https://HOST");
	bad(GOOD "web { listen = 'unix:/x'\n leave = 'javascript:x' }\n", 6,
	    "https://HOST");
	bad(GOOD "web { listen = 'unix:/x'\n trust_forwarded = '127.0.0.1' }"
	    "\n", 6, "'trust_forwarded'");
	bad(GOOD "web { listen = '127.0.0.1:0'\n trust_forwarded = unix }\n", 6,
	    "the front");
	bad(GOOD "web { listen = '127.0.0.1:0'\n trust_forwarded = localhost }"
	    "\n", 6, "'localhost'");
	bad(GOOD "web { listen = 'unix:/srv/teduh/run/api' }\n", 5,
	    "used before");
}

/* What is behind comments keeps its line. */
static void
comments(void **state)
{
	(void)state;
	config_free(good("# one\n// two\n/* three\n four */\n" GOOD));
	config_free(good(TOP "user = \"a#b//c\" # d\n" API DESK));
	bad("# one\n\n/* two\nthree */ # four\nusre = x\n", 5, "usre");
	bad("# one\n" GOOD "relay {\n# x\n host = h port = 0 }\n", 8, "port");
	bad(GOOD "/* for ever\n\n", 5, "comment is never closed");
}

static void
structure(void **state)
{
	(void)state;
	bad(GOOD "relay {\n host = r\n", 5, "'{' is never closed");
	bad(GOOD "}\n", 5, "closes nothing");
	bad("data = \"x\n\n", 1, "quote is never closed");
	bad("data = {\"x\"}\n", 1, "{");
	bad(GOOD "relay {\n host = r\n", 5, "closed");
	bad("api listen = x\n", 1, "api");
	bad(TOP "usre = x\n", 3, "allowed here: data, secrets, user, api");
	bad(GOOD "relay {\n hots = r }\n", 6, "allowed here: host, port");
	bad(GOOD "desk b {\n contacts = x }\n", 6,
	    "stands in the text 'desks/DESK/LANGUAGE/contacts.txt'");
	bad(GOOD "include(\"/etc/passwd\")\n", 5, "include");
	bad(GOOD "data = x\n", 5, "in line 1");
	bad(GOOD "api { }\n", 5, "in line 3");
	bad(GOOD DESK, 5, "duplicate");
	bad(GOOD "relay { host = r\n host = s }\n", 6, "in line 5");
	bad(GOOD "user = \"\"\n", 5, "empty");
	bad(GOOD "user = \"a\x01\"\n", 5, "controls");
	bad(GOOD "user = \"\xff\"\n", 5, "UTF-8");
}

static void
what_must_be_there(void **state)
{
	(void)state;
	bad("secrets = s\n" API DESK, 4, "'data'");
	bad("data = s\n" API DESK, 4, "'secrets'");
	bad(TOP DESK, 4, "'api'");
	bad(TOP "api {\n}\n" DESK, 4, "'listen'");
	bad(TOP API, 4, "0 desks");
	bad(TOP API "desk a {\n}\n", 5, "'from_address'");
	bad(GOOD "mailbox m { host = h }\n", 5, "'desk'");
	bad(GOOD "mailbox m { desk = youth }\n", 5, "neither");
	bad(GOOD "mailbox m { desk = youth host = h\n secret = s }\n", 6,
	    "'user'");
	bad(GOOD "mailbox m { desk = youth host = h\n user = s }\n", 6,
	    "'secret'");
	bad(GOOD "mailbox m { desk = youth host = h user = u secret = s\n"
	    "token_command = \"/bin/t\" }\n", 6, "exactly one of 'secret' and");
	bad(GOOD "mailbox m { desk = youth host = h user = u\n"
	    "token_command = \"t\" }\n", 6, "absolute path");
	bad(GOOD "relay { host = h\ntoken_command = \"/bin/t\" }\n", 6,
	    "only one of");
	bad(GOOD "relay { }\n", 5, "'host'");
}

static void
desks(void **state)
{
	(void)state;
	bad(TOP API "desk Youth { from_address = \"a@b.example\" }\n", 4,
	    "'Youth'");
	bad(TOP API "desk y { from_address = \"a\" }\n", 4, "mail address");
	bad(TOP API "desk y { languages = {\"Dutch\"}\n"
	    "from_address = \"a@b.example\" }\n", 4, "'Dutch'");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "due_first = 48 }\n", 5, "48h");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "due_first = 0h }\n", 5, "due_first");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "due_later = 99999999999999999999d }\n", 5, "ten years");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "due_later = h }\n", 5, "due_later");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "retention = {\"180\"} }\n", 5, "'180'");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "retention = {\"gone 30d\"} }\n", 5, "'gone 30d'");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "reasons = {\"two words\"} }\n", 5, "'two words'");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "hold = 25h }\n", 5, "at most 1d");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "acknowledge = yes }\n", 5, "neutral, full and off");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "timezone = \"Asia/Nowhere\" }\n", 5, "Asia/Jakarta");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "timezone = \"../zoneinfo/UTC\" }\n", 5, "Asia/Jakarta");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "quiet = \"22-7\" }\n", 5, "22:00-07:00");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "quiet = \"22:00-24:00\" }\n", 5, "22:00-07:00");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "first_line = {\"Hello.\"} }\n", 5, "at least 100");
	bad(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "languages = {id, et}\nfirst_line = {\"" LINE_100 "\"} }\n", 6,
	    "one for each of 'languages'");
}

/* 1795600000 is 2026-11-25 09:46:40 UTC. */
static void
quiet_hours_are_local(void **state)
{
	static const struct {
		const char	*zone, *quiet;
		int64_t		 now, until;
	} rows[] = {
		{ "Asia/Jakarta", "22:00-07:00", 1795600000, 0 },
		{ "Asia/Jakarta", "16:00-07:00", 1795600000, 1795651200 },
		{ "Asia/Jakarta", "16:00-17:30", 1795600000, 1795602600 },
		{ "Europe/Tallinn", "11:46-11:47", 1795600000, 1795600020 },
		{ "Europe/Tallinn", "11:00-11:46", 1795600000, 0 },
		{ "UTC", "09:46-09:00", 1795600000, 1795683600 },
		/* The night in which the clock goes back: an hour more. */
		{ "Europe/Tallinn", "22:00-07:00", 1792872000, 1792904400 },
		/* Where it goes forward; and an end that there is not. */
		{ "Europe/Tallinn", "22:00-07:00", 1806181200, 1806206400 },
		{ "Europe/Tallinn", "22:00-03:30", 1806181200, 1806197400 },
	};
	struct config *c;
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text), TOP API
		    "desk y { from_address = \"a@b.example\" timezone = "
		    "\"%s\" quiet = \"%s\" }\n", rows[i].zone,
		    rows[i].quiet);
		c = good(text);
		assert_int_equal(config_quiet_until(&c->desks[0],
		    rows[i].now), rows[i].until);
		config_free(c);
	}
}

static void
alarm_is_wrong(void **state)
{
	(void)state;
	bad(TOP API DESK "alarm {\nto = {\"nobody\"} }\n", 6, "'nobody'");
	bad(TOP API DESK "alarm {\ncommand = \"ring me\" }\n", 6,
	    "absolute path");
	bad(TOP API DESK "alarm {\nheartbeat = \" \" }\n", 6,
	    "absolute path");
	bad(TOP API DESK "alarm {\nlanguage = Klingon }\n", 6, "'Klingon'");
	bad(TOP API DESK "alarm {\nbell = x }\n", 6, "heartbeat_every");
}

static void
lists(void **state)
{
	struct config *c;

	(void)state;
	c = good(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "languages = {\n\"id\",\n\"et\"}\nlanguages += {\"en\"} }\n");
	assert_string_equal(c->desks[0].languages, "id et en");
	config_free(c);
	c = good(TOP API "desk y { from_address = \"a@b.example\"\n"
	    "languages = {\"id\"} }\n");
	assert_string_equal(c->desks[0].languages, "id");
	config_free(c);
}

static void
mailboxes(void **state)
{
#define IMAP	"mailbox m { desk = youth host = h user = u secret = p\n"
	(void)state;
	bad(GOOD "mailbox m { desk = seniors\n host = h }\n", 5, "seniors");
	bad(GOOD "mailbox m { desk = youth host = h listen = \"unix:x\" }\n",
	    5, "both");
	bad(GOOD "mailbox m { desk = youth listen = \"unix:x\"\n port = 1 }",
	    6, "'host' only");
	bad(GOOD "mailbox m { desk = youth\n listen = \"h:1\" }", 6,
	    "unix:PATH");
	bad(GOOD "mailbox m { desk = youth\n listen = \"unix:run/api\" }", 6,
	    "used before");
	bad(GOOD IMAP "port = 0 }", 6, "1 to 65535");
	bad(GOOD IMAP "port = 65536 }", 6, "1 to 65535");
	bad(GOOD IMAP "port = -1 }", 6, "1 to 65535");
	bad(GOOD IMAP "port = 99999999999999999999 }", 6, "1 to 65535");
	bad(GOOD IMAP "tls = none }", 6, "implicit and starttls");
	bad(GOOD IMAP "after = \"delete:Teduh\" }", 6, "keep and delete");
	bad(GOOD IMAP "purge_after = 30 }", 6, "minutes, hours or days");
	bad(GOOD IMAP "purge_after = 23h }", 6, "at least 1d");
	bad(GOOD IMAP "after = keep\npurge_after = 30d }", 7, "move:FOLDER");
	bad(GOOD IMAP "canary = 5m }", 6, "at least 15m");
	bad(GOOD IMAP "silent_after = 10m }", 6, "auto, off");
	bad(GOOD IMAP "after = \"move:\" }", 6, "move:FOLDER");
	bad(GOOD IMAP "after = \"move:INBOX\" }", 6, "watches");
	bad(GOOD "mailbox m { desk = youth host = h user = u\n"
	    "secret = pepper }", 6, "own secrets");
	bad(GOOD "mailbox m { desk = youth host = h user = u\n"
	    "secret = \"../x\" }", 6, "without '/'");
}

static void
sockets(void **state)
{
	char text[512], path[128];
	struct config *c;

	(void)state;
	bad(TOP "api { listen = \"h:1\" cert = c }\n" DESK, 3, "'key'");
	bad(TOP "api { listen = \"h\" }\n" DESK, 3, "HOST:PORT");
	bad(TOP "api { listen = \"h:65536\" }\n" DESK, 3, "65535");
	bad(TOP "api { listen = \"unix:\" }\n" DESK, 3, "no path");
	bad(TOP "api { listen = \"unix:a\"\n url = \"http://x\" }\n" DESK, 4,
	    "https://");
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[107] = '\0';	/* what fits into a socket address */
	(void)snprintf(text, sizeof(text), TOP "api { listen = \"unix:%s\" }\n"
	    DESK, path);
	c = good(text);
	config_free(c);
	path[107] = 'a';
	path[108] = '\0';
	(void)snprintf(text, sizeof(text), TOP "api { listen = \"unix:%s\" }\n"
	    DESK, path);
	bad(text, 3, "too long");
}

static void
host_port(void **state)
{
	static const char *const wrong[] = { "", ":1", "h", "h:", "h:x",
	    "h:65536", "h:123456", "::1:80", "[]:1", "h:-1" };
	char host[CONFIG_HOST_MAX], port[6];
	size_t i;

	(void)state;
	assert_int_equal(config_host_port("h.example:65535", host, port), 0);
	assert_string_equal(host, "h.example");
	assert_string_equal(port, "65535");
	assert_int_equal(config_host_port("[::1]:0", host, port), 0);
	assert_string_equal(host, "::1");
	assert_string_equal(port, "0");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (config_host_port(wrong[i], host, port) != -1)
			fail_msg("'%s' was taken", wrong[i]);
}

static void
files(void **state)
{
	struct err e = ERR_INIT;
	char path[] = "/tmp/test_config.XXXXXX";
	char *text;
	size_t len;
	FILE *f;
	int fd;

	(void)state;
	assert_null(config_read("/nonexistent/x", &len, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_true((fd = mkstemp(path)) != -1);
	assert_non_null(f = fdopen(fd, "w"));
	(void)fputs(GOOD, f);
	(void)fflush(f);
	text = config_read(path, &len, &e);
	assert_non_null(text);
	assert_string_equal(text, GOOD);
	assert_int_equal(len, strlen(GOOD));
	free(text);
	(void)fputc('\0', f);
	(void)fflush(f);
	assert_null(config_read(path, &len, &e));
	(void)fseek(f, CONFIG_MAX, SEEK_SET);
	(void)fputs("x", f);
	(void)fclose(f);
	assert_null(config_read(path, &len, &e));
	assert_non_null(strstr(e.text, "too large"));
	(void)remove(path);
}

#define BOX	"mailbox m { desk = youth host = h user = u secret = p }\n"
#define RELAY	"relay { host = r }\n"

/* Two that differ in how they are written only, and then in what they say. */
static void
sections_in_one_form(void **state)
{
	struct config *a = good(GOOD BOX RELAY), *b;

	(void)state;
	b = good("# first\n" RELAY TOP "\n\n" API DESK "mailbox m\n{\n"
	    "\tsecret = \"p\" # mine\n\tuser = \"u\"\n\thost = h\n\t"
	    "desk = youth\n}\n");
	assert_string_equal(a->api.text, b->api.text);
	assert_string_equal(a->desks_text, b->desks_text);
	assert_string_equal(a->mailboxes[0].text, b->mailboxes[0].text);
	assert_string_equal(a->relay.text, b->relay.text);
	assert_string_equal(a->alarm.text, b->alarm.text);
	assert_int_equal(b->mailboxes[0].secret_line, 11);
	assert_int_equal(b->data_line, 3);
	config_free(b);
	b = good(TOP "api { listen = \"unix:run/other\" }\n"
	    "desk youth { from_address = \"a@b.example\" hold = 1h }\n"
	    "mailbox m { desk = youth host = h user = u secret = p "
	    "folders = {\"A\"} }\n"
	    "relay { host = r workers = 3 }\nalarm { language = id }\n");
	assert_string_not_equal(a->api.text, b->api.text);
	assert_string_not_equal(a->desks_text, b->desks_text);
	assert_string_not_equal(a->mailboxes[0].text, b->mailboxes[0].text);
	assert_string_not_equal(a->relay.text, b->relay.text);
	assert_string_not_equal(a->alarm.text, b->alarm.text);
	config_free(b);
	b = good(GOOD);
	assert_null(b->relay.text);
	config_free(b);
	config_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(all_given),
		cmocka_unit_test(no_environment),
		cmocka_unit_test(comments),
		cmocka_unit_test(web),
		cmocka_unit_test(structure),
		cmocka_unit_test(what_must_be_there),
		cmocka_unit_test(desks),
		cmocka_unit_test(quiet_hours_are_local),
		cmocka_unit_test(alarm_is_wrong),
		cmocka_unit_test(lists),
		cmocka_unit_test(mailboxes),
		cmocka_unit_test(sockets),
		cmocka_unit_test(host_port),
		cmocka_unit_test(files),
		cmocka_unit_test(sections_in_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
