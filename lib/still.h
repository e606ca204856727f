#ifndef TEDUH_STILL_H
#define TEDUH_STILL_H

#include "lib/letter_read.h"
#include "lib/roster.h"

struct err;

/*
 * A reading statement: what a person says of a letter that somebody wrote
 * after.  "I have read what is new, and this letter is still right."  Signed
 * with PURPOSE_STILL by the letter's author or approver, over the bytes as
 * they are kept:
 *
 *   {"at":N,"by":NAME,"case":ID,"draft":N,
 *    "last_read":[{"case":ID,"deposit":HEX}],"letter":HEX,"revision":N,"v":1}
 *
 * `letter` is still_letter_hash() of the signed letter document: a statement
 * is of no use to any other letter, and says nothing of its content.
 */
#define STILL_MAX		2048	/* bytes of a statement */
#define STILL_LETTER_HASH	"teduh/letter-hash/v1"

/* Which letter is meant. */
struct still_letter {
	char		case_id[CASE_ID_LEN + 1];
	int64_t		draft, revision;
	unsigned char	hash[SEAL_HASH];
};

struct still_statement {
	struct still_letter	letter;
	struct letter_read	last_read[LETTER_LAST_READ_MAX];
	size_t			nlast_read;
	char			by[ROSTER_NAME_MAX + 1];
	int64_t			at;
};

/* The letter document holds 128 random bits, so its hash may be seen. */
void	 still_letter_hash(unsigned char out[SEAL_HASH], const void *,
	    size_t len);
/* The bytes to sign; the caller frees. */
char	*still_print(const struct still_statement *, size_t *len);
/* Strict; -1 with ERR_INPUT. */
int	 still_parse(struct still_statement *, const void *, size_t len,
	    struct err *);
/*
 * 1 when this person is active and signed these bytes, which say so in his
 * name about this very letter; *out is filled.  p may be NULL: 0.
 */
int	 still_holds(const struct roster_person *p,
	    const struct still_letter *, const void *, size_t len,
	    const unsigned char signature[SIGN_LEN],
	    struct still_statement *out);
/*
 * 1 when the statement says something of every case of this list: it adds to
 * what was read and leaves nothing out.
 */
int	 still_covers(const struct still_statement *,
	    const struct letter_read *, size_t n);

#endif
