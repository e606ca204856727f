#ifndef TEDUH_POST_PERSON_H
#define TEDUH_POST_PERSON_H

struct desk;
struct err;
struct secret;

/*
 * The next statement of two persons about whom a case writes to: opened,
 * checked, deposited (desk/person.h).  1 when one was worked, 0 when none
 * waits, -1.  One that does not pass is blocked under a word:
 *
 *   roster, sealed   the roster does not hold; it cannot be opened
 *   signature   the author's or the second's does not hold over these bytes
 *   document    it is no statement, or one about another case or person
 *   author      not an active person of the desk with this present key
 *   second      not another active supervisor of the desk
 *   expired     stated too long ago, or in the future
 *   own         an address of our own: we would write to ourselves
 *   stale       it was made for another state of this person: somebody has
 *               this number, or the address was changed meanwhile
 *   deposit     the case's deposits do not hold
 */
int	person_turn(struct desk *, const struct secret *postman,
	    struct err *);

#endif
