#ifndef TEDUH_CODE_KNOWN_H
#define TEDUH_CODE_KNOWN_H

struct desk;
struct err;
struct return_code;

enum code_known {
	CODE_FAILED = -1,	/* with *e */
	CODE_NOTHING,		/* there is no such locator */
	CODE_OPENS,
	CODE_WRONG		/* of a locator that there is */
};

/*
 * Does this code open something, of whichever desk?  For
 * whoever takes codes out of letters (lib/code_find.h): unlike strand_open()
 * it takes less time where there is no such locator, so never tell the writer
 * of a code what it says.  Not in a transaction.
 */
enum code_known code_known(struct desk *, const struct return_code *,
	    struct err *);

#endif
