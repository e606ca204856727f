#ifndef TEDUH_BALANCE_H
#define TEDUH_BALANCE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct desk;
struct err;
struct ledger_place;

/*
 * The balance: what mail servers showed against what the ledger tells, and
 * what the ledger tells against cases and items.
 *
 * Intake notes each whole listing of a folder, also of the one to which
 * letters are moved.  The rest follows from the store, so that everybody who
 * can open it can draw the balance at any time.
 */
#define BALANCE_LIST_MAX	100	/* of UIDs that are named */

/*
 * By intake, behind the work on a whole listing: these UIDs lie in the
 * folder now. stays: letters that were taken are to lie there still. A
 * transaction of its own. How many of them no row tells of; -1.
 */
int	balance_note(struct desk *, const struct ledger_place *, int stays,
	    const int64_t *uids, size_t n, struct err *);

/*
 * Of one mailbox, or of all (NULL), by mailbox and folder:
 * [{mailbox, folder, seen, cases, tray, settled:{bounce, canary, duplicate},
 *   erased, waiting, untold, moved, deleted, listed_at, present, unknown,
 *   missing, gaps:[{uid, why}], more}]
 * seen = cases + tray + settled + erased + waiting + gaps with a row.
 * waiting: begun and not stored yet. untold, moved and deleted say where
 * their originals are. why: "not-taken" a mail in the folder of which no row
 * tells, "no-letter" a row of which neither case nor item is there,
 * "not-stored" one that was begun an hour ago. more: gaps that are not
 * named. The caller decrefs; NULL with *e.
 */
json_t	*balance_list(struct desk *, const char *mailbox, struct err *);
/* Letters from mailboxes that no row tells of: ["7K2M9Q4X.1"]. NULL, *e. */
json_t	*balance_unledgered(struct desk *, struct err *);
/*
 * Copies that the provider filed, of one mailbox or of all (NULL): what of
 * ours was found there, and how much of it was removed since:
 * [{mailbox, folder, kind, there, removed}]. NULL, *e.
 */
json_t	*balance_copies(struct desk *, const char *mailbox, struct err *);
/* Gaps in a row of balance_list(). */
int64_t	 balance_gaps(const json_t *folder);

#endif
