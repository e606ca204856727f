/*
 * Dice, seeds and how an input is broken; shared by the fuzzers.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX	(1024 * 1024)
#define SEED_FILE_MAX	65536
#define PLACES		8	/* where one input is broken, at most */

static size_t
number(const char *name, size_t fallback)
{
	const char *value = getenv(name);

	return value == NULL ? fallback : (size_t)strtoull(value, NULL, 10);
}

void
fuzz_begin(struct fuzz *f, size_t rounds)
{
	f->round = number("TEDUH_FUZZ_FROM", 0);
	f->last = f->round + number("TEDUH_FUZZ_ROUNDS", rounds);
}

/* The dice of a round depend on nothing but its number. */
int
fuzz_next(struct fuzz *f)
{
	if (f->round >= f->last)
		return 0;
	f->state = 0x7ed4000000000000u + f->round++;
	return 1;
}

/* splitmix64, by Sebastiano Vigna */
size_t
fuzz_dice(struct fuzz *f, size_t n)
{
	uint64_t z = f->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return n == 0 ? 0 : (size_t)((z ^ (z >> 31)) % n);
}

/* Put n bytes in at a place of b; it may be itself a piece of b. */
static void
put_in(struct buf *b, size_t at, const char *p, size_t n)
{
	struct buf rest;

	buf_init(&rest, 2 * INPUT_MAX);
	(void)buf_add(&rest, p, n);
	(void)buf_add(&rest, b->bytes + at, b->len - at);
	b->len = at;
	(void)buf_add(b, rest.bytes, rest.len);
	buf_free(&rest);
}

static void
take_out(struct buf *b, size_t at, size_t n)
{
	if (n > b->len - at)
		n = b->len - at;
	memmove(b->bytes + at, b->bytes + at + n, b->len - at - n);
	b->len -= n;
	b->bytes[b->len] = '\0';
}

static void
break_once(struct fuzz *f, const struct fuzz_seeds *seeds,
    const char *const *words, struct buf *b)
{
	size_t at = fuzz_dice(f, b->len + 1), other, from, n = 0;

	switch (fuzz_dice(f, 7)) {
	case 0:
		if (at < b->len)
			b->bytes[at] = (char)fuzz_dice(f, 256);
		break;
	case 1:
		if (at < b->len)
			b->bytes[at] ^= (char)(1 << fuzz_dice(f, 8));
		break;
	case 2:
		take_out(b, at, 1 + fuzz_dice(f, 60));
		break;
	case 3:
		n = fuzz_dice(f, b->len - at + 1);
		put_in(b, at, b->bytes + at, n > 400 ? 400 : n);
		break;
	case 4:
		other = fuzz_dice(f, seeds->n);
		from = fuzz_dice(f, seeds->len[other] + 1);
		n = fuzz_dice(f, seeds->len[other] - from + 1);
		put_in(b, at, seeds->v[other] + from, n > 400 ? 400 : n);
		break;
	case 5:
		if (fuzz_dice(f, 4) == 0)
			take_out(b, at, b->len);
		break;
	default:
		for (; words[n] != NULL; n++)
			;
		n = fuzz_dice(f, n);
		put_in(b, at, words[n], strlen(words[n]));
		break;
	}
}

void
fuzz_input(struct fuzz *f, const struct fuzz_seeds *seeds,
    const char *const *words, struct buf *out)
{
	size_t seed = fuzz_dice(f, seeds->n), places;

	buf_clear(out);
	(void)buf_add(out, seeds->v[seed], seeds->len[seed]);
	for (places = 1 + fuzz_dice(f, PLACES); places > 0; places--)
		if (out->len < INPUT_MAX / 2)
			break_once(f, seeds, words, out);
}

void
fuzz_add_seed(struct fuzz_seeds *s, const char *p, size_t n)
{
	char **v = realloc(s->v, (s->n + 1) * sizeof(*v));
	size_t *len = realloc(s->len, (s->n + 1) * sizeof(*len));

	if (v == NULL || len == NULL)
		mem_out();
	s->v = v;
	s->len = len;
	s->v[s->n] = mem_dup(p, n);
	s->len[s->n++] = n;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
add_file(struct fuzz_seeds *s, const char *path)
{
	static char bytes[SEED_FILE_MAX];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return;
	n = fread(bytes, 1, sizeof(bytes), f);
	(void)fclose(f);
	fuzz_add_seed(s, bytes, n);
}

void
fuzz_add_files(struct fuzz_seeds *s, const char *folder, const char *end)
{
	const char *top = getenv("srcdir");
	struct dirent **names;
	char path[4096];
	int n, i;

	(void)snprintf(path, sizeof(path), "%s/%s", top == NULL ? "." : top,
	    folder);
	n = scandir(path, &names, NULL, by_name);
	for (i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);

		(void)snprintf(path, sizeof(path), "%s/%s/%s",
		    top == NULL ? "." : top, folder, names[i]->d_name);
		if (len > strlen(end) && strcmp(names[i]->d_name + len -
		    strlen(end), end) == 0)
			add_file(s, path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

void
fuzz_free_seeds(struct fuzz_seeds *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	free(s->len);
	memset(s, 0, sizeof(*s));
}
