#ifndef TEDUH_DESK_DEPOSIT_H
#define TEDUH_DESK_DEPOSIT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/wire.h"

struct arrival_form;
struct config_mailbox;
struct desk;
struct err;
struct reading;

/*
 * Taking a letter: one transaction (C1) with ledger row, sealed item, case
 * and the role's signed deposit.  Nothing is told to the outside world before
 * it is durable.
 *
 * A letter with a valid reply token (or an answer's Message-ID among its
 * references) from the participant's own address joins its case; any other
 * opens a new one.  A role appends only under a case key that stands in a
 * deposit signed by a role; where that fails the letter opens a new case.
 */
struct arrival {
	const struct config_mailbox *mailbox;	/* NULL: it came by form */
	const char	*folder;	/* "" for injected */
	int64_t		 uidvalidity, uid;	/* 0, 0 for injected */
	const void	*raw;		/* the bytes, whole ... */
	size_t		 len;
	int		 junk;	/* it lay in a Junk folder: to the tray */
	const struct reading *reading;	/* unreadable allowed */
	const struct arrival_form *form;	/* daemon/desk/deposit_form.h */
};

enum deposit_result { DEPOSIT_NEW, DEPOSIT_JOINED, DEPOSIT_DUPLICATE,
    DEPOSIT_CANARY };	/* the last has no case */

/*
 * 0 with *result and the case it went to; -1: ERR_RETRY (busy, disk full),
 * ERR_IO, ERR_GONE (the desk has no team key yet). Nothing is half done.
 */
int	deposit_letter(struct desk *, const struct arrival *,
	    enum deposit_result *result, char case_id[CASE_ID_LEN + 1],
	    struct err *);

/*
 * A letter too large to be read: streamed and sealed whole, never in memory,
 * UNREADABLE.  begin, then add until done, then end.
 */
struct deposit_stream;
/* whole: all of it will come, so that the same bytes are known again. */
struct deposit_stream *deposit_stream_new(struct desk *,
	    const struct arrival *, int whole,
	    struct err *);	/* raw, reading NULL */
int	deposit_stream_add(struct deposit_stream *, const void *, size_t,
	    struct err *);
int	deposit_stream_end(struct deposit_stream *,
	    char case_id[CASE_ID_LEN + 1], struct err *);
void	deposit_stream_free(struct deposit_stream *);

#endif
