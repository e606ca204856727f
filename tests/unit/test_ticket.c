/* What a form and a cookie carry: whose they are, for how long, and what is
 * said of everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/desk/desk.h"
#include "daemon/web/ticket.h"
#include "daemon/web/token.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define NOW	INT64_C(1795000000)

static struct secret *pepper;

static int
set_up(void **state)
{
	struct desk *d = mem_alloc(sizeof(*d));

	if (seal_init(NULL) == -1)
		return -1;
	pepper = secret_new(SEAL_KEY);
	memset(pepper->bytes, 7, SEAL_KEY);
	d->pepper = pepper;
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	secret_free(pepper);
	free(*state);
	return 0;
}

static enum token_state
check(const struct desk *d, int64_t now, const char *text)
{
	struct form_token token;

	return token_check(d, "youth", now, text, &token);
}

static void
a_token_has_its_ages(void **state)
{
	unsigned char random[TOKEN_RANDOM];
	struct form_token token;
	char text[TOKEN_LEN];

	memset(random, 0xa5, sizeof(random));
	token_make(*state, "youth", NOW, random, text);
	assert_int_equal(token_check(*state, "youth", NOW + TOKEN_MIN_S,
	    text, &token), TOKEN_GOOD);
	assert_memory_equal(token.random, random, TOKEN_RANDOM);
	assert_int_equal(token.at, NOW);
	assert_int_equal(check(*state, NOW, text), TOKEN_YOUNG);
	assert_int_equal(check(*state, NOW + TOKEN_MIN_S - 1, text),
	    TOKEN_YOUNG);
	assert_int_equal(check(*state, NOW + TOKEN_MAX_S, text), TOKEN_GOOD);
	assert_int_equal(check(*state, NOW + TOKEN_MAX_S + 1, text),
	    TOKEN_OLD);
	/* A clock that went back: asked to send once more, never refused. */
	assert_int_equal(check(*state, NOW - 1, text), TOKEN_OLD);
}

static void
a_token_is_ours_and_of_one_desk(void **state)
{
	struct desk *d = *state;
	struct form_token token;
	char text[TOKEN_LEN], other[TOKEN_LEN];
	size_t i;

	token_make(d, "youth", NOW, NULL, text);
	token_make(d, "youth", NOW, NULL, other);
	assert_string_not_equal(text, other);	/* fresh bytes */
	assert_int_equal(token_check(d, "work", NOW + 5, text, &token),
	    TOKEN_BAD);
	/* Each character counts. */
	for (i = 0; text[i] != '\0'; i++) {
		memcpy(other, text, sizeof(other));
		other[i] = text[i] == '1' ? '2' : '1';
		assert_int_equal(check(d, NOW + 5, other), TOKEN_BAD);
		memcpy(other, text, sizeof(other));
		other[i] = '\0';		/* cut here */
		assert_int_equal(check(d, NOW + 5, other), TOKEN_BAD);
	}
	pepper->bytes[0] ^= 1;		/* another service's */
	assert_int_equal(check(d, NOW + 5, text), TOKEN_BAD);
}

static void
what_is_no_token(void **state)
{
	char longer[2 * TOKEN_LEN];
	size_t i;
	static const char *const bad[] = { "", "1", "1.", "1..", "1.x.1.youth",
	    "1.00.1.youth.00", "2.", "1.\n", NULL };

	assert_int_equal(check(*state, NOW, NULL), TOKEN_BAD);
	for (i = 0; bad[i] != NULL; i++)
		assert_int_equal(check(*state, NOW, bad[i]), TOKEN_BAD);
	token_make(*state, "youth", NOW, NULL, longer);
	i = strlen(longer);
	memset(longer + i, '0', sizeof(longer) - i - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(check(*state, NOW + 5, longer), TOKEN_BAD);
}

static int
opens(const struct desk *d, const char *desk, int64_t now, const char *text)
{
	struct ticket out;

	return ticket_open(d, desk, now, text, strlen(text), &out);
}

static void
a_ticket_is_of_one_desk_and_ten_minutes(void **state)
{
	struct desk *d = *state;
	struct ticket in, out;
	char text[TICKET_LEN], again[TICKET_LEN];

	memset(&in, 0, sizeof(in));
	memset(in.random, 0x5a, sizeof(in.random));
	(void)snprintf(in.language, sizeof(in.language), "et");
	ticket_make(d, "youth", NOW, &in, text);
	assert_true(strlen(text) > 0 && strlen(text) < TICKET_LEN);
	/* Sealed anew each time: it says nothing to who sees two. */
	ticket_make(d, "youth", NOW, &in, again);
	assert_string_not_equal(text, again);
	assert_null(strstr(text, "5a5a5a5a"));
	assert_int_equal(ticket_open(d, "youth", NOW, text, strlen(text),
	    &out), 1);
	assert_memory_equal(out.random, in.random, TOKEN_RANDOM);
	assert_string_equal(out.language, "et");
	assert_int_equal(opens(d, "youth", NOW + TICKET_S, text), 1);
	assert_int_equal(opens(d, "youth", NOW + TICKET_S + 1, text), 0);
	assert_int_equal(opens(d, "youth", NOW - 1, text), 0);
	assert_int_equal(opens(d, "work", NOW, text), 0);
	pepper->bytes[31] ^= 1;
	assert_int_equal(opens(d, "youth", NOW, text), 0);
}

static void
what_is_no_ticket(void **state)
{
	struct ticket in, out;
	char text[TICKET_LEN], longer[2 * TICKET_LEN];
	size_t i, n;

	memset(&in, 0, sizeof(in));
	ticket_make(*state, "youth", NOW, &in, text);
	n = strlen(text);
	for (i = 0; i < n; i++) {
		text[i] = text[i] == '0' ? '1' : '0';
		assert_int_equal(opens(*state, "youth", NOW, text), 0);
		ticket_make(*state, "youth", NOW, &in, text);
	}
	for (i = 0; i < n; i++)
		assert_int_equal(ticket_open(*state, "youth", NOW, text, i,
		    &out), 0);
	assert_int_equal(opens(*state, "youth", NOW, "nonsense"), 0);
	memset(longer, 'a', sizeof(longer));
	assert_int_equal(ticket_open(*state, "youth", NOW, longer,
	    sizeof(longer), &out), 0);
	assert_int_equal(ticket_open(*state, "youth", NOW, longer,
	    TICKET_LEN, &out), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_token_has_its_ages, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_token_is_ours_and_of_one_desk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_token, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_ticket_is_of_one_desk_and_ten_minutes, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_ticket, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
