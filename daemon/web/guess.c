/*
 * Budgets of guesses.  A budget is one time: when it would be full again.
 * Every try moves that time on by what one costs, and there is nothing left
 * when it lies further ahead than all of them cost.
 *
 * When the table is full, the budget that is nearest to full goes: a flood of
 * new names cannot make room for a spent one.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/web/guess.h"
#include "lib/buf.h"
#include "lib/seal.h"

#define KINDS		4
#define NAME		16	/* bytes of the hash that are kept */
#define KEY		32

struct slot {
	unsigned char	name[NAME];
	int64_t		full_at;	/* 0: nobody's */
};

struct guess {
	struct secret	*key;
	struct slot	 slots[KINDS][GUESS_SLOTS];
};

static const struct {
	const char	*purpose;
	int64_t		 most, cost_s;
} kinds[KINDS] = {
	[GUESS_LOCATOR] = { "teduh/guess/locator", 10, 60 },
	[GUESS_NETWORK] = { "teduh/guess/network", 200, 6 },
	[GUESS_LETTERS] = { "teduh/guess/letters", 60, 60 },
	[GUESS_WRITTEN] = { "teduh/guess/written", 10, 60 }
};

struct guess *
guess_new(void)
{
	struct guess *g = mem_alloc(sizeof(*g));

	g->key = secret_new(KEY);
	seal_random(g->key->bytes, KEY);
	return g;
}

void
guess_free(struct guess *g)
{
	if (g == NULL)
		return;
	secret_free(g->key);
	seal_wipe(g, sizeof(*g));
	free(g);
}

static void
name_of(const struct guess *g, enum guess_kind kind, const void *bytes,
    size_t len, unsigned char name[NAME])
{
	unsigned char hash[SEAL_HASH];

	seal_hash_keyed(hash, g->key, kinds[kind].purpose, bytes, len);
	memcpy(name, hash, NAME);
}

/* Its place, or NULL. */
static struct slot *
find(struct guess *g, enum guess_kind kind, const unsigned char name[NAME])
{
	struct slot *s = g->slots[kind];
	size_t i;

	for (i = 0; i < GUESS_SLOTS; i++)
		if (s[i].full_at != 0 && memcmp(s[i].name, name, NAME) == 0)
			return &s[i];
	return NULL;
}

/* The place of whoever is nearest to full. */
static struct slot *
give_up(struct guess *g, enum guess_kind kind)
{
	struct slot *s = g->slots[kind];
	size_t i, best = 0;

	for (i = 1; i < GUESS_SLOTS; i++)
		if (s[i].full_at < s[best].full_at)
			best = i;
	return &s[best];
}

int
guess_left(struct guess *g, enum guess_kind kind, const void *bytes,
    size_t len, int64_t now)
{
	unsigned char name[NAME];
	const struct slot *s;
	int64_t ahead;

	if (len == 0)
		return 1;
	name_of(g, kind, bytes, len, name);
	if ((s = find(g, kind, name)) == NULL)
		return 1;
	ahead = s->full_at - now;
	/* Further than it can be: the clock was set back. */
	return ahead <= (kinds[kind].most - 1) * kinds[kind].cost_s ||
	    ahead > kinds[kind].most * kinds[kind].cost_s;
}

void
guess_spend(struct guess *g, enum guess_kind kind, const void *bytes,
    size_t len, int64_t now)
{
	int64_t cost = kinds[kind].cost_s, most = kinds[kind].most * cost;
	unsigned char name[NAME];
	struct slot *s;

	if (len == 0)
		return;
	name_of(g, kind, bytes, len, name);
	if ((s = find(g, kind, name)) == NULL) {
		s = give_up(g, kind);
		memcpy(s->name, name, NAME);
		s->full_at = now;
	}
	/* It is full, or the clock was set back. */
	if (s->full_at < now || s->full_at > now + most)
		s->full_at = now;
	s->full_at += cost;
	if (s->full_at > now + most)
		s->full_at = now + most;
}
