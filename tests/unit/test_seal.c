/*
 * Sealing: fixed vectors of every form, and each way in which a box must not
 * open.  The vectors stand in doc/protocol.md too: a change there is
 * a change of the format.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

#define HASH \
	"f0394f3856228ad0cef4f0aaf68e4f6f5fd9aa42b3a332ffd2667a7c235a9bee"
#define KEYED \
	"ae9ab2bfd8296accf8daea06a4e930ab85baad651cc5d9eee1d415a2c45bdffc"
#define DERIVED \
	"6b5b48241e740f3a6da32a3380915bca0863fd0eef00ebe9cdcc66b632a571ce"
#define BOX_PUBLIC \
	"4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01"
#define BOX_SECRET \
	"3d94eea49c580aef816935762be049559d6d1440dede12e6a125f1841fff8e6f"
#define BOX \
	"TMl/KAK9rvauh7wqhEL/AC005NrQNNZBUNtsQnYgUBDI1OFyHWysTU6MCr5Ou6an" \
	"MCCgPaDhbL05Afbe6VYiYVpxVBgjaIK4Ff1lgwUaNMO19UOTsJH+2/Ux+5XDaLx/" \
	"yiE5eIvflWCwPVUnW9wjtdsf6q7BIoIgjejr0tYQiRTBL43smaptPrIDsg=="

/* The key 00 01 02 ... of the vectors. */
static struct secret *
vector_key(void)
{
	struct secret *s = secret_new(32);
	unsigned char i;

	for (i = 0; i < 32; i++)
		s->bytes[i] = i;
	return s;
}

static void
assert_hex(const void *bytes, size_t n, const char *want)
{
	char hex[129];

	assert_in_range(n, 1, 64);
	wire_hex(hex, bytes, n);
	assert_string_equal(hex, want);
}

static void
hashes_and_derives(void **state)
{
	struct secret *key = vector_key();
	struct secret *sub = seal_derive(key, 7, "teduhtst");
	unsigned char h[SEAL_HASH];

	(void)state;
	seal_hash(h, "teduh/test/v1", "teduh", 5);
	assert_hex(h, sizeof(h), HASH);
	seal_hash_keyed(h, key, "teduh/test/v1", "teduh", 5);
	assert_hex(h, sizeof(h), KEYED);
	assert_hex(sub->bytes, sub->len, DERIVED);
	assert_true(seal_equal("abc", "abc", 3));
	assert_false(seal_equal("abc", "abd", 3));
	secret_free(sub);
	secret_free(key);
}

static void
keeps_secrets(void **state)
{
	struct secret *a = secret_random(32), *b = secret_random(32);
	struct secret *c = secret_copy(a->bytes, a->len);
	struct secret *none = secret_copy("", 0), *zero = secret_new(8);
	unsigned char pub[SEAL_KEY], again[SEAL_KEY];

	(void)state;
	assert_false(seal_equal(a->bytes, b->bytes, 32));
	assert_true(seal_equal(a->bytes, c->bytes, 32));
	assert_memory_equal(zero->bytes, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(none->len, 0);
	assert_in_range(seal_random_below(3), 0, 2);
	secret_free(c);
	c = seal_pair_new(pub);
	seal_pair_public(c, again);
	assert_memory_equal(pub, again, SEAL_KEY);
	secret_free(a);
	secret_free(b);
	secret_free(c);
	secret_free(none);
	secret_free(zero);
	secret_free(NULL);
}

/* Run in a child: what it changes does not come back. 0 = as wanted. */
static int
in_child(int (*what)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(what());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* An ordinary user whose limit allows no locked memory at all. */
static int
without_locked_memory(void)
{
	const struct rlimit none = { 0, 0 };
	struct secret *s;

	if (setrlimit(RLIMIT_MEMLOCK, &none) == -1 ||
	    (getuid() == 0 && setuid(65534) == -1))
		return 1;
	s = secret_random(32);
	s->bytes[31] = 1;
	secret_free(s);
	return 0;
}

static int
hardened(void)
{
	struct rlimit core;

	if (seal_harden_process(NULL) == -1 ||
	    getrlimit(RLIMIT_CORE, &core) == -1)
		return 1;
	return core.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 2;
}

static void
lives_with_limits(void **state)
{
	(void)state;
	assert_int_equal(in_child(without_locked_memory), 0);
	assert_int_equal(in_child(hardened), 0);
}

static void
opens_the_box_vector(void **state)
{
	struct secret *seed = vector_key(), *key, *plain;
	struct err e = ERR_INIT;
	unsigned char pub[SEAL_KEY];
	struct buf box;

	(void)state;
	key = seal_pair_from_seed(seed, pub);
	assert_hex(pub, sizeof(pub), BOX_PUBLIC);
	assert_hex(key->bytes, key->len, BOX_SECRET);
	buf_init(&box, 1024);
	assert_int_equal(wire_unbase64(&box, BOX, strlen(BOX)), 0);
	plain = seal_box_open(key, "teduh/team-key/v1", "youth/1/ana",
	    box.bytes, box.len, &e);
	assert_non_null(plain);
	assert_int_equal(plain->len, 5);
	assert_memory_equal(plain->bytes, "hello", 5);
	secret_free(plain);
	secret_free(key);
	secret_free(seed);
	buf_free(&box);
}

static void
denied(struct secret *plain, struct err *e)
{
	assert_null(plain);
	assert_int_equal(e->code, ERR_DENIED);
	*e = (struct err)ERR_INIT;
}

static void
refuses_other_boxes(void **state)
{
	struct err e = ERR_INIT;
	unsigned char pub[SEAL_KEY], other[SEAL_KEY];
	struct secret *key = seal_pair_new(pub), *stranger, *plain;
	struct buf box;
	size_t i;

	(void)state;
	stranger = seal_pair_new(other);
	buf_init(&box, 1024);
	assert_int_equal(seal_box(pub, "p/v1", "ctx", "hello", 5, &box, &e),
	    0);
	denied(seal_box_open(key, "p/v2", "ctx", box.bytes, box.len, &e), &e);
	denied(seal_box_open(key, "p/v1", "cty", box.bytes, box.len, &e), &e);
	denied(seal_box_open(key, "p/v1", "ct", box.bytes, box.len, &e), &e);
	denied(seal_box_open(key, "p/v1", "ctx1", box.bytes, box.len, &e),
	    &e);
	denied(seal_box_open(stranger, "p/v1", "ctx", box.bytes, box.len,
	    &e), &e);
	for (i = 0; i < box.len; i++) {
		denied(seal_box_open(key, "p/v1", "ctx", box.bytes, i, &e),
		    &e);
		box.bytes[i] ^= 1;
		denied(seal_box_open(key, "p/v1", "ctx", box.bytes, box.len,
		    &e), &e);
		box.bytes[i] ^= 1;
	}
	plain = seal_box_open(key, "p/v1", "ctx", box.bytes, box.len, &e);
	assert_non_null(plain);
	secret_free(plain);
	secret_free(key);
	secret_free(stranger);
	buf_free(&box);
}

/* The purpose ends where it ends: "a" + "b/c" is not "a/b" + "c". */
static void
does_not_confuse_labels(void **state)
{
	struct err e = ERR_INIT;
	unsigned char pub[SEAL_KEY];
	struct secret *key = seal_pair_new(pub);
	struct buf box;

	(void)state;
	buf_init(&box, 1024);
	assert_int_equal(seal_box(pub, "a", "bc", "", 0, &box, &e), 0);
	denied(seal_box_open(key, "ab", "c", box.bytes, box.len, &e), &e);
	secret_free(key);
	buf_free(&box);
}

static void
seals_many_to_one(void **state)
{
	struct err e = ERR_INIT;
	unsigned char pub[SEAL_KEY];
	struct secret *key = seal_pair_new(pub), *a, *b;
	struct sealer *s = sealer_new(pub, &e);
	struct buf out;
	size_t first;

	(void)state;
	buf_init(&out, 300);
	assert_int_equal(sealer_seal(s, "p", "1", "one", 3, &out, &e), 0);
	first = out.len;
	assert_int_equal(sealer_seal(s, "p", "2", "two", 3, &out, &e), 0);
	assert_int_equal(out.len, 2 * first);
	assert_memory_equal(out.bytes, out.bytes + first, SEAL_KEY);
	assert_memory_not_equal(out.bytes + 32, out.bytes + first + 32, 24);
	a = seal_box_open(key, "p", "1", out.bytes, first, &e);
	b = seal_box_open(key, "p", "2", out.bytes + first, first, &e);
	assert_memory_equal(a->bytes, "one", 3);
	assert_memory_equal(b->bytes, "two", 3);
	assert_int_equal(sealer_seal(s, "p", "3", "six", 3, &out, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(out.len, 2 * first);
	secret_free(a);
	secret_free(b);
	sealer_free(s);
	sealer_free(NULL);
	memset(pub, 0, sizeof(pub));		/* not a point to seal to */
	assert_null(sealer_new(pub, &e));
	assert_int_equal(seal_box(pub, "p", "", "", 0, &out, &e), -1);
	secret_free(key);
	buf_free(&out);
}

static int
begin(void **state)
{
	(void)state;
	return seal_init(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_and_derives),
		cmocka_unit_test(keeps_secrets),
		cmocka_unit_test(lives_with_limits),
		cmocka_unit_test(opens_the_box_vector),
		cmocka_unit_test(refuses_other_boxes),
		cmocka_unit_test(does_not_confuse_labels),
		cmocka_unit_test(seals_many_to_one),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
