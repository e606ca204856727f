#ifndef TEDUH_CARE_H
#define TEDUH_CARE_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * The after-care letter that a person asks for when closing a case: one row
 * of automatic mail under that person's signature.  Post sends it while the
 * case is closed and nobody has written since, once, and says in the case
 * what became of it.  Both within the transaction of the change.
 */

/*
 * body may have after_care: {statement, signature, address: BOX}; then the
 * case is closed already. 1 asked for, 0 not; -1 with *e: nobody may be
 * written to so, or the statement is not about this case.
 */
int	care_ask(struct desk *, const struct actor *, const char *case_id,
	    const json_t *body, struct err *);
/* One that has not left leaves no more. */
int	care_forget(struct desk *, const char *case_id, struct err *);

#endif
