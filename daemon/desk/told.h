#ifndef TEDUH_TOLD_H
#define TEDUH_TOLD_H

struct desk;
struct err;

/*
 * Notices to staff, by clock: who has an address on the roster is told once
 * of each draft that came back, of each case that a colleague handed over, of
 * each that is overdue in their hands, of an answer that news has made stale,
 * of a seeker who wrote after the person's answer; supervisors of each draft
 * that waits for review, of each case that is to be erased, of each of
 * urgency 2 and above that came from another desk or went there, of each
 * disclosure that a colleague asked for (disclosure.h), of each case that
 * opens for nobody (unopened.h) and of each wish (wish.h); supervisors and
 * those with the roster's flag `crisis` of each crisis that waits; whoever is
 * on the duty list of one that rings (ringing.h).  They say nothing of the
 * case, and several make one mail.
 *
 * A transaction for each person of whom there is news. How many mails were
 * asked for, or -1.
 */
int	told_all(struct desk *, struct err *);

/*
 * Within a transaction: this case went from that desk to the one that has it
 * now, and the supervisors of both are to be told. 0 or -1.
 */
int	told_moved(struct desk *, const char *case_id, const char *from,
	    struct err *);

#endif
