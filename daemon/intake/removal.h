#ifndef TEDUH_REMOVAL_H
#define TEDUH_REMOVAL_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/desk/ledger.h"

struct config_mailbox;
struct desk;
struct err;
struct folder;
struct imap;
struct imap_mail;

/*
 * 'after = delete', and 'purge_after' where letters are moved: those that
 * stand in a completed backup are taken off the mail server, by UID and
 * under the UIDVALIDITY under which they came; so are copies (copies.h), and
 * the letters of a case of which it was asked (desk/copy.h). Never without
 * UIDPLUS (a bare EXPUNGE would take others' mail), never in quarantine or
 * where another service was seen, never by age a letter that was not read,
 * nor one that has not the size of what was stored.
 */

/* Where, and how long what lies there stays if nobody asks: -1 for ever. */
struct removal_place {
	struct desk			*desk;
	const struct config_mailbox	*mailbox;
	const int			*held;
	struct ledger_place		 place;
	int64_t				 keep_s;
};
/* What is known between two passes. */
struct removal {
	int64_t	seq;		/* what a backup up to here holds is gone */
	int64_t	no;		/* and what was asked up to here */
	int64_t	after;		/* Unix seconds; the last try went wrong */
};

/* Is there a backup, or a request, that was not seen yet? 1, 0, -1. */
int	removal_is_due(const struct removal_place *, const struct removal *,
	    struct err *);
/*
 * What may go of these, by rising UID: the oldest REMOVAL_MAX. 0 all of
 * them, 1 the rest is due in the next pass, -1.
 */
#define REMOVAL_MAX	500
int	removal_work(const struct removal_place *, struct removal *,
	    struct imap *, const struct imap_mail *mails, size_t n,
	    struct err *);

/* Both for a folder of letters; behind a whole listing of it. 0, -1. */
int	removal_due(const struct folder *, struct err *);
int	removal_pass(struct folder *, struct imap *,
	    const struct imap_mail *mails, size_t n, struct err *);

#endif
