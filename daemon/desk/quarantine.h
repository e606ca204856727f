#ifndef TEDUH_QUARANTINE_H
#define TEDUH_QUARANTINE_H

#include <jansson.h>
#include <stdint.h>

struct actor;
struct backup_heads;
struct desk;
struct err;
struct store;

/*
 * A store that was put back from a backup knows nothing of what happened
 * since.  Letters come in; nothing goes out, until a supervisor has looked
 * and signed a roster entry of kind bridge: that is what a setting says.
 */

/*
 * Within a transaction: what was on its way is blocked, what waited for
 * approval is a draft again, mails to staff are gone.
 */
int	quarantine_begin(struct store *, const struct backup_heads *,
	    struct err *);
/* 1 it is, 0 it is not, -1. */
int	quarantine_is(struct store *, struct err *);
/*
 * {at, audit_seq, audit, roster_seq, roster} of the backup (hex hashes), or
 * JSON null. NULL with *e.
 */
json_t	*quarantine_show(struct store *, struct err *);
/*
 * POST /v1/restore {seq, entry, signature}: the bridge is appended and the
 * quarantine ends. Supervisors only. ERR_GONE when there is none, ERR_CONFLICT
 * when seq is taken.
 */
json_t	*quarantine_end(struct desk *, const struct actor *,
	    const json_t *body, struct err *);

#endif
