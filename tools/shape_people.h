#ifndef TEDUH_TOOLS_SHAPE_PEOPLE_H
#define TEDUH_TOOLS_SHAPE_PEOPLE_H

#include <jansson.h>

#include "tools/casefile.h"

struct err;

/*
 * Who is in a case: [{id, role, mode, address, code}], mode and address as
 * roles signed them; code: a return code opens what this person is answered.
 * A sentence in problems for what does not verify; NULL with *e when the
 * service could not be asked.
 */
json_t	*shape_people(struct casefile *, json_t *problems, struct err *);

#endif
