#ifndef TEDUH_LETTER_READ_H
#define TEDUH_LETTER_READ_H

#include "lib/wire.h"

struct err;

/*
 * What somebody had read: of each case the hash of its newest deposit, as
 * `last_read` of a letter (lib/letter.h) and of a reading statement
 * (lib/still.h):
 *
 *   "last_read":[{"case":ID,"deposit":HEX}]
 *
 * A case stands once.  Printing does not check, getting and checking do;
 * both give 0, or -1 with ERR_INPUT.
 */
#define LETTER_LAST_READ_MAX	8

struct letter_read {
	char		 case_id[CASE_ID_LEN + 1];
	unsigned char	 deposit[SEAL_HASH];
};

/* A new array. */
json_t	*letter_read_print(const struct letter_read *, size_t n);
int	 letter_read_check(const struct letter_read *, size_t n,
	    struct err *);
/* The member of this object, checked. */
int	 letter_read_get(const json_t *,
	    struct letter_read out[LETTER_LAST_READ_MAX], size_t *n,
	    struct err *);
/* What was read of this case, or NULL. */
const struct letter_read *letter_read_find(const struct letter_read *,
	    size_t n, const char *case_id);

#endif
