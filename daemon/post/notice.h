#ifndef TEDUH_NOTICE_H
#define TEDUH_NOTICE_H

#include "daemon/post/smtp.h"

struct automatic;
struct desk;
struct err;
struct letter;
struct secret;

/*
 * Automatic mail (desk/automatic.h): rendered from the text files of the
 * service, with a null return path and the mark of RFC 3834.  An alarm goes
 * to an address of the configuration, everything else to the address that
 * was sealed with the signed statement; and every mail is counted in a file
 * of post's own (desk/budget.h), whatever stands in the store.
 */
struct notice_end {
	int			 relay;	/* this is what the relay did: */
	enum delivery_outcome	 outcome;
	char			 code[16];
	struct smtp_end		 end;
};

/* Work on one. 1 (see *end), 0 there is none that may leave now, -1. */
int	notice_turn(struct desk *, const struct secret *postman,
	    const struct secret *password, struct notice_end *, struct err *);

/*
 * By the deposits that a role signed: NULL when this mail to a seeker may
 * leave for l->to, else the word under which it is dropped; -1 in *bad.
 *
 *   case       it is not there, is another desk's, or nobody is to be
 *              written to in it; an after-care: it is not closed
 *   deposit    the case's deposits do not hold
 *   letter     the letter it acknowledges is not the case's first one, or
 *              none that a machine may answer; an after-care: somebody has
 *              written in the case since it was asked for, or the seeker
 *              from this address in any case
 *   address    not the one that a role signed for this participant
 *   mode       the participant is not written to by mail; a notice: is not
 *              of that reply mode any more
 *   complaint  mail of ours was called unwanted at this address
 *   unpublished  a notice, and nothing new lies here for this participant
 *   participant  an after-care to somebody else than the seeker
 */
const char *notice_check(struct desk *, const struct automatic *,
	    const struct letter *, int *bad, struct err *);

#endif
