#ifndef TEDUH_DESK_STILL_H
#define TEDUH_DESK_STILL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/desk/delivery.h"
#include "lib/still.h"

struct actor;
struct desk;
struct err;

/*
 * Letters after which somebody wrote.  What was read of the cases, by the
 * letter itself or by a later reading statement (lib/still.h), is held
 * against what the cases say now.
 */

/*
 * What each case of the list says now, in its order, in facts[].  0; 1 when a
 * linked or proposed case is not in the list, or a case of it is gone; -1,
 * with ERR_DENIED when a deposit of one does not hold.
 */
int	 still_facts(struct desk *, const struct delivery *,
	    const struct letter_read *, size_t n, struct delivery_facts *,
	    struct err *);
/* 1 when by these facts somebody wrote after what was read. */
int	 still_is_stale(const struct delivery_facts *, size_t n);

/*
 * The statements about a letter as they are kept; nobody has looked at them.
 * fn gives 0 to go on, 1 to stop, -1.  0 or -1.
 */
typedef int	 still_fn(void *ctx, const void *statement, size_t len,
		    const unsigned char signature[SIGN_LEN], struct err *);
int	 still_each(struct desk *, const unsigned char item[SEAL_ID],
	    still_fn *, void *ctx, struct err *);

/*
 * POST by the letter's author or approver, or who may approve it:
 * {statement, signature} -> DRAFT.  A letter that post blocked as stale waits
 * again as after its approval; of one that may leave, or waits for review,
 * the newer reading is kept.  ERR_CONFLICT when somebody wrote after that
 * reading as well.
 */
json_t	*still_say(struct desk *, const struct actor *, const char *case_id,
	    int64_t no, const json_t *body, struct err *);

#endif
