#ifndef TEDUH_REACH_H
#define TEDUH_REACH_H

#include <stdint.h>

#include "lib/seal.h"
#include "lib/wire.h"

struct desk;
struct err;

/*
 * How a person in a case is reached, as that person has it: the reply mode,
 * and the key that a return code leads to.  Role web alone deposits it (kind
 * `reach`), when somebody has shown a return code or a single-use link.  Whom
 * we write to stays as intake or two of the staff have signed it: the keyed
 * hashes of the address are those of the participant's deposit before.
 */
#define REACH_CLASS	"reach"		/* of its deposit */

struct reach {
	char		 case_id[CASE_ID_LEN + 1];
	int64_t		 participant;
	char		 mode[16];	/* "": as it is */
	int		 has_seeker;	/* a new code, which opens this: */
	unsigned char	 seeker[SEAL_KEY];
};

/*
 * Sealed and not in the store yet.  NULL with ERR_INPUT: who has no address
 * cannot have `mail` or `notice`, who has no code neither `notice` nor
 * `pickup`; ERR_GONE: nobody of this number is in the case; ERR_DENIED: its
 * deposits do not hold.
 */
struct reach_making;
struct reach_making *reach_new(struct desk *, const struct reach *,
	    struct err *);
/*
 * Within a transaction: the deposit, the participant's row, event and audit.
 * 0; -1, ERR_CONFLICT when the case has changed meanwhile.
 */
int	reach_write(struct reach_making *, struct err *);
void	reach_free(struct reach_making *);	/* NULL is fine */

/* All of it. 0, 1 it was so already, -1 as above. */
int	reach_set(struct desk *, const struct reach *, struct err *);

#endif
