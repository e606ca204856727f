#ifndef TEDUH_CODE_KNOWN_H
#define TEDUH_CODE_KNOWN_H

struct desk;
struct err;
struct return_code;

/*
 * Does this code open something, of whichever desk?  1, 0, -1 with *e.  For
 * whoever takes codes out of letters (lib/code_find.h): unlike strand_open()
 * it takes less time where there is no such locator, so never tell the writer
 * of a code what it says.  Not in a transaction.
 */
int	code_known(struct desk *, const struct return_code *, struct err *);

#endif
