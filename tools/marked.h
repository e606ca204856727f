#ifndef TEDUH_TOOLS_MARKED_H
#define TEDUH_TOOLS_MARKED_H

#include <stdint.h>

struct casefile;

/*
 * An answer as a reviewer gave it back: its words with remarks between them,
 * lines that begin with MARKED_SIGN and are about what stands above, and
 * changed where the reviewer proposes so.  It stands in the signed note of
 * the return, member "marked".
 */
#define MARKED_SIGN	">>"

/* What the newest note on this draft has of it, or NULL. Of the casefile. */
const char *marked_on(struct casefile *, int64_t draft);
/* Without the remarks: what is proposed; the caller frees. */
char	*marked_proposal(const char *marked);

#endif
