/*
 * Two of three by XOR.  There is no polynomial to get wrong, and who has two
 * cards and a pencil could do it by hand.
 */
#include <string.h>

#include "lib/err.h"
#include "lib/shares.h"

static const char *const letters[SHARES] = { "ab", "ac", "bc" };

const char *
shares_letters(int no)
{
	return no < 1 || no > SHARES ? NULL : letters[no - 1];
}

static void
add(struct secret *to, const struct secret *pad)
{
	size_t i;

	for (i = 0; i < SEAL_KEY; i++)
		to->bytes[i] ^= pad->bytes[i];
}

/* Where a part has the piece with this letter, or -1. */
static int
place(int no, char letter)
{
	const char *at = strchr(letters[no - 1], letter);

	return at == NULL ? -1 : (int)(at - letters[no - 1]);
}

void
shares_split(const struct secret *seed, struct share out[SHARES])
{
	struct secret *pad;
	char letter;
	int i, at, first;

	for (i = 0; i < SHARES; i++)
		out[i].no = i + 1;
	for (letter = 'a'; letter <= 'c'; letter++) {
		pad = secret_random(SEAL_KEY);
		for (i = 0, first = 1; i < SHARES; i++) {
			if ((at = place(i + 1, letter)) == -1)
				continue;
			out[i].pieces[at] = secret_copy(pad->bytes, SEAL_KEY);
			if (!first)
				add(out[i].pieces[at], seed);
			first = 0;
		}
		secret_free(pad);
	}
}

struct secret *
shares_join(const struct share *x, const struct share *y, struct err *e)
{
	struct secret *seed;
	const char *letter;
	int at;

	if (shares_letters(x->no) == NULL || shares_letters(y->no) == NULL ||
	    x->no == y->no) {
		err_set(e, ERR_INPUT, "these are not two different parts");
		return NULL;
	}
	/* The letter that both have. */
	for (letter = letters[x->no - 1];
	    (at = place(y->no, *letter)) == -1; letter++)
		;
	seed = secret_copy(x->pieces[letter - letters[x->no - 1]]->bytes,
	    SEAL_KEY);
	add(seed, y->pieces[at]);
	return seed;
}

void
shares_free(struct share *s)
{
	int i;

	for (i = 0; i < SHARES_PIECES; i++) {
		secret_free(s->pieces[i]);
		s->pieces[i] = NULL;
	}
}
