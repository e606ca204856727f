/*
 * Parts: the long things of an item as streams of sealed chunks.  Memory is
 * one chunk, however long the part is.
 *
 * Invariants: every chunk but the last is full; the last carries TAG_FINAL
 * and at least one byte of padding, so that the writer may send a full chunk
 * off at once; the padded size is exactly seal_padded(plain size).  The
 * opener refuses everything else, so that a part has one form.  The opener
 * cannot know where padding begins before the end, so it holds a run of
 * 0x80 00 00 ... back as a number, not as bytes.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/seal.h"

#define PART_PURPOSE	"teduh/part/v1"
#define PART_AD		(sizeof(PART_PURPOSE) + SEAL_ID + 4)
#define PAD_STEP	1024
#define PAD_FLAT	16384	/* up to here in steps of PAD_STEP */
#define PAD_MARK	0x80

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

_Static_assert(crypto_secretstream_xchacha20poly1305_ABYTES ==
    SEAL_CHUNK - SEAL_CHUNK_PLAIN, "chunk overhead");
_Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES ==
    SEAL_PART_HEADER, "part header");

/* What writing and opening share. */
struct part {
	struct secret	*key;
	struct secret	*state;		/* holds a stream_state */
	unsigned char	 ad[PART_AD];
	crypto_generichash_state hash;	/* of the sealed bytes */
	seal_sink	*sink;
	void		*ctx;
	int		 failed;
};

struct seal_stream {
	struct part	 part;
	uint64_t	 total;		/* plain bytes so far */
	size_t		 len;		/* of them in chunk */
	unsigned char	 chunk[SEAL_CHUNK_PLAIN];
	unsigned char	 sealed[SEAL_CHUNK];
};

struct open_stream {
	struct part	 part;
	int		 begun;		/* the header has been taken */
	int		 final;		/* TAG_FINAL has been seen */
	uint64_t	 padded;	/* opened bytes so far */
	uint64_t	 pending;	/* length of a held back 0x80 00 ... */
	size_t		 len;		/* bytes in sealed */
	unsigned char	 sealed[SEAL_CHUNK];
	unsigned char	 chunk[SEAL_CHUNK_PLAIN];
};

/*
 * Padme (Nikitin et al., PETS 2019) above PAD_FLAT: a size keeps only its
 * highest bits, log2(log2(n)) + 1 of them, so few sizes can be told apart
 * and the waste stays small.
 */
uint64_t
seal_padded(uint64_t n)
{
	unsigned int e, s;
	uint64_t mask;

	if (n >= UINT64_MAX / 2)
		return UINT64_MAX;
	n++;			/* the mark */
	if (n <= PAD_FLAT)
		return (n + PAD_STEP - 1) / PAD_STEP * PAD_STEP;
	e = 63 - (unsigned int)__builtin_clzll(n);
	s = 32 - (unsigned int)__builtin_clz(e);
	mask = (UINT64_C(1) << (e - s)) - 1;
	return (n + mask) & ~mask;
}

static void
hash_init(crypto_generichash_state *state)
{
	(void)crypto_generichash_init(state, NULL, 0, SEAL_HASH);
	(void)crypto_generichash_update(state,
	    (const unsigned char *)PART_PURPOSE, sizeof(PART_PURPOSE));
}

void
seal_part_hash(unsigned char out[SEAL_HASH], const void *sealed, size_t len)
{
	seal_hash(out, PART_PURPOSE, sealed, len);
}

struct part_hash {
	crypto_generichash_state state;
};

struct part_hash *
part_hash_new(void)
{
	struct part_hash *h = mem_alloc(sizeof(*h));

	hash_init(&h->state);
	return h;
}

void
part_hash_add(struct part_hash *h, const void *bytes, size_t len)
{
	(void)crypto_generichash_update(&h->state, bytes, len);
}

void
part_hash_end(struct part_hash *h, unsigned char hash[SEAL_HASH])
{
	(void)crypto_generichash_final(&h->state, hash, SEAL_HASH);
	free(h);
}

static void
part_init(struct part *p, const struct secret *item_key,
    const unsigned char item[SEAL_ID], uint32_t number, seal_sink *sink,
    void *ctx)
{
	unsigned char *ad = p->ad + sizeof(PART_PURPOSE);

	memcpy(p->ad, PART_PURPOSE, sizeof(PART_PURPOSE));
	memcpy(ad, item, SEAL_ID);
	ad += SEAL_ID;
	ad[0] = (unsigned char)(number >> 24);
	ad[1] = (unsigned char)(number >> 16);
	ad[2] = (unsigned char)(number >> 8);
	ad[3] = (unsigned char)number;
	p->key = seal_derive(item_key, number, "teduhprt");
	p->state = secret_new(sizeof(stream_state));
	hash_init(&p->hash);
	p->sink = sink;
	p->ctx = ctx;
}

static void
part_free(struct part *p)
{
	secret_free(p->key);
	secret_free(p->state);
}

static stream_state *
state_of(struct part *p)
{
	return (stream_state *)(void *)p->state->bytes;
}

static int
refuse(struct part *p, struct err *e)
{
	p->failed = 1;
	err_set(e, ERR_DENIED, "the part is not complete or was changed");
	return -1;
}

/* A stream that failed once stays failed. */
static int
usable(const struct part *p, struct err *e)
{
	if (!p->failed)
		return 0;
	err_set(e, ERR_BUG, "the stream has failed or ended before");
	return -1;
}

static int
give(struct part *p, const void *bytes, size_t len, struct err *e)
{
	if (p->sink(p->ctx, bytes, len, e) == -1) {
		p->failed = 1;
		return -1;
	}
	return 0;
}

static int
give_sealed(struct part *p, const unsigned char *bytes, size_t len,
    struct err *e)
{
	(void)crypto_generichash_update(&p->hash, bytes, len);
	return give(p, bytes, len, e);
}

struct seal_stream *
seal_stream_new(const struct secret *item_key,
    const unsigned char item[SEAL_ID], uint32_t number, seal_sink *sink,
    void *ctx, struct err *e)
{
	struct seal_stream *s = mem_alloc(sizeof(*s));
	unsigned char header[SEAL_PART_HEADER];

	part_init(&s->part, item_key, item, number, sink, ctx);
	(void)crypto_secretstream_xchacha20poly1305_init_push(
	    state_of(&s->part), header, s->part.key->bytes);
	if (give_sealed(&s->part, header, sizeof(header), e) == -1) {
		seal_stream_free(s);
		return NULL;
	}
	return s;
}

static int
push_chunk(struct seal_stream *s, unsigned char tag, struct err *e)
{
	size_t len = s->len;

	(void)crypto_secretstream_xchacha20poly1305_push(state_of(&s->part),
	    s->sealed, NULL, s->chunk, len, s->part.ad, sizeof(s->part.ad),
	    tag);
	s->len = 0;
	return give_sealed(&s->part, s->sealed,
	    len + crypto_secretstream_xchacha20poly1305_ABYTES, e);
}

/* Text or (bytes == NULL) zeros into chunks; a full one waits for more. */
static int
fill(struct seal_stream *s, const unsigned char *bytes, uint64_t len,
    struct err *e)
{
	size_t n;

	while (len > 0) {
		if (s->len == SEAL_CHUNK_PLAIN && push_chunk(s, 0, e) == -1)
			return -1;
		n = SEAL_CHUNK_PLAIN - s->len;
		if (n > len)
			n = (size_t)len;
		if (bytes != NULL) {
			memcpy(s->chunk + s->len, bytes, n);
			bytes += n;
		} else
			memset(s->chunk + s->len, 0, n);
		s->len += n;
		len -= n;
	}
	return 0;
}

int
seal_stream_add(struct seal_stream *s, const void *bytes, size_t len,
    struct err *e)
{
	if (usable(&s->part, e) == -1)
		return -1;
	s->total += len;
	return len == 0 ? 0 : fill(s, bytes, len, e);
}

int
seal_stream_end(struct seal_stream *s, unsigned char hash[SEAL_HASH],
    struct err *e)
{
	const unsigned char mark = PAD_MARK;

	if (usable(&s->part, e) == -1)
		return -1;
	if (fill(s, &mark, 1, e) == -1 ||
	    fill(s, NULL, seal_padded(s->total) - s->total - 1, e) == -1 ||
	    push_chunk(s, crypto_secretstream_xchacha20poly1305_TAG_FINAL,
	    e) == -1)
		return -1;
	s->part.failed = 1;	/* nothing may follow */
	(void)crypto_generichash_final(&s->part.hash, hash, SEAL_HASH);
	return 0;
}

void
seal_stream_free(struct seal_stream *s)
{
	if (s == NULL)
		return;
	part_free(&s->part);
	sodium_memzero(s, sizeof(*s));
	free(s);
}

struct open_stream *
open_stream_new(const struct secret *item_key,
    const unsigned char item[SEAL_ID], uint32_t number, seal_sink *sink,
    void *ctx, struct err *e)
{
	struct open_stream *o = mem_alloc(sizeof(*o));

	(void)e;		/* nothing fails yet */
	part_init(&o->part, item_key, item, number, sink, ctx);
	return o;
}

/* What was held back as possible padding was text after all. */
static int
give_pending(struct open_stream *o, struct err *e)
{
	static const unsigned char zeros[4096];
	const unsigned char mark = PAD_MARK;
	uint64_t left;
	size_t n;

	if (o->pending == 0)
		return 0;
	if (give(&o->part, &mark, 1, e) == -1)
		return -1;
	for (left = o->pending - 1; left > 0; left -= n) {
		n = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);
		if (give(&o->part, zeros, n, e) == -1)
			return -1;
	}
	o->pending = 0;
	return 0;
}

/* Hand on an opened chunk but for a 0x80 00 ... at its end. */
static int
give_chunk(struct open_stream *o, size_t len, struct err *e)
{
	size_t end = len;

	while (end > 0 && o->chunk[end - 1] == 0)
		end--;
	if (end == 0 && o->pending > 0) {
		o->pending += len;
		return 0;
	}
	if (give_pending(o, e) == -1)
		return -1;
	if (end > 0 && o->chunk[end - 1] == PAD_MARK) {
		o->pending = len - (end - 1);
		len = end - 1;
	}
	return len == 0 ? 0 : give(&o->part, o->chunk, len, e);
}

static int
pull_chunk(struct open_stream *o, struct err *e)
{
	const size_t abytes = crypto_secretstream_xchacha20poly1305_ABYTES;
	unsigned char tag;
	size_t len;

	if (o->len <= abytes ||
	    crypto_secretstream_xchacha20poly1305_pull(state_of(&o->part),
	    o->chunk, NULL, &tag, o->sealed, o->len, o->part.ad,
	    sizeof(o->part.ad)) != 0)
		return refuse(&o->part, e);
	len = o->len - abytes;
	if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL)
		o->final = 1;
	else if (tag != 0 || len != SEAL_CHUNK_PLAIN)
		return refuse(&o->part, e);
	o->len = 0;
	o->padded += len;
	return give_chunk(o, len, e);
}

int
open_stream_add(struct open_stream *o, const void *bytes, size_t len,
    struct err *e)
{
	const unsigned char *in = bytes;
	size_t want, n;

	if (usable(&o->part, e) == -1)
		return -1;
	if (len == 0)
		return 0;
	(void)crypto_generichash_update(&o->part.hash, in, len);
	while (len > 0) {
		if (o->final)
			return refuse(&o->part, e);
		want = o->begun ? SEAL_CHUNK : SEAL_PART_HEADER;
		n = want - o->len < len ? want - o->len : len;
		memcpy(o->sealed + o->len, in, n);
		o->len += n;
		in += n;
		len -= n;
		if (o->len < want)
			break;
		if (!o->begun) {
			(void)crypto_secretstream_xchacha20poly1305_init_pull(
			    state_of(&o->part), o->sealed,
			    o->part.key->bytes);
			o->begun = 1;
			o->len = 0;
		} else if (pull_chunk(o, e) == -1)
			return -1;
	}
	return 0;
}

int
open_stream_end(struct open_stream *o, unsigned char hash[SEAL_HASH],
    struct err *e)
{
	unsigned char h[SEAL_HASH];

	if (usable(&o->part, e) == -1)
		return -1;
	if (o->begun && o->len > 0 && pull_chunk(o, e) == -1)
		return -1;
	if (!o->final || o->pending == 0 ||
	    seal_padded(o->padded - o->pending) != o->padded)
		return refuse(&o->part, e);
	o->part.failed = 1;	/* nothing may follow */
	(void)crypto_generichash_final(&o->part.hash, h, sizeof(h));
	if (hash != NULL)
		memcpy(hash, h, sizeof(h));
	return 0;
}

void
open_stream_free(struct open_stream *o)
{
	if (o == NULL)
		return;
	part_free(&o->part);
	sodium_memzero(o, sizeof(*o));
	free(o);
}

static int
to_buf(void *ctx, const void *bytes, size_t len, struct err *e)
{
	if (buf_add(ctx, bytes, len) == 0)
		return 0;
	err_set(e, ERR_INPUT, "the part is too long");
	return -1;
}

/* After a failure nothing half-made stays in the caller's buffer. */
static void
cut_back(struct buf *out, size_t len)
{
	sodium_memzero(out->bytes + len, out->len - len);
	out->len = len;
}

int
seal_part_bytes(const struct secret *item_key,
    const unsigned char item[SEAL_ID], uint32_t number, const void *plain,
    size_t len, struct buf *out, unsigned char hash[SEAL_HASH],
    struct err *e)
{
	struct seal_stream *s;
	size_t before = out->len;
	int r = -1;

	s = seal_stream_new(item_key, item, number, to_buf, out, e);
	if (s != NULL && seal_stream_add(s, plain, len, e) == 0 &&
	    seal_stream_end(s, hash, e) == 0)
		r = 0;
	if (r == -1)
		cut_back(out, before);
	seal_stream_free(s);
	return r;
}

int
open_part_bytes(const struct secret *item_key,
    const unsigned char item[SEAL_ID], uint32_t number, const void *sealed,
    size_t len, struct buf *out, unsigned char hash[SEAL_HASH],
    struct err *e)
{
	struct open_stream *o;
	size_t before = out->len;
	int r = -1;

	o = open_stream_new(item_key, item, number, to_buf, out, e);
	if (o != NULL && open_stream_add(o, sealed, len, e) == 0 &&
	    open_stream_end(o, hash, e) == 0)
		r = 0;
	if (r == -1)
		cut_back(out, before);
	open_stream_free(o);
	return r;
}
