#ifndef TEDUH_TESTS_FUZZ_H
#define TEDUH_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Fuzzing that finds the same things at every run: inputs grow out of good
 * ones by dice with a fixed seed.  A failure names its round; the same round
 * can be had again by itself.
 *
 *   TEDUH_FUZZ_ROUNDS	how many rounds; each program has its own default
 *   TEDUH_FUZZ_FROM	the first round, to look at one that failed
 */
struct fuzz {
	uint64_t	state;
	size_t		round, last;
};

/* Good inputs, owned. */
struct fuzz_seeds {
	char		**v;
	size_t		 *len;
	size_t		 n;
};

void	fuzz_begin(struct fuzz *, size_t rounds);
/* The dice of the next round; 0 when there is none. */
int	fuzz_next(struct fuzz *);
/* From 0 to n - 1. */
size_t	fuzz_dice(struct fuzz *, size_t n);
/*
 * One of the seeds, broken in a few places: bytes changed, cut, doubled,
 * moved from another seed, or one of `words` (ends with NULL) put in.
 */
void	fuzz_input(struct fuzz *, const struct fuzz_seeds *,
	    const char *const *words, struct buf *out);

void	fuzz_add_seed(struct fuzz_seeds *, const char *, size_t);
/* Every file of a folder below $srcdir that ends so. */
void	fuzz_add_files(struct fuzz_seeds *, const char *folder,
	    const char *end);
void	fuzz_free_seeds(struct fuzz_seeds *);

#endif
