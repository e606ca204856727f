#ifndef TEDUH_READER_SPAM_H
#define TEDUH_READER_SPAM_H

#include "daemon/reader/mail.h"

/*
 * Did a mail server on the way take it for spam?  1 when one of the marks
 * that filters write into a header says so (doc/mail.md has the list), else
 * 0.  A verdict "no" beside it counts for nothing: whoever wrote the letter
 * may have written that too.  Forging a "yes" marks only its forger.
 */
int	spam_marked(const struct mail *);

#endif
