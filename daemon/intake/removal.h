#ifndef TEDUH_REMOVAL_H
#define TEDUH_REMOVAL_H

#include <stddef.h>

struct err;
struct folder;
struct imap;
struct imap_mail;

/*
 * 'after = delete', and 'purge_after' where letters are moved: those that
 * stand in a completed backup are taken off the mail server, by UID and
 * under the UIDVALIDITY under which they came. Never without UIDPLUS (a bare
 * EXPUNGE would take others' mail), never in quarantine or where another
 * service was seen, never a letter that was not read, nor one that has not
 * the size of what was stored.
 */

/* Is there a backup that removal_pass() has not seen yet? 1, 0, -1. */
int	removal_due(const struct folder *, struct err *);
/*
 * After a whole listing of the selected folder (mails by rising UID): the
 * oldest REMOVAL_MAX of them; the rest is due in the next pass. 0, -1.
 */
#define REMOVAL_MAX	500
int	removal_pass(struct folder *, struct imap *,
	    const struct imap_mail *mails, size_t n, struct err *);

#endif
