/*
 * A seed on paper: see paper.h, and doc/protocol.md for a vector.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/code.h"
#include "lib/err.h"
#include "lib/paper.h"
#include "lib/seal.h"
#include "lib/words.h"

#define SEED_LEN	32
#define ALL		(PAPER_LINES * PAPER_CHARS)
#define CHECK		2
#define PRIME		1021

_Static_assert(ALL == (8 * SEED_LEN + 4) / 5, "characters of a seed");

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
check_of(char out[CHECK], int n, const char *chars)
{
	unsigned int value = (unsigned int)n, i;

	for (i = 0; i < PAPER_CHARS; i++)
		value = (value * 32 + (unsigned int)(strchr(alphabet,
		    chars[i]) - alphabet)) % PRIME;
	out[0] = alphabet[value / 32];
	out[1] = alphabet[value % 32];
}

void
paper_print(char out[PAPER_LINE_LEN], int n, const struct secret *seed)
{
	char all[ALL + 1], check[CHECK];
	const char *line = all + (n - 1) * PAPER_CHARS;

	code_from_bytes(all, seed->bytes, SEED_LEN);
	check_of(check, n, line);
	(void)snprintf(out, PAPER_LINE_LEN, "%.5s %.5s %.3s %.2s", line,
	    line + 5, line + 10, check);
	seal_wipe(all, sizeof(all));
}

int
paper_read(char out[PAPER_CHARS + 1], int n, const char *typed,
    struct err *e)
{
	char line[PAPER_CHARS + CHECK + 1], check[CHECK];
	struct err why = ERR_INIT;
	int result = -1;

	if (code_canonical(line, PAPER_CHARS + CHECK, typed, &why) == -1)
		err_set(e, ERR_INPUT, _("line %d is not right: %s"), n,
		    why.text);
	else if (strlen(line) < PAPER_CHARS + CHECK)
		err_set(e, ERR_INPUT, _("line %d is too short: it has %d "
		    "characters"), n, PAPER_CHARS + CHECK);
	else {
		check_of(check, n, line);
		result = memcmp(check, line + PAPER_CHARS, CHECK) == 0 ? 0 :
		    -1;
		if (result == -1)
			err_set(e, ERR_INPUT, _("line %d is not right: compare "
			    "it with the paper, character by character"), n);
		memcpy(out, line, PAPER_CHARS);
		out[PAPER_CHARS] = '\0';
	}
	seal_wipe(line, sizeof(line));
	return result;
}

struct secret *
paper_seed(char lines[PAPER_LINES][PAPER_CHARS + 1], struct err *e)
{
	struct secret *seed = secret_new(SEED_LEN);
	char all[ALL + 1] = "";
	int i;

	for (i = 0; i < PAPER_LINES; i++)
		memcpy(all + i * PAPER_CHARS, lines[i], PAPER_CHARS);
	all[ALL] = '\0';
	if (code_to_bytes(seed->bytes, SEED_LEN, all) == -1) {
		err_set(e, ERR_INPUT, _("line %d is not right: compare it "
		    "with the paper, character by character"), PAPER_LINES);
		secret_free(seed);
		seed = NULL;
	}
	seal_wipe(all, sizeof(all));
	return seed;
}
