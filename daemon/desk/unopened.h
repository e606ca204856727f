#ifndef TEDUH_UNOPENED_H
#define TEDUH_UNOPENED_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * Cases that open for nobody of their desk.  The service cannot look into a
 * box, so it hears of it from the command line of somebody who holds the key
 * of the team, and is told by one such when the case opens again.  That rings
 * an alarm or ends it; nothing of the case changes.
 */
#define UNOPENED_ALARM	"case-unopened"		/* subject: the case */

/*
 * POST .../unopened: the alarm stands from now on; when it does already
 * nothing changes. POST .../opened: it ends; when there is none nothing
 * changes. An empty object, or NULL with *e: ERR_GONE as case_access(), also
 * of a case that was erased.
 */
json_t	*unopened_report(struct desk *, const struct actor *,
	    const char *case_id, struct err *);
json_t	*unopened_over(struct desk *, const struct actor *,
	    const char *case_id, struct err *);

#endif
