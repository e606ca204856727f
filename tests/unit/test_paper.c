/*
 * A seed on paper: the vector of doc/protocol.md, and every single mistake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/err.h"
#include "lib/paper.h"
#include "lib/seal.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char *const vector[PAPER_LINES] = {
	"000G4 0R40M 30E EC",
	"20918 5GR38 E1W QP",
	"8124G K2GAH C5R A6",
	"R34D1 P70X3 RFG 9T",
};

static struct secret *
seed_new(void)
{
	struct secret *seed = secret_new(32);
	size_t i;

	for (i = 0; i < 32; i++)
		seed->bytes[i] = (unsigned char)i;
	return seed;
}

static void
prints_the_vector_and_reads_it_back(void **state)
{
	char lines[PAPER_LINES][PAPER_CHARS + 1], out[PAPER_LINE_LEN];
	struct secret *seed = seed_new(), *back;
	struct err e = ERR_INIT;
	int n;

	(void)state;
	for (n = 1; n <= PAPER_LINES; n++) {
		paper_print(out, n, seed);
		assert_string_equal(out, vector[n - 1]);
		assert_int_equal(paper_read(lines[n - 1], n, out, &e), 0);
	}
	back = paper_seed(lines, &e);
	assert_non_null(back);
	assert_memory_equal(back->bytes, seed->bytes, 32);
	secret_free(back);
	secret_free(seed);
}

static void
notices_every_single_mistake(void **state)
{
	char line[PAPER_LINE_LEN], out[PAPER_CHARS + 1], was;
	struct err e;
	size_t i, k;
	int n;

	(void)state;
	for (n = 1; n <= PAPER_LINES; n++) {
		memcpy(line, vector[n - 1], strlen(vector[n - 1]) + 1);
		for (i = 0; line[i] != '\0'; i++) {
			was = line[i];
			for (k = 0; was != ' ' && alphabet[k] != '\0'; k++) {
				if (alphabet[k] == was)
					continue;
				line[i] = alphabet[k];
				e.code = ERR_NONE;
				assert_int_equal(paper_read(out, n, line, &e),
				    -1);
				assert_int_equal(e.code, ERR_INPUT);
			}
			line[i] = was;
		}
		/* A line in the place of another one. */
		assert_int_equal(paper_read(out, n % PAPER_LINES + 1, line,
		    &e), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_the_vector_and_reads_it_back),
		cmocka_unit_test(notices_every_single_mistake),
	};

	if (seal_init(NULL) == -1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
