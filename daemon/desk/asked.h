#ifndef TEDUH_DESK_ASKED_H
#define TEDUH_DESK_ASKED_H

#include <jansson.h>

#include "daemon/desk/automatic.h"

struct actor;
struct desk;
struct err;

/*
 * Automatic mail to a seeker that a person of the desk asks for (lib/asked.h):
 * what after-care and notices have in common.
 *
 *   {"statement":TEXT,"signature":HEX,"address":BOX}
 *
 * name: what it is called in a sentence, "an after-care letter".
 */

/*
 * Read and verified: of this template, signed by this person just now, with
 * the address that it names. 0, or -1 with ERR_INPUT.
 */
int	asked_parse(const struct desk *, const struct actor *,
	    const json_t *, enum automatic_template, const char *name,
	    struct automatic *, unsigned char signature[SIGN_LEN],
	    struct err *);
/*
 * Can this desk say it, in this language? Better now than in the night. 0,
 * or -1 with ERR_CONFLICT. otherwise: what to do without it.
 */
int	asked_can_say(const struct desk *, const struct automatic *,
	    const char *name, const char *otherwise, struct err *);

#endif
