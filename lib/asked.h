#ifndef TEDUH_ASKED_H
#define TEDUH_ASKED_H

#include <stdint.h>

#include "lib/roster.h"
#include "lib/seal.h"
#include "lib/wire.h"

/*
 * Automatic mail to a seeker that a person of the desk asks for.  No person
 * writes it: it is a text of the desk, and who asks signs that it shall go
 * (PURPOSE_AUTOMATIC, doc/protocol.md, Automatic mail).
 *
 *   after-care   a short letter after a case is closed
 *   notice       there is an answer behind the return code; it says no more
 */
#define ASKED_MAX		512	/* bytes of the statement, with NUL */
#define ASKED_SEEKER		1	/* whom after-care goes to */

struct asked {
	const char	*template;		/* "after-care", "notice" */
	char		language[16];
	char		desk[ROSTER_NAME_MAX + 1];
	unsigned char	id[SEAL_ID];		/* of the mail */
	int64_t		at;
	char		case_id[CASE_ID_LEN + 1];
	int64_t		participant;
	unsigned char	address[SEAL_HASH];	/* addressed_hash() */
};

/* The lines to sign, as desk/automatic.h reads them. */
void	asked_print(const struct asked *, char out[ASKED_MAX]);

#endif
