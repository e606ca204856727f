#ifndef TEDUH_EPOCH_H
#define TEDUH_EPOCH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/roster.h"
#include "lib/wire.h"

struct err;

/*
 * A new case key, as one of the staff states it: from here on everything of
 * this case is sealed to it.  Made when the team key was rotated, and when a
 * case goes to another desk.  Signed with PURPOSE_EPOCH:
 *
 *   {"at":N,"by":NAME,"case":ID,"case_key":HEX,"desk":NAME,"epoch":N,
 *    "from":NAME|null,"team_epoch":N,"v":1}
 *
 * desk, team_epoch: of the team to whose key the secret half is sealed.
 * from: the desk that gives the case away; null when it stays.
 *
 * A record holds when its signer was a supervisor of the desk while that
 * epoch of its team key was the newest (roster_held()), or, with `from`, a
 * counsellor or supervisor of the desk that gave the case away, in the epoch
 * of that desk's team key to which the case was sealed, or later.  A case's
 * records count up in epoch, from 2, and leave none out; the team epoch never
 * goes down; and the desk, which the case's first deposit names, changes by a
 * record with `from` alone.
 */
#define EPOCH_MAX		1024		/* bytes of a record */

struct epoch {
	char		 case_id[CASE_ID_LEN + 1];
	char		 desk[ROSTER_NAME_MAX + 1];
	int64_t		 epoch;			/* from 2: 1 is a role's */
	unsigned char	 case_key[SEAL_KEY];
	int64_t		 team_epoch;
	char		 from[ROSTER_NAME_MAX + 1];	/* "": it stays */
	char		 by[ROSTER_NAME_MAX + 1];
	int64_t		 at;
};

/* The bytes to sign; the caller frees. */
char	*epoch_print(const struct epoch *, size_t *len);
/* Strict; -1 with ERR_INPUT. */
int	 epoch_parse(struct epoch *, const void *, size_t len, struct err *);
/* What the first record follows, by the case's first deposit. */
void	 epoch_begun(struct epoch *, const struct deposit *);
/*
 * 1 when the bytes are a record of this case that holds behind the one
 * before it, or behind epoch_begun() (last; NULL: nobody signed where the
 * case began), and *out is filled.
 */
int	 epoch_holds(const struct roster *, const char *case_id,
	    const struct epoch *last, const void *, size_t len,
	    const unsigned char signer[SIGN_PUBLIC],
	    const unsigned char signature[SIGN_LEN], struct epoch *out);
/*
 * Which key is the present one: that of the newest deposit (epoch, key), or
 * the newest record's (NULL: there is none) when it is younger. named: the
 * record of the deposit's epoch, or NULL. 0 with both set; -1 when they
 * contradict each other: a deposit under a key that its record does not name.
 */
int	 epoch_present(const struct epoch *newest, const struct epoch *named,
	    int64_t *epoch, unsigned char key[SEAL_KEY]);

#endif
