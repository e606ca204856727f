#ifndef TEDUH_RETURN_CODE_H
#define TEDUH_RETURN_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"

struct buf;
struct err;
struct word_list;

/*
 * Return codes: what opens a seeker's mailbox.  A code is a locator, which
 * is public and names the strand, and a secret number; both are numbers to
 * the base 7776, and one code has two spellings:
 *
 *   2 words / 6 words			of one list of lib/word_list.h
 *   1234 5678 / 123456 123456 123456 123456
 *
 * The secret number has log2(7776^6) = 77.5 random bits, so it is not
 * stretched.  Neither is ever stored.
 */
#define RETURN_CODE_LOCATOR	8	/* digits; below 7776^2 */
#define RETURN_CODE_NUMBER	24	/* digits; below 7776^6 */
#define RETURN_CODE_WORDS	8
#define RETURN_CODE_FORM	32	/* random bytes of a form */
#define RETURN_CODE_SALT	32
/* Bytes of a printed code at most, without a NUL. */
#define RETURN_CODE_MAX		512

struct return_code {
	char		 locator[RETURN_CODE_LOCATOR + 1];
	struct secret	*number;	/* owned; the digits, without NUL */
};

/* Wipes and empties; an empty one is fine. */
void		 return_code_free(struct return_code *);

/*
 * The code of a form: the same for the same pepper and random bytes, ever.
 * nth is 0, or the next number while the locator is taken; the secret number
 * does not depend on it.  Free it with return_code_free().
 */
void		 return_code_make(struct return_code *,
		    const struct secret *pepper,
		    const unsigned char form[RETURN_CODE_FORM], uint32_t nth);
/*
 * Append the code as it is shown: in the words of a list, or in digits when
 * it is NULL. 0, or -1 when out is full.
 */
int		 return_code_print(const struct return_code *,
		    const struct word_list *, struct buf *out);

/* What is wrong with a typed code, for pages that say it in their words. */
enum return_code_fault {
	RETURN_CODE_EMPTY,	/* nothing was typed */
	RETURN_CODE_LONG,	/* far more than a code */
	RETURN_CODE_COUNT,	/* `part` words, and not 8 */
	RETURN_CODE_UNKNOWN,	/* word `part` is in no list */
	RETURN_CODE_FOREIGN,	/* word `part` is of another language */
	RETURN_CODE_MIXED,	/* part `part`: digits in words, or letters in
				   digits */
	RETURN_CODE_DIGITS,	/* `part` digits, and not 32 */
	RETURN_CODE_GROUP,	/* group `part` has too few or many digits */
	RETURN_CODE_RANGE	/* group `part` is too high a number */
};
struct return_code_wrong {
	enum return_code_fault	fault;
	unsigned int		part;	/* from 1; 0 where there is none */
};

/*
 * The code that somebody typed (UTF-8, ends with NUL), in words of any one
 * of the lists, of which the last is followed by NULL, or in digits.  Case,
 * marks, blanks, hyphens, commas, dots and line ends do not matter.  If more
 * than one list has most of the words, the first of them counts: put the
 * language of the page in front.
 *
 * 0, to be freed with return_code_free(); or -1 with ERR_INPUT, *wrong
 * filled (it may be NULL) and the code empty.  Neither says anything of what
 * was typed but its place, nor whether a possible code exists.
 */
int		 return_code_parse(struct return_code *, const char *typed,
		    const struct word_list *const *lists,
		    struct return_code_wrong *wrong, struct err *);

/*
 * The seeker's X25519 pair: the secret half (never NULL, the caller frees)
 * from the secret number and the salt of the strand.
 */
struct secret	*return_code_pair(const struct return_code *,
		    const unsigned char salt[RETURN_CODE_SALT],
		    unsigned char pub[SEAL_KEY]);
/* The salt that a locator seems to have which we never gave out. */
void		 return_code_salt(unsigned char salt[RETURN_CODE_SALT],
		    const struct secret *pepper,
		    const char locator[RETURN_CODE_LOCATOR + 1]);

#endif
