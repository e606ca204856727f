/*
 * Budgets of guesses, and the networks that they are counted for.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "daemon/web/guess.h"
#include "daemon/web/network.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define NOW	((int64_t)1800000000)

static int
left(struct guess *g, enum guess_kind kind, const char *name, int64_t now)
{
	return guess_left(g, kind, name, strlen(name), now);
}

static void
spend(struct guess *g, enum guess_kind kind, const char *name, int64_t now,
    int n)
{
	while (n-- > 0)
		guess_spend(g, kind, name, strlen(name), now);
}

static void
spent_and_full_again(void **state)
{
	static const struct {
		enum guess_kind	kind;
		int		most, cost;
	} all[] = {
		{ GUESS_LOCATOR, 10, 60 }, { GUESS_NETWORK, 200, 6 },
		{ GUESS_LETTERS, 60, 60 }
	};
	struct guess *g = guess_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		spend(g, all[i].kind, "a", NOW, all[i].most - 1);
		assert_true(left(g, all[i].kind, "a", NOW));
		spend(g, all[i].kind, "a", NOW, 1);
		assert_false(left(g, all[i].kind, "a", NOW));
		/* One comes back, and only one. */
		assert_false(left(g, all[i].kind, "a", NOW + all[i].cost -
		    1));
		assert_true(left(g, all[i].kind, "a", NOW + all[i].cost));
		spend(g, all[i].kind, "a", NOW + all[i].cost, 1);
		assert_false(left(g, all[i].kind, "a", NOW + all[i].cost));
		/* Whoever goes on owes no more than all. */
		spend(g, all[i].kind, "a", NOW, 1000);
		assert_true(left(g, all[i].kind, "a", NOW + all[i].most *
		    all[i].cost));
	}
	guess_free(g);
	guess_free(NULL);
}

static void
each_for_itself(void **state)
{
	struct guess *g = guess_new();

	(void)state;
	spend(g, GUESS_LOCATOR, "12345678", NOW, 10);
	assert_false(left(g, GUESS_LOCATOR, "12345678", NOW));
	assert_true(left(g, GUESS_LOCATOR, "12345679", NOW));
	assert_true(left(g, GUESS_NETWORK, "12345678", NOW));
	assert_true(left(g, GUESS_LETTERS, "12345678", NOW));
	/* What is not known is not counted. */
	spend(g, GUESS_LOCATOR, "", NOW, 1000);
	assert_true(left(g, GUESS_LOCATOR, "", NOW));
	guess_free(g);
}

static void
clock_set_back(void **state)
{
	struct guess *g = guess_new();

	(void)state;
	spend(g, GUESS_LOCATOR, "a", NOW, 10);
	assert_true(left(g, GUESS_LOCATOR, "a", NOW - 86400));
	spend(g, GUESS_LOCATOR, "a", NOW - 86400, 10);
	assert_false(left(g, GUESS_LOCATOR, "a", NOW - 86400));
	assert_true(left(g, GUESS_LOCATOR, "a", NOW - 86400 + 60));
	guess_free(g);
}

/* More names than there is room for do not free one that is spent. */
static void
full_table(void **state)
{
	struct guess *g = guess_new();
	char name[16];
	int i;

	(void)state;
	spend(g, GUESS_LOCATOR, "spent", NOW, 10);
	for (i = 0; i < 2 * GUESS_SLOTS; i++) {
		(void)snprintf(name, sizeof(name), "%08d", i);
		spend(g, GUESS_LOCATOR, name, NOW, 1);
	}
	assert_false(left(g, GUESS_LOCATOR, "spent", NOW));
	/* The last one is counted, too. */
	spend(g, GUESS_LOCATOR, name, NOW, 9);
	assert_false(left(g, GUESS_LOCATOR, name, NOW));
	guess_free(g);
}

/* Its memory holds no name. */
static void
names_are_hashed(void **state)
{
	struct guess *g = guess_new();
	const char *bytes = (const char *)g;
	size_t i, size = 3 * GUESS_SLOTS * 24;

	(void)state;
	spend(g, GUESS_NETWORK, "canarynetwork", NOW, 1);
	for (i = 0; i + 13 < size; i++)
		assert_int_not_equal(memcmp(bytes + i, "canarynetwork", 13),
		    0);
	guess_free(g);
}

/* "4 c0 00 02": family and bytes, "" where it is not known. */
static void
is_network(const char *peer, const char *forwarded, const char *trusted,
    const char *want)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	const void *from = NULL;
	struct network n;
	struct buf got;
	size_t i;

	if (peer != NULL && inet_pton(AF_INET, peer, &v4.sin_addr) == 1)
		from = &v4;
	else if (peer != NULL) {
		assert_int_equal(inet_pton(AF_INET6, peer, &v6.sin6_addr), 1);
		from = &v6;
	}
	network_find(&n, from, forwarded, trusted);
	buf_init(&got, 64);
	for (i = 0; i < n.len; i++)
		(void)buf_addf(&got, i == 0 ? "%x" : " %02x", n.bytes[i]);
	assert_string_equal(got.bytes, want);
	buf_free(&got);
}

static void
networks(void **state)
{
	(void)state;
	is_network("192.0.2.77", NULL, NULL, "4 c0 00 02");
	is_network("::ffff:192.0.2.1", NULL, NULL, "4 c0 00 02");
	is_network("2001:db8:1:2ff::9", NULL, NULL, "6 20 01 0d b8 00 01 02");
	is_network("2001:db8:1:200::1", NULL, NULL, "6 20 01 0d b8 00 01 02");
	/* A front that tells nothing is nobody's network. */
	is_network("127.0.0.1", NULL, NULL, "");
	is_network("::1", NULL, NULL, "");
	is_network("::ffff:127.9.9.9", NULL, NULL, "");
	is_network(NULL, NULL, NULL, "");
}

static void
forwarded(void **state)
{
	const char *one = "198.51.100.7";

	(void)state;
	/* Nobody is believed who is not named. */
	is_network("192.0.2.1", one, NULL, "4 c0 00 02");
	is_network("192.0.2.1", one, "192.0.2.2", "4 c0 00 02");
	is_network("192.0.2.1", one, "unix", "4 c0 00 02");
	is_network("127.0.0.1", one, NULL, "");
	is_network(NULL, one, NULL, "");
	is_network(NULL, one, "127.0.0.1", "");
	is_network("127.0.0.1", one, "127.0.0.1", "4 c6 33 64");
	is_network("::ffff:192.0.2.1", one, "192.0.2.1", "4 c6 33 64");
	is_network("::1", "2001:db8::1", "::1", "6 20 01 0d b8 00 00 00");
	is_network(NULL, one, "unix", "4 c6 33 64");
	/* What the visitor wrote stands in front of what the front did. */
	is_network(NULL, "10.0.0.1, 192.0.2.3,\t198.51.100.7 ", "unix",
	    "4 c6 33 64");
	/* A visitor on the machine of the front has a network, too. */
	is_network(NULL, "127.0.0.1", "unix", "4 7f 00 00");
	is_network(NULL, NULL, "unix", "");
	is_network(NULL, "", "unix", "");
	is_network(NULL, "198.51.100.7,", "unix", "");
	is_network(NULL, "unix:", "unix", "");
	is_network(NULL, "nonsense that is much longer than any address has "
	    "ever been, whoever wrote it", "unix", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spent_and_full_again),
		cmocka_unit_test(each_for_itself),
		cmocka_unit_test(clock_set_back),
		cmocka_unit_test(full_table),
		cmocka_unit_test(names_are_hashed),
		cmocka_unit_test(networks),
		cmocka_unit_test(forwarded),
	};
	struct err e = ERR_INIT;

	if (seal_init(&e) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
