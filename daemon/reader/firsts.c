/*
 * A hash table with chains.  A word is looked up once for each of its
 * beginnings, because a phrase may want no more than one; words that are
 * written oddly (drawn out, hidden behind stars) are rare and meet all that
 * begin with their first byte.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/reader/firsts.h"
#include "lib/buf.h"

#define BUCKETS	8192		/* a power of two */
#define FNV_BEGIN	2166136261u	/* FNV-1a: Fowler, Noll, Vo */
#define FNV_PRIME	16777619u

struct entry {
	const char	*word;
	size_t		 len;
	int		 stem;
	uint32_t	 one, phrase;
	uint32_t	 next;		/* of its bucket: index + 1, 0 none */
	uint32_t	 next_byte;	/* of those that begin alike */
};

struct firsts {
	struct entry	*v;
	uint32_t	 n;
	uint32_t	 buckets[BUCKETS];
	uint32_t	 bytes[256];
};

static uint32_t
hash_on(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * FNV_PRIME;
}

static uint32_t *
bucket_of(struct firsts *f, const char *word, size_t len)
{
	uint32_t hash = FNV_BEGIN;
	size_t i;

	for (i = 0; i < len; i++)
		hash = hash_on(hash, word[i]);
	return &f->buckets[hash % BUCKETS];
}

struct firsts *
firsts_new(void)
{
	return mem_alloc(sizeof(struct firsts));
}

void
firsts_free(struct firsts *f)
{
	if (f == NULL)
		return;
	free(f->v);
	free(f);
}

void
firsts_add(struct firsts *f, const struct phrase *p, uint32_t one,
    uint32_t phrase)
{
	uint32_t *bucket, *byte;
	struct entry *e;
	size_t i;

	for (i = 0; i < phrase_firsts(p); i++) {
		if ((f->n & (f->n + 1)) == 0 && (f->v = realloc(f->v,
		    (2 * (size_t)f->n + 2) * sizeof(*f->v))) == NULL)
			mem_out();
		e = &f->v[f->n++];
		e->word = phrase_first(p, i, &e->len, &e->stem);
		e->one = one;
		e->phrase = phrase;
		bucket = bucket_of(f, e->word, e->len);
		byte = &f->bytes[(unsigned char)e->word[0]];
		e->next = *bucket;
		e->next_byte = *byte;
		*bucket = *byte = f->n;
	}
}

void
firsts_each(const struct firsts *f, const struct plain *p, size_t at,
    void (*fn)(void *, uint32_t, uint32_t), void *ctx)
{
	const struct plain_word *w = &p->words[at];
	const char *s = p->text.bytes + w->at;
	uint32_t hash = FNV_BEGIN, i;
	const struct entry *e;
	size_t n, least;

	if (w->run || w->hidden) {
		for (i = f->bytes[(unsigned char)*s]; i != 0;
		    i = e->next_byte) {
			e = &f->v[i - 1];
			fn(ctx, e->one, e->phrase);
		}
		return;
	}
	least = w->len - (phrase_drawn(s, w->len) ? 1u : 0u);
	for (n = 1; n <= w->len; n++) {
		hash = hash_on(hash, s[n - 1]);
		for (i = f->buckets[hash % BUCKETS]; i != 0; i = e->next) {
			e = &f->v[i - 1];
			if (e->len == n && (e->stem || n >= least) &&
			    memcmp(e->word, s, n) == 0)
				fn(ctx, e->one, e->phrase);
		}
	}
}
