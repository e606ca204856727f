/*
 * Sealing: fixed vectors of every form, and each way in which a box or a part
 * must not open.  The vectors stand in doc/protocol.md too: a change there is
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
#define PART \
	"tIuJ8QrYHA9QPBzWqDAf6pMmM9ndPvuuAp/OYtWzCoDC7miQO5VOnSbhAbM8UjFD" \
	"/jkF0gqpRlWrWW6cEXy8KPlzS5KwZsYT/HH28zpFGadxB7+9xp7M6+pRFvc9BOL+" \
	"ML+te1t4FwIsYcYLVAACDmRBBQv5V2Giq0XLTuQGw6E84+oav+TZ1maF8w2DQiKW" \
	"c103QXFo1/9A5lTswTpraR0zFpQP8LaMDxuhQc/V5TrkGupwlaXiLGUJPXx0cNYf" \
	"GVUcyZQVLsdVlNJ8ywzhU9cMQQc1d6ccWllDx4F1TKm5CNqjzODveUi/M4lRSngI" \
	"E/TudkYHpT27AF1t8CXBGRt8ipLgYNlZ7NMJBhPqsme9nU+jkQPksOa+x3xZWkLm" \
	"RQ2gsP0EGn1cvQhmqRXIR3fNrAqt9W8fsDJuisX00QdoqNERqnJkjxARZL/Jw2H0" \
	"6pPVLVAGGLLDlHnjnhm91BfGL2E5z6xQcRo3fCWq8BEnzOv7Lh6b8Rabj9cyCV0Z" \
	"c7s5pOO9u+OWHF02Kqs+70uZ9YfSI6CJ5BXqg5HVeb24jhVbn9cXdS1IXTHzBRP7" \
	"BRZB8P1mRTL8x+25clY/YvBBZlxNousK+SjldrkDleQTLDXcVFLGaolN8CE6Bm+w" \
	"l7ALQQR3nssoTZoCxsYqeJRa1rm88D1KagUzlhvQYEVimTTd4Qgt3CUJGOcwuZyz" \
	"DEsdQs4pCUIzq9HZy81FZFOP82sUZiNOUQ/S4d7iiFLEMUC+X6yI/ow2tZo85fCl" \
	"SHvSkiaWfRp7ueyOKL3WdE3j6PXlkvjh8qiYS+Qo1mCfZ1QatvjnIiWGRLqVh0dS" \
	"SKRpHhWValEeM9+6mtGWqvewB+UtUbAwSF65vN+T6hM0TgstfSpZAROiFbt9384W" \
	"jva0RJltspNF9G96oPiTYoVHj6u+VJ0UhiDVxF9rJ3gaZb8PnEHEA1J6+9HW0EG/" \
	"9QB9ovHRln+mUcyEVaBZZd6rOuTLjdnEZKON32Fikejdvwrtcoi/yb2mKnHI5sw2" \
	"Qnli22xr+tSrBza6B7rbLnkSqA9GXmE/zOLxAjHKaG9iVIlUE3FT4Rw3ZaOTr7qo" \
	"yQ8fp48y3TbPeguKt5/EKC1CHGqUL8eWGjoMwWDtR0Eu8LnoDtZHD5+owNcgPvas" \
	"MeRhnPSc4suhxpL7Cy1scTT7F0OCupJ0Y4emIe8Rxy2SN0mJrKdis6rIeuTPUyYd" \
	"Zizkw+yQJV3ETddW+hUTIUKDKlzD4qSCyZjPVeVuLasauQvfNaJxCCMVZwYiHOJ4" \
	"cWZlWAqtalwPrFwls9EAccISOUB/D0PHeaDVVCiV2LnIn2Kak1E4jaXJpedOyDZH" \
	"4rb7iJ00wXLUD5Yxa1PIj0HKNgRIj6vpfU0NIX9foeXSK6HGz8pAJX2SgIMaTdjy" \
	"FZBWghdaCq2u"
#define PART_HASH \
	"e1fcd00356e8f3f36d7bb49b3519f58296dd1798a65ae91c36cd20efd53ad337"

static const unsigned char item[SEAL_ID] = { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4,
    0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf };

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

static void
pads_in_steps(void **state)
{
	uint64_t n, p;

	(void)state;
	assert_int_equal(seal_padded(0), 1024);
	assert_int_equal(seal_padded(5), 1024);
	assert_int_equal(seal_padded(1023), 1024);
	assert_int_equal(seal_padded(1024), 2048);
	assert_int_equal(seal_padded(16383), 16384);
	assert_int_equal(seal_padded(16384), 17408);
	assert_int_equal(seal_padded(65536), 67584);
	assert_int_equal(seal_padded(UINT64_MAX), UINT64_MAX);
	for (n = 16384; n < UINT64_C(1) << 40; n += n / 7) {
		p = seal_padded(n);
		assert_true(p > n && p - n <= n / 8);
		assert_true(seal_padded(p - 1) == p);
	}
}

static void
opens_the_part_vector(void **state)
{
	struct secret *key = vector_key();
	struct err e = ERR_INIT;
	unsigned char hash[SEAL_HASH];
	struct buf part, out;

	(void)state;
	buf_init(&part, 4096);
	buf_init(&out, 4096);
	assert_int_equal(wire_unbase64(&part, PART, strlen(PART)), 0);
	assert_int_equal(open_part_bytes(key, item, PART_VIEW, part.bytes,
	    part.len, &out, hash, &e), 0);
	assert_string_equal(out.bytes, "hello");
	assert_hex(hash, sizeof(hash), PART_HASH);
	seal_part_hash(hash, part.bytes, part.len);
	assert_hex(hash, sizeof(hash), PART_HASH);
	secret_free(key);
	buf_free(&part);
	buf_free(&out);
}

static int
into_buf(void *ctx, const void *bytes, size_t len, struct err *e)
{
	if (buf_add(ctx, bytes, len) == 0)
		return 0;
	err_set(e, ERR_IO, "full");
	return -1;
}

/* Seal in pieces of one size and open in pieces of another. */
static void
round_trip(const struct secret *key, const struct buf *plain, size_t step)
{
	struct seal_stream *s;
	struct open_stream *o;
	struct err e = ERR_INIT;
	unsigned char h1[SEAL_HASH], h2[SEAL_HASH];
	struct buf sealed, out;
	size_t at, n, padded = (size_t)seal_padded(plain->len);

	buf_init(&sealed, 1 << 20);
	buf_init(&out, 1 << 20);
	s = seal_stream_new(key, item, 17, into_buf, &sealed, &e);
	for (at = 0; at < plain->len; at += n) {
		n = plain->len - at < step ? plain->len - at : step;
		assert_int_equal(seal_stream_add(s, plain->bytes + at, n,
		    &e), 0);
	}
	assert_int_equal(seal_stream_end(s, h1, &e), 0);
	assert_int_equal(seal_stream_add(s, "x", 1, &e), -1);
	assert_int_equal(sealed.len, SEAL_PART_HEADER + padded + 17 *
	    ((padded + SEAL_CHUNK_PLAIN - 1) / SEAL_CHUNK_PLAIN));
	o = open_stream_new(key, item, 17, into_buf, &out, &e);
	for (at = 0; at < sealed.len; at += n) {
		n = sealed.len - at < step + 1 ? sealed.len - at : step + 1;
		assert_int_equal(open_stream_add(o, sealed.bytes + at, n,
		    &e), 0);
	}
	assert_int_equal(open_stream_end(o, h2, &e), 0);
	assert_memory_equal(h1, h2, SEAL_HASH);
	assert_int_equal(out.len, plain->len);
	assert_memory_equal(out.bytes, plain->bytes, plain->len + 1);
	assert_int_equal(open_stream_add(o, "x", 1, &e), -1);
	seal_stream_free(s);
	open_stream_free(o);
	buf_free(&sealed);
	buf_free(&out);
}

/*
 * Sizes around every border, and texts that look like padding: all zeros, all
 * marks, a mark and zeros that run over the border of a chunk.
 */
static void
streams_everything(void **state)
{
	static const size_t sizes[] = { 0, 1, 1022, 1023, 1024, 16383, 16384,
	    65534, 65535, 65536, 65537, 66000, 131070, 131071, 131072,
	    200000 };
	static const size_t steps[] = { 997, 65536, 300000 };
	struct secret *key = secret_random(32);
	struct buf plain;
	size_t i, j, look;

	(void)state;
	buf_init(&plain, 200000);
	for (look = 0; look < 4; look++)
		for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			buf_clear(&plain);
			for (j = 0; j < sizes[i]; j++)
				(void)buf_addc(&plain, (char)(look == 0 ?
				    j * 7 : look == 1 ? 0 : look == 2 ||
				    j == 65000 || j == 3 ? 0x80 : 0));
			round_trip(key, &plain, steps[i % 3]);
		}
	buf_free(&plain);
	secret_free(key);
}

static void
no_part(const struct secret *key, const unsigned char *id, uint32_t number,
    const struct buf *sealed)
{
	struct err e = ERR_INIT;
	struct buf out;

	buf_init(&out, 1 << 20);
	(void)buf_adds(&out, "before");
	assert_int_equal(open_part_bytes(key, id, number, sealed->bytes,
	    sealed->len, &out, NULL, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	assert_string_equal(out.bytes, "before");
	buf_free(&out);
}

static void
refuses_other_parts(void **state)
{
	struct secret *key = secret_random(32), *other = secret_random(32);
	struct err e = ERR_INIT;
	unsigned char hash[SEAL_HASH], id[SEAL_ID];
	struct buf part, bad;
	char *text = calloc(1, 200000);
	size_t i;
	static const size_t cuts[] = { 0, 10, 24, 41, 24 + SEAL_CHUNK,
	    24 + 2 * SEAL_CHUNK, 24 + 3 * SEAL_CHUNK + 5 };

	(void)state;
	buf_init(&part, 1 << 20);
	buf_init(&bad, 1 << 20);
	memcpy(id, item, sizeof(id));
	assert_int_equal(seal_part_bytes(key, item, 3, text, 200000, &part,
	    hash, &e), 0);
	no_part(other, item, 3, &part);
	no_part(key, item, 2, &part);
	id[15] ^= 1;
	no_part(key, id, 3, &part);
	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		buf_clear(&bad);			/* cut off */
		(void)buf_add(&bad, part.bytes, cuts[i]);
		no_part(key, item, 3, &bad);
	}
	buf_clear(&bad);				/* the first missing */
	(void)buf_add(&bad, part.bytes, 24);
	(void)buf_add(&bad, part.bytes + 24 + SEAL_CHUNK,
	    part.len - 24 - SEAL_CHUNK);
	no_part(key, item, 3, &bad);
	buf_clear(&bad);				/* more behind */
	(void)buf_add(&bad, part.bytes, part.len);
	(void)buf_addc(&bad, 'x');
	no_part(key, item, 3, &bad);
	for (i = 0; i < part.len; i += 4999) {		/* a changed bit */
		part.bytes[i] ^= 4;
		no_part(key, item, 3, &part);
		part.bytes[i] ^= 4;
	}
	secret_free(key);
	secret_free(other);
	buf_free(&part);
	buf_free(&bad);
	free(text);
}

static void
reports_a_full_sink(void **state)
{
	struct secret *key = secret_random(32);
	struct err e = ERR_INIT;
	unsigned char hash[SEAL_HASH];
	struct buf part, small;

	(void)state;
	buf_init(&part, 4096);
	buf_init(&small, 100);
	assert_int_equal(seal_part_bytes(key, item, 0, "x", 1, &small, hash,
	    &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(small.len, 0);
	assert_int_equal(seal_part_bytes(key, item, 0, part.bytes, 0, &part,
	    hash, &e), 0);
	assert_int_equal(open_part_bytes(key, item, 0, part.bytes, part.len,
	    &small, NULL, &e), 0);
	assert_int_equal(small.len, 0);
	buf_free(&small);
	buf_init(&small, 10);
	assert_null(seal_stream_new(key, item, 0, into_buf, &small, &e));
	assert_int_equal(e.code, ERR_IO);
	seal_stream_free(NULL);
	open_stream_free(NULL);
	secret_free(key);
	buf_free(&part);
	buf_free(&small);
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
		cmocka_unit_test(pads_in_steps),
		cmocka_unit_test(opens_the_part_vector),
		cmocka_unit_test(streams_everything),
		cmocka_unit_test(refuses_other_parts),
		cmocka_unit_test(reports_a_full_sink),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
