#ifndef TEDUH_EVENT_H
#define TEDUH_EVENT_H

#include <jansson.h>

struct actor;
struct desk;
struct err;

/*
 * What happened in a case that nobody wrote: so that colleagues see who had
 * it and how it came to them.  An event is plain, like the audit; detail
 * is a name of staff, a number or a state, never a word that somebody wrote.
 *
 *   claimed                 the actor took the case
 *   released, passed        the actor gave it back to the queue
 *   handed    TO            the actor gave it to a colleague
 *   moved     FROM TO       the actor gave the case to another desk
 *   ended     CLAIMANT      nobody renewed the lease (the role noticed)
 *   taken     CLAIMANT      the actor took it over from a colleague
 *   paused, pause-ended     'next' leaves it out for a while
 *   raised    1 .. 3        the rules found a letter that urgent (the role)
 *   urgency   0 .. 3        closed, reopened    tagged
 *   after-care  pN          the actor asked for one when closing the case
 *   after-care-sent, after-care-dropped   CODE or WORD: what post says of it
 *   read      WORD          who does not hold it reads it, and why
 *   rekeyed                 the actor rotated the keys (desk/epoch.h)
 *   linked, unlinked  CASE: the other one        untrayed
 *   erase-asked, erase-undone   WHO: pN, or a name
 *   erase-held, erase-lifted
 *   discarded, undone, settled, adopted, crisis-sent, crisis-signed   dN:
 *                           the draft
 *   disclose-asked, disclosed
 *   discarded, undone, settled   dN: the draft
 *   stated, seconded, withdrawn, joined, readdressed, refused-person   pN:
 *                           whom we write to (desk/people.h, desk/person.h)
 *   mode-mail, mode-notice, mode-pickup, code   pN: the person wants to be
 *                           answered so; has a return code (desk/reach.h)
 *   addressed  pN           who came by form wrote by mail with the token
 *   notice-sent, notice-dropped   CODE or WORD: what post says of the mail
 *                           that tells of an answer behind the code
 *   bounced, delayed, delivered, bounce, complaint   CODE: what a machine
 *                           says of a letter of ours (desk/bounce.h)
 */

/*
 * Within a transaction. actor may be NULL: the role itself. detail may be
 * NULL. 0; -1 with ERR_GONE when there is no such case.
 */
int	event_add(struct desk *, const struct actor *, const char *case_id,
	    const char *kind, const char *detail, struct err *);
/* [EVENT] of a case, oldest first (doc/api.md); NULL with *e. */
json_t	*event_list(struct desk *, const char *case_id, struct err *);

#endif
