#ifndef TEDUH_PERSON_H
#define TEDUH_PERSON_H

#include <stdint.h>

#include "daemon/desk/delivery.h"
#include "lib/seal.h"

struct desk;
struct err;
struct statement_doc;

/*
 * A statement of two persons as post works it: taken like a letter (the
 * struct delivery names item, signers and case; draft and attempts are 0),
 * compared with what roles signed of the case, and deposited.
 */

/* 1 with *x filled, 0 when none waits, -1. */
int	person_take(struct desk *, struct delivery *x, struct err *);

/* What the chain of deposits says now. */
struct person_facts {
	int		has_participant;	/* somebody has this number */
	int		has_seeker;		/* and a return code */
	unsigned char	check[SEAL_HASH];
	int		has_statement;		/* about this participant */
	unsigned char	statement[SEAL_HASH];	/* hash of the newest one */
	int64_t		epoch;			/* of the case key */
	unsigned char	case_key[SEAL_KEY];
};
int	person_facts(struct desk *, const struct delivery *,
	    struct person_facts *, struct err *);

/*
 * One transaction: a deposit of kind `participant` in the chain, its item
 * (PART_VIEW: {v, statement, signer, signature, second, approval}) sealed to
 * the case key, the participant's row, an event;
 * the statement's own item and row are gone.  0; -1, ERR_CONFLICT when the
 * case is not as *facts says any more, or not with the statement's desk, and
 * nothing is done.
 */
int	person_deposit(struct desk *, const struct delivery *,
	    const struct statement_doc *, const void *document, size_t len,
	    const struct person_facts *, struct err *);
/* It stays, blocked under this word, for a human. */
int	person_block(struct desk *, const struct delivery *,
	    const char *code, struct err *);

#endif
