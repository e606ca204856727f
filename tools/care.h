#ifndef TEDUH_TOOLS_CARE_H
#define TEDUH_TOOLS_CARE_H

#include <jansson.h>
#include <stdint.h>

struct casefile;
struct err;
struct session;

/*
 * What asks the service for an automatic mail (lib/asked.h): {statement,
 * signature, address}, signed by this person, the address sealed to the
 * postman. NULL with *e: nothing may be said of the address, or there is
 * none.
 */

/* An after-care letter to the seeker. */
json_t	*care_request(struct session *, struct casefile *, struct err *);
/* A notice without content to a participant of that reply mode. */
json_t	*care_notice(struct session *, struct casefile *,
	    int64_t participant, struct err *);

#endif
