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
 */

/*
 * Read and verified: of this template, signed by this person just now, with
 * the address that it names. 0, or -1 with ERR_INPUT.
 */
int	asked_parse(const struct desk *, const struct actor *,
	    const json_t *, enum automatic_template, struct automatic *,
	    unsigned char signature[SIGN_LEN], struct err *);
/* Can this desk say it, in this language? Better now than in the night. */
enum asked_fault { ASKED_FINE, ASKED_NO_RELAY, ASKED_NO_TEXT };
enum asked_fault asked_look(const struct desk *, const struct automatic *);

#endif
