#ifndef TEDUH_POST_LAST_READ_H
#define TEDUH_POST_LAST_READ_H

#include "daemon/desk/delivery.h"

struct desk;
struct err;
struct parcel;

/*
 * What each case that was read says now, in the order of the parcel's
 * last_read, which is the letter's own; or, when somebody wrote after that,
 * the one of a reading statement (lib/still.h) about this very letter, signed
 * by its author or approver, that leaves none of the letter's cases out and
 * is not stale itself.  Nothing else of the letter is touched.
 *
 * 0 facts[] is filled; 1 with *why set to the word under which the delivery
 * is blocked: "stale" a case was not read at all, "deposit" one does not
 * hold; -1.  A facts[] that is stale is for check_letter() to refuse.
 */
int	last_read_facts(struct desk *, const struct delivery *,
	    struct parcel *, struct delivery_facts *, const char **why,
	    struct err *);

#endif
