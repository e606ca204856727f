#ifndef TEDUH_RETENTION_H
#define TEDUH_RETENTION_H

#include <jansson.h>
#include <stdint.h>

#include "lib/wire.h"

struct actor;
struct desk;
struct err;

/*
 * How long a closed case is kept.  The reason of closing is sealed, so who
 * closes a case signs the day on which it may go: a wish to erase it
 * (lib/wish.h) whose time is that day.  When it has come and the case is still
 * closed, clock asks for the erasure in that person's name; from then on it
 * goes the way of any other (erase.h): staff see it, have three days to take
 * it back, and supervisors may keep it.
 *
 * A hold keeps a case from all of that, whoever asks, until it is lifted.
 */

/*
 * Of a case that is being closed, within a transaction: body has `retention`,
 * {statement, signature} or null.  -1 with ERR_DENIED when it is not signed by
 * who sends it for one of the desk's spans, ERR_INPUT when the desk wants one.
 */
int	retention_close(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/* Unix seconds or JSON null; within a transaction. */
json_t	*retention_show(struct desk *, const char *id, struct err *);

/*
 * By clock: the next case whose day has come.  1 its erasure is asked for, or
 * 2 nobody signed that day and it is kept (alarm "erasure-refused"); *id says
 * which; 0 there is none; -1.
 */
int	retention_next(struct desk *, char id[CASE_ID_LEN + 1],
	    struct err *);
/*
 * By clock: the mails as they came of cases that were closed so long ago that
 * a desk wants none any more, ours (desk/raw.h) and the copies at the provider
 * (desk/copy.h).  How many cases, or -1.
 */
int	retention_raw(struct desk *, struct err *);

/* POST of supervisors: {note}, {note|null} -> CASE. */
json_t	*retention_hold(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
json_t	*retention_lift(struct desk *, const struct actor *, const char *id,
	    const json_t *body, struct err *);
/*
 * The same within a transaction that has the note, without its audit entry;
 * 0, 1 it was held, -1.
 */
int	retention_keep(struct desk *, const struct actor *, const char *id,
	    struct err *);
/* 1 when a hold keeps the case, 0, -1; within a transaction. */
int	retention_is_held(struct desk *, const char *id, struct err *);
/* {by, at} or JSON null; within a transaction. */
json_t	*retention_holder(struct desk *, const char *id, struct err *);

#endif
