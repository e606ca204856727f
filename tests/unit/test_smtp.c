/*
 * What an SMTP conversation means: phase, reply and error to an outcome.
 *
 * With arguments it has one conversation and prints what came of it, for
 * tests/integration/test_post_smtp.py:
 *   test_smtp TLS PORT CA FROM TO [fail] < message
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <gnutls/gnutls.h>

#include "daemon/config.h"
#include "daemon/post/idna.h"
#include "daemon/post/smtp.h"
#include "daemon/role.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define MESSAGE_MAX	(4 * 1024 * 1024)

/* In place of the role's: a conversation that is told to stop at once. */
static int stopping;

int
role_stopping(void)
{
	return stopping;
}

struct ending {
	struct smtp_end		 end;
	enum delivery_outcome	 outcome;
	const char		*word;
};

#define END(p, c, u, n, r, t)						\
	{ .phase = p, .error = c, .no_utf8 = u, .code = n, .reply = r,	\
	    .trust = t }

static const struct ending endings[] = {
	/* Before RCPT whatever fails is the relay's. */
	{ END(SMTP_BEFORE, CURLE_COULDNT_CONNECT, 0, 0, "", 0),
	    OUTCOME_ENDPOINT, "connect" },
	{ END(SMTP_BEFORE, CURLE_COULDNT_RESOLVE_HOST, 0, 0, "", 0),
	    OUTCOME_ENDPOINT, "connect" },
	{ END(SMTP_BEFORE, CURLE_PEER_FAILED_VERIFICATION, 0, 0, "", 0),
	    OUTCOME_ENDPOINT, "tls-name" },
	{ END(SMTP_BEFORE, CURLE_PEER_FAILED_VERIFICATION, 0, 0, "",
	    GNUTLS_CERT_INVALID | GNUTLS_CERT_EXPIRED),
	    OUTCOME_ENDPOINT, "tls-expired" },
	{ END(SMTP_BEFORE, CURLE_PEER_FAILED_VERIFICATION, 0, 0, "",
	    GNUTLS_CERT_INVALID | GNUTLS_CERT_EXPIRED |
	    GNUTLS_CERT_SIGNER_NOT_FOUND),
	    OUTCOME_ENDPOINT, "tls-unknown" },
	{ END(SMTP_BEFORE, CURLE_PEER_FAILED_VERIFICATION, 0, 0, "",
	    GNUTLS_CERT_INVALID), OUTCOME_ENDPOINT, "tls-bad" },
	{ END(SMTP_BEFORE, CURLE_USE_SSL_FAILED, 0, 250, "250 sink", 0),
	    OUTCOME_ENDPOINT, "tls-none" },
	{ END(SMTP_BEFORE, CURLE_LOGIN_DENIED, 0, 535, "535 5.7.8 wrong", 0),
	    OUTCOME_ENDPOINT, "535" },
	{ END(SMTP_BEFORE, CURLE_WEIRD_SERVER_REPLY, 0, 554, "554 5.3.2 no", 0),
	    OUTCOME_ENDPOINT, "554" },
	{ END(SMTP_BEFORE, CURLE_SEND_ERROR, 0, 552, "552 5.2.2 full", 0),
	    OUTCOME_ENDPOINT, "552" },
	{ END(SMTP_BEFORE, CURLE_OPERATION_TIMEDOUT, 0, 220, "220 sink", 0),
	    OUTCOME_ENDPOINT, "timeout" },
	{ END(SMTP_BEFORE, CURLE_WRITE_ERROR, 1, 250, "250 2.1.0 ok", 0),
	    OUTCOME_REFUSED, "smtputf8" },
	/* About this recipient. */
	{ END(SMTP_RCPT, CURLE_SEND_ERROR, 0, 451, "451 4.2.1 later", 0),
	    OUTCOME_DEFERRED, "451" },
	{ END(SMTP_RCPT, CURLE_SEND_ERROR, 0, 450, "450 4.7.1 greylisted", 0),
	    OUTCOME_DEFERRED, "450" },
	{ END(SMTP_RCPT, CURLE_SEND_ERROR, 0, 550, "550 5.1.1 nobody", 0),
	    OUTCOME_REFUSED, "550" },
	{ END(SMTP_RCPT, CURLE_SEND_ERROR, 0, 550, "550", 0),
	    OUTCOME_REFUSED, "550" },
	{ END(SMTP_RCPT, CURLE_SEND_ERROR, 0, 550, "550 5.7.1 relaying", 0),
	    OUTCOME_ENDPOINT, "550" },
	{ END(SMTP_RCPT, CURLE_SEND_ERROR, 0, 530, "530 log in first", 0),
	    OUTCOME_ENDPOINT, "530" },
	{ END(SMTP_RCPT, CURLE_RECV_ERROR, 0, 0, "", 0),
	    OUTCOME_DEFERRED, "connection" },
	{ END(SMTP_RCPT, CURLE_ABORTED_BY_CALLBACK, 0, 0, "", 0),
	    OUTCOME_ENDPOINT, "stopped" },
	/* The message, before the dot. */
	{ END(SMTP_DATA, CURLE_SEND_ERROR, 0, 451, "451 4.3.0 later", 0),
	    OUTCOME_DEFERRED, "451" },
	{ END(SMTP_DATA, CURLE_SEND_ERROR, 0, 554, "554 5.5.1 none", 0),
	    OUTCOME_REFUSED, "554" },
	{ END(SMTP_DATA, CURLE_SEND_ERROR, 0, 354, "354 go", 0),
	    OUTCOME_DEFERRED, "connection" },
	/* After the dot. */
	{ END(SMTP_DOT, CURLE_OK, 0, 250, "250 2.0.0 queued", 0),
	    OUTCOME_ACCEPTED, "250" },
	{ END(SMTP_DOT, CURLE_WEIRD_SERVER_REPLY, 0, 251, "251 ok", 0),
	    OUTCOME_ACCEPTED, "251" },
	{ END(SMTP_DOT, CURLE_WEIRD_SERVER_REPLY, 0, 452, "452 4.3.1 disk", 0),
	    OUTCOME_DEFERRED, "452" },
	{ END(SMTP_DOT, CURLE_WEIRD_SERVER_REPLY, 0, 554, "554 5.6.0 no", 0),
	    OUTCOME_REFUSED, "554" },
	{ END(SMTP_DOT, CURLE_WEIRD_SERVER_REPLY, 0, 550, "550 5.7.1 spam", 0),
	    OUTCOME_ENDPOINT, "550" },
	{ END(SMTP_DOT, CURLE_RECV_ERROR, 0, 0, "", 0),
	    OUTCOME_UNKNOWN, "connection" },
	{ END(SMTP_DOT, CURLE_OPERATION_TIMEDOUT, 0, 0, "", 0),
	    OUTCOME_UNKNOWN, "timeout" },
	{ END(SMTP_DOT, CURLE_WEIRD_SERVER_REPLY, 0, 354, "354 go", 0),
	    OUTCOME_UNKNOWN, "odd" },
	/* No reply at all is no acceptance, whatever libcurl thinks. */
	{ END(SMTP_DOT, CURLE_OK, 0, 0, "", 0), OUTCOME_UNKNOWN, "connection" },
	{ END(SMTP_RCPT, CURLE_OK, 0, 250, "250 ok", 0), OUTCOME_DEFERRED,
	    "connection" },
};

static void
gives_each_ending_its_outcome(void **state)
{
	char word[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		assert_int_equal(smtp_outcome(&endings[i].end, word),
		    endings[i].outcome);
		assert_string_equal(word, endings[i].word);
	}
}

static int
never(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	fail();
	return -1;
}

static void
refuses_before_it_connects(void **state)
{
	static const char *const bad[][3] = {
		{ "a@x.example\r\nRCPT TO:<b@x.example>", "b@x.example",
		    "Hi\r\n" },
		{ "a@x.example", "b@x.example>\r\nRCPT TO:<c@x.example",
		    "Hi\r\n" },
		{ "a@x.example", "b x@x.example", "Hi\r\n" },
		{ "a@x.example", "", "Hi\r\n" },
		{ "a@x.example", "b@x.example", "Hi\n" },
		{ "a@x.example", "b@x.example", "Hi\rthere\r\n" },
		{ "a@x.example", "b@x.example", "Hi\n.\r\n" },
		{ "a@x.example", "b@x.example", "no end" },
		{ "a@x.example", "b@x.example", "" },
	};
	struct config_relay relay;
	struct smtp_message m;
	struct smtp_end end;
	struct err e;
	size_t i;

	(void)state;
	memset(&relay, 0, sizeof(relay));
	relay.host = (char[]){ "127.0.0.1" };
	relay.port = 1;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		m = (struct smtp_message){ "x.example", bad[i][0], bad[i][1],
		    bad[i][2], strlen(bad[i][2]), never, NULL };
		e.code = ERR_NONE;
		assert_int_equal(smtp_send(&relay, NULL, &m, &end, &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
	}
}

static void
never_asks_without_a_password(void **state)
{
	struct config_relay relay;
	struct smtp_message m = { "x.example", "a@x.example", "b@x.example",
	    "Hi\r\n", 4, never, NULL };
	struct smtp_end end;
	struct err e = ERR_INIT;

	(void)state;
	memset(&relay, 0, sizeof(relay));
	relay.host = (char[]){ "127.0.0.1" };
	relay.port = 1;
	relay.user = (char[]){ "letters" };
	assert_int_equal(smtp_send(&relay, NULL, &m, &end, &e), -1);
	assert_int_equal(e.code, ERR_BUG);
	relay.user = NULL;
	assert_int_equal(smtp_send(&relay, NULL, &m, &end, &e), 0);
	assert_int_equal(end.phase, SMTP_BEFORE);
	stopping = 1;
	assert_int_equal(smtp_send(&relay, NULL, &m, &end, &e), 0);
	assert_int_equal(end.phase, SMTP_BEFORE);
	stopping = 0;
}

/* The conversation for the story. */
struct calls {
	int	count, fail;
};

static int
count(void *ctx, struct err *e)
{
	struct calls *calls = ctx;

	calls->count++;
	if (calls->fail)
		err_set(e, ERR_RETRY, "not now");
	return calls->fail ? -1 : 0;
}

static int
converse(char **argv, int fail)
{
	static const char *const words[] = { "accepted", "deferred",
	    "endpoint", "refused", "unknown", "blocked" };
	struct calls calls = { 0, fail };
	struct config_relay relay;
	struct smtp_message m = { "desk.example", argv[4], argv[5], NULL, 0,
	    count, &calls };
	struct smtp_end end;
	struct err e = ERR_INIT;
	struct secret *password;
	enum delivery_outcome outcome;
	char word[16] = "", *bytes = malloc(MESSAGE_MAX);
	char trouble[SMTP_TROUBLE_MAX];
	int r;

	memset(&relay, 0, sizeof(relay));
	relay.host = (char[]){ "localhost" };
	relay.port = (int)strtol(argv[2], NULL, 10);
	relay.tls = strcmp(argv[1], "implicit") == 0 ? TLS_IMPLICIT :
	    TLS_STARTTLS;
	relay.ca = argv[3];
	relay.user = getenv("SMTP_USER");
	password = secret_copy(getenv("SMTP_PASSWORD"),
	    strlen(getenv("SMTP_PASSWORD")));
	m.len = fread(bytes, 1, MESSAGE_MAX, stdin);
	m.bytes = bytes;
	r = smtp_send(&relay, password, &m, &end, &e);
	outcome = smtp_outcome(&end, word);
	smtp_trouble(&end, &relay, trouble);
	printf("{\"sent\": %d, \"dots\": %d, \"outcome\": \"%s\", "
	    "\"code\": \"%s\", \"phase\": %d, \"reply\": \"%s\", "
	    "\"trouble\": \"%s\"}\n", r, calls.count, words[outcome], word,
	    (int)end.phase, end.reply, trouble);
	secret_free(password);
	free(bytes);
	return 0;
}

static void
domains_become_ascii(void **state)
{
	static const char *const same[] = { "a@example.org",
	    "a@xn--pder-0qa.example", "p\xc3\xb5" "der@example.org",
	    "p\xc3\xb5" "der@p\xc3\xb5" "der.example" };
	struct err e = ERR_INIT;
	char *address;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		address = mem_strdup(same[i]);
		assert_int_equal(idna_address(&address, &e), 0);
		assert_string_equal(address, same[i]);
		free(address);
	}
	address = mem_strdup("A.b@p\xc3\xb5" "der.example");
	assert_int_equal(idna_address(&address, &e), 0);
	assert_string_equal(address, "A.b@xn--pder-0qa.example");
	free(address);
	/* A symbol is no letter of a name. */
	address = mem_strdup("a@\xe2\x98\x83-.example");
	assert_int_equal(idna_address(&address, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	free(address);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_become_ascii),
		cmocka_unit_test(gives_each_ending_its_outcome),
		cmocka_unit_test(refuses_before_it_connects),
		cmocka_unit_test(never_asks_without_a_password),
	};

	if (seal_init(NULL) == -1 || smtp_start(NULL) == -1)
		return 1;
	if (argc > 5)
		return converse(argv, argc > 6);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
