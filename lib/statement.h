#ifndef TEDUH_STATEMENT_H
#define TEDUH_STATEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/roster.h"
#include "lib/wire.h"

struct err;

/*
 * Who is written to, as two of the staff state it: a person who joins a case,
 * or another address of one who is in it.  Author and second sign the same
 * bytes, each under a purpose of their own; post opens, checks and deposits
 * them (doc/protocol.md).
 *
 *   {"v":1,"case":ID,"desk":NAME,"participant":N,"role":WORD,
 *    "name":TEXT|null,"mode":WORD,"address":ADDRESS,
 *    "replaces":ADDRESS|null,"after":HEX|null,"author":NAME,"at":N}
 *
 * mode: mail, or notice (a mail says that there is an answer, a return code
 * opens it).
 * replaces: the address that this person had, which may be the same; null for
 * a new one, or who had none.
 * after: deposit_hash() of the statement before about the same person, null
 * for the first.  Thus one statement serves once.
 */
#define STATEMENT_MAX		4096		/* bytes of the document */
#define STATEMENT_NAME_MAX	100		/* bytes */
#define STATEMENT_PEOPLE_MAX	99		/* participants of a case */
#define STATEMENT_EXPIRES_S	(14 * 86400)
#define STATEMENT_CLASS		"statement"	/* of its deposit */

/* Strings are owned; NULL stands for absent. */
struct statement_doc {
	char		 case_id[CASE_ID_LEN + 1];
	char		 desk[ROSTER_NAME_MAX + 1];
	int64_t		 participant;
	char		 role[16];
	char		*name, *address, *replaces;
	char		 mode[16];
	int		 has_after;
	unsigned char	 after[SEAL_HASH];
	char		 author[ROSTER_NAME_MAX + 1];
	int64_t		 at;
};

void	 statement_init(struct statement_doc *);
void	 statement_free(struct statement_doc *);
/* 1 for seeker, parent, relative, teacher, other. */
int	 statement_role_valid(const char *);
/* Checks every field, then prints; the caller frees. NULL, ERR_INPUT. */
char	*statement_print(const struct statement_doc *, size_t *len,
	    struct err *);
/*
 * Strict: unknown members, wrong types, an address that the validator
 * refuses are ERR_INPUT. The struct is initialised by the call; there is
 * nothing to free after -1.
 */
int	 statement_parse(struct statement_doc *, const void *, size_t,
	    struct err *);

#endif
