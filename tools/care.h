#ifndef TEDUH_TOOLS_CARE_H
#define TEDUH_TOOLS_CARE_H

#include <jansson.h>

struct casefile;
struct err;
struct session;

/*
 * What asks the service for an after-care letter to the seeker: {statement,
 * signature, address}, signed by this person, the address sealed to the
 * postman. NULL with *e: nothing may be said of the address, or there is
 * none.
 */
json_t	*care_request(struct session *, struct casefile *, struct err *);

#endif
