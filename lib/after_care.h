#ifndef TEDUH_AFTER_CARE_H
#define TEDUH_AFTER_CARE_H

#include <stdint.h>

#include "lib/roster.h"
#include "lib/seal.h"
#include "lib/wire.h"

/*
 * A short letter to the seeker after a case is closed.  No person writes it:
 * it is a text of the desk, and a person of the desk signs that it shall go
 * (PURPOSE_AUTOMATIC, doc/protocol.md, Automatic mail).
 */
#define AFTER_CARE_MAX		512	/* bytes of the statement, with NUL */
#define AFTER_CARE_WHO		1	/* the seeker */

struct after_care {
	char		language[16];
	char		desk[ROSTER_NAME_MAX + 1];
	unsigned char	id[SEAL_ID];		/* of the mail */
	int64_t		at;
	char		case_id[CASE_ID_LEN + 1];
	unsigned char	address[SEAL_HASH];	/* addressed_hash() */
};

/* The lines to sign, as desk/automatic.h reads them. */
void	after_care_print(const struct after_care *, char out[AFTER_CARE_MAX]);

#endif
