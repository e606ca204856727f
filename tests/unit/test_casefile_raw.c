/*
 * A mail as it came, longer than a row of the store: handed on piece by piece
 * and counted only when the last byte was the right one.
 */
#include "tests/unit/case_kit.h"

static int
to_buf(void *ctx, const void *bytes, size_t len, struct err *e)
{
	(void)e;
	return buf_add(ctx, bytes, len);
}

/* The mail as it came is refused; the words, and how much was handed on. */
static size_t
raw_refused(struct world *w, struct casefile_item *item, const char *words)
{
	struct err e = ERR_INIT;
	struct buf raw;
	size_t n;

	buf_init(&raw, 2 * RAW_LEN);
	assert_int_equal(casefile_raw(w->cf, item, to_buf, &raw, &e), -1);
	assert_int_equal(e.code, ERR_DENIED);
	if (strstr(e.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e.text);
	n = raw.len;
	buf_free(&raw);
	return n;
}

static int
full(void *ctx, const void *bytes, size_t len, struct err *e)
{
	(void)ctx;
	(void)bytes;
	(void)len;
	err_set(e, ERR_IO, "the disk is full");
	return -1;
}

static void
a_long_mail_counts_only_when_it_is_whole(void **state)
{
	struct err e = ERR_INIT;
	struct casefile_item *item;
	struct stored *s;
	struct world w;
	struct buf raw;
	size_t whole;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	item = open_case(&w);
	assert_int_equal(casefile_read(w.cf, item, NULL), 0);
	buf_init(&raw, 2 * RAW_LEN);
	assert_int_equal(casefile_raw(w.cf, item, to_buf, &raw, NULL), 0);
	assert_int_equal(raw.len, RAW_LEN);
	assert_memory_equal(raw.bytes, raw_mail(), RAW_LEN);
	buf_free(&raw);
	s = &w.parts[1];
	whole = s->len;
	assert_true(whole > 2 * SEAL_CHUNK);
	s->bytes[whole - 1] ^= 1;
	assert_int_equal(raw_refused(&w, item, "not complete"),
	    2 * SEAL_CHUNK_PLAIN);
	s->bytes[whole - 1] ^= 1;
	s->bytes[100] ^= 1;
	assert_int_equal(raw_refused(&w, item, "not complete"), 0);
	s->bytes[100] ^= 1;
	/* Cut between two rows, and within one. */
	s->len = 2 * SEAL_CHUNK;
	(void)raw_refused(&w, item, "not what was deposited");
	s->len = 2 * SEAL_CHUNK - 5;
	(void)raw_refused(&w, item, "not what was deposited");
	s->len = whole;
	/* Another whole part under the same key, but not the one deposited. */
	item->deposit.parts[1].hash[0] ^= 1;
	(void)raw_refused(&w, item, "not what was deposited");
	item->deposit.parts[1].hash[0] ^= 1;
	item->deposit.parts[1].size -= 1;
	assert_true(raw_refused(&w, item, "not what was deposited") <
	    RAW_LEN);
	item->deposit.parts[1].size += 1;
	assert_int_equal(casefile_raw(w.cf, item, full, NULL, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	w.fails = ERR_RETRY;
	assert_int_equal(casefile_raw(w.cf, item, full, NULL, &e), -1);
	assert_int_equal(e.code, ERR_RETRY);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_mail_counts_only_when_it_is_whole),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
