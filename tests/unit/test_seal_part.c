/*
 * Parts: a vector, every border of chunks and padding, and each way in which
 * a part must not open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"
#include "lib/wire.h"

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
/* Rightly sealed with the same key, wrongly padded: "hello" 80, "hello". */
#define PART_SHORT \
	"Qqti6z6H1K72Be13oj4t+sWEeEEHKnzbGHaosOscWNbJ9mrQCuFCRmpBD+ApGo8="
#define PART_UNMARKED \
	"HmI4Vth1JWP+XkzLZLkpq2AmTuFqnloCkH9I8XtBcezi5ZdIUdfkYuUQ4LF8lA=="

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

	buf_init(&sealed, 1 << 23);
	buf_init(&out, 1 << 23);
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
	buf_init(&plain, 1 << 23);	/* padding longer than a chunk */
	while (plain.len <= 1 << 22)
		(void)buf_adds(&plain, "seventeen letters");
	round_trip(key, &plain, 65536);
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

/* A text may hold what looks like the end of a part in the right place. */
static void
refuses_a_cut_that_looks_whole(void **state)
{
	struct secret *key = secret_random(32);
	struct err e = ERR_INIT;
	unsigned char hash[SEAL_HASH];
	struct buf part;
	char *text = calloc(1, SEAL_CHUNK_PLAIN + 1000);

	(void)state;
	memset(text, 'x', 65000);
	text[65000] = (char)0x80;
	assert_int_equal(seal_padded(65000), SEAL_CHUNK_PLAIN);
	buf_init(&part, 1 << 20);
	assert_int_equal(seal_part_bytes(key, item, 3, text,
	    SEAL_CHUNK_PLAIN + 1000, &part, hash, &e), 0);
	part.len = SEAL_PART_HEADER + SEAL_CHUNK;
	no_part(key, item, 3, &part);
	secret_free(key);
	buf_free(&part);
	free(text);
}

static void
refuses_other_padding(void **state)
{
	static const char *const bad[] = { PART_SHORT, PART_UNMARKED };
	struct secret *key = vector_key();
	struct buf part;
	size_t i;

	(void)state;
	buf_init(&part, 1024);
	for (i = 0; i < 2; i++) {
		assert_int_equal(wire_unbase64(&part, bad[i], strlen(bad[i])),
		    0);
		no_part(key, item, PART_VIEW, &part);
	}
	secret_free(key);
	buf_free(&part);
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
		cmocka_unit_test(pads_in_steps),
		cmocka_unit_test(opens_the_part_vector),
		cmocka_unit_test(streams_everything),
		cmocka_unit_test(refuses_other_parts),
		cmocka_unit_test(refuses_a_cut_that_looks_whole),
		cmocka_unit_test(refuses_other_padding),
		cmocka_unit_test(reports_a_full_sink),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
