#ifndef TEDUH_AUTOMATIC_H
#define TEDUH_AUTOMATIC_H

#include <stdint.h>

#include "daemon/desk/alarm.h"
#include "lib/seal.h"
#include "lib/signature.h"

struct desk;
struct err;

/*
 * Automatic mail to staff: a row that clock writes and signs and post
 * renders and sends.  There is one template, alarm, and no free text: the
 * statement is these lines, in this order, LF behind each, signed by the role
 * clock with PURPOSE_AUTOMATIC:
 *
 *   template=alarm  language=LANG  recipient=N  id=HEX32  at=SECONDS
 *   news=begins|stands|ends  kind=KIND  subject=WORD  detail=WORD
 *   since=SECONDS
 *
 * recipient counts from 0 in the configuration's alarm.to: an address stands
 * nowhere in the store.
 */
#define AUTOMATIC_KEEP_S	(4 * 86400)	/* unsent ones live so long */

struct automatic {
	unsigned char	id[SEAL_ID];
	char		language[16];
	int64_t		recipient, at;
	struct alarm	alarm;
};

/*
 * Within a transaction, by clock: one mail per configured address. What was
 * to be said of the same alarm before and did not leave yet is replaced.
 */
int	automatic_alarm(struct desk *, const struct alarm *, struct err *);

/*
 * The next one whose time has come: 1 with *mail filled; 0 when there is
 * none; -1. One that is not signed by the role clock as it stands on the
 * roster, or is too old, or whose dot was out when somebody died, is deleted
 * and logged by the caller: 2 with *mail->id only.
 */
int	automatic_next(struct desk *, struct automatic *, struct err *);
/* The dot may be out from now on. */
int	automatic_dot(struct desk *, const struct automatic *, struct err *);
/* Sent, refused or not to be sent: the row goes, the audit keeps the word. */
int	automatic_done(struct desk *, const struct automatic *,
	    const char *word, struct err *);
/* Not now. */
int	automatic_later(struct desk *, const struct automatic *,
	    int64_t next_at, struct err *);

#endif
